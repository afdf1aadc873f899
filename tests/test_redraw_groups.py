"""Bars, heatmaps and histograms are brought to other rows in place: the form of a chart is its widget's alone."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from dashgen import layout, live
from dashgen.bundle import data
from dashgen.draw import DrawnDashboard, draw
from dashgen.model import Filter, Widget
from dashgen.render import Renderer
from dashgen.widgets.base import Answer, Row
from tests.chart_states import FORTY, ODD, State, limits, states
from tests.drawn import AT, END, START, answer, context, dashboard, days, widget
from tests.redrawn import CHECKS, Check, read, scripted, twinned
from tests.test_pages import FACTS

KINDS = ("bar", "heatmap", "histogram")

RANDOM = random.Random(5)
FILTER = Filter("model", (), locked=False, hidden=False, top=None, at=AT)
NAMES: list[Any] = ["a", "b", None, {"other": 3}, "gemini-3.8-flash-with-a-long-name", 429, True]
MANY = limits(40, 70)

WIDGETS = [
    widget("bar", "plain"),
    widget("bar", "short", by="status_code", metrics=("requests",)),
    widget("bar", "always-lying", horizontal=True, thresholds=MANY),
    widget("bar", "limited", thresholds=MANY),
    widget("bar", "grouped", series="project"),
    widget("bar", "stacked", series="project", stacked="stack", thresholds=MANY),
    widget("bar", "shared", series="project", stacked="share"),
    widget("bar", "several", metrics=("requests", "errors")),
    widget("bar", "panels", metrics=("cost", "requests", "latency_p95", "errors"), thresholds=MANY),
    widget("bar", "panels-apart", metrics=("cost", "latency_p95")),
    widget("bar", "panels-split", metrics=("cost", "requests"), series="project", stacked="stack"),
    widget("heatmap", "week"),
    widget("heatmap", "grid", rows="model", columns="project", metric="cost"),
    widget("heatmap", "hours", rows="model", columns="hour"),
    widget("heatmap", "days", rows="weekday", columns="model"),
    widget("histogram", "sizes", thresholds=limits(200, 2000)),
    widget("histogram", "linear", scale="linear", thresholds=limits(200, 2000)),
    widget("histogram", "lanes", by="model", thresholds=limits(200, 2000)),
    widget("histogram", "linear-lanes", by="model", scale="linear"),
]
BY_ID = {one.id: one for one in WIDGETS}


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as started:
        yield started


def content(renderer: Renderer, found: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """What a page with filters is handed, each widget in a row of its own."""
    board = dashboard(*(BY_ID[name] for name in found), filters=(FILTER,))
    answers = {name: Answer(rows, start=START, end=END) for name, rows in found.items()}
    drawn = draw(board, answers, context(board), FACTS, renderer)
    made: dict[str, Any] = live.content(drawn, data(drawn), live.Scripts("more.js", "vega.js"))["widgets"]
    return made


# ---- rows


def some(names: Sequence[Any], most: int | None = None) -> list[Any]:
    return RANDOM.sample(names, RANDOM.randrange(1, min(most or len(names), len(names)) + 1))


def rows_of(one: Widget) -> list[Row]:
    """Of any state that a page can be in: few groups or many, nothing, less than nothing, all the same."""
    if one.type == "bar":
        return _bars(one)
    return _cells(one) if one.type == "heatmap" else _bins(one)


def _value() -> Any:
    return RANDOM.choice((0, 1, 12, 34.5, 67, 1e6, 0.001, 45.678, None))


def _values() -> Iterator[Any]:
    """All of one kind."""
    below = RANDOM.random() < 0.2
    same = _value() if RANDOM.random() < 0.2 else None
    while True:
        value = same if same is not None else _value()
        yield -value if below and value and RANDOM.random() < 0.3 else value


def _groups() -> list[Any]:
    return RANDOM.choice((some(NAMES), some(ODD), some(FORTY), some([200, 429, 500, None]), FORTY, ["a"]))


def _bars(one: Any) -> list[Row]:
    values, parts = _values(), some(["eu", "us", {"other": 2}, "ap"]) if one.series else [None]
    found = []
    for name in _groups():
        for part in parts:
            if part and RANDOM.random() < 0.2:
                continue
            row = {one.by: name, **{metric: next(values) for metric in one.metrics}}
            found.append({**row, one.series: part} if one.series else row)
    return found


def _cells(one: Any) -> list[Row]:
    places = {"weekday": list(range(1, 8)), "hour": list(range(24))}
    down, along = (places.get(name) or _groups() for name in (one.rows, one.columns))
    values = _values()
    return [{one.rows: a, one.columns: b, one.metric: next(values)} for a in down for b in along]


def _bins(one: Any) -> list[Row]:
    first, count = RANDOM.randrange(-20, 400), RANDOM.choice((1, 2, 12, 40, 130))
    edges = [(1.03 ** (first + n), 1.03 ** (first + n + 1)) for n in range(count)]
    if RANDOM.random() < 0.4:
        edges = [(-2.0, -1.0), (0.0, 0.0), *edges][: RANDOM.choice((2, 1000))]
    names = some(NAMES) if one.by else [None]
    return [
        {"from": low, "to": high, "count": RANDOM.randrange(50), **({one.by: name} if one.by else {})}
        for name in names
        for low, high in edges
    ]


# ---- form


def form(part: Any) -> Any:
    """A compiled chart without what its rows decide: rows, signals, sizes."""
    made = {key: value for key, value in part.items() if key not in ("padding", "height", "width", "data", "signals")}
    sets = [{key: value for key, value in one.items() if key != "values"} for one in part["data"]]
    return {**made, "data": sets, "signals": [{**one, "value": 0} for one in part["signals"]]}


def stands(panels: Sequence[Mapping[str, Any]]) -> bool:
    return "band" not in [scale["type"] for scale in panels[0]["scales"] if scale["name"] == "y"]


@pytest.mark.parametrize("name", BY_ID)
def test_the_form_of_a_chart_is_its_widgets_alone(renderer: Renderer, name: str) -> None:
    forms: dict[Any, list[Any]] = {}
    for rows in ([], *(rows_of(BY_ID[name]) for _ in range(7))):
        shown = content(renderer, {name: rows})[name]
        for variant, panels in enumerate(shown.get("live", ())):
            forms.setdefault((variant, stands(panels)), []).append([form(panel) for panel in panels])
    assert forms
    for first, *others in forms.values():
        for one in others:
            assert one == first


# ---- the script


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    yield from scripted(chromium)


@pytest.fixture(scope="module")
def corpus() -> dict[str, State]:
    """Every chart in every state, by id; each in a row of its own."""
    known = [state for state in states().values() if state.widget.type in KINDS]
    made = [State(replace(one, id=f"{one.id}-{n}"), rows_of(one) if n else []) for one in WIDGETS for n in range(4)]
    return {state.widget.id: replace(state, widget=replace(state.widget, width=12)) for state in (*known, *made)}


@pytest.fixture(scope="module")
def board(corpus: dict[str, State], renderer: Renderer) -> DrawnDashboard:
    shown = dashboard(*(state.widget for state in corpus.values()), filters=(FILTER,))
    answers = {name: answer(state.rows, end=state.end) for name, state in corpus.items()}
    return draw(shown, answers, context(shown), FACTS, renderer)


@pytest.fixture(scope="module")
def made(page: Any, board: DrawnDashboard) -> dict[str, Any]:
    return twinned(page, board, KINDS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_chart_is_made_alike(check: Check, made: dict[str, Any], board: DrawnDashboard) -> None:
    check(made, board)


def test_every_chart_has_the_same_legend(made: dict[str, Any], board: DrawnDashboard) -> None:
    for name, one in made.items():
        legend, expected = one["legend"] or {"entries": []}, board.widgets[name].picture.legend
        entries = legend.get("entries", ())
        texts = [legend["low"], legend["high"]] if "roles" in legend else [entry["name"] for entry in entries]
        assert texts == read(expected, "bdi", "span"), name
        roles = legend.get("roles") or [entry["role"] for entry in entries]
        assert re.findall(r'class="f-(\w+)"', expected) == roles, name


def test_a_chart_ends_with_its_neighbours_as_the_page_drew_it(page: Any, renderer: Renderer) -> None:
    bars, trend = widget("bar", width=6), widget("line", width=6)
    found = {
        bars.id: answer([{"model": f"{name}-of-a-long-name", "tokens": 4} for name in "abcd"]),
        trend.id: answer([{"time": time, "cost": 1} for time in days(3)]),
    }
    shown = dashboard(bars, trend, filters=(FILTER,))
    made = twinned(page, draw(shown, found, context(shown), FACTS, renderer), KINDS)
    (phone,), (desk,) = made["bar"]["variants"]
    ((spec,),) = made["bar"]["live"][1:]
    whole = spec["height"] + spec["padding"]["top"] + spec["padding"]["bottom"]
    assert phone["height"] < desk["height"] == whole


def test_what_is_higher_than_a_screen_scrolls_alike(page: Any) -> None:
    heights = range(600, 1600)
    assert page.evaluate("(heights) => heights.map(tallOf)", [*heights]) == [
        found and f" {found}" for found in map(layout.tall, heights)
    ]


def test_bars_lie_down_where_others_need_it(page: Any, renderer: Renderer) -> None:
    """A chart stays as it stands until names are too many or too long for that."""
    few, many = [200, 429], [f"user-{n:02}" for n in range(40)]
    made = {}
    for name, values in (("few", few), ("many", many)):
        rows = [{"model": value, "tokens": 3} for value in values]
        shown = dashboard(widget("bar"), filters=(FILTER,))
        drawn = draw(shown, {"bar": answer(rows)}, context(shown), FACTS, renderer)
        made[name] = live.content(drawn, data(drawn), live.Scripts("more.js", "vega.js"))["widgets"]["bar"]
    narrowed = """([widget, rows]) => twins.bar(widget, { rows }).narrowed"""
    asked = [(standing, other) for standing in ("few", "many") for other in ("few", "many")]
    found = [page.evaluate(narrowed, json.loads(json.dumps([made[one], made[other]["rows"]]))) for one, other in asked]
    assert found == [False, True, False, False]
