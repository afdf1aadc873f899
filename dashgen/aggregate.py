"""From a cube's cells to groups: exact sums, merged histograms, sets of values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

from dashgen.cube import Cube, CubeSpec, Value, representative
from dashgen.metrics.formula import Measure, Sketch

Key = tuple[Any, ...]
"""A time slot, then a value of each dimension."""
Held = dict[Measure, Any]
"""Sums as integers, histograms as `{key: count}`, distinct values as sets."""

_SAFE = 1 << 62


def slots(cube: Cube, edges: Sequence[int]) -> np.ndarray:
    """For each of the cube's buckets, the stretch between `edges` that holds it, or -1."""
    found = np.searchsorted(np.array(edges, dtype=np.int64), cube.starts, side="right") - 1
    found[(found < 0) | (found >= len(edges) - 1)] = -1
    return found


def aggregate(cube: Cube, demand: CubeSpec, slot: np.ndarray, by: Sequence[str]) -> dict[Key, Held]:
    """The demand's measures for each (slot, values of `by`) that has a cell."""
    rest = tuple(c for c in demand.where if c not in cube.spec.where)
    mask = cube.matching(rest) & (slot[cube.bucket] >= 0) if len(cube) else np.zeros(0, dtype=bool)
    code = slot[cube.bucket[mask]].astype(np.int64)
    for name in by:
        code = code * max(1, len(cube.values[name])) + cube.codes[name][mask]
    groups, inverse = np.unique(code, return_inverse=True)
    keys = [_decode(int(group), cube, by) for group in groups]
    held: list[Held] = [{} for _ in keys]
    for measure in demand.measures:
        for target, value in zip(held, _merged(cube, measure, mask, inverse, len(keys)), strict=True):
            target[measure] = value
    return dict(zip(keys, held, strict=True))


def distinct(cube: Cube, demand: CubeSpec, slot: np.ndarray, by: Sequence[str], of: Measure) -> dict[Key, Held]:
    """For each group the set of values of `of.field` that have an event."""
    counted = demand.measures[0]
    found: dict[Key, Held] = {}
    for key, held in aggregate(cube, demand, slot, [*by, of.field]).items():
        values = found.setdefault(key[:-1], {of: set()})[of]
        if held[counted] > 0 and key[-1] is not None:
            values.add(key[-1])
    return found


def _decode(code: int, cube: Cube, by: Sequence[str]) -> Key:
    values: list[Value] = []
    for name in reversed(by):
        code, index = divmod(code, max(1, len(cube.values[name])))
        values.append(cube.values[name][index])
    return (code, *reversed(values))


def _merged(cube: Cube, measure: Measure, mask: np.ndarray, inverse: np.ndarray, groups: int) -> Iterable[Any]:
    column = cube.columns[measure][mask]
    match measure.kind:
        case "histogram":
            assert cube.key is not None
            return _histograms(cube.key[mask], column, inverse, groups)
        case "min" | "max":
            return _extremes(measure.kind, column, inverse, groups)
    return _sums(column, inverse, groups)


def _sums(column: np.ndarray, inverse: np.ndarray, groups: int) -> list[int]:
    wide = column.dtype == object or (len(column) and int(np.abs(column).max()) * len(column) >= _SAFE)
    total = np.zeros(groups, dtype=object if wide else np.int64)
    np.add.at(total, inverse, column.astype(total.dtype))
    found: list[int] = total.tolist()
    return found


def _extremes(kind: str, column: np.ndarray, inverse: np.ndarray, groups: int) -> list[int | None]:
    found: list[int | None] = [None] * groups
    for group, value in zip(inverse.tolist(), column.tolist(), strict=True):
        found[group] = _extreme(kind, found[group], value)
    return found


def _extreme(kind: str, a: int | None, b: int | None) -> int | None:
    if a is None or b is None:
        return b if a is None else a
    return min(a, b) if kind == "min" else max(a, b)


def _histograms(key: np.ndarray, counts: np.ndarray, inverse: np.ndarray, groups: int) -> list[dict[int, int]]:
    found: list[dict[int, int]] = [{} for _ in range(groups)]
    for group, bucket, count in zip(inverse.tolist(), key.tolist(), counts.tolist(), strict=True):
        if count:
            found[group][bucket] = found[group].get(bucket, 0) + count
    return found


def union(parts: Iterable[Held]) -> Held:
    """Several groups as one."""
    return reduce(_unite, parts, {})


def _unite(a: Held, b: Held) -> Held:
    found = dict(a)
    for measure, value in b.items():
        found[measure] = _join(measure, found[measure], value) if measure in found else value
    return found


def _join(measure: Measure, a: Any, b: Any) -> Any:
    match measure.kind:
        case "min" | "max":
            return _extreme(measure.kind, a, b)
        case "distinct":
            return a | b
        case "histogram":
            return {key: a.get(key, 0) + b.get(key, 0) for key in a.keys() | b.keys()}
    return a + b


def finished(held: Held, measures: Iterable[Measure], accuracy: float) -> Mapping[Measure, Any]:
    """What a formula reads: nothing held is 0, None, or an empty sketch."""
    return {measure: _finish(measure, held.get(measure), accuracy) for measure in measures}


def _finish(measure: Measure, value: Any, accuracy: float) -> Any:
    match measure.kind:
        case "min" | "max":
            return value
        case "distinct":
            return count(value or ())
        case "histogram":
            return _sketch(value or {}, accuracy)
    return value or 0


def count(values: Collection[Value]) -> int:
    """How many distinct values there are."""
    return len(values)


def _sketch(histogram: Mapping[int, int], accuracy: float) -> Sketch:
    keys = sorted(histogram)
    cumulated = np.cumsum([histogram[key] for key in keys]).tolist() if keys else []
    return Sketch(tuple(representative(key, accuracy) for key in keys), tuple(cumulated))
