"""The filters of every example: by keyboard alone from the top of the page, and held to axe-core with menus open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.filterable import button, chips, focused, state
from tests.browser.opened import live
from tests.browser.test_example_choices import BOARDS
from tests.conftest import ROOT
from tests.test_examples import load

pytestmark = pytest.mark.browser

STATES = [path for path in sorted((ROOT / "examples/states").glob("[!d]*.yaml")) if "filters" in load(path)]
PAGES = [*(("built_examples", path) for path in BOARDS), *(("built_states", path) for path in STATES)]
MOST_TABS = 40
Violations = Callable[[Any], list[str]]


def tabbed(tab: Any, selector: str) -> None:
    """Forward with the Tab key alone until it is there."""
    for _ in range(MOST_TABS):
        if tab.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        tab.keyboard.press("Tab")
    raise AssertionError(f"{MOST_TABS} times Tab do not reach {selector}")


def seen(tab: Any) -> bool:
    """Whether what has the focus shows it, and nothing lies over it."""
    found: bool = tab.evaluate(
        """() => {
          const one = document.activeElement.closest(".option") || document.activeElement;
          const { x, y, width, height } = one.getBoundingClientRect();
          const top = document.elementFromPoint(x + width / 2, y + height / 2);
          const isOnTop = top && (top === one || one.contains(top) || top.contains(one));
          return Boolean(isOnTop) && getComputedStyle(one).outlineStyle !== "none";
        }"""
    )
    return found


@dataclass(frozen=True)
class Example:
    page: str
    names: list[str]


@pytest.fixture(params=PAGES, ids=[path.stem for _, path in PAGES])
def example(request: pytest.FixtureRequest) -> Example:
    built, path = request.param
    folder: Path = request.getfixturevalue(built)
    return Example((folder / path.stem / "index.html").as_uri(), load(path)["filters"])


def test_the_whole_flow_by_keyboard(chromium: Any, example: Example) -> None:
    with live(chromium, example.page) as watched:
        tab, keys = watched.tab, watched.tab.keyboard
        standard, names = state(tab), example.names
        for name in names:
            tabbed(tab, f"[data-filter={name}] button")
            assert seen(tab), name
            keys.press("Enter")
            tab.locator(".menu").wait_for()
            assert tab.evaluate("document.activeElement.closest('.menu') !== null"), name
            chosen = _another_range(tab) if name == "time_range" else _first_values(tab)
            assert seen(tab), name
            assert state(tab)[name] == chosen != standard[name]
            keys.press("Escape")
            assert tab.locator(".menu").count() == 0
            assert button(tab, name).evaluate("(one) => one === document.activeElement"), name
        made, chosen = len(chips(tab)), state(tab)
        assert made == 2 * len(names), "a range, two values of each other filter, and Reset"
        keys.press("Tab")
        assert "Remove " in focused(tab), "chips follow the last filter"
        assert seen(tab)
        keys.press("Enter")
        assert len(chips(tab)) == made - 1
        assert sum(state(tab)[name] != chosen[name] for name in names) == 1
        tabbed(tab, ".active li:last-child button")
        assert "Reset" in focused(tab)
        keys.press("Enter")
        assert state(tab) == standard
        assert tab.evaluate("document.activeElement.closest('.toolbar') !== null"), "the focus is not lost"


def _another_range(tab: Any) -> Any:
    """Another of those that are offered; where there is only one, a day later in the fields."""
    keys, before = tab.keyboard, state(tab)["time_range"]
    keys.press("Home")
    if state(tab)["time_range"] == before:
        keys.press("ArrowDown")
    if state(tab)["time_range"] == before:
        tabbed(tab, ".menu [type=date]")
        first = tab.locator(".menu [type=date]").first.input_value()
        for key in ("ArrowRight", "ArrowUp"):
            keys.press(key)
        assert state(tab)["time_range"]["from"] > first
    return state(tab)["time_range"]


def _first_values(tab: Any) -> Any:
    """Out of the search, if there is one, to the first value and the second."""
    keys = tab.keyboard
    if tab.evaluate("document.activeElement.type") == "search":
        keys.press("ArrowDown")
    keys.press("Home")
    for _ in range(2):
        keys.press("ArrowDown")
        keys.press("Space")
    return tab.evaluate(CHECKED)


CHECKED = """() => {
  const title = document.querySelector(".menu").getAttribute("aria-label");
  const button = [...document.querySelectorAll("[data-filter] button")].find((one) => one.ariaExpanded === "true");
  const wanted = dashgen.filters[button.closest("[data-filter]").dataset.filter];
  const checked = [...document.querySelectorAll(".menu .option input:checked")].length;
  return checked === wanted.length ? wanted : [`${title}: ${checked} of ${wanted.length} are checked`];
}"""


def test_every_menu_is_accessible(chromium: Any, example: Example, violations: Violations) -> None:
    """Wide and light on a page as it opens; narrow and dark with something chosen in every filter."""
    with live(chromium, example.page) as watched:
        tab, names = watched.tab, example.names
        for name in names:
            _audit(tab, name, violations)
        tab.set_viewport_size({"width": 390, "height": 900})
        tab.emulate_media(color_scheme="dark")
        for name in names:
            button(tab, name).click()
            tab.locator(".menu input:enabled:not([type=search])").nth(1).click()
            tab.keyboard.press("Escape")
        assert all(state(tab).values()), "something is chosen in every filter"
        for name in names[:2]:
            _audit(tab, name, violations)


def _audit(tab: Any, name: str, violations: Violations) -> None:
    """With its menu open."""
    button(tab, name).click()
    tab.locator(".menu").wait_for()
    assert violations(tab) == [], name
    tab.keyboard.press("Escape")
