"""The page's script draws other rows as the build does: the same axes, colours, sets of rows and sizes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashgen import axes, clock, formats, measure, runtime, ticks
from dashgen.categories import Categories
from dashgen.widgets.base import Frame, Label
from dashgen.words import texts
from tests.drawn import context

FOLDER = Path(runtime.__file__).parent
PARTS = [part for part in runtime.PARTS if part not in ("api", "live", "schemes", "find", "alone")]
NAMES = ("formats", "measure", "figures", "categories", "ticks", "clock", "axes", "rules", "twins")
RANDOM = random.Random(11)
FORMATS = ("number", "percent", "currency", "duration", "bytes", "compact")
UNITS = (None, "ns", "us", "ms", "s", "min", "h", "tokens")


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    """A page that has the parts of the script by their names, and the writer of an English page."""
    source = "".join((FOLDER / f"{part}.js").read_text("utf-8") for part in PARTS)
    offered = ", ".join(NAMES)
    write = formats.writer("en", "USD")
    opened = chromium.new_page()
    opened.evaluate(
        """([source, data, words]) => {
          const own = "open: (content) => { Object.assign(page, content); writer = formats.writer(page.locale, page.words); }";
          Object.assign(globalThis, new Function(`"use strict"; ${source}; return { ${own}, OFFERED };`)());
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
