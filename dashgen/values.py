"""Small texts of the language as values: ranges, buckets, times, quantities. The schema has passed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, Literal, cast

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic, Failure
from dashgen.model import Absolute, AsOf, Calendar, Every, Relative, TimeRange

Unit = Literal["min", "h", "d", "w", "mo", "y"]
QuantityUnit = Literal["percent", "duration"]

CALENDAR_WORDS: Final = (
    "today",
    "yesterday",
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "this_year",
    "last_year",
)
EVERY_WORDS: Final[dict[str, Unit]] = {
    "minute": "min",
    "hour": "h",
    "day": "d",
    "week": "w",
    "month": "mo",
    "year": "y",
}
DURATIONS: Final = {
    "ns": 1e-6,
    "us": 1e-3,
    "µs": 1e-3,
    "ms": 1.0,
    "s": 1e3,
    "min": 6e4,
    "h": 3.6e6,
}
"""Milliseconds in one unit of a duration."""


def time_range(data: Any) -> TimeRange:
    """`7d`, `this_month` or `{from, to}`."""
    if isinstance(data, dict):
        return Absolute(moment(data["from"]), moment(data["to"]) if "to" in data else None)
    if data in CALENDAR_WORDS:
        return Calendar(data)
    count, unit = _count_and_unit(data)
    return Relative(count, unit)


def every(text: str) -> Every:
    """`day`, `5min`, `2w`."""
    if text in EVERY_WORDS:
        return Every(1, EVERY_WORDS[text])
    count, unit = _count_and_unit(text)
    return Every(count, unit)


def _count_and_unit(text: str) -> tuple[int, Unit]:
    digits = re.match("[0-9]+", text)
    if digits is None:
        raise ValueError(text)
    return int(digits[0]), cast(Unit, text[digits.end() :])


def moment(text: str) -> date | datetime:
    """A date, or a date with a time: naive where no offset is written. ValueError for one that does not exist."""
    if len(text) == len("2025-06-01"):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text)


def instant(text: str) -> datetime:
    """A date with a time; ValueError for one that does not exist."""
    return datetime.fromisoformat(text)


def as_of(text: str) -> AsOf:
    """`latest`, `now`, or an instant."""
    match text:
        case "latest" | "now":
            return AsOf(text)
    return AsOf("instant", instant(text))


def quantity(data: float | str) -> float:
    """A number as it is, `2%` as 0.02, `5s` as 5000.0; KeyError for an unknown unit."""
    if not isinstance(data, str):
        return data
    number, unit = split_quantity(data)
    # `2%` must be the float nearest to 0.02, which 2 * 0.01 need not be.
    return float(number) / 100 if unit == "%" else float(number) * DURATIONS[unit]


def quantity_unit(data: float | str) -> QuantityUnit | None:
    """What a quantity was written in; None for a plain number."""
    if not isinstance(data, str):
        return None
    return "percent" if data.endswith("%") else "duration"


def split_quantity(text: str) -> tuple[str, str]:
    """`5s` → (`5`, `s`)."""
    number = re.match(r"-?[0-9.]+", text)
    if number is None:
        raise ValueError(text)
    return number[0], text[number.end() :].strip()


_VARIABLE = re.compile(r"\$(\$\{|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|\{[^}]*\}?)")


def expand(text: str, at: At, environ: Mapping[str, str]) -> str:
    """`${NAME}` replaced by the environment's value, `$${` by `${`. `Failure` with every one that is not set."""
    problems = []
    pieces, end = [], 0
    for found in _VARIABLE.finditer(text):
        pieces += [text[end : found.start()], _value(found, environ)]
        end = found.end()
        if pieces[-1] is None:
            problems.append(_unset(found, at, environ))
    if problems:
        raise Failure(problems)
    return "".join(piece or "" for piece in (*pieces, text[end:]))


def variables(data: Any) -> set[str]:
    """The names of all variables in the texts of plain data."""
    match data:
        case str():
            return {found["name"] for found in _VARIABLE.finditer(data) if found["name"]}
        case dict() | list():
            return {name for part in (data.values() if isinstance(data, dict) else data) for name in variables(part)}
    return set()


def malformed(text: str, at: At) -> Iterator[Diagnostic]:
    """Every `${` that begins no variable."""
    for found in _VARIABLE.finditer(text):
        if found["name"] is None and found[0] != "$${":
            yield messages.malformed_variable(at.part(*found.span()), found[0])


def _value(found: re.Match[str], environ: Mapping[str, str]) -> str | None:
    return "${" if found[0] == "$${" else environ.get(found["name"] or "")


def _unset(found: re.Match[str], at: At, environ: Mapping[str, str]) -> Diagnostic:
    here = at.part(*found.span())
    if found["name"] is None:
        return messages.malformed_variable(here, found[0])
    return messages.unset_variable(here, found["name"], environ)
