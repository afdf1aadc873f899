"""Numbers that are known within the accuracy of a percentile, and what arithmetic makes of them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import product

Number = int | float
Bounds = Callable[[float], tuple[float, float]]
SLACK = 1e-9

OPERATIONS: dict[str, Callable[[Number, Number], Number]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class Near(float):
    """The exact value, and where an honest answer may lie."""

    bounds: Bounds

    def __new__(cls, value: float, bounds: Bounds) -> Near:
        number = super().__new__(cls, value)
        number.bounds = bounds
        return number


def percentile(value: float) -> Near:
    def bounds(accuracy: float) -> tuple[float, float]:
        margin = abs(value) * accuracy * (1 + SLACK)
        return value - margin, value + margin

    return Near(value, bounds)


def bounds_of(value: Number, accuracy: float) -> tuple[float, float]:
    return value.bounds(accuracy) if isinstance(value, Near) else (value, value)


def arithmetic(sign: str, left: Number | None, right: Number | None) -> Number | None:
    """Null in, null out; null for a division by 0."""
    if left is None or right is None or (sign == "/" and right == 0):
        return None
    exact = OPERATIONS[sign](left, right)
    if not isinstance(left, Near) and not isinstance(right, Near):
        return exact
    return Near(exact, _propagated(sign, left, right))


def _propagated(sign: str, left: Number, right: Number) -> Bounds:
    def bounds(accuracy: float) -> tuple[float, float]:
        lefts, rights = bounds_of(left, accuracy), bounds_of(right, accuracy)
        if sign == "/" and rights[0] <= 0 <= rights[1]:
            return float("-inf"), float("inf")
        corners = [float(OPERATIONS[sign](a, b)) for a, b in product(lefts, rights)]
        rounding = SLACK * max(abs(corner) for corner in corners)
        return min(corners) - rounding, max(corners) + rounding

    return bounds
