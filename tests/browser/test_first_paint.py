"""What the first paint waits for: one round of questions to the server, and nothing that may come later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.opened import Watched, opened, served

pytestmark = pytest.mark.browser

DELAY = 0.3
ASKED = """performance.getEntriesByType("resource").map((one) => [one.name, one.startTime, one.responseStart])"""
PAINT = """new Promise((resolve) => new PerformanceObserver((list) => {
  for (const one of list.getEntriesByName("first-contentful-paint")) resolve(one.startTime);
}).observe({type: "paint", buffered: true}))"""


def test_what_blocks_it_is_asked_for_at_once(chromium: Any, built_examples: Path) -> None:
    """A policy in a `<meta>` keeps browsers from looking ahead of a script that blocks them."""
    with served(built_examples, DELAY) as address, opened(chromium, f"{address}/overview/index.html") as watched:
        watched.tab.evaluate("dashgen.ready")
        asked, painted = times(watched)
    (style, answered), (head, ran) = asked["light"], asked["scheme"]
    assert abs(style - head) < DELAY * 1000 / 2
    assert painted > max(answered, ran), "the scheme that the viewer chose is known before anything is seen"


def test_the_script_of_the_charts_comes_after_it(chromium: Any, built_examples: Path) -> None:
    with served(built_examples) as address, opened(chromium, f"{address}/overview/index.html") as watched:
        watched.wait_until_live(watched.tab.locator(".pictures:visible").count())
        asked, painted = times(watched)
    assert asked["vega"][0] > painted


def times(watched: Watched) -> tuple[dict[str, tuple[float, float]], float]:
    """When each file was asked for and answered, by its name without hash, and when something was painted."""
    found = watched.tab.evaluate(ASKED)
    named = {name.rpartition("/")[2].partition(".")[0]: (asked, answered) for name, asked, answered in found}
    return named, watched.tab.evaluate(PAINT)
