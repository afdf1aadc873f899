// The state of the filters: what is chosen, who may change it, and that every widget shows it.

const control = (() => {
  const TIME = "time_range";
  const filters = new Map();
  let model;
  let content;
  let standard;
  let state;
  let range;
  let said = [];

  // `cube.js` has arrived: resolves when the page shows what its address asks for.
  async function begin(given) {
    take(given);
    filterBar.attach();
    addEventListener("hashchange", () => follow().catch((error) => console.error(error)));
    await follow();
    filterBar.update();
  }

  function take(given) {
    content = given;
    model = cubes.open(given);
    filters.clear();
    for (const one of given.filters) filters.set(one.dimension, filterOf(one));
    standard = state = { filters: standardValues(), time_range: given.ranges[given.range].key };
    range = evaluation.range(model, evaluation.select(model, asked(state)));
  }

  // Other numbers, or another bar, while the page is open: what its address asks for is asked of them. Without new
  // numbers only the widgets of `ids` are brought to what is chosen.
  async function renew(given, ids, isRebuilt) {
    const isChanged = address(state) !== "";
    if (given) take(given);
    if (isRebuilt) filterBar.attach();
    if (!given) return isChanged ? draw(evaluation.select(model, asked(state)), ids) : undefined;
    const { next, notices } = linked(fragment.read(location.hash) || { chosen: [], unread: [] });
    return isChanged || address(next) ? commit(next, undefined, notices) : undefined;
  }

  function filterOf(one) {
    const { values = [], folded = 0 } = has(content.dimensions, one.dimension) ? content.dimensions[one.dimension] : {};
    const texts = new Map(values.filter((value) => value !== null).map((value) => [String(value), value]));
    const isNumeric = texts.size > 0 && [...texts.values()].every((value) => typeof value === "number");
    const title = has(page.bar.titles, one.dimension) ? page.bar.titles[one.dimension] : one.dimension;
    return { ...one, title, values: new Set(values), folded, texts, isNumeric, isTime: one.dimension === TIME };
  }

  function standardValues() {
    const chosen = Object.create(null);
    for (const one of filters.values()) if (!one.isTime && !one.locked) chosen[one.dimension] = one.default;
    return chosen;
  }

  // ---- a change

  async function setFilters(changes, isNew = true) {
    if (!model) throw new Error("this page has no filters");
    return commit(merged(changes), isNew);
  }

  function merged(changes) {
    const next = copyOf(state);
    for (const [name, wanted] of Object.entries(changes)) {
      const filter = openFilter(name);
      if (filter.isTime) next.time_range = typeof wanted === "object" && wanted ? { ...wanted } : (wanted ?? null);
      else next.filters[name] = checked(filter, wanted);
    }
    return next;
  }

  function copyOf(one) {
    return { filters: Object.assign(Object.create(null), one.filters), time_range: one.time_range };
  }

  function openFilter(name) {
    const filter = filters.get(name);
    if (!filter) throw new RangeError(`${JSON.stringify(name)} is not a filter of this page`);
    if (filter.locked) throw new RangeError(`the filter ${JSON.stringify(name)} is locked`);
    return filter;
  }

  function checked(filter, wanted) {
    if (!Array.isArray(wanted)) throw new TypeError(`the filter ${JSON.stringify(filter.dimension)} takes a list of values`);
    const before = state.filters[filter.dimension];
    for (const value of wanted) {
      const is = typeof value;
      if (value !== null && is !== "string" && is !== "boolean" && !Number.isFinite(value)) {
        throw new RangeError(`${JSON.stringify(value)} is not a value to filter by`);
      }
      if (filter.isNumeric && is === "string") {
        throw new RangeError(`${JSON.stringify(value)} is a text: the filter ${JSON.stringify(filter.dimension)} takes numbers`);
      }
      if (filter.folded && !filter.values.has(value) && !before.includes(value)) {
        throw new RangeError(`${JSON.stringify(value)} is not told apart in this page: values were folded`);
      }
    }
    return [...new Set(wanted)];
  }

  // What is not in the page is left out of the question; where nothing else was chosen, there is nothing.
  function asked(next) {
    const known = Object.create(null);
    for (const [name, chosen] of Object.entries(next.filters)) {
      const there = chosen.filter((value) => filters.get(name).values.has(value));
      known[name] = chosen.length && !there.length ? [NOTHING] : there;
    }
    return { filters: known, time_range: next.time_range };
  }

  const NOTHING = undefined;

  // All that can be refused is refused before anything has changed. `isNew`: a step to come back from.
  function commit(next, isNew, notices = []) {
    const selection = evaluation.select(model, asked(next));
    range = evaluation.range(model, selection);
    state = next;
    const hash = address(state);
    said = fragment.fits(hash) ? notices : [...notices, writer.words("choice-long")];
    if (isNew !== undefined) fragment.write(hash, isNew);
    filterBar.update();
    return redraw(selection);
  }

  let latest = 0;
  let drawing = Promise.resolve();

  // One after the other, and only the last of those that wait.
  async function redraw(selection) {
    latest += 1;
    const turn = latest;
    drawing = drawing.catch(() => {}).then(() => (turn === latest ? draw(selection) : undefined));
    await drawing;
    return turn === latest ? undefined : drawing;
  }

  async function draw(selection, ids = Object.keys(content.widgets)) {
    const answers = ids
      .filter((id) => has(page.widgets, id))
      .map((id) => [id, answerOf(id, selection)]);
    await Promise.all(answers.map(([id, answer]) => bring(id, answer)));
  }

  // What fails is told in its widget and on the console, and the others are right all the same.
  function answerOf(id, selection) {
    try {
      return evaluation.answer(model, id, selection);
    } catch (error) {
      console.error(error);
      return undefined;
    }
  }

  // As the page opened, each widget has the rows that it opened with, of every value; so have its notes.
  async function bring(id, given) {
    const widget = page.widgets[id];
    widget.opening ||= { rows: widget.rows, spark: widget.spark || [], notes: notesOf(id) };
    const answer = given && address(state) === "" ? { ...given, ...widget.opening } : given;
    widget.rows = answer?.rows || [];
    if (has(widget, "spark")) widget.spark = answer?.spark || [];
    try {
      await (answer ? show(id, answer) : showLost(id));
    } catch (error) {
      console.error(error);
      widget.rows = [];
      showLost(id);
    }
  }

  // ---- the address

  function address({ filters: chosen, time_range: time }) {
    const changed = Object.keys(chosen).filter((name) => !isAlike(chosen[name], standard.filters[name]));
    const pairs = changed.map((name) => [name, chosen[name]]);
    if (time !== standard.time_range) pairs.push([TIME, [typeof time === "string" ? time : `${time.from}..${time.to ?? ""}`]]);
    return fragment.text(pairs);
  }

  function isAlike(some, others) {
    return some.length === others.length && some.every((one) => others.includes(one));
  }

  async function follow() {
    const link = fragment.read(location.hash);
    if (!link) return fragment.write(address(state) || location.hash, false);
    const { next, notices } = link.refused ? { next: standard, notices: [writer.words(link.refused)] } : linked(link);
    filterMenu.close();
    if (address(next) !== address(state)) return commit(next, undefined, notices);
    said = notices;
    return filterBar.update();
  }

  // What a link may ask for is a choice among what there is; the rest is told.
  function linked({ chosen, unread }) {
    const next = copyOf(standard);
    const strange = new Set(unread);
    for (const [name, values] of chosen) {
      const filter = filters.get(name);
      if (!filter || filter.locked) strange.add(name);
      else if (!filter.isTime) next.filters[name] = [...new Set([...values].map((text) => valueOf(filter, text)))];
      else next.time_range = rangeOf([...values].pop()) || (strange.add(filter.title), next.time_range);
    }
    const list = [...strange].slice(0, 3).map((name) => formats.shorten(name, 40));
    return { next, notices: list.length ? [writer.words("link-strange", { list: writer.names(list) })] : [] };
  }

  function valueOf(filter, text) {
    if (text === null) return null;
    if (filter.texts.has(text)) return filter.texts.get(text);
    return filter.isNumeric && String(Number(text)) === text ? Number(text) : text;
  }

  function rangeOf(text) {
    const [from, to] = String(text).split("..");
    const wanted = content.ranges.some((one) => one.key === text) ? text : to ? { from, to } : { from };
    try {
      evaluation.select(model, { filters: {}, time_range: wanted });
      return wanted;
    } catch {
      return undefined;
    }
  }

  // ---- from the page

  function choose(name, wanted, isNew) {
    return setFilters({ [name]: wanted }, isNew).catch((error) => console.error(error));
  }

  async function reset() {
    return commit(standard, true);
  }

  function canPick(dimension) {
    return Boolean(model) && filters.has(dimension) && !filters.get(dimension).locked;
  }

  // A value that was clicked becomes the only one; clicked again, it is released.
  function pick(dimension, value) {
    if (!canPick(dimension) || !filters.get(dimension).values.has(value)) return Promise.resolve();
    return choose(dimension, isAlike(state.filters[dimension], [value]) ? [] : [value]);
  }

  function canBrush() {
    return canPick(TIME) && content.custom.length > 1;
  }

  function brush(from, to) {
    return canBrush() ? choose(TIME, { from, to }) : Promise.resolve();
  }

  // What was asked for reaches beyond what the page holds.
  function cutIn({ isCut, start, end }) {
    return isCut ? [writer.words("range-cut", { range: writer.range(start, end) })] : [];
  }

  // A copy for other scripts: what `setFilters` takes.
  function current() {
    const open = state ? Object.entries(state.filters).map(([name, chosen]) => [name, Object.freeze([...chosen])]) : [];
    const { time_range: time } = state || {};
    if (canPick(TIME)) open.push([TIME, typeof time === "string" ? time : Object.freeze({ ...time })]);
    return Object.freeze(Object.fromEntries(open));
  }

  return {
    begin,
    renew,
    setFilters,
    current,
    choose,
    reset,
    pick,
    canPick,
    brush,
    canBrush,
    filters,
    content: () => content,
    range: () => range,
    time: () => state.time_range,
    chosen: (filter) => state.filters[filter.dimension],
    isMissing: (filter, value) => !filter.values.has(value),
    isChanged: () => Boolean(model) && address(state) !== "",
    isNarrowed: () => [...filters.values()].some((one) => !one.isTime && (one.locked ? one.default : state.filters[one.dimension]).length > 0),
    isStandard: ({ isTime, dimension }) =>
      isTime ? state.time_range === standard.time_range : isAlike(state.filters[dimension], standard.filters[dimension]),
    standardTime: () => standard.time_range,
    notices: () => [...said, ...cutIn(range)],
    volumes: (filter) => evaluation.volumes(model, filter.dimension, evaluation.select(model, asked(state))),
  };
})();

const { pick, canPick, brush, canBrush } = control;
