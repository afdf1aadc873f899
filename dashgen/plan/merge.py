"""Few cubes instead of many: two demands become one query where that is estimated to be cheaper.

The estimate's constants are nanoseconds on two cores (see `tests/benchmarks`): a column read, a row
grouped, a cell fetched. A bucket key among the group-by keys of a fine cube costs more than a second
scan, so histograms and additive measures never share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from dashgen.cube import CubeSpec
from dashgen.fields import Field
from dashgen.metrics.formula import Measure
from dashgen.model import Condition
from dashgen.plan.statistics import Statistics

_QUERY = 8e6
_COLUMN = 1.5
_ROW = 5.0
_KEY = 8.0
_ROW_PER_MILLION_CELLS = 60.0
_CELL = 1000.0
_KEYS_PER_CELL = 300
"""Histogram buckets that a group of ordinary latencies fills."""


@dataclass(frozen=True)
class Plan:
    """The cubes to fetch, and for every demand the one that serves it."""

    cubes: tuple[CubeSpec, ...]
    serving: Mapping[CubeSpec, CubeSpec]
    estimates: Mapping[CubeSpec, int]
    """Cells, roughly."""


@dataclass(frozen=True)
class _Draft:
    """A cube being planned. Sets instead of sorted tuples: they are united again and again."""

    source: str
    where: frozenset[Condition]
    dimensions: frozenset[str]
    edges: frozenset[int]
    measures: frozenset[Measure]
    histogram: str | None
    accuracy: float

    @cached_property
    def bounds(self) -> tuple[int, int]:
        return min(self.edges), max(self.edges)

    def spec(self) -> CubeSpec:
        return CubeSpec(
            self.source,
            tuple(sorted(self.where, key=repr)),
            tuple(sorted(self.dimensions)),
            tuple(sorted(self.edges)),
            tuple(sorted(self.measures, key=repr)),
            self.histogram,
            self.accuracy,
        )


def merge(demands: Iterable[CubeSpec], statistics: Mapping[str, Statistics], fields: Mapping[str, Field]) -> Plan:
    """Greedily unites the pair that saves most until none saves anything."""
    asked = list(dict.fromkeys(demands))
    drafts = {_draft(spec): [spec] for spec in asked}
    gains: dict[tuple[_Draft, _Draft], tuple[float, _Draft]] = {}
    live = list(drafts)

    def consider(a: _Draft, b: _Draft) -> None:
        united = _unite(a, b, fields)
        if united is not None:
            gain = _cost(a, statistics) + _cost(b, statistics) - _cost(united, statistics)
            if gain > 0:
                gains[a, b] = gain, united

    for index, first in enumerate(live):
        for second in live[index + 1 :]:
            consider(first, second)
    while gains:
        (a, b), (_, united) = max(gains.items(), key=lambda item: item[1][0])
        members = drafts.pop(a) + drafts.pop(b)
        gains = {pair: gain for pair, gain in gains.items() if not {a, b} & set(pair)}
        known = united in drafts
        drafts[united] = drafts.get(united, []) + members
        for other in [] if known else [d for d in drafts if d != united]:
            consider(other, united)
    return _plan(drafts, statistics)


def _plan(drafts: Mapping[_Draft, list[CubeSpec]], statistics: Mapping[str, Statistics]) -> Plan:
    serving, estimates = {}, {}
    for draft, members in drafts.items():
        spec = draft.spec()
        serving.update(dict.fromkeys(members, spec))
        estimates[spec] = round(_cells(draft, statistics[draft.source]))
    return Plan(tuple(estimates), serving, estimates)


def separate(demands: Iterable[CubeSpec], statistics: Mapping[str, Statistics], fields: Mapping[str, Field]) -> Plan:
    """The plan without any merging: one query per demand; what the merged one is held against."""
    return _plan({_draft(spec): [spec] for spec in dict.fromkeys(demands)}, statistics)


def _draft(spec: CubeSpec) -> _Draft:
    return _Draft(
        spec.source,
        frozenset(spec.where),
        frozenset(spec.dimensions),
        frozenset(spec.edges),
        frozenset(spec.measures),
        spec.histogram,
        spec.accuracy,
    )


def _unite(a: _Draft, b: _Draft, fields: Mapping[str, Field]) -> _Draft | None:
    """One cube that serves both: a condition that only one has becomes a dimension."""
    if (a.source, a.histogram, a.accuracy) != (b.source, b.histogram, b.accuracy):
        return None
    conditions = {c.dimension for c in a.where ^ b.where}
    if not all(fields[name].is_dimension for name in conditions):
        return None
    return replace(
        a,
        where=a.where & b.where,
        dimensions=a.dimensions | b.dimensions | conditions,
        edges=a.edges | b.edges,
        measures=a.measures | b.measures,
    )


def _cost(draft: _Draft, statistics: Mapping[str, Statistics]) -> float:
    known = statistics[draft.source]
    rows = known.rows * _overlap(draft, known)
    cells = _cells(draft, known)
    columns = {m.field for m in draft.measures} | draft.dimensions | {c.dimension for c in draft.where}
    row = _COLUMN * (1 + len(columns)) + _ROW + len(draft.measures) + _ROW_PER_MILLION_CELLS * cells / 1e6
    row += _KEY if draft.histogram else 0
    return _QUERY + rows * row + cells * _CELL * (1 + len(draft.dimensions))


def _cells(draft: _Draft, known: Statistics) -> float:
    cells = (len(draft.edges) - 1) * known.groups(draft.dimensions) * (_KEYS_PER_CELL if draft.histogram else 1)
    return min(float(cells), known.rows * _overlap(draft, known))


def _overlap(draft: _Draft, known: Statistics) -> float:
    """The share of the source's time that the draft covers."""
    if known.first is None or known.newest is None:
        return 0.0
    start, end = draft.bounds
    length = max(known.newest - known.first, 1)
    return max(0, min(end, known.newest + 1) - max(start, known.first)) / length
