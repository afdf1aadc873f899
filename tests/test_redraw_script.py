"""The page's script draws other rows as the build does: the same axes, colours, sets of rows and sizes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashgen import axes, clock, measure, ticks
from dashgen.categories import Categories
from dashgen.draw import DrawnDashboard, draw
from dashgen.model import Filter
from dashgen.render import Renderer
from dashgen.widgets.base import Frame, Label
from tests.chart_states import DEPLOYED, INCIDENT, LATER, State, limits, states
from tests.drawn import AT, END, answer, context, dashboard, days, widget
from tests.redrawn import CHECKS, Check, plain, same_legend, scripted, twinned
from tests.test_pages import FACTS

RANDOM = random.Random(11)
FORMATS = ("number", "percent", "currency", "duration", "bytes", "compact")
UNITS = (None, "ns", "us", "ms", "s", "min", "h", "tokens")


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    yield from scripted(chromium)


def random_label() -> Label:
    return Label("", None, RANDOM.choice(UNITS), RANDOM.choice(FORMATS), "neither")


def given(label: Label) -> dict[str, Any]:
    return {"format": label.format, "unit": label.unit}


def random_values() -> list[Any]:
    size = 10.0 ** RANDOM.randrange(-6, 12)
    count = RANDOM.randrange(6)
    made: list[Any] = [RANDOM.choice((0, 1, -1, size, RANDOM.random() * size)) for _ in range(count)]
    if RANDOM.random() < 0.3:
        made = [int(value) for value in made]
    return [*made, *([None] if RANDOM.random() < 0.2 else [])]


def test_ticks_are_alike(page: Any) -> None:
    asked, expected = [], []
    for _ in range(2000):
        label, counted, most = random_label(), RANDOM.random() < 0.3, RANDOM.choice((3, 4, 6, 8))
        low, high = sorted(RANDOM.choice((0, 1, -1)) * 10 ** RANDOM.uniform(-6, 9) for _ in range(2))
        asked.append([low, high, given(label), {"counted": counted, "most": most}])
        expected.append(ticks.ticks(low, high, label, counted=counted, most=most))
    assert page.evaluate("(asked) => asked.map((one) => ticks(...one))", asked) == expected


def test_axes_of_values_are_alike(page: Any) -> None:
    write = context().write
    asked, expected = [], []
    for _ in range(1000):
        label, values, around = random_label(), random_values(), RANDOM.randrange(20, 260)
        axis = axes.values(values, label, write)
        frame = Frame(left=around, right=0)
        asked.append([values, given(label), around])
        expected.append([*(one.param["value"] for one in (axis, axes.lying(axis, frame))), axis.room])
    found = page.evaluate(
        """(asked) => asked.map(([values, label, around]) => {
          const axis = axes.values(values, label);
          return [axis, axes.lying(axis, around), axes.roomOf(axis)];
        })""",
        asked,
    )
    assert found == plain(expected)


def random_times() -> list[str]:
    zone = ZoneInfo(RANDOM.choice(("Europe/Rome", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")))
    first = datetime(
        2024, RANDOM.randrange(1, 13), RANDOM.randrange(1, 28), RANDOM.randrange(24), tzinfo=ZoneInfo("UTC")
    )
    step = timedelta(minutes=RANDOM.choice((1, 15, 30, 60, 180, 1440, 10080, 43200)))
    return [(first + step * n).astimezone(zone).isoformat() for n in range(RANDOM.randrange(1, 60))]


def test_axes_of_time_are_alike(page: Any) -> None:
    write = context().write
    asked, expected = [], []
    for _ in range(400):
        times, around = random_times(), RANDOM.randrange(20, 260)
        places = clock.positions(times)
        end = (datetime.fromisoformat(times[-1]) + timedelta(minutes=RANDOM.randrange(2000))).isoformat()
        axis = axes.time(list(places.values()), write, Frame(left=around, right=0))
        asked.append([times, end, around])
        expected.append([list(places.items()), clock.unfinished(list(places), end), axis.param["value"]])
    found = page.evaluate(
        """(asked) => asked.map(([times, end, around]) => {
          const places = clock.positions(times);
          return [[...places], clock.unfinished([...places.keys()], end), axes.time([...places.values()], around)];
        })""",
        asked,
    )
    assert found == plain(expected)


VALUES: list[Any] = [
    *("a", "b", "Other", "constructor", "__proto__", "a\x00b", "", "x" * 200, "1", "null", "true", "短い名前のモデル"),
    *(1, 429, 2.5, True, False, None, {"other": 3}, "e\N{COMBINING ACUTE ACCENT}", "🙂", "שלום", "हिन्दी", "Ⅷ ＡＢ"),
]


def test_categories_are_alike(page: Any) -> None:
    write = context().write
    asked, expected = [], []
    for _ in range(200):
        values = RANDOM.choices(VALUES, k=RANDOM.randrange(30))
        found, room = Categories.of(values, write), RANDOM.choice((60, 124, 176))
        axis = axes.names(found, room, name="").param["value"]
        asked.append([values, room])
        expected.append([found.names, found.roles, [found.name(value) for value in values], axis])
    made = page.evaluate(
        """(asked) => asked.map(([values, room]) => {
          const found = categories.of(values);
          return [found.names, found.roles, values.map(found.name), axes.names(found, room)];
        })""",
        asked,
    )
    assert made == plain(expected)


def test_widths_are_alike(page: Any) -> None:
    words = [str(value) for value in VALUES] + [
        "".join(RANDOM.choices("iIlmMW@% abcÄß漢語🙂한글ｱ", k=12)) for _ in range(300)
    ]
    asked = [(word, room) for word in words for room in (40, 90)]
    expected = [[measure.width(word), measure.shortened(word, room)] for word, room in asked]
    script = "(asked) => asked.map(([word, room]) => [measure.width(word), measure.shortened(word, room)])"
    assert page.evaluate(script, asked) == expected


# ---- charts

FILTERED = Filter("model", (), False, False, None, AT)
KINDS = ("line", "pie")


def random_number() -> float | None:
    size = 10.0 ** RANDOM.randrange(-3, 7)
    return RANDOM.choice((None, 0, 1, round(RANDOM.random() * size, 3), RANDOM.random() * size, RANDOM.randrange(1000)))


def random_lines() -> Iterator[State]:
    for n in range(60):
        count = RANDOM.choice((1, 2, 3, 30))
        metrics = RANDOM.choice(
            (("cost",), ("latency_p95",), ("requests", "errors"), ("cost", "requests", "latency_p95"))
        )
        series = RANDOM.choice((None, "model"))
        models = RANDOM.sample(VALUES, k=RANDOM.choice((0, 1, 2, 3, 12))) if series else [None]
        compare = RANDOM.choice((None, "previous"))
        rows = [
            {
                "time": time,
                **({"model": model} if series else {}),
                **{metric: random_number() for metric in metrics},
                **(
                    {"previous": RANDOM.choice((None, {metric: random_number() for metric in metrics}))}
                    if compare
                    else {}
                ),
            }
            for time in days(count)
            for model in models
        ]
        thresholds = RANDOM.choice((None, limits(10, None), limits(5, 20)))
        stacked = RANDOM.choice((None, None, "stack", "share"))
        notes = RANDOM.choice(((), (DEPLOYED, INCIDENT, LATER)))
        keys = {
            "series": series,
            "compare": compare,
            "thresholds": thresholds,
            "stacked": stacked,
            "annotations": notes,
        }
        end = RANDOM.choice((END, f"2025-06-{count:02}T12:00:00+02:00"))
        yield State(widget("line", f"random-{n}", metrics=metrics, **keys), rows, end)


def random_pies() -> Iterator[State]:
    for n in range(20):
        models = RANDOM.sample(VALUES, k=RANDOM.randrange(len(VALUES)))
        rows = [{"model": model, "tokens": random_number()} for model in models]
        yield State(widget("pie", f"random-pie-{n}"), rows)


@pytest.fixture(scope="module")
def corpus() -> dict[str, State]:
    """Charts in every state, by id."""
    return {state.widget.id: state for state in (*states().values(), *random_lines(), *random_pies())}


@pytest.fixture(scope="module")
def board(corpus: dict[str, State]) -> DrawnDashboard:
    shown = dashboard(*(state.widget for state in corpus.values()), filters=(FILTERED,))
    answers = {name: answer(state.rows, end=state.end) for name, state in corpus.items()}
    with Renderer() as renderer:
        return draw(shown, answers, context(shown), FACTS, renderer)


@pytest.fixture(scope="module")
def made(page: Any, board: DrawnDashboard) -> dict[str, Any]:
    return twinned(page, board, KINDS)


@pytest.mark.parametrize("check", [*CHECKS, same_legend], ids=lambda check: check.__name__)
def test_every_chart_is_made_alike(check: Check, made: dict[str, Any], board: DrawnDashboard) -> None:
    check(made, board)
