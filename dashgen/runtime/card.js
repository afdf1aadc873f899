// A card brought to other rows, as widgets/card.py and card.html have it.

function showCard(id, answer) {
  const box = elementOf(id);
  const { metric, compare, spark, thresholds } = widgetOf(id).definition;
  const label = page.labels[metric];
  const [row] = answer.rows;
  const value = row[metric];
  const state = states.state(value, thresholds, label.better);
  box.dataset.value = value === null ? "" : String(value);
  if (state) box.dataset.state = state;
  else delete box.dataset.state;
  const parts = [numberOf(value, label, state)];
  if (compare) parts.push(changeOf(states.change(row, metric, answer)));
  const paths = spark ? sparkline.paths(answer.spark.map((point) => point[metric])) : null;
  if (paths) {
    const said = writer.words("over-the-range", { title: label.title });
    parts.push(sparkOf("spark", paths, state || "c1", { role: "img", "aria-label": said }));
  }
  box.querySelector(".content").replaceChildren(...parts);
}

function numberOf(value, label, state) {
  const shown = writer.value(value, label);
  const made = element("p", shown.text.length > 8 ? "number long" : "number");
  made.append(element("span", "value", shown.text));
  if (shown.unit) made.append(" ", element("span", "unit", shown.unit));
  if (label.bound && value !== null) made.append(" ", element("span", "bound", boundOf(label)));
  if (state) {
    const pill = element("span", `pill ${state}`);
    pill.append(icon(state), writer.words(state));
    made.append(" ", pill);
  }
  return made;
}

function changeOf({ text, tone, before }) {
  const made = element("p", "change");
  made.append(element("span", `tone ${tone}`, text));
  if (before) made.append(" ", element("span", "before", before));
  return made;
}
