// ---- measure
// How wide a text is, near enough: the same hundredths of an em as in measure.py.

const measure = (() => {
  const WIDTHS = [
    [/[\u200b\p{Mn}\p{Me}]/u, 0],
    [/[iljtfrI.,:;'|!()[\]\- \u00a0]/, 38],
    [/[mwMW@%]/, 90],
    [/[\u1100-\u115f\u231a\u231b\u23e9-\u23f3\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]/u, 105],
    [/\p{Uppercase}/u, 70],
    [/[^]/, 60],
  ];
  const known = new Map();

  function em(letter) {
    if (!known.has(letter)) known.set(letter, WIDTHS.find(([form]) => form.test(letter))[1]);
    return known.get(letter);
  }

  function width(text, size = 12) {
    return ([...text].reduce((sum, letter) => sum + em(letter), 0) * size) / 100;
  }

  function shortened(text, room, size = 12) {
    if (width(text, size) <= room) return text;
    const letters = [...text];
    let [left, right, rest] = ["", "", room - width("…", size)];
    for (const [n, before] of letters.entries()) {
      const after = letters[letters.length - 1 - n];
      [left, right, rest] = [left + before, after + right, rest - width(before + after, size)];
      if (rest < width(after, size) * 2) break;
    }
    return `${left.trimEnd()}…${right.trimStart()}`;
  }

  return { width, shortened };
})();
