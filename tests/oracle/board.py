"""A dashboard over its events: which range each widget asks, and which events it sees."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

from tests.oracle import calendar
from tests.oracle.calendar import Range, Setting, Shift
from tests.oracle.conditions import matches
from tests.oracle.events import Event
from tests.oracle.metrics import Definition, Group, Metrics, group
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
        zone = dashboard.get("timezone", project.get("timezone", "UTC"))
        newest = max((event.time for event in events), default=None)
        as_of = calendar.as_of(dashboard.get("as_of", "latest"), newest, zone, now)
        self.dashboard, self.zone = dashboard, zone
        self.at = Setting(zone, as_of, project.get("week_start", "monday"))
        self.events = sorted((event for event in events if event.time < as_of), key=lambda event: event.time)
        self.first = self.events[0].time if self.events else None
        self.metrics = Metrics(catalogue, project.get("metrics", {}))

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
        conditions = [board.dashboard.get("where"), *_defaults(board.dashboard), widget.get("where")]
        self.pool = [event for event in board.events if all(matches(event, where) for where in conditions)]
        self.times = [event.time for event in self.pool]
        self.now = self.between(self.range.start, self.range.end)
        self.before = self.between(self.previous.start, self.previous.end)

    @property
    def names(self) -> list[str]:
        return list(self.widget["metrics"]) if "metrics" in self.widget else [self.widget["metric"]]

    @property
    def compared(self) -> bool:
        inherited = self.board.dashboard.get("compare") if self.widget["type"] == "card" else None
        return self.widget.get("compare", inherited) == "previous"

    def between(self, start: int, end: int) -> list[Event]:
        return self.pool[bisect_left(self.times, start) : bisect_left(self.times, end)]

    def window(self, start: int, end: int) -> int:
        """How much of [start, end) lies after the source's first event."""
        first = self.board.first
        return 0 if first is None else max(0, end - max(start, first))

    def buckets(self, every: str | None) -> list[tuple[int, int]]:
        return calendar.buckets(self.range, every, self.board.zone, self.board.at.week_start)

    # ---- values ---------------------------------------------------------------------------------

    def whole(self, events: list[Event], period: Range | None = None, names: list[str] | None = None) -> Row:
        """A group of the range, or of the period before."""
        period = period or self.range
        return self.board.metrics.row(names or self.names, group(events, self.window(period.start, period.end)))

    def bucket(self, events: list[Event], start: int, end: int) -> Row:
        return self.part(events, self.window(start, end))

    def part(self, events: list[Event], length: int) -> Row:
        """A part of the range: under a minute it has no rate."""
        return self.board.metrics.row(self.names, group(events, length, MINUTE))

    def rank_value(self, name: str, events: list[Event]) -> Number | None:
        return self.board.metrics.value(name, self._group(events))

    def _group(self, events: list[Event]) -> Group:
        return group(events, self.window(self.range.start, self.range.end))

    def comparison(self, row: Row, before: Row | None) -> Row:
        """`previous` and `change`: numbers for one metric, mappings for several."""
        first = self.board.first
        comparable = first is not None and first <= self.previous.start
        previous = {name: before[name] if before is not None and comparable else None for name in self.names}
        change = {name: changed(row[name], previous[name]) for name in self.names}
        if len(self.names) > 1:
            return {"previous": previous, "change": change}
        return {"previous": previous[self.names[0]], "change": change[self.names[0]]}


def changed(value: Number | None, previous: Number | None) -> Number | None:
    return arithmetic("/", arithmetic("-", value, previous), previous)


def _defaults(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """The filters' defaults, each like a `where`."""
    given = [entry for entry in dashboard.get("filters", []) if isinstance(entry, dict) and "default" in entry]
    return [{entry["dimension"]: entry["default"]} for entry in given if entry["dimension"] != "time_range"]


def grouped(events: list[Event], dimensions: tuple[str, ...]) -> Keyed:
    found: Keyed = {}
    for event in events:
        found.setdefault(tuple(event.dimensions[name] for name in dimensions), []).append(event)
    return found
