// The sentences under a widget: what could be missing among its rows, what is estimated, what its numbers leave out,
// which filters they do not obey.

// What a picture says of itself (`drawn`) stands after them.
function showNotes(id, answer) {
  const box = elementOf(id);
  for (const old of remarksIn(box)) old.remove();
  const made = (answer.notes || notesIn(id, answer)).map((text) => element("p", "remark", text));
  const after = box.querySelector(":scope > :is(.drawn, .numbers)");
  if (after) after.before(...made);
  else box.append(...made);
}

function notesIn(id, answer) {
  const readings = control.content()?.widgets[id].readings.length;
  return [...unsureIn(answer), ...estimatedIn(answer), ...unpricedIn(answer), ...unfilteredIn(answer, readings)];
}

// What stands there now.
function notesOf(id) {
  const box = elementOf(id);
  return box ? remarksIn(box).map((one) => one.textContent) : [];
}

function remarksIn(box) {
  return [...box.querySelectorAll(":scope > .remark:not(.drawn)")];
}

function unsureIn({ unsure }) {
  return unsure ? [writer.words("unsure")] : [];
}

// `estimated`: the standard error.
function estimatedIn({ estimated }) {
  return estimated ? [writer.words("estimated", { error: writer.percent(estimated, 2) })] : [];
}

function unpricedIn({ unpriced }) {
  return unpriced ? [writer.words("unpriced", { count: unpriced.count, share: writer.share(unpriced.part) })] : [];
}

function unfilteredIn({ unfiltered = [] }, readings) {
  const message = readings > 1 ? "source-unfiltered" : "unfiltered";
  return unfiltered.map(({ source, dimensions }) => writer.words(message, { source, dimensions: writer.names(dimensions) }));
}
