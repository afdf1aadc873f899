// One small box for all charts: a heading, and a line per series with its exact value. Text only, never markup.

const tip = element("div", "tip");
tip.id = "tip";
tip.hidden = true;

// `hint` says what can be done there.
function showTip(head, lines, x, y, spoken, hint) {
  tip.replaceChildren(element("p", "tip-head", head), tipLines(lines));
  if (hint) tip.append(element("p", "tip-hint", hint));
  tip.setAttribute("role", "status");
  tip.setAttribute("aria-live", spoken ? "polite" : "off");
  if (!tip.isConnected) document.body.append(tip);
  tip.hidden = false;
  const room = tip.getBoundingClientRect();
  const [width, height] = [document.documentElement.clientWidth, document.documentElement.clientHeight];
  const left = x + 14 + room.width > width - 4 ? x - 14 - room.width : x + 14;
  const top = y - room.height / 2;
  tip.style.left = `${Math.max(4, Math.min(left, width - room.width - 4))}px`;
  tip.style.top = `${Math.max(4, Math.min(top, height - room.height - 4))}px`;
}

function tipLines(lines) {
  const list = element("dl");
  for (const { name, value, colour } of lines) {
    const term = element("dt", "", name);
    term.dir = "auto";
    if (colour) {
      const swatch = element("span", "tip-swatch");
      swatch.style.background = colour;
      term.prepend(swatch);
    }
    list.append(term, element("dd", "", value));
  }
  return list;
}

function hideTip() {
  tip.hidden = true;
}
