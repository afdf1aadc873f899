// What the page offers to other scripts, and where page.js hands over its content.

let opened;
const ready = new Promise((resolve) => {
  opened = resolve;
});

function open(content) {
  if (content.format > FORMAT) throw new Error(`this page's content has format ${content.format}, which is newer than its script`);
  Object.assign(page, content);
  writer = formats.writer(page.locale, page.words);
  showAlone();
  goLive();
  opened();
}

function rows(id) {
  return structuredClone(widgetOf(id).rows);
}

document.documentElement.classList.add("ready");
attachSchemes();
attachSearch();
window.dashgen = Object.freeze({ ready, rows, open });
