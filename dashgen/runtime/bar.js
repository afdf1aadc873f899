// ---- bar
// Bars of groups, as bar_chart.py has them. On a phone they always lie; on a desk as they do in the page's own picture,
// unless the names of other rows need it.

twins.bar = (() => {
  const [HEIGHT, EDGE, TITLE] = [260, 12, 22];
  const [LANE, THIN, SPLIT, MANY, LABELLED] = [30, 24, 17, 20, 30];
  const NAMES = [124, 176];

  function bar(widget, answer) {
    const { metrics, by, series, stacked } = widget.definition;
    const { rows } = answer;
    const noParts = stacked === "share" && figures.belowZero(rows, metrics);
    const all = series ? categories.of(rows.map((row) => row[series]), series) : categories.ofMetrics(metrics);
    const groups = figures.alike(metrics);
    const sheets = groups.map((group) => sheetOf(widget.definition, group, series ? all : all.part(group), rows));
    const told = series || groups.length < metrics.length;
    const lying = widget.live.map(([spec]) => spec.scales.some(({ name, type }) => name === "y" && type === "band"));
    return {
      empty: noParts || figures.isEmpty(rows, metrics),
      remarks: noParts ? [writer.words("no-parts")] : [],
      narrowed: !lying[1] && !sheets.every(stands),
      variants: lying.map((one, size) => drawn(widget, sheets, size, one)),
      legend: Boolean(told) && all.names.length > 1 && { entries: categories.entries(all, series) },
      said: () => metrics.flatMap((metric) => summaries.groups(metric, rows, series ? [by, series] : [by])),
      table: () => tableOf(widget.definition, rows),
    };
  }

  function drawn(widget, sheets, size, lying) {
    const frames = sheets.map((sheet) => frameOf(sheet, size, lying));
    const most = (key) => Math.max(...frames.map((frame) => frame[key]));
    const padding = { left: most("left"), right: most("right"), top: most("top"), bottom: most("bottom") };
    const height = lying ? { height: levelled(widget, size, most("height")) } : {};
    return sheets.map((sheet, n) => ({
      ...panel(sheet, n, size, lying, padding),
      padding: { ...padding, top: padding.top + (sheets.length > 1 ? TITLE : 0) },
      ...height,
    }));
  }

  // One pair of axes.
  function sheetOf({ by, series, stacked, thresholds }, metrics, colours, rows) {
    const label = page.labels[metrics[0]];
    const groups = categories.of(rows.map((row) => row[by]));
    const bars = rows.flatMap((row, i) => metrics.map((metric, m) => {
      const n = series ? colours.index(row[series]) : m;
      return { b: groups.name(row[by]), v: row[metric], s: colours.names[n], o: n, i };
    }));
    const totals = figures.totals(bars.map(({ b, v }) => [b, v]));
    const reached = stacked ? [...totals.values()] : bars.map(({ v }) => v);
    const levels = rules.levels(thresholds, figures.highest(reached));
    const texts = labelled(bars, totals, stacked, label);
    const found = [...reached, ...levels.map(([, value]) => value)];
    const value = stacked === "share" ? axes.shares() : axes.values(found, label);
    if (texts.length) {
      const numbers = [0, ...found.map((one) => figures.finite(one) || 0)];
      value.ends = [Math.min(...numbers), Math.max(...numbers) || 1];
    }
    const split = series || metrics.length > 1;
    const beside = Boolean(split && !stacked);
    return { label, groups, colours, bars, levels, texts, value, thresholds, split, beside, lanes: beside ? colours.names.length : 1 };
  }

  // The number of every bar, or of every stack on its last part, where they are few enough.
  function labelled(bars, totals, stacked, label) {
    if (stacked === "share" || (stacked ? totals.size : bars.length) > LABELLED) return [];
    const last = new Map(bars.map((one) => [one.b, one]));
    for (const one of stacked ? last.values() : bars) {
      const value = stacked ? totals.get(one.b) : one.v;
      one.l = writer.cell(value, label);
      one.e = stacked ? value : Math.max(figures.finite(value) || 0, 0);
    }
    return bars.filter((one) => has(one, "l")).map((one) => one.l);
  }

  function stands({ groups: { names }, texts, value }) {
    const widest = axes.widest([...names, ...texts]);
    return names.length * (widest + EDGE) <= axes.DESK - axes.roomOf(value) - 2 * EDGE;
  }

  function frameOf({ groups, texts, value, levels, lanes }, size, lying) {
    const labelled = texts.length > 0;
    if (!lying) {
      return { left: labelled ? 4 : Math.max(axes.roomOf(value), 4), right: 4, top: labelled ? 24 : 12, bottom: 28, height: HEIGHT };
    }
    const count = groups.names.length;
    const lane = Math.max(count > MANY ? THIN : LANE, SPLIT * lanes + 10);
    const [top, bottom] = [levels.length ? rules.room(levels) : 4, labelled ? 4 : 28];
    return {
      left: axes.roomOf(axes.names(groups, NAMES[size])),
      right: labelled ? axes.room(axes.widest(texts)) : 20,
      top,
      bottom,
      height: Math.max(count, 1) * lane + top + bottom,
    };
  }

  function panel({ groups, colours, bars, levels, texts, value, label, thresholds, split, beside }, n, size, lying, { left, right }) {
    const number = n ? `_${n}` : "";
    const bare = texts.length ? { ...value, ticks: [[]], texts: [[]] } : value;
    const limits = lying ? rules.upright(levels, label, (level) => axes.place(value, level)) : rules.across(levels, label);
    return {
      data: { rows: bars, ...(thresholds && { levels: limits }) },
      signals: {
        [`b_axis${number}`]: axes.names(groups, NAMES[size]),
        [`v_axis${number}`]: lying ? axes.lying(bare, left + right) : bare,
        ...(beside && { [`s_axis${number}`]: axes.names(colours, NAMES[1]) }),
        colours: split ? categories.scale(colours) : categories.plain(groups, colours.inks[0]),
      },
    };
  }

  function tableOf({ metrics, by, series }, rows) {
    const dimensions = series ? [by, series] : [by];
    const title = (name) => page.labels[name].title;
    return {
      columns: [...dimensions.map((name) => ({ title: title(name) })), ...metrics.map((name) => ({ title: title(name), numeric: true }))],
      rows: rows.map((row) => [
        ...dimensions.map((name) => writer.name(row[name])),
        ...metrics.map((name) => writer.cell(row[name], page.labels[name])),
      ]),
      caption: writer.words("numbers-by-group"),
    };
  }

  return bar;
})();
