"""What a chart shows, in words, for those who do not see it."""

from __future__ import annotations

from collections.abc import Sequence

from dashgen import formats
from dashgen.figures import finite
from dashgen.widgets.base import Answer, Context


def summary(what: str, metrics: Sequence[str], answer: Answer, context: Context) -> str:
    """What a chart shows, in words, for those who do not see it."""
    when = formats.format_range(answer.start, answer.end)
    said = [_extremes(metric, answer, context) for metric in metrics if metric in context.labels]
    return ". ".join([f"{what}, {when}" if when else what, *said])


def _extremes(metric: str, answer: Answer, context: Context) -> str:
    label = context.labels[metric]
    values = [value for row in answer.rows if (value := finite(row[metric])) is not None]
    if not values:
        return f"{label.title}: no values"
    low, high = (formats.format_value(value, label, context.currency).joined for value in (min(values), max(values)))
    return f"{label.title}: lowest {low}, highest {high}"
