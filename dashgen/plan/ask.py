"""A dashboard's widgets as questions: which source, which instants, which conditions; and what must be left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic, Failure
from dashgen.fields import COUNTED, SINGLE_EVENTS
from dashgen.metrics import Catalogue, lacking
from dashgen.model import Condition, Dashboard, Filter, Project, TimeRange, Where, Widget
from dashgen.plan import offers
from dashgen.plan.merged import Merged
from dashgen.plan.questions import Question, Reading, Shelf
from dashgen.plan.reads import metrics, source_of, sources_read
from dashgen.plan.views import CLOCK, Distribution, Grid, Groups, Newest, Trend, View, is_bucketed
from dashgen.sources.base import Bound, Probe
from dashgen.timeline import MOST_BUCKETS, Window, Zone, buckets, default_every, resolve, roughly
from dashgen.widgets import kind


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that was bound and probed."""

    name: str
    bound: Bound
    probe: Probe
    description: str | None = None
    state: str = ""
    """A name of its definition and its data, where these can be told without reading them."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a widget, or only a column of it, cannot be answered: these fields are not in its source."""

    widget: Widget
    source: str
    lacks: tuple[str, ...]
    reader: str | None = None
    """The metric that brought the source, where it is not the widget's own."""
    needing: tuple[str, ...] = ()
    """The widget's metrics that cannot be answered."""
    column: str | None = None
    """The metric or field of a record that is left out; None where the whole widget is."""

    @property
    def reason(self) -> str:
        return f"{self.source} has no {', '.join(self.lacks)}"


@dataclass(frozen=True)
class Asked:
    """A dashboard's questions by widget, what its sources cannot answer, and which of them failed."""

    dashboard: Dashboard
    window: Window
    as_of: int
    questions: Mapping[str, Question]
    gaps: tuple[Gap, ...]
    failures: Mapping[str, str]
    merged: Merged = field(default_factory=Merged)

    @property
    def sources(self) -> list[str]:
        """What its questions read."""
        return sorted({name for question in self.questions.values() for name in question.sources})


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

    def is_open(self, widget: Widget) -> bool:
        """Whether every source that it reads could be opened; a text reads none."""
        view, own = kind(widget.type).view(widget), source_of(widget, self.dashboard, self.project)
        return view is None or self.sources.keys() >= {*sources_read(view, own, self.catalogue)}

    def gap(self, widget: Widget) -> Gap | None:
        """The first of the widget's gaps."""
        return next(iter(self.gaps(widget)), None)

    def gaps(self, widget: Widget) -> tuple[Gap, ...]:
        """What the widget's sources lack, source by source."""
        view = kind(widget.type).view(widget)
        if view is None:
            return ()
        own = source_of(widget, self.dashboard, self.project)
        found = [self._gap(widget, view, own, name) for name in sources_read(view, own, self.catalogue)]
        return tuple(gap for gap in found if gap is not None)

    def _gap(self, widget: Widget, view: View, own: str, name: str) -> Gap | None:
        """What one source lacks: for grouping and conditions, and for the metrics that read it."""
        available = self.sources[name].bound.available
        reading = [m for m in metrics(view, self.catalogue.definitions) if name in self.catalogue.sources(m, own)]
        shared = grouping(view) | {c.dimension for c in (*fixed(self.dashboard), *widget.where)}
        lacks = {metric: self.catalogue.lacking(metric, own, name, available) for metric in reading}
        found = {*lacking(shared, self.catalogue.fields, available), *(gap for gaps in lacks.values() for gap in gaps)}
        if isinstance(view, Distribution) and COUNTED in available:
            found.add(SINGLE_EVENTS)
        if not found:
            return None
        needing = tuple(metric for metric in reading if lacks[metric]) or tuple(reading)
        told = tuple(sorted(found - {SINGLE_EVENTS} or found))
        return Gap(widget, name, told, reader=None if name == own else needing[0], needing=needing)

    def question(self, widget: Widget) -> Question | None:
        """None for a widget without numbers."""
        view = kind(widget.type).view(widget)
        if view is None:
            return None
        own = source_of(widget, self.dashboard, self.project)
        window = self.window(widget.time_range)
        found = self.asked(view, own, window, self.where(widget), self.edges(widget, view, window))
        return replace(found, shelf=self._shelf(widget, own)) if isinstance(view, Newest) else found

    def _shelf(self, widget: Widget, source: str) -> Shelf | None:
        """The records of all ranges that the page offers, before any choice; none where nothing can be chosen."""
        if not self.dashboard.is_interactive:
            return None
        window = self.window(widget.time_range)
        start = window.start if widget.time_range else offers.since(self.dashboard, self.as_of)
        end = window.end if widget.time_range else self.as_of
        dimensions = offers.dimensions(self.dashboard)
        known = self.catalogue.known(dimensions, self.sources[source].bound.available)
        has = tuple(name for name in dimensions if name in known)
        return Shelf(start, end, (*fixed(self.dashboard), *widget.where), has)

    def asked(self, view: View, own: str, window: Window, where: Where, edges: tuple[int, ...] = ()) -> Question:
        """Of the source `own`, and of those that the metrics name."""
        readings = [self.reading(name, own, where) for name in sources_read(view, own, self.catalogue)]
        accuracy, mask = self.dashboard.accuracy, self.dashboard.masked
        return Question(view, own, tuple(readings), window, edges, accuracy, mask=mask)

    def reading(self, name: str, own: str, where: Where) -> Reading:
        """A source with the conditions that it can meet: what a reader could undo leaves it unfiltered."""
        opened, registry = self.sources[name], self.catalogue.fields
        available = opened.bound.available
        idle = [c for c in defaults(self.dashboard) if lacking([c.dimension], registry, available)]
        return Reading(
            "" if name == own else name,
            name,
            tuple(condition for condition in where if condition not in idle),
            opened.probe.first,
            not lacking(("tokens", "priced"), registry, available),
            tuple(condition.dimension for condition in idle),
        )

    def edges(self, widget: Widget, view: View, window: Window) -> tuple[int, ...]:
        if not is_bucketed(view):
            return ()
        every = widget.every or default_every(window)
        if (count := roughly(window, every)) > MOST_BUCKETS:
            raise Failure([messages.too_many_buckets(widget.at / "every", count, MOST_BUCKETS)])
        return buckets(window, every)

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


def grouping(view: View) -> set[str]:
    """Every field that the view itself names."""
    match view:
        case Trend(series=series):
            return {series} if series else set()
        case Groups(by=by, series=series):
            return {*by, series} if series else set(by)
        case Grid(rows=rows, columns=columns):
            return {rows, columns} - set(CLOCK)
        case Distribution(of=of, by=by):
            return {of, by} if by else {of}
        case Newest(names):
            return set(names)
    return set()


def missing_fields(gaps: Iterable[Gap], sources: Mapping[str, Opened]) -> Iterator[Diagnostic]:
    """Errors for the widgets that do not say `if_missing: hide`."""
    for gap in gaps:
        if gap.widget.if_missing == "error":
            bound = sources[gap.source].bound
            have = sorted(bound.available - {COUNTED})
            yield messages.missing_field(_place(gap), gap.lacks, gap.source, have, gap.reader, bound.columns)


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
    names = written.get("metrics")
    if isinstance(names, list):
        return at / "metrics" / next((n for n, name in enumerate(names) if name in gap.needing), 0)
    return next((at / key for key in ("metric", "metrics") if key in written), at)
