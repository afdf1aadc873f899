// A zone's clock out of the offsets that the page brought, and ranges and buckets: the twin of timeline.py.
// Instants are whole microseconds since the epoch, UTC; so are wall times, as if their clock were UTC.

const zones = (() => {
  const SECOND = 1e6;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;

  function remainder(a, b) {
    return ((a % b) + b) % b;
  }

  // How many of the ascending `values` are at most `value`.
  function upTo(values, value) {
    let [low, high] = [0, values.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function open({ offsets }) {
    const starts = offsets.map(([at]) => at);
    const lengths = offsets.map(([, offset]) => offset);

    function offset(at) {
      return lengths[Math.max(0, upTo(starts, at) - 1)];
    }

    function wall(at) {
      return at + offset(at);
    }

    // The first with this wall time; inside a gap, the end of the gap.
    function instant(time) {
      let n = 0;
      while (n + 1 < starts.length && time - lengths[n] >= starts[n + 1]) n += 1;
      return n ? Math.max(time - lengths[n], starts[n]) : time - lengths[0];
    }

    // The instant at which the local day `later` days after this one's begins.
    function midnight(at, later = 0) {
      const time = wall(at);
      return instant(time - remainder(time, DAY) + later * DAY);
    }

    // Midnight for the first instant of a day, even if the clock skipped it.
    function nominal(at) {
      const time = wall(at);
      return midnight(at) === at ? time - remainder(time, DAY) : time;
    }

    function back(at, { days, months, elapsed }) {
      if (months) return instant(monthsBack(nominal(at), months));
      return days ? instant(nominal(at) - days * DAY) : at - (elapsed || 0);
    }

    function iso(at) {
      const [time, ahead] = [wall(at), offset(at)];
      const fraction = remainder(time, SECOND);
      const head = new Date((time - fraction) / 1000).toISOString().slice(0, 19);
      const zone = new Date(Math.abs(ahead) / 1000).toISOString();
      const tail = zone.slice(11, zone.endsWith(":00.000Z") ? 16 : 19);
      return head + (fraction ? `.${String(fraction).padStart(6, "0")}` : "") + (ahead < 0 ? "-" : "+") + tail;
    }

    // Monday is 1.
    function weekday(at) {
      return remainder(Math.floor(wall(at) / DAY) + 3, 7) + 1;
    }

    function hour(at) {
      return Math.floor(remainder(wall(at), DAY) / HOUR);
    }

    return { wall, instant, midnight, back, iso, weekday, hour };
  }

  // The same day and wall time `months` earlier; a day that month does not have becomes its end.
  function monthsBack(time, months) {
    const day = new Date((time - remainder(time, DAY)) / 1000);
    const first = (later) => dayOf(day.getUTCFullYear(), day.getUTCMonth() - months + later, 1);
    const moved = first(0) + (day.getUTCDate() - 1) * DAY;
    return moved < first(1) ? moved + remainder(time, DAY) : first(1);
  }

  function dayOf(year, month, day) {
    const date = new Date(0);
    date.setUTCFullYear(year, month, day);
    return date.getTime() * 1000;
  }

  // ---- ranges

  const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d)?)?$/;

  // A date or an instant: its wall time and, if it was written, its offset.
  function written(text) {
    const found = typeof text === "string" && WRITTEN.exec(text);
    const [, year, month, day, hours = 0, minutes = 0, seconds = 0, fraction = "", zone = ""] = found || [];
    const at = found && dayOf(year, month - 1, day);
    const isDay = found && new Date(at / 1000).toISOString().startsWith(text.slice(0, 10));
    if (!isDay || hours > 23 || minutes > 59 || seconds > 59) throw new RangeError(`${JSON.stringify(text)} is no time`);
    const [ahead = 0, behind = 0] = zone.slice(1).split(":").map(Number);
    const offset = zone && (zone[0] === "-" ? -1 : 1) * (ahead * HOUR + behind * MINUTE);
    const time = at + hours * HOUR + minutes * MINUTE + seconds * SECOND + Number(fraction.padEnd(6, "0"));
    return { time, isDay: text.length === 10, offset };
  }

  function instantOf(clock, { time, offset }) {
    return offset === "" ? clock.instant(time) : time - offset;
  }

  // A viewer's own range, from edge to edge of `custom`; cut where it is of days before all or after the last.
  function customRange(clock, custom, { from, to }) {
    const [first, last] = [written(from), to === undefined ? undefined : written(to)];
    const asOf = custom[custom.length - 1];
    const since = instantOf(clock, first);
    const start = Math.max(custom[0], since);
    const until = last && (last.isDay ? clock.instant(last.time + DAY) : instantOf(clock, last));
    const stop = last ? Math.min(until, asOf) : asOf;
    if (!(start < stop)) throw new RangeError(`there is nothing from ${from} to ${to}`);
    const isCut = since < custom[0] || until > clock.midnight(asOf - 1, 1);
    return { ...snapped(clock, custom[upTo(custom, start) - 1], custom[upTo(custom, stop - 1)], asOf, last && last.isDay), isCut };
  }

  function snapped(clock, start, end, asOf, isDay) {
    const nextDay = clock.midnight(end - 1, 1);
    const nominal = isDay && end === asOf ? nextDay : end;
    const isWhole = clock.midnight(start) === start && (end === asOf || end === nextDay);
    const days = Math.round((clock.wall(nextDay) - clock.wall(start)) / DAY);
    return { start, end, nominal, shift: isWhole ? { days } : { elapsed: end - start }, isOwn: true };
  }

  // ---- buckets

  const MOST = 5000;
  const LENGTHS = { min: MINUTE, h: HOUR, d: DAY, w: 7 * DAY, mo: 30 * DAY, y: 365 * DAY };
  const DEFAULTS = [
    [3 * HOUR, [1, "min"]],
    [12 * HOUR, [5, "min"]],
    [10 * DAY, [1, "h"]],
    [120 * DAY, [1, "d"]],
    [800 * DAY, [1, "w"]],
    [Infinity, [1, "mo"]],
  ];

  function lengthOf([count, unit]) {
    return count * LENGTHS[unit];
  }

  // A day of 25 hours, a month of 31 days.
  function longestOf(every) {
    return lengthOf(every) * (isShort(every) ? 1 : 1.05);
  }

  function isShort([, unit]) {
    return unit === "min" || unit === "h";
  }

  // What was written, unless it makes too many buckets of this range; else the range's usual size.
  function everyOf({ start, end, nominal, every: usual }, every) {
    if (every && Math.floor((end - start) / lengthOf(every)) <= MOST) return every;
    return usual || DEFAULTS.find(([limit]) => nominal - start <= limit)[1];
  }

  // The range's own start and end, and the edges between them: of a viewer's own range those of a coarser ladder where
  // this size's has a gap, or edges that the cubes do not have. Days and longer units come by ones and are counted from
  // the one that holds the start.
  function buckets(ladders, range, wanted, isKnown) {
    if (range.start >= range.end) return [];
    const [count, unit] = wanted;
    const [rung, step] = isShort(wanted) ? [count, 1] : [1, count];
    const own = ladders.find(({ every }) => every[1] === unit && every[0] === rung);
    const found = own && between(own, range, step);
    const isWhole = (edges, longest) => edges.every((edge, n) => isKnown(edge) && !(n && edge - edges[n - 1] > longest));
    if (found && (!range.isOwn || isWhole(found, longestOf(wanted)))) return found;
    const coarser = ladders.filter(({ every }) => lengthOf(every) > lengthOf(wanted));
    const others = coarser.map((one) => [between(one, range, 1), longestOf(one.every)]);
    return others.find(([edges, longest]) => isWhole(edges, longest))?.[0] || [range.start, range.end];
  }

  function between({ edges }, { start, end }, step) {
    const found = [start];
    for (let n = Math.max(0, upTo(edges, start) - 1); n < edges.length && edges[n] < end; n += step) {
      if (edges[n] > start) found.push(edges[n]);
    }
    return [...found, end];
  }

  return { MINUTE, upTo, open, customRange, everyOf, buckets };
})();
