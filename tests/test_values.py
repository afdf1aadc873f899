"""Small texts of the language as values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from dashgen import documents, values
from dashgen.diagnostics import At, Failure
from dashgen.model import Absolute, AsOf, Calendar, Every, Relative, TimeRange


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("90min", Relative(90, "min")),
        ("7d", Relative(7, "d")),
        ("3mo", Relative(3, "mo")),
        ("last_week", Calendar("last_week")),
        ({"from": "2025-06-01"}, Absolute(date(2025, 6, 1), None)),
        (
            {"from": "2025-06-01T10:00", "to": "2025-06-02"},
            Absolute(datetime(2025, 6, 1, 10), date(2025, 6, 2)),
        ),
    ],
)
def test_time_ranges(data: Any, expected: TimeRange) -> None:
    assert values.time_range(data) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("minute", Every(1, "min")), ("day", Every(1, "d")), ("2w", Every(2, "w")), ("year", Every(1, "y"))],
)
def test_buckets(text: str, expected: Every) -> None:
    assert values.every(text) == expected


@pytest.mark.parametrize(
    ("data", "number", "unit"),
    [
        (5, 5, None),
        (0.02, 0.02, None),
        ("2%", 0.02, "percent"),
        ("5.7%", 0.057, "percent"),
        ("-2 %", -0.02, "percent"),
        ("5s", 5000.0, "duration"),
        ("250ms", 250.0, "duration"),
        ("1.5min", 90_000.0, "duration"),
        ("2h", 7_200_000.0, "duration"),
        ("10us", 0.01, "duration"),
        ("10µs", 0.01, "duration"),
    ],
)
def test_quantities(data: float | str, number: float, unit: str | None) -> None:
    assert values.quantity(data) == number
    assert values.quantity_unit(data) == unit


@pytest.mark.parametrize("text", ["latest", "now"])
def test_as_of_a_word(text: str) -> None:
    assert values.as_of(text) == AsOf(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["2025-06-01 10:00", "2025-06-01T10:00:00"])
def test_as_of_a_local_time(text: str) -> None:
    assert values.as_of(text) == AsOf("instant", datetime(2025, 6, 1, 10))


# ---- variables --------------------------------------------------------------------------------


def _at(text: str) -> At:
    return At(documents.read(f'url: "{text}"', "x.yaml")) / "url"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain $ text", "plain $ text"),
        ("${A}", "1"),
        ("a${A}b${B}", "a1b"),
        ("$${A}", "${A}"),
        ("$$${A}", "$${A}"),
        ("$A", "$A"),
    ],
)
def test_variables_are_filled_in(text: str, expected: str) -> None:
    assert values.expand(text, _at(text), {"A": "1", "B": ""}) == expected


def test_a_value_is_not_expanded_again() -> None:
    assert values.expand("${A}", _at("${A}"), {"A": "${B}", "B": "x"}) == "${B}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x${NO}y${A}${NEITHER}", ["unset-variable 1:8-1:13", "unset-variable 1:18-1:28"]),
        ("${}", ["malformed-variable 1:7-1:10"]),
        ("${A", ["malformed-variable 1:7-1:10"]),
    ],
)
def test_every_variable_that_is_not_set_is_named_where_it_stands(text: str, expected: list[str]) -> None:
    with pytest.raises(Failure) as caught:
        values.expand(text, _at(text), {"A": "1"})
    spans = [(d.code, d.at.span) for d in caught.value.diagnostics if d.at]
    assert [f"{code} {s.line}:{s.column}-{s.end_line}:{s.end_column}" for code, s in spans] == expected
