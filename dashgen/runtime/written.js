// Values in words for the tooltip: whole numbers in full, others as tables have them.

let writer;

function exactly(value, label) {
  const isCount = Number.isInteger(value) && !["currency", "duration", "percent", "bytes"].includes(label.format);
  return isCount ? writer.whole(value) : writer.cell(value, label);
}
