"""A row per bucket, and per series inside it."""

from __future__ import annotations

from itertools import pairwise

from dashgen.evaluate.evaluation import Evaluation, Row
from dashgen.evaluate.ranking import fold, named, ranked


def trend(asked: Evaluation) -> list[Row]:
    edges, dimensions, back = asked.question.edges, asked.question.dimensions, asked.question.window.back
    held = asked.held(edges)
    series = ranked(asked, held) if dimensions else [()]
    past = asked.held_before(edges)
    held, past = fold(held, series), None if past is None else fold(past, series)
    found = []
    for slot, (start, end) in enumerate(pairwise(edges)):
        for group in series:
            key = (slot, *group)
            row = asked.row(held.get(key, {}), asked.bucket_minutes(start, end))
            low, high = back(start), back(end)
            before = asked.before(past, key, asked.bucket_minutes(low, high)) if low < high else None
            shown = {"time": asked.stamp(start)} | named(dimensions, group) | row
            found.append(shown | asked.compared(row, before))
    return found
