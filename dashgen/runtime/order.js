// ---- order
// Which rows of a table are found, and in which order: numbers by value, texts by their letters in any language; what is
// missing stands behind them, and the rest that was folded last.

const order = (() => {
  function found(entries, { model, words, limits, sorted }) {
    const isKept = (entry) => {
      const texts = textsOf(entry, model);
      return words.every((word) => texts.some((text) => text.includes(word))) && [...limits.values()].every((holds) => holds(entry.row, texts));
    };
    const kept = words.length || limits.size ? entries.filter(isKept) : [...entries];
    return sorted ? kept.sort(comparison(model, sorted)) : kept;
  }

  function textsOf(entry, model) {
    return (entry.texts ||= model.cells(entry.row).map((cell) => (cell.text ?? cell).toLowerCase()));
  }

  function comparison({ columns, isRest }, { column, descending }) {
    const { rank } = columns[column];
    const weight = (row) => (isRest(row) ? 2 : Number((rank(row) ?? null) === null));
    return (a, b) => {
      const apart = weight(a.row) - weight(b.row);
      if (apart || weight(a.row)) return apart || a.place - b.place;
      const [x, y] = [a, b].map(({ row }) => keyOf(rank(row)));
      return (x === y ? 0 : x < y === descending ? 1 : -1) || a.place - b.place;
    };
  }

  function keyOf(value) {
    return typeof value === "number" ? value : String(value).toLowerCase();
  }

  // ---- by one column: a text that it has, or the least and the largest value

  function containing(n, text) {
    const word = text.trim().toLowerCase();
    return word && ((row, texts) => texts[n].includes(word));
  }

  function between({ rank, label }, low, high) {
    const scale = label.format === "percent" ? 100 : 1;
    if (low === "" && high === "") return undefined;
    return (row) => {
      const value = rank(row);
      return value !== null && (low === "" || value * scale >= Number(low)) && (high === "" || value * scale <= Number(high));
    };
  }

  return { found, containing, between };
})();
