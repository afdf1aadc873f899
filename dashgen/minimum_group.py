"""Least groups: whatever a page tells is made of cells, and no cell may stand for fewer events than its author allows.

Every cube behind a dashboard, those of its first rows and those of its filters, is a coarser form of one: of all their
dimensions, by all their edges, with the dimensions of their conditions. So are sums and differences of what they hold:
where each cell of that one has enough events, nothing that can be computed from a page stands for fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dashgen import execute, messages
from dashgen.cube import Cube, CubeSpec
from dashgen.diagnostics import Diagnostic
from dashgen.metrics.formula import Measure
from dashgen.model import Condition
from dashgen.plan.ask import Asked, fixed
from dashgen.plan.interactive import Interactive
from dashgen.plan.questions import EVENTS, demands

if TYPE_CHECKING:
    from dashgen.answers import Answered

_TOLD = frozenset({"failed", "priced", "billed"})
"""What metrics tell of a group's events: how many of them failed is a number of the group, and no group of its own."""
_COUNTS = frozenset({"events", "requests", "errors", "time"})
"""Fields that only tell how many there are; of any other a number tells what a few events have."""


def check(found: Answered, lives: Iterable[Interactive]) -> Iterator[Diagnostic]:
    """What stands against shipping these dashboards; `lives` are the pages' own cubes."""
    shipped = {live.asked.dashboard.id: live.cubes for live in lives}
    for asked in found.dashboards:
        if asked.dashboard.minimum_group > 1:
            yield from _check(asked, shipped.get(asked.dashboard.id, ()), found)


def _check(asked: Asked, cubes: Sequence[CubeSpec], found: Answered) -> Iterator[Diagnostic]:
    at = asked.dashboard.at / "privacy" / "minimum_group"
    own = [demand.cube for question in asked.questions.values() for demand in demands(question, found.catalogue)]
    specs = [*own, *cubes]
    unknown = {c.dimension for c in _conditions(specs, asked) if not found.catalogue.fields[c.dimension].is_dimension}
    if unknown:
        yield messages.later_release(
            at.key(),
            f"Minimum groups beside conditions on {messages.listing(sorted(unknown))}",
            "Remove the condition, or make it one of the dashboard's `where:`.",
        )
        return
    for source in sorted({spec.source for spec in specs}):
        finest = _finest(asked, [spec for spec in specs if spec.source == source])
        counts = _smallest(execute.fetch([finest], found.sources)[finest], asked.dashboard.minimum_group)
        if counts:
            yield messages.small_groups(
                at, source, asked.dashboard.minimum_group, counts, finest.dimensions, len(finest.edges) - 1
            )


def _conditions(specs: Iterable[CubeSpec], asked: Asked) -> Iterator[Condition]:
    """Those that single out some of the events that the dashboard is about."""
    always = fixed(asked.dashboard)
    for spec in specs:
        yield from (condition for condition in spec.where if condition not in always)
        for measure in spec.measures:
            yield from (c for c in measure.where if c not in always and c.dimension not in _TOLD)


def _finest(asked: Asked, specs: Sequence[CubeSpec]) -> CubeSpec:
    """The cube that all of these are coarser forms of: it counts events, and what has each measured field."""
    dimensions = {name for spec in specs for name in spec.dimensions}
    measured = {_measured(measure) for spec in specs for measure in spec.measures if measure.field not in _COUNTS}
    return CubeSpec(
        specs[0].source,
        fixed(asked.dashboard),
        tuple(sorted(dimensions | {condition.dimension for condition in _conditions(specs, asked)})),
        tuple(sorted({edge for spec in specs for edge in spec.edges})),
        (EVENTS, *(measure for one in sorted(measured, key=repr) for measure in (one, _events(one)))),
        mask=asked.dashboard.masked,
    )


def _measured(measure: Measure) -> Measure:
    """Counts the rows that a number is made of; conditions on dimensions make cells of their own."""
    return Measure("count", measure.field, tuple(c for c in measure.where if c.dimension in _TOLD))


def _events(rows: Measure) -> Measure:
    return Measure("sum", "events", (*rows.where, Condition(rows.field, missing=False)))


def _smallest(cube: Cube, least: int) -> list[int]:
    """The sizes of groups that are too small, ascending; what no row of a cell has tells nothing of it."""
    found = cube.columns[EVENTS]
    for rows in (measure for measure in cube.columns if measure.kind == "count"):
        events = cube.columns[_events(rows)]
        found = np.where(cube.columns[rows] > 0, np.minimum(found, events), found)
    sizes: list[int] = np.sort(found[found < least]).tolist()
    return sizes
