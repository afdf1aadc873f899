"""What a choice leaves as it was: the colours of values, and the places of widgets."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import pytest

from dashgen import compiler
from tests.browser.opened import live

pytestmark = pytest.mark.browser

MODELS = [name for n, name in enumerate(("gpt", "sonnet", "haiku", "flash", "mini", "nano")) for _ in range(6 - n)]
PROJECTS = ["web", "mobile", "batch", "search", "mail"]
EVENTS = 14 * 24 * 4
PROJECT = """
version: 1
source: gateway
sources: {gateway: {type: files, path: requests.csv, preset: requests}}
"""
BOARD = """
version: 1
time_range: 7d
timezone: Europe/Rome
filters: [time_range, model, project]
layout:
  - {type: line, id: split, metric: requests, series: model, every: day}
  - {type: pie, id: slices, metric: requests, by: model, width: 4}
  - {type: bar, id: parts, metric: requests, by: project, series: model, stacked: true, width: 8}
  - {type: bar, id: bars, metric: requests, by: project, horizontal: true}
  - {type: text, id: last, text: The end.}
"""
CHARTS = 4


def events() -> Iterator[list[Any]]:
    last = datetime(2025, 6, 14, 21, 50, tzinfo=UTC)
    for n, values in zip(range(EVENTS), zip(cycle(MODELS), cycle(PROJECTS), strict=False), strict=False):
        yield [(last - timedelta(minutes=15 * (EVENTS - 1 - n))).isoformat(), *values]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("steady")
    (root / "dashgen.yaml").write_text(PROJECT)
    (root / "board.yaml").write_text(BOARD)
    with (root / "requests.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["time", "model", "project"], *events()])
    built = compiler.build([str(root)], root / "dist")
    assert [one.message for one in built.diagnostics if one.severity == "error"] == []
    return (root / "dist/board/index.html").as_uri()


# ---- colours

LEGENDS = """() => Object.fromEntries(['split', 'slices', 'parts'].map((id) => [id, Object.fromEntries(
  [...document.querySelectorAll(`[data-widget=${id}] .legend li`)].map((one) => [
    one.querySelector('.name').textContent, one.querySelector('rect').getAttribute('class')]))]))"""
PAINTED = """() => [...document.querySelectorAll('[data-widget=slices] .panel .role-mark path')]
  .map((one) => one.getAttribute('fill'))"""


def choose(tab: Any, **changes: Any) -> None:
    tab.evaluate("(changes) => dashgen.setFilters(changes)", changes)


def test_a_value_keeps_its_colour_under_every_choice(chromium: Any, page: str) -> None:
    with live(chromium, page, CHARTS) as watched:
        first = watched.tab.evaluate(LEGENDS)["split"]
        assert list(first.values()) == [f"f-c{n}" for n in range(1, 7)]
        choose(watched.tab, model=["haiku", "nano"], project=["web"])
        few = {name: first[name] for name in ("haiku", "nano")}
        assert watched.tab.evaluate(LEGENDS) == {"split": few, "slices": few, "parts": few}
        assert set(watched.tab.evaluate(PAINTED)) == {"var(--c3)", "var(--c6)"}
        choose(watched.tab, model=[], project=[])
        assert watched.tab.evaluate(LEGENDS) == {"split": first, "slices": first, "parts": first}


# ---- places

PLACES = """() => [...document.querySelectorAll('.toolbar, main, .widget')].map((one) => {
  const { left, top, width, height } = one.getBoundingClientRect();
  return [one.dataset.widget || one.className, left, top, width, height];
})"""


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_choices_move_nothing(chromium: Any, page: str, width: int) -> None:
    """Neither the first, which gets a line of its own, nor many of them, nor one that leaves a single bar."""
    with live(chromium, page, CHARTS, viewport={"width": width, "height": 900}) as watched:
        first = watched.tab.evaluate(PLACES)
        for model, project in ((["gpt"], []), (sorted({*MODELS}), PROJECTS), (["nano", "mini"], ["mail"]), ([], [])):
            choose(watched.tab, model=model, project=project)
            found = watched.tab.evaluate(PLACES)
            assert [one for one in zip(first, found, strict=True) if one[0] != one[1]] == [], (model, project)
        assert watched.tab.locator(".choices .active li").count() == 0


def test_a_page_without_scripts_says_what_it_is_of(chromium: Any, page: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(page)
    assert "data up to" in tab.locator(".choices").inner_text()
    context.close()


def test_a_bar_that_is_left_alone_is_as_thick_as_it_was(chromium: Any, page: str) -> None:
    thick = """() => [...document.querySelectorAll('[data-widget=bars] .panel .mark-rect path')]
      .map((one) => Math.round(one.getBoundingClientRect().height))"""
    with live(chromium, page, CHARTS) as watched:
        (before, *others) = watched.tab.evaluate(thick)
        assert others == [before] * 4
        choose(watched.tab, project=["mail"])
        (alone,) = watched.tab.evaluate(thick)
        assert abs(alone - before) <= 4


TURN = """(details) => new Promise((resolve) => {
  details.addEventListener('toggle', resolve, {once: true});
  details.open = !details.open;
})"""


def test_room_is_given_free_where_a_viewer_needs_less(chromium: Any, page: str) -> None:
    tall = "() => document.querySelector('[data-widget=bars]').offsetHeight"
    with live(chromium, page, CHARTS) as watched:
        numbers = watched.tab.locator("[data-widget=bars] .numbers")
        before = watched.tab.evaluate(tall)
        numbers.evaluate(TURN)
        opened = watched.tab.evaluate(tall)
        choose(watched.tab, project=["mail"])
        assert watched.tab.evaluate(tall) == opened > before
        numbers.evaluate(TURN)
        assert watched.tab.evaluate(tall) < before
