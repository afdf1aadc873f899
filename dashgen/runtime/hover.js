// ---- hover
// Pointer, touch and arrow keys on a live chart: a cursor at the nearest stop and the exact values beside it.

const SHOWN = 12;
const TAP = 300;

function attachHover(panel) {
  const { box } = panel;
  box.addEventListener("pointermove", (event) => point(panel, event));
  box.addEventListener("pointerdown", (event) => press(panel, event));
  box.addEventListener("pointerup", (event) => lift(panel, event));
  box.addEventListener("pointerleave", () => leave(panel));
  box.addEventListener("blur", () => leave(panel));
  box.addEventListener("keydown", (event) => step(panel, event));
}

function point(panel, event) {
  const place = panel.box.getBoundingClientRect();
  const [left, top] = panel.corner;
  const inside = (at, size) => (panel.anchor ? Math.max(0, Math.min(at, size)) : at);
  const x = inside(event.clientX - place.left - left, panel.view.width());
  const y = inside(event.clientY - place.top - top, panel.view.height());
  const stop = stopAt(panel.stops, x, y, panel.view);
  if (!stop) return leave(panel);
  panel.part = picks.partOf(panel, stop, event.target, y);
  return showStop(panel, stop, event.clientX, event.clientY, false);
}

function press(panel, event) {
  point(panel, event);
  panel.pressed = { stop: panel.stop, at: event.timeStamp };
  if (event.button !== 0 || event.pointerType === "touch" || !picks.canStretch(panel)) return;
  panel.anchor = panel.stop;
  panel.box.setPointerCapture(event.pointerId);
  event.preventDefault();
  panel.box.focus({ preventScroll: true });
}

function lift(panel, event) {
  if (event.button !== 0 || !panel.stop) return;
  if (panel.anchor && panel.anchor !== panel.stop) picks.brushStretch(panel);
  else if (isClick(panel, event)) picks.pickAll(picks.of(panel, panel.stop));
  picks.release(panel);
}

// A finger that stays only reads.
function isClick({ pressed, stop }, { pointerType, timeStamp }) {
  return pressed?.stop === stop && (pointerType !== "touch" || timeStamp - pressed.at < TAP);
}

function step(panel, event) {
  const last = panel.stops.length - 1;
  const now = panel.stops.indexOf(panel.stop);
  const to = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: last }[event.key];
  if (event.key === "Escape") leave(panel);
  if (event.key === "Enter" && panel.stop) enter(panel);
  if (to === undefined || last < 0) return;
  event.preventDefault();
  if (!event.shiftKey) picks.release(panel);
  else if (picks.canStretch(panel)) panel.anchor ||= panel.stop;
  const stop = panel.stops[Math.max(0, Math.min(to, last))];
  panel.part = undefined;
  const place = panel.box.getBoundingClientRect();
  const [x, y] = [stop.x + stop.width / 2 + panel.corner[0], stop.y + stop.height / 2 + panel.corner[1]];
  showStop(panel, stop, place.left + x, place.top + y, true);
}

function enter(panel) {
  if (!picks.canStretch(panel)) return picks.pickAll(picks.of(panel, panel.stop));
  panel.anchor ||= panel.stop;
  return picks.brushStretch(panel);
}

function showStop(panel, stop, x, y, spoken) {
  const { head, lines } = described(panel, stop);
  panel.stop = stop;
  mark(panel, stop);
  picks.markStretch(panel);
  panel.box.classList.toggle("picks", picks.of(panel, stop).length > 0);
  showTip(head, lines, x, y, spoken, picks.hint(panel, stop));
}

function leave(panel) {
  panel.stop = panel.part = undefined;
  panel.cursor.hidden = true;
  panel.cursor.replaceChildren();
  picks.release(panel);
  hideTip();
}

function mark(panel, stop) {
  const { cursor } = panel;
  cursor.hidden = Boolean(stop.slice);
  cursor.className = stop.width && stop.height ? (stop.grid ? "cursor cell" : "cursor band") : "cursor rule";
  cursor.style.left = `${panel.corner[0] + stop.x}px`;
  cursor.style.top = `${panel.corner[1] + stop.y}px`;
  cursor.style.width = `${stop.width || 1}px`;
  cursor.style.height = `${stop.height}px`;
  cursor.replaceChildren(...(panel.dotted ? dots(panel, stop) : []));
}
// On the lines, where they cross the cursor.
function dots(panel, stop) {
  const scale = panel.view.scale("y");
  return stop.rows.filter((row) => row.v !== null).map((row) => {
    const dot = element("div", "dot");
    dot.style.top = `${scale(row.v)}px`;
    dot.style.background = panel.colours.get(row.s) || "var(--c1)";
    return dot;
  });
}

// ---- words

function described(panel, stop) {
  const { rows } = stop;
  const known = rows.filter((row) => row.v !== null);
  const lines = (known.length ? known : rows).map((row) => line(panel, row, rows.length));
  if (stop.slice) lines.push({ name: "", value: writer.share(stop.share) });
  return { head: heading(panel, rows[0]), lines: [...lines.slice(0, SHOWN), ...unseen(lines.length - SHOWN)] };
}

function unseen(count) {
  return count > 0 ? [{ name: writer.words("and-more", { count }), value: "" }] : [];
}

function line(panel, row, count) {
  const named = count > 1 || panel.colours.size > 1;
  return { name: (named && row.s) || panel.label.title, value: exactly(row.v, panel.label), colour: panel.colours.get(row.s) };
}

function heading(panel, row) {
  switch (panel.kind) {
    case "line":
      return writer.bucket(row.time, panel.daily);
    case "histogram":
      return `${writer.cell(row.x, panel.field)} – ${writer.cell(row.e, panel.field)}`;
    case "heatmap":
      return `${row.r} · ${row.c}`;
    default:
      return row.b ?? panel.label.title;
  }
}
