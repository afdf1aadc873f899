"""Advice: what is allowed and rarely meant. Warnings, silenced on a widget by `allow: [code]`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dashgen import messages
from dashgen.diagnostics import Diagnostic
from dashgen.fields import Field, missing
from dashgen.labels import metric_label
from dashgen.layout import spans
from dashgen.metrics.expression import Expression, names
from dashgen.model import Dashboard, Filter, Project, Section, Thresholds, Widget
from dashgen.resolve.scope import Asked, Scope, written
from dashgen.resolve.soundness import parsed
from dashgen.resolve.times import has_buckets
from dashgen.resources import is_shipped
from dashgen.timeline import Window, Zone
from dashgen.widgets import kind

CODES = (
    "pie-slices",
    "line-series",
    "long-title",
    "idle-every",
    "idle-source",
    "same-question",
    "short-data",
    "large-share",
    "share-of-part",
    "compare-of-stack",
    "absent-value",
    "changed-builtin",
)
"""What `allow:` of a widget can silence."""

MOST_SLICES = 8
MOST_SERIES = 12
LONGEST_TITLE = 60
CHARACTERS = 11
"""Of a title, in one column of the page's twelve, in two lines at the most."""

_LATE = 0.1
"""The part of a range without data from which on it is worth a word."""


def heeded(widget: Widget, advice: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """What the widget does not allow."""
    return (diagnostic for diagnostic in advice if diagnostic.code not in widget.allow)


# ---- before any data --------------------------------------------------------------------------


def advise(dashboard: Dashboard, asked: Sequence[Asked], scope: Scope) -> Iterator[Diagnostic]:
    """Everything that can be told from the dashboard alone."""
    yield from _idle_filters(dashboard, asked, scope)
    room = _room(dashboard)
    for widget in asked:
        found = (
            *_title(widget, room),
            *_idle_every(widget),
            *_idle_source(widget, scope),
            *_large_shares(widget, scope),
        )
        yield from heeded(widget.widget, found)
    yield from _same_questions(asked, scope)


def _room(dashboard: Dashboard) -> Mapping[str, int]:
    """Widget id → the columns that it will take."""
    found: dict[str, int] = {}

    def walk(layout: Sequence[Widget | Section]) -> None:
        for is_section, run in groupby(layout, lambda entry: isinstance(entry, Section)):
            if is_section:
                for entry in run:
                    walk(getattr(entry, "layout", ()))
            else:
                widgets = [entry for entry in run if isinstance(entry, Widget)]
                found.update(zip((w.id for w in widgets), spans(widgets), strict=True))

    walk(dashboard.layout)
    return found


def _title(asked: Asked, room: Mapping[str, int]) -> Iterator[Diagnostic]:
    title = asked.widget.title
    most = min(LONGEST_TITLE, 2 * CHARACTERS * room[asked.widget.id])
    if title is not None and len(title) > most:
        yield messages.long_title(asked.widget.at / "title", len(title), most)


def _idle_every(asked: Asked) -> Iterator[Diagnostic]:
    if asked.widget.every is not None and not has_buckets(asked):
        yield messages.idle_every((asked.widget.at / "every").key(), asked.widget.type)


def _idle_source(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    """The metrics' own sources stand nearer to the numbers than the widget's."""
    source = asked.widget.source
    if source is not None and asked.view is not None and source not in scope.sources_read(asked):
        yield messages.idle_source((asked.widget.at / "source").key(), sorted(scope.sources_read(asked)))


def _large_shares(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    """`warning: 2` on a percentage is 200 %."""
    thresholds: Thresholds | None = asked.get("thresholds")
    name = next(iter(asked.metrics), "")
    if thresholds is None or name not in scope.sound or metric_label(name, scope.catalogue).format != "percent":
        return
    for key in ("warning", "critical"):
        number = written(thresholds.at / key)
        if isinstance(number, (int, float)) and number > 1:
            yield messages.large_share(thresholds.at / key, f"{number:g}", name, f"{number * 100:g} %")


def _same_questions(asked: Iterable[Asked], scope: Scope) -> Iterator[Diagnostic]:
    first: dict[Any, Widget] = {}
    for one in asked:
        widget = one.widget
        if one.view is None:
            continue
        source = scope.source_of(widget, one.dashboard)
        every = widget.every if has_buckets(one) else None
        question = (one.view, source, widget.time_range, every, frozenset(widget.where))
        if question in first:
            other = first[question]
            told = messages.same_question(widget.at / "type", widget.type, other.id, other.type, other.at.span.line)
            yield from heeded(widget, [told])
        first.setdefault(question, widget)


# ---- filters ----------------------------------------------------------------------------------


def _idle_filters(dashboard: Dashboard, asked: Sequence[Asked], scope: Scope) -> Iterator[Diagnostic]:
    asking = [one for one in asked if one.view is not None]
    for chosen in dashboard.filters:
        why = _why_idle(chosen, dashboard, asking, scope)
        if why is not None:
            yield messages.idle_filter(chosen.at, chosen.dimension, why)


def _why_idle(chosen: Filter, dashboard: Dashboard, asking: Sequence[Asked], scope: Scope) -> str | None:
    if not asking:
        return "no widget shows numbers"
    if chosen.dimension == "time_range":
        pinned = all(one.widget.time_range is not None for one in asking)
        return "every widget has a `time_range` of its own" if pinned else None
    if any(c.dimension == chosen.dimension and len(c.any_of or ()) == 1 for c in dashboard.where):
        return "`where` leaves only one value"
    sources = [scope.project.sources.get(name) for one in asking for name in scope.sources_read(one)]
    absent = [{name for name, m in source.fields.items() if m.text is None} for source in sources if source]
    field = scope.fields.get(chosen.dimension)
    if field is not None and absent and all(missing(field, scope.fields.keys() - gone) for gone in absent):
        return "no source of this dashboard has it"
    return None


def advise_filters(
    dashboard: Dashboard, fields: Mapping[str, Field], available: Iterable[Collection[str]]
) -> Iterator[Diagnostic]:
    """Filters by what none of the dashboard's sources has; `available` are the fields of each source."""
    sources = list(available)
    for chosen in dashboard.filters:
        field = fields.get(chosen.dimension)
        if field is not None and sources and all(missing(field, have) for have in sources):
            yield messages.idle_filter(chosen.at, chosen.dimension, "no source of this dashboard has it")


# ---- all dashboards ---------------------------------------------------------------------------


def check_unused(project: Project, dashboards: Iterable[Dashboard]) -> Iterator[Diagnostic]:
    """Metrics of the project that no dashboard shows or orders by, and no used metric stands on."""
    shown = [name for dashboard in dashboards for widget in dashboard.widgets for name in _named(widget, dashboard)]
    used = _with_parts(shown, parsed(project))
    for metric in project.metrics.values():
        if not metric.builtin and metric.name not in used:
            yield messages.unused_metric(metric.at.key(), metric.name)


def check_overrides(project: Project, dashboards: Iterable[Dashboard]) -> Iterator[Diagnostic]:
    """Built-in metrics that are shown and mean something else, because the project replaced what they stand on."""
    expressions = parsed(project)
    changed = {name: found for name in expressions if (found := set(_replaced(name, project, expressions)))}
    if not changed:
        return
    shown = {
        name
        for dashboard in dashboards
        if not is_shipped(dashboard.at.document.file)
        for widget in dashboard.widgets
        if "changed-builtin" not in widget.allow
        for name in _named(widget, dashboard)
    }
    used = _with_parts(shown, expressions)
    for metric in project.metrics.values():
        others = sorted(name for name in changed.keys() & used if metric.name in changed[name])
        if others:
            yield messages.changed_builtin(metric.at.key(), metric.name, others)


def _replaced(name: str, project: Project, expressions: Mapping[str, Expression]) -> Iterator[str]:
    """The project's metrics that a built-in one stands on: those that replaced a metric of the catalogue."""
    if not project.metrics[name].builtin:
        return
    for part in names(expressions[name]):
        if not project.metrics[part.metric].builtin:
            yield part.metric
        elif part.metric in expressions:
            yield from _replaced(part.metric, project, expressions)


def _with_parts(open_names: Iterable[str], expressions: Mapping[str, Expression]) -> set[str]:
    """Metrics, and all those that they stand on."""
    waiting, found = list(open_names), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [part.metric for part in names(expressions[name])] if name in expressions else []
    return found


def _named(widget: Widget, dashboard: Dashboard) -> Iterator[str]:
    asked = Asked(widget, dashboard)
    yield from asked.metrics
    order = asked.get("order")
    if order is not None:
        yield order.name


# ---- after evaluation -------------------------------------------------------------------------


def advise_rows(widget: Widget, groups: int) -> Iterator[Diagnostic]:
    """`groups`: how many slices a pie, or lines a line chart, shows; the folded rest does not count."""
    if widget.type == "pie" and groups > MOST_SLICES:
        yield from heeded(widget, [messages.pie_slices(widget.at / "type", groups, MOST_SLICES)])
    if widget.type == "line" and getattr(widget, "series", None) and groups > MOST_SERIES:
        yield from heeded(widget, [messages.line_series(widget.at / "series", groups, MOST_SERIES)])


@dataclass(frozen=True, slots=True)
class Held:
    """The first and the newest event of the sources that a range is asked of."""

    first: int
    newest: int


def advise_data(dashboard: Dashboard, widget: Widget | None, window: Window, held: Held | None) -> Iterator[Diagnostic]:
    """A range that begins well before its source's first event, or lies outside of all.

    Without a widget it is the dashboard's own range; with one, the range that the widget is pinned to.
    """
    if held is None:
        return
    is_outside = window.nominal <= held.first or window.start > held.newest
    if not is_outside and held.first - window.start <= _LATE * (window.end - window.start):
        return
    place = (widget or dashboard).at / "time_range"
    if written(place) is None and is_outside:
        place = dashboard.at / "as_of"
    if written(place) is None:
        return  # the language's own default is nobody's mistake
    start, first, newest = _days((window.start, held.first, held.newest), window.zone)
    found = messages.short_data(place, start, first, newest if is_outside else None)
    if widget is None and all_allow(found.code, dashboard):
        return
    yield from heeded(widget, [found]) if widget is not None else [found]


def _days(instants: Sequence[int], zone: Zone) -> list[str]:
    """Dates; with the time of day if a date alone would not tell the first two apart."""
    if zone.day(instants[0]) != zone.day(instants[1]):
        return [str(zone.day(instant)) for instant in instants]
    return [f"{zone.wall(instant):%Y-%m-%d at %H:%M}" for instant in instants]


def all_allow(code: str, dashboard: Dashboard) -> bool:
    """Whether every widget that the dashboard's own range is for allows advice that concerns them all."""
    concerned = [w for w in dashboard.widgets if w.time_range is None and kind(w.type).view(w) is not None]
    return bool(concerned) and all(code in widget.allow for widget in concerned)
