"""Every page of the examples, opened from disk in Chromium, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.test_examples import FILES

pytestmark = pytest.mark.browser
SCREENS = {"desk": (1440, 900), "phone": (390, 844)}
PAGES = ["index.html", *(f"{path.stem}/index.html" for path in FILES)]


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest, chromium: Any) -> Iterator[tuple[Any, list[str]]]:
    """A page, and what it did that it should not: console messages, errors, requests that leave the folder."""
    width, height = SCREENS[request.param]
    scheme = "dark" if request.param == "phone" else "light"
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page, wrongs = context.new_page(), []
    page.on("console", lambda message: wrongs.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: wrongs.append(f"error: {error}"))
    page.on("requestfailed", lambda asked: wrongs.append(f"failed: {asked.url}"))
    page.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or wrongs.append(f"left: {asked.url}"))
    yield page, wrongs
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_quietly_and_fits(screen: tuple[Any, list[str]], built_examples: Path, path: str) -> None:
    page, wrongs = screen
    page.goto((built_examples / path).as_uri())
    assert wrongs == []
    assert page.title()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"


@pytest.mark.parametrize("path", PAGES[1:])
def test_every_widget_is_seen(screen: tuple[Any, list[str]], built_examples: Path, path: str) -> None:
    """Each has room, words or a picture of its own, and text that can be read at this width."""
    page, _ = screen
    page.goto((built_examples / path).as_uri())
    seen = page.evaluate(LOOK)
    assert len(seen) > 2
    assert [widget["id"] for widget in seen if widget["height"] < 60 or widget["width"] < 100] == []
    assert [widget["id"] for widget in seen if not widget["words"] and not widget["marks"]] == []
    assert [widget["id"] for widget in seen if widget["type"] in CHARTS and widget["marks"] == 0] == []
    assert [(widget["id"], size) for widget in seen for size in widget["sizes"] if not _readable(widget, size)] == []


def _readable(widget: dict[str, Any], size: float) -> bool:
    """In pixels; a pie has its total in the middle, written large."""
    return 10.5 <= size <= (22 if widget["type"] == "pie" else 14)


def test_a_card_says_its_value(screen: tuple[Any, list[str]], built_examples: Path) -> None:
    page, _ = screen
    page.goto((built_examples / "production/index.html").as_uri())
    card = page.locator('[data-widget="card-error_rate"]')
    assert card.get_attribute("data-unit") == "fraction"
    value = float(card.get_attribute("data-value"))
    assert f"{value * 100:.3g}" in card.inner_text()


CHARTS = {"line", "bar", "pie", "heatmap", "histogram"}
LOOK = """() => [...document.querySelectorAll('[data-widget]')].map(widget => {
  const box = widget.getBoundingClientRect();
  const shown = [...widget.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width > 0);
  const texts = shown.flatMap(svg => [...svg.querySelectorAll('text')]).filter(text => text.textContent.trim());
  return {
    id: widget.dataset.widget, type: widget.dataset.type, width: box.width, height: box.height,
    words: widget.innerText.trim().length,
    marks: shown.flatMap(svg => [...svg.querySelectorAll('path, rect, circle')]).length,
    sizes: [...new Set(texts.map(text => {
      const matrix = text.getScreenCTM();
      return Math.round(10 * parseFloat(getComputedStyle(text).fontSize) * Math.hypot(matrix.a, matrix.b)) / 10;
    }))],
  };
})"""
