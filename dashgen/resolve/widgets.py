"""Checks of the names in a widget: metrics, dimensions, fields, order, source, advice."""

from __future__ import annotations

from collections.abc import Iterator

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic
from dashgen.metrics.expression import Name
from dashgen.model import Order
from dashgen.plan.views import CLOCK, Distribution, Grid, Groups, Newest, Trend
from dashgen.resolve import advice
from dashgen.resolve.conditions import check_where
from dashgen.resolve.expressions import unknown_metric, unknown_name
from dashgen.resolve.scope import EVENT_COUNTS, Asked, Scope


def check(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    yield from _check_metrics(asked, scope)
    yield from _check_dimensions(asked, scope)
    yield from _check_order(asked, scope)
    yield from _check_fields(asked, scope)
    yield from _check_source(asked, scope)
    yield from check_where(asked.widget.where, scope)
    for n, code in enumerate(_allowed(asked)):
        if code not in advice.CODES:
            yield messages.unknown_advice(asked.widget.at / "allow" / n, code, advice.CODES)


def _allowed(asked: Asked) -> list[str]:
    """In the order of the text: the model keeps a set."""
    found: list[str] = asked.written("allow") or []
    return found


def _check_metrics(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    for n, name in enumerate(asked.metrics):
        if name not in scope.project.metrics:
            yield _unknown_metric(asked.metric_at(n), name, scope)


def _unknown_metric(at: At, text: str, scope: Scope) -> Diagnostic:
    """A name with a source has its place in expressions."""
    name = Name(text, 0, len(text))
    if not name.source:
        return unknown_metric(at, text, scope)
    return unknown_name(at, name, scope) or messages.metric_with_source(at, name.source, name.metric)


# ---- dimensions -------------------------------------------------------------------------------


def _check_dimensions(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    clock = CLOCK if isinstance(asked.view, Grid) else ()
    for name, at in asked.dimensions:
        if name not in scope.dimensions and name not in clock:
            yield unknown_dimension(at, name, scope)


def unknown_dimension(at: At, name: str, scope: Scope) -> Diagnostic:
    """What to say of a name that is no dimension, but perhaps a time, a metric or a field."""
    if name in CLOCK:
        return messages.clock_outside_heatmap(at, name)
    if name == "time":
        return messages.time_as_group(at)
    if name in scope.project.metrics:
        return messages.not_a_dimension(at, name, "a metric", scope.dimensions)
    if name in scope.fields:
        return messages.not_a_dimension(at, name, "a field", scope.dimensions)
    return messages.unknown_dimension(at, name, scope.dimensions)


def _check_order(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    order: Order | None = asked.get("order")
    if order is None:
        return
    own = _ordered(asked)
    if order.name not in scope.project.metrics and order.name not in own:
        start = 1 if order.descending else 0
        at = order.at.part(start, start + len(order.name))
        yield messages.unknown_order(at, order.name, (*asked.metrics, *own), scope.project.metrics)


def _ordered(asked: Asked) -> tuple[str, ...]:
    """The dimensions that the groups to be ordered are of."""
    match asked.view:
        case Trend(series=str(series)):
            return (series,)
        case Groups(by=by):
            return by
    return ()


# ---- fields -----------------------------------------------------------------------------------


def _check_fields(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    at = asked.widget.at
    match asked.view:
        case Distribution(of=name) if name not in scope.distributed:
            yield _undistributed(at / "of", name, scope)
        case Newest(names):
            for n, name in enumerate(names):
                if name not in scope.fields:
                    yield _unknown_field(at / "records" / n, name, scope)


def _undistributed(at: At, name: str, scope: Scope) -> Diagnostic:
    if name in EVENT_COUNTS:
        return messages.no_distribution(at, name, scope.distributed)
    if name in scope.fields:
        return messages.not_measured(at, name, "distribution", scope.distributed)
    if name in scope.project.metrics:
        return messages.metric_as_field(at, name, scope.distributed)
    return messages.unknown_field(at, name, scope.distributed)


def _unknown_field(at: At, name: str, scope: Scope) -> Diagnostic:
    known = ("time", *scope.dimensions, *scope.measured)
    if name in scope.project.metrics:
        return messages.metric_as_field(at, name, known)
    return messages.unknown_field(at, name, known)


# ---- sources ----------------------------------------------------------------------------------


def _check_source(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    """A name that exists; or, where none is needed to be written, only one source to choose from."""
    widget, sources = asked.widget, scope.project.sources
    if widget.source is not None and widget.source not in sources:
        yield messages.unknown_source(widget.at / "source", widget.source, sources)
    elif asked.view is not None and sources and "" in scope.sources_read(asked):
        yield messages.source_not_chosen(widget.at / "type", list(sources))


def check_counted_rows(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    """Percentiles and averages of a source whose rows are counts."""
    if asked.widget.if_missing == "hide":
        return
    own = scope.source_of(asked.widget, asked.dashboard) or ""
    for n, metric in enumerate(asked.metrics):
        for source in scope.needs_single_events(metric, own):
            if _is_counted(source, scope):
                yield messages.counted_rows(asked.metric_at(n), metric, source)
    if isinstance(asked.view, Distribution) and _is_counted(own, scope):
        yield messages.counted_rows(asked.widget.at / "of", asked.view.of, own)


def _is_counted(name: str, scope: Scope) -> bool:
    """Whether each of its rows stands for many events."""
    source = scope.project.sources.get(name)
    mapping = source.fields.get("requests") if source is not None else None
    return mapping is not None and mapping.text is not None
