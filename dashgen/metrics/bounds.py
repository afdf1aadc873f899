"""Metrics of which no part of a group has more than the whole: what is folded into a rest is then below it, too."""

from __future__ import annotations

from collections.abc import Callable

from dashgen.metrics.formula import Binary, Constant, Formula, Known, Measure, Rate, Value


def is_bounded(formula: Formula, is_signed: Callable[[Measure], bool]) -> bool:
    """Whether it is made of counts and of sums that are never negative, in ways that keep their order."""
    match formula:
        case Constant(number):
            return number >= 0
        case Value(measure):
            return measure.kind in ("count", "distinct") or (measure.kind == "sum" and not is_signed(measure))
        case Known(inner) | Rate(inner):
            return is_bounded(inner, is_signed)
        case Binary("+" | "*", left, right):
            return is_bounded(left, is_signed) and is_bounded(right, is_signed)
        case Binary("/", left, Constant(number)):
            return number > 0 and is_bounded(left, is_signed)
    return False
