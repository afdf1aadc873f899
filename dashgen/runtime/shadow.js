// The page as the server said it last, beside the page as it stands: where the two differ, scripts were at work, and what
// they made stays while only something else changes.

const shadow = (() => {
  const standing = new WeakMap();
  let source;

  // Before any other script that waits.
  function begin() {
    source = document.cloneNode(true);
    pair(source, document);
  }

  function pair(copy, node) {
    standing.set(copy, node);
    if (isWidget(copy)) return;
    [...copy.childNodes].forEach((child, n) => pair(child, node.childNodes[n]));
  }

  function isWidget(node) {
    return node.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-widget");
  }

  // ---- bringing the page to `next`

  // Widgets for which `isNew` are made anew even where their HTML is as it was. What is returned tells which were, and
  // whether the bar of filters was.
  function update(next, isNew) {
    const done = { swapped: new Map(), rebuilt: bar(source) !== bar(next), isNew, widgets: widgetsIn(source) };
    head(next);
    attributes(source.documentElement, next.documentElement, ["lang", "dir", "data-due"]);
    patch(source.body, next.body, done);
    return done;
  }

  function widgetsIn(root) {
    return new Map([...root.querySelectorAll("[data-widget]")].map((one) => [one.dataset.widget, one]));
  }

  function head(next) {
    document.title = next.title;
    for (const meta of next.querySelectorAll("meta[name], meta[property]")) {
      const key = meta.name ? `meta[name="${meta.name}"]` : `meta[property="${meta.getAttribute("property")}"]`;
      document.head.querySelector(key)?.setAttribute("content", meta.content);
    }
  }

  function attributes(old, next, names = [...new Set([...old.getAttributeNames(), ...next.getAttributeNames()])]) {
    for (const name of names) {
      const value = next.getAttribute(name);
      if (value === old.getAttribute(name)) continue;
      for (const one of [old, standing.get(old)]) {
        if (value === null) one.removeAttribute(name);
        else one.setAttribute(name, value);
      }
    }
  }

  function patch(old, next, done) {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== next.data) old.data = standing.get(old).data = next.data;
      return;
    }
    attributes(old, next);
    const before = solid(old);
    const wanted = solid(next).map((one) => [one, found(one, before, done)]);
    for (const one of before) if (one) drop(one);
    let last = null;
    for (const [one, known] of wanted) {
      const node = known || adopted(one, done);
      place(old, node, last);
      last = node;
    }
  }

  // Without the space between elements, which would only be in the way.
  function solid(node) {
    return [...node.childNodes].filter((one) => !isSpace(one));
  }

  function isSpace(node) {
    return node.nodeType === Node.TEXT_NODE && !node.data.trim();
  }

  // The node that is brought to what is wanted, taken out of those from before; nothing where it has to be made.
  function found(wanted, before, done) {
    if (isWidget(wanted)) return widgetFor(wanted, before, done);
    const at = before.findIndex((one) => one && isAlike(one, wanted));
    if (at < 0 || (done.rebuilt && wanted.nodeType === Node.ELEMENT_NODE && wanted.matches(BAR))) return undefined;
    const [node] = before.splice(at, 1, null);
    patchDeep(node, wanted, done);
    return node;
  }

  function patchDeep(node, wanted, done) {
    const isSame = node.isEqualNode(wanted) && !newIn(node, done);
    if (!isSame) patch(node, wanted, done);
  }

  function newIn(node, { isNew }) {
    return node.nodeType === Node.ELEMENT_NODE && [...node.querySelectorAll("[data-widget]")].some((one) => isNew(one.dataset.widget));
  }

  function isAlike(one, wanted) {
    return one.nodeName === wanted.nodeName && !isWidget(one) && keyOf(one) === keyOf(wanted);
  }

  function keyOf(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    if (node.matches("[data-entry]")) return node.querySelector("a").getAttribute("href");
    if (node.matches("section")) return node.firstElementChild?.textContent;
    return node.id || node.dataset.metric || node.classList[0] || "";
  }

  const BAR = ".toolbar, .choices";

  // Scripts turn the bar's texts into buttons: only where it has the same ones its words can change in place.
  function bar(root) {
    const parts = [...root.querySelectorAll(BAR)].flatMap((one) => [one, ...one.querySelectorAll("*")]);
    return parts.map((one) => [one.localName, one.dataset?.filter, one.classList]).join(";");
  }

  // ---- widgets

  function widgetFor(wanted, before, done) {
    const id = wanted.dataset.widget;
    const node = done.widgets.get(id);
    if (!node || done.isNew(id) || !node.isEqualNode(wanted)) return undefined;
    const at = before.indexOf(node);
    if (at >= 0) before[at] = null;
    return node;
  }

  // What has to be made; the widgets in it that stand elsewhere as they are wanted come from there.
  function adopted(wanted, done) {
    const copy = source.importNode(wanted, true);
    const made = document.importNode(wanted, true);
    pair(copy, made);
    for (const one of isWidget(copy) ? [copy] : copy.querySelectorAll?.("[data-widget]") || []) {
      const id = one.dataset.widget;
      const known = widgetFor(one, [], done);
      if (known) for (const [as, is] of [[standing.get(one), standing.get(known)], [one, known]]) as.replaceWith(is);
      else done.swapped.set(id, standing.get(done.widgets.get(id)));
    }
    return copy;
  }

  function drop(node) {
    standing.get(node).remove();
    node.remove();
  }

  function before(node) {
    let found = node.previousSibling;
    while (found && isSpace(found)) found = found.previousSibling;
    return found;
  }

  // Moved only where it stands elsewhere: what is taken out and put back loses its focus.
  function place(parent, node, last) {
    if (node.parentNode === parent && before(node) === last) return;
    parent.insertBefore(node, last ? last.nextSibling : parent.firstChild);
    const [home, made] = [parent, node].map((one) => standing.get(one));
    const after = last ? standing.get(last).nextSibling : home.firstChild;
    if (home.moveBefore && made.isConnected) home.moveBefore(made, after);
    else home.insertBefore(made, after);
  }

  return { begin, update, source: () => source };
})();
