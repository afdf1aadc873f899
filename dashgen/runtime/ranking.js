// Display order of groups, and the fold of what a top-n leaves over: the twin of evaluate/ranking.py.

const ranking = (() => {
  // What the page does not tell apart has the code after the last value's.
  function isFolded({ values }, code) {
    return code === values.length;
  }

  function compared(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
  }

  // Missing last in both directions.
  function byScore(a, b, sign) {
    if (a === null || b === null) return (a === null) - (b === null);
    return sign * compared(a, b);
  }

  // Groups in order, the folded last; ties by the values' texts.
  function sorted(groups, dimensions, at, isDescending) {
    const sign = isDescending ? -1 : 1;
    const place = ({ codes, score }) => {
      if (at < 0) return score;
      return dimensions[at].values[codes[at]] === null ? null : codes[at];
    };
    const order = (a, b) =>
      a.isFolded - b.isFolded || byScore(place(a), place(b), sign) || ties(a.codes, b.codes, dimensions);
    return groups.sort(order);
  }

  function ties(a, b, dimensions) {
    const rank = (codes, n) => dimensions[n].ties[codes[n]] ?? Infinity;
    const n = dimensions.findIndex((_, one) => a[one] !== b[one]);
    return n < 0 ? 0 : compared(rank(a, n), rank(b, n));
  }

  // How many values a group stands for.
  function weight({ codes }, dimensions) {
    return dimensions.reduce((found, one, n) => found * (isFolded(one, codes[n]) ? one.folded : 1), 1);
  }

  // Whether one of those that are not told apart may belong among the `own` ones that are shown; `rest` is the group of
  // them with the greatest score. Where scores are bounded, none of it has more than the whole.
  function isUnsure(own, rest, top, isBounded) {
    if (!rest) return false;
    const last = own.slice(0, top ?? own.length).pop();
    if (!last || own.length < top || !isBounded) return true;
    return last.score === null || rest.score === null || rest.score >= last.score;
  }

  // The groups `ids` of a grouping in display order, with what is left over last as `other`; `target` has each group's
  // place among them, -1 for those left out. `at`: the dimension that orders, -1 where a score does.
  function ranked(groups, ids, dimensions, score, { order, top = null, other }, at, isBounded) {
    const all = ids.map((id) => {
      const codes = groups.tuples[id];
      return { id, codes, score: score(id), isFolded: codes.some((code, n) => isFolded(dimensions[n], code)) };
    });
    const isDescending = order ? order.descending : true;
    const found = sorted(all, dimensions, at, isDescending);
    const own = found.filter((one) => !one.isFolded);
    const unsure = isUnsure(own, found[own.length], top, isBounded && isDescending && at < 0);
    const isCut = top !== null && own.length > top;
    const kept = isCut ? own.slice(0, top) : other === false ? own : found;
    const target = new Int32Array(groups.size).fill(isCut && other !== false ? top : -1);
    kept.forEach(({ id }, n) => {
      target[id] = n;
    });
    if (!isCut || other === false) return { kept, target, groups, unsure };
    const rest = found.slice(top).reduce((sum, one) => sum + weight(one, dimensions), 0);
    return { kept: [...kept, { other: rest }], target, groups, unsure };
  }

  // A group as the keys of a row.
  function named(names, dimensions, { codes, other }) {
    return names.map((name, n) => {
      const count = other ?? (isFolded(dimensions[n], codes[n]) ? dimensions[n].folded : undefined);
      return [name, count === undefined ? dimensions[n].values[codes[n]] : { other: count }];
    });
  }

  // Every group's place among pairs of both rankings, all of the second inside each of the first.
  function crossed(groups, first, second) {
    const place = ({ groups: own, target }) => new Map(own.tuples.map((codes, id) => [codes.join(), target[id]]));
    const [outer, inner] = [place(first), place(second)];
    const target = groups.tuples.map((codes) => {
      const [a, b] = [outer.get(codes.slice(0, -1).join()) ?? -1, inner.get(String(codes.at(-1))) ?? -1];
      return a < 0 || b < 0 ? -1 : a * second.kept.length + b;
    });
    return holding.regrouped(groups, target, first.kept.length * second.kept.length);
  }

  return { ranked, named, crossed };
})();
