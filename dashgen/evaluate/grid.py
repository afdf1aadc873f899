"""A row per cell of two dimensions; weekday and hour come from the time axis."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from dashgen.aggregate import Held, Key, union
from dashgen.evaluate.evaluation import Evaluation, Row, in_minutes, project
from dashgen.evaluate.ranking import named, ranked
from dashgen.metrics.formula import Minutes
from dashgen.plan.views import CLOCK, Grid
from dashgen.timeline import MINUTE, hours

Cell = tuple[int, ...]
"""Weekday and hour, as far as they are asked for."""


def grid(asked: Evaluation, view: Grid) -> list[Row]:
    clocked = [name for name in CLOCK if name in (view.rows, view.columns)]
    edges = hours(asked.question.window) if clocked else asked.whole
    held = asked.held(edges)
    cells = [_cell(asked, edge, clocked) for edge in edges[:-1]]
    minutes = _minutes(asked, edges, cells)
    merged = _by_cell(held, cells)
    found = []
    for row_value in _axis(asked, view.rows, held):
        for column_value in _axis(asked, view.columns, held):
            place = {view.rows: row_value, view.columns: column_value}
            cell = tuple(place[name] for name in clocked)
            part = merged.get((cell, *(place[name] for name in asked.question.dimensions)), {})
            row = asked.row(part, minutes.get(cell, {}) if clocked else asked.window_minutes)
            found.append(named([*place], (*place.values(),)) | row)
    return found


def _cell(asked: Evaluation, instant: int, clocked: list[str]) -> Cell:
    """Local weekday (1 is Monday) and hour of an instant."""
    wall = asked.question.window.zone.wall(instant)
    return tuple({"weekday": wall.isoweekday(), "hour": wall.hour}[name] for name in clocked)


def _minutes(asked: Evaluation, edges: tuple[int, ...], cells: list[Cell]) -> Mapping[Cell, Minutes]:
    """Elapsed minutes of each cell, all of its hours together; a cell with under one has none."""
    found: dict[Cell, Counter[str]] = defaultdict(Counter)
    for cell, (start, end) in zip(cells, pairwise(edges), strict=False):
        found[cell].update(asked.elapsed(start, end))
    return {cell: in_minutes(spent, MINUTE) for cell, spent in found.items()}


def _by_cell(held: dict[Key, Held], cells: list[Cell]) -> dict[Key, Held]:
    parts: dict[Key, list[Held]] = {}
    for (slot, *group), part in held.items():
        parts.setdefault((cells[slot], *group), []).append(part)
    return {key: union(found) for key, found in parts.items()}


def _axis(asked: Evaluation, name: str, held: dict[Key, Held]) -> list[Any]:
    if name in CLOCK:
        return list(range(1, 8)) if name == "weekday" else list(range(24))
    index = asked.question.dimensions.index(name)
    return [group[0] for group in ranked(asked, project(held, lambda group: (group[index],)))]
