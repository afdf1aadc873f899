// A table widget that is live: brought to other rows, sorted, searched, filtered by its columns, seen a page at a time.

const PAGE_SIZES = [25, 50, 100];
const FEW_ROWS = 8;
const liveTables = new Map();

function attachTables(ids = Object.keys(page.widgets)) {
  for (const id of ids) {
    const widget = page.widgets[id];
    const box = widget.type === "table" && widget.definition && elementOf(id);
    if (box) liveTables.set(id, new LiveTable(id, widget, box));
  }
}

function showTable(id, answer) {
  liveTables.get(id)?.show(answer);
}

// Once the page can be filtered: groups become buttons.
function pickInTables() {
  for (const table of liveTables.values()) table.arrange();
}

class LiveTable {
  constructor(id, widget, box) {
    Object.assign(this, { id, widget, box, words: [], limits: new Map(), sorted: undefined, size: PAGE_SIZES[0], page: 0 });
    this.take(widget.rows, widget.end);
    this.tools = tableTools(this);
    box.addEventListener("click", pickLine);
    this.arrange();
  }

  get table() {
    return this.box.querySelector(":scope > .content table");
  }

  // The lines that stand there are those of the rows.
  take(rows, end) {
    const lines = this.table ? [...this.table.tBodies[0].rows] : [];
    this.model = lists.of(this.widget.definition, rows, end);
    this.entries = rows.map((row, place) => ({ row, place, line: lines[place] }));
  }

  show({ rows, end }) {
    const focused = this.box.contains(document.activeElement) && document.activeElement.value;
    this.table?.tBodies[0].replaceChildren();
    this.take(rows, end);
    this.page = 0;
    const reach = this.box.querySelector(":scope > .reach");
    if (reach) reach.textContent = reachOf(rows.length, this.widget.newest);
    const place = this.box.querySelector(":scope > :is(.content, .state)");
    if (!rows.length) place.replaceWith(nothingShown(this.box));
    else if (!this.table) place.replaceWith(this.content());
    this.arrange();
    if (focused) [...this.box.querySelectorAll(".pick")].find((one) => one.value === focused)?.focus();
  }

  content() {
    const made = element("div", "content");
    made.append(tables.table(this.model.columns, [], this.widget.title, this.model.isHeaded));
    return made;
  }

  arrange() {
    const count = this.entries.length;
    this.tools.update(count);
    if (!count) return;
    this.found = order.found(this.entries, this);
    const pages = Math.ceil(this.found.length / this.size);
    this.page = Math.max(0, Math.min(this.page, pages - 1));
    const first = this.page * this.size;
    const lines = this.found.map((entry, n) => {
      const line = this.lineOf(entry);
      line.classList.toggle("off", n < first || n >= first + this.size);
      return line;
    });
    this.table.tBodies[0].replaceChildren(...(lines.length ? lines : [this.none()]));
    tables.mark(this.table.closest(".scroll"), count);
    this.tools.turn(this.found.length, first);
  }

  lineOf(entry) {
    const { columns, cells, isHeaded } = this.model;
    entry.line ||= tables.row(columns, cells(entry.row), isHeaded);
    for (const [n, { by }] of columns.entries()) if (by) offerPick(entry.line.cells[n], by, entry.row[by]);
    return entry.line;
  }

  none() {
    const line = element("tr");
    const cell = element("td", "none", writer.words("no-rows"));
    cell.colSpan = this.model.columns.length;
    line.append(cell);
    return line;
  }
}

// A click anywhere in a line is one on its first group, unless text is being selected.
function pickLine({ target }) {
  if (target.closest("button, input, select, thead") || String(getSelection())) return;
  target.closest("tr")?.querySelector(".pick")?.click();
}

// Records are the newest that were shipped; there are older ones.
function reachOf(count, newest) {
  return count < newest ? writer.words("reach", { count, newest }) : writer.words("reach-all", { count });
}

// A group that can be filtered by is a button: chosen again, it is released.
function offerPick(cell, dimension, value) {
  if (cell.querySelector(".pick") || !canPick(dimension) || !control.filters.get(dimension).values.has(value)) return;
  const made = picks.button(dimension, value, [...cell.childNodes]);
  made.value = JSON.stringify([dimension, value]);
  cell.append(made);
}
