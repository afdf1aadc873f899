// After the first paint the chart script is loaded; then pictures become live as they come near to being seen.

function goLive() {
  const charts = new Map();
  for (const [id, widget] of Object.entries(page.widgets)) {
    const pictures = widget.live && elementOf(id)?.querySelector(".pictures");
    if (pictures) charts.set(pictures, new Chart(widget, pictures));
  }
  if (charts.size && page.chart_script) afterFirstPaint(() => loadScript(page.chart_script, () => watch(charts)));
}

function afterFirstPaint(then) {
  requestAnimationFrame(() => setTimeout(then));
}

// `source` is an address, or in a page of one file the id of a script that waits there.
function loadScript(source, then) {
  const script = element("script");
  if (source.startsWith("#")) {
    script.textContent = document.getElementById(source.slice(1)).textContent;
    document.head.append(script);
    then();
    return;
  }
  script.addEventListener("load", then, { once: true });
  script.src = source;
  document.head.append(script);
}

function watch(charts) {
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries.filter((one) => one.isIntersecting)) {
        seen.unobserve(entry.target);
        enqueue(() => begin(charts.get(entry.target)));
      }
    },
    { rootMargin: "50% 0px" },
  );
  for (const pictures of charts.keys()) seen.observe(pictures);
}

// One chart per task: the page answers in between.
let queue = Promise.resolve();

function enqueue(work) {
  queue = queue.then(() => new Promise((resolve) => setTimeout(resolve))).then(work).catch((error) => console.error(error));
}

async function begin(chart) {
  await chart.mount();
  let width = chart.pictures.clientWidth;
  new ResizeObserver(() => {
    const now = chart.pictures.clientWidth;
    if (!now || now === width) return;
    width = now;
    enqueue(() => chart.resize());
  }).observe(chart.pictures);
}
