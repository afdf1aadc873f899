// Values in words for the tooltip: whole numbers and money in full, others as tables have them.

let writer;

function exactly(value, label) {
  if (label.format === "currency" && value !== null) return writer.money_in_full(value);
  const isCount = Number.isInteger(value) && !["currency", "duration", "percent", "bytes"].includes(label.format);
  return isCount ? writer.whole(value) : writer.cell(value, label);
}
