"""What the planner estimates from: a source's rows, its time span, and a small sample of its dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf, prod
from typing import Any

import numpy as np

_UNKNOWN = 1000
"""Values of a dimension that the sample does not hold."""


@dataclass(frozen=True)
class Statistics:
    """`sample` has a column of values for each dimension, row by row."""

    rows: int
    first: int | None
    newest: int | None
    sample: Mapping[str, Sequence[Any]]
    _known: dict[frozenset[str], float] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _codes(self) -> dict[str, np.ndarray]:
        return {name: _encode(column) for name, column in self.sample.items()}

    def groups(self, dimensions: frozenset[str]) -> float:
        """Roughly how many combinations of these dimensions' values there are."""
        if dimensions not in self._known:
            self._known[dimensions] = self._groups(dimensions)
        return self._known[dimensions]

    def _groups(self, dimensions: frozenset[str]) -> float:
        sampled = sorted(dimensions & self.sample.keys())
        unknown = float(_UNKNOWN ** (len(dimensions) - len(sampled)))
        if not sampled:
            return unknown
        most = prod(self.groups(frozenset({name})) for name in sampled) if len(sampled) > 1 else inf
        return unknown * min(most, _seen_and_unseen(_joint([self._codes[name] for name in sampled])))


def _encode(column: Sequence[Any]) -> np.ndarray:
    index = {value: code for code, value in enumerate(dict.fromkeys(column))}
    return np.fromiter(map(index.__getitem__, column), dtype=np.int64, count=len(column))


def _joint(columns: Sequence[np.ndarray]) -> np.ndarray:
    found = columns[0]
    for codes in columns[1:]:
        found = found * (int(codes.max(initial=0)) + 1) + codes
    return found


def _seen_and_unseen(codes: np.ndarray) -> float:
    """Chao's estimate: what was seen once and twice tells how much was not seen (Scand. J. Statist. 11, 1984)."""
    counts = np.unique(codes, return_counts=True)[1]
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    return float(len(counts) + once * (once - 1) / (2 * (twice + 1)))
