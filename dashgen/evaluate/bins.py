"""Bars of a histogram widget: consecutive sketch buckets put together, so that every count is exact."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from math import ceil, floor, log, log10
from typing import Any

from dashgen.cube import KEY_OFFSET, log_gamma, upper

_BARS = 40

Bin = tuple[float, float, tuple[int, ...]]
"""Lower edge (exclusive), upper edge (inclusive), and the sketch's keys between them."""


def bins(keys: Iterable[int], scale: str, accuracy: float) -> list[Bin]:
    """About 40 contiguous bars over the keys that occur; zeros are a bar of their own, as are negatives."""
    found = sorted(keys)
    zero: list[Bin] = [(0.0, 0.0, (0,))] if 0 in found else []
    negative = [-key - KEY_OFFSET for key in found if key < 0]
    positive = [key - KEY_OFFSET for key in found if key > 0]
    below = [
        (-high, -low, tuple(-e - KEY_OFFSET for e in exponents))
        for low, high, exponents in _sized(negative, scale, accuracy)
    ]
    above = [(low, high, tuple(e + KEY_OFFSET for e in x)) for low, high, x in _sized(positive, scale, accuracy)]
    return [*reversed(below), *zero, *above]


def _sized(exponents: list[int], scale: str, accuracy: float) -> list[tuple[float, float, tuple[int, ...]]]:
    if not exponents:
        return []
    cuts = _log_cuts(exponents) if scale == "log" else _linear_cuts(exponents, accuracy)
    return [
        (upper(low, accuracy), upper(high, accuracy), tuple(range(low + 1, high + 1)))
        for low, high in itertools.pairwise(cuts)
    ]


def _log_cuts(exponents: list[int]) -> list[int]:
    """Exponents of the edges: steps of equal ratio."""
    low, high = min(exponents) - 1, max(exponents)
    step = max(1, ceil((high - low) / _BARS))
    return list(range(floor(low / step) * step, ceil(high / step) * step + 1, step))


def _linear_cuts(exponents: list[int], accuracy: float) -> list[int]:
    """Exponents of the edges: the sketch's own edges nearest to round, equal steps."""
    low, high = min(exponents) - 1, max(exponents)
    _, marks = _marks(high, accuracy)
    return sorted({low, *(mark for mark in marks if low < mark < high), high})


def _marks(high: int, accuracy: float) -> tuple[float, list[int]]:
    """The round step for values up to γ^high, and the exponents nearest to its multiples."""
    width, largest = log_gamma(accuracy), upper(high, accuracy)
    step = _round_step(largest / _BARS)
    return step, [round(log(step * n) / width) for n in range(1, ceil(largest / step) + 1)]


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 × 10^n that is not below `least`."""
    power = 10.0 ** floor(log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def tables(keys: Iterable[int], scale: str, accuracy: float) -> dict[str, Any]:
    """What bins of any of these keys are made from where there are no logarithms.

    `uppers` are the edges from γ^low on; `marks` the round cuts of a linear scale, by the largest exponent up to which
    they are those of the same step.
    """
    exponents = {abs(key) - KEY_OFFSET for key in keys if key}
    if not exponents:
        return {"low": 0, "uppers": [], **({"marks": []} if scale == "linear" else {})}
    low, high = min(exponents) - 1, max(exponents)
    around = ceil((high - low) / _BARS)
    first = low - around
    found: dict[str, Any] = {"low": first, "uppers": [upper(e, accuracy) for e in range(first, high + around + 1)]}
    if scale == "linear":
        steps = {
            step: [exponent, marks]
            for exponent in range(low + 1, high + 1)
            for step, marks in (_marks(exponent, accuracy),)
        }
        found["marks"] = list(steps.values())
    return found
