// Bars of a histogram widget: the twin of evaluate/bins.py, with edges from the page's tables.

const bins = (() => {
  const OFFSET = 1 << 20;
  const BARS = 40;

  // Bars over the keys that occur, ascending: lower and upper edge, and the largest of the sketch's keys in each.
  function barsOf({ keys: places, exponents: known }, tables) {
    const keys = [...new Set(places)].sort((a, b) => a - b).map((place) => known[place]);
    const exponents = (sign) => keys.filter((key) => key * sign > 0).map((key) => key * sign - OFFSET);
    const below = sized(exponents(-1).reverse(), tables).map(([low, high, from]) => [-high, -low, -(from + 1) - OFFSET]);
    const above = sized(exponents(1), tables).map(([low, high, , to]) => [low, high, to + OFFSET]);
    return [...below.reverse(), ...(keys.includes(0) ? [[0, 0, 0]] : []), ...above];
  }

  function sized(exponents, { low, uppers, marks }) {
    if (!exponents.length) return [];
    const [least, most] = [exponents[0] - 1, exponents[exponents.length - 1]];
    const cuts = marks ? linearCuts(least, most, marks) : logCuts(least, most);
    return cuts.slice(1).map((to, n) => [uppers[cuts[n] - low], uppers[to - low], cuts[n], to]);
  }

  function logCuts(low, high) {
    const step = Math.max(1, Math.ceil((high - low) / BARS));
    const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
    return Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step);
  }

  function linearCuts(low, high, marks) {
    const [, round] = marks.find(([largest]) => high <= largest);
    return [...new Set([low, ...round.filter((mark) => low < mark && mark < high), high])];
  }

  // How many values of one place's histogram are in each bar.
  function counts({ begins, keys, cumulated, exponents }, place, bars) {
    let [n, before] = [begins[place], 0];
    return bars.map(([, , last]) => {
      while (n < begins[place + 1] && exponents[keys[n]] <= last) n += 1;
      const now = n > begins[place] ? cumulated[n - 1] : 0;
      const count = now - before;
      before = now;
      return count;
    });
  }

  return { barsOf, counts };
})();
