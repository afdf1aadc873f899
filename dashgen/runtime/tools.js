// What stands around a live table: search, filters of its columns and a file in its heading, its columns' own buttons to
// sort by, and its pages below.

function tableTools(list) {
  const { box, widget } = list;
  const place = box.querySelector(".tools");
  const status = element("span", "unseen");
  status.setAttribute("role", "status");
  place.append(searchField(), filterButton(), ...(csv.canSave ? [csv.button(list.id, () => list.found.map(({ row }) => row))] : []), status);
  return { update, turn };

  function change() {
    list.page = 0;
    list.arrange();
    status.textContent = writer.words("rows-found", { count: list.found.length, all: list.entries.length });
  }

  // ---- search

  function searchField() {
    const field = input("search", writer.words("search-in", { name: widget.title }), () => {
      list.words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      change();
    });
    field.placeholder = writer.words("search");
    return field;
  }

  function input(type, label, onInput) {
    const made = element("input");
    made.type = type;
    made.setAttribute("aria-label", label);
    made.autocomplete = "off";
    made.addEventListener("input", onInput);
    return made;
  }

  // ---- filters of columns

  function filterButton() {
    const made = buttonOf("plain", writer.words("filter-columns"), icon("filter"));
    made.setAttribute("aria-expanded", "false");
    made.addEventListener("click", () => {
      const isOpen = made.getAttribute("aria-expanded") === "true";
      made.setAttribute("aria-expanded", String(!isOpen));
      list.limits.clear();
      list.arrange();
    });
    return made;
  }

  function limitsOf(column, n) {
    const made = element("div", "limits");
    const hold = (test) => {
      if (test) list.limits.set(n, test);
      else list.limits.delete(n);
      change();
    };
    if (!column.numeric) {
      const field = input("search", writer.words("search-in", { name: column.title }), () => hold(order.containing(n, field.value)));
      made.append(field);
    } else if (column.label) {
      const fields = ["at-least", "at-most"].map((name) => {
        const field = input("number", writer.words(name, { title: unitOf(column) }), () => hold(order.between(column, ...fields.map((one) => one.value))));
        field.step = "any";
        field.placeholder = name === "at-least" ? "≥" : "≤";
        return field;
      });
      made.append(...fields);
    }
    return made;
  }

  // Percentages as they are read, durations in the unit of the data.
  function unitOf({ title, label: { format, unit } }) {
    const value = { percent: "%", currency: writer.currency, duration: unit || "ms", bytes: "B" }[format];
    return value ? writer.words("with-value", { name: title, value }) : title;
  }

  // ---- the head

  function update(count) {
    place.hidden = !count;
    place.classList.toggle("searched", count > FEW_ROWS || list.words.length > 0 || list.limits.size > 0);
    if (!count) return;
    const isOpen = Boolean(place.querySelector("[aria-expanded=true]"));
    for (const [n, cell] of [...list.table.tHead.rows[0].cells].entries()) {
      const column = list.model.columns[n];
      if (column.rank) sortable(cell, column, n);
      const limits = cell.querySelector(".limits");
      if (!isOpen) limits?.remove();
      else if (!limits) cell.append(limitsOf(column, n));
    }
  }

  function sortable(cell, column, n) {
    if (!cell.querySelector(".sort")) {
      const made = buttonOf("sort", "", ...cell.childNodes);
      made.addEventListener("click", () => sort(n, Boolean(column.numeric)));
      cell.append(made);
    }
    if (list.sorted?.column === n) cell.setAttribute("aria-sort", list.sorted.descending ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
  }

  // Numbers from the largest, texts from the first letter; then the other way; then as they came.
  function sort(column, descending) {
    if (list.sorted?.column !== column) list.sorted = { column, descending };
    else if (list.sorted.descending === descending) list.sorted = { column, descending: !descending };
    else list.sorted = undefined;
    change();
  }

  // ---- pages

  function turn(count, first) {
    const content = list.table.closest(".content");
    const old = content.querySelector(":scope > .pager");
    if (count <= PAGE_SIZES[0]) {
      old?.remove();
      return;
    }
    const pager = old?.firstChild ? old : pagerIn(content, old);
    const last = Math.min(first + list.size, count);
    pager.querySelector("span").textContent = writer.words("rows-shown", { first: first + 1, last, count });
    const [back, on] = pager.querySelectorAll("button");
    back.setAttribute("aria-disabled", String(!first));
    on.setAttribute("aria-disabled", String(last === count));
  }

  function pagerIn(content, old) {
    const pager = old || element("div", "pager live-only");
    const [back, on] = [["previous-page", "‹", -1], ["next-page", "›", 1]].map(([name, sign, step]) => {
      const made = buttonOf("plain", writer.words(name), sign);
      made.addEventListener("click", () => made.getAttribute("aria-disabled") === "true" || go(list.page + step));
      return made;
    });
    const size = element("select");
    size.setAttribute("aria-label", writer.words("rows-per-page"));
    size.append(...PAGE_SIZES.map((many) => new Option(writer.whole(many), many, false, many === list.size)));
    size.addEventListener("change", () => {
      list.size = Number(size.value);
      go(0);
    });
    pager.append(size, element("span"), back, on);
    content.append(pager);
    return pager;
  }

  function go(to) {
    list.page = to;
    list.arrange();
    list.table.closest(".scroll").scrollTop = 0;
  }
}
