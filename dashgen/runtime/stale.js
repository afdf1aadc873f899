// A page says by its viewer's clock that its numbers are older than was promised; scheme.js does so before the first paint.

function watchStale() {
  const root = document.documentElement;
  const due = Number(root.dataset.due);
  if (!due) return;
  const look = () => root.classList.toggle("stale", Date.now() > due);
  look();
  setInterval(look, 60_000);
}
