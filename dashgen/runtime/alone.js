// `?widget=ID`: the page shows that widget only, filling its frame.

function showAlone() {
  const id = new URLSearchParams(location.search).get("widget");
  if (id === null) return;
  const shown = elementOf(id);
  if (shown) shown.classList.add("chosen");
  else document.body.prepend(unknownWidget(id));
  document.documentElement.classList.add(shown ? "framed" : "unframed");
}

function unknownWidget(id) {
  const message = element("p", "state missing", writer.words("no-widget", { widget: formats.shorten(id, 80) }));
  message.setAttribute("role", "alert");
  return message;
}
