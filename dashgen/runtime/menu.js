// What opens under a filter's button: a panel that closes with Escape, with a click elsewhere, and where Tab leaves it.

function pressable(className, text, act) {
  const button = element("button", className, text);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

function withRole(node, role, label) {
  node.setAttribute("role", role);
  if (label) node.setAttribute("aria-label", label);
  return node;
}

const filterMenu = (() => {
  let open;

  function toggle(button, filter) {
    const wasOpen = open?.button === button;
    close(wasOpen);
    if (wasOpen) return;
    const panel = withRole(element("div", filter.isTime ? "menu ranges" : "menu"), "dialog", filter.title);
    panel.id = "menu";
    panel.tabIndex = -1;
    open = { panel, button, isNew: true };
    open.sync = (filter.isTime ? fillRanges : fillValues)(panel, filter);
    panel.append(pressable("plain close", writer.words("close"), () => close(true)));
    panel.addEventListener("keydown", onKey);
    panel.addEventListener("focusin", rove);
    panel.addEventListener("click", onCurtain);
    document.querySelector(".toolbar").append(panel);
    sync();
    place(panel, button);
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-controls", panel.id);
    entrance(panel).focus();
    for (const event of OUTSIDE) addEventListener(event, onOutside);
  }

  const OUTSIDE = ["pointerdown", "focusin"];

  function close(isBack) {
    if (!open) return;
    const { panel, button } = open;
    open = undefined;
    for (const event of OUTSIDE) removeEventListener(event, onOutside);
    button.setAttribute("aria-expanded", "false");
    button.removeAttribute("aria-controls");
    if (isBack) button.focus();
    panel.remove();
  }

  // Of all that is chosen while it is open, the way back is one step.
  function choose(filter, wanted) {
    const { isNew } = open;
    open.isNew = false;
    control.choose(filter.dimension, wanted, isNew);
  }

  function sync() {
    open?.sync();
  }

  // Under its button, as far as there is room; on a phone the stylesheet makes it a sheet.
  function place(panel, button) {
    const [room, under] = [panel.parentElement.getBoundingClientRect(), button.getBoundingClientRect()];
    const isLeft = getComputedStyle(panel).direction === "ltr";
    const left = (isLeft ? under.left : under.right - panel.offsetWidth) - room.left;
    panel.style.setProperty("--left", `${Math.max(8, Math.min(left, room.width - panel.offsetWidth - 8))}px`);
    panel.style.setProperty("--top", `${under.bottom - room.top + 6}px`);
  }

  // Where fingers type, a field that has the focus brings up the keyboard before it is asked for.
  function entrance(panel) {
    const field = matchMedia("(pointer: coarse)").matches ? null : search();
    return field || panel.querySelector(":checked") || panel.querySelector("input") || panel;
  }

  function search() {
    return open.panel.querySelector("[type=search]");
  }

  function onOutside({ target }) {
    if (!open.panel.contains(target) && !open.button.contains(target)) close(false);
  }

  // On a phone the panel darkens what is above it.
  function onCurtain({ target, clientY }) {
    if (target === open?.panel && clientY < target.getBoundingClientRect().top) close(true);
  }

  // ---- keys

  function onKey(event) {
    if (event.key === "Tab") return void leave(event);
    const inputs = items();
    const now = inputs.indexOf(event.target);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: inputs.length - 1 }[event.key];
    if (event.key === "Escape") {
      event.preventDefault();
      close(true);
    } else if (now < 0 ? event.target === search() && event.key === "ArrowDown" : to !== undefined) move(event, inputs, to);
    else if (now >= 0 && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) search()?.focus();
  }

  function items() {
    return [...open.panel.querySelectorAll(".option input:enabled")];
  }

  // Arrows between ranges are the browser's own.
  function move(event, inputs, to) {
    const isRadio = event.target.type === "radio";
    if (isRadio && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const next = inputs[to] || (to < 0 && search()) || event.target;
    next.focus();
    if (isRadio) next.click();
  }

  // Out of either end the way leads back to the button.
  function leave(event) {
    const all = [...open.panel.querySelectorAll("input:enabled, button")];
    const stops = all.filter((one) => one.tabIndex === 0 && one.offsetParent);
    if (event.target !== stops.at(event.shiftKey ? 0 : -1)) return;
    if (event.shiftKey) event.preventDefault();
    close(true);
  }

  // One of the checkboxes is a stop of the Tab key: the one that had the focus last.
  function rove({ target }) {
    if (target.type !== "checkbox") return;
    for (const one of items()) one.tabIndex = one === target ? 0 : -1;
  }

  return { toggle, close, sync, choose };
})();

function option(type, text, beside, onChange) {
  const made = element("label", "option");
  const input = element("input");
  input.type = type;
  input.disabled = !onChange;
  input.addEventListener("change", () => onChange(input));
  made.append(input, element("bdi", "", text), element("span", "", beside));
  return made;
}
