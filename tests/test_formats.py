from __future__ import annotations

import pytest

from dashgen import formats
from dashgen.formats import Writer
from dashgen.widgets.base import Label

NBSP = "\N{NO-BREAK SPACE}"


def writer(currency: str = "USD", locale: str = "en") -> Writer:
    return formats.writer(locale, currency, formats.words("en", locale))


def label(format: str = "number", unit: str | None = None) -> Label:
    return Label("Title", None, unit, format, "neither")


@pytest.mark.parametrize(
    ("value", "format", "unit", "shown"),
    [
        (None, "percent", None, ("–", "")),
        (0, "number", "requests", ("0", "requests")),
        (999_999, "number", "requests", ("999,999", "requests")),
        (1_234_567, "number", "tokens", (f"1.23{NBSP}M", "tokens")),
        (546_000_000, "compact", None, (f"546{NBSP}M", "")),
        (1200, "compact", None, (f"1.20{NBSP}k", "")),
        (24.6812, "number", "req/min", ("24.7", "req/min")),
        (24.0, "number", "req/min", ("24", "req/min")),
        (0.0948, "percent", None, ("9.48", "%")),
        (1.0, "percent", None, ("100", "%")),
        (0.000012, "percent", None, ("0.00120", "%")),
        (8412.554, "currency", None, ("$8,412.55", "")),
        (-3.5, "currency", None, ("-$3.50", "")),
        (0.00042, "currency", None, ("$0.000420", "")),
        (850.4, "duration", "ms", ("850", "ms")),
        (2042.0, "duration", "ms", ("2.04", "s")),
        (999.9, "duration", "ms", ("1.00", "s")),
        (65_000, "duration", "ms", (f"1{NBSP}min 5", "s")),
        (59_999, "duration", "ms", ("1", "min")),
        (12_000_000, "duration", "ms", (f"3{NBSP}h 20", "min")),
        (2.5, "duration", "s", ("2.50", "s")),
        (2_500_000, "bytes", None, ("2.50", "MB")),
    ],
)
def test_values(value: float | None, format: str, unit: str | None, shown: tuple[str, str]) -> None:
    assert tuple(writer().value(value, label(format, unit))) == shown


@pytest.mark.parametrize(
    ("currency", "written"), [("EUR", "€1,234.50"), ("JPY", "¥1,234"), ("NOK", f"NOK{NBSP}1,234.50")]
)
def test_currencies_by_code(currency: str, written: str) -> None:
    assert writer(currency).money(1234.5) == written


@pytest.mark.parametrize("value", [1e-6, 1e9, 1e15, 1e-12, 123456789012345678, 0.1 + 0.2])
def test_sizes_far_apart_are_written_without_an_error(value: float) -> None:
    for kind in ("number", "percent", "currency", "duration", "bytes", "compact"):
        assert writer().value(value, label(kind)).text


def test_cells_keep_only_units_that_belong_to_the_number() -> None:
    assert writer().cell(12, label("number", "requests")) == "12"
    assert writer().cell(0.5, label("percent")) == "50%"
    assert writer().cell(2042.0, label("duration", "ms")) == f"2.04{NBSP}s"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "(missing)"),
        ({"other": 1234}, "Other (1,234)"),
        ("Other", "Other"),
        (429, "429"),
        (True, "yes"),
        ("", ""),
        ("a\x00b\u202ec\nd", "a�b�c d"),
    ],
)
def test_names(value: object, name: str) -> None:
    assert writer().name(value) == name


def test_equal_names_stay_apart() -> None:
    names = formats.unique(["Other (2)", "x", "Other (2)", "Other (2)"])
    assert len(set(names)) == 4
    assert [name.replace("\N{ZERO WIDTH SPACE}", "") for name in names] == ["Other (2)", "x", "Other (2)", "Other (2)"]


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        ("2025-06-01T00:00:00+02:00", "2025-07-01T00:00:00+02:00", "1 – 30 Jun 2025"),
        ("2025-06-01T00:00:00+02:00", "2025-06-30T23:59:29.5+02:00", "1 – 30 Jun 2025"),
        ("2025-06-28T00:00:00+02:00", "2025-07-03T10:00:00+02:00", "28 Jun – 3 Jul 2025"),
        ("2024-12-28T00:00:00+01:00", "2025-01-03T10:00:00+01:00", "28 Dec 2024 – 3 Jan 2025"),
        ("2025-06-30T00:00:00+02:00", "2025-07-01T00:00:00+02:00", "30 Jun 2025"),
        ("2025-06-30T09:00:00+02:00", "2025-06-30T12:34:56+02:00", "30 Jun 2025, 09:00 – 30 Jun 2025, 12:34"),
        ("", "", ""),
    ],
)
def test_ranges(start: str, end: str, written: str) -> None:
    assert writer().range(start, end) == written


def test_times_are_written_in_the_offset_they_carry() -> None:
    assert writer().time("2025-06-30T23:59:29+02:00") == "30 Jun 2025, 23:59:29"
    assert writer().time(None) == "–"
    assert writer().bucket("2025-06-30T05:00:00+02:00", daily=False) == "Mon 30 Jun 2025, 05:00"
    assert writer().bucket("2025-06-30T00:00:00+02:00", daily=True) == "Mon 30 Jun 2025"
