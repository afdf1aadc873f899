"""Questions: a widget's view bound to sources, instants and conditions; and what each demands of cubes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from dashgen.cube import CubeSpec
from dashgen.metrics import Catalogue
from dashgen.metrics.formula import UNPRICED, Measure, costly, measures
from dashgen.model import Where
from dashgen.plan.reads import metrics
from dashgen.plan.views import (
    CLOCK,
    Distribution,
    Grid,
    Groups,
    Newest,
    Total,
    Trend,
    View,
    is_clocked,
)
from dashgen.timeline import Window, hours

EVENTS = Measure("sum", "events")
"""Tells which groups have an event at all."""
TOKENS = Measure("sum", "tokens")
UNPRICED_TOKENS = replace(TOKENS, where=(UNPRICED,))


@dataclass(frozen=True, slots=True)
class Demand:
    """A cube that a question needs, and the measure whose distinct values it is for, if it is for that."""

    cube: CubeSpec
    distinct: Measure | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A source that a question reads. `name` is what the question's measures call it: nothing for the widget's own."""

    name: str
    source: str
    where: Where
    first: int | None
    """Its first event."""
    tokens: bool
    """Whether it knows tokens, so that unpriced ones can be counted."""
    unfiltered: tuple[str, ...] = ()
    """Filters whose default it cannot honour."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The records that a page ships, of which a table shows those that meet its filters: from where on and which."""

    start: int
    end: int
    where: Where
    dimensions: tuple[str, ...]
    """What they can be chosen by."""


@dataclass(frozen=True, slots=True)
class Question:
    """`edges` are the buckets of a line or a sparkline; `source` is the widget's, which its metrics need not read."""

    view: View
    source: str
    readings: tuple[Reading, ...]
    window: Window
    edges: tuple[int, ...]
    accuracy: float
    shelf: Shelf | None = None
    """For records on a page with filters."""
    mask: tuple[str, ...] = ()
    """Dimensions that its conditions and answers have pseudonyms of."""

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(reading.source for reading in self.readings)

    @property
    def where(self) -> Where:
        """Of the only source that records are read from."""
        return self.readings[0].where

    @property
    def first(self) -> int | None:
        """The first event of all sources."""
        return min((reading.first for reading in self.readings if reading.first is not None), default=None)

    @property
    def compares(self) -> bool:
        return isinstance(self.view, (Total, Trend, Groups)) and self.view.compare

    def reaches_back(self, reading: Reading) -> bool:
        """Whether there is a previous period that the source's data reaches back to."""
        return self.compares and reading.first is not None and reading.first <= self.window.previous()[0]

    @property
    def comparable(self) -> frozenset[str]:
        """What measures call the sources that reach back."""
        return frozenset(reading.name for reading in self.readings if self.reaches_back(reading))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What the groups are keyed by, in the order of the rows' keys."""
        match self.view:
            case Trend(series=series):
                return (series,) if series else ()
            case Groups(by=by, series=series):
                return (*by, series) if series else by
            case Grid(rows=rows, columns=columns):
                return tuple(name for name in (rows, columns) if name not in CLOCK)
            case Distribution(by=by):
                return (by,) if by else ()
        return ()


def demands(question: Question, catalogue: Catalogue) -> Iterator[Demand]:
    """The cubes that would answer the question if it were the only one."""
    if question.window.is_empty or isinstance(question.view, Newest):
        return
    wanted = measured(question, metrics(question.view, catalogue.definitions), catalogue)
    for reading in question.readings:
        yield from _demands(question, reading, {m for m in wanted if m.source == reading.name})


def _demands(question: Question, reading: Reading, wanted: Collection[Measure]) -> Iterator[Demand]:
    """Of one source."""
    dimensions = set(question.dimensions)
    additive = {m for m in wanted if m.kind not in ("histogram", "distinct")}
    yield Demand(_spec(question, reading, dimensions, additive | {EVENTS}))
    for name in sorted({m.field for m in wanted if m.kind == "histogram"}):
        histograms = {m for m in wanted if m.kind == "histogram" and m.field == name}
        yield Demand(_spec(question, reading, dimensions, histograms, name))
    for measure in sorted((m for m in wanted if m.kind == "distinct"), key=repr):
        counted = Measure("sum", "events", measure.where)
        yield Demand(_spec(question, reading, dimensions | {measure.field}, {counted}), measure)


def measured(question: Question, names: Iterable[str], catalogue: Catalogue) -> frozenset[Measure]:
    """Every measure that these metrics are computed from; what tokens their cost leaves out, and of how many."""
    if isinstance(question.view, Distribution):
        return frozenset({Measure("histogram", question.view.of)})
    formulas = [catalogue.formula(name, question.source) for name in names]
    found = {measure for formula in formulas for measure in measures(formula)}
    names = {source for formula in formulas for source in costly(formula)}
    return frozenset({*found, *left_out(question, names), *left_out(question, names, TOKENS)})


def left_out(question: Question, names: Collection[str], tokens: Measure = UNPRICED_TOKENS) -> Iterator[Measure]:
    """The unpriced tokens of these sources, where they know tokens; or all `tokens`, of which they are a part."""
    for reading in question.readings:
        if reading.tokens and reading.name in names:
            yield replace(tokens, source=reading.name)


def _spec(
    question: Question,
    reading: Reading,
    dimensions: Iterable[str],
    wanted: Iterable[Measure],
    histogram: str | None = None,
) -> CubeSpec:
    return CubeSpec(
        reading.source,
        reading.where,
        tuple(sorted(dimensions)),
        instants(question, reading),
        tuple(sorted((replace(measure, source="") for measure in wanted), key=repr)),
        histogram,
        question.accuracy if histogram else 0.0,
        question.mask,
    )


def instants(question: Question, reading: Reading) -> tuple[int, ...]:
    """Every edge that answering needs, those of the previous period included."""
    window = question.window
    found = {window.start, window.end, *question.edges}
    if is_clocked(question.view):
        found.update(hours(window))
    if question.reaches_back(reading):
        found.update(window.back(edge) for edge in tuple(found))
    return tuple(sorted(found))
