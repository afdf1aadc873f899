// ---- axes
// What the charts' signals hold of an axis, as axes.py has it: { ticks, texts, ends, wide }, with an entry for a phone
// and one for a desk where they differ.

const axes = (() => {
  const [BESIDE, BETWEEN, PHONE, DESK] = [12, 14, 290, 480];
  const COUNTED = ["number", "compact", "bytes"];
  const PERCENT = { format: "percent", unit: null };

  const room = (pixels) => Math.ceil((pixels + BESIDE) / 4) * 4;
  const widest = (texts) => Math.max(0, ...texts.map((text) => measure.width(text)));
  const place = ({ ends: [low, high] }, value) => (value - low) / (high - low);

  function values(found, label, most) {
    const numbers = figures.known(found);
    const [low, high] = [Math.min(0, ...numbers), Math.max(0, ...numbers)];
    const counted = COUNTED.includes(label.format) && numbers.every(Number.isInteger);
    const steps = low < high ? ticks(low, high, label, { counted, most }) : [0];
    return { ticks: [steps], texts: [writer.ticks(steps, label)], ends: [steps[0], low < high ? steps[steps.length - 1] : 1] };
  }

  // Along the width, `around` pixels less than the column: as many texts as have room.
  function lying(axis, around) {
    const kept = [PHONE, DESK].map((column) => everyOf(axis.texts[0], column - around));
    const part = (several) => kept.map((step) => several[0].filter((_, n) => n % step === 0));
    return { ...axis, ticks: part(axis.ticks), texts: part(axis.texts), wide: DESK - around };
  }

  function everyOf(texts, width) {
    const rooms = texts.map((text) => measure.width(text) + BETWEEN);
    const taken = (step) => rooms.reduce((sum, one, n) => (n % step ? sum : sum + one), 0);
    return [1, 2, 4].find((step) => taken(step) <= width + BETWEEN) || rooms.length;
  }

  function shares() {
    const steps = [0, 0.25, 0.5, 0.75, 1];
    return { ticks: [steps], texts: [writer.ticks(steps, PERCENT)], ends: [0, 1] };
  }

  function names(found, most) {
    return { ticks: [found.names], texts: [found.names.map((one) => measure.shortened(one, most))], ends: [0, 1] };
  }

  function time(positions, around) {
    const [first, last] = [positions[0], positions[positions.length - 1]];
    const half = first === last ? clock.DAY / 2 : 0;
    const found = [PHONE, DESK].map((column) => clockTicks(first, last, column - around));
    return {
      ticks: found.map(([steps]) => steps),
      texts: found.map(([, texts]) => texts),
      ends: [first - half, last + half],
      wide: DESK - around,
    };
  }

  function clockTicks(first, last, width) {
    for (let most = 8; ; most -= 1) {
      const steps = clock.ticks(first, last, most);
      const texts = steps.map((at) => clockText(at, last - first < 150 * clock.DAY));
      const broad = widest(texts);
      if (most === 2 || steps.length * (broad + BETWEEN) + broad / 2 <= width + BETWEEN) return [steps, texts];
    }
  }

  function clockText(at, days) {
    const date = new Date(at);
    if (date.getUTCHours() || date.getUTCMinutes()) return writer.clock(at);
    if (days || date.getUTCDate() !== 1) return writer.day(at, false);
    return date.getUTCMonth() ? writer.month(at) : writer.year(at);
  }

  return {
    PHONE,
    DESK,
    room,
    widest,
    place,
    values,
    lying,
    shares,
    names,
    time,
    roomOf: (axis) => room(widest(axis.texts.flat())),
  };
})();
