"""Half-even rounding, exactly."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

BILLION = 10**9


def half_even(exact: Fraction) -> int:
    return round(exact)


def scaled(value: float, factor: float) -> int | None:
    """The float64 product rounded half to even; None for NaN and infinity."""
    product = float(value) * factor
    return round(product) if math.isfinite(product) else None


def exact(number: float | str) -> Fraction:
    """The decimal number that was written."""
    return Fraction(Decimal(str(number)))
