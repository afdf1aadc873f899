// ---- lists
// The columns of a table widget and the cells of a row in them, as widgets/table.py has them. A column has beside its
// title what it is sorted by (`rank`), for numbers how they are written (`label`), and for groups their dimension (`by`).

const lists = (() => {
  const DIMENSIONS = ["time", "model", "project", "api_key", "user", "status_code", "status_class", "failed"];
  const MISSING = "–";

  const labelOf = (name) => (has(page.labels, name) ? page.labels[name] : { title: name, format: "text" });

  // { columns, cells(row), isHeaded, isRest(row) } for these rows, which end at `end`.
  function of(definition, rows, end) {
    return definition.records ? records(definition, rows, end) : groups(definition, rows);
  }

  // ---- records

  function records({ records: fields }, rows, end) {
    const times = rows.map((row) => row.time).filter(Boolean);
    const hasYear = new Set([...times, end].map((time) => time.slice(0, 4))).size > 1;
    return {
      columns: fields.map((name) => ({ title: labelOf(name).title, numeric: isNumeric(name), rank: (row) => row[name], label: isNumeric(name) && labelOf(name) })),
      cells: (row) => fields.map((name) => fieldOf(name, row[name], hasYear)),
      isHeaded: false,
      isRest: () => false,
    };
  }

  function isNumeric(name) {
    return !["text", "time"].includes(labelOf(name).format) && !DIMENSIONS.includes(name);
  }

  function fieldOf(name, value, hasYear) {
    if (name === "time") return writer.time(value, hasYear);
    if (name === "status_code") return { text: value === null ? writer.words("none") : writer.name(value), tone: toneOf(value), pill: true };
    if (typeof value === "number" && isNumeric(name)) return writer.cell(value, labelOf(name));
    return value === null ? MISSING : writer.name(value);
  }

  function toneOf(code) {
    if (!Number.isInteger(code)) return "muted";
    return code >= 500 ? "critical" : code >= 400 ? "warning" : "good";
  }

  // ---- groups

  function groups({ by, metrics, compare, spark, thresholds }, rows) {
    const columns = by.map((name) => ({ title: labelOf(name).title, rank: (row) => row[name], by: name }));
    for (const metric of metrics) {
      const label = page.labels[metric];
      columns.push({ title: label.title, bound: boundOf(label), numeric: true, rank: (row) => row[metric], label });
      if (compare) columns.push({ title: writer.words("change"), numeric: true, rank: (row) => states.rank(row, metric) });
    }
    if (spark) columns.push({ title: writer.words("trend"), numeric: true });
    const wholes = metrics.map((metric) => wholeOf(rows, metric));
    return { columns, cells: line, isHeaded: true, isRest: (row) => by.some((name) => formats.isOther(row[name])) };

    function line(row) {
      const cells = by.map((name) => writer.name(row[name]));
      for (const [n, metric] of metrics.entries()) {
        cells.push(value(row, metric, n ? null : thresholds, wholes[n]));
        if (compare) cells.push(changeIn(row, metric));
      }
      if (spark) cells.push(sparkIn(row, metrics[0]));
      return cells;
    }
  }

  // The greatest value of a metric whose bars can be compared: it adds up, and has more than one value.
  function wholeOf(rows, metric) {
    const values = rows.map((row) => row[metric]).filter((value) => value !== null);
    const most = values.reduce((one, other) => Math.max(one, other), 0);
    return page.labels[metric].additive && values.length > 1 && most > 0 && values.every((value) => value >= 0) ? most : null;
  }

  function value(row, metric, thresholds, whole) {
    const [label, given] = [page.labels[metric], row[metric]];
    const tone = states.state(given, thresholds, label.better);
    const bar = tone || whole === null || given === null ? null : Math.floor((1000 * given) / whole + 0.5) / 10;
    return { text: writer.cell(given, label), tone, pill: Boolean(tone), bar };
  }

  function changeIn(row, metric) {
    const { text, tone, before } = states.change(row, metric);
    return { text: before ? text : MISSING, tone };
  }

  function sparkIn(row, metric) {
    return { text: "", spark: sparkline.paths((row.spark || []).map((point) => point[metric])) };
  }

  return { of };
})();
