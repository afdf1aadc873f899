// ---- frame
// A chart that is shown alone is as large as its frame lets it be.

const frame = (() => {
  const [GAP, MIDDLE, NAMES] = [10, 172, 0.36];
  const ROW = { heatmap: 0.3, bar: 0.75, histogram: 0.75 };
  const isOn = () => document.documentElement.classList.contains("framed");

  // A panel's, axes and all; bars that lie keep room for their names, of a heatmap's rows some may go without.
  function height({ kind, chart, spec, padding, height: own }) {
    if (!isOn()) return own;
    const count = chart.widget.live[chart.variant].length;
    const room = Math.floor((chart.pictures.clientHeight - GAP * (count - 1)) / count);
    const around = padding.top + padding.bottom;
    return Math.max(room, hasNames(spec) ? Math.ceil((own - around) * (ROW[kind] || 1)) + around : 0);
  }

  // A name per row beside it.
  function hasNames({ scales = [], data = [] }) {
    return scales.some(({ name, type }) => name === "y" && type === "band") || data.some(({ name }) => name === "lanes");
  }

  // In a narrow one names leave room for what they name.
  function narrow(panel) {
    const { spec, padding, chart } = panel;
    if (!isOn() || !hasNames(spec)) return;
    panel.padding = { ...padding, left: Math.min(padding.left, Math.round(NAMES * chart.pictures.clientWidth)) };
  }

  // What has been written for one size follows the frame.
  function free({ spec, padding }) {
    if (!isOn()) return spec;
    const limit = hasNames(spec) ? { labelLimit: padding.left - 8 } : {};
    return {
      ...spec,
      padding,
      axes: spec.axes?.map((axis) => ({ ...axis, ...(axis.scale === "y" ? { ...limit, labelOverlap: true } : { labelOverlap: true }) })),
      marks: spec.marks.map((mark) => (mark.type === "arc" || mark.type === "text" ? grown(mark, spec) : mark)),
    };
  }

  // A pie, with the words in its middle.
  function grown(mark, { marks }) {
    if (!marks.some(({ type }) => type === "arc")) return mark;
    const update = { ...mark.encode.update };
    for (const key of ["innerRadius", "outerRadius"]) {
      if (update[key]) update[key] = { signal: `${update[key].value / MIDDLE} * min(width, height)` };
    }
    for (const key of ["fontSize", "dy"]) {
      if (update[key]) update[key] = { signal: `${update[key].value} * clamp(min(width, height) / ${MIDDLE}, 0.75, 3)` };
    }
    return { ...mark, encode: { ...mark.encode, update } };
  }

  // Names at the ends of lines are moved apart for another height; where there is no room, the legend has them.
  async function nameEnds(panel) {
    const { view, spec, chart } = panel;
    if (!isOn() || !spec.data.some(({ name }) => name === "ends")) return;
    panel.ends ||= view.data("ends").map(({ x, w, s, t, d }) => ({ x, w, s, t, d }));
    const found = ends.moved(panel.ends, view.scale("y"), view.height());
    chart.home.querySelector(".legend")?.classList.toggle("labelled", found.length > 0);
    await view.data("ends", found).runAsync();
  }

  return { isOn, height, narrow, free, nameEnds };
})();
