// What opens under a filter's button: values to check, or ranges to choose from. Every choice holds at once.

const filterMenu = (() => {
  const SHOWN = 200;
  const SEARCHED = 8;
  let open;

  function toggle(button, filter) {
    const wasOpen = open?.button === button;
    close(wasOpen);
    if (wasOpen) return;
    const panel = element("div", filter.isTime ? "menu ranges" : "menu");
    panel.id = "menu";
    panel.tabIndex = -1;
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", filter.title);
    open = { panel, button, isNew: true };
    open.sync = (filter.isTime ? fillRanges : fillValues)(panel, filter);
    panel.append(closer());
    panel.addEventListener("keydown", onKey);
    panel.addEventListener("focusin", rove);
    panel.addEventListener("click", onCurtain);
    document.querySelector(".toolbar").append(panel);
    place(panel, button);
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-controls", panel.id);
    sync();
    entrance(panel).focus();
    addEventListener("pointerdown", onOutside);
    addEventListener("focusin", onOutside);
  }

  // On a phone the panel darkens what is above it.
  function onCurtain({ target, clientY }) {
    if (target === open.panel && clientY < target.getBoundingClientRect().top) close(true);
  }

  // Where fingers type, a field that has the focus brings up the keyboard before it is asked for.
  function entrance(panel) {
    const field = matchMedia("(pointer: coarse)").matches ? null : panel.querySelector("[type=search]");
    return field || panel.querySelector(":checked") || panel.querySelector("input") || panel;
  }

  function close(isBack) {
    if (!open) return;
    const { panel, button } = open;
    open = undefined;
    removeEventListener("pointerdown", onOutside);
    removeEventListener("focusin", onOutside);
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

  function closer() {
    const button = element("button", "plain close", writer.words("close"));
    button.type = "button";
    button.addEventListener("click", () => close(true));
    return button;
  }

  // ---- keys

  function onOutside(event) {
    if (!open.panel.contains(event.target) && !open.button.contains(event.target)) close(false);
  }

  function items() {
    return [...open.panel.querySelectorAll(".option input:enabled")];
  }

  function onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      close(true);
      return;
    }
    if (event.key === "Tab") return void leaveAt(event);
    const all = items();
    const now = all.indexOf(event.target);
    const isSearch = event.target.type === "search";
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: all.length - 1 }[event.key];
    if (now >= 0 || (isSearch && event.key === "ArrowDown")) move(event, all, to);
  }

  function move(event, all, to) {
    const isRadio = event.target.type === "radio";
    if (to === undefined) return void typed(event);
    if (isRadio && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const next = all[to] || (to < 0 && open.panel.querySelector("[type=search]")) || event.target;
    next.focus();
    if (isRadio) next.click();
  }

  // Letters on a value go on in the search.
  function typed(event) {
    const isLetter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isLetter) open.panel.querySelector("[type=search]")?.focus();
  }

  // Out of either end the way leads back to the button.
  function leaveAt(event) {
    const stops = [...open.panel.querySelectorAll("input:enabled, button")].filter((one) => one.tabIndex === 0 && one.offsetParent);
    if (event.target !== (event.shiftKey ? stops[0] : stops[stops.length - 1])) return;
    if (event.shiftKey) event.preventDefault();
    close(true);
  }

  // One of the checkboxes is a stop of the Tab key: the one that had the focus last.
  function rove(event) {
    if (event.target.type !== "checkbox") return;
    for (const one of items()) one.tabIndex = one === event.target ? 0 : -1;
  }

  // ---- values

  function fillValues(panel, filter) {
    const volumes = control.volumes(filter).filter((one) => !formats.isOther(one.value));
    const most = Math.max(1, ...volumes.map((one) => one.count));
    const list = element("div", "options");
    const foot = element("button", "plain all");
    const status = element("p", "unseen");
    let inputs = [];
    let shown = [];
    status.setAttribute("role", "status");
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", filter.title);
    foot.type = "button";
    foot.addEventListener("click", () => choose(filter, shown));
    if (volumes.length > SEARCHED) panel.append(search(filter, fill), status);
    panel.append(list, foot);
    fill("");

    function fill(wanted) {
      const found = volumes.filter(({ value }) => !wanted || writer.name(value).toLowerCase().includes(wanted));
      shown = found.slice(0, SHOWN).map((one) => one.value);
      const every = option("checkbox", writer.words("all"), "", () => (choose(filter, []), sync()));
      inputs = [...(wanted ? [] : [[every.firstChild]]), ...found.slice(0, SHOWN).map(entry)];
      list.replaceChildren(...inputs.map(([input]) => input.parentElement), ...rest(found.length, filter.folded, wanted));
      if (inputs.length) inputs.forEach(([input], n) => (input.tabIndex = n ? -1 : 0));
      foot.textContent = writer.words("choose-these", { count: shown.length });
      foot.hidden = shown.length < 2;
      status.textContent = wanted && writer.words("values-found", { count: found.length });
      check();
    }

    function entry({ value, count }) {
      const made = option("checkbox", writer.name(value), writer.number(count), (input) => {
        const others = control.chosen(filter).filter((one) => one !== value);
        choose(filter, input.checked ? [...others, value] : others);
      });
      made.style.setProperty("--share", count / most);
      made.classList.toggle("none", !count);
      return [made.firstChild, value];
    }

    function check() {
      const chosen = new Set(control.chosen(filter));
      for (const one of inputs) one[0].checked = one.length > 1 ? chosen.has(one[1]) : !chosen.size;
    }
    return check;
  }

  function search(filter, fill) {
    const field = element("input");
    field.type = "search";
    field.placeholder = writer.words("search-in", { name: filter.title });
    field.setAttribute("aria-label", field.placeholder);
    field.autocomplete = "off";
    field.spellcheck = false;
    field.addEventListener("input", () => fill(field.value.trim().toLowerCase()));
    return field;
  }

  // What cannot be chosen here: values beyond those that are listed, and values that were folded.
  function rest(count, folded, wanted) {
    if (!count) return [element("p", "note", writer.words("no-value-found"))];
    const found = count > SHOWN ? [element("p", "note", writer.words("more-values", { count: count - SHOWN }))] : [];
    if (!folded || wanted) return found;
    const off = option("checkbox", writer.words("folded", { count: folded }), "");
    off.firstChild.disabled = true;
    return [...found, off];
  }

  function option(type, text, beside, onChange) {
    const made = element("label", "option");
    const [input, name] = [element("input"), element("bdi", "", text)];
    input.type = type;
    made.append(input, name, element("span", "", beside));
    if (onChange) input.addEventListener("change", () => onChange(input));
    return made;
  }

  // ---- ranges

  function fillRanges(panel, filter) {
    const { ranges, custom } = control.content();
    const list = element("div", "options");
    list.setAttribute("role", "radiogroup");
    list.setAttribute("aria-label", filter.title);
    const inputs = ranges.map(({ key, start, end }, n) => {
      const dates = writer.range(local(start), local(end));
      const title = page.bar.ranges[n];
      const made = option("radio", title || dates, title ? dates : "", () => choose(filter, key));
      made.firstChild.name = "range";
      list.append(made);
      return [made.firstChild, key];
    });
    panel.append(list);
    const days = control.canBrush() ? dayFields(panel, filter, custom) : () => {};
    return () => {
      for (const [input, key] of inputs) input.checked = control.time() === key;
      days();
    };
  }

  function dayFields(panel, filter, custom) {
    const group = element("fieldset");
    const note = element("p", "note");
    note.setAttribute("role", "status");
    const last = custom.reduce((sum, step) => sum + step, 0);
    const [min, max] = [custom[0], last - 1].map(dayAt);
    const [from, to] = ["from-day", "to-day"].map((word) => {
      const label = element("label", "", writer.words(word));
      const field = element("input");
      Object.assign(field, { type: "date", min, max, required: true });
      field.addEventListener("change", set);
      label.append(field);
      group.append(label);
      return field;
    });
    group.prepend(element("legend", "", writer.words("own-range")));
    panel.append(group, note);

    function set() {
      const isWhole = from.validity.valid && to.validity.valid;
      if (isWhole && from.value <= to.value) choose(filter, { from: from.value, to: to.value });
      else note.textContent = writer.words(isWhole ? "range-backwards" : "range-outside", isWhole ? {} : { range: writer.range(local(custom[0]), local(last)) });
    }

    return () => {
      const { start, end } = control.range();
      const time = control.time();
      const shown = [start.slice(0, 10), lastDay(end)];
      const days = time.from?.length === 10 ? [time.from, time.to] : shown;
      [from.value, to.value] = days;
      const isWider = shown[0] < days[0] || shown[1] > days[1];
      note.textContent = isWider ? writer.words("range-widened", { range: writer.range(start, end) }) : "";
    };
  }

  // ---- days of the dashboard's zone

  function local(instant) {
    const { offsets } = control.content().zone;
    let [[, offset]] = offsets;
    for (const [at, next] of offsets) if (at <= instant) offset = next;
    return new Date((instant + offset) / 1000).toISOString();
  }

  function dayAt(instant) {
    return local(instant).slice(0, 10);
  }

  // The last day that a range reaches, by the clock that its end is written in.
  function lastDay(end) {
    const clock = Date.parse(`${end.slice(0, 19)}Z`);
    return new Date(clock - 1).toISOString().slice(0, 10);
  }

  return { toggle, close, sync };
})();
