"""Filters of every example over the sample data: whatever is chosen in whatever way, every widget is the oracle's."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.browser.chosen import WAYS, made, random_choices, settled, shown
from tests.browser.filterable import state
from tests.browser.opened import live
from tests.browser.test_choices import DIMENSIONS, Choice
from tests.oracle.compare import compare
from tests.oracle.events import Event, read_all
from tests.oracle.expect import expect, identified
from tests.test_examples import EXAMPLES, FILES, data, load, named, project

pytestmark = pytest.mark.browser

COUNT = 30 if os.environ.get("DASHGEN_FULL") else 3
BOARDS = [path for path in FILES if "filters" in load(path)]


@cache
def events() -> list[Event]:
    return read_all(EXAMPLES, project())


def offered(board: dict[str, Any]) -> list[Any]:
    return list(dict.fromkeys([*board.get("time_ranges", []), board["time_range"]]))


def choices(path: Path, as_of: str) -> Iterator[tuple[str, Choice]]:
    """Each in another way; the six dimensions of Production in all of them."""
    board, random = load(path), Random(f"choices of {path.stem}")
    names = [name for name in board["filters"] if name != "time_range"]
    counts = {
        name: Counter(event.dimensions[name] for event in events() if event.source == "gateway") for name in names
    }
    values: dict[str, Sequence[Any]] = {
        name: [value for value, _ in found.most_common(9)] for name, found in counts.items()
    }
    found = random_choices(values, offered(board), as_of, random, COUNT * (2 if path.stem == "production" else 1))
    for number, choice in enumerate(found, BOARDS.index(path)):
        yield WAYS[number % len(WAYS)], choice


def right(path: Path, choice: Choice, ids: Iterable[str]) -> dict[str, Any]:
    """What the oracle finds: a choice is what its filters' defaults would be."""
    board = named(load(path), iter(ids))
    defaults = [
        {"dimension": name, **({"default": chosen} if chosen else {})} for name, chosen in choice.filters.items()
    ]
    board["filters"] = ["time_range", *defaults]
    board["time_ranges"], board["time_range"] = offered(board), choice.time_range
    return expect(project(), board, events())


def problems(tab: Any, choice: Choice, wanted: dict[str, Any]) -> list[str]:
    actual = {
        name: {"type": wanted["widgets"].get(name, {}).get("type"), "rows": rows} for name, rows in shown(tab).items()
    }
    bare = {name: {key: one[key] for key in one if key != "spark"} for name, one in wanted["widgets"].items()}
    found = compare({**wanted, "widgets": actual}, {**wanted, "widgets": bare})
    return [f"{choice.changes}: {problem}" for problem in found] + written(tab, actual)


def written(tab: Any, widgets: dict[str, Any]) -> list[str]:
    """Cards say in their elements what their rows hold."""
    cards: dict[str, str | None] = tab.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-type=card]')]"
        ".map((one) => [one.dataset.widget, one.dataset.value ?? null]))"
    )
    held = {name: next(iter(widgets[name]["rows"][0].values())) for name in cards}
    return [
        f"{name} says {text}, not {held[name]}"
        for name, text in cards.items()
        if (json.loads(text) if text else None) != held[name]
    ]


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
def test_every_widget_shows_what_the_oracle_finds(chromium: Any, built_examples: Path, path: Path) -> None:
    page = (built_examples / path.stem / "index.html").as_uri()
    opening = data(built_examples, path.stem)
    found = []
    with live(chromium, page) as watched:
        for way, choice in choices(path, opening["as_of"]):
            wanted = right(path, choice, opening["widgets"])
            made(watched.tab, page, choice, way)
            assert state(watched.tab) == choice.changes, way
            found += [f"by {way}: {one}" for one in settled(partial(problems, watched.tab, choice, wanted))]
    assert found == []


def test_what_is_chosen_covers_what_can_be() -> None:
    made = [(path, way, choice) for path in BOARDS for way, choice in choices(path, "2026-11-01T00:00:00+01:00")]
    named = {name for _, _, choice in made for name, values in choice.filters.items() if values}
    assert named >= set(DIMENSIONS)
    six = [
        way for _, way, choice in made if {name for name, values in choice.filters.items() if values} >= {*DIMENSIONS}
    ]
    assert six, "all dimensions at once"
    assert any(None in values for _, _, choice in made for values in choice.filters.values()), "missing values"
    ranges = {(way, isinstance(choice.time_range, dict)) for _, way, choice in made}
    assert ranges >= {(way, is_own) for way in WAYS for is_own in (False, True)}
    kinds = {widget["type"] for path in BOARDS for _, widget in identified(load(path))}
    assert kinds == {"card", "line", "bar", "pie", "heatmap", "histogram", "table"}
    assert all({way for one, way, _ in made if one == path} == {*WAYS} for path in BOARDS)
