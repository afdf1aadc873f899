"""Whether what is not told apart may belong among the groups that a widget shows; the page's script says the same."""

from __future__ import annotations

from collections.abc import Iterator

from dashgen.aggregate import Held, Key
from dashgen.evaluate import ranking
from dashgen.evaluate.distribution import counted
from dashgen.evaluate.evaluation import Evaluation, project
from dashgen.evaluate.groups import unfolded
from dashgen.plan.views import Distribution, Grid, Groups, Ranking


def unsure(asked: Evaluation) -> bool:
    """Whether values that are not told apart may belong among the rows."""
    folded = {name for name, one in asked.told.items() if one.folded}
    return not folded.isdisjoint(asked.question.dimensions) and any(_doubts(asked))


def _doubts(asked: Evaluation) -> Iterator[bool]:
    """Of each order that the widget's rows are in."""
    held = asked.held_in_range
    match asked.question.view:
        case Distribution() as view:
            counts, score = counted(held, view)
            yield ranking.is_unsure(counts, view.ranking, asked.question.dimensions, score, is_bounded=True)
        case Grid():
            for n in range(len(asked.question.dimensions)):
                yield ranking.unsure(asked, _along(n, held), Ranking())
        case Groups(by=by, series=str()):
            yield ranking.unsure(asked, project(held, lambda group: group[: len(by)]))
            yield ranking.unsure(asked, project(held, lambda group: group[len(by) :]), unfolded(asked))
        case _:
            yield ranking.unsure(asked, held)


def _along(n: int, held: dict[Key, Held]) -> dict[Key, Held]:
    return project(held, lambda group: (group[n],))
