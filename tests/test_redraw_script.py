"""The page's script draws other rows as the build does: the same axes, colours, sets of rows and sizes."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import unescape
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashgen import axes, bundle, charts, clock, formats, live, measure, runtime, ticks
from dashgen.categories import Categories
from dashgen.draw import DrawnDashboard, draw
from dashgen.model import Filter
from dashgen.render import Renderer
from dashgen.widgets.base import Drawing, Frame, Label, Picture
from dashgen.words import texts
from tests.chart_states import DEPLOYED, INCIDENT, LATER, State, limits, states
from tests.drawn import AT, END, answer, context, dashboard, days, layers, widget
from tests.test_pages import FACTS

FOLDER = Path(runtime.__file__).parent
PARTS = [part for part in runtime.PARTS if part not in ("api", "schemes", "find", "alone")]
NAMES = (
    *("formats", "measure", "figures", "categories", "ticks", "clock", "axes", "rules", "tallOf"),
    *("twins", "summaries"),
)
RANDOM = random.Random(11)
FORMATS = ("number", "percent", "currency", "duration", "bytes", "compact")
UNITS = (None, "ns", "us", "ms", "s", "min", "h", "tokens")


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    yield from scripted(chromium)


def scripted(chromium: Any) -> Iterator[Any]:
    """A page that has the parts of the script by their names, and the writer of an English page."""
    source = "".join((FOLDER / f"{part}.js").read_text("utf-8") for part in PARTS)
    offered = ", ".join(NAMES)
    write = formats.writer("en", "USD")
    opened = chromium.new_page()
    opened.evaluate(
        """([source, data, words]) => {
          const opened = "Object.assign(page, content); writer = formats.writer(page.locale, page.words);";
          const offered = `{ open(content) { ${opened} }, OFFERED }`;
          Object.assign(globalThis, new Function(`"use strict"; ${source}; return ${offered};`)());
          globalThis.open({ locale: data, words });
        }""".replace("OFFERED", offered),
        [source, write.script_data, dict(texts("en"))],
    )
    yield opened
    opened.close()


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


def plain(value: Any) -> Any:
    """Tuples as lists, as JSON has them."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


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


def twinned(page: Any, board: DrawnDashboard, kinds: Sequence[str]) -> dict[str, Any]:
    """What the script makes of the rows that the page has, for every chart of these kinds."""
    content = live.content(board, bundle.data(board), live.Scripts("more.js", "vega.js"))
    wanted = [
        name for name, shown in board.widgets.items() if shown.widget.type in kinds and name in content["widgets"]
    ]
    found: dict[str, Any] = page.evaluate(
        """([content, wanted]) => {
          open(content);
          const strip = ({ i, ...row }) => row;
          return Object.fromEntries(wanted.map((id) => {
            const widget = content.widgets[id];
            const made = twins[widget.type](widget, widget);
            for (const panel of made.variants.flat()) panel.data.rows = panel.data.rows.map(strip);
            const kind = ["heatmap", "histogram"].includes(widget.type) ? widget.type : `${widget.type}-chart`;
            const said = summaries.summary(kind, widget, made.said());
            return [id, { ...made, said, table: made.table(), live: widget.live, legend: made.legend || null }];
          }));
        }""",
        [json.loads(json.dumps(content)), wanted],
    )
    return found


def panels_of(one: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What the page has of each panel, and what the script makes of it."""
    assert len(one["variants"]) == len(one["live"])
    yield from zip(chain(*one["live"]), chain(*one["variants"]), strict=True)


def drawings_of(picture: Picture) -> list[Drawing]:
    picture = picture.waiting or picture
    assert picture.chart is not None
    wide = Drawing(picture.chart, picture.frame)
    return [picture.narrow, wide] if picture.narrow else [wide]


def sets_of(panel: dict[str, Any]) -> dict[str, Any]:
    """The sets of rows of a chart, by their names."""
    found = [one["data"] for one in (panel, *layers(panel)) if "name" in one.get("data", {})]
    return {one["name"]: plain(one["values"]) for one in found}


def panels_drawn(board: DrawnDashboard, name: str) -> list[dict[str, Any]]:
    drawings = drawings_of(board.widgets[name].picture)
    return [panel for drawing in drawings for panel in charts.for_page(drawing.spec, drawing.frame, 800)]


def test_every_chart_has_the_same_sets_of_rows(made: dict[str, Any], board: DrawnDashboard) -> None:
    for name, one in made.items():
        for panel, (spec, found) in zip(panels_drawn(board, name), panels_of(one), strict=True):
            sets = sets_of(panel)
            assert found["data"].keys() == sets.keys(), name
            assert {data["name"] for data in spec["data"]} >= sets.keys(), name
            for key, rows in sets.items():
                wrong = [(got, want) for got, want in zip(found["data"][key], rows, strict=True) if got != want]
                assert wrong == [], f"{key} of {name}"


def test_every_chart_has_the_same_signals_and_sizes(made: dict[str, Any], board: DrawnDashboard) -> None:
    """To the last digit of what was handed to the renderer, which may lose that one."""
    for name, one in made.items():
        for drawn, (spec, panel) in zip(panels_drawn(board, name), panels_of(one), strict=True):
            signals = {signal["name"]: signal["value"] for signal in spec["signals"]}
            signals |= {param["name"]: plain(param["value"]) for param in drawn["params"]}
            assert panel["signals"] == {key: signals.get(key) for key in panel["signals"]}, name
            assert signals.keys() - panel["signals"].keys() <= {"width", "height"}, name
            assert panel["padding"] == spec["padding"], name
            whole = spec["height"] + spec["padding"]["top"] + spec["padding"]["bottom"]
            assert panel.get("height", whole) == whole, name


def test_every_chart_is_said_alike(made: dict[str, Any], board: DrawnDashboard) -> None:
    for name, one in made.items():
        picture = board.widgets[name].picture
        assert one["said"] == (picture.waiting or picture).summary, name
        assert one["empty"] == (picture.empty or picture.waiting is not None), name
        assert one["remarks"] == list(picture.remarks), name


def test_every_chart_has_the_same_numbers(made: dict[str, Any], board: DrawnDashboard) -> None:
    for name, one in made.items():
        picture = board.widgets[name].picture
        table = one["table"]
        cells = [*(column["title"] for column in table["columns"]), *chain(*table["rows"])]
        assert cells == read(picture.table or picture.html, "th", "td"), name


def test_every_chart_has_the_same_legend(made: dict[str, Any], board: DrawnDashboard) -> None:
    for name, one in made.items():
        picture, legend = board.widgets[name].picture, one["legend"] or {"entries": []}
        texts = [text for entry in legend["entries"] for text in (entry["name"], entry.get("text"), entry.get("share"))]
        assert [text for text in texts if text is not None] == read(picture.legend, "bdi", "span"), name
        assert re.findall(r'class="f-(\w+)"', picture.legend) == [entry["role"] for entry in legend["entries"]], name
        assert ("labelled" in picture.legend) == bool(legend.get("labelled")), name


def read(html: str, *tags: str) -> list[str]:
    """The texts of these elements, in order."""
    found = re.findall(rf"<(?:{'|'.join(tags)})[ >].*?</(?:{'|'.join(tags)})>", html, re.DOTALL)
    return [unescape(re.sub(r"<[^>]*>", "", one)) for one in found]
