// ---- histogram
// Counts by size, or a lane of them per group, as histogram_chart.py has them.

twins.histogram = (() => {
  const [HEIGHT, LANE, RIGHT, BETWEEN, BINS, FULL, FEW, BELOW] = [240, 40, 16, 10, 60, 0.9, 3, 28];
  const NAMES = [124, 176];
  const powers = Array.from({ length: 18 }, (_, n) => n - 6);
  const ROUND = powers.flatMap((power) => [1, 2, 5].map((step) => Number(`${step}e${power}`)));
  const ROUND_MS = [
    ...ROUND.filter((tick) => tick <= 20_000),
    ...[1, 2, 5, 10, 30].map((minutes) => 60_000 * minutes),
    ...[1, 3, 10, 24, 100].map((hours) => 3_600_000 * hours),
  ];

  function histogram(widget, answer) {
    const { of, by } = widget.definition;
    const { rows } = answer;
    const label = page.labels[of];
    const groups = categories.of(by ? rows.map((row) => row[by]) : [null]);
    const indexOf = (row) => groups.index(by ? row[by] : null);
    const bins = binsOf(rows, groups, indexOf, Boolean(by));
    const lower = lowerOf(rows, groups, indexOf);
    const undrawn = lower.reduce((sum, one) => sum + one.v, 0);
    const scale = scaleOf(widget.definition, bins);
    return {
      empty: !bins.length || rows.every((row) => !row.count),
      remarks: undrawn ? [writer.words("not-drawn", { count: undrawn })] : [],
      variants: widget.live.map((_, size) => [panel(widget, size, groups, bins, scale, label)]),
      said: () => summaries.sizes(rows, by, label),
      table: () => tableOf(by, groups, [...lower, ...bins], label),
    };
  }

  // ---- bins

  // Counts per category on one grid of at most sixty bins, neighbours merged.
  function binsOf(rows, groups, indexOf, isSplit) {
    const above = rows.filter((row) => row.to > 0);
    const key = (row) => `${row.from} ${row.to}`;
    const edges = [...new Map(above.map((row) => [key(row), row])).values()];
    edges.sort((a, b) => a.from - b.from || a.to - b.to);
    const step = Math.ceil(edges.length / BINS);
    const place = new Map(edges.map((edge, n) => [key(edge), Math.floor(n / step)]));
    const runs = Array.from({ length: Math.ceil(edges.length / step) || 0 }, (_, k) => edges.slice(k * step, (k + 1) * step));
    const counts = groups.names.map(() => runs.map(() => 0));
    for (const row of above) counts[indexOf(row)][place.get(key(row))] += row.count;
    const first = groups.names.map((_, n) => rows.findIndex((row) => indexOf(row) === n));
    const bins = counts.flatMap((own, n) => own.map((v, k) => {
      return { x: runs[k][0].from, e: runs[k][runs[k].length - 1].to, v, s: groups.names[n], n: n + 1, i: first[n] };
    }));
    if (isSplit) raise(bins, counts);
    return bins;
  }

  // `t`: the tops of the bars in their lanes.
  function raise(bins, counts) {
    const sums = counts.map((own) => own.reduce((a, b) => a + b, 0));
    const share = (one) => one.v / (sums[one.n - 1] || 1);
    const highest = Math.max(0, ...bins.map(share)) || 1;
    for (const one of bins) one.t = one.n - (FULL * share(one)) / highest;
  }

  // Zero and less, which the picture has no place for: a bin per edge and category.
  function lowerOf(rows, groups, indexOf) {
    const below = rows.filter((row) => row.to <= 0);
    const edges = [...new Set(below.map((row) => row.to))].sort((a, b) => a - b);
    const counts = figures.totals(below.map((row) => [`${row.to} ${indexOf(row)}`, row.count]));
    return edges.flatMap((e) => groups.names.map((_, n) => ({ e, v: counts.get(`${e} ${n}`) || 0 })));
  }

  // ---- axes

  // The ends of what is drawn; a single bin does not fill the plot.
  function scaleOf({ scale, thresholds }, bins) {
    const isLog = scale === "log";
    let [low, high] = bins.length ? [Math.min(...bins.map((one) => one.x)), Math.max(...bins.map((one) => one.e))] : [1, 10];
    if (new Set(bins.map((one) => one.x)).size === 1) {
      [low, high] = isLog ? [low / 2, high * 2] : [low - 4 * (high - low), high + 4 * (high - low)];
    }
    const at = isLog ? Math.log : Number;
    const levels = bins.length ? rules.levels(thresholds) : [];
    return {
      low,
      high,
      isLog,
      place: (value) => (at(value) - at(low)) / (at(high) - at(low)),
      inside: levels.filter(([, level]) => low <= level && level <= high),
    };
  }

  function panel(widget, size, groups, bins, scale, label) {
    const { by, thresholds } = widget.definition;
    const value = by ? lanesOf(groups, NAMES[size]) : axes.values(bins.map((one) => one.v), page.labels.count);
    const padding = { left: axes.roomOf(value), right: RIGHT, top: Math.max(rules.room(scale.inside), 8), bottom: BELOW };
    const height = (by ? LANE * Math.max(1, groups.names.length) : HEIGHT) + padding.top + BELOW;
    return {
      data: {
        rows: bins,
        ...(by && { lanes: groups.names.map((_, n) => ({ n: n + 1 })) }),
        ...(thresholds && { levels: rules.upright(scale.inside, label, scale.place) }),
      },
      signals: {
        x_axis: sizesOf(scale, padding.left + RIGHT, label),
        y_axis: value,
        ...(by && { colours: categories.plain(groups, categories.ink("c1")) }),
      },
      padding,
      height: levelled(widget, size, height),
    };
  }

  // Names at the feet of their lanes, which are counted from the top.
  function lanesOf({ names }, most) {
    const texts = names.map((name) => measure.shortened(name, most));
    return { ticks: [names.map((_, n) => (100 * n + 66) / 100)], texts: [texts], ends: [names.length, 0] };
  }

  function sizesOf(scale, around, label) {
    const found = [axes.PHONE, axes.DESK].map((column) => roundOf(scale, column - around, label));
    return {
      ticks: found.map(([steps]) => steps),
      texts: found.map(([, texts]) => texts),
      ends: [scale.low, scale.high],
      wide: axes.DESK - around,
    };
  }

  // Round sizes with their texts, as many as there is room for.
  function roundOf(scale, width, label) {
    for (let most = 8; ; most -= 1) {
      const steps = scale.isLog ? logarithmic(scale, label, most) : linear(scale, label, most);
      const texts = scale.isLog ? steps.map((step) => writer.ticks([step], label)[0]) : writer.ticks(steps, label);
      const places = steps.map((step, n) => [scale.place(step) * width, measure.width(texts[n]) / 2]);
      const isClear = places.every(([at, half], n) => !n || at - places[n - 1][0] >= places[n - 1][1] + half + BETWEEN);
      if (most === 2 || isClear) return [steps, texts];
    }
  }

  function linear({ low, high }, label, most) {
    return ticks(low, high, label, { most: Math.max(most, FEW) }).filter((step) => low <= step && step <= high);
  }

  // 1, 2 and 5 of each power of ten where there is room, else every so many.
  function logarithmic({ low, high }, label, most) {
    const isTime = label.format === "duration";
    const unit = isTime ? formats.milliseconds(label.unit) : 1;
    const inside = (isTime ? ROUND_MS : ROUND).map((tick) => tick / unit).filter((tick) => low <= tick && tick <= high);
    return inside.filter((_, n) => n % Math.ceil(inside.length / most) === 0);
  }

  // A row per bin, a column per category.
  function tableOf(by, { names }, bins, label) {
    const lines = new Map();
    for (const { e, v } of bins) {
      if (!lines.has(e)) lines.set(e, [e ? writer.value(e, label).joined : "0"]);
      lines.get(e).push(writer.whole(v));
    }
    const heads = names.map((name) => ({ title: by ? name : writer.words("count"), numeric: true }));
    return {
      columns: [{ title: writer.words("up-to-size", { title: label.title }), numeric: true }, ...heads],
      rows: [...lines.values()],
      caption: writer.words("counts-by-size"),
    };
  }

  return histogram;
})();
