// ---- told
// What stands around a chart and must be as true as the picture: its legend, its words, its numbers in a table.

const told = (() => {
  const KINDS = { line: "line-chart", bar: "bar-chart", pie: "pie-chart" };

  function tell(chart) {
    const { home, widget, answer, made, pictures } = chart;
    const said = `${widget.title}. ${summaries.summary(KINDS[widget.type] || widget.type, answer, made.said())}`;
    for (const one of pictures.querySelectorAll(".drawing, .panel")) one.setAttribute("aria-label", said);
    tellState(chart);
    tellHeight(chart);
    tellLegend(chart);
    tellNumbers(home, made);
  }

  // Nothing to see, or why there is no picture.
  function tellState({ home, made, pictures: { parentElement: frame } }) {
    frame.hidden = made.empty;
    for (const one of home.querySelectorAll(":scope > :is(.state, .content, .drawn)")) one.remove();
    if (made.empty && !made.remarks.length) frame.before(nothingShown(home));
    const last = home.querySelector(":scope > .numbers") || numbersIn(home);
    last.before(...made.remarks.map((text) => element("p", "remark drawn", text)));
  }

  // A chart higher than a screen scrolls.
  function tellHeight({ home, widget, made, pictures }) {
    if (widget.height) return;
    const [{ height }] = made.variants[made.narrowed ? 0 : made.variants.length - 1];
    const classes = tallOf(height);
    pictures.className = `${pictures.className.replace(/ (tall|listed|paper-\d+)/g, "")}${classes}`;
    const title = home.getAttribute("aria-labelledby");
    for (const [name, value] of Object.entries({ tabindex: "0", role: "region", "aria-labelledby": title })) {
      if (classes && value) pictures.setAttribute(name, value);
      else pictures.removeAttribute(name);
    }
  }

  function tellNumbers(home, made) {
    const numbers = home.querySelector(":scope > .numbers");
    const fill = () => {
      numbers.querySelector(".scroll")?.remove();
      if (!numbers.open && !home.querySelector(".listed")) return;
      const { columns, rows, caption } = made.table();
      numbers.append(tables.table(columns, rows, caption));
    };
    numbers.hidden = made.empty && !made.remarks.length;
    if (made.empty && made.remarks.length) numbers.open = true;
    numbers.ontoggle = fill;
    fill();
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

  function tellLegend({ made: { legend }, pictures: { parentElement: frame } }) {
    const old = frame.querySelector(".legend, .scale");
    const focused = old?.contains(document.activeElement) && document.activeElement.value;
    old?.remove();
    if (!legend) return;
    const made = legend.roles ? scaleOf(legend) : legendOf(legend);
    frame.append(made);
    if (focused) [...made.querySelectorAll(".pick")].find((one) => one.value === focused)?.focus();
  }

  function legendOf({ entries, valued, labelled, more = 0 }) {
    const list = element("ul", `legend${valued ? " valued" : ""}${labelled ? " labelled" : ""}`);
    list.append(...entries.map((entry) => entryOf(entry, valued)));
    if (more > 0) list.append(element("li", "more", writer.words("and-more", { count: more })));
    return list;
  }

  function entryOf({ role, name, text, share, dimension, value }, valued) {
    const [item, label] = [element("li"), element("bdi", "name", name)];
    label.title = name;
    const parts = [swatch([role], 10, { class: "swatch" }, { rx: 2 }), label];
    if (valued) parts.push(element("span", "value", text), element("span", "share", share));
    item.append(...(picks.isOffered(dimension, value) ? [picks.button(dimension, value, parts)] : parts));
    return item;
  }

  // From little to much.
  function scaleOf({ low, high, roles }) {
    const scale = element("p", "scale");
    scale.append(element("span", "", low), swatch(roles, 16), element("span", "", high));
    return scale;
  }

  function swatch(roles, width, attributes, shape) {
    const boxes = roles.map((role, n) => vector("rect", { class: `f-${role}`, x: n * width, width, height: 10, ...shape }));
    return vector("svg", { viewBox: `0 0 ${width * roles.length} 10`, "aria-hidden": "true", ...attributes }, ...boxes);
  }

  return { tell, tellLegend, withoutPicture };
})();
