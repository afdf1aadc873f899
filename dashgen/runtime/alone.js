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
  const message = element("p", "state missing");
  message.setAttribute("role", "alert");
  message.textContent = page.words["no-widget"].replace("{widget}", () => id.slice(0, 80));
  return message;
}
