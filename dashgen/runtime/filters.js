// The bar of filters: its texts become buttons in the same place and size, and a line below names what is chosen.

const filterBar = (() => {
  const FEW = 3;
  const MANY = 20;
  const LENGTH = 40;
  const buttons = new Map();
  let chips;
  let notices;
  let status;

  function attach() {
    const toolbar = document.querySelector(".toolbar");
    buttons.clear();
    notices?.remove();
    for (const place of toolbar.querySelectorAll("[data-filter]")) {
      const filter = control.filters.get(place.dataset.filter);
      if (filter && !filter.locked) buttons.set(filter.dimension, buttonOf(filter, place.firstElementChild));
    }
    toolbar.querySelector("[tabindex]").removeAttribute("tabindex");
    chips = document.querySelector(".choices .active");
    status = withRole(element("p", "unseen"), "status");
    notices = withRole(element("div", "notices"), "status");
    toolbar.append(status);
    document.querySelector("main").prepend(notices);
    toolbar.classList.add("is-live");
    const list = toolbar.querySelector(".filters");
    if (list) toolbar.classList.toggle("in-line", list.offsetTop + list.offsetHeight < 2 * list.firstElementChild.offsetHeight);
  }

  function buttonOf(filter, text) {
    const button = pressable(text.className, "", () => filterMenu.toggle(button, control.filters.get(filter.dimension)));
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.append(...text.childNodes);
    text.replaceWith(button);
    return button;
  }

  // ---- what is chosen, in words

  function name(value) {
    return formats.shorten(writer.name(value), LENGTH);
  }

  function names(values) {
    const first = values.slice(0, MANY).map(name);
    const more = values.length - first.length;
    return writer.names(more > 0 ? [...first, writer.words("more-chosen", { count: more })] : first);
  }

  function rangeText() {
    const { start, end } = control.range();
    return writer.range(start, end);
  }

  function textOf(filter) {
    return filter.isTime ? rangeText() : names(control.chosen(filter)) || writer.words("all");
  }

  function isActive(filter) {
    return filter.isTime ? !control.isStandard(filter) : control.chosen(filter).length > 0;
  }

  // A hidden filter shows where it is not what its author chose.
  function active() {
    return [...control.filters.values()].filter((one) => !one.locked && isActive(one) && !(one.hidden && control.isStandard(one)));
  }

  // ---- drawing it

  function update() {
    for (const [dimension, button] of buttons) {
      const filter = control.filters.get(dimension);
      button.querySelector("b").textContent = textOf(filter);
      button.classList.toggle("is-on", isActive(filter));
    }
    const when = document.querySelector("[data-when]");
    if (when) when.textContent = rangeText();
    const filters = active();
    const focused = [...chips.querySelectorAll("button")].indexOf(document.activeElement);
    const made = filters.flatMap(chipsOf);
    if (control.isChanged()) made.push(pressable("plain", writer.words("reset"), control.reset));
    chips.replaceChildren(...made.map(entry));
    if (focused >= 0) (made[Math.min(focused, made.length - 1)] || buttons.values().next().value)?.focus();
    tell(filters);
    filterMenu.sync();
  }

  function entry(button) {
    const item = element("li");
    item.append(button);
    return item;
  }

  // What is in the page, and what is not: few values apart, more of them as one.
  function chipsOf(filter) {
    if (filter.isTime) return [chip(filter, rangeText(), () => control.choose(filter.dimension, control.standardTime()))];
    return [false, true].flatMap((isGone) => {
      const all = control.chosen(filter).filter((value) => control.isMissing(filter, value) === isGone);
      const parts = all.length > FEW ? [all] : all.map((value) => [value]);
      return parts.map((part) => chip(filter, names(part), () => release(filter, part), isGone));
    });
  }

  function release(filter, part) {
    control.choose(filter.dimension, control.chosen(filter).filter((value) => !part.includes(value)));
  }

  function chip(filter, value, remove, isGone) {
    const made = pressable(isGone ? "chip gone" : "chip", "", remove);
    const bold = element("b", "", value);
    bold.dir = "auto";
    made.append(element("span", "", writer.words("filter", { name: filter.title })), " ", bold);
    made.setAttribute("aria-label", writer.words("release", { name: filter.title, value }));
    return made;
  }

  // ---- telling it

  function tell(filters) {
    const list = filters.map((one) => writer.words("chosen", { name: one.title, value: textOf(one) })).join(writer.words("between"));
    status.textContent = filters.length ? writer.words("active", { count: filters.length, list }) : writer.words("none-active");
    const texts = [...control.notices(), ...unavailable(filters)];
    notices.replaceChildren(...texts.map((text) => element("p", "banner", text)));
  }

  function unavailable(filters) {
    const gone = filters.flatMap((one) => (one.isTime ? [] : control.chosen(one).filter((value) => control.isMissing(one, value))));
    if (!gone.length) return [];
    return [writer.words("unavailable", { count: gone.length, list: writer.names(gone.slice(0, FEW).map(name)) })];
  }

  return { attach, update, chip, textOf };
})();
