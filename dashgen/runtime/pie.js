// ---- pie
// The slices of a whole, as widgets/pie.py has them.

twins.pie = (widget, answer) => {
  const MOST = 12;
  const { metric, by } = widget.definition;
  const label = page.labels[metric];
  const noParts = figures.belowZero(answer.rows, [metric]);
  const rows = answer.rows.filter((row) => row[metric] > 0);
  const found = categories.of(rows.map((row) => row[by]), by);
  const whole = rows.reduce((sum, row) => sum + row[metric], 0);
  const entries = rows.map((row, n) => ({
    role: found.roles[n],
    name: found.names[n],
    dimension: by,
    value: row[by],
    text: writer.cell(row[metric], label),
    share: writer.share(row[metric] / whole),
  }));
  const cells = (row) => [writer.name(row[by]), writer.cell(row[metric], label)];
  return {
    empty: noParts || !rows.length,
    remarks: noParts ? [writer.words("no-parts")] : [],
    variants: [[{
      data: {
        rows: rows.map((row, n) => ({ s: found.names[n], v: row[metric], o: n, i: answer.rows.indexOf(row) })),
        whole: [{ t: writer.cell(whole, label) }],
      },
      signals: { colours: { domain: found.names, range: found.inks } },
      padding: { left: 4, right: 4, top: 4, bottom: 4 },
    }]],
    legend: { entries: entries.slice(0, MOST), valued: true, more: entries.length - MOST },
    said: () => summaries.shares(metric, rows, by),
    table: () => ({
      columns: [{ title: page.labels[by].title }, { title: label.title, numeric: true }],
      rows: answer.rows.map(cells),
      caption: writer.words("numbers-by-slice"),
    }),
  };
};
