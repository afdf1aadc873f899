"""One question over its cubes: what is held between instants, and the metrics' values over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashgen.aggregate import Held, Key, aggregate, distinct, finished, slots, union
from dashgen.cube import Cube, CubeSpec
from dashgen.metrics import Catalogue
from dashgen.metrics.formula import Measure, has_cost, measures, value
from dashgen.plan.questions import UNPRICED_TOKENS, Demand, Question, demands, metrics
from dashgen.plan.views import Grid, Groups, Total, Trend
from dashgen.timeline import MINUTE

Row = dict[str, Any]
Cubes = Callable[[CubeSpec], Cube]
"""The cube that serves a demand."""


@dataclass(frozen=True)
class Evaluation:
    question: Question
    catalogue: Catalogue
    cubes: Cubes

    # ---- what is held ----

    @cached_property
    def demands(self) -> list[Demand]:
        return list(demands(self.question, self.catalogue))

    @cached_property
    def wanted(self) -> tuple[Measure, ...]:
        """Every measure that the values are computed from."""
        found = {m for name in self.names for m in measures(self.catalogue.formula(name))}
        return (*found, UNPRICED_TOKENS) if self.question.tokens else tuple(found)

    @property
    def whole(self) -> tuple[int, ...]:
        """The range as one stretch; none if it is empty."""
        window = self.question.window
        return () if window.is_empty else (window.start, window.end)

    def held(self, edges: Sequence[int]) -> dict[Key, Held]:
        """Everything measured between consecutive `edges`, by slot and dimension values."""
        found: dict[Key, Held] = {}
        for demand in self.demands if edges else ():
            cube, by = self.cubes(demand.cube), self.question.dimensions
            place = slots(cube, edges)
            if demand.distinct:
                part = distinct(cube, demand.cube, place, by, demand.distinct)
            else:
                part = aggregate(cube, demand.cube, place, by)
            for key, held in part.items():
                found.setdefault(key, {}).update(held)
        return found

    def held_before(self, edges: Sequence[int]) -> dict[Key, Held] | None:
        """The same for the previous period, between the same edges shifted back; None if it has no data."""
        if not self.question.has_previous:
            return None
        return self.held([self.question.window.back(edge) for edge in edges])

    # ---- values ----

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Metrics that are computed: the shown ones, and one that only orders."""
        return metrics(self.question.view, self.catalogue)

    @property
    def shown(self) -> tuple[str, ...]:
        match self.question.view:
            case Total(shown) | Trend(shown) | Groups(shown):
                return shown
            case Grid(metric):
                return (metric,)
        return ()

    def values(self, held: Held, minutes: float | None) -> Row:
        """Every metric over one group; unpriced tokens where cost left some out."""
        ready = finished(held, self.wanted, self.question.accuracy)
        row: Row = {name: value(self.catalogue.formula(name), ready, minutes) for name in self.names}
        unpriced = ready.get(UNPRICED_TOKENS, 0)
        if unpriced and any(has_cost(self.catalogue.formula(name)) for name in self.shown):
            row["unpriced_tokens"] = unpriced
        return row

    def visible(self, row: Row) -> Row:
        """The row without what only ordered it."""
        hidden = set(self.names) - set(self.shown)
        return {name: found for name, found in row.items() if name not in hidden}

    def minutes(self, start: int, end: int, least: int = 1) -> float | None:
        """Elapsed minutes of `[start, end)` since the source's first event; None under `least` µs."""
        elapsed = self.elapsed(start, end)
        return elapsed / MINUTE if elapsed >= least else None

    def elapsed(self, start: int, end: int) -> int:
        """Microseconds of `[start, end)` since the source's first event."""
        first = self.question.first
        return 0 if first is None else max(0, end - max(start, first))

    def bucket_minutes(self, start: int, end: int) -> float | None:
        """A bucket's elapsed minutes; under one it is a gap."""
        return self.minutes(start, end, MINUTE)

    @cached_property
    def window_minutes(self) -> float | None:
        return self.minutes(self.question.window.start, self.question.window.end)

    # ---- the previous period ----

    def before(self, held: dict[Key, Held] | None, key: Key, minutes: float | None) -> Row | None:
        """The previous period's values of one group."""
        return None if held is None else self.values(held.get(key, {}), minutes)

    @cached_property
    def minutes_before(self) -> float | None:
        return self.minutes(*self.question.window.previous())

    def compared(self, row: Row, before: Row | None) -> Row:
        """`previous` and `change`: numbers for one metric, mappings for several; nothing if none was asked for."""
        if not self.question.compares:
            return {}
        previous = {name: before[name] if before else None for name in self.shown}
        change = {name: _change(row[name], previous[name]) for name in self.shown}
        if len(self.shown) == 1:
            return {"previous": previous[self.shown[0]], "change": change[self.shown[0]]}
        return {"previous": previous, "change": change}

    def stamp(self, instant: int) -> str:
        return self.question.window.zone.iso(instant)


def _change(now: Any, previous: Any) -> float | None:
    return None if now is None or not previous else (now - previous) / previous


def project(held: dict[Key, Held], onto: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> dict[Key, Held]:
    """The same cells by fewer dimensions."""
    parts: dict[Key, list[Held]] = {}
    for (slot, *group), part in held.items():
        parts.setdefault((slot, *onto(tuple(group))), []).append(part)
    return {key: union(found) for key, found in parts.items()}
