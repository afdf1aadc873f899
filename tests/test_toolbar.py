from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashgen import toolbar
from dashgen.draw import DrawnDashboard
from dashgen.model import Absolute, Calendar, Filter, Relative
from dashgen.words import ENGLISH, texts
from tests.drawn import AT, context, dashboard
from tests.test_pages import FACTS

SCRIPTS = Path(toolbar.__file__).parent / "runtime"


def chosen(dimension: str, *default: Any, locked: bool = False, hidden: bool = False) -> Filter:
    return Filter(dimension, default, locked=locked, hidden=hidden, top=None, at=AT)


def drawn(*filters: Filter, **keys: Any) -> DrawnDashboard:
    board = dashboard(filters=filters, **keys)
    return DrawnDashboard(board, context(board), FACTS, {})


def test_every_filter_that_shows_is_a_chip() -> None:
    filters = (chosen("time_range"), chosen("model"), chosen("project", "a", None), chosen("user", "u", hidden=True))
    model, project = toolbar.chips(drawn(*filters))
    assert (model.title, model.state, model.names) == ("Model", "", ())
    assert (project.title, project.state, project.names) == ("Project", "a, (missing)", ("a", "(missing)"))


def test_what_is_locked_has_nothing_to_remove() -> None:
    (region,) = toolbar.chips(drawn(chosen("region", "eu", locked=True)))
    assert (region.title, region.state, region.names, region.locked) == ("region", "eu", (), True)


@pytest.mark.parametrize(("count", "apart", "state"), [(3, 3, "0, 1, 2"), (4, 1, "0, 1, 2, 3")])
def test_few_values_stand_apart(count: int, apart: int, state: str) -> None:
    (chip,) = toolbar.chips(drawn(chosen("model", *map(str, range(count)))))
    assert (len(chip.names), chip.state) == (apart, state)


def test_many_and_long_values_are_cut() -> None:
    (chip,) = toolbar.chips(drawn(chosen("model", "x" * 999, *map(str, range(30)))))
    assert chip.state.startswith("x" * 39 + "…, 0, 1")
    assert chip.state.endswith(", 18, 11 more")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ((), ""),
        ((chosen("time_range"),), "open"),
        ((chosen("time_range", locked=True),), "locked"),
        ((chosen("time_range", hidden=True),), ""),
    ],
)
def test_whether_the_range_can_be_chosen(filters: tuple[Filter, ...], found: str) -> None:
    assert toolbar.time_is(drawn(*filters)) == found


def test_ranges_have_titles_in_the_order_in_which_they_are_shipped() -> None:
    ranges = (Relative(1, "d"), Relative(24, "h"), Calendar("last_year"), Absolute(date(2025, 1, 1), None))
    found = toolbar.content(
        drawn(chosen("time_range"), chosen("model"), time_ranges=ranges, time_range=Relative(3, "mo"))
    )
    assert found["ranges"] == ["Last day", "Last 24 hours", "Last year", "", "Last 3 months"]
    assert found["titles"] == {"model": "Model", "time_range": "Time"}


@pytest.mark.parametrize("unit", ["min", "h", "d", "w", "mo", "y"])
def test_every_unit_has_a_title(unit: Any) -> None:
    assert re.fullmatch(r"Last 2 \w+s", toolbar.range_title(Relative(2, unit), context()))


@pytest.mark.parametrize(
    "day", ["today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_year"]
)
def test_every_word_has_a_title(day: str) -> None:
    assert toolbar.range_title(Calendar(day), context()) == day.replace("_", " ").capitalize()


def test_the_script_is_given_every_word_that_its_filters_say() -> None:
    """And none that they do not say; the writer says those of its own."""
    files = ("fragment", "menu", "values", "ranges", "filters", "control")
    source = "".join((SCRIPTS / f"{name}.js").read_text("utf-8") for name in files)
    said = {name for name in texts(ENGLISH) if re.search(rf'"{name}"', source)}
    assert set(toolbar.WORDS) <= said
    assert set(re.findall(r'words\("([a-z-]+)"', source)) <= set(toolbar.WORDS)
