"""What a chart shows, in words, for those who do not see it."""

from __future__ import annotations

from collections.abc import Sequence

from dashgen.figures import finite
from dashgen.widgets.base import Answer, Context


def summary(what: str, metrics: Sequence[str], answer: Answer, context: Context) -> str:
    """What a chart shows, in words, for those who do not see it; `what` is the name of its message."""
    words, when = context.words, context.write.range(answer.start, answer.end)
    said = [_extremes(metric, answer, context) for metric in metrics if metric in context.labels]
    return ". ".join([words("chart-over", what=words(what), when=when) if when else words(what), *said])


def _extremes(metric: str, answer: Answer, context: Context) -> str:
    label = context.labels[metric]
    values = [value for row in answer.rows if (value := finite(row[metric])) is not None]
    if not values:
        return context.words("no-values", title=label.title)
    low, high = (context.write.value(value, label).joined for value in (min(values), max(values)))
    return context.words("extremes", title=label.title, low=low, high=high)
