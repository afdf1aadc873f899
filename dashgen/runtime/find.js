// The index of dashboards: only those whose name or description has every word of the search.
// Enter opens the only one that is left.

function attachSearch() {
  const field = document.querySelector("[data-search]");
  if (!field) return;
  const none = document.querySelector("[data-none]");
  const all = () => [...document.querySelectorAll("[data-entry]")];
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = all().filter((entry) => !entry.hidden);
    if (found.length === 1) found[0].querySelector("a").click();
  });
  field.addEventListener("input", () => {
    const entries = all().map((entry) => [entry, searched(entry)]);
    const words = field.value.toLowerCase().split(/\s+/);
    for (const [entry, text] of entries) entry.hidden = !words.every((word) => text.includes(word));
    none.textContent = entries.every(([entry]) => entry.hidden) ? none.dataset.none : "";
  });
}

function searched(entry) {
  return [...entry.querySelectorAll("h2, h2 + p")].map((part) => part.textContent.toLowerCase()).join("\n");
}
