"""A row per group of one or several dimensions."""

from __future__ import annotations

from dashgen.aggregate import Held, Key
from dashgen.evaluate.evaluation import Evaluation, Row, project
from dashgen.evaluate.ranking import Group, fold, named, ranked
from dashgen.evaluate.spark import sparkline
from dashgen.plan.views import Groups, Ranking, ranking


def groups(asked: Evaluation, view: Groups) -> list[Row]:
    held = asked.held_in_range
    if view.series:
        return _paired(asked, held, len(view.by))
    order = ranked(asked, held)
    past = asked.held_before(asked.whole)
    held, past = fold(held, order), None if past is None else fold(past, order)
    found = []
    for group in order:
        row = asked.row(held[0, *group], asked.window_minutes)
        before = asked.before(past, (0, *group), asked.minutes_before)
        found.append(named(view.by, group) | row | asked.compared(row, before))
    return _with_sparklines(asked, order, found) if view.spark else found


def _with_sparklines(asked: Evaluation, order: list[Group], rows: list[Row]) -> list[Row]:
    """Each row's course of the first metric under `spark`."""
    held = fold(asked.held(asked.question.edges), order)
    return [row | {"spark": sparkline(asked, held, group)} for group, row in zip(order, rows, strict=True)]


def _paired(asked: Evaluation, held: dict[Key, Held], width: int) -> list[Row]:
    """Groups ranked over all series, then the series ranked over all groups; pairs without an event are left out."""
    outer = ranked(asked, project(held, lambda group: group[:width]))
    inner = ranked(asked, project(held, lambda group: group[width:]), unfolded(asked))
    folded = fold(held, outer, width)
    found = []
    for by in outer:
        for series in inner:
            if (part := folded.get((0, *by, *series))) is not None:
                row = asked.row(part, asked.window_minutes)
                found.append(named(asked.question.dimensions, (*by, *series)) | row)
    return found


def unfolded(asked: Evaluation) -> Ranking:
    """The same order by a metric, all series kept."""
    how = ranking(asked.question.view)
    order = how.order if how and how.order and how.order.name in asked.names else None
    return Ranking(order)
