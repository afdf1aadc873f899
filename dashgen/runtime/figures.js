// ---- figures
// Rows as figures to draw, as figures.py has them.

const figures = (() => {
  const finite = (value) => (typeof value === "number" ? value : null);
  const known = (values) => values.filter((value) => finite(value) !== null);
  const highest = (values) => (known(values).length ? Math.max(...known(values)) : 0);
  const each = (rows, metrics) => rows.flatMap((row) => metrics.map((metric) => row[metric]));

  // Whole → the sum of its parts, from pairs.
  function totals(parts) {
    const found = new Map();
    for (const [whole, part] of parts) found.set(whole, (found.get(whole) || 0) + (finite(part) || 0));
    return found;
  }

  // Metrics in groups that can share an axis.
  function alike(metrics) {
    const groups = new Map();
    for (const metric of metrics) {
      const { format, unit } = page.labels[metric];
      const key = JSON.stringify([format, unit]);
      groups.set(key, [...(groups.get(key) || []), metric]);
    }
    return [...groups.values()];
  }

  return {
    finite,
    known,
    highest,
    totals,
    alike,
    belowZero: (rows, metrics) => each(rows, metrics).some((value) => value < 0),
    isEmpty: (rows, metrics) => each(rows, metrics).every((value) => finite(value) === null),
  };
})();
