// ---- csv
// Rows as a file of RFC 4180 with full numbers. It begins with a byte order mark, without which spreadsheets misread names
// in other scripts; texts that a spreadsheet would run as a formula begin with an apostrophe.

const csv = (() => {
  const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
  const NUMBER = /^[+-]?\d+(\.\d+)?$/;
  const NAMED = ["time", "weekday", "hour", "from", "to"];

  // In a sandboxed frame nothing can be saved.
  const canSave = (() => {
    if (window.parent === window) return true;
    try {
      const frame = window.frameElement;
      return frame ? !frame.sandbox.length || frame.sandbox.contains("allow-downloads") : self.origin !== "null";
    } catch {
      return false;
    }
  })();

  function save(id, rows) {
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([text(rows)], { type: "text/csv;charset=utf-8" }));
    link.download = `${page.id}-${id}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  function text(rows) {
    const columns = columnsOf(rows);
    const lines = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, of]) => of(row)))];
    return `\ufeff${lines.map((line) => `${line.map(field).join(",")}\r\n`).join("")}`;
  }

  // Title and value of each: what a comparison holds by metric has a column for each metric.
  function columnsOf(rows) {
    const keys = new Set(rows.flatMap((row) => Object.keys(row)));
    return [...keys].flatMap((key) => {
      if (key !== "previous" && key !== "change") return titleOf(key) ? [[titleOf(key), (row) => row[key]]] : [];
      const held = rows.find((row) => row[key] !== null)?.[key];
      const title = writer.words(key);
      if (typeof held !== "object") return [[title, (row) => row[key]]];
      return Object.keys(held).map((metric) => [writer.words("pair", { first: titleOf(metric), second: title }), (row) => row[key]?.[metric]]);
    });
  }

  function titleOf(key) {
    if (!has(page.labels, key)) return NAMED.includes(key) ? writer.words(key) : "";
    const { title, format, unit } = page.labels[key];
    const units = { percent: writer.words("fraction"), currency: writer.currency, duration: unit || "ms", bytes: "B" };
    return has(units, format) ? writer.words("with-value", { name: title, value: units[format] }) : title;
  }

  function field(value) {
    const plain = value === null || value === undefined ? "" : typeof value === "object" ? writer.name(value) : String(value);
    const harmless = typeof value !== "number" && FORMULA.test(plain) && !NUMBER.test(plain) ? `'${plain}` : plain;
    return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
  }

  // In the numbers behind a chart, once they are opened.
  function attach() {
    if (canSave) document.addEventListener("toggle", ({ target }) => offer(target), true);
  }

  function offer(numbers) {
    if (!numbers.matches(".numbers") || numbers.querySelector(".csv")) return;
    const id = numbers.closest("[data-widget]").dataset.widget;
    numbers.querySelector("summary").after(button(id, () => rows(id)));
  }

  function button(id, shown) {
    const made = buttonOf("plain csv", writer.words("save-csv", { title: titleIn(elementOf(id)) }), writer.words("csv"));
    made.addEventListener("click", () => save(id, shown()));
    return made;
  }

  return { attach, button, canSave, text };
})();
