// What is wrong now, over a page that stands as it was: what the terminal says, and where it is written.

const overlay = (() => {
  const STYLE = `
    .trouble { position: fixed; z-index: 20; inset: auto 0 0; max-height: 60vh; overflow: auto; overscroll-behavior: contain; padding: 12px 20px; font: 14px/1.45 var(--font, system-ui, sans-serif);
      color: var(--text, CanvasText); background: var(--surface, Canvas); border-top: 3px solid var(--critical, CanvasText); box-shadow: 0 -8px 32px color-mix(in srgb, var(--shadow, CanvasText) 22%, transparent); }
    .trouble summary { cursor: pointer; font-weight: 600; width: auto; padding-inline-end: 40px; }
    .trouble .shut { position: absolute; inset-block-start: 8px; inset-inline-end: 12px; width: 32px; height: 32px; font-size: 20px; line-height: 1; }
    .trouble button { font: inherit; color: inherit; background: var(--raised, transparent); border: 1px solid var(--border, GrayText); border-radius: 6px; padding: 2px 9px; cursor: pointer; }
    .trouble button:hover { border-color: var(--accent, Highlight); }
    .trouble section { margin-top: 14px; }
    .trouble p { margin: 4px 0; max-width: 110ch; overflow-wrap: anywhere; }
    .trouble .sort { font-weight: 600; color: var(--critical, CanvasText); }
    .trouble .warning .sort { color: var(--warning, CanvasText); }
    .trouble pre { margin: 6px 0; padding: 8px 12px; overflow-x: auto; border-radius: 8px; background: var(--raised, transparent); font: 13px/1.5 var(--code-font, ui-monospace, monospace); white-space: pre; }
    .trouble pre i { font-style: normal; color: var(--muted, GrayText); user-select: none; }
    .trouble mark { color: inherit; background: var(--critical-soft, Mark); border-bottom: 2px solid var(--critical, CanvasText); }
    .trouble .warning mark { background: var(--warning-soft, Mark); border-color: var(--warning, CanvasText); }
    .trouble .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    @media print { .trouble { display: none; } }`;
  let box;
  let told = "";

  // A message, whose form may follow its count.
  function tell(name, values = {}) {
    const text = words[name];
    return (text[values.count === 1 ? "one" : "other"] || text).replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  function show(news, isOpen) {
    const text = JSON.stringify([news.problems, news.trouble, news.exists, news.kept, news.lost]);
    if (text === told) return;
    told = text;
    box?.remove();
    box = undefined;
    if (!news.exists || news.lost || news.trouble || news.problems.length) put(boxOf(news, isOpen));
  }

  function put(made) {
    if (!document.adoptedStyleSheets.length) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      document.adoptedStyleSheets = [sheet];
    }
    box = made;
    document.body.append(made);
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box && !event.defaultPrevented) shut();
  });

  function shut() {
    box.hidden = true;
  }

  // ---- its parts

  function boxOf(news, isOpen) {
    const made = part("div", "trouble");
    made.setAttribute("role", "alert");
    made.lang = "en";
    made.dir = "ltr";
    const details = part("details");
    details.open = isOpen;
    details.append(part("summary", "", headline(news)), ...(news.trouble ? [part("pre", "", news.trouble)] : []), ...news.problems.map(problem));
    if (!news.exists && news.pages.length) details.append(links(news.pages));
    if (news.reused) details.append(part("p", "", tell("preview-cache", { since: news.reused })));
    const close = pressable("shut", "×", shut);
    close.setAttribute("aria-label", tell("preview-close"));
    made.append(details, close);
    return made;
  }

  function headline({ problems, trouble, exists, kept, lost, pages }) {
    if (lost) return tell("preview-ended");
    const errors = problems.filter((one) => one.severity === "error").length;
    const what = errors ? tell("preview-errors", { count: errors }) : trouble ? tell("preview-failed") : "";
    if (!exists) return [tell(pages.length ? "preview-no-dashboard" : "preview-no-page"), what].filter(Boolean).join(": ");
    return tell(kept || trouble ? "preview-last-good" : "preview-elsewhere", { what });
  }

  function problem({ severity, code, message, help, place, frame }) {
    const made = part("section", severity);
    const said = part("p");
    said.append(part("span", "sort", `${severity}[${code}]`), `: ${message}`);
    if (place) made.append(copying(place));
    made.append(said);
    if (frame.length) made.append(lines(frame));
    if (help) made.append(part("p", "", tell("preview-help", { help })));
    return made;
  }

  function lines(frame) {
    const width = String(frame.at(-1).number).length;
    const made = part("pre");
    for (const { number, text, marked } of frame) {
      const [from, to] = marked || [text.length, text.length];
      const shown = part("span");
      if (marked) shown.append(text.slice(0, from), part("mark", "", text.slice(from, to) || " "), text.slice(to));
      else shown.append(text);
      made.append(part("i", "", `${String(number).padStart(width)} | `), shown, "\n");
    }
    return made;
  }

  function links(pages) {
    const made = part("p", "", `${tell("preview-dashboards")} `);
    for (const path of pages) {
      const link = part("a", "", path.slice(1, -1));
      link.href = path;
      made.append(link, " ");
    }
    return made;
  }

  // ---- copying

  function copying(place) {
    const made = pressable("copy", place, async () => {
      await copy(place);
      made.textContent = tell("preview-copied");
      setTimeout(() => (made.textContent = place), 1200);
    });
    made.title = tell("preview-copy");
    return made;
  }

  // Without a secure context there is only the old way.
  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = part("textarea", "unseen");
    field.value = text;
    box.append(field);
    field.select();
    document.execCommand("copy");
    return field.remove();
  }

  function part(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function pressable(className, text, act) {
    const made = part("button", className, text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  return { show };
})();
