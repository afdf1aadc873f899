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

  // Integers: their lowest digit, and what the others make of BASE. Those of either sign are written twice as large,
  // negative ones less 1; only their half is computed, since the whole may be more than a number can hold.
  function decode(text, isSigned) {
    const found = new Float64Array(lengthOf(text));
    for (let n = 0, place = 0; n < text.length; place += 1) {
      let digit = DIGITS[text.charCodeAt(n++)];
      const low = digit % BASE;
      let rest = 0;
      for (let power = 1; digit >= BASE; power *= BASE) {
        digit = DIGITS[text.charCodeAt(n++)];
        rest += (digit % BASE) * power;
      }
      const half = (low >> 1) + (BASE / 2) * rest;
      found[place] = !isSigned ? low + BASE * rest : low & 1 ? -half - 1 : half;
    }
    return found;
  }

  // What was written as differences.
  function sums(values) {
    for (let n = 1; n < values.length; n += 1) values[n] += values[n - 1];
    return values;
  }

  function steps(text) {
    return new Int32Array(sums(decode(text, true)));
  }

  // Where each of stretches of these lengths begins, and where the last one ends.
  function begins(text) {
    const lengths = decode(text);
    const found = new Int32Array(lengths.length + 1);
    lengths.forEach((length, n) => {
      found[n + 1] = found[n] + length;
    });
    return found;
  }

  // Numbers, NaN where there is none; integers too large for numbers as BigInt.
  function column(packed) {
    if (typeof packed === "string") return decode(packed, true);
    if (packed.big) return packed.big.map((text) => (text === null ? NaN : BigInt(text)));
    const values = decode(packed.values, true);
    if (packed.unit) return values.map((value) => value * packed.unit);
    let next = 0;
    return decode(packed.present).map((is) => (is ? values[next++] : NaN));
  }

  function histogram({ accuracy, sizes, keys, counts }, known) {
    const { keys: exponents, values } = known[accuracy];
    return { exponents, values, begins: begins(sizes), keys: steps(keys), columns: counts.map(column) };
  }

  function sketch({ size, sizes, registers, ranks }) {
    return { size, begins: begins(sizes), registers: steps(registers), ranks: decode(ranks) };
  }

  // Where a cube's cells lie: several cubes may have the same ones, told by the number of the cube that has them.
  function layout({ edges, dimensions, cells, codes }) {
    const first = begins(cells);
    const found = codes.map(steps);
    const named = new Map(dimensions.map((name, n) => [name, found[n]]));
    return { edges: sums([...edges]), first, size: first[first.length - 1], codes: named };
  }

  function opened({ cubes: packed, keys }) {
    const layouts = packed.map((one) => typeof one.cells === "string" && layout(one));
    return packed.map((one, n) => {
      const own = layouts[n] || layouts[one.cells];
      return {
        ...own,
        layout: own,
        columns: one.columns.map(column),
        histogram: one.histogram && histogram(one.histogram, keys),
        sketches: (one.sketches || []).map(sketch),
      };
    });
  }

  // Of what is only counted there are no names.
  function dimension({ count = 0, missing, values = numbers(count, missing), folded, ties }) {
    const codes = new Map(values.map((value, code) => [value, code]));
    return { values, folded, ties: ties || values.map((_, code) => code), codes };
  }

  function numbers(count, missing) {
    return Array.from({ length: count }, (_, n) => (missing && n === count - 1 ? null : n));
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
      cubes: opened(content),
      questions: new Map(),
      whole: new Map(),
      groupings: new Map(),
    };
  }

  return { open, sums };
})();
