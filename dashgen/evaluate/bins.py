"""Bars of a histogram widget: consecutive sketch buckets put together, so that every count is exact."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from math import ceil, floor, log, log10

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
    width = log_gamma(accuracy)
    low, largest = min(exponents) - 1, upper(max(exponents), accuracy)
    step = _round_step(largest / _BARS)
    marks = [round(log(step * n) / width) for n in range(1, ceil(largest / step) + 1)]
    inner = [mark for mark in marks if low < mark < max(exponents)]
    return sorted({low, *inner, max(exponents)})


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 × 10^n that is not below `least`."""
    power = 10.0 ** floor(log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)
