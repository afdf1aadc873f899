// A drawn picture becomes a live chart of the same size in the same place, and is brought to other rows without being
// made again: its form depends on the widget alone.

const REFUSING = {
  load: () => Promise.reject(new Error("nothing is loaded")),
  sanitize: () => Promise.reject(new Error("nothing is linked")),
};

class Chart {
  constructor(id, widget) {
    this.widget = widget;
    this.answer = widget;
    this.home = elementOf(id);
    this.pictures = this.home.querySelector(".pictures") || this.place();
    this.panels = [];
    this.work = Promise.resolve();
  }

  get isFixed() {
    return this.widget.live_of.length < 2;
  }

  // Where nothing was drawn, since there is nothing to see of the page's own rows.
  place() {
    const chart = element("div", this.isFixed ? "chart fixed" : "chart");
    const pictures = element("div", "pictures");
    pictures.append(...this.widget.live_of.map((_, n) => element("div", this.isFixed ? "drawing once" : `drawing v${n}`)));
    chart.append(pictures);
    chart.hidden = true;
    this.home.querySelector(":scope > :is(.state, .content)").after(chart);
    return pictures;
  }

  // Which of the live charts the page's width has chosen, seen or not; the first where other rows need it.
  chosen() {
    if (this.made?.narrowed) return 0;
    const drawings = [...this.pictures.querySelectorAll(":scope > .drawing")];
    return this.widget.live_of[drawings.findIndex((drawing) => getComputedStyle(drawing).display !== "none")];
  }

  // ---- other rows

  // Resolves when the widget shows `answer`.
  update(answer) {
    this.answer = answer;
    this.made = twins[this.widget.type](this.widget, answer);
    this.pictures.classList.add("changed");
    if (!this.panels.length) this.pictures.setAttribute("aria-busy", "true");
    told.tell(this);
    return this.after(() => this.bring());
  }

  // One thing at a time; what fails leaves no old picture behind.
  after(work) {
    this.work = this.work.then(work).catch((error) => {
      console.error(error);
      if (this.answer !== this.widget) told.withoutPicture(this);
    });
    return this.work;
  }

  // Mounts once, and from then on follows its column's width.
  begin() {
    return this.after(async () => {
      if (!this.panels.length) await this.mount();
    });
  }

  // Its legend can be clicked.
  offer() {
    this.made ||= twins[this.widget.type](this.widget, this.answer);
    if (this.made.legend) told.tellLegend(this);
  }

  async bring() {
    if (this.made.empty || this.shown === this.made) return;
    if (!this.panels.length || this.chosen() !== this.variant) await this.mount();
    else await this.follow();
  }

  async follow() {
    this.shown = this.made;
    const panels = this.made.variants[this.variant];
    this.panels.forEach((panel, n) => follow(panel, panels[n]));
    await this.run();
  }

  // ---- views

  async mount() {
    const { View, parse, expressionInterpreter } = await chartLibrary();
    if (this.widget.definition && !this.made) this.made = twins[this.widget.type](this.widget, this.answer);
    if (this.made?.empty) return;
    const { made, panels: before } = this;
    this.variant = this.chosen();
    const live = element("div", "live");
    this.pictures.append(live);
    const specs = this.widget.live[this.variant];
    const panels = specs.map((spec, n) => this.panel(spec, n, made && made.variants[this.variant][n], live));
    for (const panel of panels) {
      const sized = { ...frame.free(panel), width: this.widthOf(panel), height: heightOf(panel) };
      panel.view = new View(parse(sized, null, { ast: true }), {
        expr: expressionInterpreter,
        loader: REFUSING,
        renderer: "svg",
        container: panel.box,
        hover: false,
      });
    }
    this.panels = panels;
    this.shown = made;
    await this.run();
    const said = this.pictures.querySelector(".drawing").getAttribute("aria-label");
    for (const panel of panels) {
      panel.box.setAttribute("role", "img");
      panel.box.setAttribute("aria-label", said);
      panel.box.querySelector("svg").setAttribute("aria-hidden", "true");
      panel.box.append(panel.brushed, panel.cursor);
      attachHover(panel);
    }
    this.pictures.classList.add("is-live");
    this.pictures.removeAttribute("aria-busy");
    if (!before.length) this.watch();
    for (const panel of before) discard(panel);
  }

  watch() {
    const sizeOf = ({ clientWidth, clientHeight }) => clientWidth && [clientWidth, frame.isOn() && clientHeight].join();
    let size = sizeOf(this.pictures);
    new ResizeObserver(() => {
      const now = sizeOf(this.pictures);
      if (!now || now === size) return;
      size = now;
      enqueue(() => this.after(() => this.resize()));
    }).observe(this.pictures);
  }

  panel(given, n, made, live) {
    const spec = made ? filled(given, made) : given;
    const box = element("div", "panel");
    box.tabIndex = 0;
    live.append(box);
    const outer = given.height + given.padding.top + given.padding.bottom;
    const panel = { ...panelOf(this.widget, spec, n), chart: this, spec, outer, box, cursor: element("div", "cursor"), brushed: element("div", "brushed") };
    for (const one of [panel.cursor, panel.brushed]) one.hidden = true;
    if (made) know(panel, made);
    else frame.narrow(panel);
    box.style.height = `${frame.height(panel)}px`;
    return panel;
  }

  // A chart of one size has that of its drawing, the others follow their column.
  widthOf(panel) {
    const { left, right } = panel.padding;
    return this.isFixed && !frame.isOn() ? panel.spec.width : Math.max(1, panel.box.getBoundingClientRect().width - left - right);
  }

  async run() {
    await Promise.all(this.panels.map((panel) => panel.view.runAsync()));
    await Promise.all(this.panels.map(frame.nameEnds));
    for (const panel of this.panels) {
      const { left, top } = panel.padding;
      panel.corner = [left, top];
      panel.stops = stopsOf(panel.kind, panel.rows, panel.view);
    }
  }

  async resize() {
    if (this.chosen() !== this.variant) return this.mount();
    for (const panel of this.panels) {
      panel.box.style.height = `${frame.height(panel)}px`;
      panel.view.width(this.widthOf(panel)).height(heightOf(panel));
      leave(panel);
    }
    return this.run();
  }
}

function heightOf(panel) {
  const { top, bottom } = panel.padding;
  return Math.max(1, frame.height(panel) - top - bottom);
}

// The chart with other rows in it, before it is first run.
function filled(spec, { data, signals, padding }) {
  return {
    ...spec,
    padding,
    data: spec.data.map((set) => (has(data, set.name) ? { ...set, values: data[set.name] } : set)),
    signals: spec.signals.map((one) => (has(signals, one.name) ? { ...one, value: signals[one.name] } : one)),
  };
}

// A running chart is brought to other rows.
function follow(panel, made) {
  const { view, chart, box } = panel;
  leave(panel);
  know(panel, made);
  panel.ends = made.data.ends;
  box.style.height = `${frame.height(panel)}px`;
  for (const [name, rows] of Object.entries(made.data)) view.data(name, rows);
  for (const [name, value] of Object.entries(made.signals)) view.signal(name, value);
  view.padding(panel.padding).width(chart.widthOf(panel)).height(heightOf(panel));
}

function know(panel, { data, signals, padding, height = panel.outer }) {
  Object.assign(panel, { rows: data.rows, colours: coloursOf(signals.colours), padding, height, daily: isDaily(data.rows) });
  frame.narrow(panel);
}

function panelOf(widget, spec, n) {
  const rows = spec.data.find((set) => set.name === "rows")?.values || [];
  const { top, bottom } = spec.padding;
  return {
    kind: widget.type,
    dotted: widget.type === "line" && !widget.stacked,
    rows,
    colours: coloursOf(spec.signals.find((one) => one.name === "colours")?.value),
    padding: spec.padding,
    height: spec.height + top + bottom,
    label: page.labels[widget.measures[n]] || { title: "", unit: null, format: "number" },
    field: page.labels[widget.of],
    daily: isDaily(rows),
  };
}

function isDaily(rows) {
  return clock.isDaily(rows.filter((row) => row.time).map((row) => row.time));
}

function coloursOf({ domain, range } = { domain: [] }) {
  return new Map(domain.map((name, n) => [name, range[n % range.length]]));
}

function discard(panel) {
  leave(panel);
  panel.view.finalize();
  panel.box.parentElement?.remove();
}
