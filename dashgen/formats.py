"""How numbers, times and names are written on the page, in the dashboard's locale: one place for all of it.

The page's script has the same algorithm over the same data (runtime/format.js); tests/vectors/formats.json holds both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashgen import cldr
from dashgen.dates import Dates
from dashgen.digits import Digits, below, digits_of, rounded, shifted
from dashgen.names import clean
from dashgen.numerals import Numerals
from dashgen.numerals import Shown as Shown
from dashgen.words import Words, spoken, texts

if TYPE_CHECKING:
    from datetime import datetime

    from dashgen.widgets.base import Label

MISSING = "–"
_NBSP = "\N{NO-BREAK SPACE}"
_SIZES = ("B", "kB", "MB", "GB", "TB", "PB")
_POWERS = {"ns": -6, "us": -3, "ms": 0, "s": 3}
_FACTORS = {"min": 60, "h": 3600}
_WITH_UNITS = ("percent", "currency", "duration", "bytes")
_LARGE = (("h", 3.6e6), ("min", 6e4))


def writer(locale: str, currency: str, lang: str = "en") -> Writer:
    """Numbers and times as `locale` writes them, and the page's words in `lang`. LookupError for an unknown locale."""
    data = cldr.data(locale, currency)
    return Writer(data, words(lang, Numerals(data)))


def words(lang: str, numerals: Numerals) -> Words:
    """The page's texts in `lang`, or in English, with the numbers in them as the locale writes them."""
    own = spoken(lang)
    rules = cldr.data(own, numerals.data["currency"])["plurals"]
    page, inside = cldr.direction(lang), cldr.direction(own)
    return Words(
        texts(own),
        rules,
        lambda n: numerals.whole(digits_of(n)),
        lang=own,
        isolated="rtl" in (page, numerals.data["direction"]),
        inside=inside if inside != page else "",
    )


class Writer:
    """How numbers, times and names are written on one page."""

    def __init__(self, data: Mapping[str, Any], words: Words) -> None:
        self.data = data
        self.words = words
        self.currency: str = data["currency"]
        self._numerals = Numerals(data)
        self._dates = Dates(data, self._numerals.own)

    @property
    def script_data(self) -> dict[str, Any]:
        """What the page's script needs to write alike, beside the texts of the words."""
        words = self.words
        return {**self.data, "wordPlurals": words.plurals, "isolated": words.isolated, "inside": words.inside}

    # ---- numbers

    def value(self, value: Any, label: Label) -> Shown:
        """A metric's value as `label` says; a null is a dash without a unit."""
        if value is None:
            return Shown(MISSING)
        number = digits_of(value)
        match label.format:
            case "percent":
                return self._numerals.percent(number)
            case "currency":
                return self._numerals.money(number)
            case "duration":
                return self._duration(in_milliseconds(value, label.unit))
            case "bytes":
                return self.size(value)
            case "compact":
                shown = self._numerals.compact(number)
            case _:
                shown = self._number(number)
        return Shown(shown.joined, label.unit or "")

    def cell(self, value: Any, label: Label) -> str:
        """A value in a column whose heading says what is counted: only units that belong to the number stay."""
        shown = self.value(value, label)
        return shown.joined if label.format in _WITH_UNITS else shown.text

    def number(self, value: float) -> str:
        """Integers whole with separators up to a million, then compact; reals with three significant digits."""
        return self._number(digits_of(value)).joined

    def whole(self, value: float) -> str:
        """Every digit before the point, with separators."""
        return self._numerals.whole(digits_of(value))

    def compact(self, value: float) -> str:
        return self._numerals.compact(digits_of(value)).joined

    def percent(self, value: float, significant: int = 3) -> str:
        """A fraction as a percentage."""
        return self._numerals.percent(digits_of(value), significant).joined

    def points(self, value: float) -> str:
        """A difference between two fractions as percentage points."""
        return f"{self._numerals.significant(shifted(digits_of(value), 2), 2)}{_NBSP}{self.words('points')}"

    def share(self, part: float) -> str:
        """A fraction as a whole percentage; what rounds to nothing is `<1%`."""
        number = digits_of(part)
        if not number.is_zero and not number.is_negative and below(number, "5", -2):
            return f"<{self._numerals.share(digits_of(0.01)).joined}"
        return self._numerals.share(number).joined

    def money(self, value: float) -> str:
        return self._numerals.money(digits_of(value)).joined

    def money_in_full(self, value: float) -> str:
        return self._numerals.money_in_full(digits_of(value)).joined

    def duration(self, ms: float) -> Shown:
        """Milliseconds as `850 ms`, `2.04 s`, `1 min 5 s`, `3 h 20 min`."""
        return self._duration(digits_of(ms))

    def size(self, value: float) -> Shown:
        """Bytes by powers of a thousand."""
        number = digits_of(value)
        step = _step(rounded(number, 3 - number.point).point)
        return self._numerals.measured(shifted(number, -3 * step), _SIZES[step])

    def _number(self, number: Digits) -> Shown:
        return self._numerals.compact(number) if number.point > 6 else Shown(self._numerals.significant(number))

    def _duration(self, ms: Digits) -> Shown:
        if below(ms, "9995", 3):
            return self._numerals.measured(ms, "ms")
        seconds = shifted(ms, -3)
        if below(seconds, "59995", 2) or seconds.point > 15:
            return self._numerals.measured(seconds, "s")
        total = int(_whole(seconds))
        if total < 3600:
            return self._two(ms.is_negative, *divmod(total, 60), "min", "s")
        return self._two(ms.is_negative, *divmod((total + 30) // 60, 60), "h", "min")

    def _two(self, is_negative: bool, large: int, small: int, large_unit: str, small_unit: str) -> Shown:
        first = self._numerals.measured(digits_of(-large if is_negative else large), large_unit)
        if not small:
            return first
        second = self._numerals.measured(digits_of(small), small_unit)
        return Shown(f"{first.joined} {second.text}", second.unit, second.gap)

    # ---- axes

    def ticks(self, values: Sequence[float], label: Label) -> list[str]:
        """Round values of one axis, as short as they can be and all in the unit of the largest: `0`, `0.5M`, `1M`."""
        numbers = [digits_of(value) for value in values]
        return [shown.joined for shown in self._ticks(numbers, values, label)] if values else []

    def _ticks(self, numbers: Sequence[Digits], values: Sequence[float], label: Label) -> list[Shown]:
        match label.format:
            case "percent":
                return [self._numerals.exact(shifted(number, 2), *self.data["percent"]) for number in numbers]
            case "currency":
                return self._numerals.alike(numbers, "compactMoney", self.data["money"][0])
            case "duration":
                return self._durations([value * milliseconds(label.unit) for value in values])
            case "bytes":
                step = _step(max(number.point for number in numbers))
                return [self._measured(shifted(number, -3 * step), _SIZES[step]) for number in numbers]
            case _:
                return self._numerals.alike(numbers, "compact", ["", "", ""])

    def _durations(self, ms: Sequence[float]) -> list[Shown]:
        """In the largest unit in which all are short: whole or half minutes, no thirds of one."""
        largest = max(map(abs, ms))
        large = (unit for unit, size in _LARGE if largest >= size and not any(value * 2 % size for value in ms))
        unit = next(large, "s" if largest >= 1000 else "ms")
        return [self._measured(digits_of(value / milliseconds(unit)), unit) for value in ms]

    def _measured(self, number: Digits, unit: str) -> Shown:
        """Nothing has no unit."""
        return self._numerals.exact(number, self.data["units"][unit] if number.digits else ["", "", ""])

    # ---- names

    def name(self, value: Any) -> str:
        """A dimension's value: missing, folded, an empty text, or as it stands in the data."""
        match value:
            case None:
                return self.words("missing")
            case {"other": count}:
                return self.words("other", count=count)
            case bool():
                return self.words("yes" if value else "no")
            case _:
                return clean(str(value)) or self.words("empty")

    def names(self, values: Iterable[str]) -> str:
        """Several in one line."""
        return self.words("list").join(values)

    # ---- times

    def weekday(self, number: int) -> str:
        """1 is Monday."""
        return self._dates.weekday(number)

    def hour(self, number: int) -> str:
        """A full hour on the clock: `05:00`."""
        return self._dates.hour(number)

    def day(self, at: datetime, *, year: bool = True) -> str:
        return self._dates.day(at, year=year)

    def clock(self, at: datetime) -> str:
        """A time of day without its day."""
        return self._dates.clock(at)

    def month(self, at: datetime, *, year: bool = False) -> str:
        return self._dates.month(at, year=year)

    def year(self, at: datetime) -> str:
        return self._dates.year(at)

    def time(self, iso: str | None, *, year: bool = True) -> str:
        """With seconds, in the offset that the text carries."""
        return MISSING if iso is None else self._dates.time(iso, year=year)

    def bucket(self, iso: str, daily: bool) -> str:
        """The start of a bucket: a day with its weekday, or with its time too."""
        return self._dates.bucket(iso, daily)

    def range(self, start: str, end: str) -> str:
        """A half-open range as days; with times of day when either end is not a midnight and it is short."""
        return self._dates.range(start, end) if start and end else ""


def in_milliseconds(value: float, unit: str | None) -> Digits:
    """A duration that is counted in `unit`."""
    if unit in _FACTORS:
        return shifted(digits_of(value * _FACTORS[unit]), 3)
    return shifted(digits_of(value), _POWERS.get(unit or "ms", 0))


def milliseconds(unit: str | None) -> float:
    """How many there are in one `unit` of a duration."""
    return float(f"1e{_POWERS.get(unit or 'ms', 0)}") if unit not in _FACTORS else _FACTORS[unit] * 1000.0


def _step(point: int) -> int:
    """Which of the sizes of bytes fits a number with so many digits before the point."""
    return min(max(point - 1, 0) // 3, len(_SIZES) - 1)


def _whole(number: Digits) -> str:
    near = rounded(number, 0)
    return near.digits.ljust(near.point, "0") or "0"
