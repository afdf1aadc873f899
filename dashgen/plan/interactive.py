"""What a page needs to answer its own filters: the ranges that it offers, and cubes with the filters' dimensions.

A filter's condition must be met by whole cells, so every dimension that can be chosen is in every cube, and so is every
instant at which a range, a bucket or a comparison can begin. A widget's own `where` goes into its measures instead: a
condition then costs a column, not cells, and holds whatever is folded later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from functools import cached_property

from dashgen.cube import CubeSpec
from dashgen.fields import COUNTED
from dashgen.metrics import Catalogue
from dashgen.metrics.formula import Measure
from dashgen.model import Absolute, Dashboard, Every, TimeRange, Where, Widget
from dashgen.plan import offers
from dashgen.plan.ask import Asked, Opened, fixed
from dashgen.plan.needs import Need, Place, cells, placed, united
from dashgen.plan.questions import Question, Reading, instants, measured
from dashgen.plan.reads import metrics
from dashgen.plan.statistics import Statistics
from dashgen.plan.views import Newest, Trend, is_bucketed, is_clocked
from dashgen.timeline import DAY, MOST_BUCKETS, Window, Zone, buckets, hours, resolve, roughly

REQUESTS = Measure("sum", "requests")
"""Tells how much each value of a filter stands for."""
EVENTS_OF_CELLS = (Measure("sum", "events"), Measure("count", "time"))
"""How a cell's events are counted: by the second where a row stands for many of them, or for none."""


@dataclass(frozen=True, slots=True)
class Before:
    """A previous period."""

    start: int
    end: int

    def is_in(self, reading: Reading) -> bool:
        return reading.first is not None and reading.first <= self.start


@dataclass(frozen=True)
class LiveQuestion:
    """A widget's question under every filter; its readings keep only what no viewer can undo."""

    widget: Widget
    question: Question
    is_pinned: bool
    windows: tuple[Window, ...]
    """The ranges that it can be asked over: its own, or all that the page offers."""
    places: Mapping[Measure, Place]
    rows: Mapping[str, Place]
    """For each reading what counts its events."""
    whole: tuple[Need, ...]
    """What counts the events of whole cells, whatever the widget's own conditions: it tells how small they are."""

    @property
    def needs(self) -> tuple[Need, ...]:
        return (*(place.need for place in (*self.places.values(), *self.rows.values())), *self.whole)


@dataclass(frozen=True)
class Interactive:
    """`serving` says which cube holds what was needed; `volumes` count the requests of each source."""

    asked: Asked
    ranges: tuple[TimeRange, ...]
    windows: tuple[Window, ...]
    default: int
    every: tuple[Every, ...]
    """For each range the bucket size of lines and sparklines that do not say one."""
    dimensions: tuple[str, ...]
    """What can be filtered by, in the order of the bar."""
    has: Mapping[str, frozenset[str]]
    """Those of them that each source has."""
    questions: Mapping[str, LiveQuestion]
    cubes: tuple[CubeSpec, ...]
    serving: Mapping[Need, CubeSpec]
    volumes: Mapping[str, Place]
    custom: tuple[int, ...]
    """Where ranges of the viewer's own may begin and end."""
    since: int
    """Where the shipped past begins."""
    estimates: Mapping[CubeSpec, int]
    """Cells, roughly."""

    @cached_property
    def only_counted(self) -> frozenset[str]:
        """Dimensions whose values are counted, but neither chosen nor grouped by: their names are nobody's business."""
        asked = [one.question.dimensions for one in self.questions.values()]
        counted = {m.field for one in self.questions.values() for m in one.places if m.kind == "distinct"}
        return frozenset(counted.difference(self.dimensions, *asked))


class Grain(IntEnum):
    """How fine time is in a page's cubes: coarser where they would not fit."""

    COMPARED = 0
    """Ranges of the viewer's own that end in an unfinished day have a previous period: every day is cut where it is."""
    BUCKETS = 1
    """They begin and end where a line's buckets do."""
    DAYS = 2
    """They begin and end at midnights."""
    COARSE = 3
    """Ranges that the page does not open with have buckets of days, unless a widget says `every:`."""
    OFFERED = 4
    """There are no ranges of the viewer's own."""


def interactive(
    asked: Asked,
    catalogue: Catalogue,
    sources: Mapping[str, Opened],
    statistics: Mapping[str, Statistics],
    grain: Grain = Grain.COMPARED,
) -> Interactive | None:
    """The cubes that a page needs; None for one without filters, or without anything to filter."""
    if not asked.dashboard.is_interactive or not asked.questions:
        return None
    return _Planner(asked, catalogue, sources, max(grain, Grain(asked.merged.grain))).planned(statistics)


@dataclass(frozen=True)
class _Planner:
    asked: Asked
    catalogue: Catalogue
    sources: Mapping[str, Opened]
    grain: Grain

    def planned(self, statistics: Mapping[str, Statistics]) -> Interactive:
        volumes = {name: self._volume(name) for name in self._has}
        needs = [need for live in self._questions.values() for need in live.needs]
        found = united([*needs, *(place.need for place in volumes.values())], statistics)
        grouped = {replace(spec, mask=self._dashboard.masked): members for spec, members in found.items()}
        serving = {need: spec for spec, members in grouped.items() for need in members}
        ranges = offers.ranges(self._dashboard)
        return Interactive(
            self.asked,
            ranges,
            self._windows,
            ranges.index(self._dashboard.time_range),
            tuple(self._every(window) for window in self._windows),
            self._dimensions,
            self._has,
            self._questions,
            tuple(grouped),
            serving,
            volumes,
            self._common(serving),
            self._since,
            {spec: round(cells(members, statistics)) for spec, members in grouped.items()},
        )

    @cached_property
    def _dashboard(self) -> Dashboard:
        return self.asked.dashboard

    @cached_property
    def _dimensions(self) -> tuple[str, ...]:
        return offers.dimensions(self._dashboard)

    @cached_property
    def _has(self) -> Mapping[str, frozenset[str]]:
        """The filters' dimensions of each source."""
        return {
            name: self.catalogue.known(self._dimensions, self.sources[name].bound.available)
            for name in self.asked.sources
        }

    @cached_property
    def _questions(self) -> Mapping[str, LiveQuestion]:
        asked = self.asked.questions
        return {w.id: self._live(w, asked[w.id]) for w in self._dashboard.widgets if w.id in asked}

    # ---- time ---------------------------------------------------------------------------------

    @property
    def _zone(self) -> Zone:
        return self.asked.window.zone

    @cached_property
    def _windows(self) -> tuple[Window, ...]:
        return offers.windows(self._dashboard, self.asked.as_of)

    @cached_property
    def _since(self) -> int:
        return offers.since(self._dashboard, self.asked.as_of)

    def _every(self, window: Window) -> Every:
        usual = self.asked.merged.every(window)
        is_open = window == self.asked.window
        is_fine = usual.unit in ("min", "h") and window.end - window.start > 2 * DAY
        return Every(1, "d") if self.grain >= Grain.COARSE and is_fine and not is_open else usual

    @cached_property
    def _custom(self) -> tuple[int, ...]:
        """Where ranges of the viewer's own may begin and end, and what may have to be compared with them."""
        if not offers.chooses_time(self._dashboard) or self.grain >= Grain.OFFERED:
            return ()
        if self.grain >= Grain.DAYS:
            return self._midnights
        lines = {
            edge
            for widget in self._dashboard.widgets
            if (question := self.asked.questions.get(widget.id)) and isinstance(question.view, Trend)
            if widget.time_range is None
            for window in self._windows
            for edge in self._buckets(question, widget, window)
        }
        return tuple(sorted({*self._midnights, *lines}))

    @cached_property
    def _offered(self) -> frozenset[int]:
        """Where any range that can be chosen begins or ends."""
        return frozenset({*self._custom, *(at for window in self._windows for at in (window.start, window.end))})

    def _buckets(self, question: Question, widget: Widget, window: Window) -> tuple[int, ...]:
        """Of a line or a sparkline over one of the ranges."""
        if not is_bucketed(question.view):
            return ()
        is_pinned = widget.time_range is not None
        usual = self.asked.merged.every(window) if is_pinned else self._every(window)
        return buckets(window, every_of(widget.every, window, usual))

    @cached_property
    def _midnights(self) -> tuple[int, ...]:
        """Of the shipped past and its previous period, and the end of time."""
        first = self._zone.day(self._since) - timedelta(days=self._days_back)
        last = self._zone.day(self.asked.as_of - 1)
        return (*(self._zone.midnight(day) for day in _days(first, last)), self.asked.as_of)

    @cached_property
    def _unfinished(self) -> tuple[Before, ...]:
        """What ranges of the viewer's own are compared with that begin with a shipped day and end at `as_of`."""
        if not self._custom or self.grain > Grain.COMPARED or self._dashboard.minimum_group > 1:
            return ()
        days = _days(self._zone.day(self._since), self._zone.day(self.asked.as_of - 1))
        windows = (resolve(Absolute(day, None), self.asked.as_of, self._zone) for day in days)
        return tuple(Before(*window.previous()) for window in windows if window.start >= self._since)

    @property
    def _days_back(self) -> int:
        """As many days before as there are, where anything that follows the page's range is compared."""
        is_compared = any(q.compares and not self._is_pinned(n) for n, q in self.asked.questions.items())
        if not is_compared:
            return 0
        return (self._zone.day(self.asked.as_of - 1) - self._zone.day(self._since)).days + 1

    def _common(self, serving: Mapping[Need, CubeSpec]) -> tuple[int, ...]:
        """The edges that every cube has of which a widget follows the page's range; records need none."""
        followers = [live for live in self._questions.values() if not live.is_pinned]
        if not self._custom or not followers:
            return ()
        cubes = {serving[need] for live in followers for need in live.needs if need in serving}
        common = frozenset.intersection(*(frozenset(cube.edges) for cube in cubes)) if cubes else self._custom
        besides = {before.end for before in self._unfinished} - self._offered
        return tuple(sorted(at for at in common if self._since <= at <= self.asked.as_of and at not in besides))

    # ---- questions ----------------------------------------------------------------------------

    def _is_pinned(self, name: str) -> bool:
        return next(w for w in self._dashboard.widgets if w.id == name).time_range is not None

    def _live(self, widget: Widget, question: Question) -> LiveQuestion:
        is_pinned = widget.time_range is not None
        if is_pinned and self.asked.merged.least and is_bucketed(question.view):
            widget = replace(widget, every=widget.every or self.asked.merged.every(question.window))
        own = (question.window,) if is_pinned else self._windows
        bare = replace(question, readings=tuple(map(self._bare, question.readings)))
        if isinstance(question.view, Newest):
            return LiveQuestion(widget, bare, is_pinned, own, {}, {}, ())
        places: dict[Measure, Place] = {}
        rows: dict[str, Place] = {}
        whole: list[Need] = []
        wanted = measured(question, metrics(question.view, self.catalogue.definitions), self.catalogue)
        for reading in bare.readings:
            dimensions = self._has[reading.source] | {*question.dimensions}
            edges = self._all_edges(bare, reading, widget, own)
            base = Need(reading.source, reading.where, dimensions, edges, frozenset())
            rows[reading.name] = placed(base, self._counting(reading.source, widget.where))
            whole.append(placed(base, self._counting(reading.source)).need)
            for measure in sorted((m for m in wanted if m.source == reading.name), key=repr):
                places[measure] = self._place(base, measure, widget.where, question.accuracy)
        return LiveQuestion(widget, bare, is_pinned, own, places, rows, tuple(whole))

    def _bare(self, reading: Reading) -> Reading:
        """Without what viewers can undo."""
        lacks = tuple(name for name in self._dimensions if name not in self._has[reading.source])
        return replace(reading, where=fixed(self._dashboard), unfiltered=lacks)

    def _all_edges(
        self, question: Question, reading: Reading, widget: Widget, windows: Iterable[Window]
    ) -> frozenset[int]:
        """Over each of the windows and, where it follows the page's range, over ranges of the viewer's own."""
        found = frozenset[int]().union(*(self._edges(question, reading, widget, window) for window in windows))
        if widget.time_range is not None:
            return found
        unfinished = (before.end for before in self._unfinished if question.compares and before.is_in(reading))
        return found.union(self._own_edges(question), unfinished)

    def _own_edges(self, question: Question) -> frozenset[int]:
        """What a question needs for ranges of the viewer's own; a heatmap of hours needs every hour."""
        found = tuple(at for at in self._custom if question.compares or at >= self._since)
        if not found or not is_clocked(question.view):
            return frozenset(found)
        return frozenset({*found, *hours(replace(self.asked.window, start=found[0], end=found[-1]))})

    def _edges(self, question: Question, reading: Reading, widget: Widget, window: Window) -> tuple[int, ...]:
        asked = replace(question, window=window, edges=self._buckets(question, widget, window))
        return () if window.is_empty else instants(asked, reading)

    def _counting(self, source: str, where: Where = ()) -> Measure:
        """Rows that meet a condition: what an event counts may be nothing."""
        single = COUNTED not in self.sources[source].bound.available
        return replace(EVENTS_OF_CELLS[0 if single else 1], where=where)

    def _place(self, base: Need, measure: Measure, where: Where, accuracy: float) -> Place:
        own = replace(measure, source="", where=(*measure.where, *where))
        match measure.kind:
            case "histogram":
                return placed(replace(base, histogram=measure.field, accuracy=accuracy), own)
            case "distinct":
                counted = Measure("sum", "events", own.where)
                return placed(replace(base, dimensions=base.dimensions | {measure.field}), counted)
        return placed(base, own)

    def _volume(self, source: str) -> Place:
        shown = frozenset(at for at in self._offered if at >= self._since)
        return placed(Need(source, fixed(self._dashboard), self._has[source], shown, frozenset()), REQUESTS)


def every_of(every: Every | None, window: Window, usual: Every) -> Every:
    """What was written, unless it makes too many buckets of this range; else the `usual` size."""
    return usual if every is None or roughly(window, every) > MOST_BUCKETS else every


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
