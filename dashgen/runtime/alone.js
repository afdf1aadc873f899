// `?widget=ID`: the page shows that widget only, filling its frame.

function showAlone() {
  const id = new URLSearchParams(location.search).get("widget");
  if (id === null) return;
  const shown = elementOf(id);
  if (shown) choose(shown);
  else document.querySelector("main").replaceChildren(unknownWidget(id));
  document.documentElement.classList.add(shown ? "framed" : "unframed");
  shown?.querySelectorAll(".drawing").forEach(shrink);
}

// Its title is that of the page now.
function choose(widget) {
  widget.classList.add("chosen");
  widget.querySelector(".title")?.setAttribute("aria-level", "1");
}

// Until it is drawn for its frame.
function shrink(drawing) {
  const part = drawing.parentElement.clientHeight / drawing.offsetHeight;
  if (part < 1) drawing.style.zoom = part;
}

function unknownWidget(id) {
  const alert = element("div", "state");
  alert.setAttribute("role", "alert");
  alert.append(element("h1", "", writer.words("no-widget", { widget: formats.shorten(id, 80) })));
  return alert;
}
