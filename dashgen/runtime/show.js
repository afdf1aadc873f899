// A widget brought to other rows: resolves when it shows them, and what must be said of them.

function show(id, answer) {
  const box = elementOf(id);
  if (!box) return undefined;
  places.hold();
  box.classList.remove("lost");
  box.querySelector(":scope > .unanswered")?.remove();
  showNotes(id, answer);
  showPicked(id, box);
  const { type } = widgetOf(id);
  if (type === "card") return showCard(id, answer);
  return type === "table" ? showTable(id, answer) : showChart(id, answer);
}

// Nothing of what it showed before is true now.
function showLost(id) {
  const box = elementOf(id);
  if (!box || box.classList.contains("lost")) return;
  if (has(box.dataset, "value")) box.dataset.value = "";
  delete box.dataset.state;
  box.classList.add("lost");
  box.append(stateOf("critical", "unanswered", "state failed unanswered"));
}
