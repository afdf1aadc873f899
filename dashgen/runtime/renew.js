// An open page brought to newer content: widgets that changed are swapped, and whatever else is on it stays.

// `next` is the page's HTML now, `content` what page.js hands over, `cube` what cube.js does, if that is another one.
async function renew(next, content, cube, isNew) {
  if (!canFollow(next, content)) return location.reload();
  await styled(next);
  const held = keepsake();
  const done = shadow.update(next, isNew);
  const ids = [...done.swapped.keys()];
  take(content, done);
  attachTables(ids.filter((id) => has(page.widgets, id)));
  for (const id of ids) attachAbout(elementOf(id));
  goLive(ids.filter((id) => has(page.widgets, id)));
  for (const [id, old] of done.swapped) if (old) carry(old, elementOf(id), held.lists.get(id), liveTables.get(id));
  await filter(cube, ids, done.rebuilt);
  refocus(held);
  return ids;
}

// What only a new page can have: other scripts, another choice of colours, one widget alone.
function canFollow(next, content) {
  const scripts = (root) => [...root.querySelectorAll("script[src]:not([data-version])")].map((one) => one.getAttribute("src")).join();
  const schemes = (root) => root.querySelector(".schemes")?.outerHTML;
  const before = shadow.source();
  if (scripts(before) !== scripts(next) || schemes(before) !== schemes(next)) return false;
  if (content.script !== page.script || (page.chart_script && content.chart_script !== page.chart_script)) return false;
  return !new URLSearchParams(location.search).has("widget") && (!isFilterable() || next.querySelector(".filterable") !== null);
}

// ---- what stays

function keepsake() {
  const focused = document.activeElement;
  const tabled = new Map([...liveTables].map(([id, { words, sorted, size, page: at }]) => [id, { words, sorted, size, page: at }]));
  return { focused, home: focused?.closest("[data-widget]")?.dataset.widget, lists: tabled };
}

// What was opened, searched and sorted in a widget is so in the one that stands for it now.
function carry(old, box, list, table) {
  const [was, is] = [old, box].map((one) => one.querySelector(":scope > .numbers"));
  if (was && is) is.open = was.open;
  const [scrolled, scrolls] = [old, box].map((one) => one.querySelector(".content > .scroll"));
  if (list && table?.table) {
    Object.assign(table, list);
    const field = box.querySelector(".tools [type=search]");
    if (field) field.value = old.querySelector(".tools [type=search]").value;
    if (table.sorted && !table.model.columns[table.sorted.column]?.rank) table.sorted = undefined;
    table.arrange();
  }
  if (scrolled && scrolls) scrolls.scrollTo(scrolled.scrollLeft, scrolled.scrollTop);
}

// In a widget that was swapped, the same of its parts.
function refocus({ focused, home }) {
  if (!focused || focused === document.body || focused === document.activeElement) return;
  if (focused.isConnected) return void focused.focus({ preventScroll: true });
  const alike = [...(elementOf(home || "")?.querySelectorAll(focused.localName) || [])];
  const name = (one) => one.getAttribute("aria-label") || one.textContent;
  (alike.find((one) => name(one) === name(focused)) || alike[0])?.focus({ preventScroll: true });
}

// ---- what comes

// A theme that changed is loaded before the page is drawn in it.
function styled(next) {
  const [now, wanted] = [document, next].map((root) => root.querySelector("link[rel=stylesheet]"));
  const href = wanted.getAttribute("href");
  if (now.getAttribute("href") === href) return undefined;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  return new Promise((resolve) => {
    for (const event of ["load", "error"]) link.addEventListener(event, resolve, { once: true });
    now.after(link);
  }).then(() => now.remove());
}

// Widgets that stand as they were keep their rows, which may be those of a choice.
function take(content, { swapped }) {
  const widgets = {};
  for (const [id, widget] of Object.entries(content.widgets)) {
    widgets[id] = has(page.widgets, id) && !swapped.has(id) ? page.widgets[id] : widget;
  }
  for (const id of Object.keys(page.widgets)) if (swapped.has(id) || !has(widgets, id)) retire(id);
  Object.assign(page, content, { widgets });
  Object.assign(writer, formats.writer(page.locale, page.words));
}

function retire(id) {
  for (const panel of charts.get(id)?.panels || []) discard(panel);
  charts.delete(id);
  liveTables.delete(id);
}

async function filter(cube, ids, isRebuilt) {
  if (!isFilterable()) return;
  const isFirst = !control.content();
  if (isFirst) await control.begin(cube);
  else {
    await control.renew(cube, ids.filter((id) => has(page.widgets, id)), isRebuilt);
    filterBar.update();
  }
  for (const id of isFirst ? charts.keys() : ids) charts.get(id)?.offer();
  pickInTables();
}
