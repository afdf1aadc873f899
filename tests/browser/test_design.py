"""The page's states, its header, its paper, and the colours that its viewer chose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dashgen import theme

pytestmark = pytest.mark.browser
BACKGROUND = "() => getComputedStyle(document.documentElement).backgroundColor"


@contextmanager
def opened(chromium: Any, path: Path, width: int = 1440, media: str = "screen", **options: Any) -> Iterator[Any]:
    """The page in `path`; whatever it says on the console is a failure."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.emulate_media(media=media)
    page.goto(path.as_uri())
    yield page
    context.close()
    assert said == []


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[n : n + 2], 16)) for n in (1, 3, 5))})"


# ---- states -----------------------------------------------------------------------------------


def test_a_state_says_what_it_is(chromium: Any, built_states: Path) -> None:
    with opened(chromium, built_states / "states/index.html", java_script_enabled=False) as page:
        text = {w.get_attribute("data-widget"): w.inner_text() for w in page.locator("[data-widget]").all()}
        assert "Nothing newer than Oct 30, 2026" in page.locator(".banner").inner_text()
    for name in ("none-line", "none-bar", "none-pie", "none-histogram", "none-heatmap", "none-table"):
        assert "Nothing in this range." in text[name]
    for name in ("failed-card", "failed-line", "failed-table"):
        assert "No numbers." in text[name]
    assert "Warning" in text["state-warning"]
    assert "Critical" in text["state-critical"]
    assert "tokens without a price" in text["unpriced-all"]
    assert "–" in text["unpriced-all"]
    assert "Other (35)" in text["folded-pie"]
    assert "28 more, in the table" in text["many-pie"]


def test_a_page_from_right_to_left_begins_at_the_right(chromium: Any, built_states: Path) -> None:
    with opened(chromium, built_states / "right-to-left/index.html") as page:
        first, second = (page.locator("[data-widget]").nth(n).bounding_box() for n in range(2))
        assert first["x"] > second["x"]
        line = page.locator(".pictures").first
        assert line.evaluate("e => getComputedStyle(e).direction") == "ltr", "time goes to the right in every language"


# ---- header -----------------------------------------------------------------------------------


def test_the_header_leaves_a_phone_its_screen(chromium: Any, built_examples: Path) -> None:
    with opened(chromium, built_examples / "production/index.html", 390) as page:
        toolbar = page.locator(".toolbar").bounding_box()
        assert toolbar["y"] + toolbar["height"] < 135
        page.evaluate("scrollTo(0, 700)")
        assert page.locator(".toolbar").bounding_box()["y"] == 0
        assert page.locator(".toolbar").bounding_box()["height"] < 60


def test_a_stuck_header_names_the_dashboard(chromium: Any, built_examples: Path) -> None:
    with opened(chromium, built_examples / "production/index.html") as page:
        assert not page.locator(".where").is_visible()
        page.evaluate("scrollTo(0, 400)")
        page.locator(".where").wait_for()
        assert page.locator(".where").inner_text() == "Production monitoring"


def test_a_long_table_scrolls_under_its_head(chromium: Any, built_examples: Path) -> None:
    with opened(chromium, built_examples / "production/index.html") as page:
        table = page.locator(".table .scroll.long")
        table.evaluate("e => e.scrollTo(0, 300)")
        head, box = table.locator("thead th").first.bounding_box(), table.bounding_box()
        assert abs(head["y"] - box["y"]) < 2
        assert box["height"] < 500


# ---- without scripts, on paper ----------------------------------------------------------------


def test_without_scripts_everything_is_there_and_nothing_is_dead(chromium: Any, built_examples: Path) -> None:
    with opened(chromium, built_examples / "production/index.html", java_script_enabled=False) as page:
        assert not page.locator(".schemes").is_visible()
        last = page.locator(".table .scroll.long tbody tr").last.bounding_box()
        box = page.locator(".table .scroll.long").bounding_box()
        assert last["y"] + last["height"] <= box["y"] + box["height"] + 1
    with opened(chromium, built_examples / "index.html", java_script_enabled=False) as page:
        assert not page.locator("[data-search]").is_visible()
        assert page.locator("[data-entry]").count() > 5


def test_paper_is_light_and_holds_whole_tables(chromium: Any, built_examples: Path) -> None:
    path = built_examples / "production/index.html"
    with opened(chromium, path, 703, media="print", color_scheme="dark") as page:
        light = theme.load_theme("light").colours
        title = page.locator("h1").evaluate("e => getComputedStyle(e).color")
        assert title == rgb(light["text"])
        assert page.locator(".toolbar").evaluate("e => getComputedStyle(e).position") == "static"
        last = page.locator(".table .scroll.long tbody tr").last.bounding_box()
        widget = page.locator(".widget.table").bounding_box()
        assert last["y"] + last["height"] <= widget["y"] + widget["height"]
        assert not page.locator("summary").first.is_visible()


# ---- colours ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"color_scheme": "light"}, "light"),
        ({"color_scheme": "dark"}, "dark"),
        ({"color_scheme": "light", "contrast": "more"}, "high-contrast"),
        ({"color_scheme": "dark", "contrast": "more"}, "high-contrast-dark"),
    ],
)
def test_a_page_follows_its_viewers_preference(
    chromium: Any, built_examples: Path, options: dict[str, Any], name: str
) -> None:
    with opened(chromium, built_examples / "production/index.html", java_script_enabled=False, **options) as page:
        colours = theme.load_theme(name).colours
        assert page.evaluate(BACKGROUND) == rgb(colours["page"])
        assert page.locator("h1").evaluate("e => getComputedStyle(e).color") == rgb(colours["text"])


@pytest.mark.parametrize(
    ("preferred", "chosen", "name"),
    [("light", "dark", "dark"), ("dark", "light", "light"), ("dark", "contrast", "high-contrast-dark")],
)
def test_a_choice_is_stronger_and_remembered(
    chromium: Any, built_examples: Path, preferred: str, chosen: str, name: str
) -> None:
    with opened(chromium, built_examples / "production/index.html", color_scheme=preferred) as page:
        page.locator(f'[data-scheme-choice="{chosen}"]').click()
        wanted = rgb(theme.load_theme(name).colours["page"])
        assert page.evaluate(BACKGROUND) == wanted
        page.reload()
        assert page.evaluate(BACKGROUND) == wanted
        page.locator('[data-scheme-choice="system"]').click()
        assert page.evaluate(BACKGROUND) == rgb(theme.load_theme(preferred).colours["page"])


def test_marks_stay_apart_in_forced_colours(chromium: Any, built_examples: Path) -> None:
    with opened(chromium, built_examples / "production/index.html", forced_colors="active") as page:
        swatches = page.locator(".swatch rect").all()
        assert len({one.evaluate("e => getComputedStyle(e).fill") for one in swatches}) == len(swatches) > 5
        text = page.locator("h1").evaluate("e => getComputedStyle(e).color")
        ground = page.evaluate("getComputedStyle(document.querySelector('.widget')).backgroundColor")
        assert text != ground


def test_the_search_of_the_index(chromium: Any, built_examples: Path) -> None:
    with opened(chromium, built_examples / "index.html") as page:
        page.locator("[data-search]").fill("gateway well")
        assert [one.inner_text() for one in page.locator("[data-entry]:visible h2").all()] == ["Production monitoring"]
        page.locator("[data-search]").fill("nothing like it")
        assert page.locator("[data-entry]:visible").count() == 0
        assert page.locator("[data-none]").is_visible()


def test_enter_opens_the_only_dashboard_that_is_left(chromium: Any, built_examples: Path) -> None:
    with opened(chromium, built_examples / "index.html") as page:
        field = page.locator("[data-search]")
        field.fill("gateway")
        assert page.locator("[data-entry]:visible").count() > 1
        field.press("Enter")
        assert page.url.endswith("/dist/index.html")
        field.fill("gateway well")
        field.press("Enter")
        page.wait_for_url("**/production/index.html")


def test_the_index_is_ready(chromium: Any, built_examples: Path) -> None:
    with opened(chromium, built_examples / "index.html") as page:
        late = "new Promise((resolve) => setTimeout(() => resolve('never'), 5000))"
        assert page.evaluate(f"Promise.race([dashgen.ready.then(() => 'ready'), {late}])") == "ready"
