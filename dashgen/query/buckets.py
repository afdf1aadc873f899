"""Time buckets and histogram buckets by plain arithmetic, the same on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import exp

from dashgen.cube import KEY_OFFSET, log_gamma
from dashgen.query.vocabulary import big, cast, divide, literal, paren, when


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive buckets of one length: bucket = first + (time − start) ÷ step."""

    start: int
    step: int
    first: int


def runs(edges: Sequence[int]) -> list[Run]:
    """The edges as few stretches of equal steps."""
    found: list[Run] = []
    for index, (low, high) in enumerate(pairwise(edges)):
        if not found or found[-1].step != high - low:
            found.append(Run(low, high - low, index))
    return found


def bucket(edges: Sequence[int], time: exp.Expr) -> exp.Expr:
    """Index of the bucket that holds `time`, by integer arithmetic: a balanced CASE over the runs."""
    if len(edges) == 2:
        return exp.convert(0)
    return _choose(runs(edges), time)


def _choose(found: list[Run], time: exp.Expr) -> exp.Expr:
    if len(found) == 1:
        return _within(found[0], time)
    middle = len(found) // 2
    before = exp.LT(this=time.copy(), expression=big(found[middle].start))
    return when(before, _choose(found[:middle], time), _choose(found[middle:], time))


def _within(run: Run, time: exp.Expr) -> exp.Expr:
    since = exp.Sub(this=time.copy(), expression=big(run.start))
    return exp.Add(this=big(run.first), expression=divide(since, big(run.step)))


def histogram_key(value: exp.Expr, scale: int, accuracy: float) -> exp.Expr:
    """The bucket of a held value: sign · (⌈ln(|x|/scale)/ln γ⌉ + offset), 0 for zero."""
    shown = exp.Div(this=cast(exp.Abs(this=value.copy()), "double"), expression=cast(literal(scale), "double"))
    ratio = exp.Div(this=exp.Ln(this=shown), expression=cast(literal(log_gamma(accuracy)), "double"))
    size = exp.Add(this=cast(exp.Ceil(this=ratio), "int"), expression=literal(KEY_OFFSET))
    positive = exp.GT(this=value.copy(), expression=exp.convert(0))
    negative = exp.LT(this=value.copy(), expression=exp.convert(0))
    below = exp.Neg(this=paren(size.copy()))
    return when(positive, size).when(negative, below, copy=False).else_(exp.convert(0), copy=False)
