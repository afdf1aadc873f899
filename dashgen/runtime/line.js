// ---- line
// The rows of a trend, as line_chart.py, ends.py and markers.py have them.

twins.line = (() => {
  const [HEIGHT, PANEL, RIGHT, ABOVE, BELOW, TITLE] = [260, 180, 16, 12, 28, 22];

  function line(widget, answer) {
    const { definition } = widget;
    const { series, metrics, stacked } = definition;
    const { rows } = answer;
    const noParts = Boolean(stacked) && figures.belowZero(rows, metrics);
    const all = series ? categories.of(rows.map((row) => row[series]), series) : categories.ofMetrics(metrics);
    const groups = series ? metrics.map((metric) => [metric]) : figures.alike(metrics);
    const sheets = groups.map((group) => sheetOf(definition, group, series ? all : all.part(group), answer));
    const marked = markers.shown(definition.markers || [], answer);
    const frame = {
      left: Math.max(...sheets.map((sheet) => axes.roomOf(sheet.value))),
      right: RIGHT,
      top: ABOVE + markers.room(marked),
      bottom: BELOW,
    };
    const splits = !stacked && Boolean(series || groups.some((group) => group.length > 1));
    const named = splits ? namesOf(sheets, frame) : [];
    const rooms = named.filter((found) => found.length).map(ends.room);
    const wide = { ...frame, right: Math.max(RIGHT, ...rooms) };
    const panels = (around, names) => sheets.map((sheet, n) => panel(sheet, n, sheets.length, around, names && names[n], marked, definition));
    return {
      empty: noParts || figures.isEmpty(rows, metrics),
      remarks: noParts ? [writer.words("no-parts")] : [],
      variants: splits ? [panels(frame), panels(wide, named)] : [panels(frame)],
      legend: all.names.length > 1 && { entries: entriesOf(all, series), labelled: rooms.length > 0 },
      said: () => [...summaries.trends(metrics, series, answer), ...markers.words(marked)],
      table: () => tableOf(definition, rows, all, marked),
    };
  }

  function entriesOf(all, series) {
    return all.names.map((name, n) => ({ name, role: all.roles[n], dimension: series, value: all.values[n] }));
  }

  // One pair of axes.
  function sheetOf({ series, stacked, compare, thresholds, metrics: all }, metrics, found, { rows, end }) {
    const label = page.labels[metrics[0]];
    const places = clock.positions(rows.map((row) => row.time));
    const unfinished = Boolean(clock.unfinished([...places.keys()], end));
    const points = rows.flatMap((row, i) => metrics.map((metric) => {
      const n = series ? found.index(row[series]) : metrics.indexOf(metric);
      const point = { x: places.get(row.time), time: row.time, v: row[metric], s: found.names[n], o: n, i };
      if (compare) point.p = (row.previous && typeof row.previous === "object" ? row.previous[metric] : row.previous) ?? null;
      return point;
    }));
    found.names.forEach((_, n) => mark(points.filter((point) => point.o === n), unfinished));
    for (const point of points) {
      const text = places.size === 1 && writer.value(point.v, label).joined;
      if (text) point.l = found.names.length > 1 ? `${point.s}  ${text}` : text;
      if (series && found.names.length === 1) point.u = true;
    }
    const levels = rules.levels(thresholds, figures.highest(points.map((point) => point.v)));
    return { label, places, points, found, levels, stacked, value: valueOf(), splits: Boolean(series) || metrics.length > 1 };

    function valueOf() {
      if (stacked === "share") return axes.shares();
      const reached = levels.map(([, value]) => value);
      const values = stacked
        ? [...figures.totals(points.map((point) => [point.x, point.v])).values()]
        : points.flatMap((point) => [point.v, point.p]);
      return axes.values([...values, ...reached], label, all.length > metrics.length ? 4 : 6);
    }
  }

  function mark(points, unfinished) {
    points.forEach((point, n) => {
      const isGap = (m) => !points[m] || points[m].v === null;
      if (point.v !== null && isGap(n - 1) && isGap(n + 1)) point.a = true;
    });
    if (unfinished && points.length > 1) [points[points.length - 2].q, points[points.length - 1].q] = [1, 2];
  }

  function namesOf(sheets, { top }) {
    const height = (n) => (sheets.length > 1 ? PANEL : HEIGHT) - top - BELOW - (n ? TITLE : 0);
    const named = sheets.map((sheet, n) => (sheet.places.size < 2 ? [] : ends.rows(sheet.points, sheet.value, height(n))));
    const split = named.filter((_, n) => sheets[n].found.names.length > 1);
    return split.length && split.every((found) => found.length) ? named : sheets.map(() => []);
  }

  function panel(sheet, n, count, frame, named, marked, { thresholds, markers: annotated }) {
    const number = n ? `_${n}` : "";
    const { left, right, top, bottom } = frame;
    const readings = sheet.places.size ? [...sheet.places.values()] : [0];
    const time = axes.time(readings, left + right);
    return {
      data: {
        rows: sheet.points,
        ...(thresholds && { levels: rules.across(sheet.levels, sheet.label) }),
        ...(annotated && markers.rows(marked, time, left + right)),
        ...(named && sheet.splits && { ends: named }),
      },
      signals: {
        [`x_axis${number}`]: time,
        [`y_axis${number}`]: sheet.value,
        colours: { domain: sheet.found.names, range: sheet.found.inks },
      },
      padding: { left, right, top: top + (count > 1 ? TITLE : 0), bottom },
    };
  }

  // A row per bucket, a column per series and metric.
  function tableOf({ series, metrics }, rows, all, marked) {
    const daily = clock.isDaily(rows.map((row) => row.time));
    const lines = new Map();
    for (const row of rows) {
      if (!lines.has(row.time)) lines.set(row.time, [writer.bucket(row.time, daily)]);
      lines.get(row.time).push(...metrics.map((metric) => writer.cell(row[metric], page.labels[metric])));
    }
    const heading = (name, metric) => {
      const { title } = page.labels[metric];
      return !name ? title : metrics.length === 1 ? name : `${name}, ${title}`;
    };
    const numeric = (series ? all.names : [""]).flatMap((name) => metrics.map((metric) => heading(name, metric)));
    const columns = [{ title: writer.words("time") }, ...numeric.map((title) => ({ title, numeric: true }))];
    const texts = markers.ofBuckets(marked, [...lines.keys()].map(clock.reading));
    if (texts.some(Boolean)) {
      columns.push({ title: writer.words("marked") });
      [...lines.values()].forEach((cells, n) => cells.push(texts[n]));
    }
    return { columns, rows: [...lines.values()], caption: writer.words("numbers-by-time") };
  }

  return line;
})();
