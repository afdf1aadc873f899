// In the heading of a widget: what the groups that it shows are filtered by, which is released there. What its author
// chose for the page is not told again.

function showPicked(id, box) {
  box.querySelector(".picked")?.remove();
  const { by, series, rows, columns } = widgetOf(id).definition || {};
  const shown = [by, series, rows, columns].flat().filter((name) => name && canPick(name));
  const held = shown.map((name) => control.filters.get(name)).filter((one) => !control.isStandard(one) && control.chosen(one).length);
  const head = box.querySelector(":scope > .head");
  if (!held.length || !head) return;
  const made = element("div", "picked");
  made.append(...held.map((filter) => chipIn(box, filter)));
  const tools = head.querySelector(".tools");
  if (tools) tools.before(made);
  else head.append(made);
}

function chipIn(box, filter) {
  const isGone = control.chosen(filter).every((value) => control.isMissing(filter, value));
  const release = () => keepFocus(box, () => control.choose(filter.dimension, []));
  return filterBar.chip(filter, filterBar.textOf(filter), release, isGone);
}
