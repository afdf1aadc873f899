"""Checks of `where:`, and of the values that filters select."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic
from dashgen.fields import Field
from dashgen.model import Condition, Scalar, Where
from dashgen.plan.views import CLOCK
from dashgen.resolve.scope import Scope, written
from dashgen.values import quantity_unit

BOUNDS = ("gt", "gte", "lt", "lte")
STATUS_CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx", "none")
_WORDS = {"boolean": "`true` or `false`", "integer": "a number", "real": "a number", "text": "text"}


def check_where(where: Where, scope: Scope) -> Iterator[Diagnostic]:
    for condition in where:
        if condition.at is not None:
            yield from _check(condition, condition.at, scope)


def _check(condition: Condition, at: At, scope: Scope) -> Iterator[Diagnostic]:
    name = condition.dimension
    if name in ("time", "time_range", *CLOCK):
        yield messages.condition_on_time(at.key(), name)
    elif name not in scope.fields:
        known = [*scope.dimensions, *scope.measured]
        if name in scope.project.metrics:
            yield messages.metric_as_field(at.key(), name, known)
        else:
            yield messages.unknown_condition(at.key(), name, known)
    else:
        field = scope.fields[name]
        yield from check_values(field, condition.any_of or (), at)
        yield from check_values(field, condition.none_of, at / "not")
        yield from _check_bounds(condition, field, at)


def check_values(field: Field, values: tuple[Scalar | None, ...], at: At) -> Iterator[Diagnostic]:
    """Values that the field could have; `at` is the value, or the list of them."""
    several = isinstance(written(at), list)
    for n, value in enumerate(values):
        place = at / n if several else at
        if value is not None and not _fits(value, field):
            yield messages.condition_type(place, field.name, value, _WORDS[field.type])
        elif field.name == "status_class" and value is not None and value not in STATUS_CLASSES:
            yield messages.unknown_value(place, field.name, str(value), STATUS_CLASSES)
        elif field.is_measured:
            yield from _check_unit(written(place), field, place)


def _fits(value: Scalar, field: Field) -> bool:
    if field.type == "boolean":
        return isinstance(value, bool)
    if field.type == "text":
        return True
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _check_bounds(condition: Condition, field: Field, at: At) -> Iterator[Diagnostic]:
    bounds = {key: bound for key in BOUNDS if (bound := getattr(condition, key)) is not None}
    if bounds and field.type in ("text", "boolean"):
        words = "text" if field.type == "text" else "true or false"
        yield messages.text_comparison((at / next(iter(bounds))).key(), field.name, words)
        return
    for key in bounds:
        yield from _check_unit(written(at / key), field, at / key)
    if _is_empty(condition) or (condition.missing and bounds):
        yield messages.empty_condition(at, field.name)


def _is_empty(condition: Condition) -> bool:
    low = max((b for b in (condition.gt, condition.gte) if b is not None), default=None)
    high = min((b for b in (condition.lt, condition.lte) if b is not None), default=None)
    if low is None or high is None:
        return False
    return low > high or (low == high and (condition.gt == low or condition.lt == high))


def _check_unit(text: Any, field: Field, at: At) -> Iterator[Diagnostic]:
    """A quantity written with a unit that the field does not have."""
    unit = quantity_unit(text) if isinstance(text, (str, int, float)) else None
    if unit == "percent" or (unit == "duration" and field.unit != "ms"):
        words = "a duration" if field.unit == "ms" else "no duration"
        yield messages.quantity_unit_mismatch(at, str(text), field.name, words)
