"""One widget alone (`?widget=ID`) fills its frame, whatever the size, and stays readable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.opened import Watched, opened

pytestmark = pytest.mark.browser

SIZES = [(200, 150), (400, 300), (800, 450), (1920, 1080)]
WIDGETS = [
    "production/card-error_rate",
    "production/line-cost",
    "production/pie-tokens-by-model",
    "overview/line-latency_p50",
    "lines/line-latency_p50",
    "lines/line-latency_p95-by-model",
    "projects/heatmap-requests",
]
MEASURED = """() => {
  const { documentElement: page, scrollingElement } = document;
  const box = (one) => { const { width, height } = one.getBoundingClientRect(); return [width, height]; };
  const widget = document.querySelector(".chosen");
  const shown = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility());
  const scrolls = ({ scrollHeight, clientHeight, scrollWidth, clientWidth }) =>
    scrollHeight > clientHeight + 1 || scrollWidth > clientWidth + 1;
  const canScroll = (one) => /auto|scroll/.test(getComputedStyle(one).overflow);
  const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);
  const seen = (text) => text.textContent.trim() && text.getAttribute("opacity") !== "0";
  const sizeOf = (text) => parseFloat(getComputedStyle(text).fontSize);
  const pictures = widget.querySelector(".pictures");
  const panels = [...widget.querySelectorAll(".live svg.marks")];
  return {
    page: [page.scrollWidth, page.scrollHeight],
    widget: box(widget),
    scrolling: shown.filter((one) => canScroll(one) && scrolls(one)).map((one) => one.className),
    room: pictures && [pictures.clientWidth, pictures.clientHeight],
    drawn: panels.length ? [box(panels[0])[0], sum(panels.map((one) => box(one)[1])) + 10 * (panels.length - 1)] : null,
    texts: [...widget.querySelectorAll(".live text")].filter(seen).map(sizeOf),
  };
}"""


def alone(chromium: Any, folder: Path, widget: str, size: tuple[int, int], **options: Any) -> Any:
    board, _, name = widget.partition("/")
    url = f"{(folder / board / 'index.html').as_uri()}?widget={name}"
    return opened(
        chromium, url, inside=folder.as_uri(), viewport=dict(zip(("width", "height"), size, strict=True)), **options
    )


def wait(watched: Watched) -> None:
    watched.tab.evaluate("dashgen.ready")
    if watched.tab.locator(".chosen .pictures").count():
        watched.tab.wait_for_selector(".chosen .is-live")
    watched.tab.wait_for_function(FITTED)


FITTED = """() => [...document.querySelectorAll(".chosen .pictures:has(.live)")].every((pictures) => {
  const drawn = [...pictures.querySelectorAll("svg.marks")];
  const height = drawn.reduce((sum, one) => sum + one.clientHeight, 10 * (drawn.length - 1));
  return height >= pictures.clientHeight - 2 && Math.abs(drawn[0].clientWidth - pictures.clientWidth) < 2;
})"""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("widget", WIDGETS)
def test_it_fills_its_frame(chromium: Any, built_examples: Path, widget: str, size: tuple[int, int]) -> None:
    with alone(chromium, built_examples, widget, size) as watched:
        wait(watched)
        found = watched.tab.evaluate(MEASURED)
        assert found["page"] == list(size)
        assert found["widget"] == list(size)
        assert found["scrolling"] == []
        if found["room"]:
            assert found["drawn"] == [pytest.approx(room, abs=2) for room in found["room"]]
            assert found["room"][1] > 0.35 * size[1]
            assert "pie" in widget or {11.0, 12.0} >= set(found["texts"])
        assert watched.shift() == 0
        assert (watched.said, watched.asked) == ([], [])


@pytest.mark.parametrize(
    "widget", ["production/line-cost", "production/pie-tokens-by-model", "development/bar-tokens-by-model"]
)
def test_it_follows_its_frame(chromium: Any, built_examples: Path, widget: str) -> None:
    with alone(chromium, built_examples, widget, (800, 450)) as watched:
        wait(watched)
        before = watched.tab.evaluate(MEASURED)["drawn"]
        watched.tab.set_viewport_size({"width": 800, "height": 700})
        watched.tab.wait_for_function(FITTED)
        after = watched.tab.evaluate(MEASURED)
        assert after["drawn"] == [before[0], pytest.approx(before[1] + 250, abs=2)]
        assert after["scrolling"] == []


def test_many_names_scroll_inside_it(chromium: Any, built_states: Path) -> None:
    with alone(chromium, built_states, "states/many-bar", (400, 300)) as watched:
        wait(watched)
        found = watched.tab.evaluate(MEASURED)
        assert found["page"] == [400, 300]
        assert found["scrolling"] == ["pictures tall paper-70 is-live"]
        assert found["drawn"][1] > 500


@pytest.mark.parametrize("name", ["failed-line", "none-line", "none-table", "state-records"])
def test_a_state_fills_it_too(chromium: Any, built_states: Path, name: str) -> None:
    """Beside the page's warning that nothing new has come."""
    with alone(chromium, built_states, f"states/{name}", (400, 300)) as watched:
        watched.tab.evaluate("dashgen.ready")
        found = watched.tab.evaluate(MEASURED)
        assert found["page"] == [400, 300]
        banner = watched.tab.locator(".banner").bounding_box()
        assert found["widget"] == [400, pytest.approx(300 - banner["height"], abs=1)]
        assert watched.shift() == 0


def test_before_it_is_live_it_fits(chromium: Any, built_examples: Path) -> None:
    """Where the charts' script never comes, the drawn picture is made smaller."""
    with alone(chromium, built_examples, "production/line-cost", (400, 300)) as watched:
        watched.tab.route("**/vega.*.js", lambda route: route.abort())
        watched.tab.reload()
        watched.tab.wait_for_selector(".chosen .drawing:visible")
        found = watched.tab.evaluate(MEASURED)
        assert (found["page"], found["drawn"], found["scrolling"]) == ([400, 300], None, [])
        drawing = watched.tab.locator(".chosen .drawing:visible").bounding_box()
        assert drawing["height"] <= found["room"][1] + 1
