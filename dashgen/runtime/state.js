// What page.js brought, and how the rest of the script looks things up in it.

const FORMAT = 1;
const page = { widgets: {}, labels: {}, words: {}, hues: {} };

function has(object, key) {
  return Object.prototype.hasOwnProperty.call(object, key);
}

function widgetOf(id) {
  if (!has(page.widgets, id)) throw new RangeError(`there is no widget ${JSON.stringify(id)} in this page`);
  return page.widgets[id];
}

function elementOf(id) {
  return document.querySelector(`[data-widget="${CSS.escape(id)}"]`);
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
