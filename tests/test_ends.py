from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from dashgen import ends
from dashgen.axes import Axis
from tests.drawn import days, layers, picture, widget

AXIS = Axis("y_axis", ((0, 100),), (("0", "100"),), 0, 100)
HEIGHT = 200


def points(*values: float | None) -> list[dict[str, Any]]:
    """A line per value, through 50 and to the value."""
    return [{"x": x, "v": 50 if x == 0 else value, "s": f"s{n}"} for x in (0, 1) for n, value in enumerate(values)]


def places(*values: float | None) -> list[float]:
    """Where the names stand, in pixels from the top."""
    return [HEIGHT * (1 - row["w"] / 100) + row["d"] for row in ends.rows(points(*values), AXIS, HEIGHT)]


def test_a_name_stands_at_the_end_of_its_line() -> None:
    found = ends.rows(points(10, 80), AXIS, HEIGHT)
    assert [(row["x"], row["w"], row["t"], row["d"]) for row in found] == [(1, 10, "s0", 0), (1, 80, "s1", 0)]


@pytest.mark.parametrize("values", [(50, 52), (0, 1), (100, 99.5), (40, 41, 47), (100, 50, 0)])
def test_names_move_apart_and_stay_inside(values: tuple[float, ...]) -> None:
    found = sorted(places(*values))
    assert len(found) == len(values)
    assert all(below - above >= 14.9 for above, below in pairwise(found))
    assert -0.1 <= found[0] <= found[-1] <= HEIGHT + 0.1


@pytest.mark.parametrize(
    "values",
    [(50,), (50, None), (50, 50, 50, 50, 50), tuple(range(0, 110, 10))],
    ids=["one line", "a line that ends earlier", "no room", "too many"],
)
def test_without_room_for_all_there_is_none(values: tuple[float | None, ...]) -> None:
    assert ends.rows(points(*values), AXIS, HEIGHT) == []


def test_named_ends_are_for_a_desk_and_a_legend_for_a_phone() -> None:
    rows = [{"time": t, "model": m, "cost": c} for t in days(5) for m, c in (("a", 1), ("b", 9))]
    shown = picture(widget("line", series="model"), rows)
    assert shown.chart is not None
    assert shown.narrow is not None
    assert not any(_names(layer) for layer in layers(shown.narrow.spec))
    assert ["a", "b"] in [_names(layer) for layer in layers(shown.chart)]
    assert shown.frame.right > shown.narrow.frame.right
    assert 'class="legend labelled"' in shown.legend


def _names(layer: dict[str, Any]) -> list[str]:
    return [row["t"] for row in layer.get("data", {}).get("values", ()) if "t" in row]


def test_crowded_ends_have_a_legend_alone() -> None:
    rows = [{"time": t, "model": m, "cost": 1 + n / 1000} for t in days(5) for n, m in enumerate("abcdef")]
    shown = picture(widget("line", series="model"), rows)
    assert shown.narrow is None
    assert 'class="legend"' in shown.legend
