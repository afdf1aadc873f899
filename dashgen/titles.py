"""What a widget is called when its author did not say."""

from __future__ import annotations

from collections.abc import Mapping

from dashgen.model import Widget
from dashgen.widgets.base import Label


def title(widget: Widget, labels: Mapping[str, Label]) -> str:
    """The written title, or one like `Tokens by model`; nothing for a text."""
    if widget.title is not None:
        return widget.title
    subject = ", ".join(_name(name, labels) for name in measured(widget))
    groups = [_name(name, labels).lower() for name in _groups(widget)]
    if getattr(widget, "records", ()):
        return "Newest records"
    if widget.type == "table" and groups:
        return " and ".join(groups).capitalize()
    return f"{subject} by {' and '.join(groups)}" if groups else subject


def measured(widget: Widget) -> tuple[str, ...]:
    """The metrics of a widget, and the field of a histogram."""
    one = getattr(widget, "metric", None) or getattr(widget, "of", None)
    several: tuple[str, ...] = getattr(widget, "metrics", ())
    return (one,) if one else several


def _groups(widget: Widget) -> list[str]:
    if widget.type == "heatmap":
        return [getattr(widget, "rows", ""), getattr(widget, "columns", "")]
    by = getattr(widget, "by", None) or ()
    series = getattr(widget, "series", None)
    return [*((by,) if isinstance(by, str) else by), *([series] if series else [])]


def _name(name: str, labels: Mapping[str, Label]) -> str:
    return labels[name].title if name in labels else name.replace("_", " ").capitalize()
