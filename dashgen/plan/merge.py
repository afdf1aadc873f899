"""Few cubes instead of many: two demands become one query where that is estimated to be cheaper.

The estimate's constants are nanoseconds on two cores: a row read, one of its columns, measures or
dimensions, a cell fetched. A bucket key among the group-by keys of a fine cube costs more than a second
scan, so histograms and additive measures never share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from math import inf, log10

from dashgen.cube import CubeSpec
from dashgen.fields import Field
from dashgen.metrics.formula import Measure
from dashgen.model import Condition
from dashgen.plan.statistics import Statistics

_QUERY = 4e6
_ROW = 2.0
_COLUMN = 0.8
_MEASURE = 1.0
_DIMENSION = 2.3
_BUCKET = 5.0
_KEY = 6.0
_DECADE = 10.0
"""Of cells beyond a thousand: they no longer lie in the nearest cache."""
_MILLION = 65.0
_CELL = 300.0
_ROUNDS = 2
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
    mask: tuple[str, ...]

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
            self.mask,
        )


def merge(demands: Iterable[CubeSpec], statistics: Mapping[str, Statistics], fields: Mapping[str, Field]) -> Plan:
    """Unites the pair that saves most until none saves anything, then moves what lies better elsewhere."""
    drafts = {_draft(spec): [spec] for spec in dict.fromkeys(demands)}
    cost = _Cost(statistics, fields)
    groups = _moved(_united(_alike(drafts), cost), cost)
    members = {cost.draft(group): [spec for draft in group for spec in drafts[draft]] for group in groups}
    return _plan(members, statistics)


Group = list[_Draft]


def _alike(drafts: Iterable[_Draft]) -> list[Group]:
    """Demands that differ in their measures alone: to ask them together never costs more."""
    found: dict[_Draft, Group] = {}
    for draft in drafts:
        found.setdefault(replace(draft, measures=frozenset()), []).append(draft)
    return list(found.values())


def _united(groups: list[Group], cost: _Cost) -> list[Group]:
    """Greedy: always the two groups whose union saves most."""
    live = {number: [cost.draft(group)] for number, group in enumerate(groups)}
    gains = {pair: gain for pair in combinations(live, 2) if (gain := cost.gain(live[pair[0]], live[pair[1]])) > 0}
    while gains:
        a, b = max(gains, key=lambda pair: gains[pair])
        live[a] = [cost.draft(live[a] + live[b])]
        groups[a] = groups[a] + groups[b]
        del live[b]
        gains = {pair: gain for pair, gain in gains.items() if not {a, b} & set(pair)}
        for other in sorted(live.keys() - {a}):
            if (gain := cost.gain(live[a], live[other])) > 0:
                gains[min(a, other), max(a, other)] = gain
    return [groups[number] for number in live]


def _moved(groups: list[Group], cost: _Cost) -> list[Group]:
    """What was united early may lie better in a group that came later: demands of the same dimensions move together."""
    for source, target in [(a, b) for a in groups for b in groups if a is not b] * _ROUNDS:
        for dimensions in {draft.dimensions: None for draft in source}:
            part = [draft for draft in source if draft.dimensions == dimensions]
            rest = [draft for draft in source if draft.dimensions != dimensions]
            if cost.of(rest) + cost.of(target + part) < cost.of(source) + cost.of(target):
                source[:] = rest
                target += part
    return [group for group in groups if group]


class _Cost:
    """Estimated nanoseconds of the union of several drafts; what cannot be united costs infinitely much."""

    def __init__(self, statistics: Mapping[str, Statistics], fields: Mapping[str, Field]) -> None:
        self.statistics, self.fields = statistics, fields
        self.unions: dict[frozenset[_Draft], tuple[_Draft | None, float]] = {}

    def of(self, group: Group) -> float:
        return self._known(group)[1] if group else 0.0

    def gain(self, a: Group, b: Group) -> float:
        return self.of(a) + self.of(b) - self.of(a + b)

    def draft(self, group: Group) -> _Draft:
        """The union of a group that is known to have one."""
        found = self._known(group)[0]
        assert found is not None
        return found

    def _known(self, group: Group) -> tuple[_Draft | None, float]:
        key = frozenset(group)
        if key not in self.unions:
            found = _union(group, self.fields)
            self.unions[key] = found, inf if found is None else _cost(found, self.statistics)
        return self.unions[key]


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
        spec.mask,
    )


def _union(group: Group, fields: Mapping[str, Field]) -> _Draft | None:
    """One cube that serves all: a condition that only some have becomes a dimension."""
    if len({(draft.source, draft.histogram, draft.accuracy, draft.mask) for draft in group}) > 1:
        return None
    common = frozenset.intersection(*(draft.where for draft in group))
    conditions = {c.dimension for draft in group for c in draft.where - common}
    if not all(fields[name].is_dimension for name in conditions):
        return None
    return replace(
        group[0],
        where=common,
        dimensions=frozenset(conditions).union(*(draft.dimensions for draft in group)),
        edges=frozenset().union(*(draft.edges for draft in group)),
        measures=frozenset().union(*(draft.measures for draft in group)),
    )


def _cost(draft: _Draft, statistics: Mapping[str, Statistics]) -> float:
    known = statistics[draft.source]
    rows = known.rows * _overlap(draft, known)
    cells = _cells(draft, known)
    columns = {m.field for m in draft.measures} | draft.dimensions | {c.dimension for c in draft.where}
    row = _ROW + _COLUMN * len(columns) + _MEASURE * len(draft.measures) + _DIMENSION * len(draft.dimensions)
    row += (_BUCKET if len(draft.edges) > 2 else 0) + (_KEY if draft.histogram else 0)
    row += _DECADE * log10(max(1.0, cells / 1000)) + _MILLION * cells / 1e6
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
