"""Rows as figures to draw: which values are numbers, how large they are, and which share an axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dashgen.widgets.base import Context, Picture, Row


def finite(value: Any) -> float | None:
    """A number that can be drawn, else None."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def highest(values: Iterable[Any]) -> float:
    """The largest value that can be drawn; 0 for none."""
    return max((value for value in map(finite, values) if value is not None), default=0)


def totals(parts: Iterable[tuple[Any, Any]]) -> dict[Any, float]:
    """What the parts of each whole add up to."""
    found: dict[Any, float] = {}
    for whole, part in parts:
        found[whole] = found.get(whole, 0) + (finite(part) or 0)
    return found


def below_zero(rows: Iterable[Row], metrics: Sequence[str]) -> bool:
    """Whether any value is no part of a whole."""
    return any((finite(row[metric]) or 0) < 0 for row in rows for metric in metrics)


def without_parts(picture: Picture, context: Context) -> Picture:
    """The table instead of a picture of parts, and why."""
    return Picture(picture.table, remarks=(context.words("no-parts"),), waiting=picture)


def is_empty(rows: Iterable[Row], metrics: Sequence[str]) -> bool:
    """Whether there is no value at all to draw."""
    return all(finite(row[metric]) is None for row in rows for metric in metrics)


def of_metric(value: Any, metric: str) -> Any:
    """`previous` or `change` of one metric: a row with several keeps them in a mapping."""
    return value.get(metric) if isinstance(value, dict) else value


def alike(metrics: Sequence[str], context: Context) -> list[tuple[str, ...]]:
    """The metrics in groups that can share an axis: counted in the same unit and written alike."""
    groups: dict[object, list[str]] = {}
    for metric in metrics:
        label = context.labels[metric]
        groups.setdefault((label.format, label.unit), []).append(metric)
    return [tuple(group) for group in groups.values()]
