"""A metric as a small tree over measures, and its value. The page's script has the twin of `value`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from math import ceil
from typing import Any, Literal, assert_never

from dashgen.model import Condition, Where

Number = int | float


@dataclass(frozen=True, slots=True)
class Measure:
    """What a cube holds: something that merges by addition, by min and max, or by union (`distinct`).

    Without `source` it is the asking widget's source that is measured; in cubes, which are of one source, always so.
    """

    kind: Literal["sum", "count", "min", "max", "histogram", "distinct"]
    field: str
    where: Where = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    number: Number


@dataclass(frozen=True, slots=True)
class Value:
    """A measure in shown units: held units ÷ `scale`."""

    measure: Measure
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Average:
    total: Measure
    count: Measure
    scale: int


@dataclass(frozen=True, slots=True)
class Quantile:
    """`q` is the decimal that was written, so that 0.95 · 20 is 19 and not a hair more."""

    measure: Measure
    q: str


@dataclass(frozen=True, slots=True)
class Known:
    """`formula`, but null for a group that has only events for which it is not known."""

    formula: Formula
    known: Measure
    unknown: Measure


@dataclass(frozen=True, slots=True)
class Rate:
    formula: Formula
    minutes: int
    """The time unit in minutes: 1, 60 or 1440."""


@dataclass(frozen=True, slots=True)
class Binary:
    operator: Literal["+", "-", "*", "/"]
    left: Formula
    right: Formula


Formula = Constant | Value | Average | Quantile | Known | Rate | Binary


@dataclass(frozen=True, slots=True)
class Sketch:
    """A merged histogram: representative values ascending and how many values are at or below each."""

    values: tuple[float, ...]
    cumulated: tuple[int, ...]

    def quantile(self, q: str) -> float | None:
        """Nearest rank: the value at position max(1, ⌈q·n⌉)."""
        if not self.cumulated:
            return None
        rank = max(1, ceil(Fraction(q) * self.cumulated[-1]))
        return self.values[bisect_left(self.cumulated, rank)]


Minutes = Mapping[str, float | None]
"""How long a window is for each source; None, or no entry, where a rate has no meaning."""


def value(formula: Formula, measured: Mapping[Measure, Any], minutes: Minutes) -> Number | None:
    """The metric over one group, whose window has these `minutes`."""
    match formula:
        case Constant(number):
            return number
        case Value(measure, scale):
            held: Number | None = measured[measure]
            return held if held is None or scale == 1 else held / scale
        case Average(total, count, scale):
            n = measured[count]
            return measured[total] / (n * scale) if n else None
        case Quantile(measure, q):
            found: float | None = measured[measure].quantile(q)
            return found
        case Known(inner, known, unknown):
            hidden = measured[unknown] > 0 and measured[known] == 0
            return None if hidden else value(inner, measured, minutes)
        case Rate(inner, unit):
            per, spent = value(inner, measured, minutes), _longest(sources(inner), minutes)
            return None if per is None or not spent else per / (spent / unit)
        case Binary(operator, left, right):
            return _combine(operator, value(left, measured, minutes), value(right, measured, minutes))
        case _:
            assert_never(formula)


def _longest(names: Iterable[str], minutes: Minutes) -> float:
    """Several sources are rated like one log of all their events: since the earliest first event."""
    return max((minutes.get(name) or 0.0 for name in names), default=0.0)


def _combine(operator: str, left: Number | None, right: Number | None) -> Number | None:
    if left is None or right is None:
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    return left / right if right else None


def measures(formula: Formula) -> Iterator[Measure]:
    """Every measure that the formula reads."""
    match formula:
        case Constant():
            return
        case Value(measure, _) | Quantile(measure, _):
            yield measure
        case Average(total, count, _):
            yield from (total, count)
        case Known(inner, known, unknown):
            yield from measures(inner)
            yield from (known, unknown)
        case Rate(inner, _):
            yield from measures(inner)
        case Binary(_, left, right):
            yield from measures(left)
            yield from measures(right)
        case _:
            assert_never(formula)


def sources(formula: Formula) -> frozenset[str]:
    """The sources that the formula reads; "" is the asking widget's."""
    return frozenset(measure.source for measure in measures(formula))


def fields(formula: Formula, source: str = "") -> frozenset[str]:
    """Every field that the formula needs of a source, those of its conditions included."""
    own = [measure for measure in measures(formula) if measure.source == source]
    return frozenset(name for measure in own for name in (measure.field, *(c.dimension for c in measure.where)))


def mapped(formula: Formula, change: Callable[[Measure], Measure]) -> Formula:
    """The same formula over other measures."""
    match formula:
        case Constant():
            return formula
        case Value() | Quantile():
            return replace(formula, measure=change(formula.measure))
        case Average(total, count, _):
            return replace(formula, total=change(total), count=change(count))
        case Known(inner, known, unknown):
            return Known(mapped(inner, change), change(known), change(unknown))
        case Rate(inner, _):
            return replace(formula, formula=mapped(inner, change))
        case Binary(_, left, right):
            return replace(formula, left=mapped(left, change), right=mapped(right, change))
        case _:
            assert_never(formula)


def bound(formula: Formula, source: str) -> Formula:
    """What names no source is measured in this one."""
    return mapped(formula, lambda measure: measure if measure.source else replace(measure, source=source))


def asked_of(formula: Formula, source: str) -> Formula:
    """The formula for a widget of this source: its measures carry no name, and ratios with cost are settled."""
    own = mapped(formula, lambda measure: replace(measure, source="") if measure.source == source else measure)
    return settled(own)


# ---- cost -------------------------------------------------------------------------------------

PRICED = Condition("priced", any_of=(True,))
UNPRICED = Condition("priced", any_of=(False,))
BILLED = Condition("billed", any_of=(True,))
"""Events whose cost is known. One without tokens is priced, since it costs nothing, but tells no cost."""


def costly(formula: Formula) -> frozenset[str]:
    """The sources whose cost the formula reads."""
    return frozenset(measure.source for measure in measures(formula) if measure.field == "cost")


def settled(formula: Formula) -> Formula:
    """Both sides of a ratio with a source's cost speak of the same events of that source: the priced ones."""
    match formula:
        case Binary(operator, left, right):
            found = Binary(operator, settled(left), settled(right))
            return mapped(found, partial(_restricted, costly(found))) if operator == "/" else found
        case Known(inner, known, unknown):
            return Known(settled(inner), known, unknown)
        case Rate(inner, minutes):
            return Rate(settled(inner), minutes)
    return formula


def _restricted(names: frozenset[str], measure: Measure) -> Measure:
    held = measure.field == "cost" or any(condition.dimension in _OF_COST for condition in measure.where)
    if held or measure.source not in names:
        return measure
    return replace(measure, where=(*measure.where, PRICED))


_OF_COST = ("priced", "billed")


# ---- what may be done with the number ---------------------------------------------------------

Nature = Literal["additive", "constant", "ratio", "average", "extreme", "percentile", "distinct"]


def nature(formula: Formula) -> Nature:
    """Whether parts of it add up to the whole, and if not, why."""
    match formula:
        case Constant():
            return "constant"
        case Value(measure, _):
            return _nature_of(measure)
        case Average():
            return "average"
        case Quantile():
            return "percentile"
        case Known(inner, _, _) | Rate(inner, _):
            return nature(inner)
        case Binary(operator, left, right):
            return _nature(operator, nature(left), nature(right))
        case _:
            assert_never(formula)


def _nature_of(measure: Measure) -> Nature:
    match measure.kind:
        case "min" | "max":
            return "extreme"
        case "distinct":
            return "distinct"
    return "additive"


def _nature(operator: str, left: Nature, right: Nature) -> Nature:
    if left == right == "constant":
        return "constant"
    if operator in "+-" and left == right == "additive":
        return "additive"
    if operator == "*" and {left, right} == {"additive", "constant"}:
        return "additive"
    if operator == "/" and right == "constant":
        return left
    return next((n for n in (left, right) if n not in ("additive", "constant")), "ratio")
