"""Checks of thresholds: a direction that is bad, an order, and units that fit."""

from __future__ import annotations

from collections.abc import Iterator

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic
from dashgen.labels import metric_label
from dashgen.model import MetricDefinition, Thresholds
from dashgen.plan.views import Distribution
from dashgen.resolve.scope import Asked, Scope, written
from dashgen.values import quantity_unit

_STATES = ("card", "table")
"""Kinds that colour a number; the others draw a line at the value, whatever is better."""


def check(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    thresholds: Thresholds | None = asked.get("thresholds")
    if thresholds is None:
        return
    if isinstance(asked.view, Distribution):
        yield from _check_field(asked.view.of, thresholds, scope)
        return
    name = next(iter(asked.metrics), None)
    metric = scope.project.metrics.get(name) if name is not None else None
    if metric is not None:
        yield from _check_direction(metric, thresholds, asked)
        yield from _check_unit(metric, thresholds, scope)


def _check_direction(metric: MetricDefinition, thresholds: Thresholds, asked: Asked) -> Iterator[Diagnostic]:
    warning, critical = thresholds.warning, thresholds.critical
    if metric.better == "neither":
        if asked.widget.type in _STATES:
            yield messages.threshold_without_direction(thresholds.at.key(), metric.name)
    elif warning is not None and critical is not None:
        beyond = warning > critical if metric.better == "lower" else warning < critical
        if beyond:
            yield messages.threshold_order(thresholds.at / "warning", metric.name, metric.better)


def _check_unit(metric: MetricDefinition, thresholds: Thresholds, scope: Scope) -> Iterator[Diagnostic]:
    if metric.name not in scope.sound:
        return
    style = metric_label(metric.name, scope.catalogue).format
    is_share = style == "percent" or scope.reason(metric.name) == "a ratio"
    for at, text, unit in _quantities(thresholds):
        if unit == "duration" and style != "duration":
            yield messages.quantity_unit_mismatch(at, text, metric.name, "no duration")
        elif unit == "percent" and not is_share:
            yield messages.quantity_unit_mismatch(at, text, metric.name, "no share")


def _check_field(name: str, thresholds: Thresholds, scope: Scope) -> Iterator[Diagnostic]:
    """Of a histogram: the thresholds are values of its field."""
    field = scope.fields.get(name)
    for at, text, unit in _quantities(thresholds):
        if field is not None and (unit == "percent" or field.unit != "ms"):
            words = "a duration" if field.unit == "ms" else "no duration"
            yield messages.quantity_unit_mismatch(at, text, name, words)


def _quantities(thresholds: Thresholds) -> Iterator[tuple[At, str, str]]:
    """Those that were written with a unit."""
    for key in ("warning", "critical"):
        text = written(thresholds.at / key)
        unit = quantity_unit(text) if isinstance(text, str) else None
        if unit is not None:
            yield thresholds.at / key, text, unit
