// ---- clock
// Where instants stand on a time axis, and where its ticks are, as clock.py has it: readings of the dashboard's clock as
// if it were UTC, in milliseconds.

const clock = (() => {
  const HOUR = 3.6e6;
  const DAY = 24 * HOUR;
  const STEPS = [
    ...[1, 2, 5, 10, 15, 30].map((minutes) => (HOUR * minutes) / 60),
    ...[1, 2, 3, 6, 12].map((hours) => HOUR * hours),
    ...[1, 2, 3, 4, 7, 14].map((days) => DAY * days),
  ];

  const reading = (iso) => formats.timeOf(iso).clock * 1000 + formats.timeOf(iso).ms;
  const real = (iso) => formats.timeOf(iso).instant * 1000 + formats.timeOf(iso).ms;

  // ISO times, ascending → readings, strictly ascending too: a stretch that comes twice is squeezed into one.
  function positions(times) {
    const distinct = [...new Set(times)];
    const readings = distinct.map(reading);
    for (let n = 1; n < readings.length; n += 1) if (readings[n] <= readings[n - 1]) squeeze(readings, distinct.map(real), n);
    return new Map(distinct.map((iso, n) => [iso, readings[n]]));
  }

  function squeeze(readings, moments, turn) {
    const back = readings[turn - 1] - moments[turn - 1] - (readings[turn] - moments[turn]);
    const start = moments[turn] - back;
    const begun = readings[turn];
    for (const [n, at] of moments.entries()) {
      if (start <= at && at < start + 2 * back) readings[n] = begun + Math.floor((at - start) / 2);
    }
  }

  // The last bucket where the range ends before it does.
  function unfinished(times, end) {
    if (times.length < 2 || !end) return "";
    const [before, last, until] = [...times.slice(-2), end].map(real);
    return until - last < 0.9 * (last - before) ? times[times.length - 1] : "";
  }

  function ticks(first, last, most) {
    for (const step of STEPS) {
      const anchor = step >= DAY && first % DAY === 0 ? first : Math.ceil(first / step) * step;
      const count = Math.floor((last - anchor) / step);
      if (count < most) return Array.from({ length: Math.max(0, count + 1) }, (_, n) => anchor + n * step);
    }
    const months = monthStarts(first, last);
    const fits = (step) => Math.ceil(months.length / step) <= most;
    let step = [1, 2, 3, 6].find(fits) || 12;
    while (!fits(step)) step += 12;
    return months.filter(([month]) => month % step === 0).map(([, at]) => at);
  }

  function monthStarts(first, last) {
    const begin = new Date(first);
    const found = [];
    for (let month = begin.getUTCFullYear() * 12 + begin.getUTCMonth(); ; month += 1) {
      const at = Date.UTC(Math.floor(month / 12), month % 12);
      if (at > last) return found;
      if (at >= first) found.push([month, at]);
    }
  }

  const isDaily = (times) => times.every((iso) => iso.slice(11, 19) === "00:00:00");

  return { DAY, reading, real, positions, unfinished, ticks, isDaily };
})();
