// ---- markers
// Annotations on a time axis, as markers.py has them: { text, low, high, when, moment } in clock readings.

const markers = (() => {
  const [LANE, LANES, GAP, WIDEST] = [16, 3, 6, 180];

  function shown(all, { start, end }) {
    if (!all.length || !start || !end) return [];
    const [from, to] = [start, end].map(clock.reading);
    const inside = all.filter(({ low, high, moment }) => low < to && high >= from && (moment || high !== from));
    return inside
      .map((one) => ({ ...one, low: Math.max(one.low, from), high: Math.min(one.high, to) }))
      .sort((a, b) => a.low - b.low || a.high - b.high);
  }

  // The sets of rows of a chart.
  function rows(found, axis, around) {
    const last = axis.ends[1];
    const spans = found.filter((one) => one.low !== one.high);
    return {
      spans: spans.map((one) => ({ x: Math.min(one.low, last), y: Math.min(one.high, last) })),
      begins: found.map((one) => ({ x: Math.min(one.low, last) })),
      phone: placed(found, axis, axes.PHONE - around),
      desk: placed(found, axis, axes.DESK - around),
    };
  }

  function placed(found, axis, width) {
    const taken = Array(Math.min(LANES, found.length)).fill(0);
    const texts = [];
    for (const one of found) {
      const t = measure.shortened(one.text, WIDEST, 11);
      const x = Math.min(one.low, axis.ends[1]);
      const [at, size] = [axes.place(axis, x) * width, measure.width(t, 11)];
      const turned = at + size > width;
      const start = turned ? at - size : at;
      const lane = taken.findIndex((end) => start >= end);
      if (lane < 0 || start < 0) continue;
      taken[lane] = start + size + GAP;
      texts.push({ x, t, y: -LANE * lane - 9, a: turned ? "right" : "left", d: 0 });
    }
    return texts;
  }

  function words(found) {
    const list = found.map(({ text, when }) => writer.words("annotation", { text, when })).join("; ");
    return list ? [writer.words("annotations", { list })] : [];
  }

  // For each bucket the texts that belong to it.
  function ofBuckets(found, begins) {
    return begins.map((begin, n) => {
      const end = begins[n + 1] ?? Infinity;
      const inside = found.filter((one) => one.low < end && (one.high > begin || one.low >= begin));
      return inside.map((one) => one.text).join(", ");
    });
  }

  return { shown, rows, words, ofBuckets, room: (found) => Math.min(found.length, LANES) * LANE };
})();
