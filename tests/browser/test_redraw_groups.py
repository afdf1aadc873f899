"""Parts of bars and lanes of histograms filter a page; charts grow with their rows, and scroll where they are tall."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashgen import compiler
from tests.browser.opened import Watched, live

pytestmark = pytest.mark.browser

EVENTS = 14 * 24
MODELS = ["gpt", "gpt", "sonnet", "haiku"]
PROJECTS = ["web", "mobile", "batch"]
PROJECT = """
version: 1
source: gateway
sources: {gateway: {type: files, path: requests.csv, preset: requests}}
"""
BOARD = """
version: 1
time_range: 7d
timezone: Europe/Rome
filters: [time_range, model, project, {dimension: user, default: [user-00, user-01, user-02]}]
layout:
  - {type: bar, id: stacked, metric: requests, by: model, series: project, stacked: true}
  - {type: bar, id: grouped, metric: requests, by: model, series: project}
  - {type: bar, id: users, metric: requests, by: user, width: 12}
  - {type: heatmap, id: cells, metric: requests, rows: model, columns: project}
  - {type: heatmap, id: week, metric: requests}
  - {type: histogram, id: lanes, of: latency, by: model}
  - {type: histogram, id: sizes, of: latency}
"""
PARTS = ".mark-rect.role-mark path"
DATUM = "(mark) => mark.__data__.datum"


def events() -> Iterator[list[Any]]:
    last = datetime(2025, 6, 14, 21, 50, tzinfo=UTC)
    for n in range(4 * EVENTS):
        time = last - timedelta(minutes=15 * (4 * EVENTS - 1 - n))
        user = n % 3 if n % 2 else n // 2 % 60
        yield [time.isoformat(), MODELS[n % 4], PROJECTS[n * 7 % 3], f"user-{user:02}", 100 * 1.01 ** (n * 37 % 400)]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("groups")
    (root / "dashboards").mkdir()
    (root / "dashgen.yaml").write_text(PROJECT, "utf-8")
    (root / "dashboards/board.yaml").write_text(BOARD, "utf-8")
    with (root / "requests.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["time", "model", "project", "user", "latency"], *events()])
    built = compiler.build([str(root)], root / "dist")
    assert [one.message for one in built.diagnostics if one.severity == "error"] == []
    return (root / "dist/board/index.html").as_uri()


CHARTS = 7


def tall(width: int = 1440) -> dict[str, int]:
    return {"width": width, "height": 4000}


def chosen(watched: Watched) -> dict[str, Any]:
    """What is chosen, once it is shown; without what is as the page has it."""
    watched.tab.wait_for_timeout(150)
    found: dict[str, Any] = watched.tab.evaluate("({...dashgen.filters})")
    return {name: found[name] for name in ("model", "project") if found[name]}


def marks(watched: Watched, id: str) -> Any:
    return watched.tab.locator(f"[data-widget={id}] .panel").locator(PARTS)


# ---- parts


@pytest.mark.parametrize("id", ["stacked", "grouped"])
def test_a_part_of_a_bar_is_in_two_dimensions(chromium: Any, page: str, id: str) -> None:
    with live(chromium, page, CHARTS, viewport=tall()) as watched:
        parts = marks(watched, id)
        for n in (1, parts.count() - 1):
            datum = parts.nth(n).evaluate(DATUM)
            parts.nth(n).click()
            assert chosen(watched) == {"model": [datum["b"]], "project": [datum["s"]]}
            assert marks(watched, id).count() == 1
            marks(watched, id).click()
            assert chosen(watched) == {}


def test_beside_its_parts_a_bar_is_in_one_dimension(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=tall()) as watched:
        number = watched.tab.locator("[data-widget=stacked] .panel .mark-text.role-mark text").last
        name = number.evaluate("(text) => text.__data__.datum.b")
        number.click()
        assert chosen(watched) == {"model": [name]}


def test_a_cell_is_in_two_dimensions_and_one_of_the_week_in_none(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=tall()) as watched:
        cell = marks(watched, "cells").nth(4)
        datum = cell.evaluate(DATUM)
        cell.click()
        assert chosen(watched) == {"model": [datum["r"]], "project": [datum["c"]]}
        marks(watched, "cells").first.click()
        assert chosen(watched) == {}
        marks(watched, "week").nth(30).click()
        assert chosen(watched) == {}


def test_a_lane_of_a_histogram_is_a_group_also_where_it_is_empty(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS, viewport=tall()) as watched:
        panel = watched.tab.locator("[data-widget=lanes] .panel")
        bars = marks(watched, "lanes")
        found = [bars.nth(n).evaluate(DATUM) for n in range(bars.count())]
        names = list(dict.fromkeys(datum["s"] for datum in found))
        assert len(names) == 3
        ground, box = panel.locator(".mark-rule.role-mark line").first.bounding_box(), panel.bounding_box()
        watched.tab.mouse.click(box["x"] + box["width"] / 2, ground["y"] + 6)
        assert chosen(watched) == {"model": [names[1]]}
        assert {row["model"] for row in watched.tab.evaluate("dashgen.rows('lanes')")} == {names[1]}
        assert {bar["s"] for bar in [marks(watched, "lanes").first.evaluate(DATUM)]} == {names[1]}
        marks(watched, "sizes").first.click()
        assert chosen(watched) == {"model": [names[1]]}


# ---- heights


@pytest.mark.parametrize("width", [390, 1440])
def test_bars_grow_with_their_groups_and_scroll_where_they_are_many(chromium: Any, page: str, width: int) -> None:
    with live(chromium, page, CHARTS, viewport=tall(width)) as watched:
        pictures = watched.tab.locator("[data-widget=users] .pictures")
        panel = pictures.locator(".panel")
        few = panel.bounding_box()["height"]
        assert "tall" not in pictures.get_attribute("class")
        watched.tab.evaluate("dashgen.setFilters({ user: [] })")
        watched.tab.wait_for_timeout(200)
        assert marks(watched, "users").count() == 60
        assert panel.bounding_box()["height"] > 900 > few
        assert pictures.bounding_box()["height"] <= 640
        assert pictures.get_attribute("tabindex") == "0"
        watched.tab.emulate_media(media="print")
        assert watched.tab.locator("[data-widget=users] .numbers tbody tr").count() == 60
        watched.tab.emulate_media(media="screen")
        watched.tab.evaluate("dashgen.setFilters({ user: ['user-00', 'user-01', 'user-02'] })")
        watched.tab.wait_for_timeout(200)
        assert panel.bounding_box()["height"] == few
        assert pictures.get_attribute("tabindex") is None


@pytest.mark.parametrize("width", [390, 1440])
def test_becoming_live_moves_nothing(chromium: Any, page: str, width: int) -> None:
    with live(chromium, page, CHARTS, viewport=tall(width)) as watched:
        assert watched.shift() == 0
