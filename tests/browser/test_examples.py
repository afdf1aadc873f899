"""Every page of the examples in every width, scheme and medium: quiet, at home, whole, readable and accessible.

A page is opened once with scripts and once without, then shown in one view after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.opened import Watched, opened
from tests.conftest import ROOT
from tests.test_examples import FILES

pytestmark = pytest.mark.browser

LOOK = (Path(__file__).parent / "look.js").read_text("utf-8").partition("\n")[2]
STATES = sorted((ROOT / "examples/states").glob("[!d]*.yaml"))
PAGES = [
    *(f"built_examples/{path}" for path in ("index.html", *(f"{file.stem}/index.html" for file in FILES))),
    *(f"built_states/{path}" for path in ("index.html", *(f"{file.stem}/index.html" for file in STATES))),
]
A4 = 703
"""The width of A4 less its margins, in CSS pixels."""


@dataclass(frozen=True)
class View:
    """How a page is shown, and what is done with it besides looking; an audit opens whatever can be opened."""

    width: int
    name: str = "light"
    is_photographed: bool = False
    is_audited: bool = False

    @property
    def media(self) -> dict[str, str]:
        """All of them, so that nothing of the view before remains."""
        plain = {"media": "screen", "color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"}
        return (
            plain
            | {
                "light": {},
                "dark": {"color_scheme": "dark"},
                "contrast": {"contrast": "more"},
                "forced": {"forced_colors": "active"},
                "print": {"media": "print"},
            }[self.name]
        )


WIDTHS = (320, 390, 768, 1024, 1440, 2560)
LIVE = [
    View(1440, is_photographed=True),
    View(2560),
    View(1024),
    View(768),
    View(390, is_photographed=True),
    View(320),
    View(390, "dark"),
    View(1440, "dark", is_photographed=True),
    View(1440, "contrast"),
    View(1440, "forced", is_photographed=True),
    View(A4, "print", is_photographed=True),
    View(1440, is_audited=True),
    View(390, "dark", is_audited=True),
]
DRAWN = [*(View(width) for width in WIDTHS), View(1440, "dark"), View(1440, "forced"), View(A4, "print")]

OPEN = "document.querySelectorAll('details').forEach((one) => { one.open = true })"
SETTLED = """() => [...document.querySelectorAll('.pictures:has(svg)')].every((pictures) => {
  const panels = [...pictures.querySelectorAll('.live .panel')];
  return pictures.querySelectorAll('.live').length === 1 && panels.every((panel) =>
    Math.abs(panel.querySelector('svg').getBoundingClientRect().width - panel.clientWidth) < 1.5)
})"""


@pytest.mark.parametrize("path", PAGES)
def test_a_live_page(
    request: pytest.FixtureRequest,
    chromium: Any,
    violations: Callable[[Any], list[str]],
    photograph: Callable[[Any, str], None],
    path: str,
) -> None:
    """Opened at one of the widths, one after the other from page to page; what it shows then must not move."""
    width, wrongs = WIDTHS[PAGES.index(path) % len(WIDTHS)], []
    name = path.removeprefix("built_").removesuffix("/index.html").replace("/", "-")
    with example(request, chromium, path, width=width) as watched:
        watched.wait_until_live(watched.tab.locator(".pictures:has(svg)").count())
        if shift := watched.shift():
            wrongs.append(f"{width} light: moved by {shift}")
        for view in LIVE:
            show(watched.tab, view)
            if view.name != "print":
                watched.tab.wait_for_function(SETTLED)
            if view.is_audited:
                watched.tab.evaluate(OPEN)
                wrongs += [f"{view.width} {view.name}: {wrong}" for wrong in violations(watched.tab)]
            wrongs += [f"{view.width} {view.name}: {wrong}" for wrong in watched.tab.evaluate(LOOK)]
            if view.is_photographed:
                photograph(watched.tab, f"{name}-{view.width}-{view.name}")
    assert "\n".join(wrongs) == ""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_without_scripts(request: pytest.FixtureRequest, chromium: Any, path: str) -> None:
    wrongs = []
    with example(request, chromium, path, java_script_enabled=False) as watched:
        for view in DRAWN:
            show(watched.tab, view)
            wrongs += [f"{view.width} {view.name}: {wrong}" for wrong in watched.tab.evaluate(LOOK)]
    assert "\n".join(wrongs) == ""


@contextmanager
def example(
    request: pytest.FixtureRequest, chromium: Any, path: str, width: int = 1440, **options: Any
) -> Iterator[Watched]:
    """One of `PAGES`; whatever it says on the console or asks outside of its folder is a failure."""
    fixture, _, page = path.partition("/")
    folder: Path = request.getfixturevalue(fixture)
    options["viewport"] = {"width": width, "height": 900}
    with opened(chromium, (folder / page).as_uri(), inside=folder.as_uri(), **options) as watched:
        assert watched.tab.title()
        yield watched
        assert (watched.said, watched.asked) == ([], [])


def show(tab: Any, view: View) -> None:
    tab.emulate_media(**view.media)
    tab.set_viewport_size({"width": view.width, "height": 900})
    tab.evaluate("scrollTo(0, 0)")


def test_a_card_says_its_value(chromium: Any, built_examples: Path) -> None:
    with opened(chromium, (built_examples / "production/index.html").as_uri()) as watched:
        card = watched.tab.locator('[data-widget="card-error_rate"]')
        assert card.get_attribute("data-unit") == "fraction"
        value = float(card.get_attribute("data-value"))
        assert f"{value * 100:.3g}" in card.inner_text()
