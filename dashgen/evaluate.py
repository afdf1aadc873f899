"""Questions answered from cubes: the rows of data.json. Pure; the page's script has the twin."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashgen import distribution
from dashgen.aggregate import Held, Key, aggregate, distinct, finished, slots, union
from dashgen.cube import Cube, CubeSpec, value_order
from dashgen.metrics import Catalogue
from dashgen.metrics.formula import Measure, has_cost, measures, value
from dashgen.plan.questions import CLOCK, EVENTS, UNPRICED_TOKENS, Demand, Question, demands, metrics, ranking
from dashgen.plan.views import Distribution, Grid, Groups, Ranking, Total, Trend
from dashgen.timeline import MINUTE, hours

Row = dict[str, Any]
Cubes = Callable[[CubeSpec], Cube]
"""The cube that serves a demand."""


def rows(question: Question, catalogue: Catalogue, cubes: Cubes) -> list[Row]:
    """The widget's rows, as data.json has them; records are the engine's business."""
    found = _Evaluation(question, catalogue, cubes)
    match question.view:
        case Total():
            return [found.total()]
        case Trend():
            return found.trend()
        case Groups():
            return found.groups()
        case Grid():
            return found.grid()
        case Distribution():
            return found.distribution()
    return []


def spark(question: Question, catalogue: Catalogue, cubes: Cubes) -> list[Row]:
    """The series behind a card's or a table's sparklines; empty if none was asked for."""
    if not (isinstance(question.view, (Total, Groups)) and question.view.spark):
        return []
    return _Evaluation(question, catalogue, cubes).spark()


@dataclass(frozen=True, slots=True)
class Other:
    """The folded rest of a ranking: `count` groups."""

    count: int


@dataclass(frozen=True)
class _Evaluation:
    question: Question
    catalogue: Catalogue
    cubes: Cubes

    # ---- what is held ----

    @cached_property
    def demands(self) -> list[Demand]:
        return list(demands(self.question, self.catalogue))

    @cached_property
    def wanted(self) -> tuple[Measure, ...]:
        found = {m for name in self.names for m in measures(self.catalogue.formula(name))}
        return (*found, UNPRICED_TOKENS) if self.question.tokens else tuple(found)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return metrics(self.question.view, self.catalogue)

    @property
    def shown(self) -> tuple[str, ...]:
        view = self.question.view
        return (view.metric,) if isinstance(view, Grid) else view.metrics  # type: ignore[union-attr]

    def held(self, edges: Sequence[int]) -> dict[Key, Held]:
        """Everything measured between consecutive `edges`, by slot and dimension values."""
        by = self.question.dimensions
        found: dict[Key, Held] = {}
        for demand in self.demands:
            cube = self.cubes(demand.cube)
            place = slots(cube, edges)
            if demand.distinct:
                part = distinct(cube, demand.cube, place, by, demand.distinct)
            else:
                part = aggregate(cube, demand.cube, place, by)
            for key, held in part.items():
                found.setdefault(key, {}).update(held)
        return found

    # ---- values ----

    def values(self, held: Held, minutes: float | None) -> Row:
        """Every metric over one group; unpriced tokens where cost left some out."""
        ready = finished(held, self.wanted, self.question.accuracy)
        row: Row = {name: value(self.catalogue.formula(name), ready, minutes) for name in self.names}
        unpriced = ready.get(UNPRICED_TOKENS, 0)
        if unpriced and any(has_cost(self.catalogue.formula(name)) for name in self.shown):
            row["unpriced_tokens"] = unpriced
        return row

    def minutes(self, start: int, end: int, least: int = 1) -> float | None:
        """Elapsed minutes of `[start, end)` since the source's first event; None under `least` µs."""
        first = self.question.first
        elapsed = end - max(start, first) if first is not None else 0
        return elapsed / MINUTE if elapsed >= least else None

    @cached_property
    def window_minutes(self) -> float | None:
        return self.minutes(self.question.window.start, self.question.window.end)

    def whole(self) -> tuple[int, ...]:
        window = self.question.window
        return () if window.is_empty else (window.start, window.end)

    def compared(self, row: Row, before: Row | None) -> Row:
        """`previous` and `change`: numbers for one metric, mappings for several."""
        previous = {name: before[name] if before else None for name in self.shown}
        change = {name: _change(row[name], previous[name]) for name in self.shown}
        if len(self.shown) == 1:
            return {"previous": previous[self.shown[0]], "change": change[self.shown[0]]}
        return {"previous": previous, "change": change}

    def visible(self, row: Row) -> Row:
        """The row without what only ordered it."""
        hidden = set(self.names) - set(self.shown)
        return {name: v for name, v in row.items() if name not in hidden}

    def stamp(self, instant: int) -> str:
        return self.question.window.zone.iso(instant)

    # ---- shapes ----

    def total(self) -> Row:
        edges = self.whole()
        row = self.values(union(self.held(edges).values()) if edges else {}, self.window_minutes)
        if not self.question.compares:
            return row
        return row | self.compared(row, self.before(self.held_before(edges), ()) if edges else None)

    def held_before(self, edges: Sequence[int]) -> dict[Key, Held] | None:
        """What the previous period held between the same edges, shifted back; None if it has no data."""
        if not self.question.has_previous:
            return None
        return self.held([self.question.window.back(edge) for edge in edges])

    def before(self, held: dict[Key, Held] | None, key: Key, slot: tuple[int, int] | None = None) -> Row | None:
        """Values of the previous period for one group; `key` () is everything."""
        if held is None:
            return None
        start, end = slot or self.question.window.previous()
        parts = held.values() if key == () else [held.get(key, {})]
        return self.values(union(parts), self.minutes(start, end))

    def trend(self) -> list[Row]:
        edges = self.question.edges
        if not edges:
            return []
        held = self.held(edges)
        named = self.question.dimensions
        series = self.ranked(held) if named else [()]
        held = self.refolded(held, series)
        past = self.held_before(edges)
        past = self.refolded(past, series) if past is not None else None
        found = []
        for slot, (start, end) in enumerate(itertools.pairwise(edges)):
            for group in series:
                key = (slot, *group)
                row = self.values(held.get(key, {}), self.minutes(start, end, MINUTE))
                whole = {"time": self.stamp(start)} | _named(named, group) | self.visible(row)
                if self.question.compares:
                    back = self.question.window.back
                    whole |= self.compared(row, self.before(past, key, (back(start), back(end))))
                found.append(whole)
        return found

    def groups(self) -> list[Row]:
        view, edges = self.question.view, self.whole()
        assert isinstance(view, Groups)
        if not edges:
            return []
        held = self.held(edges)
        if view.series:
            return self.paired(held, len(view.by))
        order = self.ranked(held)
        folded = self.refolded(held, order)
        past = self.held_before(edges)
        past = self.refolded(past, order) if past is not None else None
        found = []
        for group in order:
            row = self.values(folded[(0, *group)], self.window_minutes)
            shown = _named(view.by, group) | self.visible(row)
            found.append(shown | (self.compared(row, self.before(past, (0, *group))) if view.compare else {}))
        return found

    def paired(self, held: dict[Key, Held], width: int) -> list[Row]:
        """Bars with series: by-groups ranked over all series, then the series ranked over all bars."""
        outer = self.ranked(_project(held, lambda group: group[:width]))
        inner = self.ranked(_project(held, lambda group: group[width:]), Ranking(self.order_without_fold()))
        folded = self.refolded(held, outer, width)
        found = []
        for by in outer:
            for series in inner:
                if (part := folded.get((0, *by, *series))) is not None:
                    row = self.visible(self.values(part, self.window_minutes))
                    found.append(_named(self.question.dimensions, (*by, *series)) | row)
        return found

    def order_without_fold(self) -> Any:
        asked = ranking(self.question.view)
        order = asked.order if asked else None
        return order if order and order.name in self.catalogue.definitions else None

    def grid(self) -> list[Row]:
        view, window = self.question.view, self.question.window
        assert isinstance(view, Grid)
        clocked = {view.rows, view.columns} & set(CLOCK)
        edges = hours(window) if clocked else self.whole()
        held = self.held(edges) if edges else {}
        cells = [self.clock(edges[slot], clocked) for slot in range(len(edges) - 1)]
        minutes: dict[tuple[int, ...], float] = {}
        for slot, cell in enumerate(cells):
            minutes[cell] = minutes.get(cell, 0.0) + (self.minutes(edges[slot], edges[slot + 1]) or 0.0)
        parts: dict[Key, list[Held]] = {}
        for (slot, *group), part in held.items():
            parts.setdefault((cells[slot], *group), []).append(part)
        found = []
        for row_value in self.axis(view.rows, held):
            for column_value in self.axis(view.columns, held):
                place = {view.rows: row_value, view.columns: column_value}
                cell = tuple(place[name] for name in CLOCK if name in clocked)
                key = (cell, *(place[name] for name in self.question.dimensions))
                spent = minutes.get(cell, 0.0)
                limit = spent if spent >= 1 or not clocked else None
                row = self.values(union(parts.get(key, [])), limit)
                found.append(place | self.visible(row))
        return found

    def clock(self, instant: int, clocked: set[str]) -> tuple[int, ...]:
        """Local weekday (1 is Monday) and hour of an instant, as far as they are asked for."""
        wall = self.question.window.zone.wall(instant)
        return tuple({"weekday": wall.isoweekday(), "hour": wall.hour}[name] for name in CLOCK if name in clocked)

    def axis(self, name: str, held: dict[Key, Held]) -> list[Any]:
        if name in CLOCK:
            return list(range(1, 8)) if name == "weekday" else list(range(24))
        index = self.question.dimensions.index(name)
        return [group[0] for group in self.ranked(_project(held, lambda group: (group[index],)))]

    def distribution(self) -> list[Row]:
        view, edges = self.question.view, self.whole()
        assert isinstance(view, Distribution)
        if not edges:
            return []
        measure = Measure("histogram", view.of)
        held = {key: part for key, part in self.held(edges).items() if part.get(measure)}
        order = self.ranked(held, count=measure)
        folded = self.refolded(held, order)
        counted = {group: folded[(0, *group)][measure] for group in order}
        bins = distribution.bins(
            set().union(*counted.values()) if counted else set(), view.scale, self.question.accuracy
        )
        return [
            {"from": low, "to": high, "count": sum(histogram.get(key, 0) for key in keys)}
            | _named(self.question.dimensions, group)
            for group, histogram in counted.items()
            for low, high, keys in bins
        ]

    def spark(self) -> list[Row]:
        edges, view = self.question.edges, self.question.view
        if not edges:
            return []
        held, name = self.held(edges), self.shown[0]
        groups = self.ranked(self.held(self.whole())) if isinstance(view, Groups) else [()]
        held = self.refolded(held, groups)
        return [
            _named(self.question.dimensions, group)
            | {"time": self.stamp(start), name: self.values(part, self.minutes(start, end, MINUTE))[name]}
            for group in groups
            for slot, (start, end) in enumerate(itertools.pairwise(edges))
            for part in (held.get((slot, *group), {}),)
        ]

    # ---- ranking and folding ----

    def ranked(
        self, held: dict[Key, Held], asked: Ranking | None = None, count: Measure | None = None
    ) -> list[tuple[Any, ...]]:
        """Groups over all slots in display order; the fold, if any, last as `Other`."""
        asked = asked or ranking(self.question.view) or Ranking()
        totals: dict[tuple[Any, ...], list[Held]] = {}
        for (_, *group), part in held.items():
            if count is not None or part.keys() & {EVENTS}:
                totals.setdefault(tuple(group), []).append(part)
        scored = {group: self.score(union(parts), asked, count) for group, parts in totals.items()}
        order = sorted(scored, key=lambda group: self.rank(group, scored[group], asked))
        if asked.top is None or len(order) <= asked.top:
            return order
        rest = Other(len(order) - asked.top)
        width = len(order[0])
        return order[: asked.top] + ([(rest,) * width] if asked.other else [])

    def score(self, held: Held, asked: Ranking, count: Measure | None) -> Any:
        if count is not None:
            return sum(held[count].values())
        name = asked.order.name if asked.order else self.shown[0]
        return self.values(held, self.window_minutes).get(name)

    def rank(self, group: tuple[Any, ...], score: Any, asked: Ranking) -> tuple[Any, ...]:
        ties = tuple(_text_order(part) for part in group)
        descending = asked.order.descending if asked.order else True
        by = self.question.dimensions
        if asked.order and asked.order.name in by and len(group) == len(by):
            part = group[by.index(asked.order.name)]
            return (part is None, _Reversed(value_order(part)) if descending else value_order(part), ties)
        return (score is None, (-score if descending else score) if score is not None else 0, ties)

    def refolded(
        self, held: dict[Key, Held], order: Sequence[tuple[Any, ...]], width: int | None = None
    ) -> dict[Key, Held]:
        """The groups with those outside `order` united under its `Other`, or left out if it has none."""
        kept = set(order)
        rest = next((group for group in order if group and isinstance(group[0], Other)), None)
        parts: dict[Key, list[Held]] = {}
        for (slot, *whole), part in held.items():
            group, tail = tuple(whole[:width]), tuple(whole[width:]) if width is not None else ()
            target = group if group in kept else rest
            if target is not None:
                parts.setdefault((slot, *target, *tail), []).append(part)
        return {key: found[0] if len(found) == 1 else union(found) for key, found in parts.items()}


@dataclass(frozen=True, slots=True)
class _Reversed:
    """Sorts the other way round."""

    value: Any

    def __lt__(self, other: _Reversed) -> bool:
        return bool(other.value < self.value)


def _project(held: dict[Key, Held], onto: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> dict[Key, Held]:
    parts: dict[Key, list[Held]] = {}
    for (slot, *group), part in held.items():
        parts.setdefault((slot, *onto(tuple(group))), []).append(part)
    return {key: union(found) for key, found in parts.items()}


def _named(names: Sequence[str], group: Sequence[Any]) -> Row:
    return {n: {"other": v.count} if isinstance(v, Other) else v for n, v in zip(names, group, strict=True)}


def _text_order(part: Any) -> tuple[bool, str]:
    text = str(part).lower() if isinstance(part, bool) else str(part)
    return (part is None, text)


def _change(now: Any, previous: Any) -> float | None:
    return None if now is None or not previous else (now - previous) / previous
