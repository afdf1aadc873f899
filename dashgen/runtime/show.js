// A widget brought to other rows: resolves when it shows them, and what must be said of them.

function show(id, answer) {
  if (!elementOf(id)) return undefined;
  showNotes(id, answer);
  const { type } = widgetOf(id);
  if (type === "card") return showCard(id, answer);
  return type === "table" ? showTable(id, answer) : showChart(id, answer);
}
