// ---- heights
// How high a chart is that grows with its rows. On a desk `stretch` is how much higher than it needs to be it was with
// the page's own rows, for its neighbours or since that was asked for: each row stays as high as it was.

function levelled(widget, size, natural) {
  if (size < widget.live.length - 1) return natural;
  const stretched = Math.round(natural * (widget.stretch || 1));
  if (!widget.height) return stretched;
  const [{ height, padding }] = widget.live[size];
  return Math.min(stretched, height + padding.top + padding.bottom);
}

// Widgets keep the room that they have when they are first to show other rows: what stands below them stays there.
// Another width, and what viewers open or turn over in one, gives it free.
const places = (() => {
  const NAME = "--held";
  const boxes = () => [...document.querySelectorAll(".widget")];
  const release = (box) => box?.style.removeProperty(NAME);
  let width = innerWidth;

  function hold() {
    const free = boxes().filter((box) => !box.style.getPropertyValue(NAME));
    const heights = free.map((box) => box.getBoundingClientRect().height);
    free.forEach((box, n) => box.style.setProperty(NAME, `${heights[n]}px`));
  }

  addEventListener("resize", () => {
    if (width !== innerWidth) boxes().forEach(release);
    width = innerWidth;
  });
  for (const name of ["toggle", "change"]) {
    document.addEventListener(name, ({ target }) => release(target.closest(".widget")), true);
  }
  return { hold };
})();

// The classes of one that is higher than a screen: paper cannot scroll, and gets it smaller, or its numbers.
function tallOf(height = 0) {
  const [TALL, SHEET] = [640, 820];
  if (height <= TALL) return "";
  const fitting = [100, 85, 70, 60].find((percent) => height * percent <= 100 * SHEET);
  return fitting ? ` tall paper-${fitting}` : " tall listed";
}
