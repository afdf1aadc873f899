"""Questions: a widget's view bound to a source, instants and conditions; and what each demands of cubes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dashgen.cube import CubeSpec
from dashgen.metrics import Catalogue
from dashgen.metrics.formula import UNPRICED, Measure, has_cost, measures
from dashgen.model import Where
from dashgen.plan.views import Distribution, Grid, Groups, Newest, Ranking, Total, Trend, View
from dashgen.timeline import Window, hours

EVENTS = Measure("sum", "events")
"""Tells which groups have an event at all."""
UNPRICED_TOKENS = Measure("sum", "tokens", (UNPRICED,))


@dataclass(frozen=True, slots=True)
class Demand:
    """A cube that a question needs, and the measure whose distinct values it is for, if it is for that."""

    cube: CubeSpec
    distinct: Measure | None = None


CLOCK = ("weekday", "hour")
"""Dimensions that come from the time axis instead of a column."""


@dataclass(frozen=True, slots=True)
class Question:
    """`edges` are the buckets of a line or a sparkline; `first` is the source's first event."""

    view: View
    source: str
    where: Where
    window: Window
    edges: tuple[int, ...]
    first: int | None
    accuracy: float
    tokens: bool
    """Whether the source knows tokens, so that unpriced ones can be counted."""

    @property
    def compares(self) -> bool:
        return isinstance(self.view, (Total, Trend, Groups)) and self.view.compare

    @property
    def has_previous(self) -> bool:
        """A previous period that the source's data reaches back to."""
        return self.compares and self.first is not None and self.first <= self.window.previous()[0]

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


def ranking(view: View) -> Ranking | None:
    return view.ranking if isinstance(view, (Trend, Groups, Distribution)) else None


def metrics(view: View, catalogue: Catalogue) -> tuple[str, ...]:
    """Metrics whose values the view needs: those it shows, and the one that it is ordered by."""
    match view:
        case Total(shown) | Trend(shown) | Groups(shown):
            order = (ranking(view) or Ranking()).order
            hidden = order is not None and order.name in catalogue.definitions and order.name not in shown
            return (*shown, order.name) if hidden and order else shown
        case Grid(metric):
            return (metric,)
    return ()


def demands(question: Question, catalogue: Catalogue) -> Iterator[Demand]:
    """The cubes that would answer the question if it were the only one."""
    if question.window.is_empty or isinstance(question.view, Newest):
        return
    wanted = _measures(question, catalogue)
    dimensions = set(question.dimensions)
    additive = {m for m in wanted if m.kind not in ("histogram", "distinct")}
    yield Demand(_spec(question, dimensions, additive | {EVENTS}))
    for name in sorted({m.field for m in wanted if m.kind == "histogram"}):
        histograms = {m for m in wanted if m.kind == "histogram" and m.field == name}
        yield Demand(_spec(question, dimensions, histograms, name))
    for measure in sorted((m for m in wanted if m.kind == "distinct"), key=repr):
        counted = Measure("sum", "events", measure.where)
        yield Demand(_spec(question, dimensions | {measure.field}, {counted}), measure)


def _measures(question: Question, catalogue: Catalogue) -> frozenset[Measure]:
    if isinstance(question.view, Distribution):
        return frozenset({Measure("histogram", question.view.of)})
    formulas = [catalogue.formula(name) for name in metrics(question.view, catalogue)]
    found = {measure for formula in formulas for measure in measures(formula)}
    if question.tokens and any(has_cost(formula) for formula in formulas):
        found.add(UNPRICED_TOKENS)
    return frozenset(found)


def _spec(
    question: Question, dimensions: Iterable[str], wanted: Iterable[Measure], histogram: str | None = None
) -> CubeSpec:
    return CubeSpec(
        question.source,
        question.where,
        tuple(sorted(dimensions)),
        _edges(question),
        tuple(sorted(wanted, key=repr)),
        histogram,
        question.accuracy if histogram else 0.0,
    )


def _edges(question: Question) -> tuple[int, ...]:
    window = question.window
    found = {window.start, window.end, *question.edges}
    if isinstance(question.view, Grid) and {question.view.rows, question.view.columns} & set(CLOCK):
        found.update(hours(window))
    if question.has_previous:
        found.update(window.back(edge) for edge in tuple(found))
    return tuple(sorted(found))
