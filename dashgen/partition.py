"""The cells that everything on a page is made of.

A page's numbers come from cubes: those of its first rows and those of its filters. Take of one source all instants at
which any of them begins or ends a stretch, all dimensions that any of them has, with the values as they are told (what
is folded is one value, in every cube and in every row), and all conditions of their measures. Any two neighbouring
instants, any combination of told values and of conditions met make a cell. Every number of the page is computed from a
union of cells: rows, their previous periods, sparklines, the rests of rankings, counts in menus, and whatever a choice
or a range selects. So is every sum and difference of such numbers. Where each cell that has an event has enough of
them, nothing that can be computed from the page stands for fewer; and to unite cells, in time or by folding, can only
make them larger, so that the fewest values to fold can be found by halving.

Of a field that not every event has, a number is made of those of a cell that have it: they are none or enough too. So
are those that failed and those that did not, where numbers of one field differ in that: their difference is a number.

Not cells of their own: how many of a cell failed or are priced (a number that tells of the cell), and the values that
are only counted in first rows ("12 users" is a number of all events of its group). A page that counts them under its
filters ships them one by one; there they are dimensions that cannot be folded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import product

import numpy as np

from dashgen.aggregate import slots
from dashgen.cells import Dictionary
from dashgen.cube import Cube, CubeSpec, Value, joined
from dashgen.metrics import Catalogue
from dashgen.metrics.formula import Measure
from dashgen.model import Condition
from dashgen.plan.ask import Asked, fixed
from dashgen.plan.questions import EVENTS, demands

_TOLD = frozenset({"failed", "priced", "billed"})
"""What metrics tell of a group's events: how many of them failed is a number of the group, and no group of its own."""
_COUNTS = frozenset({"events", "requests", "errors", "time"})
"""Fields that only tell how many there are; of any other a number tells what a few events have."""
_PARTS = {"tokens": ("tokens", "input_tokens", "output_tokens")}
"""Who knows the whole and one part knows the other."""


@dataclass(frozen=True)
class Cut:
    """What some cubes of one source tell apart, and what they measure."""

    source: str
    stretches: frozenset[tuple[int, int]]
    """Where any of their events are told of."""
    edges: frozenset[int]
    dimensions: frozenset[str]
    conditions: frozenset[Condition]
    measured: frozenset[Measure]
    """Counts of the rows that numbers are made of; conditions on dimensions make cells of their own."""

    def __or__(self, other: Cut) -> Cut:
        return Cut(
            self.source,
            self.stretches | other.stretches,
            self.edges | other.edges,
            self.dimensions | other.dimensions,
            self.conditions | other.conditions,
            self.measured | other.measured,
        )


def cuts(asked: Asked, catalogue: Catalogue, cubes: Sequence[CubeSpec]) -> dict[str, Cut]:
    """Of each source of a dashboard: what its first rows and the `cubes` of its page tell apart."""
    found: dict[str, Cut] = {}
    for cut in (*_of_rows(asked, catalogue), *_of_page(asked, cubes)):
        found[cut.source] = found[cut.source] | cut if cut.source in found else cut
    return dict(sorted(found.items()))


def _of_rows(asked: Asked, catalogue: Catalogue) -> Iterator[Cut]:
    """Rows tell of a range and of the one before, not of what lies between; values that are counted are no groups."""
    for question in asked.questions.values():
        window, readings = question.window, {reading.source: reading for reading in question.readings}
        for demand in demands(question, catalogue):
            before = {window.previous()} if question.reaches_back(readings[demand.cube.source]) else set()
            dimensions = question.dimensions if demand.distinct else demand.cube.dimensions
            stretches = frozenset({(window.start, window.end), *before})
            yield _cut(replace(demand.cube, dimensions=dimensions), stretches, asked)


def _of_page(asked: Asked, cubes: Sequence[CubeSpec]) -> Iterator[Cut]:
    """Cubes have all that lies between their edges, whatever of a source's needs is united in one of them."""
    ends: dict[str, set[int]] = {}
    for spec in cubes:
        ends.setdefault(spec.source, set()).update((spec.edges[0], spec.edges[-1]))
    for spec in cubes:
        between = ends[spec.source]
        yield _cut(spec, frozenset({(min(between), max(between))}), asked)


def _cut(spec: CubeSpec, stretches: frozenset[tuple[int, int]], asked: Asked) -> Cut:
    return Cut(
        spec.source,
        stretches,
        frozenset(spec.edges),
        frozenset(spec.dimensions),
        frozenset(_conditions(spec, asked)),
        frozenset(
            Measure("count", field, tuple(c for c in measure.where if c.dimension in _TOLD))
            for measure in spec.measures
            if measure.field not in _COUNTS
            for field in _PARTS.get(measure.field, (measure.field,))
        ),
    )


def _conditions(spec: CubeSpec, asked: Asked) -> Iterator[Condition]:
    """Those that single out some of the events that the dashboard is about."""
    always = fixed(asked.dashboard)
    yield from (condition for condition in spec.where if condition not in always)
    for measure in spec.measures:
        yield from (c for c in measure.where if c not in always and c.dimension not in _TOLD)


def _events(rows: Measure) -> Measure:
    return Measure("sum", "events", (*rows.where, Condition(rows.field, missing=False)))


def finest(cut: Cut, asked: Asked) -> CubeSpec:
    """The cube that all of a cut's are coarser forms of: it counts events, and what has each measured field.

    Numbers of one field under several conditions are sums of those under all combinations of them.
    """
    alike: dict[str, list[Measure]] = {}
    for measure in sorted(cut.measured, key=repr):
        alike.setdefault(measure.field, []).append(measure)
    counts = [one for field, measures in alike.items() for one in _atoms(field, measures)]
    return CubeSpec(
        cut.source,
        fixed(asked.dashboard),
        tuple(sorted(cut.dimensions | {condition.dimension for condition in cut.conditions})),
        tuple(sorted(cut.edges)),
        (EVENTS, *(measure for one in counts for measure in (one, _events(one)))),
        mask=asked.dashboard.masked,
    )


def _atoms(field: str, measures: Sequence[Measure]) -> Sequence[Measure]:
    """Of a field that is measured in one way, that; of another, each combination of its conditions met and not met."""
    if len(measures) == 1:
        return measures
    names = sorted({condition.dimension for measure in measures for condition in measure.where})
    answers = product((True, False), repeat=len(names))
    return [
        Measure("count", field, tuple(Condition(n, any_of=(a,)) for n, a in zip(names, one, strict=True)))
        for one in answers
    ]


@dataclass(frozen=True)
class Partition:
    """The cells of one source: `cube` is the finest of a cut that has all that is asked of it."""

    cube: Cube

    def small(self, cut: Cut, told: Mapping[str, Dictionary], least: int) -> list[int]:
        """The sizes of cells that are too small, ascending, where folded values are one."""
        slot = slots(self.cube, sorted(cut.edges))[self.cube.bucket]
        inside = np.flatnonzero((slot >= 0) & self._is_told(cut)[self.cube.bucket])
        parts = [slot[inside]]
        for name in sorted(cut.dimensions):
            parts.append(self._codes(name, told.get(name))[inside])
        for condition in sorted(cut.conditions, key=repr):
            parts.append(self.cube.matching((condition,)).astype(np.int64)[inside])
        cell = reduce(_joined, parts, np.zeros(len(inside), dtype=np.int64))
        sizes = self._sizes(cut, cell, inside)
        found: list[int] = np.sort(sizes[sizes < least]).tolist()
        return found

    def totals(self, name: str, cut: Cut) -> dict[Value, int]:
        """How many events each value of a dimension has that has any there."""
        if name not in cut.dimensions:
            return {}
        inside = self._is_told(cut)[self.cube.bucket]
        values, codes = self.cube.values[name], self.cube.codes[name][inside]
        counts = _summed(self._events[inside], codes, len(values)).tolist()
        return {values[code]: counts[code] for code in np.unique(codes).tolist()}

    def _is_told(self, cut: Cut) -> np.ndarray:
        """Of each bucket whether it lies where anything is told."""
        starts, found = self.cube.starts, np.zeros(len(self.cube.starts), dtype=bool)
        for start, end in cut.stretches:
            found |= (starts >= start) & (starts < end)
        return found

    @cached_property
    def _events(self) -> np.ndarray:
        return self.cube.columns[EVENTS].astype(np.int64)

    def _codes(self, name: str, told: Dictionary | None) -> np.ndarray:
        codes = self.cube.codes[name]
        if told is None:
            return codes
        places: np.ndarray = told.codes(self.cube.values[name])[codes]
        return places

    def _sizes(self, cut: Cut, cell: np.ndarray, inside: np.ndarray) -> np.ndarray:
        """Of each cell the events; fewer if a measured field has only those. What none has tells nothing of them."""
        count = int(cell.max(initial=-1)) + 1
        found = _summed(self._events[inside], cell, count)
        fields = {measure.field for measure in cut.measured}
        for measured in self.cube.columns:
            if measured.kind == "count" and measured.field in fields:
                rows = _summed(self.cube.columns[measured][inside], cell, count)
                events = _summed(self.cube.columns[_events(measured)][inside], cell, count)
                found = np.where(rows > 0, np.minimum(found, events), found)
        return found


def _joined(cell: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Both as one column of numbers from 0 on without a gap."""
    limits = [int(one.max(initial=0)) + 1 for one in (cell, part)]
    whole: Sequence[np.ndarray] = [cell, part]
    one = joined(whole, limits)
    assert one is not None  # cells and values are far fewer than 2^31
    found: np.ndarray = np.unique(one, return_inverse=True)[1]
    return found


def _summed(column: np.ndarray, cell: np.ndarray, count: int) -> np.ndarray:
    found = np.zeros(count, dtype=np.int64)
    np.add.at(found, cell, column.astype(np.int64))
    return found
