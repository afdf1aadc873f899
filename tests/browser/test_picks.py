"""What is clicked in a chart filters the rest of the page; a stretch of a line is a range of time."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import pytest

from dashgen import compiler
from tests.browser.opened import Watched, live

pytestmark = pytest.mark.browser

MODELS = ["gpt", "gpt", "gpt", "sonnet", "sonnet", "haiku", "a", "b", "c", "</b>", ""]
PROJECTS = ["web", "mobile", "batch"]
EVENTS = 14 * 24
PROJECT = """
version: 1
source: gateway
sources: {gateway: {type: files, path: requests.csv, preset: requests}}
"""
BOARD = """
version: 1
time_range: 7d
timezone: Europe/Rome
filters: [time_range, model, {dimension: project, default: [web, mobile], locked: true}]
layout:
  - {type: line, id: trend, metric: requests, every: day}
  - {type: line, id: split, metric: requests, series: model, every: day}
  - {type: line, id: pinned, metric: requests, every: day, time_range: 3d}
  - {type: bar, id: bars, metric: requests, by: model, top: 4}
  - {type: bar, id: locked, metric: requests, by: project}
  - {type: pie, id: slices, metric: requests, by: model, top: 4}
  - {type: heatmap, id: cells, metric: requests, rows: model, columns: project}
  - {type: bar, id: parts, metric: requests, by: project, series: model, stacked: true}
  - {type: bar, id: lying, metric: requests, by: project, series: model, horizontal: true}
  - {type: histogram, id: lanes, of: latency, by: model}
"""


def events() -> Iterator[list[Any]]:
    last = datetime(2025, 6, 14, 21, 50, tzinfo=UTC)
    for n, values in zip(range(EVENTS), zip(cycle(MODELS), cycle(PROJECTS), strict=False), strict=False):
        yield [(last - timedelta(hours=EVENTS - 1 - n)).isoformat(), *values, 10 + n % 7]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("picks")
    (root / "dashgen.yaml").write_text(PROJECT)
    (root / "board.yaml").write_text(BOARD)
    with (root / "requests.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["time", "model", "project", "latency"], *events()])
    built = compiler.build([str(root)], root / "dist")
    assert [one.message for one in built.diagnostics if one.severity == "error"] == []
    return (root / "dist/board/index.html").as_uri()


CHARTS, TALL = 10, {"width": 1440, "height": 5000}


def state(watched: Watched) -> dict[str, Any]:
    """Once what was chosen is shown."""
    watched.tab.wait_for_timeout(150)
    found: dict[str, Any] = watched.tab.evaluate("({...dashgen.filters})")
    return found


def panel(watched: Watched, id: str) -> Any:
    return watched.tab.locator(f"[data-widget={id}] .panel")


def rows(watched: Watched, id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = watched.tab.evaluate("(id) => dashgen.rows(id)", id)
    return found


# ---- values


@pytest.mark.parametrize("id", ["bars", "slices"])
def test_a_mark_is_chosen_and_released_by_a_click(chromium: Any, page: str, id: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        first = rows(watched, id)[0]["model"]
        box = panel(watched, id).bounding_box()
        if id == "bars":
            bar = panel(watched, id).locator(".mark-rect.role-mark path").first.bounding_box()
            place = (bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
        else:
            place = (box["x"] + box["width"] / 2 + 68, box["y"] + box["height"] / 2 - 10)
        watched.tab.mouse.move(*place)
        assert "Click or press Enter" in watched.tab.locator("#tip").inner_text()
        assert panel(watched, id).evaluate("(box) => getComputedStyle(box).cursor") == "pointer"
        watched.tab.mouse.click(*place)
        assert state(watched)["model"] == [first]
        assert {row["model"] for row in rows(watched, id)} == {first}
        assert panel(watched, id).count() == 1
        watched.tab.locator(f"[data-widget={id}] .panel").focus()
        watched.tab.keyboard.press("Home")
        watched.tab.keyboard.press("Enter")
        assert state(watched)["model"] == []


def test_a_mark_is_chosen_by_keys_alone(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        second = rows(watched, "bars")[1]["model"]
        panel(watched, "bars").focus()
        for key in ("Home", "ArrowRight", "Enter"):
            watched.tab.keyboard.press(key)
        assert state(watched)["model"] == [second]


def test_the_folded_rest_cannot_be_chosen(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        last = len(rows(watched, "bars")) - 1
        assert isinstance(rows(watched, "bars")[last]["model"], dict)
        panel(watched, "bars").focus()
        watched.tab.keyboard.press("End")
        assert "Enter" not in watched.tab.locator("#tip").inner_text()
        watched.tab.keyboard.press("Enter")
        assert state(watched)["model"] == []
        entry = watched.tab.locator("[data-widget=slices] .legend li").last
        assert entry.locator("button").count() == 0


def test_a_locked_filter_takes_nothing(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        panel(watched, "locked").focus()
        watched.tab.keyboard.press("Home")
        assert "Enter" not in watched.tab.locator("#tip").inner_text()
        before = state(watched)
        watched.tab.keyboard.press("Enter")
        assert state(watched) == before


@pytest.mark.parametrize("id", ["slices", "split"])
def test_an_entry_of_a_legend_is_a_button_that_keeps_the_focus(chromium: Any, page: str, id: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        if id == "split":
            watched.tab.set_viewport_size({"width": 390, "height": 4000})
            watched.tab.wait_for_timeout(300)
        buttons = watched.tab.locator(f"[data-widget={id}] .legend button")
        name = buttons.first.locator(".name").inner_text()
        assert buttons.first.get_attribute("aria-pressed") == "false"
        buttons.first.focus()
        watched.tab.keyboard.press("Enter")
        assert state(watched)["model"] == [name]
        if id == "slices":
            assert buttons.first.get_attribute("aria-pressed") == "true"
            assert buttons.first.evaluate("(one) => one === document.activeElement")


def test_a_cell_is_chosen_in_each_dimension_that_is_a_filter(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        panel(watched, "cells").focus()
        watched.tab.keyboard.press("Home")
        watched.tab.keyboard.press("Enter")
        assert state(watched)["model"] == [rows(watched, "cells")[0]["model"]]


def test_arrows_go_down_a_column_of_cells(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        panel(watched, "cells").focus()
        for key in ("Home", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp", "Enter"):
            watched.tab.keyboard.press(key)
        models = list(dict.fromkeys(row["model"] for row in rows(watched, "cells")))
        assert state(watched)["model"] == models
        assert models != [first_model(watched)]


def first_model(watched: Watched) -> Any:
    """Of the heatmap, whatever is chosen."""
    watched.tab.evaluate("dashgen.setFilters({model: []})")
    return rows(watched, "cells")[0]["model"]


@pytest.mark.parametrize(
    ("id", "on", "back"),
    [("parts", "ArrowDown", "ArrowUp"), ("lying", "ArrowRight", "ArrowLeft"), ("lanes", "ArrowDown", "ArrowUp")],
)
def test_a_part_of_a_bar_is_chosen_by_keys(chromium: Any, page: str, id: str, on: str, back: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        box, keys, tip = panel(watched, id), watched.tab.keyboard, watched.tab.locator("#tip")
        box.focus()
        keys.press("Home")
        assert "to choose a part" in tip.inner_text()
        assert "to filter" not in tip.inner_text(), "its groups cannot be chosen"
        places = []
        for key in (on, on, on, back):
            keys.press(key)
            places.append(box.locator(".cursor.cell").bounding_box())
        axis = "x" if id == "lying" else "y"
        assert places[0][axis] <= places[1][axis] < places[2][axis] or id == "lying"
        assert places[3] == places[1]
        name = tip.locator("dt").all_inner_texts()
        assert len(name) == 1
        assert "to filter" in tip.inner_text()
        keys.press("Enter")
        assert state(watched)["model"] == name
        assert {row["model"] for row in rows(watched, id)} == set(name)


def test_a_part_that_is_pointed_at_is_outlined(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        part = panel(watched, "parts").locator(".mark-rect.role-mark path").nth(4).evaluate(PLACE)
        watched.tab.mouse.move(part["x"] + part["width"] / 2, part["y"] + part["height"] / 2)
        marked = panel(watched, "parts").locator(".cursor.cell").evaluate(PLACE)
        assert {side: round(marked[side] - part[side]) for side in part} == dict.fromkeys(part, 0)


PLACE = """(one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return { x, y, width, height };
}"""


# ---- what is chosen


def heading(watched: Watched, id: str) -> Any:
    return watched.tab.locator(f"[data-widget={id}] .head .chip")


@pytest.mark.parametrize("id", ["bars", "split", "slices", "cells", "parts", "lanes"])
def test_a_choice_stands_in_the_heading_and_is_released_there(chromium: Any, page: str, id: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        assert watched.tab.locator(".head .chip").count() == 0
        watched.tab.evaluate("dashgen.setFilters({model: ['gpt']})")
        chip = heading(watched, id)
        assert (chip.locator("b").inner_text(), chip.get_attribute("aria-label")) == ("gpt", "Remove Model: gpt")
        assert heading(watched, "trend").count() == 0, "its groups are others"
        assert heading(watched, "locked").count() == 0
        chip.press("Enter")
        chip.wait_for(state="detached")
        assert state(watched)["model"] == []
        focused = "(id) => document.activeElement.matches(`[data-widget=${id}] .panel`)"
        watched.tab.wait_for_function(focused, arg=id)


def test_only_what_a_click_releases_is_pressed(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        first = watched.tab.locator("[data-widget=slices] .legend button").first
        watched.tab.evaluate("dashgen.setFilters({model: ['gpt', 'sonnet']})")
        assert heading(watched, "slices").locator("b").inner_text() == "gpt, sonnet"
        assert first.get_attribute("aria-pressed") == "false"
        panel(watched, "bars").focus()
        watched.tab.keyboard.press("Home")
        assert "to filter" in watched.tab.locator("#tip").inner_text()
        first.click()
        assert first.get_attribute("aria-pressed") == "true"
        panel(watched, "bars").focus()
        watched.tab.keyboard.press("Home")
        assert "to release" in watched.tab.locator("#tip").inner_text()
        first.click()
        assert state(watched)["model"] == []


@pytest.mark.parametrize("media", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"contrast": "more"}])
def test_what_is_chosen_is_accessible(
    chromium: Any, page: str, violations: Callable[[Any], list[str]], media: dict[str, Any]
) -> None:
    with live(chromium, f"{page}#v1&model=gpt", CHARTS, viewport=TALL, **media) as watched:
        assert heading(watched, "bars").count() == 1
        assert violations(watched.tab) == []


def test_swatches_keep_their_inks_in_forced_colours(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL, forced_colors="active") as watched:
        panel(watched, "split").focus()
        watched.tab.keyboard.press("Home")
        ink = "(one) => getComputedStyle(one).backgroundColor"
        for place in (".tip-swatch", "[data-widget=split] .dot"):
            inks = [one.evaluate(ink) for one in watched.tab.locator(place).all()]
            assert len(set(inks)) == len(inks) > 3, place


def test_a_value_that_is_not_in_the_page_is_marked_in_headings_too(chromium: Any, page: str) -> None:
    with live(chromium, f"{page}#v1&model=nobody", viewport=TALL) as watched:
        chip = heading(watched, "bars")
        assert "gone" in (chip.get_attribute("class") or "")
        reset = watched.tab.locator("[data-widget=bars] .state button")
        assert reset.inner_text() == "Reset"
        assert "matches the filters" in watched.tab.locator("[data-widget=bars] .state").inner_text()
        reset.press("Enter")
        chip.wait_for(state="detached")
        assert state(watched)["model"] == []
        assert watched.tab.locator(".state").count() == 0


# ---- stretches


def test_a_stretch_of_a_line_is_a_range(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        times = [row["time"] for row in rows(watched, "trend")]
        box = panel(watched, "trend").bounding_box()
        middle = box["y"] + box["height"] / 2
        watched.tab.mouse.move(box["x"] + box["width"] * 0.3, middle)
        assert "Drag" in watched.tab.locator("#tip").inner_text()
        watched.tab.mouse.down()
        watched.tab.mouse.move(box["x"] + box["width"] * 0.7, middle, steps=4)
        assert panel(watched, "trend").locator(".brushed").is_visible()
        told = watched.tab.locator(".tip-hint").inner_text()
        watched.tab.mouse.up()
        shown = state(watched)["time_range"]
        assert watched.tab.locator("[data-filter=time_range] b").inner_text() == told
        assert times.index(shown["from"]) > 0
        assert times.index(shown["to"]) < len(times)
        kept = [row["time"] for row in rows(watched, "trend")]
        assert kept == [time for time in times if shown["from"] <= time < shown["to"]]
        assert panel(watched, "trend").locator(".brushed").is_hidden()


def test_a_stretch_by_keys_ends_with_its_last_bucket(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        times = [row["time"] for row in rows(watched, "trend")]
        panel(watched, "trend").focus()
        for key in ("Home", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Enter"):
            watched.tab.keyboard.press(key)
        assert state(watched)["time_range"] == {"from": times[1], "to": times[4]}
        assert [row["time"] for row in rows(watched, "trend")] == times[1:4]
        assert len(rows(watched, "pinned")) == 3


def test_a_click_on_a_line_changes_nothing(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        before = state(watched)
        panel(watched, "trend").click()
        assert state(watched) == before


def test_a_stretch_is_given_up_by_escape_and_by_a_range_of_its_own(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        before = state(watched)
        panel(watched, "trend").focus()
        for key in ("Home", "Shift+ArrowRight", "Escape", "Enter"):
            watched.tab.keyboard.press(key)
        panel(watched, "pinned").focus()
        for key in ("Home", "Shift+ArrowRight", "Enter"):
            watched.tab.keyboard.press(key)
        assert state(watched) == before


def test_a_tap_chooses_and_a_finger_that_stays_only_reads(chromium: Any, page: str) -> None:
    touch = """([id, hold]) => {
      const box = document.querySelector(`[data-widget=${id}] .panel`);
      const bar = box.querySelector(".mark-rect.role-mark path").getBoundingClientRect();
      const place = { clientX: bar.x + bar.width / 2, clientY: bar.y + bar.height / 2, pointerType: "touch" };
      box.dispatchEvent(new PointerEvent("pointerdown", place));
      const lift = () => box.dispatchEvent(new PointerEvent("pointerup", place));
      return new Promise((resolve) => setTimeout(() => resolve(lift()), hold));
    }"""
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        watched.tab.evaluate(touch, ["bars", 500])
        assert state(watched)["model"] == []
        watched.tab.evaluate(touch, ["bars", 20])
        assert state(watched)["model"] == [rows(watched, "bars")[0]["model"]]


def test_from_one_mark_to_another_is_no_click(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=TALL) as watched:
        bars = panel(watched, "bars").locator(".mark-rect.role-mark path")
        for n, act in ((0, watched.tab.mouse.down), (1, watched.tab.mouse.up)):
            box = bars.nth(n).bounding_box()
            watched.tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            act()
        assert state(watched)["model"] == []
