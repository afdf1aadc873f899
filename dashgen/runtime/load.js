// Scripts that wait until something has been seen.

// A frame that has been handed over is not seen yet: where browsers tell when it was, that is waited for.
function afterFirstPaint(then) {
  if (!PerformanceObserver.supportedEntryTypes?.includes("paint")) {
    requestAnimationFrame(() => setTimeout(then));
    return;
  }
  const painted = new PerformanceObserver((list) => {
    if (!list.getEntriesByName("first-contentful-paint").length) return;
    painted.disconnect();
    setTimeout(then);
  });
  painted.observe({ type: "paint", buffered: true });
}

function whenIdle(then) {
  if (window.requestIdleCallback) requestIdleCallback(then, { timeout: 1000 });
  else setTimeout(then);
}

// `source` is an address, or in a page of one file the id of a script that waits there.
function loadScript(source, then, failed = () => {}) {
  const script = element("script");
  if (source.startsWith("#")) {
    script.textContent = document.getElementById(source.slice(1)).textContent;
    document.head.append(script);
    then();
    return;
  }
  script.addEventListener("load", then, { once: true });
  script.addEventListener("error", () => failed(new Error(`${source} cannot be loaded`)), { once: true });
  script.src = source;
  document.head.append(script);
}

let library;

// The chart script, asked for once.
function chartLibrary() {
  library ||= new Promise((resolve, reject) => loadScript(page.chart_script, () => resolve(window.vega), reject));
  return library;
}
