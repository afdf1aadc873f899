"""What is left of a dashboard where sources lack fields: widgets that may hide lose columns, at last they go whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashgen.model import Dashboard, Order, Section, Widget
from dashgen.plan.ask import Asker, Gap

Layout = tuple[Widget | Section, ...]


def fitted(dashboard: Dashboard, asker: Asker) -> tuple[Dashboard, tuple[Gap, ...]]:
    """The dashboard with its widgets as the sources can answer them, and what they cannot, in reading order.

    A widget of which nothing is left stays in the layout, under a gap of its own.
    """
    gaps: list[Gap] = []
    return replace(dashboard, layout=_fit(dashboard.layout, asker, gaps)), tuple(gaps)


def _fit(layout: Layout, asker: Asker, gaps: list[Gap]) -> Layout:
    found: list[Widget | Section] = []
    for entry in layout:
        if isinstance(entry, Section):
            found.append(replace(entry, layout=_fit(entry.layout, asker, gaps)))
        else:
            widget, lacking = _fitted_widget(entry, asker)
            found.append(widget)
            gaps += lacking
    return tuple(found)


def _fitted_widget(widget: Widget, asker: Asker) -> tuple[Widget, tuple[Gap, ...]]:
    if not asker.is_open(widget):
        return widget, ()
    whole = asker.gaps(widget)
    if not whole:
        return widget, ()
    rest, gaps = _without_columns(widget, asker) if widget.if_missing == "hide" else (None, ())
    return (rest, gaps) if rest else (widget, whole)


def _without_columns(widget: Widget, asker: Asker) -> tuple[Widget | None, tuple[Gap, ...]]:
    """The widget without the metrics or record fields that cannot be answered; None where no other is left."""
    key = "records" if getattr(widget, "records", ()) else "metrics"
    columns: tuple[str, ...] = getattr(widget, key, ())
    gaps = {name: gap for name in columns if (gap := asker.gap(_with(widget, key, (name,))))}
    kept = tuple(name for name in columns if name not in gaps)
    if not set(kept) - {"time"}:
        return None, ()
    order: Order | None = getattr(widget, "order", None)
    rest = _with(widget, key, kept, order)
    if order and (gap := asker.gap(rest)):
        rest, gaps = _with(widget, key, kept), {**gaps, order.name: gap}
    return rest, tuple(replace(gap, widget=rest, column=name) for name, gap in gaps.items())


def _with(widget: Widget, key: str, columns: tuple[str, ...], order: Order | None = None) -> Widget:
    """The widget with these columns; the thresholds are those of the first one that was written."""
    changes: dict[str, Any] = {key: columns}
    if hasattr(widget, "order"):
        changes["order"] = order
    if hasattr(widget, "thresholds") and columns[:1] != getattr(widget, key)[:1]:
        changes["thresholds"] = None
    return replace(widget, **changes)
