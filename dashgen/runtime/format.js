// How numbers, times and names are written: the same algorithm as in digits.py, plurals.py, numerals.py, dates.py,
// names.py, words.py and formats.py, over the same data of CLDR. tests/vectors/formats.json holds both.
//
// `formats.writer(data, texts)` gives the writer of a page: `data` is what cldr.py made, `texts` the page's words.

const formats = (() => {
  const NBSP = "\u00a0";
  const MISSING = "–";
  const BARE = ["", "", ""];

  // ---- digits: 0.`digits` × 10^`point`, without zeros at the ends; zero has no digits

  function digitsOf(value) {
    const [mantissa, exponent] = String(Math.abs(value)).split("e");
    const [whole, fraction = ""] = mantissa.split(".");
    return trimmed(value < 0, whole + fraction, whole.length + Number(exponent || 0));
  }

  function trimmed(negative, digits, point) {
    const rest = digits.replace(/^0+/, "");
    const kept = rest.replace(/0+$/, "");
    return kept
      ? { negative, digits: kept, point: point - digits.length + rest.length }
      : { negative: false, digits: "", point: 0 };
  }

  function shifted(number, places) {
    return number.digits ? { ...number, point: number.point + places } : number;
  }

  function rounded(number, places) {
    const kept = number.point + places;
    if (kept >= number.digits.length) return number;
    const head = number.digits.slice(0, Math.max(kept, 0));
    if (kept < 0 || number.digits[kept] < "5") return trimmed(number.negative, head, number.point);
    const up = raised(head);
    return trimmed(number.negative, up, number.point + up.length - kept);
  }

  // Text of digits plus one; numbers of the language are not exact enough.
  function raised(digits) {
    const nines = digits.length - digits.replace(/9+$/, "").length;
    const head = digits.slice(0, digits.length - nines);
    const last = head ? head.slice(0, -1) + (Number(head.slice(-1)) + 1) : "1";
    return last + "0".repeat(nines);
  }

  function parts(number, places) {
    if (number.point <= 0) {
      const digits = "0".repeat(-number.point) + number.digits;
      return ["0", digits.padEnd(places, "0").slice(0, places)];
    }
    const padded = number.digits.padEnd(number.point, "0");
    return [padded.slice(0, number.point), padded.slice(number.point).padEnd(places, "0")];
  }

  function isWhole(number) {
    return number.digits.length <= number.point || !number.digits;
  }

  function places(number, significant) {
    return isWhole(number) ? 0 : Math.max(0, significant - rounded(number, significant - number.point).point);
  }

  function below(number, digits, point) {
    if (!number.digits || number.point < point) return true;
    return number.point === point && number.digits < digits;
  }

  // ---- plurals

  function plural(rules, number, after) {
    const [whole, fraction] = parts(number, after);
    const shown = fraction.replace(/0+$/, "");
    const operands = {
      i: Number(whole),
      v: fraction.length,
      w: shown.length,
      f: Number(fraction || 0),
      t: Number(shown || 0),
      n: shown ? null : Number(whole),
    };
    for (const [category, anyOf] of Object.entries(rules)) {
      if (anyOf.some((allOf) => allOf.every((condition) => holds(condition, operands)))) return category;
    }
    return "other";
  }

  function holds([operand, divisor, inside, ranges], operands) {
    const value = operand in operands ? operands[operand] : 0;
    if (value === null) return !inside;
    const rest = divisor ? value % divisor : value;
    return inside === ranges.some(([low, high]) => low <= rest && rest <= high);
  }

  // ---- shown: a written number, its unit, and the gap between them

  function shown(text, unit = "", gap = NBSP) {
    return { text, unit, gap, joined: unit ? text + gap + unit : text };
  }

  // ---- numerals

  const LONGEST = 18;
  const SMALLEST = -8;
  const NOISE = 12;

  function numerals(data) {
    const zeroToNine = [...data.digits];

    function own(digits) {
      return digits.replace(/[0-9]/g, (digit) => zeroToNine[digit]);
    }

    function joined(whole, fraction) {
      const [last, others] = data.grouping;
      const groups = [whole.slice(-last)];
      for (let rest = whole.slice(0, -last); rest; rest = rest.slice(0, -others)) groups.unshift(rest.slice(-others));
      const text = groups.join(data.group);
      return own(fraction ? text + data.decimal + fraction : text);
    }

    function affixed(text, isNegative, affix, negative) {
      const [before, gap, after] = (isNegative && negative) || affix;
      const sign = isNegative && !negative ? data.minus : "";
      return shown(sign + before + text, after, gap);
    }

    function fixed(number, after, affix, negative) {
      const near = rounded(number, after);
      return affixed(joined(...parts(near, after)), near.negative, affix, negative);
    }

    function written(number, most, affix, negative) {
      if (!number.digits || (SMALLEST <= number.point && number.point <= LONGEST)) {
        return fixed(number, places(number, most), affix, negative);
      }
      const near = rounded({ ...number, point: 1 }, most - 1);
      const exponent = number.point + near.point - 2;
      const power = (exponent < 0 ? data.minus : "") + own(String(Math.abs(exponent)));
      const mantissa = joined(...parts({ ...near, point: 1 }, most - 1));
      return affixed(mantissa + data.exponent + power, number.negative, affix, negative);
    }

    function exact(number, affix = BARE, negative = undefined) {
      const near = rounded(number, NOISE - number.point);
      return fixed(near, Math.max(0, near.digits.length - near.point), affix, negative);
    }

    function sizeOf(table, point, bare) {
      let found = [0, { other: bare }];
      for (const [least, power, forms] of data[table]) if (point >= least) found = [power, forms];
      return found;
    }

    function formOf(forms, number, after) {
      return forms[plural(data.plurals, number, after)] || forms.other;
    }

    function compacted(table, number, bare) {
      let [power, forms] = sizeOf(table, number.point, bare);
      let scaled = shifted(number, -power);
      if (rounded(scaled, places(scaled, 3)).point > scaled.point) {
        [power, forms] = sizeOf(table, number.point + 1, bare);
        scaled = shifted(number, -power);
      }
      const after = places(scaled, 3);
      return written(scaled, 3, formOf(forms, rounded(scaled, after), after));
    }

    function sized(number, forms) {
      const near = rounded(number, NOISE - number.point);
      return exact(near, formOf(forms, near, Math.max(0, near.digits.length - near.point)));
    }

    return {
      own,
      exact,
      whole: (number) => fixed(number, 0, BARE).text,
      significant: (number, most = 3) => written(number, most, BARE).text,
      compact: (number) => compacted("compact", number, BARE),
      percent: (fraction, most = 3) => written(shifted(fraction, 2), most, ...data.percent),
      share: (fraction) => fixed(shifted(fraction, 2), 0, ...data.percent),
      money(amount) {
        return amount.point > 6 ? compacted("compactMoney", amount, data.money[0]) : this.moneyInFull(amount);
      },
      moneyInFull(amount) {
        const cents = data.moneyDigits;
        if (amount.digits && amount.point <= -cents) return written(amount, 3, ...data.money);
        return fixed(amount, cents, ...data.money);
      },
      measured: (number, unit) => written(number, 3, data.units[unit]),
      alike(numbers, table, bare) {
        const largest = Math.max(0, ...numbers.map((number) => number.point));
        const [power, forms] = sizeOf(table, largest > 4 ? largest : 0, bare);
        return numbers.map((number) => sized(shifted(number, -power), number.digits ? forms : { other: bare }));
      },
    };
  }

  // ---- dates: ISO 8601 with an offset, written in it

  const SHORT = 47 * 3600;
  const DAY = 86400;
  const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d)(?::(\d\d))?)?/;

  // The fields of a time and its instant in seconds.
  function timeOf(iso) {
    const found = ISO.exec(iso);
    const [y, M, d, H, m, s] = found.slice(1, 7).map((text) => Number(text || 0));
    const offset = [3600, 60, 1].reduce((sum, unit, n) => sum + unit * Number(found[9 + n] || 0), 0);
    const clock = Date.UTC(y, M - 1, d, H, m, s) / 1000;
    const isMidnight = !H && !m && !s && !Number(found[7] || 0);
    const ms = Math.round(Number(`0.${found[7] || 0}`) * 1000);
    return { y, M, d, H, m, s, ms, isMidnight, clock, instant: clock + (found[8] === "-" ? offset : -offset) };
  }

  function timeAt(clock) {
    return timeOf(new Date(clock * 1000).toISOString());
  }

  function dates(data, own) {
    function field(name, at) {
      if (name === "MMM") return data.months[at.M - 1];
      if (name === "E") return weekday(((Math.floor(at.clock / DAY) + 3) % 7 + 7) % 7 + 1);
      return own(String(at[name[0]]).padStart(name.length, "0"));
    }

    function filled(pattern, at) {
      return pattern.replace(/\{(\w+)\}/g, (_, name) => field(name, at));
    }

    function glued(date, time) {
      return data.dates.both.replace("{date}", () => date).replace("{time}", () => time);
    }

    function both(day, time, at) {
      return glued(filled(data.dates[day], at), filled(data.dates[time], at));
    }

    function weekday(number) {
      return data.weekdays[number - 1];
    }

    function days(first, last) {
      if (Math.floor(first.clock / DAY) >= Math.floor(last.clock / DAY)) return filled(data.dates.day, first);
      const size = first.y !== last.y ? "years" : first.M !== last.M ? "months" : "days";
      const [begin, end] = data.ranges[size];
      return filled(begin, first) + filled(end, last);
    }

    function minutes(first, last) {
      if (Math.floor(first.clock / DAY) === Math.floor(last.clock / DAY)) {
        const [begin, end] = data.ranges.minutes;
        return glued(filled(data.dates.day, first), filled(begin, first) + filled(end, last));
      }
      const [from, to] = [first, last].map((at) => both("day", "minutes", at));
      return data.ranges.any.replace("{from}", () => from).replace("{to}", () => to);
    }

    return {
      weekday,
      clock: (at) => filled(data.dates.minutes, at),
      month: (at, year = false) => filled(data.dates[year ? "month" : "shortMonth"], at),
      year: (at) => filled(data.dates.year, at),
      day: (at, year = true) => filled(data.dates[year ? "day" : "shortDay"], at),
      time: (iso, year = true) => both(year ? "day" : "shortDay", "seconds", timeOf(iso)),
      bucket(iso, daily) {
        const at = timeOf(iso);
        return daily ? filled(data.dates.dayOfWeek, at) : both("dayOfWeek", "minutes", at);
      },
      range(start, end) {
        const [first, last] = [start, end].map(timeOf);
        const isShort = last.instant - first.instant < SHORT;
        if (isShort && !(first.isMidnight && last.isMidnight)) return minutes(first, last);
        return days(first, last.isMidnight ? timeAt(last.clock - DAY) : last);
      },
    };
  }

  // ---- names

  const BREAKS = /[\t\n\r]+/g;
  const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\ufffe\uffff\u2028-\u202e\ufeff]|\p{Surrogate}/gu;
  const ISOLATES = /[\u2066-\u2069]/g;

  function clean(text) {
    const plain = text.replace(BREAKS, " ").replace(UNPRINTABLE, "\ufffd");
    return isBalanced(plain) ? plain : plain.replace(ISOLATES, "\ufffd");
  }

  function isBalanced(text) {
    let depth = 0;
    for (const mark of text.match(ISOLATES) || []) {
      depth += mark === "\u2069" ? -1 : 1;
      if (depth < 0) return false;
    }
    return depth === 0;
  }

  function shorten(text, most = 120) {
    const letters = [...text];
    return letters.length <= most ? text : `${letters.slice(0, most - 1).join("")}…`;
  }

  function isOther(value) {
    return value !== null && typeof value === "object";
  }

  function unique(names) {
    const seen = new Map(Object.getOwnPropertyNames(Object.prototype).map((name) => [name, 1]));
    return names.map((name) => {
      seen.set(name, (seen.get(name) || 0) + 1);
      return name + "\u200b".repeat(seen.get(name) - 1);
    });
  }

  // ---- words

  const DIRECTIONS = { ltr: "\u2066", rtl: "\u2067" };

  function wordsOf(texts, number, data) {
    function written(value) {
      const text = Number.isInteger(value) ? number(value) : clean(String(value));
      return data.isolated ? `\u2068${text}\u2069` : text;
    }

    return (name, values = {}) => {
      const text = texts[name];
      const form = typeof text === "string" ? text : text[plural(data.wordPlurals, digitsOf(values.count), 0)] || text.other;
      const said = form.replace(/\{(\w+)\}/g, (_, key) => written(values[key]));
      return data.inside ? `${DIRECTIONS[data.inside]}${said}\u2069` : said;
    };
  }

  // ---- the writer

  const SIZES = ["B", "kB", "MB", "GB", "TB", "PB"];
  const POWERS = new Map([["ns", -6], ["us", -3], ["ms", 0], ["s", 3]]);
  const FACTORS = new Map([["min", 60], ["h", 3600]]);
  const WITH_UNITS = ["percent", "currency", "duration", "bytes"];
  const LARGE = [["h", 3.6e6], ["min", 6e4]];

  function inMilliseconds(value, unit) {
    if (FACTORS.has(unit)) return shifted(digitsOf(value * FACTORS.get(unit)), 3);
    return shifted(digitsOf(value), POWERS.get(unit) || 0);
  }

  function milliseconds(unit) {
    return FACTORS.has(unit) ? FACTORS.get(unit) * 1000 : Number(`1e${POWERS.get(unit) || 0}`);
  }

  function stepOf(point) {
    return Math.min(Math.floor(Math.max(point - 1, 0) / 3), SIZES.length - 1);
  }

  function writer(data, texts) {
    const numbers = numerals(data);
    const times = dates(data, numbers.own);
    const words = wordsOf(texts, (value) => numbers.whole(digitsOf(value)), data);

    function numberOf(number) {
      return number.point > 6 ? numbers.compact(number) : shown(numbers.significant(number));
    }

    function two(isNegative, large, small, largeUnit, smallUnit) {
      const first = numbers.measured(digitsOf(isNegative ? -large : large), largeUnit);
      if (!small) return first;
      const second = numbers.measured(digitsOf(small), smallUnit);
      return shown(`${first.joined} ${second.text}`, second.unit, second.gap);
    }

    function durationOf(ms) {
      if (below(ms, "9995", 3)) return numbers.measured(ms, "ms");
      const seconds = shifted(ms, -3);
      if (below(seconds, "59995", 2) || seconds.point > 15) return numbers.measured(seconds, "s");
      const total = Number(parts(rounded(seconds, 0), 0)[0]);
      if (total < 3600) return two(ms.negative, Math.floor(total / 60), total % 60, "min", "s");
      const whole = Math.floor((total + 30) / 60);
      return two(ms.negative, Math.floor(whole / 60), whole % 60, "h", "min");
    }

    function size(bytes) {
      const number = digitsOf(bytes);
      const step = stepOf(rounded(number, 3 - number.point).point);
      return numbers.measured(shifted(number, -3 * step), SIZES[step]);
    }

    function value(given, label) {
      if (given === null || given === undefined) return shown(MISSING);
      const number = digitsOf(given);
      switch (label.format) {
        case "percent":
          return numbers.percent(number);
        case "currency":
          return numbers.money(number);
        case "duration":
          return durationOf(inMilliseconds(given, label.unit));
        case "bytes":
          return size(given);
        case "compact":
          return shown(numbers.compact(number).joined, label.unit || "");
        default:
          return shown(numberOf(number).joined, label.unit || "");
      }
    }

    function measured(number, unit) {
      return numbers.exact(number, number.digits ? data.units[unit] : BARE);
    }

    function durations(ms) {
      const largest = Math.max(...ms.map(Math.abs));
      const large = LARGE.find(([, length]) => largest >= length && !ms.some((one) => (one * 2) % length));
      const unit = large ? large[0] : largest >= 1000 ? "s" : "ms";
      return ms.map((one) => measured(digitsOf(one / milliseconds(unit)), unit));
    }

    function ticksOf(given, label) {
      const several = given.map(digitsOf);
      switch (label.format) {
        case "percent":
          return several.map((number) => numbers.exact(shifted(number, 2), ...data.percent));
        case "currency":
          return numbers.alike(several, "compactMoney", data.money[0]);
        case "duration":
          return durations(given.map((one) => one * milliseconds(label.unit)));
        case "bytes": {
          const step = stepOf(Math.max(...several.map((number) => number.point)));
          return several.map((number) => measured(shifted(number, -3 * step), SIZES[step]));
        }
        default:
          return numbers.alike(several, "compact", BARE);
      }
    }

    function name(given) {
      if (given === null || given === undefined) return words("missing");
      if (isOther(given)) return words("other", { count: given.other });
      if (typeof given === "boolean") return words(given ? "yes" : "no");
      return clean(String(given)) || words("empty");
    }

    return {
      words,
      currency: data.currency,
      value,
      cell(given, label) {
        const written = value(given, label);
        return WITH_UNITS.includes(label.format) ? written.joined : written.text;
      },
      number: (given) => numberOf(digitsOf(given)).joined,
      whole: (given) => numbers.whole(digitsOf(given)),
      compact: (given) => numbers.compact(digitsOf(given)).joined,
      percent: (given, significant = 3) => numbers.percent(digitsOf(given), significant).joined,
      points: (given) => numbers.significant(shifted(digitsOf(given), 2), 2) + NBSP + words("points"),
      share(part) {
        const number = digitsOf(part);
        const isTiny = number.digits && !number.negative && below(number, "5", -2);
        return isTiny ? `<${numbers.share(digitsOf(0.01)).joined}` : numbers.share(number).joined;
      },
      money: (given) => numbers.money(digitsOf(given)).joined,
      money_in_full: (given) => numbers.moneyInFull(digitsOf(given)).joined,
      duration: (ms) => durationOf(digitsOf(ms)),
      size,
      ticks: (given, label) => ticksOf(given, label).map((written) => written.joined),
      name,
      names: (several) => several.join(words("list")),
      weekday: times.weekday,
      hour: (number) => times.clock({ H: number, m: 0 }),
      // `day`, `clock`, `month` and `year` take a clock reading, as charts have it: milliseconds as if it were UTC.
      day: (reading, year = true) => times.day(timeAt(reading / 1000), year),
      clock: (reading) => times.clock(timeAt(reading / 1000)),
      month: (reading, year = false) => times.month(timeAt(reading / 1000), year),
      year: (reading) => times.year(timeAt(reading / 1000)),
      time: (iso, year = true) => (iso ? times.time(iso, year) : MISSING),
      bucket: times.bucket,
      range: (start, end) => (start && end ? times.range(start, end) : ""),
    };
  }

  return { writer, clean, shorten, unique, isOther, milliseconds, timeOf };
})();
