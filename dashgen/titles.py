"""What a widget is called when its author did not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

from dashgen.model import Widget
from dashgen.widgets.base import Label
from dashgen.words import Words


def title(widget: Widget, labels: Mapping[str, Label], words: Words) -> str:
    """The written title, or one like `Tokens by model`; nothing for a text."""
    if widget.title is not None:
        return widget.title
    subject = ", ".join(_name(name, labels) for name in measured(widget))
    groups = _joined([_group(name, labels, words).lower() for name in _groups(widget)], words)
    if getattr(widget, "records", ()):
        return words("newest-records")
    if widget.type == "table" and groups:
        return groups[:1].upper() + groups[1:]
    return words("grouped", what=subject, groups=groups) if groups else subject


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


def _joined(names: Sequence[str], words: Words) -> str:
    return reduce(lambda first, last: words("and", first=first, last=last), names) if names else ""


def _group(name: str, labels: Mapping[str, Label], words: Words) -> str:
    """Weekday and hour are no dimensions of the data."""
    return words(name) if name in ("weekday", "hour") and name not in labels else _name(name, labels)


def _name(name: str, labels: Mapping[str, Label]) -> str:
    return labels[name].title if name in labels else name.replace("_", " ").capitalize()
