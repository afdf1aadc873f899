// What the page offers to other scripts, and where page.js hands over its content. All but this is in a script of its
// own, which comes after the first paint and joins.

let opened;
const ready = new Promise((resolve) => {
  opened = resolve;
});
let joined;

function open(content) {
  if (content.format > FORMAT) throw new Error(`this page's content has format ${content.format}, which is newer than its script`);
  Object.assign(page, content);
  writer = formats.writer(page.locale, page.words);
  showAlone();
  afterFirstPaint(loadRest);
}

// Charts come before filters: their cubes wait until the page has nothing else to do.
function loadRest() {
  loadScript(page.script, () => {}, () => opened());
  const drawn = page.chart_script ? chartLibrary().catch(() => {}) : Promise.resolve();
  if (isFilterable()) drawn.then(() => whenIdle(() => loadScript(page.cube, () => {}, giveUp)));
}

let isLost = false;

function giveUp() {
  isLost = true;
  if (joined) opened();
}

function isFilterable() {
  return document.querySelector(".filterable") !== null;
}

let filling;

// A preview's script joins last, with what it uses of all others.
function join(made) {
  if (joined) return void made({ ...shared(), ...joined.inside() });
  joined = made(shared());
  joined.start();
  if (filling) begin();
  else if (isLost || !isFilterable()) opened();
}

// The cubes have arrived: filters can be used once the page shows what its address asks for.
function fill(content) {
  if (content.format > FORMAT) throw new Error(`this page's cubes have format ${content.format}, which is newer than its script`);
  filling = content;
  if (joined) begin();
}

function begin() {
  joined.begin(filling).catch((error) => console.error(error)).then(opened);
}

function rows(id) {
  return structuredClone(widgetOf(id).rows);
}

async function setFilters(changes) {
  await ready;
  if (!joined) throw new Error("the page's script cannot be loaded");
  return joined.setFilters(changes);
}

document.documentElement.classList.add("ready");
attachSchemes();
attachSearch();
watchStale();
if (document.querySelector("[data-search]")) opened(); // the index has no content that would arrive
window.dashgen = Object.freeze({
  ready,
  rows,
  open,
  join,
  fill,
  setFilters,
  get filters() {
    return joined?.current();
  },
});
