// What a widget's numbers mean: a small panel beside its heading, with what the foot of the page says of its metrics.

function attachAbout(place = document) {
  const buttons = [...place.querySelectorAll("[data-about]")];
  if (!("popover" in HTMLElement.prototype)) for (const button of buttons.splice(0)) button.hidden = true;
  if (!buttons.length) return;
  const panel = document.querySelector(".explained") || explaining();
  for (const button of buttons) {
    button.popoverTargetElement = panel;
    button.addEventListener("click", () => explain(panel, button));
  }
}

function explaining() {
  const panel = element("div", "explained");
  panel.popover = "auto";
  panel.tabIndex = -1;
  panel.setAttribute("role", "dialog");
  panel.addEventListener("toggle", (event) => event.newState === "open" && panel.focus({ preventScroll: true }));
  document.body.append(panel);
  return panel;
}

function explain(panel, button) {
  const names = button.dataset.about.split(" ");
  const meant = names.map((name) => document.querySelector(`[data-metric="${CSS.escape(name)}"]`)).filter(Boolean);
  const list = element("dl");
  list.append(...meant.map((one) => one.cloneNode(true)));
  for (const one of list.children) delete one.dataset.metric;
  panel.setAttribute("aria-label", button.getAttribute("aria-label"));
  panel.replaceChildren(list);
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const [width, height] = [document.documentElement.clientWidth, innerHeight];
  const isLow = bottom > 0.6 * height;
  panel.style.setProperty("--x", `${Math.max(8, Math.min((left + right) / 2 - 28, width - 8 - Math.min(360, width - 16)))}px`);
  panel.style.setProperty("--y", `${scrollY + (isLow ? top - 6 : bottom + 6)}px`);
  panel.classList.toggle("above", isLow);
}
