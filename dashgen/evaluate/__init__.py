"""Questions answered from cubes: the rows of data.json. Pure; the page's script has the twin.

One file per shape of view; `evaluation.py` has what they share.
"""

from __future__ import annotations

from dashgen.evaluate.distribution import distribution
from dashgen.evaluate.evaluation import Cubes, Evaluation, Row
from dashgen.evaluate.grid import grid
from dashgen.evaluate.groups import groups
from dashgen.evaluate.spark import sparkline
from dashgen.evaluate.total import total
from dashgen.evaluate.trend import trend
from dashgen.metrics import Catalogue
from dashgen.plan.questions import Question
from dashgen.plan.views import Distribution, Grid, Groups, Total, Trend

__all__ = ["Cubes", "Row", "rows", "spark"]


def rows(question: Question, catalogue: Catalogue, cubes: Cubes) -> list[Row]:
    """The widget's rows, as data.json has them; records are the engine's business."""
    asked = Evaluation(question, catalogue, cubes)
    match question.view:
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


def spark(question: Question, catalogue: Catalogue, cubes: Cubes) -> list[Row]:
    """The series behind a card's sparkline; empty if none was asked for."""
    if not (isinstance(question.view, Total) and question.view.spark):
        return []
    asked = Evaluation(question, catalogue, cubes)
    return sparkline(asked, asked.held(question.edges))
