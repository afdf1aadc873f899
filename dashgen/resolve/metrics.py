"""Checks of metric definitions: fields, quantiles, rates."""

from __future__ import annotations

from collections.abc import Iterator

from dashgen import messages
from dashgen.diagnostics import Diagnostic
from dashgen.model import MetricDefinition
from dashgen.plan.views import CLOCK
from dashgen.resolve.conditions import check_where
from dashgen.resolve.scope import EVENT_COUNTS, Scope

RESERVED = ("time", "previous", "change")
"""Keys of a row that are not metrics."""


def _is_key_of_rows(name: str, scope: Scope) -> bool:
    """A dimension's name: a row of a table has both, and would hold one of them only."""
    field = scope.fields.get(name)
    return field is not None and (field.is_dimension or name in CLOCK)


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Everything about a single definition but its expression."""
    for metric in scope.project.metrics.values():
        if metric.name in RESERVED or _is_key_of_rows(metric.name, scope):
            yield messages.reserved_name(metric.at.key(), metric.name)
        if metric.source is not None and metric.source not in scope.project.sources:
            yield messages.unknown_source(metric.at / "source", metric.source, scope.project.sources)
        yield from _check_argument(metric, scope)
        yield from check_where(metric.where, scope)
        yield from _check_rate(metric, scope)


def _check_argument(metric: MetricDefinition, scope: Scope) -> Iterator[Diagnostic]:
    at, name = metric.at / metric.kind, metric.argument or ""
    match metric.kind:
        case "sum" | "min" | "max" | "average":
            yield from check_field(metric, name, scope)
        case "quantile":
            yield from check_field(metric, name, scope)
            if name in EVENT_COUNTS:
                yield messages.no_distribution(at, name, scope.distributed)
            if not metric.q:
                yield messages.quantile_of_nothing(metric.at / "q")
        case "distinct" if name not in scope.dimensions:
            if name in scope.fields:
                yield messages.not_a_dimension(at, name, "a field", scope.dimensions)
            else:
                yield messages.unknown_dimension(at, name, scope.dimensions)


def check_field(metric: MetricDefinition, name: str, scope: Scope) -> Iterator[Diagnostic]:
    """The field that a metric measures."""
    if name in scope.measured:
        return
    at = metric.at / metric.kind
    if name in scope.fields:
        yield messages.not_measured(at, name, metric.kind, scope.measured)
    elif name in scope.project.metrics:
        yield messages.metric_as_field(at, name, scope.measured)
    else:
        yield messages.unknown_field(at, name, scope.measured)


def _check_rate(metric: MetricDefinition, scope: Scope) -> Iterator[Diagnostic]:
    reason = scope.reason(metric.name) if metric.per else None
    if reason is not None:
        yield messages.rate_of_ratio(metric.at / "per", metric.per or "", reason)
