"""`where:`, condition by condition."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.oracle.events import Event
from tests.oracle.rounding import exact

IN_MILLISECONDS = {"ns": "0.000001", "us": "0.001", "ms": "1", "s": "1000", "min": "60000", "h": "3600000"}
COMPARE: dict[str, Callable[[Any, Fraction], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def matches(event: Event, where: dict[str, Any] | None) -> bool:
    return all(_holds(_value(event, name), condition) for name, condition in (where or {}).items())


def _value(event: Event, name: str) -> Any:
    """A dimension's value, or a field's in the unit it is shown in."""
    if name in event.dimensions:
        return event.dimensions[name]
    held = event.fields[name]
    return None if held is None else Fraction(held) / event.scales[name]


def _holds(value: Any, condition: Any) -> bool:
    if isinstance(condition, dict):
        return all(_test(value, key, operand) for key, operand in condition.items())
    return _among(value, condition)


def _test(value: Any, key: str, operand: Any) -> bool:
    if key == "missing":
        return (value is None) is operand
    if key == "not":
        return not _among(value, operand)
    return value is not None and COMPARE[key](value, quantity(operand))


def _among(value: Any, wanted: Any) -> bool:
    listed = wanted if isinstance(wanted, list) else [wanted]
    if value is None:
        return None in listed
    numeric = isinstance(value, Fraction)
    return any(item is not None and value == (quantity(item) if numeric else item) for item in listed)


def quantity(written: Any) -> Fraction:
    """A number, or a number with a unit of time in milliseconds."""
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?) ?([A-Za-z]+)", str(written))
    if found is None:
        return exact(written)
    return exact(found[1]) * exact(IN_MILLISECONDS[found[2]])
