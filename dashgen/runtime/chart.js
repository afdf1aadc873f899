// A drawn picture becomes a live chart of the same size in the same place.

const REFUSING = {
  load: () => Promise.reject(new Error("nothing is loaded")),
  sanitize: () => Promise.reject(new Error("nothing is linked")),
};

class Chart {
  constructor(widget, pictures) {
    this.widget = widget;
    this.pictures = pictures;
    this.panels = [];
  }

  // Which of the drawings the page's width has chosen, seen or not.
  chosen() {
    const drawings = [...this.pictures.querySelectorAll(":scope > .drawing")];
    const index = drawings.findIndex((drawing) => getComputedStyle(drawing).display !== "none");
    return { drawing: drawings[index], variant: this.widget.live_of[index] };
  }

  async mount() {
    const { drawing, variant } = this.chosen();
    if (!drawing) return;
    const live = element("div", "live");
    const frames = [...drawing.querySelectorAll(":scope > svg")].map((svg) => svg.getBoundingClientRect());
    const width = drawing.getBoundingClientRect().width;
    live.style.width = `${width}px`;
    this.pictures.append(live);
    const specs = this.widget.live[variant];
    const panels = await Promise.all(specs.map((spec, n) => this.panel(spec, n, live, drawing, width, frames)));
    this.swap(live, panels, variant);
  }

  async panel(spec, n, live, drawing, width, frames) {
    const box = element("div", "panel");
    box.tabIndex = 0;
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", drawing.getAttribute("aria-label") || "");
    box.style.height = `${frames[n].height}px`;
    if (n) box.style.marginTop = `${frames[n].top - frames[n - 1].bottom}px`;
    live.append(box);
    const view = viewOf(spec, box, width, frames[n].height);
    await view.runAsync();
    box.querySelector("svg").setAttribute("aria-hidden", "true");
    const panel = { ...panelOf(this.widget, spec, n), box, view, cursor: element("div", "cursor") };
    panel.cursor.hidden = true;
    box.append(panel.cursor);
    attachHover(panel);
    return panel;
  }

  swap(live, panels, variant) {
    const before = this.panels;
    this.panels = panels;
    this.variant = variant;
    this.place();
    this.pictures.classList.add("is-live");
    live.style.width = "";
    for (const panel of before) discard(panel);
  }

  place() {
    for (const panel of this.panels) {
      const { left, top } = panel.view.padding();
      panel.corner = [left, top];
      panel.stops = stopsOf(panel.kind, panel.rows, panel.view);
    }
  }

  async resize() {
    if (this.chosen().variant !== this.variant) return this.mount();
    for (const panel of this.panels) {
      const { left, right } = panel.view.padding();
      panel.view.width(Math.max(1, panel.box.clientWidth - left - right));
      leave(panel);
    }
    await Promise.all(this.panels.map((panel) => panel.view.runAsync()));
    return this.place();
  }
}

function viewOf(spec, box, width, height) {
  const { left, right, top, bottom } = spec.padding;
  const sized = { ...spec, width: Math.max(1, width - left - right), height: Math.max(1, height - top - bottom) };
  const { View, parse, expressionInterpreter } = window.vega;
  return new View(parse(sized, null, { ast: true }), {
    expr: expressionInterpreter,
    loader: REFUSING,
    renderer: "svg",
    container: box,
    hover: false,
  });
}

function panelOf(widget, spec, n) {
  const rows = spec.data.map((set) => set.values || []).find((values) => values.some((row) => has(row, "v"))) || [];
  return {
    kind: widget.type,
    dotted: widget.type === "line" && !widget.stacked,
    rows,
    colours: coloursOf(spec),
    label: page.labels[widget.measures[n]] || { title: "", unit: null, format: "number" },
    field: page.labels[widget.of],
    daily: rows.every((row) => !row.time || row.time.slice(11, 19) === "00:00:00"),
  };
}

function coloursOf(spec) {
  const { domain, range } = spec.signals.find((one) => one.name === "colours")?.value || { domain: [] };
  return new Map(domain.map((name, n) => [name, range[n % range.length]]));
}

function discard(panel) {
  leave(panel);
  panel.view.finalize();
  panel.box.parentElement?.remove();
}
