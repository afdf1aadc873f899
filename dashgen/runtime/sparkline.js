// ---- sparkline
// The path of the small line under a number and of the area under it, as sparkline.py has them.

const sparkline = (() => {
  const [WIDTH, HEIGHT, ROOM] = [200, 40, 3];
  const rounded = (value) => Math.floor(value * 100 + 0.5) / 100;
  const short = (value) => String(Number(value.toPrecision(6)));

  // Nothing where fewer than two values are known: a single one has no course.
  function paths(values) {
    const known = values.filter((value) => value !== null);
    if (known.length < 2) return null;
    const high = Math.max(...known);
    const low = Math.min(...known, high - Math.abs(high) / 10);
    const x = (n) => rounded((WIDTH * n) / (values.length - 1));
    const y = (value) => rounded(HEIGHT - ROOM - (high > low ? (value - low) / (high - low) : 0.5) * (HEIGHT - 2 * ROOM));
    const drawn = runs(values).map((run) => {
      const points = run.map((n) => `${short(x(n))},${short(y(values[n]))}`);
      const [first, last] = [x(run[0]), x(run[run.length - 1])];
      if (points.length === 1) return [`M${points[0]}L${short(first + 0.01)},${short(y(values[run[0]]))}`, ""];
      const joined = points.join("L");
      return [`M${joined}`, `M${short(first)},${HEIGHT}L${joined}L${short(last)},${HEIGHT}Z`];
    });
    return [0, 1].map((part) => drawn.map((one) => one[part]).join(""));
  }

  // Neighbours that have values.
  function runs(values) {
    const found = [];
    for (const [n, value] of values.entries()) {
      if (value === null) continue;
      if (n && values[n - 1] !== null) found[found.length - 1].push(n);
      else found.push([n]);
    }
    return found;
  }

  return { paths };
})();
