"""A dashboard's widgets as questions: which source, which instants, which conditions; and what must be left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic, Failure
from dashgen.fields import COUNTED, SINGLE_EVENTS
from dashgen.metrics import Catalogue, lacking
from dashgen.metrics.formula import fields
from dashgen.model import Condition, Dashboard, Filter, Project, TimeRange, Where, Widget
from dashgen.plan.questions import CLOCK, Question, metrics
from dashgen.plan.views import Distribution, Grid, Groups, Newest, Total, Trend, View
from dashgen.sources.base import Bound, Probe
from dashgen.timeline import Window, Zone, buckets, default_every, resolve, roughly
from dashgen.widgets import kind

MOST_BUCKETS = 5000
"""Of a line or a sparkline; more cannot be drawn."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that was bound and probed."""

    name: str
    bound: Bound
    probe: Probe


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a widget cannot be answered: these fields are not in its source."""

    widget: Widget
    source: str
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A dashboard's questions by widget, what its sources cannot answer, and which of them failed."""

    dashboard: Dashboard
    window: Window
    as_of: int
    questions: Mapping[str, Question]
    gaps: Mapping[str, Gap]
    failures: Mapping[str, str]


@dataclass(frozen=True)
class Asker:
    """Turns the widgets of one dashboard into questions. Names have been checked."""

    project: Project
    dashboard: Dashboard
    catalogue: Catalogue
    sources: Mapping[str, Opened]
    as_of: int

    @property
    def zone(self) -> Zone:
        return Zone(self.dashboard.timezone, self.dashboard.week_start)

    def window(self, asked: TimeRange | None = None) -> Window:
        return resolve(asked or self.dashboard.time_range, self.as_of, self.zone)

    def gap(self, widget: Widget) -> Gap | None:
        view, name = kind(widget.type).view(widget), source_of(widget, self.dashboard, self.project)
        if view is None:
            return None
        available = self.sources[name].bound.available
        needed = used_fields(view, self.where(widget), self.catalogue)
        lacks = lacking(needed, self.catalogue.fields, available) or self.uncounted(view, available)
        return Gap(widget, name, lacks) if lacks else None

    def uncounted(self, view: View, available: frozenset[str]) -> tuple[str, ...]:
        """What a source whose rows stand for many events lacks for percentiles and averages."""
        names = metrics(view, self.catalogue)
        needed = isinstance(view, Distribution) or any(self.catalogue.needs_single_events(name) for name in names)
        return (SINGLE_EVENTS,) if needed and COUNTED in available else ()

    def question(self, widget: Widget) -> Question | None:
        """None for a widget without numbers."""
        view = kind(widget.type).view(widget)
        if view is None:
            return None
        name = source_of(widget, self.dashboard, self.project)
        window = self.window(widget.time_range)
        return self.asked(view, name, window, self.where(widget), self.edges(widget, view, window))

    def asked(self, view: View, source: str, window: Window, where: Where, edges: tuple[int, ...] = ()) -> Question:
        opened = self.sources[source]
        tokens = not lacking(("tokens", "priced"), self.catalogue.fields, opened.bound.available)
        return Question(view, source, where, window, edges, opened.probe.first, self.dashboard.accuracy, tokens)

    def edges(self, widget: Widget, view: View, window: Window) -> tuple[int, ...]:
        is_trend = isinstance(view, Trend) or (isinstance(view, (Total, Groups)) and view.spark)
        every = widget.every or default_every(window)
        if is_trend and (count := roughly(window, every)) > MOST_BUCKETS:
            raise Failure([messages.too_many_buckets(widget.at / "every", count, MOST_BUCKETS)])
        return buckets(window, every) if is_trend else ()

    def where(self, widget: Widget) -> Where:
        """The dashboard's conditions, its filters' defaults, and the widget's own."""
        return (*fixed(self.dashboard), *defaults(self.dashboard), *widget.where)


def fixed(dashboard: Dashboard) -> Where:
    """What no viewer can undo: the dashboard's `where` and its locked filters."""
    return (*dashboard.where, *(_condition(f) for f in dashboard.filters if f.locked and f.default))


def defaults(dashboard: Dashboard) -> Where:
    return tuple(_condition(f) for f in dashboard.filters if f.default and not f.locked)


def _condition(chosen: Filter) -> Condition:
    return Condition(chosen.dimension, any_of=chosen.default)


def source_of(widget: Widget, dashboard: Dashboard, project: Project) -> str:
    """The nearest `source:`; a project with one source need not name it."""
    return widget.source or default_source(dashboard, project)


def default_source(dashboard: Dashboard, project: Project) -> str:
    return dashboard.source or project.source or next(iter(project.sources))


def used_fields(view: View, where: Where, catalogue: Catalogue) -> frozenset[str]:
    """Every field that answering would read."""
    found = {condition.dimension for condition in where}
    for name in metrics(view, catalogue):
        found |= fields(catalogue.formula(name))
    match view:
        case Trend(series=series):
            found |= {series} if series else set()
        case Groups(by=by, series=series):
            found |= {*by, series} if series else set(by)
        case Grid(rows=rows, columns=columns):
            found |= {rows, columns} - set(CLOCK)
        case Distribution(of=of, by=by):
            found |= {of, by} if by else {of}
        case Newest(names):
            found |= set(names)
    return frozenset(found)


def missing_fields(gaps: Mapping[str, Gap], sources: Mapping[str, Opened]) -> Iterator[Diagnostic]:
    """Errors for the widgets that do not say `if_missing: hide`."""
    for gap in gaps.values():
        if gap.widget.if_missing == "error":
            have = sorted(sources[gap.source].bound.available - {COUNTED})
            yield messages.missing_field(_place(gap), gap.lacks, gap.source, have)


_NAMING = ("by", "series", "of", "rows", "columns", "records", "where", "metric", "metrics")
"""Keys of widgets that name fields, or metrics that need them."""


def _place(gap: Gap) -> At:
    """The name of a field that lacks, else the metrics, else the widget."""
    at = gap.widget.at
    node: dict[str, object] = at.document.value(at.path)
    written = {key: node[key] for key in _NAMING if key in node}
    for key, value in written.items():
        match value:
            case str() if value in gap.lacks:
                return at / key
            case list() | dict():
                found = next((n for n, name in enumerate(value) if name in gap.lacks), None)
                if found is not None:
                    return at / key / found if isinstance(value, list) else (at / key / list(value)[found]).key()
    return next((at / key for key in ("metric", "metrics") if key in written), at)
