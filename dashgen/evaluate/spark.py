"""The series behind a sparkline: the first metric by bucket, for a card or for one group of a table."""

from __future__ import annotations

from itertools import pairwise

from dashgen.aggregate import Held, Key
from dashgen.evaluate.evaluation import Evaluation, Row


def sparkline(asked: Evaluation, held: dict[Key, Held], group: tuple[object, ...] = ()) -> list[Row]:
    """`held` lies between the question's edges."""
    name = asked.shown[0]
    return [
        {"time": asked.stamp(start), name: row[name]}
        for slot, (start, end) in enumerate(pairwise(asked.question.edges))
        for row in (asked.values(held.get((slot, *group), {}), asked.bucket_minutes(start, end)),)
    ]
