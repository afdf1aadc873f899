// ---- categories
// The values of a dimension as a chart knows them, as categories.py has them: distinct names in the order of the rows,
// an ink each.

const categories = (() => {
  const COLOURS = 12;
  const ink = (role) => `var(--${role})`;

  function made(keys, values, names, roles) {
    const index = (value) => keys.indexOf(JSON.stringify(value));
    const part = (kept) => {
      const of = (group) => group.filter((_, n) => kept.includes(values[n]));
      return made(of(keys), of(values), of(names), of(roles));
    };
    return { values, names, roles, inks: roles.map(ink), index, name: (value) => names[index(value)], part };
  }

  function named(distinct, texts, known = []) {
    const names = formats.unique(texts.map((text) => formats.shorten(text)));
    const keys = distinct.map((value) => JSON.stringify(value));
    const hues = rolesOf(keys.filter((_, n) => !formats.isOther(distinct[n])), known);
    return made(keys, distinct, names, keys.map((key) => hues.get(key) || "other"));
  }

  // Colours last: `known` are the values in the order in which the page came to draw them, as hues.py has them.
  function rolesOf(keys, known) {
    const places = new Map(known.map((value, n) => [JSON.stringify(value), n]));
    for (const key of keys.filter((one) => !places.has(one))) places.set(key, known.push(JSON.parse(key)) - 1);
    const roles = new Map();
    const taken = new Set();
    for (const key of [...keys].sort((a, b) => places.get(a) - places.get(b))) {
      const turned = Array.from({ length: COLOURS }, (_, n) => `c${((places.get(key) + n) % COLOURS) + 1}`);
      roles.set(key, turned.find((role) => !taken.has(role)) || turned[0]);
      taken.add(roles.get(key));
    }
    return roles;
  }

  // Of a `dimension`, in the colours that its values have in this page; else by their order.
  function of(values, dimension) {
    const distinct = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
    const known = dimension && has(page.hues, dimension) ? page.hues[dimension] : [];
    return named(distinct, distinct.map(writer.name), known);
  }

  // Metrics by their titles.
  function ofMetrics(metrics) {
    return named(metrics, metrics.map((metric) => page.labels[metric].title));
  }

  // What a legend tells of them.
  function entries(found, dimension) {
    return found.names.map((name, n) => ({ name, role: found.roles[n], dimension, value: found.values[n] }));
  }

  // The scale of those whose names stand beside them: one colour for all, a neutral one for the folded rest.
  function plain({ names, roles }, own) {
    return { domain: names, range: roles.map((role) => (role === "other" ? ink("other") : own)) };
  }

  return { of, ofMetrics, ink, entries, plain, scale: (found) => ({ domain: found.names, range: found.inks }) };
})();
