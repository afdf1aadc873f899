"""A histogram asked without grouping: each event as one integer of its cell, its key and the measures that count it.

Where most entries of a histogram count one event, an engine's grouping costs more than to sort the events here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlglot import exp

from dashgen.cube import KEY_OFFSET, firsts
from dashgen.query.vocabulary import big, paren, when

_KEYS = 2 * KEY_OFFSET
"""Keys lie between minus this and this."""
_LIMIT = 1 << 62
_PER_CELL = 100
"""Events of a cell up to which most have a key of their own."""


def are_better(cells: int, rows: int) -> bool:
    """Whether a histogram of so many cells over so many rows has hardly fewer entries than events."""
    return 0 < rows <= _PER_CELL * cells


def fit(cells: int, conditions: int) -> bool:
    """Whether one integer holds a cell below `cells`, a key, and which of so many conditions are met."""
    return (cells * 2 * _KEYS) << conditions < _LIMIT


def entry(cell: exp.Expr, key: exp.Expr, conditions: Sequence[exp.Expr]) -> exp.Expr:
    scaled = exp.Mul(this=paren(cell), expression=big(2 * _KEYS))
    found: exp.Expr = exp.Add(this=scaled, expression=exp.Add(this=paren(key), expression=big(_KEYS)))
    for condition in conditions:
        met = paren(when(condition, big(1), big(0)))
        found = exp.Add(this=exp.Mul(this=paren(found), expression=big(2)), expression=met)
    return found


def counted(found: np.ndarray, conditions: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[np.ndarray]]:
    """Cells and keys in their order, each pair once; the events of each, and those that meet each condition.

    What was `found` is in another order afterwards.
    """
    found.sort()
    first = firsts(found)
    events, told = np.diff(first, append=len(found)), found[first]
    met: list[np.ndarray] = []
    if conditions:
        bits, told = told, told >> conditions
        first = firsts(told)
        met = [np.add.reduceat(events * (bits >> place & 1), first) for place in reversed(range(conditions))]
        events, told = np.add.reduceat(events, first), told[first]
    cell = told // (2 * _KEYS)
    told &= 2 * _KEYS - 1
    told -= _KEYS
    return cell, told.astype(np.int32), events, met
