"""The bar of filters on every screen: for fingers, large letters, other directions and colours, and on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.filterable import button
from tests.browser.opened import live

pytestmark = pytest.mark.browser

MENUS = ("model", "user", "status_code", "time_range")


@pytest.mark.parametrize(
    ("width", "media"),
    [
        (1440, {"color_scheme": "light"}),
        (1440, {"color_scheme": "dark"}),
        (1440, {"contrast": "more"}),
        (390, {"color_scheme": "light"}),
    ],
)
def test_an_open_menu_is_accessible(
    chromium: Any, page: str, violations: Callable[[Any], list[str]], width: int, media: dict[str, Any]
) -> None:
    link = f"{page}#v1&model=nobody&model=sonnet&nothing=1"
    with live(chromium, link, viewport={"width": width, "height": 900}, **media) as watched:
        for menu in MENUS:
            button(watched.tab, menu).click()
            watched.tab.locator(".menu").wait_for()
            assert violations(watched.tab) == [], menu
            watched.tab.keyboard.press("Escape")


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("width", [320, 390, 640, 1440])
def test_a_menu_stays_on_the_screen(chromium: Any, site: Path, lang: str, width: int) -> None:
    size = {"width": width, "height": 800}
    with live(chromium, (site / lang / "index.html").as_uri(), viewport=size) as watched:
        tab = watched.tab
        for menu in MENUS:
            button(tab, menu).click()
            box, under = tab.locator(".menu").bounding_box(), button(tab, menu).bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= 800.5
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
            targets = tab.locator(".menu :is(.option, button):visible").all()
            assert min(one.bounding_box()["height"] for one in targets) >= 24
            if width < 640:
                assert (box["x"], box["width"]) == (0, width), "a sheet"
                tab.mouse.click(width / 2, 4)
            else:
                assert box["y"] >= under["y"] + under["height"]
                near = abs(box["x"] - under["x"]), abs(box["x"] + box["width"] - under["x"] - under["width"])
                assert near[lang == "ar"] < 1 or box["x"] <= 8 or box["x"] + box["width"] > width - 9
                tab.keyboard.press("Escape")
            assert tab.locator(".menu").count() == 0


def test_a_page_from_right_to_left(chromium: Any, site: Path) -> None:
    with live(chromium, (site / "ar/index.html").as_uri()) as watched:
        tab = watched.tab
        first, second = (tab.locator(".filters button").nth(n).bounding_box() for n in range(2))
        assert first["x"] > second["x"]
        button(tab, "model").click()
        box = tab.locator(".option input").nth(1).bounding_box()
        name = tab.locator(".option bdi").nth(1).bounding_box()
        assert box["x"] > name["x"] + name["width"]


def test_forced_colours_keep_what_is_chosen_apart(chromium: Any, page: str) -> None:
    with live(chromium, page, forced_colors="active") as watched:
        border = "(one) => getComputedStyle(one).borderTopColor"
        assert button(watched.tab, "project").evaluate(border) != button(watched.tab, "model").evaluate(border)


def test_paper_shows_what_was_chosen_and_nothing_to_press(chromium: Any, page: str) -> None:
    with live(chromium, f"{page}#v1&model=sonnet") as watched:
        watched.tab.emulate_media(media="print")
        assert watched.tab.get_by_text("Reset").is_hidden()
        assert watched.tab.locator(".active .chip", has_text="sonnet").is_visible()


TWICE = """() => {
  const all = [...document.querySelectorAll("body, body *:not(svg, svg *)")];
  const sizes = all.map((one) => parseFloat(getComputedStyle(one).fontSize));
  all.forEach((one, n) => (one.style.fontSize = `${2 * sizes[n]}px`));
}"""
CUT = """() => {
  const isLow = (one) => one.scrollHeight > one.clientHeight + 1;
  const isNarrow = (one) => !one.matches(".chip") && one.scrollWidth > one.clientWidth + 1;
  const places = [...document.querySelectorAll(":is(.toolbar, .choices) .chip, .number, .menu .option, .menu button")];
  const numbers = [...document.querySelectorAll(".number .value")].filter((one) => one.getClientRects().length > 1);
  const cut = places.filter((one) => one.checkVisibility() && (isLow(one) || isNarrow(one)));
  return [...cut, ...numbers].map((one) => one.textContent);
}"""


@pytest.mark.parametrize("width", [360, 768])
def test_letters_twice_as_large_are_not_cut(chromium: Any, page: str, width: int) -> None:
    with live(chromium, f"{page}#v1&model=sonnet", viewport={"width": width, "height": 740}, has_touch=True) as watched:
        for menu in MENUS:
            button(watched.tab, menu).click()
            watched.tab.evaluate(TWICE)
            assert watched.tab.evaluate(CUT) == [], menu
            assert watched.tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), menu
            watched.tab.keyboard.press("Escape")
            watched.tab.evaluate("for (const one of document.querySelectorAll('[style]')) one.style.fontSize = ''")


def test_what_can_be_touched_is_large_enough(chromium: Any, page: str) -> None:
    size = {"width": 360, "height": 740}
    with live(chromium, f"{page}#v1&model=nobody", viewport=size, has_touch=True, is_mobile=True) as watched:
        places = watched.tab.locator(".toolbar button, .choices button, .head .chip, .state button")
        assert places.count() > 8
        for place in places.all():
            box = place.bounding_box()
            assert min(box["width"], box["height"]) >= 24, place.inner_text()
        button(watched.tab, "model").tap()
        assert min(one.bounding_box()["height"] for one in watched.tab.locator(".menu .option").all()) >= 44


def test_long_numbers_of_cards_stay_in_one_line(chromium: Any, built_examples: Path) -> None:
    page = (built_examples / "production/index.html").as_uri() + "#v1&model=gpt-5.6&status_code=500"
    with live(chromium, page, viewport={"width": 360, "height": 800}) as watched:
        [rate, *_] = texts = watched.tab.locator(".number .value").all_inner_texts()
        assert (rate, len(texts)) == ("0.0000701", 4)
        lines = "(all) => all.map((one) => one.getClientRects().length)"
        assert watched.tab.locator(".number .value").evaluate_all(lines) == [1, 1, 1, 1]
