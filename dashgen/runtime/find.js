// The index of dashboards: only those whose name or description has every word of the search.

function attachSearch() {
  const field = document.querySelector("[data-search]");
  if (!field) return;
  const none = document.querySelector("[data-none]");
  field.form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", () => {
    const entries = [...document.querySelectorAll("[data-entry]")].map((entry) => [entry, searched(entry)]);
    const words = field.value.toLowerCase().split(/\s+/);
    for (const [entry, text] of entries) entry.hidden = !words.every((word) => text.includes(word));
    none.textContent = entries.every(([entry]) => entry.hidden) ? none.dataset.none : "";
  });
}

function searched(entry) {
  return [...entry.querySelectorAll("h2, h2 + p")].map((part) => part.textContent.toLowerCase()).join("\n");
}
