// Small parts of the page, made as its templates make them.

function vector(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function icon(name) {
  const shape = vector("path", { "fill-rule": "evenodd", d: page.icons[name] });
  return vector("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, shape);
}

// A line from edge to edge; `paths` is that line, and the area under it where it is shown.
function sparkOf(className, paths, ink, attributes) {
  const [line, area] = paths;
  const shapes = [vector("path", { class: `line s-${ink}`, d: line })];
  if (area !== undefined) shapes.unshift(vector("path", { class: `area f-${ink}`, d: area }));
  return vector("svg", { class: className, viewBox: "0 0 200 40", preserveAspectRatio: "none", ...attributes }, ...shapes);
}

function buttonOf(className, label, ...children) {
  const made = element("button", className);
  made.type = "button";
  if (label) {
    made.title = label;
    made.setAttribute("aria-label", label);
  }
  made.append(...children);
  return made;
}

// Of a widget, without its range and its bound.
function titleIn(box) {
  return box.querySelector(".title")?.firstChild.textContent || "";
}

// How far its values may be off.
function boundOf({ bound }) {
  return bound ? writer.words("bound", { bound: writer.percent(bound) }) : "";
}

function stateOf(sign, text, className = "state") {
  const made = element("div", className);
  made.append(icon(sign), element("p", "", writer.words(text)));
  return made;
}

// With a way back where the viewer's own choice may be why.
function nothingShown(box) {
  const made = stateOf("nothing", control.isNarrowed() ? "nothing-chosen" : "nothing");
  if (control.isChanged()) made.append(pressable("plain", writer.words("reset"), () => keepFocus(box, control.reset)));
  return made;
}

// Where what was pressed goes with what it does, the focus stays in its widget.
async function keepFocus(box, act) {
  await act();
  if (document.activeElement === document.body) box.querySelector(".panel, .pick, .scroll")?.focus();
}
