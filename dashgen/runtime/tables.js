// ---- tables
// Tables as tables.py and table.html have them: columns are { title, numeric, bound? }, cells texts or
// { text, tone?, pill?, bar?, spark? }.

const tables = (() => {
  const LONG = 12;

  function table(columns, rows, caption, isHeaded = true) {
    const [made, head, body] = ["table", "thead", "tbody"].map((name) => element(name));
    const line = element("tr");
    line.append(...columns.map(heading));
    head.append(line);
    body.append(...rows.map((cells) => row(columns, cells, isHeaded)));
    made.append(head, body);
    const scroll = element("div", "scroll");
    mark(scroll, rows.length);
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "group");
    scroll.setAttribute("aria-label", caption);
    scroll.append(made);
    return scroll;
  }

  function mark(scroll, count) {
    scroll.classList.toggle("long", count > LONG);
  }

  function heading({ title, numeric, bound }) {
    const made = element("th", numeric ? "num" : "", title);
    made.scope = "col";
    if (bound) made.append(" ", element("span", "bound", bound));
    return made;
  }

  function row(columns, cells, isHeaded) {
    const made = element("tr");
    made.append(...cells.map((cell, n) => cellOf(cell, columns[n], isHeaded && n === 0)));
    return made;
  }

  function cellOf(cell, { numeric }, isHead) {
    const made = element(isHead ? "th" : "td", numeric ? "num" : "");
    if (isHead) made.scope = "row";
    made.append(...contentOf(typeof cell === "string" ? { text: cell } : cell));
    return made;
  }

  function contentOf({ text, tone, pill, bar = null, spark }) {
    if (spark) return [sparkOf("spark-cell", [spark[0]], "c1", { "aria-hidden": "true" })];
    if (bar !== null) return [barOf(bar), element("span", "", text)];
    if (tone) return [element("span", `${pill ? "pill" : "tone"} ${tone}`, text)];
    return [element("bdi", "", text)];
  }

  function barOf(width) {
    const shape = vector("rect", { class: "f-bar", width, height: 1 });
    return vector("svg", { class: "in-cell", viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" }, shape);
  }

  return { table, row, mark };
})();
