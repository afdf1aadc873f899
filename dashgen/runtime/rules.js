// ---- rules
// Thresholds as the rows of a chart's `levels`, as rules.py has them.

const rules = (() => {
  const [LANE, REACH] = [15, 2.5];

  // Those near enough to what is drawn; without `highest` all.
  function levels(thresholds, highest = Infinity) {
    const given = ["warning", "critical"].map((role) => [role, thresholds?.[role] ?? null]);
    return given.filter(([, value]) => value !== null && value <= REACH * highest);
  }

  function row([role, value], label) {
    const level = writer.words(role).toLowerCase();
    return { r: role, v: value, t: writer.words("threshold", { level, value: writer.ticks([value], label)[0] }) };
  }

  // `place` says where in the plot a value stands, from 0 to 1.
  function upright(found, label, place) {
    return found.map((level, lane) => {
      const aside = place(level[1]) > 0.6 ? { a: "right", d: -6 } : { a: "left", d: 6 };
      return { ...row(level, label), y: -10 - LANE * lane, ...aside };
    });
  }

  return { levels, across: (found, label) => found.map((one) => row(one, label)), upright, room: (found) => 6 + LANE * found.length };
})();
