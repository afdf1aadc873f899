"""Numbers, times and names as a reader in each locale writes them."""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashgen import formats
from dashgen.digits import below, digits_of, parts, places, rounded, shifted
from dashgen.formats import Writer
from dashgen.plurals import plural
from dashgen.widgets.base import Label

NBSP = "\N{NO-BREAK SPACE}"
THIN = "\N{THIN SPACE}"
VECTORS = json.loads(Path(__file__).with_name("vectors").joinpath("formats.json").read_text("utf-8"))
"""What ICU writes: tests/vectors/formats.mjs."""
LOCALES = ("en", "it", "de", "fr", "es", "ar", "hi", "ja")


def writer(currency: str = "USD", locale: str = "en") -> Writer:
    return formats.writer(locale, currency)


def label(format: str = "number", unit: str | None = None) -> Label:
    return Label("Title", None, unit, format, "neither")


def called(write: Writer, call: str, given: list[Any]) -> Any:
    if call == "plural":
        return [plural(write.data["plurals"], digits_of(number), 0) for number in given[0]]
    if call == "bucket":
        return write.bucket(given[0], daily=given[1])
    if call == "time":
        return write.time(given[0], year=given[1])
    written = getattr(write, call)(*given)
    return unmarked(getattr(written, "joined", written))


def unmarked(text: str) -> str:
    """ICU lets the $ of US$ turn to the other side."""
    return re.sub("(?<=[$¥])\N{LEFT-TO-RIGHT MARK}", "", text)


@pytest.mark.parametrize("locale", sorted({vector["locale"] for vector in VECTORS}))
def test_icu_writes_the_same(locale: str) -> None:
    vectors = [vector for vector in VECTORS if vector["locale"] == locale]
    wrong = [
        (vector["call"], vector["given"], written, vector["gives"])
        for vector in vectors
        if (written := called(writer(vector["currency"], locale), vector["call"], vector["given"])) != vector["gives"]
    ]
    assert vectors
    assert wrong == []


# ---- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "format", "unit", "shown"),
    [
        (None, "percent", None, ("–", "", NBSP)),
        (0, "number", "requests", ("0", "requests", NBSP)),
        (999_999, "number", "requests", ("999,999", "requests", NBSP)),
        (1_234_567, "number", "tokens", ("1.23M", "tokens", NBSP)),
        (546_000_000, "compact", None, ("546M", "", NBSP)),
        (1200, "compact", None, ("1.20K", "", NBSP)),
        (24.6812, "number", "req/min", ("24.7", "req/min", NBSP)),
        (24.0, "number", "req/min", ("24", "req/min", NBSP)),
        (0.0948, "percent", None, ("9.48", "%", "")),
        (1.0, "percent", None, ("100", "%", "")),
        (0.000012, "percent", None, ("0.00120", "%", "")),
        (8412.554, "currency", None, ("$8,412.55", "", "")),
        (-3.5, "currency", None, ("-$3.50", "", "")),
        (0.00042, "currency", None, ("$0.000420", "", "")),
        (850.4, "duration", "ms", ("850", "ms", NBSP)),
        (2042.0, "duration", "ms", ("2.04", "s", NBSP)),
        (999.9, "duration", "ms", ("1.00", "s", NBSP)),
        (65_000, "duration", "ms", (f"1{NBSP}min 5", "s", NBSP)),
        (59_999, "duration", "ms", ("1", "min", NBSP)),
        (12_000_000, "duration", "ms", (f"3{NBSP}h 20", "min", NBSP)),
        (2.5, "duration", "s", ("2.50", "s", NBSP)),
        (2_500_000, "duration", "ns", ("2.50", "ms", NBSP)),
        (1.5, "duration", "min", (f"1{NBSP}min 30", "s", NBSP)),
        (-65_000, "duration", "ms", (f"-1{NBSP}min 5", "s", NBSP)),
        (2_500_000, "bytes", None, ("2.50", "MB", NBSP)),
        (999_999, "bytes", None, ("1.00", "MB", NBSP)),
        (512, "bytes", None, ("512", "byte", NBSP)),
    ],
)
def test_values(value: float | None, format: str, unit: str | None, shown: tuple[str, str, str]) -> None:
    assert tuple(writer().value(value, label(format, unit))) == shown


@pytest.mark.parametrize(
    ("locale", "second", "hours", "percent", "price"),
    [
        ("en", "2.04_s", "3_h 20_min", "9.48%", "€1,234.50"),
        ("it", "2,04_s", "3_h 20_min", "9,48%", "1.234,50_€"),
        ("de", "2,04_s", "3_h 20_min", "9,48_%", "1.234,50_€"),
        ("fr", "2,04\u202fs", "3\u202fh 20_min", "9,48_%", "1\u202f234,50_€"),
        ("es", "2,04_s", "3_h 20_min", "9,48_%", "1.234,50_€"),
        ("ar", "2.04_ث", "3_س 20_د", "9.48\u200e%\u200e", "\u200f1,234.50_€"),
        ("hi", "2.04_से॰", "3_घं॰ 20_मिनट", "9.48%", "€1,234.50"),
        ("ja", "2.04_秒", "3_時間 20_分", "9.48%", "€1,234.50"),
        ("tr", "2,04_sn", "3_sa 20_dk.", "%9,48", "€1.234,50"),
        ("de-CH", "2.04_s", "3_h 20_min", "9.48%", "EUR_1’234.50"),
        ("ar-EG", "٢٫٠٤_ث", "٣_س ٢٠_د", "٩٫٤٨٪\u061c", "\u200f١٬٢٣٤٫٥٠_€"),
    ],
)
def test_locales(locale: str, second: str, hours: str, percent: str, price: str) -> None:
    write = writer("EUR", locale)
    written = (
        write.duration(2042).joined,
        write.duration(12_000_000).joined,
        write.percent(0.0948),
        write.money(1234.5),
    )
    assert [text.replace(NBSP, "_") for text in written] == [second, hours, percent, price]


@pytest.mark.parametrize(
    ("currency", "locale", "value", "written"),
    [
        ("EUR", "en", 1234.5, "€1,234.50"),
        ("JPY", "en", 1234.5, "¥1,235"),
        ("JPY", "en", 0.4, "¥0.400"),
        ("NOK", "en", 1234.5, f"NOK{NBSP}1,234.50"),
        ("NOK", "en", -1234.5, f"-NOK{NBSP}1,234.50"),
        ("KWD", "en", 0.5, f"KWD{NBSP}0.500"),
        ("USD", "it", 2_500_000, f"2,50{NBSP}Mln{NBSP}USD"),
        ("USD", "es", 2_500_000, f"2,50{NBSP}M{NBSP}US$"),
        ("USD", "ar", -3, f"\u200f\u200e-3.00{NBSP}US$\u200e"),
        ("INR", "hi", 25_00_000, f"₹25{NBSP}लाख"),
        ("XXQ", "en", 1, f"XXQ{NBSP}1.00"),
    ],
)
def test_currencies(currency: str, locale: str, value: float, written: str) -> None:
    assert writer(currency, locale).money(value) == written


def test_cells_keep_only_units_that_belong_to_the_number() -> None:
    assert writer().cell(12, label("number", "requests")) == "12"
    assert writer().cell(0.5, label("percent")) == "50%"
    assert writer().cell(2042.0, label("duration", "ms")) == f"2.04{NBSP}s"
    assert writer("EUR", "de").cell(2042.0, label("currency")) == f"2.042,00{NBSP}€"


@pytest.mark.parametrize(("part", "written"), [(0, "0%"), (0.0049, "<1%"), (0.005, "1%"), (0.125, "13%"), (1, "100%")])
def test_shares_are_whole_percentages(part: float, written: str) -> None:
    assert writer().share(part) == written


def test_points_are_a_difference_of_percentages() -> None:
    assert writer(locale="de").points(0.0125) == f"1,3{NBSP}pts"


@pytest.mark.parametrize(
    ("values", "format", "unit", "locale", "written"),
    [
        ([0, 500_000, 1_000_000], "number", None, "en", ["0", "0.5M", "1M"]),
        ([0, 2000, 4000], "number", None, "en", ["0", "2,000", "4,000"]),
        ([0, 5000, 10_000], "number", None, "en", ["0", "5K", "10K"]),
        ([0, 5000, 10_000], "number", None, "de", ["0", "5.000", "10.000"]),
        ([0, 20_000, 40_000], "number", None, "ja", ["0", "2万", "4万"]),
        ([0, 3000, 12_000], "number", None, "ar", ["0", f"3{NBSP}ألف", f"12{NBSP}ألف"]),
        ([-0.5, 0, 0.1 + 0.2], "number", None, "fr", ["-0,5", "0", "0,3"]),
        ([0, 0.05, 0.1], "percent", None, "en", ["0%", "5%", "10%"]),
        ([0, 0.5, 1], "currency", None, "en", ["$0", "$0.5", "$1"]),
        ([0, 20_000], "currency", None, "en", ["$0", "$20K"]),
        ([0, 500, 1000], "duration", "ms", "en", ["0", f"0.5{NBSP}s", f"1{NBSP}s"]),
        ([0, 30, 60, 90], "duration", "s", "en", ["0", f"0.5{NBSP}min", f"1{NBSP}min", f"1.5{NBSP}min"]),
        ([0, 20, 40, 60], "duration", "s", "en", ["0", f"20{NBSP}s", f"40{NBSP}s", f"60{NBSP}s"]),
        ([0, 2.5e6], "bytes", None, "fr", ["0", "2,5\u202fMo"]),
        ([], "bytes", None, "en", []),
        ([], "duration", "ms", "en", []),
    ],
)
def test_ticks_are_short_and_alike(
    values: list[float], format: str, unit: str | None, locale: str, written: list[str]
) -> None:
    assert writer(locale=locale).ticks(values, label(format, unit)) == written


# ---- digits -------------------------------------------------------------------------------------

numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)


@given(numbers, st.integers(0, 30))
@example(9.995, 2)
@example(0.5, 0)
@example(-0.0, 2)
@example(1e21, 0)
@example(5e-324, 30)
def test_digits_round_as_decimals_do(value: float, after: int) -> None:
    shortest = Decimal(repr(value))
    expected = abs(shortest).quantize(Decimal(1).scaleb(-after), ROUND_HALF_UP, context=_WIDE)
    whole, fraction = parts(rounded(digits_of(value), after), after)
    assert Decimal(f"{whole}.{fraction}") == expected
    assert len(fraction) == after


_WIDE = Context(prec=1100)


@given(numbers, st.integers(-30, 30))
def test_digits_shift_without_rounding(value: float, by: int) -> None:
    number = shifted(digits_of(value), by)
    meant = Decimal(f"0.{number.digits or '0'}").scaleb(number.point, context=_WIDE)
    assert meant == abs(Decimal(repr(value)).scaleb(by, context=_WIDE))


@given(numbers)
def test_enough_digits_are_shown(value: float) -> None:
    """What is shown is within half a unit of the third digit of the value."""
    number = digits_of(value)
    whole, fraction = parts(rounded(number, places(number, 3)), places(number, 3))
    shown = Decimal(f"{whole}.{fraction or '0'}")
    exact = abs(Decimal(repr(value)))
    assert abs(shown - exact) <= exact * Decimal("0.005")


@given(numbers, numbers.filter(bool))
def test_below_compares_sizes(value: float, other: float) -> None:
    limit = digits_of(other)
    assert below(digits_of(value), limit.digits, limit.point) == (abs(value) < abs(other))


def test_large_integers_are_the_nearest_number_of_the_page() -> None:
    assert writer().whole(2**53 + 1) == "9,007,199,254,740,992"
    assert writer().whole(10**30) == "1,000,000,000,000,000,000,000,000,000,000"


@given(numbers, st.sampled_from(["number", "percent", "currency", "duration", "bytes", "compact"]))
@example(1.7976931348623157e308, "duration")
@example(5e-324, "percent")
def test_every_number_can_be_written(value: float, format: str) -> None:
    shown = writer("EUR", "de").value(value, label(format, "ms"))
    assert shown.text
    assert len(shown.joined) < 40


@given(st.floats(0, 1e15), st.floats(0, 1e15))
def test_what_is_larger_is_not_written_smaller(one: float, other: float) -> None:
    """Read back, compact numbers stay in order."""
    low, high = sorted((one, other))
    assert _read(writer().compact(low)) <= _read(writer().compact(high))


def _read(text: str) -> float:
    sizes = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
    if "E" in text:
        return float(text.replace(",", ""))
    size = sizes.get(text[-1], 1)
    return float(text.rstrip("KMBT").replace(",", "")) * size


def test_plurals_of_fractions() -> None:
    arabic, english = writer(locale="ar").data["plurals"], writer().data["plurals"]
    assert [plural(english, digits_of(n), n % 1 and 1) for n in (1, 1.5, 0)] == ["one", "other", "other"]
    assert plural(english, digits_of(1), 1) == "other"  # 1.0
    assert plural(arabic, digits_of(3.5), 1) == "other"


# ---- times --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        ("2025-06-01T00:00:00+02:00", "2025-07-01T00:00:00+02:00", f"Jun 1{THIN}–{THIN}30, 2025"),
        ("2025-06-01T00:00:00+02:00", "2025-06-30T23:59:29.5+02:00", f"Jun 1{THIN}–{THIN}30, 2025"),
        ("2025-06-28T00:00:00+02:00", "2025-07-03T10:00:00+02:00", f"Jun 28{THIN}–{THIN}Jul 3, 2025"),
        ("2024-12-28T00:00:00+01:00", "2025-01-03T10:00:00+01:00", f"Dec 28, 2024{THIN}–{THIN}Jan 3, 2025"),
        ("2025-06-30T00:00:00+02:00", "2025-07-01T00:00:00+02:00", "Jun 30, 2025"),
        ("2025-06-01T00:00:00+02:00", "2025-06-30T00:00:00.000001+02:00", f"Jun 1{THIN}–{THIN}30, 2025"),
        ("2025-06-30T09:00:00+02:00", "2025-06-30T12:34:56+02:00", f"Jun 30, 2025, 09:00{THIN}–{THIN}12:34"),
        (
            "2025-06-29T12:00:00+02:00",
            "2025-06-30T12:34:56+02:00",
            f"Jun 29, 2025, 12:00{THIN}–{THIN}Jun 30, 2025, 12:34",
        ),
        ("2025-06-28T13:00:00+02:00", "2025-06-30T12:00:00+02:00", f"Jun 28{THIN}–{THIN}30, 2025"),
        ("", "", ""),
    ],
)
def test_ranges(start: str, end: str, written: str) -> None:
    assert writer().range(start, end) == written


def test_times_are_written_in_the_offset_they_carry() -> None:
    write = writer()
    assert write.time("2025-06-30T23:59:29+02:00") == "Jun 30, 2025, 23:59:29"
    assert write.time("2025-06-30T23:59:29+02:00", year=False) == "Jun 30, 23:59:29"
    assert write.time(None) == "–"
    assert write.bucket("2025-06-30T05:00:00+02:00", daily=False) == "Mon, Jun 30, 2025, 05:00"
    assert write.bucket("2025-06-30T00:00:00+02:00", daily=True) == "Mon, Jun 30, 2025"


def test_pieces_of_times() -> None:
    at = datetime(2025, 3, 4, 5, 6, 7)
    english, japanese, persian = writer(), writer(locale="ja"), writer(locale="fa")
    assert [english.day(at), english.day(at, year=False), english.clock(at)] == ["Mar 4, 2025", "Mar 4", "05:06"]
    assert [english.month(at), english.year(at), english.hour(5), english.weekday(1)] == ["Mar", "2025", "05:00", "Mon"]
    assert [japanese.month(at), japanese.year(at), japanese.hour(5)] == ["3月", "2025年", "5:00"]
    assert [english.month(at, year=True), japanese.month(at, year=True)] == ["Mar 2025", "2025年3月"]
    assert [persian.year(at), persian.clock(at)] == ["۲۰۲۵", "۵:۰۶"]


# ---- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "(missing)"),
        ({"other": 1234}, "Other (1,234)"),
        ("Other", "Other"),
        (429, "429"),
        (True, "yes"),
        ("", "(empty)"),
        ("a\x00b\u202ec\nd", "a�b�c d"),
        ("\u200fשלום\u200f", "\u200fשלום\u200f"),
        ("\u2067a\u2069", "\u2067a\u2069"),
        ("\u2067a", "�a"),
        ("\u2069a\u2067", "�a�"),
    ],
)
def test_names(value: object, name: str) -> None:
    assert writer().name(value) == name


def test_the_writer_of_an_unknown_locale_is_refused() -> None:
    with pytest.raises(LookupError):
        formats.writer("xx", "USD")


@given(st.floats(0, 1e12))
def test_milliseconds_are_what_a_duration_counts(value: float) -> None:
    for unit, factor in (("us", 1e-3), ("s", 1e3), ("min", 6e4), ("h", 3.6e6)):
        meant = formats.in_milliseconds(value, unit)
        read = float(f"0.{meant.digits or '0'}e{meant.point}")
        assert math.isclose(read, value * factor, rel_tol=1e-12, abs_tol=1e-320)
