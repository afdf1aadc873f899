"""One row over the whole range."""

from __future__ import annotations

from dashgen.aggregate import union
from dashgen.evaluate.evaluation import Evaluation, Row


def total(asked: Evaluation) -> Row:
    row = asked.row(union(asked.held_in_range.values()), asked.window_minutes)
    past = asked.held_before(asked.whole)
    before = None if past is None else asked.values(union(past.values()), asked.minutes_before)
    return row | asked.compared(row, before)
