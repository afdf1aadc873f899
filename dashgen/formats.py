"""How numbers, times and names are written on the page: plain English for now, one place for all of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from dashgen.words import Words, texts

if TYPE_CHECKING:
    from dashgen.widgets.base import Label

MISSING = "–"

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "CHF": "CHF "}
_NO_CENTS = frozenset({"JPY", "KRW"})
_COMPACT = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
_TO_MS = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3, "min": 6e4, "h": 3.6e6}


class Shown(NamedTuple):
    """A written number and the unit that stands small beside it."""

    text: str
    unit: str = ""

    @property
    def joined(self) -> str:
        """In one run, as in a table: `2.04 s`, `9.48%`, `$12.30`."""
        glue = "" if self.unit == "%" or not self.unit else "\N{NO-BREAK SPACE}"
        return f"{self.text}{glue}{self.unit}"


def writer(locale: str, currency: str, words: Words) -> Writer:
    """Numbers, times and names as `locale` writes them; `words` for the names that have no text of their own."""
    return Writer(currency, words)


def words(lang: str, locale: str) -> Words:
    """The page's texts in `lang`, with numbers in them as `locale` writes them."""
    return Words(texts("en"), lambda n: f"{n:,}", lambda n: "one" if n == 1 else "other")


class Writer:
    """How numbers, times and names are written on one page."""

    def __init__(self, currency: str, words: Words) -> None:
        self.currency = currency
        self._words = words

    def value(self, value: Any, label: Label) -> Shown:
        """A metric's value as `label` says; a null is a dash without a unit."""
        if value is None:
            return Shown(MISSING)
        match label.format:
            case "percent":
                return Shown(significant(value * 100), "%")
            case "currency":
                return Shown(self.money(value))
            case "duration":
                return duration(value * milliseconds(label.unit))
            case "bytes":
                return binary_size(value)
            case "compact":
                return Shown(compact(value), label.unit or "")
            case _:
                return Shown(number(value), label.unit or "")

    def cell(self, value: Any, label: Label) -> str:
        """A value in a column whose heading says what is counted: only units that belong to the number stay."""
        shown = self.value(value, label)
        return shown.joined if label.format in {"percent", "duration", "bytes"} else shown.text

    def number(self, value: float) -> str:
        return number(value)

    def whole(self, value: float) -> str:
        return whole(value)

    def compact(self, value: float) -> str:
        return compact(value)

    def percent(self, value: float, digits: int = 3) -> str:
        """A fraction as a percentage."""
        return f"{significant(value * 100, digits)}%"

    def points(self, value: float) -> str:
        """A difference between two fractions as percentage points."""
        return f"{significant(value * 100, 2)}\N{NO-BREAK SPACE}{self._words('points')}"

    def money(self, value: float) -> str:
        return money(value, self.currency)

    def share(self, part: float) -> str:
        return share(part)

    def name(self, value: Any) -> str:
        """A dimension's value: missing, folded, or as it stands in the data."""
        match value:
            case None:
                return self._words("missing")
            case {"other": count}:
                return self._words("other", count=count)
            case bool():
                return self._words("yes" if value else "no")
            case _:
                return clean(str(value))

    def names(self, values: Iterable[str]) -> str:
        """Several in one line."""
        return ", ".join(values)

    def weekday(self, number: int) -> str:
        """1 is Monday."""
        return WEEKDAYS[number - 1]

    def hour(self, number: int) -> str:
        return f"{number:02}"

    def ticks(self, values: Sequence[float], label: Label) -> list[str]:
        """Round values of one axis, as short as they can be and all in the unit of the largest: `0`, `0.5 M`, `1 M`."""
        largest = max(map(abs, values), default=0)
        match label.format:
            case "percent":
                return [f"{_plain(value * 100)}%" for value in values]
            case "currency":
                size, letter = _scale(largest, 1e4)
                signs = ("-" if value < 0 else "" for value in values)
                symbol = currency_symbol(self.currency)
                return [f"{s}{symbol}{_scaled(abs(v), size, letter)}" for s, v in zip(signs, values, strict=True)]
            case "duration":
                ms = milliseconds(label.unit)
                unit = _unit([value * ms for value in values])
                return [_scaled(value * ms, _TO_MS[unit], unit) for value in values]
            case "bytes":
                size, letter = _scale(largest, 1e3)
                return [_scaled(value, size, f"{letter.replace('B', 'G')}B") for value in values]
            case _:
                size, letter = _scale(largest, 1e4)
                return [_scaled(value, size, letter) for value in values]

    def clock(self, at: datetime) -> str:
        """A time of day without its day."""
        return f"{at:%H:%M}"

    def month(self, at: datetime) -> str:
        """A month without its year."""
        return MONTHS[at.month - 1]

    def year(self, at: datetime) -> str:
        return str(at.year)

    def day(self, at: datetime, *, year: bool = True) -> str:
        return format_day(at, year=year)

    def time(self, iso: str | None, *, year: bool = True) -> str:
        """With seconds, in the offset that the text carries."""
        return format_time(iso, year=year)

    def bucket(self, iso: str, daily: bool) -> str:
        """The start of a bucket: a day with its weekday, or with its time too."""
        return format_bucket(iso, daily)

    def range(self, start: str, end: str) -> str:
        """A half-open range as days; with times of day when either end is not a midnight and it is short."""
        return format_range(start, end)


def number(value: float) -> str:
    """Integers whole with separators up to a million, then compact; reals with three significant digits."""
    if abs(value) >= 1e6:
        return compact(value)
    return f"{value:,}" if isinstance(value, int) else significant(value)


def _scale(largest: float, least: float) -> tuple[float, str]:
    """The power of a thousand, and its letter, that fits numbers up to `largest`; none below `least`."""
    return next(((size, letter) for size, letter in _COMPACT if largest >= max(size, least)), (1, ""))


def _unit(ms: Sequence[float]) -> str:
    """The largest unit in which these durations are short: whole or half minutes, no thirds of one."""
    largest = max(map(abs, ms), default=0)
    large = (unit for unit in ("h", "min") if largest >= _TO_MS[unit] and not any(v * 2 % _TO_MS[unit] for v in ms))
    return next(large, "s" if largest >= _TO_MS["s"] else "ms")


def _scaled(value: float, size: float, unit: str) -> str:
    return "0" if value == 0 else f"{_plain(value / size)}\N{NO-BREAK SPACE}{unit}".rstrip("\N{NO-BREAK SPACE}")


def _plain(value: float) -> str:
    """A round number with the digits that it has."""
    written = f"{float(f'{value:.12g}'):,.12f}"
    return written.rstrip("0").rstrip(".")


def whole(value: float) -> str:
    """Every digit before the point, with separators."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.0f}"


def significant(value: float, digits: int = 3) -> str:
    """Three significant digits without an exponent, never fewer than the whole part has."""
    if value == 0:
        return "0"
    if not 1e-9 <= abs(value) < 1e15:
        return f"{value:.{digits - 1}e}"
    exponent = int(f"{abs(value):.{digits - 1}e}".partition("e")[2])
    written = f"{value:,.{max(0, digits - 1 - exponent)}f}"
    return written.rstrip("0").rstrip(".") if "." in written and float(value).is_integer() else written


def compact(value: float) -> str:
    """`1.2 M`; as `number` below a thousand."""
    for size, letter in _COMPACT:
        if abs(value) >= size * 0.9995:
            return f"{significant(value / size)}\N{NO-BREAK SPACE}{letter}"
    return f"{value:,}" if isinstance(value, int) else significant(value)


def money(value: float, currency: str) -> str:
    """With the currency's symbol, or its code where it has none here."""
    sign = "-" if value < 0 else ""
    return f"{sign}{currency_symbol(currency)}{_amount(abs(value), currency)}"


def currency_symbol(currency: str) -> str:
    """`$`; a code ends in a space that does not break."""
    return _SYMBOLS.get(currency, f"{currency} ").replace(" ", "\N{NO-BREAK SPACE}")


def _amount(value: float, currency: str) -> str:
    if value >= 1e6:
        return compact(value)
    cents = 0 if currency in _NO_CENTS else 2
    if 0 < value < 10**-cents:
        return significant(value)
    return f"{value:,.{cents}f}"


def duration(ms: float) -> Shown:
    """Milliseconds as `850 ms`, `2.04 s`, `1 min 5 s`, `3 h 20 min`."""
    size = abs(ms)
    if size < 999.5:
        return Shown(significant(ms), "ms")
    if size < 59_995:
        return Shown(significant(ms / 1000), "s")
    if size < 3_599_500:
        minutes, seconds = divmod(round(ms / 1000), 60)
        return _two(minutes, "min", seconds, "s")
    hours, minutes = divmod(round(ms / 60_000), 60)
    return _two(hours, "h", minutes, "min")


def _two(large: int, large_unit: str, small: int, small_unit: str) -> Shown:
    if not small:
        return Shown(f"{large:,}", large_unit)
    return Shown(f"{large:,}\N{NO-BREAK SPACE}{large_unit} {small}", small_unit)


def milliseconds(unit: str | None) -> float:
    """How many there are in one `unit` of a duration."""
    return _TO_MS.get(unit or "ms", 1.0)


def binary_size(value: float) -> Shown:
    """Bytes by powers of a thousand."""
    for size, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if abs(value) >= size:
            return Shown(significant(value / size), unit)
    return Shown(significant(value), "B")


def share(part: float) -> str:
    """A fraction as a whole percentage; what rounds to nothing is `<1%`."""
    return "<1%" if 0 < part < 0.005 else f"{part * 100:.0f}%"


# ---- names ----------------------------------------------------------------------------------

_CONTROLS = "\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
_DIRECTIONS = "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
_BREAKS = re.compile(r"[\t\n\r]+")
_UNPRINTABLE = re.compile(f"[{_CONTROLS}{_DIRECTIONS}]")


def clean(text: str) -> str:
    """Text that can neither break out of its line nor turn its neighbours around."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub(" ", text))


def shorten(text: str, most: int = 120) -> str:
    """Text that a chart can still measure and place."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def is_other(value: Any) -> bool:
    """Whether a dimension's value is the folded rest, not a value that is spelled so."""
    return isinstance(value, dict)


def unique(names: list[str]) -> list[str]:
    """The names with an invisible mark on those that repeat: charts know a category by its text."""
    seen: dict[str, int] = {}
    marked = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        marked.append(name + "\N{ZERO WIDTH SPACE}" * (seen[name] - 1))
    return marked


# ---- times ----------------------------------------------------------------------------------


def format_time(iso: str | None, *, year: bool = True) -> str:
    """`30 Jun 2025, 23:59:29`, in the offset that the text carries."""
    if iso is None:
        return MISSING
    at = datetime.fromisoformat(iso)
    return f"{format_day(at, year=year)}, {at:%H:%M:%S}"


def format_day(at: datetime, *, year: bool = True) -> str:
    day = f"{at.day} {MONTHS[at.month - 1]}"
    return f"{day} {at.year}" if year else day


def format_bucket(iso: str, daily: bool) -> str:
    """The start of a bucket in words: a day, or a day with its time and weekday."""
    at = datetime.fromisoformat(iso)
    day = f"{WEEKDAYS[at.weekday()]} {format_day(at)}"
    return day if daily else f"{day}, {at:%H:%M}"


def format_range(start: str, end: str) -> str:
    """`1 – 30 Jun 2025`; with times of day when either end is not a midnight and it is short."""
    if not start or not end:
        return ""
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    if last - first < timedelta(hours=47) and (_clock(first) or _clock(last)):
        return f"{_minute(first)} – {_minute(last)}"
    return _days(first, last - timedelta(microseconds=1))


def _clock(at: datetime) -> bool:
    return (at.hour, at.minute, at.second, at.microsecond) != (0, 0, 0, 0)


def _minute(at: datetime) -> str:
    return f"{format_day(at)}, {at:%H:%M}"


def _days(first: datetime, last: datetime) -> str:
    if first.date() >= last.date():
        return format_day(first)
    if first.year != last.year:
        return f"{format_day(first)} – {format_day(last)}"
    month = "" if first.month == last.month else f" {MONTHS[first.month - 1]}"
    return f"{first.day}{month} – {format_day(last)}"
