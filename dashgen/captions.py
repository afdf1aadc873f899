"""What stands around a widget's picture: its range, its error bound, how much of the records it has."""

from __future__ import annotations

from dashgen.model import Widget
from dashgen.titles import measured
from dashgen.widgets.base import Answer, Context


def pinned(widget: Widget, answer: Answer, context: Context) -> str:
    """The range of a widget that has one of its own."""
    is_pinned = widget.time_range is not None and widget.type != "text"
    return context.write.range(answer.start, answer.end) if is_pinned else ""


def reach(answer: Answer, context: Context) -> str:
    """Said above records of which there are older ones than those that are shipped."""
    if len(answer.rows) < answer.newest:
        return context.words("reach", count=len(answer.rows), newest=answer.newest)
    return context.words("reach-all", count=answer.newest) if answer.newest else ""


def bound(widget: Widget, context: Context) -> str:
    """How far the values of a chart of percentiles may be off; cards and tables say it beside theirs."""
    if widget.type in ("card", "table"):
        return ""
    return next((found for name in measured(widget) if (found := context.bound(name))), "")
