"""Numbers as decimal digits, so that the program and the page's script round alike, to the last digit.

Both start from the shortest digits that mean the number (`repr` here, `String` there: the same by definition) and round
these, half away from zero. Floating point takes no part.
"""

from __future__ import annotations

from typing import NamedTuple

_EXACT = 2**53
"""Larger integers are not all numbers of the page's script: they are written as the nearest that is."""


class Digits(NamedTuple):
    """0.`digits` × 10^`point`, without zeros at the ends; zero has no digits."""

    is_negative: bool
    digits: str
    point: int

    @property
    def is_whole(self) -> bool:
        return len(self.digits) <= self.point or not self.digits

    @property
    def is_zero(self) -> bool:
        return not self.digits


def digits_of(value: float) -> Digits:
    """The shortest digits that mean `value`."""
    written = str(value) if isinstance(value, int) and abs(value) <= _EXACT else repr(float(value))
    mantissa, _, exponent = written.removeprefix("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    return _trimmed(written.startswith("-"), whole + fraction, len(whole) + int(exponent or 0))


def shifted(number: Digits, places: int) -> Digits:
    """Times 10^`places`."""
    return number._replace(point=number.point + places) if number.digits else number


def rounded(number: Digits, places: int) -> Digits:
    """With at most `places` digits after the point."""
    kept = number.point + places
    if kept >= len(number.digits):
        return number
    if kept < 0 or number.digits[kept] < "5":
        return _trimmed(number.is_negative, number.digits[: max(kept, 0)], number.point)
    up = str(int(number.digits[:kept] or "0") + 1)
    return _trimmed(number.is_negative, up, number.point + len(up) - kept)


def parts(number: Digits, places: int) -> tuple[str, str]:
    """The digits before the point, and after it `places` of them. The number has been rounded to so many."""
    if number.point <= 0:
        return "0", ("0" * -number.point + number.digits).ljust(places, "0")[:places]
    padded = number.digits.ljust(number.point, "0")
    return padded[: number.point], padded[number.point :].ljust(places, "0")


def places(number: Digits, significant: int) -> int:
    """After the point, for so many significant digits; none for a whole number."""
    if number.is_whole:
        return 0
    return max(0, significant - rounded(number, significant - number.point).point)


def below(number: Digits, digits: str, point: int) -> bool:
    """Whether its size is less than 0.`digits` × 10^`point`."""
    return not number.digits or (number.point, number.digits) < (point, digits)


def _trimmed(is_negative: bool, digits: str, point: int) -> Digits:
    rest = digits.lstrip("0")
    kept = rest.rstrip("0")
    return Digits(is_negative and bool(kept), kept, point - len(digits) + len(rest) if kept else 0)
