// What is wrong with a page as it is shown now: a list of sentences, best empty.
() => {
  const CHARTS = ["line", "bar", "pie", "heatmap", "histogram"];
  const wrong = [];
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const short = (text) => text.trim().replace(/\s+/g, " ").slice(0, 30);

  // Where a text is seen: what scrolls or cuts around it takes its share.
  function seen(box, element, end) {
    let { left, right, top, bottom } = box;
    for (let around = element; around && around !== end; around = around.parentElement) {
      if (around instanceof SVGElement || getComputedStyle(around).overflow === "visible") continue;
      const cut = around.getBoundingClientRect();
      [left, right] = [Math.max(left, cut.left), Math.min(right, cut.right)];
      [top, bottom] = [Math.max(top, cut.top), Math.min(bottom, cut.bottom)];
    }
    return right - left > 1.5 && bottom - top > 1.5 ? { left, right, top, bottom } : null;
  }

  function lines(block) {
    const found = [];
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!node.data.trim() || parent.closest("svg, script, style, .pictures, .skip") || !shown(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        const place = seen(box, parent, block);
        if (place) found.push({ text: node.data, node, box: place });
      }
    }
    return found;
  }

  function marks(block) {
    return [...block.querySelectorAll(".pictures text")]
      .filter((text) => text.textContent.trim() && shown(text))
      .filter((text) => !/surface/.test(text.getAttribute("class") + text.getAttribute("stroke")))
      .map((text) => {
        const matrix = text.getScreenCTM();
        const size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(matrix.a, matrix.b);
        const box = text.getBoundingClientRect();
        return { text: text.textContent, node: text, size, turned: Math.abs(matrix.b) > 0.01, box };
      });
  }

  function collisions(place, texts) {
    texts.forEach((a, n) => {
      for (const b of texts.slice(n + 1)) {
        if (a.node === b.node) continue;
        const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        const lower = Math.min(a.box.bottom - a.box.top, b.box.bottom - b.box.top);
        if (across > 1 && down > Math.max(4, 0.35 * lower)) wrong.push(`${place}: “${short(a.text)}” on “${short(b.text)}”`);
      }
    });
  }

  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");

  for (const widget of document.querySelectorAll("[data-widget]")) {
    const { widget: place, type } = widget.dataset;
    const card = widget.getBoundingClientRect();
    if (card.left < 0 || card.right > innerWidth) wrong.push(`${place}: outside of the page`);
    if (card.width < 100 || card.height < 60) wrong.push(`${place}: ${card.width} × ${card.height} px`);
    if (!widget.innerText.trim()) wrong.push(`${place}: no words`);
    const pictures = widget.querySelector(".pictures");
    const drawn = [...(pictures?.querySelectorAll("path, rect, circle") ?? [])].filter(shown);
    if (CHARTS.includes(type) && !widget.querySelector(".state") && !drawn.length) wrong.push(`${place}: no marks`);

    const texts = marks(widget);
    if (pictures?.querySelector("svg") && !texts.length) wrong.push(`${place}: a chart without text`);
    for (const { text, size, turned, box } of texts) {
      const middle = type === "pie" && size > 13;
      const least = matchMedia("print").matches && pictures.matches("[class*=paper-]") ? 7 : 10.9; // made smaller to fit a sheet
      if (!turned && !middle && (size < least || size > 13.1)) wrong.push(`${place}: ${size} px: “${text}”`);
      if (box.left < card.left - 1 || box.right > card.right + 1) wrong.push(`${place}: outside: “${text}”`);
    }
    collisions(place, texts.filter((one) => !one.turned));
    for (const { text, box } of lines(widget)) {
      if (box.left < card.left - 1 || box.right > card.right + 1) wrong.push(`${place}: outside: “${short(text)}”`);
    }
    for (const number of widget.querySelectorAll(":scope .number, :scope .title")) {
      if (number.scrollWidth > number.clientWidth + 1) wrong.push(`${place}: cut: “${short(number.textContent)}”`);
    }
  }

  for (const block of document.querySelectorAll("[data-widget], [data-entry], header, .toolbar, footer")) {
    collisions(block.dataset.widget || block.className || block.tagName, lines(block));
  }
  return wrong;
}
