// ---- heights
// How high a chart is that grows with its rows. On a desk it may end where it ended with the page's own rows, as
// layout.py levels it with its neighbours; a height that was asked for stays.

function levelled(widget, size, natural) {
  const MOST_GROWTH = 1.6;
  if (size < widget.live.length - 1) return natural;
  return widget.height ? undefined : Math.max(natural, Math.min(widget.level || 0, Math.round(natural * MOST_GROWTH)));
}
