"""Display order: exact where the ranking is exact, any honest order where it is by a percentile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from tests.oracle.near import Near, Number, bounds_of

Key = tuple[Any, ...]


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _texts(key: Key) -> list[tuple[bool, str]]:
    """By code point, dimension by dimension, missing last."""
    return [(value is None, text(value)) for value in key]


def by_metric(values: Mapping[Key, Number | None], *, descending: bool = True) -> list[Key]:
    """Null last in both directions."""
    sign = -1 if descending else 1

    def place(key: Key) -> tuple[Any, ...]:
        value = values[key]
        return (value is None, 0 if value is None else sign * value, _texts(key))

    return sorted(values, key=place)


def by_dimension(keys: Sequence[Key], column: int, *, descending: bool = False) -> list[Key]:
    """By one dimension's value, numbers as numbers, missing last in both directions."""
    ordered = sorted(keys, key=_texts)
    present = [key for key in ordered if key[column] is not None]
    present.sort(key=lambda key: _sortable(key[column]), reverse=descending)
    return present + [key for key in ordered if key[column] is None]


def _sortable(value: Any) -> Any:
    return value if isinstance(value, int) and not isinstance(value, bool) else text(value)


@dataclass
class Ranked:
    """Groups in their order. `values` is given where they are ranked by a metric."""

    columns: tuple[str, ...]
    order: list[Key]
    values: Mapping[Key, Number | None] = field(default_factory=dict)
    descending: bool = True
    top: int | None = None
    within: tuple[str, ...] = ()
    """The columns whose every value begins the order anew: a line's `time`."""

    @property
    def lenient(self) -> bool:
        return any(isinstance(value, Near) for value in self.values.values())

    def settle(self, rows: Sequence[Mapping[str, Any]], accuracy: float) -> tuple[list[Key], list[str]]:
        """The order that `rows` show, if it is an honest one, and what is wrong with it otherwise."""
        if not self.lenient:
            return self.order, []
        blocks = self._blocks(rows)
        try:
            shown = list(TopologicalSorter(_before(blocks)).static_order())
        except CycleError:
            return self.order, [f"{self.columns}: rows are ordered differently in different places"]
        if not set(shown) <= set(self.order):
            return self.order, []
        rest = [key for key in self.order if key not in shown]
        wrong = [pair for block in blocks for pair in self._wrong(block, accuracy)]
        kept = shown if self.top is not None and len(self.order) > self.top else []
        wrong += [(one, other) for one in kept for other in rest if not self._admissible(one, other, accuracy)]
        return shown + rest, [f"{self.columns}: {a} stands before {b}" for a, b in wrong]

    def _blocks(self, rows: Sequence[Mapping[str, Any]]) -> list[list[Key]]:
        blocks: dict[str, dict[Key, None]] = {}
        for row in rows:
            key = tuple(row.get(column) for column in self.columns)
            if not any(isinstance(value, dict) for value in key):
                blocks.setdefault(repr([row.get(column) for column in self.within]), {})[key] = None
        return [list(block) for block in blocks.values()]

    def _wrong(self, block: list[Key], accuracy: float) -> list[tuple[Key, Key]]:
        pairs = [(one, other) for at, one in enumerate(block) for other in block[at + 1 :]]
        return [pair for pair in pairs if not self._admissible(*pair, accuracy)]

    def _admissible(self, one: Key, other: Key, accuracy: float) -> bool:
        first, second = self.values[one], self.values[other]
        if first is None or second is None:
            return second is None
        if not self.descending:
            first, second = second, first
        return bounds_of(first, accuracy)[1] >= bounds_of(second, accuracy)[0]


def _before(blocks: list[list[Key]]) -> dict[Key, set[Key]]:
    """Each key and what stands right before it anywhere."""
    found: dict[Key, set[Key]] = {key: set() for block in blocks for key in block}
    for block in blocks:
        for one, other in pairwise(block):
            found[other].add(one)
    return found
