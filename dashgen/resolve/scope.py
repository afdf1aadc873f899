"""What the checks know: a project's names, and where a widget's parts are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashgen.diagnostics import At
from dashgen.fields import DIMENSIONS, Field, registry
from dashgen.metrics import Catalogue
from dashgen.metrics.formula import Formula, measures, sources
from dashgen.metrics.formula import nature as nature_of
from dashgen.model import Dashboard, Filter, Order, Project, Widget
from dashgen.plan.views import Distribution, Grid, Groups, Trend, View, shown
from dashgen.widgets import kind

EVENT_COUNTS = ("requests", "errors", "events")
"""Fields that count events: one event has no size in them worth a percentile."""


@dataclass(frozen=True)
class Scope:
    """The names of a project. Metrics outside `sound` cannot be computed, and their own check says why."""

    project: Project
    sound: frozenset[str]

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        return registry(self.project)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.project.metrics, self.fields)

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """What can be grouped and filtered by."""
        return (*DIMENSIONS, *(name for name in self.project.dimensions if name not in DIMENSIONS))

    @cached_property
    def measured(self) -> tuple[str, ...]:
        """Numeric fields."""
        return tuple(name for name, field in self.fields.items() if field.is_measured and not field.is_dimension)

    @cached_property
    def distributed(self) -> tuple[str, ...]:
        """Measured fields with percentiles."""
        return tuple(name for name in self.measured if name not in EVENT_COUNTS)

    def formula(self, metric: str, source: str = "") -> Formula | None:
        """Of a metric, or of `source.metric`, for a widget of `source`."""
        return self.catalogue.formula(metric, source) if metric.rpartition(".")[2] in self.sound else None

    def reason(self, metric: str) -> str | None:
        """Why parts of this metric do not add up; None if they do, or nobody knows."""
        formula = self.formula(metric)
        return NATURES[nature_of(formula)] if formula is not None else None

    def needs_single_events(self, metric: str, own: str) -> tuple[str, ...]:
        """The sources of which it reads an average, a percentile or an extreme, which counts cannot tell."""
        formula = self.formula(metric, own)
        read = measures(formula) if formula is not None else ()
        return tuple(sorted({m.source or own for m in read if m.kind in ("histogram", "count", "min", "max")}))

    def sources_read(self, asked: Asked) -> frozenset[str]:
        """The sources that a widget reads; "" stands for one of its own that nothing names."""
        own = self.source_of(asked.widget, asked.dashboard) or ""
        formulas = [self.formula(name, own) for name in asked.computed(self.project)]
        known = [formula for formula in formulas if formula is not None]
        found = {name or own for formula in known for name in sources(formula)}
        return frozenset(found if found and len(known) == len(formulas) else found | {own})

    def source_of(self, widget: Widget, dashboard: Dashboard) -> str | None:
        """The nearest `source:`, or the only one; None where nothing says it."""
        written = widget.source or dashboard.source or self.project.source
        only = next(iter(self.project.sources)) if len(self.project.sources) == 1 else None
        return written or only


NATURES = {
    "additive": None,
    "constant": "a constant",
    "ratio": "a ratio",
    "average": "an average",
    "extreme": "a minimum or maximum",
    "percentile": "a percentile",
    "distinct": "a distinct count",
}


@dataclass(frozen=True)
class Asked:
    """A widget with what it asks and where its parts are written."""

    widget: Widget
    dashboard: Dashboard

    @cached_property
    def view(self) -> View | None:
        return kind(self.widget.type).view(self.widget)

    @property
    def metrics(self) -> tuple[str, ...]:
        return () if self.view is None else shown(self.view)

    def computed(self, project: Project) -> tuple[str, ...]:
        """The metrics that it shows, and one that only orders them."""
        order: Order | None = self.get("order")
        hidden = (order.name,) if order is not None and order.name in project.metrics else ()
        return tuple(dict.fromkeys((*self.metrics, *hidden)))

    @property
    def dimensions(self) -> tuple[tuple[str, At], ...]:
        """Everything that the widget groups by, with its place."""
        at, view = self.widget.at, self.view
        match view:
            case Trend():
                found = [(view.series, at / "series")]
            case Groups():
                by = [(name, item(at / "by", n)) for n, name in enumerate(view.by)]
                found = [*by, (view.series, at / "series")]
            case Grid():
                found = [(view.rows, at / "rows"), (view.columns, at / "columns")]
            case Distribution():
                found = [(view.by, at / "by")]
            case _:
                found = []
        return tuple((name, place) for name, place in found if name is not None)

    def metric_at(self, index: int) -> At:
        if "metrics" in self:
            return item(self.widget.at / "metrics", index)
        return self.widget.at / "metric"

    def get(self, key: str, default: Any = None) -> Any:
        """A key of this kind of widget; the default for kinds without it."""
        return getattr(self.widget, key, default)

    def written(self, key: str) -> Any:
        """A key as it stands in the document; None where it does not."""
        return written(self.widget.at / key)

    def __contains__(self, key: str) -> bool:
        return self.written(key) is not None


def written(at: At) -> Any:
    """The data at a place; None if there is none."""
    value = at.document.data
    for step in at.path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def item(at: At, index: int) -> At:
    """An entry of what may be a list or a single value."""
    return at / index if isinstance(written(at), list) else at


def setting(chosen: Filter, key: str) -> At:
    """A key of a filter that was written as a mapping."""
    return At(chosen.at.document, (*chosen.at.path[:-1], key))
