"""The series behind sparklines: the first metric by bucket, for a card or for each row of a table."""

from __future__ import annotations

from itertools import pairwise

from dashgen.evaluate.evaluation import Evaluation, Row
from dashgen.evaluate.ranking import fold, named, ranked
from dashgen.plan.views import Groups


def sparklines(asked: Evaluation) -> list[Row]:
    edges, name = asked.question.edges, asked.shown[0]
    series = ranked(asked, asked.held(asked.whole)) if isinstance(asked.question.view, Groups) else [()]
    held = fold(asked.held(edges), series)
    return [
        named(asked.question.dimensions, group) | {"time": asked.stamp(start), name: row[name]}
        for group in series
        for slot, (start, end) in enumerate(pairwise(edges))
        for row in (asked.values(held.get((slot, *group), {}), asked.bucket_minutes(start, end)),)
    ]
