// Questions answered from cubes under a viewer's choice: the twin of the folder evaluate/, row for row.

const evaluation = (() => {
  const { memo } = holding;
  const CLOCK = ["weekday", "hour"];

  // ---- what a viewer chose

  // Throws a RangeError for what is no filter, no value that is told apart, or no range.
  function select(model, { filters = {}, time_range: time } = {}) {
    const chosen = new Map();
    for (const [name, values] of Object.entries(filters)) {
      if (!model.filters.has(name)) throw new RangeError(`${JSON.stringify(name)} is not a filter of this page`);
      if (!Array.isArray(values)) throw new RangeError(`the filter ${JSON.stringify(name)} takes a list of values`);
      if (values.length) chosen.set(name, allowed(model.dimensions.get(name), values));
    }
    const window = windowOf(model, time);
    const made = () => ({ chosen, window, answers: new Map(), cells: new Map(), slots: new Map(), places: new Map() });
    return chosen.size || window.isOwn ? made() : memo(model.whole, window, made);
  }

  // By code: whether the value was chosen. One that never occurs selects nothing.
  function allowed({ values, codes, folded }, wanted) {
    const found = new Uint8Array(values.length + 1);
    for (const value of wanted) {
      const isUnknown = folded > 0 && value !== undefined && !codes.has(value);
      if (isUnknown || (value !== null && typeof value === "object")) {
        throw new RangeError(`${JSON.stringify(value)} is not told apart in this page`);
      }
      if (codes.has(value)) found[codes.get(value)] = 1;
    }
    return found;
  }

  function windowOf({ content, clock, custom }, time = content.ranges[content.range].key) {
    if (time && typeof time === "object" && custom.length) return zones.customRange(clock, custom, time);
    const found = content.ranges.find(({ key }) => key === time);
    if (!found) throw new RangeError(`${JSON.stringify(time)} is not a range of this page`);
    return found;
  }

  function range({ clock }, { window: { start, end, key = null, isCut = false } }) {
    return { start: clock.iso(start), end: clock.iso(end), key, isCut };
  }

  // ---- questions

  function questionOf(model, id) {
    return memo(model.questions, id, () => {
      const given = model.content.widgets[id];
      if (given.view === "newest") return { ...given, times: cubes.sums([...given.times]) };
      const { by, series, rows, columns, measures } = given;
      const names = rows ? [rows, columns].filter((name) => !CLOCK.includes(name)) : series ? [...by, series] : by;
      const metrics = Object.entries(given.formulas).map(([name, formula]) => {
        const used = new Set();
        return [name, { ...formulas.compile(formula, measures, used), used, reads: given.reads[name] }];
      });
      const reader = (m) => formulas.readerOf(measures, m);
      const counted = { present: given.events.map(reader), lost: given.unpriced.map(reader), whole: (given.tokens || []).map(reader) };
      return { ...given, ...counted, shown: given.metrics, names, metrics: new Map(metrics) };
    });
  }

  function asking(model, id, selection) {
    const question = questionOf(model, id);
    const window = question.pinned || selection.window;
    const asked = { model, selection, question, window, readings: question.readings.map((_, reading) => reading) };
    if (question.view === "newest") return asked;
    asked.whole = slots(asked, "", () => (window.start < window.end ? [window.start, window.end] : []));
    asked.minutes = minutes(asked, window.start, window.end, 1);
    asked.reaching = comparable(asked);
    return asked;
  }

  // The same for all widgets of the same range.
  function slots({ selection, window }, key, edges) {
    const { start, end, nominal, isOwn } = window;
    return memo(selection.slots, [start, end, nominal, isOwn, key].join(), () => holding.slotsOf(edges()));
  }

  function buckets(asked) {
    const { model, window, question } = asked;
    const every = zones.everyOf(window, question.every);
    const used = window.isOwn ? [...new Set(question.measures.map((one) => one.cube))].filter((cube) => cube >= 0) : [];
    const isKnown = (edge) => used.every((cube) => hasEdge(model.cubes[cube], edge));
    asked.whole.parts = slots(asked, [every, used], () => zones.buckets(model.ladders, window, every, isKnown));
    return asked.whole.parts;
  }

  function hasEdge({ edges }, edge) {
    return edges[zones.upTo(edges, edge) - 1] === edge;
  }

  // Everything that these metrics read, and the events, at every place.
  function hold(asked, stretch, groups, names, readings = asked.readings, more = []) {
    const { model, selection, question } = asked;
    const used = names.flatMap((name) => [...question.metrics.get(name).used]);
    const held = [];
    for (const m of new Set([...question.events, ...question.unpriced, ...more, ...used])) {
      const measure = question.measures[m];
      if (readings.includes(measure.reading)) held[m] = holding.held(model, selection, measure, stretch, groups);
    }
    return held;
  }

  function groupsBy({ model }, names) {
    return holding.grouping(model, names);
  }

  function dimensionsOf({ model }, names) {
    return names.map((name) => model.dimensions.get(name));
  }

  function isPresent({ question }, held, at) {
    return question.present.some((read) => read(held, at) > 0);
  }

  // ---- values

  function valueOf({ question }, name, held, at, spent) {
    return question.metrics.get(name).value(held, at, spent);
  }

  function values(asked, held, at, spent) {
    return asked.question.shown.map((name) => valueOf(asked, name, held, at, spent));
  }

  function plain(value) {
    return typeof value === "bigint" ? Number(value) : value;
  }

  // Of a row: the shown metrics, and the unpriced tokens where costs left some out.
  function pairsOf({ question }, found, held, at) {
    const pairs = question.shown.map((name, n) => [name, plain(found[n])]);
    const lost = totalOf(question.lost, held, at);
    if (lost && !question.shown.includes("unpriced_tokens")) pairs.push(["unpriced_tokens", plain(lost)]);
    return pairs;
  }

  // Elapsed minutes of each reading since its first event; none under `least` µs.
  function minutes(asked, start, end, least) {
    return elapsed(asked, start, end).map((spent) => inMinutes(spent, least));
  }

  function elapsed({ question }, start, end) {
    return question.readings.map(({ first }) => (first === null ? 0 : Math.max(0, end - Math.max(start, first))));
  }

  function inMinutes(spent, least) {
    return spent >= least ? spent / zones.MINUTE : null;
  }

  function bucketMinutes(asked, start, end) {
    return minutes(asked, start, end, zones.MINUTE);
  }

  // ---- the previous period

  function back({ model, window }, at) {
    return Math.min(model.clock.back(at, window.shift), window.start);
  }

  // Readings that have a previous period, all of whose edges their cubes have.
  function comparable(asked) {
    const { model, question, window } = asked;
    if (!question.compare) return [];
    const edges = (question.view === "trend" ? buckets(asked) : asked.whole).edges.map((edge) => back(asked, edge));
    const start = back(asked, window.start);
    const has = (cube) => edges.every((edge) => hasEdge(cube, edge));
    return asked.readings.filter((reading) => {
      const { first } = question.readings[reading];
      const own = question.measures.filter((one) => one.reading === reading && one.cube >= 0);
      return first !== null && first <= start && own.every((one) => has(model.cubes[one.cube]));
    });
  }

  // Whether there was a previous period of which this page has no such part.
  function isBefore(asked) {
    const { question, window } = asked;
    return Boolean(question.compare) && question.readings.some(({ first }) => first !== null && first <= back(asked, window.start));
  }

  // What was held then, by the slots of now; nothing where no reading reaches back.
  function holdBefore(asked, now, groups) {
    if (!asked.reaching.length) return undefined;
    const runs = memo(now.before, JSON.stringify(asked.window.shift), () => ascending(now.edges.map((at) => back(asked, at))));
    const held = runs.map((run) => hold(asked, run, groups, asked.question.shown, asked.reaching));
    return (slot, group) => {
      const n = runs.findIndex((run) => slot >= run.from && slot < run.from + run.size);
      return n < 0 ? [[], -1] : [held[n], (slot - runs[n].from) * groups.size + group];
    };
  }

  // Shifted edges go back where a clock was: both hours have the same one before them. So they come in several runs.
  function ascending(edges) {
    const turns = edges.flatMap((edge, n) => (n === 0 || edge < edges[n - 1] ? [n] : []));
    return turns.map((from, n) => ({ ...holding.slotsOf(edges.slice(from, turns[n + 1])), from }));
  }

  // `previous` and `change`: numbers for one metric, mappings for several.
  function compared(asked, now, before) {
    const { question, reaching } = asked;
    if (!question.compare) return [];
    const columns = question.shown.map((name, n) => {
      const { reads, isWhole } = question.metrics.get(name);
      const previous = before && reads.every((reading) => reaching.includes(reading)) ? before[n] : null;
      return { name, previous: plain(previous), change: formulas.change(now[n], previous, isWhole) };
    });
    const column = (key) => {
      if (columns.length === 1) return columns[0][key];
      return Object.fromEntries(columns.map((one) => [one.name, one[key]]));
    };
    return [["previous", column("previous")], ["change", column("change")]];
  }

  // ---- rows

  function rowOf(asked, named, held, at, spent, before) {
    const now = values(asked, held, at, spent);
    return Object.fromEntries([...named, ...pairsOf(asked, now, held, at), ...compared(asked, now, before)]);
  }

  function stretches({ edges }) {
    return edges.slice(1).map((end, slot) => [edges[slot], end]);
  }

  // The course of the first metric, for each group.
  function sparklines(asked, groups) {
    const [[name], now] = [asked.question.shown, buckets(asked)];
    const held = hold(asked, now, groups, [name]);
    const parts = stretches(now).map(([start, end]) => [asked.model.clock.iso(start), bucketMinutes(asked, start, end)]);
    return (group) =>
      parts.map(([time, spent], slot) => {
        const value = valueOf(asked, name, held, slot * groups.size + group, spent);
        return Object.fromEntries([["time", time], [name, plain(value)]]);
      });
  }

  // The groups of some dimensions that have an event in the range, ranked by a metric or a dimension.
  function ranked(asked, names, how = asked.question) {
    const { question } = asked;
    const groups = groupsBy(asked, names);
    const name = how.order ? how.order.name : question.shown[0];
    const metric = question.metrics.has(name) ? [name] : [];
    const held = hold(asked, asked.whole, groups, metric);
    const ids = groups.tuples.flatMap((_, id) => (isPresent(asked, held, id) ? [id] : []));
    const score = (id) => (metric.length ? valueOf(asked, name, held, id, asked.minutes) : null);
    const at = names.length === question.names.length ? names.indexOf(name) : -1;
    return told(asked, ranking.ranked(groups, ids, dimensionsOf(asked, names), score, how, at, question.bounded?.includes(name)));
  }

  // An order, and whether it could be wrong.
  function told(asked, order) {
    asked.unsure ||= order.unsure;
    return order;
  }

  // Every kept group at its place.
  function folded({ groups, target, kept }) {
    return target ? holding.regrouped(groups, target, kept.length) : groups;
  }

  // The question's own groups; without dimensions there is one of everything, also where nothing is.
  function ordered(asked) {
    const { names } = asked.question;
    return names.length ? ranked(asked, names) : { kept: [{ id: 0, codes: [] }], groups: groupsBy(asked, names) };
  }

  function namedBy(asked, names) {
    const dimensions = dimensionsOf(asked, names);
    return (one) => ranking.named(names, dimensions, one);
  }

  function trend(asked) {
    const { model, question } = asked;
    const order = ordered(asked);
    const [groups, now] = [folded(order), buckets(asked)];
    const held = hold(asked, now, groups, question.shown);
    const past = holdBefore(asked, now, groups);
    const named = order.kept.map(namedBy(asked, question.names));
    return stretches(now).flatMap(([start, end], slot) => {
      const [low, high] = past ? [back(asked, start), back(asked, end)] : [0, 0];
      const [spent, spentBefore] = [bucketMinutes(asked, start, end), bucketMinutes(asked, low, high)];
      const time = ["time", model.clock.iso(start)];
      return named.map((name, group) => {
        const before = low < high ? values(asked, ...past(slot, group), spentBefore) : undefined;
        return rowOf(asked, [time, ...name], held, slot * groups.size + group, spent, before);
      });
    });
  }

  function grouped(asked) {
    const { question } = asked;
    if (question.series) return paired(asked);
    const order = ordered(asked);
    const isFolded = order.kept.some((one) => one.other !== undefined);
    const groups = isFolded ? folded(order) : order.groups;
    const spark = question.spark && sparklines(asked, folded(order)); // first: its buckets make the whole
    const held = hold(asked, asked.whole, groups, question.shown);
    const past = holdBefore(asked, asked.whole, groups);
    const spent = past && minutes(asked, back(asked, asked.window.start), back(asked, asked.window.end), 1);
    const named = namedBy(asked, question.names);
    return order.kept.map((one, n) => {
      const at = isFolded ? n : one.id;
      const row = rowOf(asked, named(one), held, at, asked.minutes, past && values(asked, ...past(0, at), spent));
      return spark ? { ...row, spark: spark(n) } : row;
    });
  }

  // The same order by a metric, all series kept.
  function unfolded({ order, metrics }) {
    return order && metrics.has(order.name) ? { order } : {};
  }

  // Groups ranked over all series, then the series ranked over all groups; pairs without an event are left out.
  function paired(asked) {
    const { question } = asked;
    const [outer, inner] = [ranked(asked, question.by), ranked(asked, [question.series], unfolded(question))];
    const own = ranking.crossed(groupsBy(asked, question.names), outer, inner);
    const held = hold(asked, asked.whole, own, question.shown);
    const [rows, columns] = [outer.kept.map(namedBy(asked, question.by)), inner.kept.map(namedBy(asked, [question.series]))];
    const pairs = rows.flatMap((row) => columns.map((column) => [...row, ...column]));
    return pairs.flatMap((pair, at) => (isPresent(asked, held, at) ? [rowOf(asked, pair, held, at, asked.minutes)] : []));
  }

  // ---- grids: weekday and hour come from the time axis

  function grid(asked) {
    const { question } = asked;
    const clocked = CLOCK.filter((name) => name === question.rows || name === question.columns);
    const axes = [question.rows, question.columns].map((name) => axis(asked, name, clocked));
    const [first, second] = axes.flatMap(({ order }) => order || []);
    const all = groupsBy(asked, question.names);
    const own = second ? ranking.crossed(all, first, second) : first ? folded(first) : all;
    const now = clocked.length ? clockSlots(asked, clocked) : asked.whole;
    const spent = clocked.length ? laneMinutes(asked, now) : [asked.minutes];
    const held = hold(asked, now, own, question.shown);
    return axes[0].places.flatMap((row) =>
      axes[1].places.map((column) => {
        const lane = row.lane + column.lane;
        const group = row.group * (second ? second.kept.length : 1) + column.group;
        const named = [[question.rows, row.value], [question.columns, column.value]];
        return rowOf(asked, named, held, lane * own.size + group, spent[lane]);
      }),
    );
  }

  // The values along one side, and what each adds to a cell's lane or group.
  function axis(asked, name, clocked) {
    if (clocked.includes(name)) {
      const stride = strideOf(name, clocked);
      const [first, count] = name === "weekday" ? [1, 7] : [0, 24];
      return { places: Array.from({ length: count }, (_, n) => ({ value: first + n, lane: n * stride, group: 0 })) };
    }
    const order = ranked(asked, [name], {});
    const values = order.kept.map(namedBy(asked, [name])).map(([[, value]]) => value);
    return { order, places: values.map((value, group) => ({ value, lane: 0, group })) };
  }

  function strideOf(name, clocked) {
    return name === "weekday" && clocked.includes("hour") ? 24 : 1;
  }

  // The local clock's hours, those of one cell in one lane.
  function clockSlots(asked, clocked) {
    const { clock, ladders } = asked.model;
    const edges = zones.buckets(ladders, { ...asked.window, isOwn: false }, [1, "h"]);
    const places = { weekday: (at) => clock.weekday(at) - 1, hour: clock.hour };
    const laneOf = (at) => clocked.reduce((lane, name) => lane + places[name](at) * strideOf(name, clocked), 0);
    const size = clocked.reduce((cells, name) => cells * (name === "hour" ? 24 : 7), 1);
    const lanes = Int32Array.from(edges.slice(0, -1), laneOf);
    return memo(asked.selection.slots, `${edges[0]},${edges.at(-1)},${clocked}`, () => holding.slotsOf(edges, lanes, size));
  }

  // Elapsed minutes of each lane, all of its hours together.
  function laneMinutes(asked, { edges, lanes, size }) {
    const spent = Array.from({ length: size }, () => asked.readings.map(() => 0));
    lanes.forEach((lane, slot) => {
      elapsed(asked, edges[slot], edges[slot + 1]).forEach((time, reading) => {
        spent[lane][reading] += time;
      });
    });
    return spent.map((times) => times.map((time) => inMinutes(time, zones.MINUTE)));
  }

  // ---- histograms and records

  function distribution(asked) {
    const { model, selection, question } = asked;
    const dimensions = dimensionsOf(asked, question.names);
    const sketches = (groups) => holding.held(model, selection, question.measures[0], asked.whole, groups);
    const all = groupsBy(asked, question.names);
    const found = sketches(all);
    if (!found || !found.begins.length) return [];
    const ids = all.tuples.map((_, id) => id).filter((id) => found.begins[id] < found.begins[id + 1]);
    const count = (id) => found.cumulated[found.begins[id + 1] - 1];
    const at = question.order ? question.names.indexOf(question.order.name) : -1;
    const order = told(asked, ranking.ranked(all, ids, dimensions, count, question, at, true));
    const shown = sketches(folded(order));
    const bars = bins.barsOf(shown, question.bins);
    return order.kept.map(namedBy(asked, question.names)).flatMap((named, n) => {
      const counts = bins.counts(shown, n, bars);
      return bars.map(([from, to], bar) => ({ from, to, count: counts[bar], ...Object.fromEntries(named) }));
    });
  }

  function newest({ question, selection, window: { start, end } }) {
    const chosen = [...selection.chosen].filter(([name]) => Object.hasOwn(question.codes, name));
    return question.records.filter((_, n) => {
      const isInside = start <= question.times[n] && question.times[n] < end;
      return isInside && chosen.every(([name, allows]) => allows[question.codes[name][n]]);
    });
  }

  // ---- answers

  const VIEWS = { total: grouped, trend, groups: grouped, grid, distribution, newest };

  // What the build's Answer has. `empty`: there is no event in it.
  function answer(model, id, selection) {
    return memo(selection.answers, id, () => answered(model, id, selection));
  }

  function answered(model, id, selection) {
    const asked = asking(model, id, selection);
    const { question, window, reaching = [] } = asked;
    const all = VIEWS[question.view](asked);
    const [{ spark = [], ...first } = {}] = all;
    const isTotal = question.view === "total";
    const rows = isTotal ? [first] : all; // a card's sparkline stands beside its row
    return {
      rows,
      spark: isTotal ? spark : [],
      start: model.clock.iso(window.start),
      end: model.clock.iso(window.end),
      reaches_back: reaching.length > 0,
      unheld: !reaching.length && isBefore(asked),
      unsure: Boolean(asked.unsure),
      unfiltered: unfiltered(question, selection),
      ...(question.estimated && { estimated: question.estimated }),
      ...(question.view === "newest" ? { empty: !rows.length } : summed(asked)),
    };
  }

  // Of everything in the range: whether there is an event, and the tokens that are in no cost of all.
  function summed(asked) {
    const { question } = asked;
    const held = hold(asked, asked.whole, groupsBy(asked, []), [], asked.readings, question.tokens);
    const [lost, tokens] = [question.lost, question.whole].map((readers) => totalOf(readers, held, 0));
    return { empty: !isPresent(asked, held, 0), unpriced: lost ? { count: plain(lost), part: Number(lost) / Number(tokens) } : null };
  }

  function totalOf(readers, held, at) {
    return readers.reduce((sum, read) => formulas.exactly("+", sum, read(held, at)), 0);
  }

  function unfiltered({ readings }, { chosen }) {
    const found = readings.map(({ source, lacks }) => ({ source, dimensions: lacks.filter((name) => chosen.has(name)) }));
    return found.filter(({ dimensions }) => dimensions.length);
  }

  // How many requests each value of a filter stands for under all other filters, most first.
  function volumes(model, name, selection) {
    const others = new Map([...selection.chosen].filter(([one]) => one !== name));
    const under = { ...selection, chosen: others, cells: new Map(), places: new Map() };
    const { start, end } = selection.window;
    const whole = holding.slotsOf(start < end ? [start, end] : []);
    const groups = holding.grouping(model, [name]);
    const sums = model.content.volumes.flatMap((place) => {
      if (!groups.ids.has(model.cubes[place.cube]?.layout)) return [];
      return [holding.held(model, under, { kind: "sum", reading: 0, ...place }, whole, groups)];
    });
    const { values, folded: rest, ties } = model.dimensions.get(name);
    const counts = new Float64Array(values.length + 1);
    for (const found of sums) found.forEach((count, id) => (counts[groups.tuples[id][0]] += Number(count)));
    const codes = values.map((_, code) => code).sort((a, b) => counts[b] - counts[a] || ties[a] - ties[b]);
    const known = codes.map((code) => ({ value: values[code], count: counts[code] }));
    return rest ? [...known, { value: { other: rest }, count: counts[values.length] }] : known;
  }

  return { select, range, answer, volumes };
})();
