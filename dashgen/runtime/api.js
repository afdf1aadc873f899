// What the page offers to other scripts, and where page.js hands over its content.

let opened;
const ready = new Promise((resolve) => {
  opened = resolve;
});

function open(content) {
  if (content.format > FORMAT) throw new Error(`this page's content has format ${content.format}, which is newer than its script`);
  Object.assign(page, content);
  writer = formats.writer(page.locale, page.words);
  attachTables();
  csv.attach();
  showAlone();
  goLive();
  if (document.querySelector(".filterable")) afterFirstPaint(() => loadScript(page.cube, () => {}, () => opened()));
  else opened();
}

// The cubes have arrived: filters can be used once the page shows what its address asks for.
function fill(content) {
  if (content.format > FORMAT) throw new Error(`this page's cubes have format ${content.format}, which is newer than its script`);
  control.begin(content).catch((error) => console.error(error)).then(offerPicks).then(pickInTables).then(opened);
}

function rows(id) {
  return structuredClone(widgetOf(id).rows);
}

document.documentElement.classList.add("ready");
attachSchemes();
attachSearch();
attachAbout();
watchStale();
window.dashgen = Object.freeze({
  ready,
  rows,
  open,
  fill,
  setFilters: (changes) => control.setFilters(changes),
  get filters() {
    return control.current();
  },
});
