"""Sketch cubes: for each time bucket and each combination of dimensions, a few numbers that merge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from math import exp, log1p, prod
from types import MappingProxyType
from typing import Any

import numpy as np

from dashgen.metrics.formula import Measure
from dashgen.model import Condition, Where

Value = str | int | bool | None
Coded = tuple[np.ndarray, tuple[Value, ...]]
"""A column as places in a list of values."""

KEY_OFFSET = 1 << 20
"""Added to a bucket's exponent, so that positive values have positive keys, negative ones negative, zero 0."""


@dataclass(frozen=True, slots=True)
class CubeSpec:
    """One query: what is grouped, over which edges, and what is measured.

    With `histogram`, the bucket key of that field is grouped too and every measure counts values.
    """

    source: str
    where: Where
    dimensions: tuple[str, ...]
    edges: tuple[int, ...]
    measures: tuple[Measure, ...]
    histogram: str | None = None
    accuracy: float = 0.01
    mask: tuple[str, ...] = ()
    """Dimensions that come as pseudonyms, here and in `where`."""
    cells: int = field(default=0, compare=False)
    """How many are expected, where that is known: how they are asked for may follow from it."""
    rows: int = field(default=0, compare=False)
    """Of the source, likewise."""


@dataclass(frozen=True)
class Cube:
    """Cells sorted by bucket, then by dimension values. Missing values come last in `values`."""

    spec: CubeSpec
    bucket: np.ndarray
    codes: Mapping[str, np.ndarray]
    values: Mapping[str, tuple[Value, ...]]
    key: np.ndarray | None
    columns: Mapping[Measure, np.ndarray]
    """int64, or Python integers where 64 bits are too few; an absent minimum is None."""

    def __len__(self) -> int:
        return len(self.bucket)

    @property
    def bytes(self) -> int:
        arrays = [self.bucket, *self.codes.values(), *self.columns.values()]
        return sum(a.nbytes for a in arrays) + (self.key.nbytes if self.key is not None else 0)

    @property
    def arrays(self) -> list[np.ndarray]:
        """All of its columns, in the order of its spec."""
        key = [] if self.key is None else [self.key]
        measured = [self.columns[measure] for measure in self.spec.measures]
        return [self.bucket, *(self.codes[name] for name in self.spec.dimensions), *key, *measured]

    @cached_property
    def starts(self) -> np.ndarray:
        """Each bucket's first instant."""
        return np.array(self.spec.edges[:-1], dtype=np.int64)

    @cached_property
    def begins(self) -> np.ndarray:
        """Where each cell's entries begin: all of a histogram's keys are one cell."""
        return begins(self.bucket, self.codes, self.key)

    @cached_property
    def signed(self) -> frozenset[Measure]:
        """Sums that are negative somewhere: part of a group may have more of one than the whole."""
        sums = ((measure, column) for measure, column in self.columns.items() if measure.kind == "sum")
        return frozenset(measure for measure, column in sums if len(column) and column.min() < 0)

    def take(self, rows: np.ndarray) -> Cube:
        """Only these rows, in this order."""
        return replace(
            self,
            bucket=self.bucket[rows],
            codes={name: column[rows] for name, column in self.codes.items()},
            key=None if self.key is None else self.key[rows],
            columns={measure: column[rows] for measure, column in self.columns.items()},
        )

    def matching(self, where: Where) -> np.ndarray:
        """Which cells meet every condition; conditions are on dimensions of this cube."""
        mask = np.ones(len(self), dtype=bool)
        for condition in where:
            passed = np.array([holds(condition, v) for v in self.values[condition.dimension]], dtype=bool)
            mask &= passed[self.codes[condition.dimension]] if len(passed) else False
        return mask


def begins(bucket: np.ndarray, codes: Mapping[str, np.ndarray], key: np.ndarray | None) -> np.ndarray:
    """Where the entries of each cell begin: they have its bucket and codes."""
    return np.arange(len(bucket)) if key is None else firsts(bucket, *codes.values())


def firsts(*columns: np.ndarray) -> np.ndarray:
    """Where in sorted columns anything differs from what stands before it."""
    changed = np.zeros(len(columns[0]), dtype=bool)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changed)


def narrow(column: np.ndarray, limit: int) -> np.ndarray:
    """Numbers from 0 up to `limit` in few bytes: a large cube has tens of millions of them."""
    return column.astype(np.min_scalar_type(-max(1, limit)), copy=False)


def holds(condition: Condition, value: Value) -> bool:
    """Whether a dimension's value meets a condition; `query/conditions.py` says the same in SQL."""
    c = condition
    if c.any_of is not None and value not in c.any_of:
        return False
    if value in c.none_of:
        return False
    if c.missing is not None and (value is None) != c.missing:
        return False
    bounds = (c.gt, c.gte, c.lt, c.lte)
    if all(bound is None for bound in bounds):
        return True
    if value is None or isinstance(value, str):
        return False
    return (
        (c.gt is None or value > c.gt)
        and (c.gte is None or value >= c.gte)
        and (c.lt is None or value < c.lt)
        and (c.lte is None or value <= c.lte)
    )


def build(
    spec: CubeSpec,
    bucket: np.ndarray,
    dimensions: Mapping[str, Sequence[Value]],
    key: np.ndarray | None,
    columns: Mapping[Measure, np.ndarray],
    coded: Mapping[str, Coded] = MappingProxyType({}),
) -> Cube:
    """A cube from a query's unordered rows; those dimensions that are not plain columns are `coded`."""
    encoded = {
        name: _encode(dimensions[name]) if name in dimensions else _used(*coded[name]) for name in spec.dimensions
    }
    codes = {name: narrow(column, len(known)) for name, (column, known) in encoded.items()}
    values = {name: known for name, (_, known) in encoded.items()}
    order = _order([bucket, *codes.values()], [len(spec.edges), *(len(known) for known in values.values())], key)
    return Cube(spec, narrow(bucket, len(spec.edges)), codes, values, key, columns).take(order)


def coarser(cube: Cube, spec: CubeSpec) -> Cube | None:
    """The cube of `spec` from the cells of a finer one, several of which may stand for one; None where none can be."""
    own = cube.spec
    if replace(own, edges=spec.edges, measures=spec.measures) != spec or not {*spec.measures} <= {*own.measures}:
        return None
    if not {*spec.edges} <= {*own.edges} or (own.edges[0], own.edges[-1]) != (spec.edges[0], spec.edges[-1]):
        return None
    place = np.searchsorted(np.array(spec.edges), cube.starts, side="right") - 1
    columns = {measure: cube.columns[measure] for measure in spec.measures}
    return replace(cube, spec=spec, bucket=place[cube.bucket].astype(cube.bucket.dtype), columns=columns)


def unpacked(
    spec: CubeSpec,
    cell: np.ndarray,
    decode: Callable[[np.ndarray], tuple[np.ndarray, Mapping[str, np.ndarray]]],
    known: Mapping[str, tuple[Value, ...]],
    key: np.ndarray | None,
    columns: Mapping[Measure, np.ndarray],
) -> Cube:
    """The same from rows whose `cell` orders as the bucket and the codes of all dimensions, which `decode` tells."""
    order = _order([cell], [int(cell.max(initial=0)) + 1], key)
    ordered = {measure: column[order] for measure, column in columns.items()}
    return decoded(spec, cell[order], decode, known, None if key is None else key[order], ordered)


def decoded(
    spec: CubeSpec,
    cell: np.ndarray,
    decode: Callable[[np.ndarray], tuple[np.ndarray, Mapping[str, np.ndarray]]],
    known: Mapping[str, tuple[Value, ...]],
    key: np.ndarray | None,
    columns: Mapping[Measure, np.ndarray],
) -> Cube:
    """The same of rows in their order."""
    begin = firsts(cell)
    entries = np.diff(begin, append=len(cell))
    bucket, codes = decode(cell[begin])
    coded = {name: _used(codes[name], known[name]) for name in spec.dimensions}
    return Cube(
        spec,
        np.repeat(narrow(bucket, len(spec.edges)), entries),
        {name: np.repeat(narrow(column, len(values)), entries) for name, (column, values) in coded.items()},
        {name: values for name, (_, values) in coded.items()},
        key,
        columns,
    )


def _order(parts: list[np.ndarray], limits: list[int], key: np.ndarray | None) -> np.ndarray:
    """Of rows by these columns, and by `key` last."""
    if key is not None:
        least = int(key.min(initial=0))
        parts, limits = [*parts, key - least], [*limits, int(key.max(initial=0)) - least + 1]
    return ordered(parts, limits)


def ordered(parts: Sequence[np.ndarray], limits: Sequence[int]) -> np.ndarray:
    """The order of rows by several columns of integers from 0 up to each one's limit, the first column first."""
    whole = joined(parts, limits)
    return np.lexsort(list(reversed(parts))) if whole is None else np.argsort(whole)


def joined(parts: Sequence[np.ndarray], limits: Sequence[int]) -> np.ndarray | None:
    """The columns as one that orders and tells apart alike; None where 64 bits are too few."""
    if prod(limits) >= 1 << 62:
        return None
    whole = np.zeros(len(parts[0]), dtype=np.int64)
    for part, limit in zip(parts, limits, strict=True):
        whole *= limit
        whole += part
    return whole


def _encode(column: Sequence[Value]) -> Coded:
    values = tuple(sorted(set(column), key=value_order))
    index = {value: code for code, value in enumerate(values)}
    return np.fromiter((index[value] for value in column), dtype=np.int32, count=len(column)), values


def _used(codes: np.ndarray, values: tuple[Value, ...]) -> Coded:
    """Without the values that no row has."""
    used = np.bincount(codes, minlength=len(values)) > 0
    if used.all():
        return codes, values
    places = (np.cumsum(used) - 1).astype(np.int32)
    return places[codes], tuple(value for value, is_used in zip(values, used.tolist(), strict=True) if is_used)


def value_order(value: Value) -> tuple[Any, ...]:
    """Numbers by size, texts by code point, missing last."""
    if value is None:
        return (2, "")
    return (1, value) if isinstance(value, str) else (0, value)


def text_order(value: Value) -> tuple[bool, str]:
    """As values are told apart where a ranking finds them equal: by their texts, missing last."""
    return (value is None, str(value).lower() if isinstance(value, bool) else str(value))


# ---- logarithmic histogram --------------------------------------------------------------------
# Buckets as in DDSketch (Masson, Rim, Lee: DDSketch, VLDB 2019): with γ = (1+α)/(1−α), bucket i holds
# γ^(i−1) < x ≤ γ^i, and 2γ^i/(γ+1) is within α of everything in it.


def log_gamma(accuracy: float) -> float:
    """Ln γ for a relative error."""
    return log1p(accuracy) - log1p(-accuracy)


@cache
def representative(key: int, accuracy: float) -> float:
    """The value that stands for a histogram bucket."""
    if key == 0:
        return 0.0
    width = log_gamma(accuracy)
    size = exp((abs(key) - KEY_OFFSET) * width) * 2 / (exp(width) + 1)
    return size if key > 0 else -size


def upper(exponent: int, accuracy: float) -> float:
    """γ^exponent: the upper edge of bucket `exponent`."""
    return exp(exponent * log_gamma(accuracy))
