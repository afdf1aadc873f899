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
  panel.part = picks.partOf(panel, stop, x, y);
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

const ARROWS = { ArrowRight: ["x", 1], ArrowDown: ["y", 1], ArrowLeft: ["x", -1], ArrowUp: ["y", -1] };

// Arrows lead from stop to stop; across them, through the parts of a stop or along a column of cells.
function step(panel, event) {
  if (event.key === "Escape") leave(panel);
  if (event.key === "Enter" && panel.stop) enter(panel);
  const { stops, stop: now } = panel;
  const [axis, sign] = ARROWS[event.key] || [];
  const end = { Home: 0, End: stops.length - 1 }[event.key];
  if (!(axis || end >= 0) || !stops.length) return;
  event.preventDefault();
  if (!event.shiftKey) picks.release(panel);
  else if (picks.canStretch(panel)) panel.anchor ||= now;
  const parts = now && axis === acrossOf(now) ? picks.partsOf(panel, now) : [];
  panel.part = parts.length > 1 ? nextOf(parts, panel.part, sign)?.row : undefined;
  pause(panel, parts.length > 1 ? now : (stops[end] ?? besideOf(stops, now, axis, sign)));
}

function acrossOf({ lying }) {
  return lying ? "x" : "y";
}

// Before the first and behind the last one is the whole again.
function nextOf(parts, part, sign) {
  const now = parts.findIndex(({ row }) => row === part);
  return now < 0 && sign < 0 ? parts.at(-1) : parts[now + sign];
}

function besideOf(stops, now, axis, sign) {
  const isColumn = now?.grid && axis === "y";
  const to = stops.indexOf(now) + sign * (isColumn ? stops.filter(({ y }) => y === now.y).length : 1);
  return isColumn ? stops[to] || now : stops[Math.max(0, Math.min(to, stops.length - 1))];
}

function pause(panel, stop) {
  const outer = panel.box.getBoundingClientRect();
  const { left, top, width, height } = placeAt(panel, stop);
  showStop(panel, stop, outer.left + panel.corner[0] + left + width / 2, outer.top + panel.corner[1] + top + height / 2, true);
}

// Of a stop, or of its part that is meant.
function placeAt(panel, stop) {
  const part = panel.part && picks.partsOf(panel, stop).find(({ row }) => row === panel.part);
  return part?.place || { left: stop.x, top: stop.y, width: stop.width, height: stop.height };
}

function enter(panel) {
  if (!picks.canStretch(panel)) return picks.pickAll(picks.of(panel, panel.stop));
  panel.anchor ||= panel.stop;
  return picks.brushStretch(panel);
}

function showStop(panel, stop, x, y, spoken) {
  const { head, lines } = described(panel, stop, spoken);
  panel.stop = stop;
  mark(panel, stop);
  picks.markStretch(panel);
  panel.box.classList.toggle("picks", picks.of(panel, stop).length > 0);
  showTip(head, lines, x, y, spoken, picks.hint(panel, stop, spoken));
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
  const { left, top, width, height } = placeAt(panel, stop);
  cursor.hidden = Boolean(stop.slice);
  cursor.className = stop.width && stop.height ? (stop.grid || panel.part ? "cursor cell" : "cursor band") : "cursor rule";
  cursor.style.left = `${panel.corner[0] + left}px`;
  cursor.style.top = `${panel.corner[1] + top}px`;
  cursor.style.width = `${width || 1}px`;
  cursor.style.height = `${height}px`;
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

// By keys a part is told without the others.
function described(panel, stop, spoken) {
  const { rows } = stop;
  const known = spoken && panel.part ? [panel.part] : rows.filter((row) => row.v !== null);
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
