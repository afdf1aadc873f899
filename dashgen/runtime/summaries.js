// ---- summaries
// What a chart shows, in words, as summaries.py has it.

const summaries = (() => {
  const [NAMED, SAME] = [3, 0.02];
  const [HOUR, DAY] = [3.6e6, 8.64e7];
  const WHEN = { first: "from_when", last: "to_when", high: "high_when", low: "low_when" };

  // `what` is the name of the kind's message.
  function summary(what, { start, end }, said) {
    const [name, when] = [writer.words(what), writer.range(start, end)];
    const heading = when ? writer.words("chart-over", { what: name, when }) : name;
    return [heading, ...said].map((sentence) => `${sentence}.`).join(" ");
  }

  const more = (count) => (count > 0 ? [writer.words("more", { count })] : []);

  // ---- trends

  function trends(metrics, series, answer) {
    const unfinished = clock.unfinished([...new Set(answer.rows.map((row) => row.time))], answer.end);
    const rows = answer.rows.filter((row) => row.time !== unfinished);
    if (!series) return metrics.map((metric) => trend(page.labels[metric].title, metric, rows));
    const groups = categories.of(rows.map((row) => row[series]));
    const shown = groups.names.slice(0, NAMED);
    const said = metrics.map((metric) => [
      ...shown.map((name) => trend(name, metric, rows.filter((row) => groups.name(row[series]) === name))),
    ]);
    return [...said.flat(), ...more(groups.names.length - NAMED)];
  }

  function trend(title, metric, rows) {
    const points = rows.filter((row) => figures.finite(row[metric]) !== null).map((row) => [row.time, row[metric]]);
    if (!points.length) return writer.words("no-values", { title });
    const step = stepOf(rows.map((row) => row.time));
    const least = (sign) => points.reduce((best, one) => (sign * one[1] < sign * best[1] ? one : best));
    const told = { first: points[0], last: points[points.length - 1], high: least(-1), low: least(1) };
    const values = { title };
    for (const [name, [time, value]] of Object.entries(told)) {
      values[name] = writer.cell(value, page.labels[metric]);
      values[WHEN[name]] = whenOf(time, step);
    }
    if (told.high[1] === told.low[1]) {
      return writer.words(points.length > 1 ? "trend-flat" : "trend-once", { ...values, value: values.first });
    }
    const way = direction(told.first[1], told.last[1]);
    return writer.words("trend-extremes", { ...values, trend: writer.words(`trend-${way}`, values) });
  }

  function direction(first, last) {
    if (Math.abs(last - first) <= SAME * Math.max(Math.abs(first), Math.abs(last))) return "held";
    return last > first ? "rose" : "fell";
  }

  function stepOf(times) {
    const [before, last] = [...new Set(times)].slice(-2).map(clock.real);
    return last === undefined ? DAY : last - before;
  }

  function whenOf(iso, step) {
    const at = clock.reading(iso);
    const day = writer.day(at, false);
    if (step < 22 * HOUR) return writer.words("at-time", { day, time: writer.clock(at) });
    if (step < 6 * DAY) return writer.words("on-day", { day });
    if (step < 26 * DAY) return writer.words("in-week", { day });
    return writer.words("in-month", { month: writer.month(at), year: writer.year(at) });
  }

  // ---- shares

  function shares(metric, rows, by) {
    const whole = rows.reduce((sum, row) => sum + row[metric], 0);
    const parts = whole ? rows.filter((row) => !formats.isOther(row[by])) : [];
    if (!parts.length) return [];
    const ranked = [...parts].sort((a, b) => b[metric] - a[metric]);
    const share = (row) => writer.share(row[metric] / whole);
    const [name, total] = [writer.name(ranked[0][by]), writer.value(whole, page.labels[metric]).joined];
    const rest = ranked.slice(1, NAMED).map((row) => writer.words("with-value", { name: writer.name(row[by]), value: share(row) }));
    return [
      writer.words("largest-share", { name, share: share(ranked[0]), whole: total }),
      ...(rest.length ? [writer.words("then", { list: writer.names(rest) })] : []),
      ...more(rows.length - NAMED),
    ];
  }

  // ---- groups, cells and sizes

  const valued = (name, value, label) => writer.words("with-value", { name, value: writer.cell(value, label) });

  // The highest few and the lowest, but for the folded rest.
  function groups(metric, rows, by) {
    const label = page.labels[metric];
    const told = label.additive ? by.slice(0, 1) : by;
    const isKnown = (row) => figures.finite(row[metric]) !== null && !told.some((name) => formats.isOther(row[name]));
    const found = figures.totals(rows.filter(isKnown).map((row) => [pair(told.map((name) => writer.name(row[name]))), row[metric]]));
    if (!found.size) return [writer.words("no-values", { title: label.title })];
    const ranked = [...found].sort((a, b) => b[1] - a[1]).map(([name, value]) => valued(name, value, label));
    const lowest = { count: ranked.length, item: ranked[ranked.length - 1] };
    return [
      writer.words("highest", { title: label.title, list: writer.names(ranked.slice(0, NAMED)) }),
      ...(ranked.length > NAMED ? [writer.words("lowest", lowest)] : []),
    ];
  }

  const pair = ([first, second]) => (second === undefined ? first : writer.words("pair", { first, second }));

  // `found` has row, column and value as r, c and v.
  function cells(metric, found) {
    const label = page.labels[metric];
    const known = found.filter((cell) => figures.finite(cell.v) !== null);
    if (!known.length) return [writer.words("no-values", { title: label.title })];
    const place = ({ r, c, v }) => valued(writer.words("place", { row: r, column: c }), v, label);
    const end = (sign) => known.reduce((best, cell) => (sign * cell.v > sign * best.v ? cell : best));
    const ends = [["highest-cell", 1], ["lowest-cell", -1]];
    const said = ends.map(([name, sign]) => writer.words(name, { title: label.title, list: place(end(sign)) }));
    if (!label.additive) return said;
    const busiest = ["r", "c"].map((key) => {
      const sums = [...figures.totals(known.map((cell) => [cell[key], cell.v]))];
      return valued(...sums.reduce((best, one) => (one[1] > best[1] ? one : best)), label);
    });
    return [...said, writer.words("busiest", { list: writer.names(busiest) })];
  }

  function sizes(rows, by, label) {
    if (!by) return quantiles(label.title, rows, label);
    const found = categories.of(rows.map((row) => row[by]));
    const shown = found.names.slice(0, NAMED);
    const said = shown.flatMap((name) => quantiles(name, rows.filter((row) => found.name(row[by]) === name), label));
    return [...said, ...more(found.names.length - NAMED)];
  }

  // How large half of the values are at most, and nineteen in twenty.
  function quantiles(title, rows, label) {
    const ordered = [...rows].sort((a, b) => a.to - b.to);
    const count = rows.reduce((sum, row) => sum + row.count, 0);
    if (!count) return [];
    const [half, most] = [0.5, 0.95].map((part) => {
      let sum = 0;
      return writer.cell(ordered.find((row) => (sum += row.count) >= part * count).to, label);
    });
    return [writer.words("quantiles", { title, half, most, count })];
  }

  return { summary, trends, shares, groups, cells, sizes, more, NAMED };
})();
