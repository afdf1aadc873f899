// ---- picks
// What is clicked in a chart filters the rest: a bar, a slice, a cell, an entry of a legend; and of a line a stretch.

const picks = (() => {
  // Which of the rows at a stop is pointed at: the part of a bar, or the lane of a histogram.
  function partOf(panel, stop, x, y) {
    const isAt = ({ left, top, width, height }) => x >= left && x <= left + width && y >= top && y <= top + height;
    return partsOf(panel, stop).find((one) => isAt(one.place))?.row;
  }

  // The parts that have a place of their own, in its order.
  function partsOf(panel, stop) {
    const { series, by } = panel.chart.widget.definition || {};
    if (!(panel.kind === "bar" ? series : panel.kind === "histogram" && by)) return [];
    const found = stop.rows.map((row) => ({ row, place: placeOf(panel, stop, row) })).filter(({ place }) => place);
    return found.sort((a, b) => a.place.left - b.place.left || a.place.top - b.place.top);
  }

  // In pixels of the plot; Vega has left on each rectangle what it is.
  function placeOf({ kind, view, box, corner }, stop, row) {
    if (kind === "histogram") {
      const [top, bottom] = [row.n - 1, row.n].map(view.scale("y"));
      return { left: stop.x, top, width: stop.width, height: bottom - top };
    }
    const drawn = [...box.querySelectorAll("path")].find(({ __data__: item }) => item?.mark?.marktype === "rect" && item.datum.i === row.i);
    if (!drawn || !row.v) return undefined;
    const [outer, { left, top, width, height }] = [box, drawn].map((one) => one.getBoundingClientRect());
    return { left: left - outer.left - corner[0], top: top - outer.top - corner[1], width, height };
  }

  // Dimension and value of what stands at a stop, and of the part of it that is pointed at.
  function picksOf({ chart, kind, part }, stop) {
    const row = chart.answer.rows[(part || (kind !== "histogram" && stop.rows[0]))?.i];
    if (!row || !page.cube || kind === "line") return [];
    const { by, rows, columns, series } = chart.widget.definition;
    const found = [by, rows, columns, part && series].filter((name) => name).map((name) => [name, row[name]]);
    return found.filter(([name, value]) => isOffered(name, value));
  }

  // Whether a filter takes the value: folded ones it does not.
  function isOffered(dimension, value) {
    return Boolean(dimension && page.cube) && canPick(dimension) && control.filters.get(dimension).values.has(value);
  }

  // A cell is in two dimensions: both are chosen, or both released.
  function pickAll(found) {
    if (found.length < 2) return found.forEach(([dimension, value]) => pick(dimension, value));
    const wanted = areChosen(found) ? () => [] : (value) => [value];
    return control.setFilters(Object.fromEntries(found.map(([dimension, value]) => [dimension, wanted(value)])));
  }

  function areChosen(found) {
    return found.every(([dimension, value]) => isAlone(dimension, value));
  }

  function isAlone(dimension, value) {
    const chosen = control.current()[dimension];
    return chosen.length === 1 && chosen[0] === value;
  }

  // What can be done at a stop, in words.
  function hint(panel, stop, spoken) {
    if (canStretch(panel)) return isStretched(panel) ? writer.range(...endsOf(panel)) : writer.words("hint-stretch");
    const found = picksOf(panel, stop);
    const hints = found.length ? [writer.words(areChosen(found) ? "hint-release" : "hint-pick")] : [];
    if (spoken && partsOf(panel, stop).length > 1) hints.push(writer.words("hint-parts", { keys: stop.lying ? "← →" : "↑ ↓" }));
    return hints.join(" · ");
  }

  function pickButton(dimension, value, parts) {
    const button = buttonOf("pick", "", ...parts);
    button.value = JSON.stringify(value);
    button.setAttribute("aria-pressed", String(isAlone(dimension, value)));
    button.addEventListener("click", () => pick(dimension, value));
    return button;
  }

  // ---- stretches: from the stop where the button went down, or Shift was held, to the one that is shown

  function canStretch({ chart, kind }) {
    return kind === "line" && Boolean(page.cube) && !chart.widget.pinned && canBrush();
  }

  function stretchOf({ stops, anchor, stop }) {
    return [stops.indexOf(anchor), stops.indexOf(stop)].sort((a, b) => a - b);
  }

  function markStretch(panel) {
    const { stops, corner, brushed } = panel;
    const [first, last] = stretchOf(panel);
    brushed.hidden = first < 0 || first === last;
    if (brushed.hidden) return;
    Object.assign(brushed.style, {
      left: `${corner[0] + stops[first].x}px`,
      top: `${corner[1]}px`,
      width: `${stops[last].x - stops[first].x}px`,
      height: `${stops[first].height}px`,
    });
  }

  function isStretched({ anchor, stop }) {
    return Boolean(anchor) && anchor !== stop;
  }

  // Its buckets from the first one's start to the last one's end.
  function endsOf(panel) {
    const [first, last] = stretchOf(panel);
    return [first, last + 1].map((n) => panel.stops[n]?.rows[0].time || panel.chart.answer.end);
  }

  function brushStretch(panel) {
    if (panel.stops.includes(panel.anchor)) brush(...endsOf(panel));
    release(panel);
  }

  function release(panel) {
    panel.anchor = undefined;
    panel.brushed.hidden = true;
  }

  return { of: picksOf, partOf, partsOf, isOffered, pickAll, hint, button: pickButton, canStretch, markStretch, brushStretch, release };
})();
