"""Questions answered from cubes: the rows of data.json. Pure; the page's script has the twin.

One file per shape of view; `evaluation.py` has what they share.
"""

from __future__ import annotations

from dashgen.aggregate import union
from dashgen.evaluate.distribution import distribution
from dashgen.evaluate.doubts import unsure
from dashgen.evaluate.evaluation import Cubes, Evaluation, Row, Told
from dashgen.evaluate.grid import grid
from dashgen.evaluate.groups import groups
from dashgen.evaluate.spark import sparkline
from dashgen.evaluate.total import total
from dashgen.evaluate.trend import trend
from dashgen.plan.views import Distribution, Grid, Groups, Total, Trend

__all__ = ["Cubes", "Evaluation", "Row", "Told", "rows", "spark", "unpriced", "unsure"]


def rows(asked: Evaluation) -> list[Row]:
    """The widget's rows, as data.json has them; records are the engine's business."""
    match asked.question.view:
        case Total():
            return [total(asked)]
        case Trend():
            return trend(asked)
        case Groups() as view:
            return groups(asked, view)
        case Grid() as view:
            return grid(asked, view)
        case Distribution() as view:
            return distribution(asked, view)
    return []


def spark(asked: Evaluation) -> list[Row]:
    """The series behind a card's sparkline; empty if none was asked for."""
    question = asked.question
    is_wanted = isinstance(question.view, Total) and question.view.spark
    return sparkline(asked, asked.held(question.edges)) if is_wanted else []


def unpriced(asked: Evaluation) -> tuple[int, int]:
    """The tokens in the range that are in no cost, and all of those that could be."""
    if not asked.unpriced:
        return 0, 0
    held = union(asked.held_in_range.values())
    lost, whole = (sum(held.get(measure) or 0 for measure in some) for some in (asked.unpriced, asked.tokens))
    return lost, whole
