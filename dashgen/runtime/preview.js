// What a preview adds to each of its pages: it hears of every new state, and brings the page to it.

const own = document.currentScript;
const path = location.pathname.replace(/\/$/, "/index.html").slice(1);
const isIndex = path === "index.html";
const known = { version: own.dataset.version, cube: undefined, widgets: undefined };
shadow.begin();

const FOLLOWING = new Promise((resolve) => {
  if (own.dataset.version && document.querySelector('script[src="page.js"]')) {
    addEventListener("DOMContentLoaded", () => window.dashgen.ready.then(() => window.dashgen.join((inside) => resolve(renewing(inside)))));
  } else resolve(patched);
});

// A page without widgets: the index.
async function patched(next) {
  shadow.update(next, () => false);
  document.querySelector("[data-search]")?.dispatchEvent(new Event("input"));
}

// ---- news

let source;
let latest;
let busy = Promise.resolve();

function listen() {
  if (document.hidden || source) return;
  source = new EventSource(`/.dashgen/news?page=${encodeURIComponent(path)}`);
  source.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
  source.addEventListener("error", () => setTimeout(miss, 1500, source));
}

// A browser has few connections to one server: tabs that nobody sees leave theirs to others.
function rest() {
  if (!document.hidden) return listen();
  source?.close();
  source = undefined;
}

function miss(missed) {
  if (missed !== source || source.readyState === EventSource.OPEN) return;
  overlay.show({ problems: [], trouble: "", exists: true, lost: true, pages: [] }, false);
}

function hear(news) {
  latest = news;
  busy = busy.then(() => (latest === news ? follow(news) : undefined)).catch((error) => {
    console.error(error);
    location.reload();
  });
}

async function follow(news) {
  if (news.exists && news.version !== known.version) await bring(news);
  else if (!known.widgets) remember(news);
  overlay.show(news, news.kept || !news.exists || isIndex);
}

function remember({ version, cube, widgets }) {
  Object.assign(known, { version, cube, widgets });
}

async function bring(news) {
  if (!known.version) return location.reload();
  const isCubeNew = news.cube !== known.cube;
  const texts = await Promise.all([text(location.pathname), !isIndex && text("page.js"), isCubeNew && news.cube && text("cube.js")]);
  if (texts.includes(undefined)) return undefined; // it has changed again, or there is nobody any more: news of that will come
  const [html, content, cube] = texts;
  const next = new DOMParser().parseFromString(html, "text/html");
  const isNew = (id) => !known.widgets || known.widgets[id] !== news.widgets[id];
  const renewed = await Promise.race([FOLLOWING, late()]);
  await renewed(next, content && handed(content), cube ? handed(cube) : undefined, isNew);
  return remember(news);
}

async function text(address) {
  const answer = await fetch(address, { cache: "no-store" }).catch(() => undefined);
  return answer?.ok ? answer.text() : undefined;
}

// A page whose own scripts never came is loaded again.
function late() {
  return new Promise((_, reject) => setTimeout(reject, 10_000, new Error("the page's scripts have not come")));
}

// What a script of the page would hand over; its content is one text in single quotes.
function handed(script) {
  const quoted = script.slice(script.indexOf("'") + 1, script.lastIndexOf("'"));
  return JSON.parse(quoted.replace(/\\(u[0-9a-f]{4}|[^])/g, (_, mark) => (mark.length > 1 ? String.fromCharCode(parseInt(mark.slice(1), 16)) : mark)));
}

document.addEventListener("visibilitychange", rest);
listen();
