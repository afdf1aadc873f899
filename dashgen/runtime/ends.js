// ---- ends
// Names at the ends of lines, as ends.py has them.

const ends = (() => {
  const [MOST, LINE, MOVED, WIDEST] = [10, 15, 15, 150];
  const mean = (pool) => pool.reduce((sum, place) => sum + place, 0) / pool.length;

  // `height` is the plot's; none without room for all.
  function rows(points, value, height) {
    const last = Math.max(...points.map((point) => point.x));
    const found = points.filter((point) => point.x === last);
    if (found.length < 2 || found.length > MOST || found.some((point) => point.v === null)) return [];
    const moves = apart(found.map((point) => height * (1 - axes.place(value, point.v))), height);
    if (moves.some((move) => Math.abs(move) > MOVED)) return [];
    return found.map(({ x, v, s }, n) => {
      return { x, w: v, s, t: measure.shortened(s, WIDEST), d: Math.floor(moves[n] * 10 + 0.5) / 10 };
    });
  }

  function apart(places, height) {
    const order = [...places.keys()].sort((a, b) => places[a] - places[b]);
    const pools = [];
    order.forEach((n, rank) => {
      pools.push([places[n] - rank * LINE]);
      while (pools.length > 1 && mean(pools[pools.length - 2]) > mean(pools[pools.length - 1])) {
        const last = pools.pop();
        pools[pools.length - 1].push(...last);
      }
    });
    const free = pools.flatMap((pool) => pool.map(() => mean(pool)));
    const most = height - (places.length - 1) * LINE;
    const moves = [];
    order.forEach((n, rank) => {
      moves[n] = Math.min(Math.max(free[rank], 0), most) + rank * LINE - places[n];
    });
    return moves;
  }

  // The same names where lines end at other heights.
  function moved(names, scale, height) {
    const moves = apart(names.map(({ w }) => scale(w)), height);
    return moves.some((move) => Math.abs(move) > MOVED) ? [] : names.map((name, n) => ({ ...name, d: moves[n] }));
  }

  return { rows, moved, room: (found) => axes.room(axes.widest(found.map((row) => row.t))) };
})();
