// The values of a dimension to choose from, by volume: nothing checked is all of them.

const SHOWN_VALUES = 200;
const SEARCHED_VALUES = 8;

// Fills a filter's panel; what is returned checks what is chosen.
function fillValues(panel, filter) {
  const volumes = control.volumes(filter).filter((one) => !formats.isOther(one.value));
  const most = Math.max(1, ...volumes.map((one) => one.count));
  const list = withRole(element("div", "options"), "group", filter.title);
  const found = withRole(element("p", "unseen"), "status");
  const foot = pressable("plain all", "", () => filterMenu.choose(filter, shown));
  let shown;
  let inputs;
  if (volumes.length > SEARCHED_VALUES) panel.append(searchOf(filter, fill), found);
  panel.append(list, foot);
  fill("");
  return check;

  function fill(wanted) {
    const all = volumes.filter(({ value }) => writer.name(value).toLowerCase().includes(wanted));
    const entries = all.slice(0, SHOWN_VALUES);
    shown = entries.map((one) => one.value);
    inputs = new Map(entries.map((one) => [entry(one).firstChild, one.value]));
    const every = option("checkbox", writer.words("all"), "", () => filterMenu.choose(filter, []));
    if (!wanted) inputs = new Map([[every.firstChild, undefined], ...inputs]);
    list.replaceChildren(...[...inputs.keys()].map((one) => one.parentElement), ...restOf(filter, all.length, wanted));
    [...inputs.keys()].forEach((one, n) => (one.tabIndex = n ? -1 : 0));
    found.textContent = wanted && writer.words("values-found", { count: all.length });
    foot.textContent = writer.words("choose-these", { count: shown.length });
    foot.hidden = shown.length < 2;
    check();
  }

  function entry({ value, count }) {
    const made = option("checkbox", writer.name(value), writer.number(count), ({ checked }) => {
      const others = control.chosen(filter).filter((one) => one !== value);
      filterMenu.choose(filter, checked ? [...others, value] : others);
    });
    made.style.setProperty("--share", count / most);
    made.classList.toggle("none", !count);
    return made;
  }

  function check() {
    const chosen = new Set(control.chosen(filter));
    for (const [input, value] of inputs) input.checked = value === undefined ? !chosen.size : chosen.has(value);
  }
}

function searchOf(filter, fill) {
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
function restOf({ folded }, count, wanted) {
  const note = (name, values) => element("p", "note", writer.words(name, values));
  if (!count) return [note("no-value-found")];
  return [
    ...(count > SHOWN_VALUES ? [note("more-values", { count: count - SHOWN_VALUES })] : []),
    ...(folded && !wanted ? [option("checkbox", writer.words("folded", { count: folded }), "")] : []),
  ];
}
