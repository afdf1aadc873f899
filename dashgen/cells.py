"""A cube's cells under a page's dictionaries: what was folded is united, and every cube has the same codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from dashgen.cube import Cube, Value, begins, firsts, joined, narrow, value_order
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
        return begins(self.bucket, self.codes, self.key)

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
    codes = {name: _code(cube, name.removeprefix(TWIN), dictionaries[name]) for name in names}
    grid = _Grid(cube.bucket[cube.begins], codes, [max(1, len(cube.spec.edges)), *(sizes[name] for name in names)])
    found = _histogram(cube, grid)
    return _united_cells(cube, grid) if found is None else found


@dataclass(frozen=True)
class _Grid:
    """The cells of a cube, as they are told."""

    bucket: np.ndarray
    codes: Mapping[str, np.ndarray]
    limits: Sequence[int]
    """Of buckets, then of the codes of each dimension."""

    @property
    def parts(self) -> list[np.ndarray]:
        return [self.bucket, *self.codes.values()]

    @cached_property
    def joined(self) -> np.ndarray | None:
        return joined(self.parts, self.limits)

    def decode(self, cell: np.ndarray) -> list[np.ndarray]:
        """The parts of what is `joined`."""
        found: list[np.ndarray] = []
        for limit in reversed(self.limits):
            above = cell // limit
            found.append(narrow(cell - above * limit, limit))
            cell = above
        return found[::-1]


def _histogram(cube: Cube, grid: _Grid) -> Cells | None:
    """Of one measure. Numbers are sorted faster than their order is found, so each entry is one that says all of it;
    None where 64 bits are too few.
    """
    if cube.key is None or grid.joined is None or len(cube.columns) > 1 or not len(cube):
        return None
    ((measure, column),) = cube.columns.items()
    least = int(cube.key.min())
    counting, keying = int(column.max()).bit_length(), (int(cube.key.max()) - least).bit_length()
    if prod(grid.limits) << (counting + keying) >= 1 << 62:
        return None
    entries = np.repeat(grid.joined << keying, np.diff(cube.begins, append=len(cube)))
    entries |= cube.key - least
    entries <<= counting
    entries |= column
    entries.sort()
    told = entries >> counting
    entries &= (1 << counting) - 1
    first = firsts(told)
    counts, told = np.add.reduceat(entries, first), told[first]
    cell, key = told >> keying, (told & ((1 << keying) - 1)) + least
    begin = firsts(cell)
    sizes = np.diff(begin, append=len(cell))
    bucket, *codes = (np.repeat(part, sizes) for part in grid.decode(cell[begin]))
    return Cells(bucket, dict(zip(grid.codes, codes, strict=True)), key, {measure: counts}, cube.signed)


def _united_cells(cube: Cube, grid: _Grid) -> Cells:
    parts, limits = (grid.parts, grid.limits) if grid.joined is None else ([grid.joined], [prod(grid.limits)])
    cell = np.repeat(np.arange(len(cube.begins)), np.diff(cube.begins, append=len(cube)))
    if cube.key is not None:
        least = int(cube.key.min(initial=0))
        parts, limits = [part[cell] for part in parts], [*limits, int(cube.key.max(initial=0)) - least + 1]
        parts.append(cube.key - least)
    order, first = _ordered(parts, limits)
    kept = order[first]
    return Cells(
        cube.bucket[kept],
        {name: column[cell[kept]] for name, column in grid.codes.items()},
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


def _code(cube: Cube, name: str, known: Dictionary) -> np.ndarray:
    """Of each cell."""
    found: np.ndarray = narrow(known.codes(cube.values[name]), known.size)[cube.codes[name][cube.begins]]
    return found


def _ordered(parts: Sequence[np.ndarray], limits: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """The order of the cells, and where in it each distinct one begins."""
    whole = joined(parts, limits)
    if whole is not None:
        order = np.argsort(whole)
        return order, firsts(whole[order])
    order = np.lexsort(list(reversed(parts)))
    return order, firsts(*(part[order] for part in parts))


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
