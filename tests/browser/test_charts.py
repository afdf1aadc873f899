"""Charts of every state in a browser: text of one size, inside its widget, on nothing else, pre-rendered and live."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashgen.bundle import assemble
from dashgen.draw import Facts, draw
from dashgen.render import Renderer
from dashgen.targets.directory import deliver
from tests.browser.opened import opened
from tests.chart_states import states
from tests.drawn import END, START, answer, context, dashboard

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1100, 1440, 2560)
FACTS = Facts(as_of=END, start=START, end=END, catalogue="1", error_bounds={})
MEASURE = """() => [...document.querySelectorAll('.widget')].flatMap(widget => {
  const card = widget.getBoundingClientRect(), wrong = [];
  const texts = [...widget.querySelectorAll('.pictures text')]
    .filter(text => text.checkVisibility({visibilityProperty: true, opacityProperty: true}) && text.textContent.trim())
    .filter(text => !/surface/.test(text.getAttribute('class') + text.getAttribute('stroke')))
    .map(text => ({text: text.textContent, size: parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().d,
                   turned: text.getScreenCTM().b !== 0, box: text.getBoundingClientRect()}));
  const place = widget.dataset.widget;
  for (const one of texts) {
    const middle = widget.querySelector('.fixed') && one.size > 13;
    const odd = (one.size < 10.9 || one.size > 13.1) && !middle && !one.turned;
    if (odd) wrong.push(`${place}: ${one.size} px: ${one.text}`);
    if (one.box.left < card.left - 1 || one.box.right > card.right + 1) wrong.push(`${place}: outside: ${one.text}`);
  }
  const level = texts.filter(one => !one.turned);
  level.forEach((a, n) => level.slice(n + 1).forEach(b => {
    const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
    const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
    if (across > 1 && down > 4) wrong.push(`${place}: ${a.text} on ${b.text}`);
  }));
  if (!texts.length) wrong.push(`${place}: no text`);
  return wrong;
})"""
HEIGHTS = "() => [...document.querySelectorAll('.pictures')].map(one => Math.round(one.getBoundingClientRect().height))"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All states on one dashboard, in columns of a half and of all."""
    found = states()
    board = dashboard(*(state.widget for state in found.values()), id="states")
    answers = {name: answer(state.rows, end=state.end) for name, state in found.items()}
    folder = tmp_path_factory.mktemp("charts")
    with Renderer() as renderer:
        deliver(assemble([draw(board, answers, context(board), FACTS, renderer)], exposure={}), folder / "dist")
    return folder / "dist/states/index.html"


@pytest.mark.parametrize("width", WIDTHS)
def test_text_keeps_its_size_and_stands_clear(page: Path, chromium: Any, width: int) -> None:
    options = {"viewport": {"width": width, "height": 900}, "java_script_enabled": False}
    with opened(chromium, page.as_uri(), **options) as watched:
        assert watched.tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert "\n".join(watched.tab.evaluate(MEASURE)) == ""
        assert watched.said == []


@pytest.mark.parametrize("width", [390, 1440])
def test_live_charts_look_like_their_pictures(page: Path, chromium: Any, width: int) -> None:
    with opened(chromium, page.as_uri(), viewport={"width": width, "height": 900}) as watched:
        before = watched.tab.evaluate(HEIGHTS)
        watched.wait_until_live(len(before))
        assert watched.tab.evaluate(HEIGHTS) == before
        assert "\n".join(watched.tab.evaluate(MEASURE)) == ""
        assert watched.said == []
