// The cubes of a page as typed arrays: the twin of packed.py and of what shipped.py writes.

const cubes = (() => {
  const BASE = 44;
  const DIGITS = new Uint8Array(128);
  for (let code = 35, digit = 0; digit < 2 * BASE; code += 1) {
    if (!"'<\\".includes(String.fromCharCode(code))) DIGITS[code] = digit++;
  }

  function lengthOf(text) {
    let found = 0;
    for (let n = 0; n < text.length; n += 1) if (DIGITS[text.charCodeAt(n)] < BASE) found += 1;
    return found;
  }

  // Integers from 0 on.
  function unpack(text) {
    const found = new Float64Array(lengthOf(text));
    let [place, power] = [0, 1];
    for (let n = 0; n < text.length; n += 1) {
      const digit = DIGITS[text.charCodeAt(n)];
      found[place] += (digit % BASE) * power;
      power *= BASE;
      if (digit < BASE) [place, power] = [place + 1, 1];
    }
    return found;
  }

  // Integers of either sign: 0, 1, 2, 3 mean 0, -1, 1, -2. Their halves are added, which are never too large.
  function signed(text) {
    const found = new Float64Array(lengthOf(text));
    let [place, power, half, isNegative] = [0, 0, 0, false];
    for (let n = 0; n < text.length; n += 1) {
      const digit = DIGITS[text.charCodeAt(n)];
      const low = digit < BASE ? digit : digit - BASE;
      if (power) half += low * power;
      else [half, isNegative] = [low >> 1, low % 2 === 1];
      power = power ? power * BASE : BASE / 2;
      if (digit < BASE) {
        found[place] = isNegative ? -half - 1 : half;
        [place, power] = [place + 1, 0];
      }
    }
    return found;
  }

  // What was written as differences.
  function sums(values) {
    for (let n = 1; n < values.length; n += 1) values[n] += values[n - 1];
    return values;
  }

  function steps(text) {
    return new Int32Array(sums(signed(text)));
  }

  // Where each of stretches of these lengths begins, and where the last one ends.
  function begins(text) {
    const lengths = unpack(text);
    const found = new Int32Array(lengths.length + 1);
    lengths.forEach((length, n) => {
      found[n + 1] = found[n] + length;
    });
    return found;
  }

  // Numbers, NaN where there is none; integers too large for numbers as BigInt.
  function column(packed) {
    if (typeof packed === "string") return signed(packed);
    if (packed.big) return packed.big.map((text) => (text === null ? NaN : BigInt(text)));
    const values = signed(packed.values);
    let next = 0;
    return unpack(packed.present).map((is) => (is ? values[next++] : NaN));
  }

  function histogram({ accuracy, sizes, keys, counts }, known) {
    const { keys: exponents, values } = known[accuracy];
    return { exponents, values, begins: begins(sizes), keys: steps(keys), columns: counts.map(column) };
  }

  function cube(packed, known) {
    const first = begins(packed.cells);
    const codes = packed.codes.map(steps);
    return {
      edges: sums(packed.edges),
      first,
      size: first[first.length - 1],
      codes: new Map(packed.dimensions.map((name, n) => [name, codes[n]])),
      columns: packed.columns.map(column),
      histogram: packed.histogram && histogram(packed.histogram, known),
    };
  }

  function dimension({ values, folded, ties }) {
    const codes = new Map(values.map((value, code) => [value, code]));
    return { values, folded, ties: ties || values.map((_, code) => code), codes };
  }

  // `content` is what cube.js hands over; it belongs to the model from here on.
  function open(content) {
    const clock = zones.open(content.zone);
    const dimensions = new Map(Object.entries(content.dimensions).map(([name, one]) => [name, dimension(one)]));
    const open = content.filters.filter((one) => !one.locked).map((one) => one.dimension);
    return {
      content,
      clock,
      dimensions,
      filters: new Set(open.filter((name) => dimensions.has(name))),
      custom: sums([...content.custom]),
      ladders: content.ladders.map((one) => ({ ...one, edges: sums([...one.edges]) })),
      cubes: content.cubes.map((one) => cube({ ...one, edges: [...one.edges] }, content.keys)),
      questions: new Map(),
      groupings: new Map(),
    };
  }

  return { open, sums };
})();
