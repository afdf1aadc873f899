"""Names at the ends of lines, where each has room beside its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor
from typing import Any

from dashgen import axes, measure
from dashgen.axes import Axis
from dashgen.marks import Own
from dashgen.theme import ink
from dashgen.widgets.base import Row

MOST = 10
_LINE = 15
_MOVED = 15
_WIDEST = 150
_BESIDE = 8


def rows(points: Sequence[Row], value: Axis, height: float) -> list[Row]:
    """A row per series: where its line ends, its name, and by how many pixels that is moved; none without room for all.

    `height` is the plot's. A line that has no value in the last bucket has no end to name.
    """
    last = max((point["x"] for point in points), default=None)
    ends = [point for point in points if point["x"] == last]
    if not 1 < len(ends) <= MOST or any(point["v"] is None for point in ends):
        return []
    places = [height * (1 - value.place(point["v"])) for point in ends]
    moves = _apart(places, height)
    if any(abs(move) > _MOVED for move in moves):
        return []
    return [_row(point, move) for point, move in zip(ends, moves, strict=True)]


def _row(point: Mapping[str, Any], move: float) -> Row:
    name = measure.shortened(point["s"], _WIDEST)
    return {"x": point["x"], "w": point["v"], "s": point["s"], "t": name, "d": floor(move * 10 + 0.5) / 10}


def room(found: Sequence[Row]) -> int:
    """Right of the plot, for the names and what keeps them from the line."""
    return axes.room(max(measure.width(row["t"]) for row in found))


def layers(found: Sequence[Row], x: Any, y: Any, colour: Any) -> list[Any]:
    """A dot and a name per line; `x`, `y` and `colour` are channels of `x`, `w` and `s`."""
    import altair as alt

    chart = alt.Chart()
    dot = chart.mark_point(filled=True, size=36, opacity=1).encode(x, y, colour)
    text = chart.mark_text(align="left", dx=_BESIDE, dy=alt.ExprRef("datum.d"), color=ink("text"), baseline="middle")
    return [Own(dot, found, "ends"), Own(text.encode(x, y, alt.Text("t:N")), found, "ends")]


def _apart(places: Sequence[float], height: float) -> list[float]:
    """How far each must move so that all are a line apart and inside, with the least squares.

    Without the lines between them the places must only ascend, and that is isotonic regression: neighbours out of order
    are pooled at their mean.
    """
    order = sorted(range(len(places)), key=lambda n: places[n])
    pools: list[list[float]] = []
    for rank, n in enumerate(order):
        pools.append([places[n] - rank * _LINE])
        while len(pools) > 1 and _mean(pools[-2]) > _mean(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    free = [_mean(pool) for pool in pools for _ in pool]
    most = height - (len(places) - 1) * _LINE
    moves = [0.0] * len(places)
    for rank, (n, at) in enumerate(zip(order, free, strict=True)):
        moves[n] = min(max(at, 0), most) + rank * _LINE - places[n]
    return moves


def _mean(pool: Sequence[float]) -> float:
    return sum(pool) / len(pool)
