// Metrics over what is held of a group: the twin of `value` in metrics/formula.py.
//
// A formula becomes a function of (held, at, minutes): `held[m][at]` is measure m of the group, `minutes[r]` how long
// the window is for reading r. Integers are exact, as BigInt where numbers are not.

const formulas = (() => {
  const OPERATORS = {
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
  };

  // ---- exact integers

  function exactly(operator, a, b) {
    const apply = OPERATORS[operator];
    if (typeof a === "number" && typeof b === "number") {
      const found = apply(a, b);
      if (Number.isSafeInteger(found)) return found + 0; // not -0
    }
    const found = apply(BigInt(a), BigInt(b));
    return Number.isSafeInteger(Number(found)) ? Number(found) : found;
  }

  // The number nearest to a ÷ b.
  function ratio(a, b) {
    return typeof a === "number" && typeof b === "number" ? a / b : bigRatio(BigInt(a), BigInt(b));
  }

  // Enough bits of the quotient, a last one that says whether any follow, and one rounding.
  function bigRatio(a, b) {
    const isNegative = a < 0n !== b < 0n;
    let [top, bottom] = [a < 0n ? -a : a, b < 0n ? -b : b];
    const shift = bits(bottom) - bits(top) + 60;
    if (shift > 0) top <<= BigInt(shift);
    else bottom <<= BigInt(-shift);
    let found = Number(((top / bottom) << 1n) | (top % bottom ? 1n : 0n)) / 2;
    for (let n = shift; n > 0; n -= 1) found /= 2;
    for (let n = shift; n < 0; n += 1) found *= 2;
    return isNegative ? -found : found;
  }

  function bits(value) {
    return value.toString(2).length;
  }

  // ---- nodes

  function valueOf(read, scale) {
    if (scale === 1) return read;
    return (held, at) => {
      const value = read(held, at);
      return value === null ? null : ratio(value, scale);
    };
  }

  function averageOf(total, count, scale) {
    return (held, at) => {
      const n = count(held, at);
      return n ? ratio(total(held, at), exactly("*", n, scale)) : null;
    };
  }

  function knownOf(inner, known, unknown) {
    return (held, at, minutes) => (unknown(held, at) > 0 && !known(held, at) ? null : inner(held, at, minutes));
  }

  function rateOf(inner, unit, readings) {
    return (held, at, minutes) => {
      const value = inner(held, at, minutes);
      const spent = readings.reduce((most, reading) => Math.max(most, minutes[reading] || 0), 0);
      return value === null || !spent ? null : Number(value) / (spent / unit);
    };
  }

  function binaryOf(operator, left, right) {
    const isWhole = left.isWhole && right.isWhole;
    const plain = OPERATORS[operator] || ((a, b) => (b ? a / b : null));
    return (held, at, minutes) => {
      const a = left.value(held, at, minutes);
      const b = a === null ? null : right.value(held, at, minutes);
      if (b === null) return null;
      if (!isWhole) return plain(Number(a), Number(b));
      return operator === "/" ? (b ? ratio(a, b) : null) : exactly(operator, a, b);
    };
  }

  // ---- histograms: keys ascending, and how many values are at or below each

  function quantileOf(measure, numerator, denominator) {
    return (held, at) => {
      const found = held[measure];
      if (!found || at < 0 || found.begins[at] === found.begins[at + 1]) return null;
      const [begin, end] = [found.begins[at], found.begins[at + 1]];
      const rank = rankOf(found.cumulated[end - 1], numerator, denominator);
      let [low, high] = [begin, end - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (found.cumulated[middle] < rank) low = middle + 1;
        else high = middle;
      }
      return found.values[found.keys[low]];
    };
  }

  // count · numerator ÷ denominator; numbers of values are whole, so that the next of them is found without rounding up.
  function rankOf(count, numerator, denominator) {
    const product = exactly("*", count, numerator);
    if (typeof product === "number") return product / denominator;
    return Number((product + BigInt(denominator) - 1n) / BigInt(denominator));
  }

  // ---- compiling

  // What nothing is held of: no extreme, and 0 of everything else.
  function readerOf(measures, m) {
    const nothing = measures[m].kind === "min" || measures[m].kind === "max" ? null : 0;
    return (held, at) => {
      const value = held[m] ? held[m][at] : undefined;
      return value === undefined || Number.isNaN(value) ? nothing : value;
    };
  }

  // `isWhole`: its values are integers. `used` collects the measures that it reads.
  function compile(formula, measures, used) {
    const [kind, ...given] = formula;
    const read = (m) => readerOf(measures, used.add(m) && m);
    const inner = (part) => compile(part, measures, used);
    switch (kind) {
      case "number":
        return { isWhole: Number.isSafeInteger(given[0]), value: () => given[0] };
      case "value":
        return { isWhole: given[1] === 1, value: valueOf(read(given[0]), given[1]) };
      case "average":
        return { value: averageOf(read(given[0]), read(given[1]), given[2]) };
      case "quantile":
        used.add(given[0]);
        return { value: quantileOf(...given) };
      case "known": {
        const { isWhole, value } = inner(given[0]);
        return { isWhole, value: knownOf(value, read(given[1]), read(given[2])) };
      }
      case "rate":
        return { value: rateOf(inner(given[0]).value, given[1], given[2]) };
      default: {
        const [left, right] = given.map(inner);
        return { isWhole: kind !== "/" && left.isWhole && right.isWhole, value: binaryOf(kind, left, right) };
      }
    }
  }

  // (now − previous) ÷ previous
  function change(now, previous, isWhole) {
    if (now === null || previous === null || !previous) return null;
    return isWhole ? ratio(exactly("-", now, previous), previous) : (now - previous) / previous;
  }

  return { compile, readerOf, exactly, change };
})();
