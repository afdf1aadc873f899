"""The small line under a number: a path from edge to edge that stretches with its card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor

WIDTH, HEIGHT = 200, 40
_ROOM = 3


def paths(values: Sequence[float | None]) -> tuple[str, str] | None:
    """The line and the area under it, as SVG path data in a box of `WIDTH` × `HEIGHT`; gaps where values are null.

    Nothing where fewer than two are known: a single one has no course.
    """
    if sum(value is not None for value in values) < 2:
        return None
    runs = [run for run in _runs(values) if run]
    line = "".join(f"M{'L'.join(_points(run, len(values), values))}" for run in runs)
    area = "".join(_closed(_points(run, len(values), values), run, len(values)) for run in runs if len(run) > 1)
    return line, area


def _runs(values: Sequence[float | None]) -> Iterator[list[int]]:
    run: list[int] = []
    for n, value in enumerate(values):
        if value is None:
            yield run
            run = []
        else:
            run.append(n)
    yield run


def _points(run: Sequence[int], count: int, values: Sequence[float | None]) -> list[str]:
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    low = min(low, high - abs(high) / 10)  # a tenth of the value fills the height: smaller wiggles stay small
    points = [f"{_x(n, count):g},{_y(values[n] or 0, low, high):g}" for n in run]
    return points if len(points) > 1 else [points[0], f"{_x(run[0], count) + 0.01:g},{points[0].partition(',')[2]}"]


def _closed(points: Sequence[str], run: Sequence[int], count: int) -> str:
    return f"M{_x(run[0], count):g},{HEIGHT}L{'L'.join(points)}L{_x(run[-1], count):g},{HEIGHT}Z"


def _x(n: int, count: int) -> float:
    return _rounded(WIDTH * n / (count - 1))


def _y(value: float, low: float, high: float) -> float:
    part = (value - low) / (high - low) if high > low else 0.5
    return _rounded(HEIGHT - _ROOM - part * (HEIGHT - 2 * _ROOM))


def _rounded(value: float) -> float:
    """To hundredths, half up: as the page's script has it."""
    return floor(value * 100 + 0.5) / 100
