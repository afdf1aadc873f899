"""The live page: it takes over what is drawn without a jump, under its policy, wherever it is opened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashgen.bundle import assemble
from dashgen.model import Widget
from dashgen.render import Renderer
from dashgen.targets.directory import deliver
from dashgen.widgets.base import Row
from tests.browser.opened import Watched, opened, served
from tests.drawn import days, widget
from tests.test_pages import EVERY_KIND, HOSTILE, drawn

pytestmark = pytest.mark.browser

CHARTS = ("line", "bar", "pie", "heatmap", "histogram")
SERIES = [{"time": t, "model": m, "cost": n * k} for n, t in enumerate(days(30)) for k, m in enumerate("abc", 1)]
NASTY = [*HOSTILE, "\u2028\u2029", "'\\'\"`${x}", "__proto__", "constructor", "</ScRiPt", "\ud800", "<!--", "#d0d000"]
HOSTILE_WIDGETS: list[tuple[Widget, list[Row]]] = [
    (widget("line", series="model"), [{"time": t, "model": m, "cost": 1} for t in days(3) for m in NASTY]),
    (widget("bar"), [{"model": m, "tokens": 1} for m in NASTY]),
    (widget("pie"), [{"model": m, "tokens": 1} for m in NASTY]),
    (
        widget("heatmap", rows="model", columns="project"),
        [{"model": m, "project": p, "requests": 1} for m in NASTY for p in NASTY],
    ),
    (widget("histogram", by="model"), [{"from": 1.0, "to": 2.0, "count": 1, "model": m} for m in NASTY]),
    (widget("table", "__proto__", by=("model",), metrics=("cost",)), [{"model": m, "cost": 1} for m in NASTY]),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three dashboards: every kind of widget, several series, and values that want to be markup."""
    root = tmp_path_factory.mktemp("live")
    with Renderer() as renderer:
        boards = [
            drawn(renderer, EVERY_KIND),
            drawn(renderer, [(widget("line", series="model"), SERIES)], id="series"),
            drawn(renderer, HOSTILE_WIDGETS, id="hostile", title=HOSTILE[0]),
        ]
        deliver(assemble(boards, exposure={}), root / "sub" / "path")
    return root


@pytest.fixture
def page(site: Path) -> str:
    return (site / "sub/path/board/index.html").as_uri()


@pytest.fixture
def live(chromium: Any, page: str) -> Iterator[Watched]:
    with opened(chromium, page) as watched:
        watched.wait_until_live(len(CHARTS))
        yield watched


# ---- where it is opened


def test_from_disk_nothing_is_said_and_nothing_asked_elsewhere(live: Watched) -> None:
    assert (live.said, live.asked) == ([], [])


def test_under_a_path_of_a_server(chromium: Any, site: Path) -> None:
    with served(site) as address, opened(chromium, f"{address}/sub/path/board/", inside=address) as watched:
        watched.wait_until_live(len(CHARTS))
        assert (watched.said, watched.asked) == ([], [])


def test_in_a_sandboxed_frame(chromium: Any, site: Path) -> None:
    """Without an origin and without storage. From disk browsers give such a frame no file, not even a stylesheet."""
    outer = site / "outer.html"
    frame = '<iframe sandbox="allow-scripts" width="1200" height="2400" src="sub/path/board/index.html"></iframe>'
    outer.write_text(f"<!doctype html><link rel=icon href=data:,>{frame}")
    size = {"width": 1300, "height": 2500}
    with served(site) as address, opened(chromium, f"{address}/outer.html", inside=address, viewport=size) as watched:
        (inner,) = watched.tab.frames[1:]
        watched.wait_until_live(len(CHARTS), inner)
        inner.locator("[data-scheme-choice=dark]").click()
        assert inner.evaluate("document.documentElement.dataset.scheme") == "dark"
        assert (watched.said, watched.asked) == ([], [])


def test_a_page_whose_chart_script_is_gone_stays_as_it_was_drawn(chromium: Any, page: str) -> None:
    context = chromium.new_context()
    tab = context.new_page()
    tab.route("**/vega.*.js", lambda route: route.abort())
    tab.goto(page)
    tab.evaluate("dashgen.ready")
    tab.wait_for_timeout(500)
    assert tab.locator(".is-live").count() == 0
    assert tab.locator(".drawing:visible").count() == len(CHARTS)
    context.close()


def test_it_is_complete_without_scripts(chromium: Any, page: str) -> None:
    with opened(chromium, page, java_script_enabled=False) as watched:
        assert watched.tab.locator(".drawing:visible").count() == len(CHARTS)
        assert watched.tab.locator("[data-scheme-choice]:visible").count() == 0
        assert watched.tab.locator("[data-widget=card]").inner_text().split()[:2] == ["Requests", "12"]
        watched.tab.locator("[data-widget=line] summary").click()
        assert watched.tab.locator("[data-widget=line] tbody tr:visible").count() == 30


# ---- in place


@pytest.mark.parametrize("width", [320, 390, 768, 1440, 2560])
def test_charts_come_alive_where_they_were_drawn(chromium: Any, page: str, width: int) -> None:
    with opened(chromium, page, viewport={"width": width, "height": 5000}) as watched:
        before = watched.tab.evaluate(PLACES)
        watched.wait_until_live(len(CHARTS))
        assert watched.shift() == 0
        assert watched.tab.evaluate(PLACES) == before
        assert watched.tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert watched.said == []


PLACES = """() => [...document.querySelectorAll('[data-widget], .pictures, .legend')].map((one) => {
  const box = one.getBoundingClientRect();
  return [one.className.replace(' is-live', ''), box.left, box.top + scrollY, box.width, box.height];
})"""


@pytest.mark.parametrize("width", [390, 1440])
def test_the_live_chart_says_what_the_drawn_one_says(chromium: Any, page: str, width: int) -> None:
    """The interpreter computes what Vega compiled: the same words at the same height, in text of the same size."""
    with opened(chromium, page, viewport={"width": width, "height": 900}) as watched:
        drawn_texts = watched.tab.evaluate(TEXTS, ".drawing")
        watched.wait_until_live(len(CHARTS))
        assert {kind: set(texts) for kind, texts in watched.tab.evaluate(TEXTS, ".live").items()} == {
            kind: set(texts) for kind, texts in drawn_texts.items()
        }
        sizes = watched.tab.evaluate("[...document.querySelectorAll('.live text')].map((t) => t.getBBox().height)")
        assert max(sizes) < 30
        assert len(drawn_texts) == len(CHARTS)


TEXTS = """(where) => Object.fromEntries([...document.querySelectorAll('.pictures')].map((pictures) => [
  pictures.closest('[data-widget]').dataset.widget,
  [...pictures.querySelectorAll(`:scope > ${where} text`)].filter((text) => text.getBoundingClientRect().width)
    .map((text) => text.textContent)]))"""


def test_it_follows_the_width_with_text_of_the_same_size(live: Watched) -> None:
    measure = """() => [...document.querySelectorAll('.live svg')].map((svg) =>
      [svg.getBoundingClientRect().width / svg.parentElement.getBoundingClientRect().width,
       getComputedStyle(svg.querySelector('text')).fontSize])"""
    wide = live.tab.evaluate(measure)
    live.tab.set_viewport_size({"width": 700, "height": 900})
    live.tab.wait_for_timeout(1000)
    assert live.tab.evaluate(measure) == wide
    live.tab.set_viewport_size({"width": 330, "height": 900})
    live.tab.wait_for_timeout(1000)
    assert [width for width, _ in live.tab.evaluate(measure)] == [width for width, _ in wide]
    assert live.tab.locator(".live").count() == len(CHARTS)
    assert live.tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert live.said == []


def test_paper_shows_the_drawn_charts(live: Watched) -> None:
    live.tab.emulate_media(media="print")
    assert live.tab.locator(".live:visible").count() == 0
    assert live.tab.locator(".drawing:visible").count() == len(CHARTS)


# ---- schemes


def test_a_change_of_scheme_repaints_without_redrawing(live: Watched) -> None:
    stroke = """() => { const line = document.querySelector('[data-widget=line] .live .mark-line path');
      self.kept ??= line; return [getComputedStyle(line).stroke, self.kept === line] }"""
    light, _ = live.tab.evaluate(stroke)
    live.tab.locator("[data-scheme-choice=dark]").click()
    dark, is_same = live.tab.evaluate(stroke)
    assert light != dark
    assert is_same


def test_the_chosen_scheme_is_remembered_and_seen_before_the_first_paint(chromium: Any, page: str) -> None:
    with opened(chromium, page) as watched:
        tab = watched.tab
        tab.locator("[data-scheme-choice=dark]").click()
        tab.add_init_script("""new MutationObserver(() => {
          if (document.body) self.atBody ??= document.documentElement.dataset.scheme }).observe(document,
          {childList: true, subtree: true})""")
        tab.reload()
        assert tab.evaluate("self.atBody") == "dark"
        pressed = tab.locator("[data-scheme-choice][aria-pressed=true]")
        assert [one.get_attribute("data-scheme-choice") for one in pressed.all()] == ["dark"]
        tab.locator("[data-scheme-choice=system]").click()
        tab.reload()
        assert tab.evaluate("document.documentElement.dataset.scheme ?? null") is None


# ---- tooltips


def test_the_pointer_finds_the_nearest_values(live: Watched) -> None:
    panel = live.tab.locator("[data-widget=line] .panel")
    panel.scroll_into_view_if_needed()
    box = panel.bounding_box()
    live.tab.mouse.move(box["x"] + box["width"] - 20, box["y"] + 100)
    tip = live.tab.locator(".tip")
    assert tip.is_visible()
    assert "Cost" in tip.inner_text()
    assert "29" in tip.inner_text()
    live.tab.mouse.move(2, 2)
    assert not tip.is_visible()


@pytest.mark.parametrize("kind", CHARTS)
def test_the_arrow_keys_walk_through_a_chart(live: Watched, kind: str) -> None:
    tip = live.tab.locator(".tip")
    live.tab.locator(f"[data-widget={kind}] .panel").focus()
    live.tab.keyboard.press("Home")
    first = tip.inner_text()
    live.tab.keyboard.press("ArrowRight")
    assert tip.inner_text() != first
    assert tip.get_attribute("aria-live") == "polite"
    live.tab.keyboard.press("ArrowLeft")
    assert tip.inner_text() == first
    live.tab.keyboard.press("Escape")
    assert not tip.is_visible()


def test_the_tooltip_stays_on_the_screen(chromium: Any, site: Path) -> None:
    with opened(
        chromium, (site / "sub/path/series/index.html").as_uri(), viewport={"width": 340, "height": 500}
    ) as one:
        one.wait_until_live(1)
        one.tab.locator(".panel").focus()
        for key in ("Home", "End"):
            one.tab.keyboard.press(key)
            box = one.tab.locator(".tip").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 340
        assert one.tab.locator(".tip dt").all_inner_texts() == ["a", "b", "c"]


# ---- one widget alone


def test_one_widget_fills_its_frame(chromium: Any, page: str) -> None:
    with opened(chromium, f"{page}?widget=line", viewport={"width": 640, "height": 400}) as watched:
        watched.wait_until_live(1)
        assert watched.tab.locator("[data-widget]:visible").count() == 1
        assert watched.tab.locator("h1:visible, footer:visible").count() == 0
        box = watched.tab.locator("[data-widget=line]").bounding_box()
        assert (box["x"], box["y"], box["width"]) == (0, 0, 640)
        assert box["height"] >= 400
        assert watched.shift() == 0
        assert watched.said == []


def test_an_unknown_widget_is_told_in_words(chromium: Any, page: str) -> None:
    with opened(chromium, f"{page}?widget=%3Cimg%20src=x%3E$%26") as watched:
        assert "<img src=x>$&" in watched.tab.locator("[role=alert]").inner_text()
        assert watched.tab.locator("[data-widget]:visible").count() == 0


# ---- values


@pytest.mark.parametrize("board", ["board", "hostile"])
def test_rows_are_those_of_data_json(chromium: Any, site: Path, board: str) -> None:
    folder = site / "sub/path" / board
    data = json.loads((folder / "data.json").read_text("utf-8"))
    with opened(chromium, (folder / "index.html").as_uri()) as watched:
        watched.tab.evaluate("dashgen.ready")
        for name, shown in data["widgets"].items():
            rows = watched.tab.evaluate("(name) => JSON.stringify(dashgen.rows(name))", name)
            assert json.loads(rows) == shown["rows"]


def test_rows_are_copies_and_unknown_widgets_are_refused(live: Watched) -> None:
    assert live.tab.evaluate("(dashgen.rows('line')[0].cost = -1, dashgen.rows('line')[0].cost)") == 0
    for name in ("nobody", "toString", "__proto__"):
        refused = "(name) => { try { dashgen.rows(name) } catch (error) { return error.message } }"
        assert name in live.tab.evaluate(refused, name)


def test_hostile_values_are_text_in_the_live_page(chromium: Any, site: Path) -> None:
    with opened(chromium, (site / "sub/path/hostile/index.html").as_uri()) as watched:
        watched.wait_until_live(len(CHARTS))
        for kind in CHARTS:
            watched.tab.locator(f"[data-widget={kind}] .panel").focus()
            for _ in range(len(NASTY)):
                watched.tab.keyboard.press("ArrowRight")
                assert watched.tab.locator(".tip").is_visible()
        assert watched.tab.locator("img, iframe, object, embed").count() == 0
        assert watched.tab.locator("script").count() == 5, "its own four and the chart script"
        assert (watched.said, watched.asked) == ([], [])
        assert watched.tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
