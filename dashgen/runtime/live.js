// When the chart script is there, pictures become live as they come near to being seen, or where other rows are asked for.

const charts = new Map();

function goLive(ids = Object.keys(page.widgets)) {
  const drawn = ids.filter((id) => page.widgets[id].live && elementOf(id));
  const made = drawn.map((id) => new Chart(id, page.widgets[id]));
  drawn.forEach((id, n) => charts.set(id, made[n]));
  if (made.length && page.chart_script) chartLibrary().then(() => watch(made), () => {});
}

// ---- charts

function watch(made) {
  const waiting = new Map(made.map((chart) => [chart.pictures, chart]));
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries.filter((one) => one.isIntersecting)) {
        seen.unobserve(entry.target);
        enqueue(() => waiting.get(entry.target).begin());
      }
    },
    { rootMargin: "50% 0px" },
  );
  for (const pictures of waiting.keys()) seen.observe(pictures);
}

// One chart per task: the page answers in between.
let queue = Promise.resolve();

function enqueue(work) {
  queue = queue.then(() => new Promise((resolve) => setTimeout(resolve))).then(work).catch((error) => console.error(error));
}

// The filters have arrived: legends can be clicked from now on.
function offerPicks() {
  for (const chart of charts.values()) chart.offer();
}

// Resolves when the widget `id` shows `answer`: rows, start, end.
function showChart(id, answer) {
  return charts.get(id)?.update(answer);
}
