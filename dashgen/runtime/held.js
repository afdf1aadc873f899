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

  // The groups of the first dimension have its codes as their numbers.
  function refined({ tuples, ids }, name, { values }) {
    const [numbers, finer] = [new Map(), new Map()];
    const isFirst = !tuples[0].length;
    const found = isFirst ? [...values, "folded"].map((_, code) => [code]) : [];
    for (const [layout, own] of ids) {
      const codes = layout.codes.get(name);
      if (!codes || isFirst) {
        if (codes) finer.set(layout, codes);
        continue;
      }
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

  // The cells that a choice lets through, and where each bucket's begin among them.
  function chosenCells({ codes, first, size }, chosen) {
    const masks = [...chosen].flatMap(([name, allowed]) => (codes.has(name) ? [[codes.get(name), allowed]] : []));
    if (!masks.length) return { cells: Int32Array.from({ length: size }, (_, cell) => cell), first };
    const found = new Uint8Array(size).fill(1);
    for (const [own, allowed] of masks) for (let cell = 0; cell < size; cell += 1) found[cell] &= allowed[own[cell]];
    const cells = new Int32Array(size);
    const begins = new Int32Array(first.length);
    let count = 0;
    for (let bucket = 0; bucket + 1 < first.length; bucket += 1) {
      for (let cell = first[bucket]; cell < first[bucket + 1]; cell += 1) if (found[cell]) cells[count++] = cell;
      begins[bucket + 1] = count;
    }
    return { cells, first: begins };
  }

  function placed(selection, { layout }, slots, groups) {
    const found = memo(memo(selection.places, slots, made), groups, made);
    const chosen = memo(selection.cells, layout, () => chosenCells(layout, selection.chosen));
    return memo(found, layout, () => ({ ...place(layout, chosen, slots, groups), held: new Map() }));
  }

  // The cells by their places, and where each place's begin. Without groups they are in that order already.
  function place(layout, { cells, first }, { edges, lanes, size }, groups) {
    const bounds = edges.map((edge) => first[Math.min(zones.upTo(layout.edges, edge - 1), first.length - 1)]);
    const own = groups.ids.get(layout);
    if (!own && !lanes) return { cells, begins: bounds, size };
    const places = new Int32Array(cells.length).fill(-1);
    for (let slot = 0; slot < bounds.length - 1; slot += 1) {
      const base = (lanes ? lanes[slot] : slot) * groups.size;
      for (let n = bounds[slot]; n < bounds[slot + 1]; n += 1) places[n] = placeOf(base, own ? own[cells[n]] : 0, groups);
    }
    return sorted(cells, places, size * groups.size);
  }

  function placeOf(base, group, { target }) {
    const moved = target ? target[group] : group;
    return moved < 0 ? -1 : base + moved;
  }

  // By counting; a place of -1 is none.
  function sorted(cells, places, size) {
    const begins = new Int32Array(size + 1);
    for (const place of places) if (place >= 0) begins[place + 1] += 1;
    for (let n = 0; n < size; n += 1) begins[n + 1] += begins[n];
    const found = new Int32Array(begins[size]);
    const next = begins.slice();
    for (let n = 0; n < places.length; n += 1) if (places[n] >= 0) found[next[places[n]]++] = cells[n];
    return { cells: found, begins, size };
  }

  // ---- measures, by place

  function summed({ cells, begins, size }, column) {
    const isBig = Array.isArray(column);
    const found = isBig ? new Array(size) : new Float64Array(size);
    for (let place = 0; place < size; place += 1) {
      let sum = isBig ? 0n : 0;
      for (let n = begins[place]; n < begins[place + 1]; n += 1) sum += column[cells[n]];
      found[place] = sum;
    }
    return found;
  }

  // NaN is no value.
  function extremes({ cells, begins, size }, column, isLess) {
    return Array.from({ length: size }, (_, place) => {
      let found = NaN;
      for (let n = begins[place]; n < begins[place + 1]; n += 1) {
        const value = column[cells[n]];
        if (Number.isNaN(found) || value < found === isLess) found = Number.isNaN(value) ? found : value;
      }
      return found;
    });
  }

  // For each place its stretch of keys, ascending, and how many values are at or below each.
  function histograms({ cells, begins: first, size }, { begins: starts, keys: known, counts, values, exponents }) {
    const [begins, keys, merging, cumulated] = [new Int32Array(size + 1), [], [], []];
    const merged = new Float64Array(values.length);
    for (let place = 0; place < size; place += 1) {
      let [low, high, sum] = [values.length, -1, 0];
      for (let n = first[place]; n < first[place + 1]; n += 1) {
        const start = starts[cells[n]];
        const stop = starts[cells[n] + 1];
        if (start === stop) continue;
        for (let entry = start; entry < stop; entry += 1) merged[known[entry]] += counts[entry];
        if (known[start] < low) low = known[start];
        if (known[stop - 1] > high) high = known[stop - 1];
      }
      for (let key = low; key <= high; key += 1) {
        if (!merged[key]) continue;
        sum += merged[key];
        keys.push(key);
        merging.push(merged[key]);
        merged[key] = 0;
        cumulated.push(sum);
      }
      begins[place + 1] = keys.length;
    }
    return { begins, keys: Int32Array.from(keys), counts: Float64Array.from(merging), cumulated, values, exponents };
  }

  // How many values other than `missing` have an event.
  function distinct({ cells, begins, size }, codes, column, missing) {
    const events = new Float64Array(codes.reduce((most, code) => Math.max(most, code), 0) + 1);
    const counted = new Float64Array(size);
    for (let place = 0; place < size; place += 1) {
      for (let n = begins[place]; n < begins[place + 1]; n += 1) events[codes[cells[n]]] += Number(column[cells[n]]);
      for (let n = begins[place]; n < begins[place + 1]; n += 1) {
        const code = codes[cells[n]];
        if (events[code] > 0 && code !== missing) counted[place] += 1;
        events[code] = 0;
      }
    }
    return counted;
  }

  // ---- numbers of distinct values that are estimated: the twin of registers.py

  const LIMIT = 0.7213475204444817;
  const HALVES = [1];
  while (HALVES.length <= 32) HALVES.push(HALVES.at(-1) / 2);

  function estimates({ cells, begins: first, size }, { begins: starts, registers, ranks, size: all }) {
    const highest = new Uint8Array(all);
    return Float64Array.from({ length: size }, (_, place) => {
      const used = [];
      for (let n = first[place]; n < first[place + 1]; n += 1) {
        for (let entry = starts[cells[n]]; entry < starts[cells[n] + 1]; entry += 1) {
          const register = registers[entry];
          if (!highest[register]) used.push(register);
          if (ranks[entry] > highest[register]) highest[register] = ranks[entry];
        }
      }
      const sum = used.reduce((total, register) => total + HALVES[highest[register]], 0);
      for (const register of used) highest[register] = 0;
      return used.length && Math.floor((LIMIT * all * all) / (all * sigma((all - used.length) / all) + sum) + 0.5);
    });
  }

  function sigma(share) {
    let [found, power, factor, before] = [share, share, 1, -1];
    while (found !== before) {
      power *= power;
      before = found;
      found += power * factor;
      factor += factor;
    }
    return found;
  }

  // ---- any of them

  function measured(found, kind, column) {
    if (kind === "histogram") return histograms(found, column);
    return kind === "min" || kind === "max" ? extremes(found, column, kind === "min") : summed(found, column);
  }

  function computed(model, found, { columns, codes, histogram, sketches }, { kind, column, dimension }) {
    if (kind === "sketch") return estimates(found, sketches[column]);
    if (kind === "histogram") return measured(found, kind, { ...histogram, counts: histogram.columns[column] });
    if (kind !== "distinct") return measured(found, kind, columns[column]);
    return distinct(found, codes.get(dimension), columns[column], model.dimensions.get(dimension).codes.get(null));
  }

  // One measure at every place; nothing for what no range asks for. What is known of all parts of a slot is united.
  function held(model, selection, measure, slots, groups) {
    const cube = model.cubes[measure.cube];
    if (!cube) return undefined;
    const { kind, column, dimension = "" } = measure;
    const key = `${measure.cube} ${kind} ${column} ${dimension}`;
    const found = placed(selection, cube, slots, groups);
    return memo(found.held, key, () => {
      const isUnited = slots.parts && groups.size === 1 && kind !== "distinct" && kind !== "sketch";
      const parts = isUnited && placed(selection, cube, slots.parts, groups).held.get(key);
      return parts ? measured(joined(slots.parts), kind, parts) : computed(model, found, cube, measure);
    });
  }

  function joined({ size }) {
    return { cells: Int32Array.from({ length: size }, (_, slot) => slot), begins: [0, size], size: 1 };
  }

  return { memo, slotsOf, grouping, regrouped, held };
})();
