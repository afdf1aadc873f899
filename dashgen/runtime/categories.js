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

  function named(distinct, texts) {
    const names = formats.unique(texts.map((text) => formats.shorten(text)));
    const roles = distinct.map((value, n) => (formats.isOther(value) ? "other" : `c${(n % COLOURS) + 1}`));
    return made(distinct.map((value) => JSON.stringify(value)), distinct, names, roles);
  }

  function of(values) {
    const distinct = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
    return named(distinct, distinct.map(writer.name));
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
