"""What a page needs to answer its own filters: the ranges that it offers, and cubes with the filters' dimensions.

A filter's condition must be met by whole cells, so every dimension that can be chosen is in every cube, and so is every
instant at which a range, a bucket or a comparison can begin. A widget's own `where` goes into its measures instead: a
condition then costs a column, not cells, and holds whatever is folded later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from itertools import combinations, pairwise

from dashgen.cube import CubeSpec
from dashgen.fields import COUNTED
from dashgen.metrics import Catalogue
from dashgen.metrics.formula import Measure
from dashgen.model import Absolute, Every, TimeRange, Where, Widget
from dashgen.plan import offers
from dashgen.plan.ask import MOST_BUCKETS, Asked, Opened, fixed
from dashgen.plan.questions import Question, Reading, instants, measured, metrics
from dashgen.plan.statistics import Statistics
from dashgen.plan.views import Newest, Trend, is_bucketed, is_clocked
from dashgen.timeline import DAY, Window, Zone, buckets, hours, resolve, roughly

REQUESTS = Measure("sum", "requests")
"""Tells how much each value of a filter stands for."""
EVENTS_OF_CELLS = (Measure("sum", "events"), Measure("count", "time"))
"""How a cell's events are counted: by the second where a row stands for many of them, or for none."""


@dataclass(frozen=True, slots=True)
class Need:
    """A cube that a question would ask for by itself. Sets instead of sorted tuples: they are united."""

    source: str
    where: Where
    dimensions: frozenset[str]
    edges: frozenset[int]
    measures: frozenset[Measure]
    histogram: str | None = None
    accuracy: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a measure lies: `measure` is what the cube that serves `need` calls it."""

    need: Need
    measure: Measure


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

    @property
    def zone(self) -> Zone:
        return self.asked.window.zone

    def planned(self, statistics: Mapping[str, Statistics]) -> Interactive:
        dashboard = self.asked.dashboard
        offered, dimensions = offers.ranges(dashboard), offers.dimensions(dashboard)
        windows, since = offers.windows(dashboard, self.asked.as_of), offers.since(dashboard, self.asked.as_of)
        chooses_time = offers.chooses_time(dashboard) and self.grain < Grain.OFFERED
        custom = self._custom_edges(windows, since) if chooses_time else ()
        unfinished = self._unfinished(since) if custom else ()
        has = {name: self._has(name, dimensions) for name in self.asked.sources}
        questions = {
            widget.id: self._live(widget, self.asked.questions[widget.id], windows, custom, unfinished, since, has)
            for widget in dashboard.widgets
            if widget.id in self.asked.questions
        }
        offered_edges = {*custom, *(at for window in windows for at in (window.start, window.end))}
        shown = frozenset(at for at in offered_edges if at >= since)
        volumes = {name: self._volume(name, has[name], shown) for name in has}
        needs = [need for live in questions.values() for need in live.needs]
        united = _grouped([*needs, *(place.need for place in volumes.values())], statistics)
        grouped = {replace(spec, mask=dashboard.masked): members for spec, members in united.items()}
        serving = {need: spec for spec, members in grouped.items() for need in members}
        estimates = {spec: round(_cells(members, statistics)) for spec, members in grouped.items()}
        return Interactive(
            self.asked,
            offered,
            windows,
            offered.index(dashboard.time_range),
            tuple(self._every(window) for window in windows),
            dimensions,
            has,
            questions,
            tuple(grouped),
            serving,
            volumes,
            self._common(questions, serving, custom, since, {before.end for before in unfinished} - offered_edges)
            if custom
            else (),
            since,
            estimates,
        )

    # ---- time ---------------------------------------------------------------------------------

    def _every(self, window: Window) -> Every:
        usual = self.asked.merged.every(window)
        is_open = window == self.asked.window
        is_fine = usual.unit in ("min", "h") and window.end - window.start > 2 * DAY
        return Every(1, "d") if self.grain >= Grain.COARSE and is_fine and not is_open else usual

    def _custom_edges(self, windows: Iterable[Window], since: int) -> tuple[int, ...]:
        """Where ranges of the viewer's own may begin and end, and what may have to be compared with them."""
        midnights = self._midnights(since)
        if self.grain >= Grain.DAYS:
            return midnights
        lines = {
            edge
            for widget in self.asked.dashboard.widgets
            if (question := self.asked.questions.get(widget.id)) and isinstance(question.view, Trend)
            if widget.time_range is None
            for window in windows
            for edge in self._buckets(question, widget, window)
        }
        return tuple(sorted({*midnights, *lines}))

    def _buckets(self, question: Question, widget: Widget, window: Window) -> tuple[int, ...]:
        """Of a line or a sparkline over one of the ranges."""
        if not is_bucketed(question.view):
            return ()
        is_pinned = widget.time_range is not None
        usual = self.asked.merged.every(window) if is_pinned else self._every(window)
        return buckets(window, every_of(widget.every, window, usual))

    def _midnights(self, since: int) -> tuple[int, ...]:
        """Of the shipped past and its previous period, and the end of time."""
        days = self._days_back(since)
        first = self.zone.day(since) - timedelta(days=days)
        last = self.zone.day(self.asked.as_of - 1)
        return (*(self.zone.midnight(day) for day in _days(first, last)), self.asked.as_of)

    def _unfinished(self, since: int) -> tuple[Before, ...]:
        """What ranges of the viewer's own are compared with that begin with a shipped day and end at `as_of`."""
        if self.grain > Grain.COMPARED or self.asked.dashboard.minimum_group > 1:
            return ()
        days = _days(self.zone.day(since), self.zone.day(self.asked.as_of - 1))
        windows = (resolve(Absolute(day, None), self.asked.as_of, self.zone) for day in days)
        return tuple(Before(*window.previous()) for window in windows if window.start >= since)

    def _days_back(self, since: int) -> int:
        """As many days before as there are, where anything that follows the page's range is compared."""
        is_compared = any(q.compares and not self._is_pinned(n) for n, q in self.asked.questions.items())
        if not is_compared:
            return 0
        return (self.zone.day(self.asked.as_of - 1) - self.zone.day(since)).days + 1

    def _common(
        self,
        questions: Mapping[str, LiveQuestion],
        serving: Mapping[Need, CubeSpec],
        custom: Iterable[int],
        since: int,
        besides: Collection[int],
    ) -> tuple[int, ...]:
        """Those that every cube has of which a widget follows the page's range; records need none."""
        followers = [live for live in questions.values() if not live.is_pinned]
        cubes = {serving[need] for live in followers for need in live.needs if need in serving}
        if not followers:
            return ()
        common = frozenset.intersection(*(frozenset(cube.edges) for cube in cubes)) if cubes else custom
        return tuple(sorted(at for at in common if since <= at <= self.asked.as_of and at not in besides))

    # ---- questions ----------------------------------------------------------------------------

    def _has(self, source: str, dimensions: Iterable[str]) -> frozenset[str]:
        return self.catalogue.known(dimensions, self.sources[source].bound.available)

    def _is_pinned(self, name: str) -> bool:
        return next(w for w in self.asked.dashboard.widgets if w.id == name).time_range is not None

    def _live(
        self,
        widget: Widget,
        question: Question,
        windows: tuple[Window, ...],
        custom: tuple[int, ...],
        unfinished: tuple[Before, ...],
        since: int,
        has: Mapping[str, frozenset[str]],
    ) -> LiveQuestion:
        is_pinned = widget.time_range is not None
        if is_pinned and self.asked.merged.least and is_bucketed(question.view):
            widget = replace(widget, every=widget.every or self.asked.merged.every(question.window))
        own = (question.window,) if is_pinned else windows
        bare = replace(question, readings=tuple(self._bare(reading, has) for reading in question.readings))
        if isinstance(question.view, Newest):
            return LiveQuestion(widget, bare, is_pinned, own, {}, {}, ())
        around = frozenset() if is_pinned else self._custom(bare, custom, since)
        places: dict[Measure, Place] = {}
        rows: dict[str, Place] = {}
        whole: list[Need] = []
        wanted = measured(question, metrics(question.view, self.catalogue.definitions), self.catalogue)
        for reading in bare.readings:
            edges = around.union(*(self._edges(bare, reading, widget, window) for window in own))
            if question.compares and not is_pinned:
                edges |= {before.end for before in unfinished if before.is_in(reading)}
            base = Need(reading.source, reading.where, has[reading.source] | {*question.dimensions}, edges, frozenset())
            counted = self._counting(reading.source, widget.where)
            rows[reading.name] = _placed(base, counted)
            whole.append(_placed(base, self._counting(reading.source)).need)
            for measure in sorted((m for m in wanted if m.source == reading.name), key=repr):
                places[measure] = self._place(base, measure, widget.where, question.accuracy)
        return LiveQuestion(widget, bare, is_pinned, own, places, rows, tuple(whole))

    def _bare(self, reading: Reading, has: Mapping[str, frozenset[str]]) -> Reading:
        chosen_by = offers.dimensions(self.asked.dashboard)
        lacks = tuple(name for name in chosen_by if name not in has[reading.source])
        return replace(reading, where=fixed(self.asked.dashboard), unfiltered=lacks)

    def _custom(self, question: Question, custom: tuple[int, ...], since: int) -> frozenset[int]:
        """What a question needs for ranges of the viewer's own; a heatmap of hours needs every hour."""
        found = custom if question.compares else tuple(at for at in custom if at >= since)
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
                return _placed(replace(base, histogram=measure.field, accuracy=accuracy), own)
            case "distinct":
                counted = Measure("sum", "events", own.where)
                return _placed(replace(base, dimensions=base.dimensions | {measure.field}), counted)
        return _placed(base, own)

    def _volume(self, source: str, dimensions: frozenset[str], edges: frozenset[int]) -> Place:
        return _placed(Need(source, fixed(self.asked.dashboard), dimensions, edges, frozenset()), REQUESTS)


def _placed(need: Need, measure: Measure) -> Place:
    return Place(replace(need, measures=frozenset({measure})), measure)


def every_of(every: Every | None, window: Window, usual: Every) -> Every:
    """What was written, unless it makes too many buckets of this range; else the `usual` size."""
    return usual if every is None or roughly(window, every) > MOST_BUCKETS else every


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


# ---- few cubes --------------------------------------------------------------------------------

_CODE = 0.6
_NUMBER = 1.4
_ENTRY = 1.1
"""Bytes after compression, roughly: a cell's value of a dimension, a number, a histogram's entry."""
_ENTRIES_PER_CELL = 300


def _grouped(needs: Iterable[Need], statistics: Mapping[str, Statistics]) -> dict[CubeSpec, list[Need]]:
    """Needs united while that makes the page smaller: finer time or one more dimension multiplies the cells of all."""
    alike: dict[Need, list[Need]] = {}
    for need in dict.fromkeys(need for need in needs if len(need.edges) > 1):
        alike.setdefault(replace(need, measures=frozenset()), []).append(need)
    groups = list(alike.values())
    while True:
        gains = {
            (a, b): gain
            for a, b in combinations(range(len(groups)), 2)
            if (gain := _gain(groups[a], groups[b], statistics)) > 0
        }
        if not gains:
            return {_spec(group): group for group in groups}
        a, b = max(gains, key=lambda pair: gains[pair])
        groups[a] = groups[a] + groups[b]
        del groups[b]


def _gain(a: list[Need], b: list[Need], statistics: Mapping[str, Statistics]) -> float:
    if (a[0].source, a[0].where, a[0].histogram) != (b[0].source, b[0].where, b[0].histogram):
        return 0
    return _size(a, statistics) + _size(b, statistics) - _size(a + b, statistics)


def _size(group: list[Need], statistics: Mapping[str, Statistics]) -> float:
    union = _union(group)
    cells, columns = _cells(group, statistics), len(union.measures)
    if union.histogram is None:
        return cells * (_CODE * len(union.dimensions) + _NUMBER * columns)
    known = statistics[union.source]
    entries = min(cells * _ENTRIES_PER_CELL, known.rows)
    return cells * _CODE * len(union.dimensions) + entries * _ENTRY * columns


def _cells(group: list[Need], statistics: Mapping[str, Statistics]) -> float:
    union = _union(group)
    known = statistics[union.source]
    return min(_filled(union.edges, known) * known.groups(union.dimensions), float(known.rows))


def _filled(edges: Iterable[int], known: Statistics) -> float:
    """Buckets in which something can be: a previous period often lies before everything."""
    if known.first is None or known.newest is None:
        return 0.0
    found = sorted(edges)
    return float(sum(start <= known.newest and known.first < end for start, end in pairwise(found)))


def _union(group: list[Need]) -> Need:
    return replace(
        group[0],
        dimensions=frozenset().union(*(need.dimensions for need in group)),
        edges=frozenset().union(*(need.edges for need in group)),
        measures=frozenset().union(*(need.measures for need in group)),
    )


def _spec(group: list[Need]) -> CubeSpec:
    union = _union(group)
    return CubeSpec(
        union.source,
        tuple(sorted(union.where, key=repr)),
        tuple(sorted(union.dimensions)),
        tuple(sorted(union.edges)),
        tuple(sorted(union.measures, key=repr)),
        union.histogram,
        union.accuracy,
    )
