// ---- told
// What stands around a chart and must be as true as the picture: its legend, its words, its numbers in a table.

const told = (() => {
  // The widget's own element, made where the page has none yet.
  function ownIn(home, selector, make) {
    return home.querySelector(`:scope > ${selector}`) || make();
  }

  function tell(chart) {
    const { home, widget, answer, made, pictures } = chart;
    const { type, title } = widget;
    const said = summaries.summary(type === "heatmap" || type === "histogram" ? type : `${type}-chart`, answer, made.said());
    for (const one of pictures.querySelectorAll(".drawing, .panel")) one.setAttribute("aria-label", `${title}. ${said}`);
    const frame = pictures.parentElement;
    frame.hidden = made.empty;
    home.querySelector(":scope > .content")?.remove();
    const state = ownIn(home, ".state", () => before(frame, element("div", "state")));
    state.hidden = !made.empty;
    if (made.empty) state.replaceChildren(element("p", "", made.remarks[0] || writer.words("nothing")));
    tellLegend(chart);
    for (const one of home.querySelectorAll(":scope > .remark.drawn")) one.remove();
    const numbers = ownIn(home, ".numbers", () => numbersIn(home));
    numbers.hidden = made.empty && !made.remarks.length;
    numbers.before(...(made.empty ? [] : made.remarks.map((text) => element("p", "remark drawn", text))));
    const fill = () => {
      numbers.querySelector(".scroll")?.remove();
      if (numbers.open) numbers.append(tableOf(made.table()));
    };
    numbers.ontoggle = fill;
    fill();
  }

  function tellLegend({ pictures: { parentElement: frame }, made: { legend } }) {
    frame.querySelector(".legend, .scale")?.remove();
    if (legend) frame.append(legend.roles ? scaleOf(legend) : legendOf(legend));
  }

  function before(place, made) {
    place.before(made);
    return made;
  }

  function numbersIn(home) {
    const numbers = element("details", "numbers");
    numbers.append(element("summary", "", writer.words("table")));
    home.append(numbers);
    return numbers;
  }

  // Without a picture the numbers stand open.
  function withoutPicture({ home, pictures }) {
    pictures.parentElement.hidden = true;
    home.querySelector(":scope > .numbers").open = true;
  }

  // ---- legends

  function legendOf({ entries, valued, labelled, more = 0 }) {
    const list = element("ul", `legend${valued ? " valued" : ""}${labelled ? " labelled" : ""}`);
    list.append(...entries.map((entry) => entryOf(entry, valued)));
    if (more > 0) list.append(element("li", "more", writer.words("and-more", { count: more })));
    return list;
  }

  function entryOf({ role, name, text, share, dimension, value }, valued) {
    const item = element("li");
    const label = element("bdi", "name", name);
    label.title = name;
    const parts = [swatchOf([role], "swatch", 10), label];
    if (valued) parts.push(element("span", "value", text), element("span", "share", share));
    if (!dimension || !page.cube || !canPick(dimension)) item.append(...parts);
    else item.append(picks.button(dimension, value, parts));
    return item;
  }

  // From little to much.
  function scaleOf({ low, high, roles }) {
    const scale = element("p", "scale");
    scale.append(element("span", "", low), swatchOf(roles, "", 16), element("span", "", high));
    return scale;
  }

  const SVG = "http://www.w3.org/2000/svg";

  function swatchOf(roles, name, width) {
    const svg = drawnElement("svg", { viewBox: `0 0 ${width * roles.length} 10`, "aria-hidden": true, ...(name && { class: name }) });
    svg.append(...roles.map((role, n) => {
      return drawnElement("rect", { class: `f-${role}`, x: n * width, width, height: 10, ...(name && { rx: 2 }) });
    }));
    return svg;
  }

  function drawnElement(name, attributes) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  // ---- numbers

  const LONG = 12;

  function tableOf({ columns, rows: lines, caption }) {
    const scroll = element("div", lines.length > LONG ? "scroll long" : "scroll");
    scroll.setAttribute("role", "group");
    scroll.setAttribute("aria-label", caption);
    scroll.tabIndex = 0;
    const [table, head, body] = ["table", "thead", "tbody"].map((name) => element(name));
    const cell = (n, text, isHead) => {
      const made = element(n && !isHead ? "td" : "th", columns[n].numeric ? "num" : "", isHead ? text : undefined);
      if (made.tagName === "TH") made.scope = isHead ? "col" : "row";
      if (!isHead) made.append(element("bdi", "", text));
      return made;
    };
    const row = (cells) => {
      const made = element("tr");
      made.append(...cells);
      return made;
    };
    head.append(row(columns.map(({ title }, n) => cell(n, title, true))));
    body.append(...lines.map((texts) => row(texts.map((text, n) => cell(n, text)))));
    table.append(head, body);
    scroll.append(table);
    return scroll;
  }

  return { tell, tellLegend, withoutPicture };
})();
