// ---- ticks
// Round values for an axis, as ticks.py has them: decimal steps, whole ones for what is counted, clock steps for what
// lasts minutes.

const ticks = (() => {
  const [FEW, MANY, NOISE] = [3, 6, 1e-9];
  const [SECOND, MINUTE, HOUR, DAY] = [1e3, 6e4, 3.6e6, 8.64e7];
  const SIXTY = [1, 2, 5, 10, 15, 20, 30];
  const CLOCK = [
    ...SIXTY.map((n) => SECOND * n),
    ...SIXTY.map((n) => MINUTE * n),
    ...[1, 2, 3, 4, 6, 8, 12, 24].map((n) => HOUR * n),
  ];

  const count = (low, high, step) => Math.ceil(high / step - NOISE) - Math.floor(low / step + NOISE);

  function decimal(span) {
    const power = Number(span.toExponential(16).split("e")[1]);
    const steps = [power - 1, power].flatMap((size) => [1, 2, 2.5, 5].map((digit) => Number(`${digit}e${size}`)));
    return [...steps, Number(`1e${power + 1}`)];
  }

  function steps(span, label, counted) {
    const unit = formats.milliseconds(label.unit || "ms");
    if (label.format === "duration" && span * unit > MINUTE) {
      const days = decimal(Math.max((span * unit) / DAY, 1)).filter((step) => step > 1);
      return [...CLOCK, ...days.map((step) => DAY * step)].map((step) => step / unit);
    }
    return counted ? decimal(Math.max(span, 1)).filter(Number.isInteger) : decimal(span);
  }

  return (low, high, label, { counted = false, most = MANY } = {}) => {
    if (!(high > low)) return [low];
    const fitting = steps(high - low, label, counted).filter((step) => count(low, high, step) <= most);
    const enough = fitting.filter((step) => count(low, high, step) >= FEW);
    const reach = (step) => count(low, high, step) * step;
    const best = (enough.length ? enough : fitting.slice(0, 1)).reduce((a, b) => (reach(b) < reach(a) ? b : a));
    const begin = Math.floor(low / best + NOISE);
    const exact = (n) => Number((best * (begin + n)).toPrecision(12)) + 0;
    return Array.from({ length: count(low, high, best) + 1 }, (_, n) => exact(n));
  };
})();
