"""Numbers as a locale writes them, out of the data of `cldr`. The page's script has the same: runtime/format.js."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashgen.digits import Digits, parts, places, rounded, shifted
from dashgen.plurals import plural

_NBSP = "\N{NO-BREAK SPACE}"
_LONGEST = 18
"""Numbers with more digits than this before the point have an exponent."""
_SMALLEST = -8
"""And so have those with more zeros after it."""

_NOISE = 12
"""Significant digits of a round number that computing has touched."""

Affix = list[str]


class Shown(NamedTuple):
    """A written number, the unit that may stand small beside it, and the space between them."""

    text: str
    unit: str = ""
    gap: str = _NBSP

    @property
    def joined(self) -> str:
        """In one run, as in a table: `2.04 s`, `9.48%`, `$12.30`."""
        return f"{self.text}{self.gap}{self.unit}" if self.unit else self.text


_BARE: Affix = ["", "", ""]


class Numerals:
    """Writes the numbers of one locale and currency."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self._own = str.maketrans("0123456789", data["digits"])

    def whole(self, number: Digits) -> str:
        """Every digit before the point."""
        return self._fixed(number, 0, _BARE).text

    def significant(self, number: Digits, most: int = 3) -> str:
        """So many significant digits, never fewer than the whole part has; whole numbers as they are."""
        return self._written(number, most, _BARE).text

    def compact(self, number: Digits) -> Shown:
        """`1.23M`; as `significant` where the locale has no word for the size."""
        return self._compact("compact", number, _BARE)

    def percent(self, fraction: Digits, most: int = 3) -> Shown:
        return self._written(shifted(fraction, 2), most, *self.data["percent"])

    def share(self, fraction: Digits) -> Shown:
        """As a whole percentage."""
        return self._fixed(shifted(fraction, 2), 0, *self.data["percent"])

    def money(self, amount: Digits) -> Shown:
        """To the currency's smallest unit; compact from a million on, with more digits where that would be nothing."""
        if amount.point > 6:
            return self._compact("compactMoney", amount, self.data["money"][0])
        return self.money_in_full(amount)

    def money_in_full(self, amount: Digits) -> Shown:
        """The same, never compact."""
        cents = self.data["moneyDigits"]
        if amount.point <= -cents and not amount.is_zero:
            return self._written(amount, 3, *self.data["money"])
        return self._fixed(amount, cents, *self.data["money"])

    def measured(self, number: Digits, unit: str) -> Shown:
        """With one of the units of `cldr`: `2.04 s`."""
        return self._written(number, 3, self.data["units"][unit])

    def exact(self, number: Digits, affix: Affix = _BARE, negative: Affix | None = None) -> Shown:
        """With the digits that it has, but for the noise of floating point."""
        near = rounded(number, _NOISE - number.point)
        return self._fixed(near, max(0, len(near.digits) - near.point), affix, negative)

    def alike(self, numbers: Sequence[Digits], table: str, bare: Affix) -> list[Shown]:
        """All in the size that fits the largest from ten thousand on: `0.5M`, `1M`."""
        largest = max((number.point for number in numbers), default=0)
        power, forms = self._size(table, largest if largest > 4 else 0, bare)
        return [
            self._scaled(shifted(number, -power), forms if number.digits else {"other": bare}) for number in numbers
        ]

    def own(self, digits: str) -> str:
        """Digits as the locale writes them."""
        return digits.translate(self._own)

    def _compact(self, table: str, number: Digits, bare: Affix) -> Shown:
        power, forms = self._size(table, number.point, bare)
        scaled = shifted(number, -power)
        if rounded(scaled, places(scaled, 3)).point > scaled.point:
            power, forms = self._size(table, number.point + 1, bare)
            scaled = shifted(number, -power)
        form = plural(self.data["plurals"], rounded(scaled, places(scaled, 3)), places(scaled, 3))
        return self._written(scaled, 3, forms.get(form, forms["other"]))

    def _scaled(self, number: Digits, forms: Mapping[str, Affix]) -> Shown:
        near = rounded(number, _NOISE - number.point)
        form = plural(self.data["plurals"], near, max(0, len(near.digits) - near.point))
        return self.exact(near, forms.get(form, forms["other"]))

    def _size(self, table: str, point: int, bare: Affix) -> tuple[int, Mapping[str, Affix]]:
        """The power of ten that a number of this size leaves out, and what says so."""
        found: tuple[int, Mapping[str, Affix]] = (0, {"other": bare})
        for least, power, forms in self.data[table]:
            found = (power, forms) if point >= least else found
        return found

    def _written(self, number: Digits, most: int, affix: Affix, negative: Affix | None = None) -> Shown:
        if number.is_zero or _SMALLEST <= number.point <= _LONGEST:
            return self._fixed(number, places(number, most), affix, negative)
        near = rounded(number._replace(point=1), most - 1)
        whole, fraction = parts(near._replace(point=1), most - 1)
        exponent = number.point + near.point - 2
        power = f"{self.data['minus'] if exponent < 0 else ''}{self.own(str(abs(exponent)))}"
        text = f"{self._joined(whole, fraction)}{self.data['exponent']}{power}"
        return self._affixed(text, number.is_negative, affix, negative)

    def _fixed(self, number: Digits, after: int, affix: Affix, negative: Affix | None = None) -> Shown:
        near = rounded(number, after)
        return self._affixed(self._joined(*parts(near, after)), near.is_negative, affix, negative)

    def _affixed(self, text: str, is_negative: bool, affix: Affix, negative: Affix | None) -> Shown:
        before, gap, after = (negative or affix) if is_negative else affix
        sign = self.data["minus"] if is_negative and not negative else ""
        return Shown(f"{sign}{before}{text}", after, gap)

    def _joined(self, whole: str, fraction: str) -> str:
        last, others = self.data["grouping"]
        groups = [whole[-last:]]
        while whole := whole[: -len(groups[0])]:
            groups.insert(0, whole[-others:])
        text = self.data["group"].join(groups)
        return self.own(text + self.data["decimal"] + fraction if fraction else text)
