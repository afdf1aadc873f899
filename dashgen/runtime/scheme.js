// Stands in the head and runs before the first paint: the scheme that the viewer chose, and whether one widget is
// asked for alone, so that nothing is seen that goes away again; whether newer numbers were promised by now; and that
// the page is still being read: what stands at the end of its head would move as more of it comes.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("scripted", "reading");
  document.addEventListener("readystatechange", () => root.classList.remove("reading"), { once: true });
  if (root.dataset.due < Date.now()) root.classList.add("stale");
  if (new URLSearchParams(location.search).has("widget")) root.classList.add("alone");
  try {
    const scheme = localStorage.getItem("dashgen-scheme");
    if (/^[a-z]+$/.test(scheme || "")) root.dataset.scheme = scheme;
  } catch {
    // A sandboxed frame has no storage: the system's preference holds.
  }
})();
