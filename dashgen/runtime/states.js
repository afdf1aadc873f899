// ---- states
// Thresholds and comparisons, in the metric's own direction, as states.py has them.

const states = (() => {
  function state(value, thresholds, better) {
    const trips = (level) => level !== undefined && level !== null && (better === "higher" ? value <= level : value >= level);
    if (value === null || !thresholds) return "";
    return ["critical", "warning"].find((name) => trips(thresholds[name])) || "";
  }

  // Several compared metrics keep theirs in a mapping.
  function of(value, metric) {
    return (value !== null && typeof value === "object" ? value[metric] : value) ?? null;
  }

  function difference(row, metric) {
    const before = of(row.previous, metric);
    return before === null || row[metric] === null ? null : row[metric] - before;
  }

  function change(row, metric, { reaches_back: reachesBack = true, unheld = false } = {}) {
    const label = page.labels[metric];
    const previous = of(row.previous, metric);
    if (previous === null) return { text: writer.words(unheld ? "unheld-before" : reachesBack ? "no-value-before" : "nothing-before"), tone: "muted", before: "" };
    const before = writer.words("before", { value: writer.value(previous, label).joined });
    const apart = difference(row, metric);
    if (!apart) return { text: writer.words(apart === null ? "nothing-now" : "unchanged"), tone: "muted", before };
    return { text: `${apart > 0 ? "▲" : "▼"} ${size(Math.abs(apart), of(row.change, metric), label)}`, tone: tone(apart, label), before };
  }

  function size(apart, part, label) {
    if (label.format === "percent") return writer.points(apart);
    return part === null ? writer.value(apart, label).joined : writer.percent(Math.abs(part), 2);
  }

  function tone(apart, { better }) {
    if (better === "neither") return "muted";
    return apart > 0 === (better === "higher") ? "good" : "critical";
  }

  // What a column of changes is sorted by: points, or the part; a change from nothing is the largest.
  function rank(row, metric) {
    const apart = difference(row, metric);
    if (page.labels[metric].format === "percent" || apart === null) return apart;
    return of(row.change, metric) ?? apart * Infinity;
  }

  return { state, change, rank };
})();
