"""A dashboard over its events: which range each widget asks, and which events it sees."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

from tests.oracle import calendar
from tests.oracle.calendar import Range, Setting, Shift
from tests.oracle.conditions import matches
from tests.oracle.events import Event
from tests.oracle.metrics import Definition, Group, Length, Metrics, Names
from tests.oracle.near import Number, arithmetic
from tests.oracle.zones import MINUTE, iso

Row = dict[str, Any]
Keyed = dict[tuple[Any, ...], list[Event]]


class Board:
    def __init__(
        self,
        project: dict[str, Any],
        dashboard: dict[str, Any],
        events: list[Event],
        catalogue: Mapping[str, Definition],
        now: int | None,
    ) -> None:
        self.dashboard, self.project = dashboard, project
        self.metrics = Metrics(catalogue, project.get("metrics", {}))
        self.zone = zone = dashboard.get("timezone", project.get("timezone", "UTC"))
        newest = newest_of(events, self.sources())
        as_of = calendar.as_of(dashboard.get("as_of", "latest"), newest, zone, now)
        self.at = Setting(zone, as_of, project.get("week_start", "monday"))
        self.events = sorted((event for event in events if event.time < as_of), key=lambda event: event.time)
        self.firsts = {event.source: event.time for event in reversed(self.events)}
        self._seen: dict[tuple[str, Names], list[Event]] = {}

    def own(self, widget: dict[str, Any]) -> str:
        """The nearest `source:` that is not a metric's."""
        only = next(iter(self.project.get("sources", {})), "")
        named = (level.get("source") for level in (widget, self.dashboard, self.project))
        return next((name for name in named if name), only)

    def read(self, widget: dict[str, Any]) -> Names:
        """The sources of a widget's numbers."""
        own = self.own(widget)
        order = widget.get("order", "").lstrip("-")
        names = [*names_of(widget), *([order] if order in self.metrics.definitions else [])]
        return frozenset({own}) if not names else frozenset().union(*(self.metrics.sources(n, own) for n in names))

    def sources(self) -> Names:
        """Those of all widgets."""
        widgets = [widget for widget in walk(self.dashboard["layout"]) if widget["type"] != "text"]
        return frozenset().union(*map(self.read, widgets)) if widgets else frozenset({self.own({})})

    def seen(self, where: dict[str, Any] | None, sources: Names) -> list[Event]:
        """What a widget with this `where` may see; the same for all that are alike."""
        key = repr(where), sources
        if key not in self._seen:
            self._seen[key] = list(self._pool(where, sources))
        return self._seen[key]

    def _pool(self, where: dict[str, Any] | None, sources: Names) -> Iterator[Event]:
        """A filter's default leaves alone what its source does not have."""
        fixed = [one for one in (self.dashboard.get("where"), where) if one]
        wheres: dict[str, list[dict[str, Any]]] = {}
        for event in self.events:
            if event.source not in sources:
                continue
            if event.source not in wheres:
                can = known(event)
                wheres[event.source] = [*fixed, *(one for name, one in _defaults(self.dashboard) if name in can)]
            if all(matches(event, one) for one in wheres[event.source]):
                yield event

    def first(self, sources: Names) -> int | None:
        """When the first of these sources begins."""
        return min((self.firsts[name] for name in sources if name in self.firsts), default=None)

    def iso(self, instant: int) -> str:
        return iso(instant, self.zone)


class Question:
    """What every widget has: a range, the period before it, and the events that it may see."""

    def __init__(self, board: Board, widget: dict[str, Any]) -> None:
        self.board, self.widget = board, widget
        self.spec = widget.get("time_range", board.dashboard.get("time_range", "7d"))
        self.range = calendar.resolve(self.spec, board.at)
        self.shift = Shift(self.spec, self.range, board.at)
        self.previous = calendar.previous(self.spec, self.range, board.at)
        self.own, self.sources = board.own(widget), board.read(widget)
        self.pool = board.seen(widget.get("where"), self.sources)
        self.times = [event.time for event in self.pool]
        self.now = self.between(self.range.start, self.range.end)
        self.before = self.between(self.previous.start, self.previous.end)

    @property
    def shelf(self) -> list[Event]:
        """The events of which a page holds the newest: before any choice, over all ranges that it offers."""
        dashboard = self.board.dashboard
        chosen_by = open_filters(dashboard)
        if not chosen_by:
            return self.now
        fixed = [dashboard.get("where"), self.widget.get("where"), *_locked(dashboard)]
        start, end = self.range.start, self.range.end
        if "time_range" not in self.widget:
            end = self.board.at.as_of
            offered = [*dashboard.get("time_ranges", []), *([dashboard["history"]] if "history" in dashboard else [])]
            if "time_range" in chosen_by:
                start = min(start, *(calendar.resolve(one, self.board.at).start for one in (*offered, self.spec)))
        inside = [e for e in self.board.events if start <= e.time < end and e.source in self.sources]
        return [event for event in inside if all(matches(event, where) for where in fixed)]

    @property
    def names(self) -> list[str]:
        return names_of(self.widget)

    @property
    def compared(self) -> bool:
        inherited = self.board.dashboard.get("compare") if self.widget["type"] == "card" else None
        return self.widget.get("compare", inherited) == "previous"

    def between(self, start: int, end: int) -> list[Event]:
        return self.pool[bisect_left(self.times, start) : bisect_left(self.times, end)]

    def window(self, start: int, end: int) -> Length:
        """How much of [start, end) lies after the first event of some sources."""

        def length(sources: Names) -> int:
            first = self.board.first(sources or self.sources)
            return 0 if first is None else max(0, end - max(start, first))

        return length

    def buckets(self, every: str | None) -> list[tuple[int, int]]:
        return calendar.buckets(self.range, every, self.board.zone, self.board.at.week_start)

    # ---- values ---------------------------------------------------------------------------------

    def whole(self, events: list[Event], period: Range | None = None, names: list[str] | None = None) -> Row:
        """A group of the range, or of the period before."""
        period = period or self.range
        return self.board.metrics.row(
            names or self.names, Group(events, self.window(period.start, period.end)), self.own
        )

    def bucket(self, events: list[Event], start: int, end: int) -> Row:
        return self.part(events, self.window(start, end))

    def part(self, events: list[Event], length: Length) -> Row:
        """A part of the range: under a minute it has no rate."""
        return self.board.metrics.row(self.names, Group(events, length, MINUTE), self.own)

    def rank_value(self, name: str, events: list[Event]) -> Number | None:
        return self.board.metrics.value(name, Group(events, self.window(self.range.start, self.range.end)), self.own)

    def comparison(self, row: Row, before: Row | None) -> Row:
        """`previous` and `change`: numbers for one metric, mappings for several."""
        previous = {name: before[name] if before is not None and self._reaches(name) else None for name in self.names}
        change = {name: changed(row[name], previous[name]) for name in self.names}
        if len(self.names) > 1:
            return {"previous": previous, "change": change}
        return {"previous": previous[self.names[0]], "change": change[self.names[0]]}

    def _reaches(self, name: str) -> bool:
        """Whether every source of the metric began before the period before."""
        firsts = [self.board.first(frozenset({read})) for read in self.board.metrics.sources(name, self.own)]
        return all(first is not None and first <= self.previous.start for first in firsts)


def names_of(widget: dict[str, Any]) -> list[str]:
    """The metrics that a widget shows."""
    return list(widget["metrics"]) if "metrics" in widget else [widget["metric"]] if "metric" in widget else []


def walk(layout: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry in layout:
        if "section" in entry:
            yield from walk(entry["layout"])
        else:
            yield entry


def newest_of(events: list[Event], sources: Names) -> int | None:
    """The oldest of the sources' newest events."""
    newest: dict[str, int] = {}
    for event in events:
        if event.source in sources:
            newest[event.source] = max(event.time, newest.get(event.source, event.time))
    return min(newest.values(), default=None)


def known(event: Event) -> frozenset[str]:
    """What can be asked of an event: the columns of its source, and what follows from its status."""
    derived = ("failed", "status_class") if "status_code" in event.known else ()
    return event.known.union(derived)


def changed(value: Number | None, previous: Number | None) -> Number | None:
    return arithmetic("/", arithmetic("-", value, previous), previous)


def _defaults(dashboard: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The filters' defaults, each like a `where`, by the dimension."""
    given = [entry for entry in dashboard.get("filters", []) if isinstance(entry, dict) and "default" in entry]
    wheres = [(entry["dimension"], {entry["dimension"]: entry["default"]}) for entry in given]
    return [(name, where) for name, where in wheres if name != "time_range"]


def open_filters(dashboard: dict[str, Any]) -> list[str]:
    """What a viewer can choose."""
    entries = [entry if isinstance(entry, dict) else {"dimension": entry} for entry in dashboard.get("filters", [])]
    return [entry["dimension"] for entry in entries if not entry.get("locked")]


def _locked(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    entries = [entry for entry in dashboard.get("filters", []) if isinstance(entry, dict) and entry.get("locked")]
    return [{entry["dimension"]: entry["default"]} for entry in entries if "default" in entry]


def grouped(events: list[Event], dimensions: tuple[str, ...]) -> Keyed:
    found: Keyed = {}
    for event in events:
        found.setdefault(tuple(event.dimensions[name] for name in dimensions), []).append(event)
    return found
