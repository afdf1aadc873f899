"""Counts of a measured field by its size, per group."""

from __future__ import annotations

from dashgen.aggregate import Held, Key
from dashgen.evaluate.bins import bins
from dashgen.evaluate.evaluation import Evaluation, Row
from dashgen.evaluate.ranking import Score, fold, named, ordered
from dashgen.metrics.formula import Measure
from dashgen.plan.views import Distribution


def distribution(asked: Evaluation, view: Distribution) -> list[Row]:
    measure, dimensions = Measure("histogram", view.of), asked.question.dimensions
    held, score = counted(asked.held_in_range, view)
    order = ordered(held, view.ranking, dimensions, score)
    folded = fold(held, order)
    lanes = {group: folded[0, *group][measure] for group in order}
    bars = bins({key for histogram in lanes.values() for key in histogram}, view.scale, asked.question.accuracy)
    return [
        {"from": low, "to": high, "count": sum(histogram.get(key, 0) for key in keys)} | named(dimensions, group)
        for group, histogram in lanes.items()
        for low, high, keys in bars
    ]


def counted(held: dict[Key, Held], view: Distribution) -> tuple[dict[Key, Held], Score]:
    """The groups that have a value, and how many each has."""
    measure = Measure("histogram", view.of)
    return {key: part for key, part in held.items() if part.get(measure)}, lambda part: sum(part[measure].values())
