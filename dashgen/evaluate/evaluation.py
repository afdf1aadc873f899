"""One question over its cubes: what is held between instants, and the metrics' values over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from dashgen.aggregate import Held, Key, aggregate, distinct, finished, slots, union
from dashgen.cells import Dictionary
from dashgen.cube import Cube, CubeSpec
from dashgen.metrics import Catalogue
from dashgen.metrics.bounds import is_bounded
from dashgen.metrics.formula import Formula, Measure, Minutes, costly, sources, value
from dashgen.plan.questions import EVENTS, TOKENS, Demand, Question, demands, left_out, measured
from dashgen.plan.reads import metrics
from dashgen.plan.views import shown
from dashgen.timeline import MINUTE

Row = dict[str, Any]
Cubes = Callable[[CubeSpec], Cube]
"""The cube that serves a demand."""
Told = Mapping[str, Dictionary]
"""The values that are told apart, of dimensions of which not all are."""
TOLD: Told = MappingProxyType({})
"""Every value of every dimension."""


@dataclass(frozen=True, slots=True)
class Untold:
    """The values of a dimension that are told as one: `count` of them."""

    count: int


_REST = object()


@dataclass(frozen=True)
class Evaluation:
    question: Question
    catalogue: Catalogue
    cubes: Cubes
    told: Told = field(default_factory=lambda: TOLD)

    # ---- what is held ----

    @cached_property
    def demands(self) -> list[tuple[str, Demand]]:
        """Each with what the question's measures call its source."""
        names = {reading.source: reading.name for reading in self.question.readings}
        return [(names[demand.cube.source], demand) for demand in demands(self.question, self.catalogue)]

    @cached_property
    def wanted(self) -> frozenset[Measure]:
        """Every measure that the values are computed from."""
        return measured(self.question, self.names, self.catalogue)

    @property
    def whole(self) -> tuple[int, ...]:
        """The range as one stretch; none if it is empty."""
        window = self.question.window
        return () if window.is_empty else (window.start, window.end)

    def held(self, edges: Sequence[int], of: frozenset[str] | None = None) -> dict[Key, Held]:
        """Everything measured between consecutive `edges`, by slot and dimension values; of some sources or of all."""
        found: dict[Key, Held] = {}
        for name, demand in self.demands if edges else ():
            if of is None or name in of:
                for key, part in self._part(demand, edges).items():
                    found.setdefault(key, {}).update(_called(name, part))
        return found

    @cached_property
    def held_in_range(self) -> dict[Key, Held]:
        return self.held(self.whole)

    def _part(self, demand: Demand, edges: Sequence[int]) -> dict[Key, Held]:
        cube, by = self.cubes(demand.cube), self.question.dimensions
        place = slots(cube, edges)
        if demand.distinct:
            return self._folded(distinct(cube, demand.cube, place, by, demand.distinct))
        return self._folded(aggregate(cube, demand.cube, place, by))

    def _folded(self, held: dict[Key, Held]) -> dict[Key, Held]:
        """The same with groups as one that are not told apart."""
        known = [self._known.get(name) for name in self.question.dimensions]
        if not any(known):
            return held

        def told(group: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(own.get(part, own[_REST]) if own else part for part, own in zip(group, known, strict=True))

        return project(held, told)

    @cached_property
    def _known(self) -> Mapping[str, Mapping[Any, Any]]:
        """What each value is told as, of dimensions of which not every one is told apart."""
        return {
            name: {**{value: value for value in one.values}, _REST: Untold(one.folded)}
            for name, one in self.told.items()
            if one.folded
        }

    def held_before(self, edges: Sequence[int]) -> dict[Key, Held] | None:
        """The same for the previous period, between the same edges shifted back; None if no source has data there."""
        if not self.comparable:
            return None
        shifted = [self.question.window.back(edge) for edge in edges]
        ascending = sorted(set(shifted))
        held = self.held(ascending, self.comparable)
        return held if shifted == ascending else _placed(held, ascending, shifted)

    @cached_property
    def events(self) -> frozenset[Measure]:
        """What a group has that has an event at all, in any of the sources."""
        return frozenset(replace(EVENTS, source=reading.name) for reading in self.question.readings)

    # ---- values ----

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Metrics that are computed: the shown ones, and one that only orders."""
        return metrics(self.question.view, self.catalogue.definitions)

    @property
    def shown(self) -> tuple[str, ...]:
        return shown(self.question.view)

    @cached_property
    def formulas(self) -> dict[str, Formula]:
        return {name: self.catalogue.formula(name, self.question.source) for name in self.names}

    def values(self, held: Held, minutes: Minutes) -> Row:
        """Every metric over one group."""
        ready = finished(held, self.wanted, self.question.accuracy)
        return {name: value(formula, ready, minutes) for name, formula in self.formulas.items()}

    def row(self, held: Held, minutes: Minutes) -> Row:
        """The shown metrics over one group; unpriced tokens where their costs left some out."""
        values = self.values(held, minutes)
        row = {name: values[name] for name in self.shown}
        unpriced = sum(held.get(measure) or 0 for measure in self.unpriced)
        if unpriced:
            row.setdefault("unpriced_tokens", unpriced)
        return row

    @cached_property
    def unpriced(self) -> tuple[Measure, ...]:
        """The tokens that the costs of the shown metrics leave out, of each source that they read."""
        return tuple(left_out(self.question, self._costly))

    @cached_property
    def tokens(self) -> tuple[Measure, ...]:
        """All tokens of the same sources."""
        return tuple(left_out(self.question, self._costly, TOKENS))

    @cached_property
    def _costly(self) -> set[str]:
        return {source for name in self.shown for source in costly(self.formulas[name])}

    def is_bounded(self, name: str) -> bool:
        """Whether no part of a group has more of this metric than the whole."""
        return name in self.formulas and is_bounded(self.formulas[name], self._signed.__contains__)

    @cached_property
    def _signed(self) -> frozenset[Measure]:
        """Sums that are negative somewhere."""
        return frozenset(
            replace(measure, source=name) for name, demand in self.demands for measure in self.cubes(demand.cube).signed
        )

    # ---- minutes ----

    def elapsed(self, start: int, end: int) -> dict[str, int]:
        """Microseconds of `[start, end)` since each source's first event."""
        return {
            reading.name: 0 if reading.first is None else max(0, end - max(start, reading.first))
            for reading in self.question.readings
        }

    def minutes(self, start: int, end: int, least: int = 1) -> Minutes:
        """Elapsed minutes of `[start, end)` for each source; None under `least` µs."""
        return in_minutes(self.elapsed(start, end), least)

    def bucket_minutes(self, start: int, end: int) -> Minutes:
        """A bucket's elapsed minutes; under one it is a gap."""
        return self.minutes(start, end, MINUTE)

    @cached_property
    def window_minutes(self) -> Minutes:
        return self.minutes(self.question.window.start, self.question.window.end)

    # ---- the previous period ----

    @cached_property
    def comparable(self) -> frozenset[str]:
        """Sources whose data reaches back to the previous period."""
        return self.question.comparable

    @cached_property
    def compared_names(self) -> frozenset[str]:
        """Metrics of which every source has a previous period; a number that reads nothing has one, if any has."""
        return frozenset(name for name, formula in self.formulas.items() if sources(formula) <= self.comparable)

    def before(self, held: dict[Key, Held] | None, key: Key, minutes: Minutes) -> Row | None:
        """The previous period's values of one group."""
        return None if held is None else self.values(held.get(key, {}), minutes)

    @cached_property
    def minutes_before(self) -> Minutes:
        return self.minutes(*self.question.window.previous())

    def compared(self, row: Row, before: Row | None) -> Row:
        """`previous` and `change`: numbers for one metric, mappings for several; nothing if none was asked for."""
        if not self.question.compares:
            return {}
        previous = {name: before[name] if before and name in self.compared_names else None for name in self.shown}
        change = {name: _change(row[name], previous[name]) for name in self.shown}
        if len(self.shown) == 1:
            return {"previous": previous[self.shown[0]], "change": change[self.shown[0]]}
        return {"previous": previous, "change": change}

    def stamp(self, instant: int) -> str:
        return self.question.window.zone.iso(instant)


def _placed(held: dict[Key, Held], ascending: Sequence[int], shifted: Sequence[int]) -> dict[Key, Held]:
    """By stretch of `shifted` edges, which go back where a clock was: both hours have the same one before them."""
    at = {edge: slot for slot, edge in enumerate(ascending)}
    inside: dict[int, list[tuple[Key, Held]]] = {}
    for key, part in held.items():
        inside.setdefault(key[0], []).append((key[1:], part))
    found: dict[Key, Held] = {}
    for slot, (low, high) in enumerate(pairwise(shifted)):
        for group, part in (pair for n in range(at[low], at[high]) for pair in inside.get(n, ())):
            key = (slot, *group)
            found[key] = union([found[key], part]) if key in found else part
    return found


def in_minutes(elapsed: Mapping[str, int], least: int) -> Minutes:
    """Microseconds of each source as minutes; None under `least` of them."""
    return {name: spent / MINUTE if spent >= least else None for name, spent in elapsed.items()}


def _called(name: str, held: Held) -> Held:
    """What a cube holds, as the question calls it."""
    return {replace(measure, source=name): value for measure, value in held.items()} if name else held


def _change(now: Any, previous: Any) -> float | None:
    return None if now is None or not previous else (now - previous) / previous


def project(held: dict[Key, Held], onto: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> dict[Key, Held]:
    """The same cells by fewer dimensions."""
    parts: dict[Key, list[Held]] = {}
    for (slot, *group), part in held.items():
        parts.setdefault((slot, *onto(tuple(group))), []).append(part)
    return {key: union(found) for key, found in parts.items()}
