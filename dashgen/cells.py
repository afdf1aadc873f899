"""A cube's cells under a page's dictionaries: what was folded is united, and every cube has the same codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from dashgen.cube import Cube, Value, joined, value_order
from dashgen.metrics.formula import Measure


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The values of a dimension that a page tells apart; a value's code is its place, that of all others comes next."""

    values: tuple[Value, ...]
    folded: int = 0
    """How many values are told as one."""

    def codes(self, values: Sequence[Value]) -> np.ndarray:
        index = {value: code for code, value in enumerate(self.values)}
        return np.array([index.get(value, len(self.values)) for value in values], dtype=np.int32)

    @property
    def size(self) -> int:
        return len(self.values) + bool(self.folded)

    @property
    def is_empty(self) -> bool:
        """Whether it tells no value apart."""
        return bool(self.folded) and not self.values


@dataclass(frozen=True)
class Cells:
    """Sorted by bucket, then by the codes of `dimensions` in their order, then by histogram key."""

    bucket: np.ndarray
    codes: Mapping[str, np.ndarray]
    key: np.ndarray | None
    columns: Mapping[Measure, np.ndarray]
    signed: frozenset[Measure] = frozenset()
    """As of the cube."""

    def __len__(self) -> int:
        return len(self.bucket)

    @cached_property
    def begins(self) -> np.ndarray:
        """Where each cell's entries begin: all of a histogram's keys are one cell."""
        return begins(self)

    def within(self, other: Cells) -> np.ndarray | None:
        """Where each of the cells lies among those of another; None where one is not there, or could be elsewhere."""
        if [*self.codes] != [*other.codes] or not len(self) or not len(other):
            return None
        pairs = [(self.bucket, other.bucket), *zip(self.codes.values(), other.codes.values(), strict=True)]
        mine, others = [a[self.begins] for a, _ in pairs], [b[other.begins] for _, b in pairs]
        limits = [1 + max(int(a.max()), int(b.max())) for a, b in zip(mine, others, strict=True)]
        own, known = joined(mine, limits), joined(others, limits)
        if own is None or known is None:
            return None
        if np.array_equal(own, known):
            return np.arange(len(own))
        places = np.minimum(np.searchsorted(known, own), len(known) - 1)
        return places if np.array_equal(known[places], own) else None


def begins(held: Cube | Cells) -> np.ndarray:
    if held.key is None or not len(held):
        return np.arange(len(held))
    changed = np.zeros(len(held), dtype=bool)
    changed[0] = True
    for part in (held.bucket, *held.codes.values()):
        changed[1:] |= part[1:] != part[:-1]
    return np.flatnonzero(changed)


def dictionary(cubes: Sequence[Cube], dimension: str) -> Dictionary:
    """Every value that occurs, in the order of values: missing last."""
    found = {value for cube in cubes for value in cube.values.get(dimension, ())}
    return Dictionary(tuple(sorted(found, key=value_order)))


TWIN = "#"
"""Before the name of a dimension whose values are counted though they are folded: there they are told apart."""


def cells(cube: Cube, dictionaries: Mapping[str, Dictionary]) -> Cells:
    """Cells of the same codes become one. A dimension whose twin is known has the codes of both."""
    own = cube.spec.dimensions
    names = [*own, *(twin for name in own if (twin := f"{TWIN}{name}") in dictionaries)]
    sizes = {name: max(1, dictionaries[name].size) for name in names}
    names.sort(key=lambda name: (sizes[name], name))
    starts = begins(cube)
    cell = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(cube)))
    codes = {name: _code(cube, starts, name.removeprefix(TWIN), dictionaries[name]) for name in names}
    parts = [cube.bucket[starts], *codes.values()]
    limits = [max(1, len(cube.spec.edges)), *(sizes[name] for name in names)]
    whole = joined(parts, limits)
    if whole is not None:
        parts, limits = [whole], [prod(limits)]
    parts = [part[cell] for part in parts]
    if cube.key is not None:
        least = int(cube.key.min(initial=0))
        parts, limits = [*parts, cube.key - least], [*limits, int(cube.key.max(initial=0)) - least + 1]
    order, first = _ordered(parts, limits)
    kept = order[first]
    cell = cell[kept]
    return Cells(
        cube.bucket[kept],
        {name: column[cell] for name, column in codes.items()},
        None if cube.key is None else cube.key[kept],
        {measure: _united(measure, column[order], first) for measure, column in cube.columns.items()},
        cube.signed,
    )


_SAMPLE = 20_000
_GOLDEN = 0.6180339887498949


def sampled(cube: Cube) -> tuple[Cube, float]:
    """Some of its buckets, spread over time, and how many times as many rows there are in all."""
    counts = np.bincount(cube.bucket)
    spread = sorted(np.flatnonzero(counts).tolist(), key=lambda bucket: bucket * _GOLDEN % 1)
    needed = 1 + int(np.searchsorted(np.cumsum(counts[spread]), _SAMPLE))
    if needed >= len(spread):
        return cube, 1.0
    is_chosen = np.zeros(len(counts), dtype=bool)
    is_chosen[spread[:needed]] = True
    chosen = np.flatnonzero(is_chosen[cube.bucket])
    return cube.take(chosen), len(cube) / len(chosen)


def _code(cube: Cube, starts: np.ndarray, name: str, known: Dictionary) -> np.ndarray:
    """Of each cell."""
    own = cube.values[name]
    return known.codes(own)[cube.codes[name][starts]] if own else np.zeros(len(starts), dtype=np.int32)


def _ordered(parts: Sequence[np.ndarray], limits: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """The order of the cells, and where in it each distinct one begins."""
    if not len(parts[0]):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    whole = joined(parts, limits)
    if whole is not None:
        order = np.argsort(whole)
        changed = np.diff(whole[order]) != 0
    else:
        order = np.lexsort(list(reversed(parts)))
        changed = np.logical_or.reduce([np.diff(part[order]) != 0 for part in parts])
    return order, np.flatnonzero(np.concatenate([[True], changed]))


def _united(measure: Measure, column: np.ndarray, first: np.ndarray) -> np.ndarray:
    if len(first) == len(column):
        return column
    if measure.kind not in ("min", "max"):
        return _sums(column, first)
    ends = [*first[1:].tolist(), len(column)]
    found = np.empty(len(first), dtype=object)
    for n, (start, end) in enumerate(zip(first.tolist(), ends, strict=True)):
        known = [value for value in column[start:end].tolist() if value is not None]
        found[n] = (min if measure.kind == "min" else max)(known) if known else None
    return found


def _sums(column: np.ndarray, first: np.ndarray) -> np.ndarray:
    if column.dtype != object and int(np.abs(column).max(initial=0)) * len(column) >= 1 << 62:
        column = column.astype(object)
    found: np.ndarray = np.add.reduceat(column, first)
    return found
