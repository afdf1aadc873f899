"""Checks of keys that need each other, or that exclude each other, within a widget."""

from __future__ import annotations

from collections.abc import Iterator

from dashgen import messages
from dashgen.diagnostics import Diagnostic
from dashgen.plan.views import Distribution, Grid, Groups, Trend
from dashgen.resolve.advice import heeded
from dashgen.resolve.scope import Asked, Scope


def check(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    yield from _check_series(asked)
    yield from _check_groups(asked)
    yield from _check_stack(asked)


def _check_series(asked: Asked) -> Iterator[Diagnostic]:
    at, view = asked.widget.at, asked.view
    if isinstance(view, Grid) and view.rows == view.columns:
        yield messages.rows_equal_columns(at / ("columns" if "columns" in asked else "rows"), view.rows)
    if isinstance(view, (Trend, Groups)) and view.series is not None:
        if isinstance(view, Groups) and view.series in view.by:
            yield messages.series_equals_by(at / "series", view.series)
        if len(view.metrics) > 1:
            yield messages.metrics_with_series((at / "series").key())


def _check_groups(asked: Asked) -> Iterator[Diagnostic]:
    """`top`, `other` and `order` speak of groups."""
    at, needs = asked.widget.at, _grouping_key(asked)
    if needs is not None:
        for key in ("top", "other", "order"):
            if key in asked:
                yield messages.key_without_groups((at / key).key(), key, needs)
    elif "other" in asked and "top" not in asked:
        yield messages.other_without_top((at / "other").key())


def _grouping_key(asked: Asked) -> str | None:
    """The key that would make groups, where there are none."""
    match asked.view:
        case Trend(series=None):
            return "series"
        case Distribution(by=None):
            return "by"
    return None


def _check_stack(asked: Asked) -> Iterator[Diagnostic]:
    stacked, view, at = asked.get("stacked"), asked.view, asked.widget.at
    if stacked is None or not isinstance(view, (Trend, Groups)):
        return
    lonely = len(view.metrics) == 1 and view.series is None
    if lonely and (isinstance(view, Groups) or stacked == "share"):
        yield messages.stacked_without_parts((at / "stacked").key())
    if view.compare:
        yield from heeded(asked.widget, [messages.compare_of_stack((at / "compare").key())])
