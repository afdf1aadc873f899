"""What questions need of cubes, and needs united into few cubes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from dashgen.cube import CubeSpec
from dashgen.metrics.formula import Measure
from dashgen.model import Where
from dashgen.plan.statistics import Statistics


@dataclass(frozen=True, slots=True)
class Need:
    """A cube that a question would ask for by itself. Sets instead of sorted tuples: they are united."""

    source: str
    where: Where
    dimensions: frozenset[str]
    edges: frozenset[int]
    measures: frozenset[Measure]
    histogram: str | None = None
    accuracy: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a measure lies: `measure` is what the cube that serves `need` calls it."""

    need: Need
    measure: Measure


def placed(need: Need, measure: Measure) -> Place:
    """Where a measure lies if its cube holds it alone."""
    return Place(replace(need, measures=frozenset({measure})), measure)


_CODE = 0.6
_NUMBER = 1.4
_ENTRY = 1.1
"""Bytes after compression, roughly: a cell's value of a dimension, a number, a histogram's entry."""
_ENTRIES_PER_CELL = 300


def united(needs: Iterable[Need], statistics: Mapping[str, Statistics]) -> dict[CubeSpec, list[Need]]:
    """Needs united while that makes the page smaller: finer time or one more dimension multiplies the cells of all."""
    alike: dict[Need, list[Need]] = {}
    for need in dict.fromkeys(need for need in needs if len(need.edges) > 1):
        alike.setdefault(replace(need, measures=frozenset()), []).append(need)
    groups = list(alike.values())
    while True:
        gains = {
            (a, b): gain
            for a, b in combinations(range(len(groups)), 2)
            if (gain := _gain(groups[a], groups[b], statistics)) > 0
        }
        if not gains:
            return {_spec(group): group for group in groups}
        a, b = max(gains, key=lambda pair: gains[pair])
        groups[a] = groups[a] + groups[b]
        del groups[b]


def _gain(a: list[Need], b: list[Need], statistics: Mapping[str, Statistics]) -> float:
    if (a[0].source, a[0].where, a[0].histogram) != (b[0].source, b[0].where, b[0].histogram):
        return 0
    return _size(a, statistics) + _size(b, statistics) - _size(a + b, statistics)


def _size(group: list[Need], statistics: Mapping[str, Statistics]) -> float:
    union = _union(group)
    many, columns = cells(group, statistics), len(union.measures)
    if union.histogram is None:
        return many * (_CODE * len(union.dimensions) + _NUMBER * columns)
    known = statistics[union.source]
    entries = min(many * _ENTRIES_PER_CELL, known.rows)
    return many * _CODE * len(union.dimensions) + entries * _ENTRY * columns


def cells(group: list[Need], statistics: Mapping[str, Statistics]) -> float:
    """About how many cells the cube of these has."""
    union = _union(group)
    known = statistics[union.source]
    return min(_filled(union.edges, known) * known.groups(union.dimensions), float(known.rows))


def _filled(edges: Iterable[int], known: Statistics) -> float:
    """Buckets in which something can be: a previous period often lies before everything."""
    if known.first is None or known.newest is None:
        return 0.0
    found = sorted(edges)
    return float(sum(start <= known.newest and known.first < end for start, end in pairwise(found)))


def _union(group: list[Need]) -> Need:
    return replace(
        group[0],
        dimensions=frozenset().union(*(need.dimensions for need in group)),
        edges=frozenset().union(*(need.edges for need in group)),
        measures=frozenset().union(*(need.measures for need in group)),
    )


def _spec(group: list[Need]) -> CubeSpec:
    union = _union(group)
    return CubeSpec(
        union.source,
        tuple(sorted(union.where, key=repr)),
        tuple(sorted(union.dimensions)),
        tuple(sorted(union.edges)),
        tuple(sorted(union.measures, key=repr)),
        union.histogram,
        union.accuracy,
    )
