// What a cube's cells hold between instants, by groups and under a selection: the twin of aggregate.py.
//
// Slots are stretches of time: `edges`, ascending, and for each stretch its lane, where several share one. A grouping
// gives every cell of a cube the number of its group. Both together give a cell its place: lane · groups + group.

const holding = (() => {
  function memo(map, key, make) {
    if (!map.has(key)) map.set(key, make());
    return map.get(key);
  }

  const made = () => new Map();

  // ---- slots

  function slotsOf(edges, lanes, size = Math.max(0, edges.length - 1)) {
    return { edges, lanes, size, before: new Map() };
  }

  // ---- groupings: `ids` of each layout that has the dimensions; `tuples` are the codes of each group

  function grouping(model, by) {
    return memo(model.groupings, by.join("\n"), () => {
      const whole = { tuples: [[]], ids: new Map(model.cubes.map(({ layout }) => [layout, undefined])) };
      const { tuples, ids } = by.reduce((coarse, name) => refined(coarse, name, model.dimensions.get(name)), whole);
      return { tuples, ids, size: tuples.length };
    });
  }

  function refined({ tuples, ids }, name, { values }) {
    const [numbers, found, finer] = [new Map(), [], new Map()];
    for (const [layout, own] of ids) {
      const codes = layout.codes.get(name);
      if (!codes) continue;
      const number = (code, cell) => {
        const parent = own ? own[cell] : 0;
        return memo(numbers, parent * (values.length + 1) + code, () => found.push([...tuples[parent], code]) - 1);
      };
      finer.set(layout, codes.map(number));
    }
    return { tuples: found, ids: finer };
  }

  // Each group at the place `target` gives it; nowhere for -1.
  function regrouped({ ids }, target, size) {
    return { ids, target, size };
  }

  // ---- places

  // Which cells a choice lets through; undefined: all.
  function maskOf(layout, chosen) {
    let found;
    for (const [name, allowed] of chosen) {
      const codes = layout.codes.get(name);
      if (codes) found = masked(found, codes, allowed);
    }
    return found;
  }

  function masked(before, codes, allowed) {
    const found = new Uint8Array(codes.length);
    for (let cell = 0; cell < codes.length; cell += 1) found[cell] = allowed[codes[cell]];
    if (before) for (let cell = 0; cell < codes.length; cell += 1) found[cell] &= before[cell];
    return found;
  }

  function placed(selection, { layout }, slots, groups) {
    const found = memo(memo(selection.places, slots, made), groups, made);
    const mask = memo(selection.masks, layout, () => maskOf(layout, selection.chosen));
    return memo(found, layout, () => place(layout, mask, slots, groups));
  }

  function place(layout, mask, { edges, lanes, size }, { ids, target, size: width }) {
    const at = new Int32Array(layout.size).fill(-1);
    const own = ids.get(layout);
    const firsts = edges.map((edge) => layout.first[Math.min(zones.upTo(layout.edges, edge - 1), layout.first.length - 1)]);
    for (let slot = 0; slot + 1 < edges.length; slot += 1) {
      const base = (lanes ? lanes[slot] : slot) * width;
      for (let cell = firsts[slot]; cell < firsts[slot + 1]; cell += 1) {
        if (mask && !mask[cell]) continue;
        const group = own ? own[cell] : 0;
        const moved = target ? target[group] : group;
        if (moved >= 0) at[cell] = base + moved;
      }
    }
    return { at, from: firsts[0] || 0, to: firsts[firsts.length - 1] || 0, size: size * width, held: new Map() };
  }

  // The cells by their places: where each place's begin, and the cells.
  function ordered(found) {
    return memo(found.held, "cells", () => {
      const { at, from, to, size } = found;
      const begins = new Int32Array(size + 1);
      for (let cell = from; cell < to; cell += 1) if (at[cell] >= 0) begins[at[cell] + 1] += 1;
      for (let n = 0; n < size; n += 1) begins[n + 1] += begins[n];
      const cells = new Int32Array(begins[size]);
      const next = begins.slice();
      for (let cell = from; cell < to; cell += 1) if (at[cell] >= 0) cells[next[at[cell]]++] = cell;
      return { begins, cells };
    });
  }

  // ---- measures, by place

  function summed({ at, from, to, size }, column) {
    const found = Array.isArray(column) ? new Array(size).fill(0n) : new Float64Array(size);
    for (let cell = from; cell < to; cell += 1) if (at[cell] >= 0) found[at[cell]] += column[cell];
    return found;
  }

  // NaN is no value.
  function extremes({ at, from, to, size }, column, isLess) {
    const found = (Array.isArray(column) ? new Array(size) : new Float64Array(size)).fill(NaN);
    for (let cell = from; cell < to; cell += 1) {
      const [place, value] = [at[cell], column[cell]];
      if (place < 0 || Number.isNaN(value)) continue;
      if (Number.isNaN(found[place]) || value < found[place] === isLess) found[place] = value;
    }
    return found;
  }

  // For each place its stretch of keys, ascending, and how many values are at or below each.
  function histograms(found, { begins: starts, keys: known, values, exponents }, counts) {
    const { begins: first, cells } = ordered(found);
    const [begins, keys, cumulated] = [new Int32Array(found.size + 1), [], []];
    const merged = new Float64Array(values.length);
    for (let place = 0; place < found.size; place += 1) {
      let [low, high, sum] = [values.length, -1, 0];
      for (let n = first[place]; n < first[place + 1]; n += 1) {
        const [start, stop] = [starts[cells[n]], starts[cells[n] + 1]];
        if (start === stop) continue;
        for (let entry = start; entry < stop; entry += 1) merged[known[entry]] += counts[entry];
        low = Math.min(low, known[start]);
        high = Math.max(high, known[stop - 1]);
      }
      for (let key = low; key <= high; key += 1) {
        if (!merged[key]) continue;
        sum += merged[key];
        merged[key] = 0;
        keys.push(key);
        cumulated.push(sum);
      }
      begins[place + 1] = keys.length;
    }
    return { begins, keys, cumulated, values, exponents };
  }

  // How many values other than `missing` have an event.
  function distinct(found, codes, column, missing) {
    const { begins, cells } = ordered(found);
    const events = new Float64Array(codes.reduce((most, code) => Math.max(most, code), 0) + 1);
    const counted = new Float64Array(found.size);
    for (let place = 0; place < found.size; place += 1) {
      for (let n = begins[place]; n < begins[place + 1]; n += 1) events[codes[cells[n]]] += Number(column[cells[n]]);
      for (let n = begins[place]; n < begins[place + 1]; n += 1) {
        const code = codes[cells[n]];
        if (events[code] > 0 && code !== missing) counted[place] += 1;
        events[code] = 0;
      }
    }
    return counted;
  }

  function measured(model, found, { cube, kind, column, dimension }) {
    const { columns, codes, histogram } = model.cubes[cube];
    switch (kind) {
      case "histogram":
        return histograms(found, histogram, histogram.columns[column]);
      case "distinct":
        return distinct(found, codes.get(dimension), columns[column], model.dimensions.get(dimension).codes.get(null));
      case "min":
      case "max":
        return extremes(found, columns[column], kind === "min");
      default:
        return summed(found, columns[column]);
    }
  }

  // One measure at every place; nothing for what no range asks for.
  function held(model, selection, measure, slots, groups) {
    const cube = model.cubes[measure.cube];
    if (!cube) return undefined;
    const found = placed(selection, cube, slots, groups);
    const { kind, column, dimension = "" } = measure;
    return memo(found.held, `${measure.cube} ${kind} ${column} ${dimension}`, () => measured(model, found, measure));
  }

  return { memo, slotsOf, grouping, regrouped, held };
})();
