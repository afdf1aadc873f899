// ---- heatmap
// A cell per pair, darker for more, as heatmap_chart.py has them.

twins.heatmap = (() => {
  const [ABOVE, RIGHT, BELOW, SLANTED, APART, STEPS] = [4, 4, 26, 96, 20, 9];
  const SIZES = [
    { width: axes.PHONE, most: 104, lane: 24, hours: 6 },
    { width: axes.DESK, most: 160, lane: 30, hours: 3 },
  ];

  function heatmap(widget, answer) {
    const { metric, rows: down, columns: along } = widget.definition;
    const label = page.labels[metric];
    const named = [down, along].map((name) => answer.rows.map((row) => nameOf(name, row[name])));
    const [rows, columns] = named.map(categories.of);
    const cells = answer.rows.map((row, i) => ({ r: rows.name(named[0][i]), c: columns.name(named[1][i]), v: row[metric], i }));
    const values = cells.map((cell) => cell.v).filter((value) => value !== null);
    const domain = domainOf(values);
    const roles = Array.from({ length: STEPS }, (_, n) => `${domain[0] < 0 ? "d" : "h"}${n + 1}`);
    const [low, high] = domain.map((value) => writer.cell(value, label));
    return {
      empty: !values.some(Boolean),
      remarks: [],
      variants: SIZES.map((size, n) => {
        const { height, ...made } = panel(rows, columns, along, size);
        made.data = { rows: cells };
        made.signals.colours = { domain, range: roles.map(categories.ink) };
        return [{ ...made, height: levelled(widget, n, height) }];
      }),
      legend: values.length > 0 && { low, high, roles },
      said: () => summaries.cells(metric, cells),
      table: () => tableOf(down, rows, columns, cells, label),
    };
  }

  // Weekdays and hours in words.
  function nameOf(dimension, value) {
    const isPart = Number.isInteger(value) && (dimension === "weekday" || dimension === "hour");
    return isPart ? writer[dimension](value) : value;
  }

  // From zero, or from the least where all lie close together far above it; around zero where some lie below.
  function domainOf(values) {
    if (!values.length) return [0, 1];
    const [least, high] = [Math.min(...values), Math.max(...values)];
    if (least < 0) return [-Math.max(-least, high), Math.max(-least, high)];
    const low = least > high / 2 ? least : 0;
    return low < high ? [low, high] : [0, high || 1];
  }

  function panel(rows, columns, along, { width, most, lane, hours }) {
    const down = axes.names(rows, most);
    const left = axes.roomOf(down);
    const below = alongOf(columns, along, width - left - RIGHT, hours);
    const bottom = below.slant ? axes.room(0.7 * axes.widest(below.texts[0])) : BELOW;
    return {
      signals: { r_axis: down, c_axis: below },
      padding: { left, right: RIGHT, top: ABOVE, bottom },
      height: Math.max(1, rows.names.length) * lane + ABOVE + bottom,
    };
  }

  // The names below, slanted where they would touch; then every second or third is left out if need be.
  function alongOf(columns, dimension, width, hours) {
    const count = Math.max(columns.names.length, 1);
    if (dimension === "hour") return thinned(axes.names(columns, width), hours);
    if (axes.widest(columns.names) <= (1.1 * width) / count) return { ...axes.names(columns, width), slant: 0 };
    const step = Math.ceil((count * APART) / Math.max(Math.trunc(width), 1));
    return { ...thinned(axes.names(columns, SLANTED), step), slant: 320 };
  }

  function thinned(axis, step) {
    return { ...axis, texts: [axis.texts[0].map((text, n) => (n % step ? "" : text))] };
  }

  // The grid itself, in numbers.
  function tableOf(dimension, rows, columns, cells, label) {
    const lines = new Map();
    for (const { r, v } of cells) {
      if (!lines.has(r)) lines.set(r, [r]);
      lines.get(r).push(writer.cell(v, label));
    }
    const title = has(page.labels, dimension) ? page.labels[dimension].title : writer.words(dimension);
    return {
      columns: [{ title }, ...columns.names.map((name) => ({ title: name, numeric: true }))],
      rows: [...lines.values()],
      caption: writer.words("numbers-by-cell"),
    };
  }

  return heatmap;
})();
