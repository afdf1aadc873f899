"""Round values for an axis: decimal steps, whole ones for what is counted, clock steps for what lasts minutes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from dashgen.formats import milliseconds
from dashgen.widgets.base import Label

FEW, MANY = 3, 6
_SECOND, _MINUTE, _HOUR = 1e3, 6e4, 3.6e6
_DAY = 24 * _HOUR
_CLOCK = (
    *(_SECOND * n for n in (1, 2, 5, 10, 15, 20, 30)),
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 20, 30)),
    *(_HOUR * n for n in (1, 2, 3, 4, 6, 8, 12, 24)),
)


def ticks(low: float, high: float, label: Label, *, counted: bool = False, most: int = MANY) -> list[float]:
    """`FEW` to `most` steps that enclose `low` and `high` and leave the least room empty.

    What is `counted` has no tick between two integers, and so perhaps fewer.
    """
    if not high > low:
        return [low]
    fitting = [step for step in _steps(high - low, label, counted) if _count(low, high, step) <= most]
    enough = [step for step in fitting if _count(low, high, step) >= FEW]
    best = min(enough or fitting[:1], key=lambda step: (_count(low, high, step) * step, step))
    begin = math.floor(low / best + _NOISE)
    return [_exact(best, begin + n) for n in range(_count(low, high, best) + 1)]


_NOISE = 1e-9


def _count(low: float, high: float, step: float) -> int:
    return math.ceil(high / step - _NOISE) - math.floor(low / step + _NOISE)


def _exact(step: float, n: int) -> float:
    """Without the noise of binary fractions, so that it is written as it is meant."""
    value = float(f"{step * n:.12g}")
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _steps(span: float, label: Label, counted: bool) -> Iterator[float]:
    """Candidates, ascending, from far too small to more than enough."""
    unit = milliseconds(label.unit)
    if label.format == "duration" and span * unit > _MINUTE:
        yield from (step / unit for step in _clock_steps(span * unit))
    elif counted:
        yield from (int(step) for step in _decimal_steps(max(span, 1)) if step >= 1 and step.is_integer())
    else:
        yield from _decimal_steps(span)


def _decimal_steps(span: float) -> Iterator[float]:
    power = int(f"{span:.16e}".partition("e")[2])
    yield from (float(f"{digit}e{size}") for size in (power - 1, power) for digit in (1, 2, 2.5, 5))
    yield float(f"1e{power + 1}")


def _clock_steps(span: float) -> Iterator[float]:
    yield from _CLOCK
    yield from (_DAY * step for step in _decimal_steps(max(span / _DAY, 1)) if step > 1)
