// Values in words for the tooltip, until the twin of the build's writer takes over.

const written = {
  value: (value, label) => (value === null || value === undefined ? "–" : String(value)),
  share: (part) => `${(part * 100).toFixed(1)}%`,
  bucket: (time) => time.slice(0, 16).replace("T", " "),
};
