"""Counts of a measured field by its size, per group."""

from __future__ import annotations

from dashgen.evaluate.bins import bins
from dashgen.evaluate.evaluation import Evaluation, Row
from dashgen.evaluate.ranking import fold, named, ordered
from dashgen.metrics.formula import Measure
from dashgen.plan.views import Distribution


def distribution(asked: Evaluation, view: Distribution) -> list[Row]:
    measure, dimensions = Measure("histogram", view.of), asked.question.dimensions
    held = {key: part for key, part in asked.held(asked.whole).items() if part.get(measure)}
    order = ordered(held, view.ranking, dimensions, lambda part: sum(part[measure].values()))
    folded = fold(held, order)
    counted = {group: folded[0, *group][measure] for group in order}
    bars = bins({key for histogram in counted.values() for key in histogram}, view.scale, asked.question.accuracy)
    return [
        {"from": low, "to": high, "count": sum(histogram.get(key, 0) for key in keys)} | named(dimensions, group)
        for group, histogram in counted.items()
        for low, high, keys in bars
    ]
