// Where a pointer or the arrow keys can stop in a chart: one stop per bucket, group, slice or cell, with the rows
// that stand there. Rows have the field names that the charts are built with.

const KEYS = {
  line: (row) => row.x,
  histogram: (row) => row.x,
  bar: (row) => row.b,
  heatmap: (row) => `${row.r}\n${row.c}`,
  pie: (row) => row.s,
};

function stopsOf(kind, rows, view) {
  const keyOf = KEYS[kind];
  if (!keyOf) return [];
  const stops = new Map();
  for (const row of rows.filter((one) => has(one, "v"))) {
    const key = keyOf(row);
    if (!stops.has(key)) stops.set(key, { rows: [] });
    stops.get(key).rows.push(row);
  }
  const found = [...stops.values()];
  return kind === "pie" ? slices(found, view) : found.map((stop) => placed(stop, kind, view));
}

// The stop's box in pixels of the plot; a line's has no width.
function placed(stop, kind, view) {
  const [width, height] = [view.width(), view.height()];
  const row = stop.rows[0];
  if (kind === "heatmap") {
    const [x, y] = [view.scale("x"), view.scale("y")];
    return { ...stop, x: x(row.c), y: y(row.r), width: x.bandwidth(), height: y.bandwidth(), grid: true };
  }
  if (kind === "bar") {
    const lying = Boolean(view.scale("y").bandwidth);
    const scale = view.scale(lying ? "y" : "x");
    const [at, room] = [scale(row.b), scale.bandwidth()];
    return lying ? { ...stop, x: 0, y: at, width, height: room, lying } : { ...stop, x: at, y: 0, width: room, height };
  }
  const scale = view.scale("x");
  const at = scale(row.x);
  const end = kind === "histogram" ? scale(row.e) : at;
  return { ...stop, x: at, y: 0, width: end - at, height };
}

function slices(stops, view) {
  const whole = stops.reduce((sum, stop) => sum + stop.rows[0].v, 0);
  let begun = 0;
  return stops.map((stop) => {
    const share = whole ? stop.rows[0].v / whole : 0;
    const slice = { ...stop, share, from: begun, till: begun + share };
    begun += share;
    const middle = 2 * Math.PI * (slice.from + share / 2);
    const reach = 0.38 * Math.min(view.width(), view.height());
    slice.x = view.width() / 2 + reach * Math.sin(middle);
    slice.y = view.height() / 2 - reach * Math.cos(middle);
    return { ...slice, width: 0, height: 0, slice: true };
  });
}

// The stop nearest to a point of the plot, or none where the pointer is outside of what is drawn.
function stopAt(stops, x, y, view) {
  const [width, height] = [view.width(), view.height()];
  if (!stops.length || x < -8 || y < -8 || x > width + 8 || y > height + 8) return undefined;
  if (stops[0].slice) return sliceAt(stops, x - width / 2, y - height / 2, Math.min(width, height) / 2);
  const distance = ({ grid, lying, ...stop }) => {
    const [across, down] = [apart(x, stop.x, stop.width), apart(y, stop.y, stop.height)];
    return grid ? across + down : lying ? down : across;
  };
  return stops.reduce((best, stop) => (distance(stop) < distance(best) ? stop : best));
}

function apart(at, start, room) {
  return Math.abs(at - start - room / 2);
}

function sliceAt(stops, x, y, radius) {
  const distance = Math.hypot(x, y);
  if (distance > radius || distance < 0.4 * radius) return undefined;
  const part = (Math.atan2(x, -y) / (2 * Math.PI) + 1) % 1;
  return stops.find((stop) => part >= stop.from && part < stop.till);
}
