// ---- heights
// How high a chart is that grows with its rows. On a desk it may end where it ended with the page's own rows, as
// layout.py levels it with its neighbours; a height that was asked for stays.

function levelled(widget, size, natural) {
  const MOST_GROWTH = 1.6;
  if (size < widget.live.length - 1) return natural;
  return widget.height ? undefined : Math.max(natural, Math.min(widget.level || 0, Math.round(natural * MOST_GROWTH)));
}

// The classes of one that is higher than a screen: paper cannot scroll, and gets it smaller, or its numbers.
function tallOf(height = 0) {
  const [TALL, SHEET] = [640, 820];
  if (height <= TALL) return "";
  const fitting = [100, 85, 70, 60].find((percent) => height * percent <= 100 * SHEET);
  return fitting ? ` tall paper-${fitting}` : " tall listed";
}
