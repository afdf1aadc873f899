"""Good or bad: thresholds and comparisons, in the metric's own direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashgen.formats import Writer
    from dashgen.model import Thresholds
    from dashgen.widgets.base import Context, Label


def state(value: float | None, thresholds: Thresholds | None, better: str) -> str:
    """`critical`, `warning` or nothing. A threshold trips in the bad direction: upward unless more is better."""
    if value is None or thresholds is None:
        return ""
    for name, level in (("critical", thresholds.critical), ("warning", thresholds.warning)):
        if level is not None and (value <= level if better == "higher" else value >= level):
            return name
    return ""


@dataclass(frozen=True, slots=True)
class Change:
    text: str
    tone: str
    before: str = ""


def change(row: dict[str, Any], metric: str, context: Context, *, reaches_back: bool = True) -> Change:
    """The comparison of `row` with the previous period, in words; `reaches_back`: whether there is data of it."""
    label, write, words = context.labels[metric], context.write, context.words
    previous, part = _of(row.get("previous"), metric), _of(row.get("change"), metric)
    if previous is None:
        return Change(words("no-value-before" if reaches_back else "nothing-before"), "muted")
    before = words("before", value=write.value(previous, label).joined)
    value = row.get(metric)
    if value is None:
        return Change(words("nothing-now"), "muted", before)
    difference = value - previous
    if not difference:
        return Change(words("unchanged"), "muted", before)
    arrow = "▲" if difference > 0 else "▼"
    return Change(f"{arrow} {_size(difference, part, label, write)}", _tone(difference, label), before)


def _of(value: Any, metric: str) -> float | None:
    """Several compared metrics keep theirs in a mapping."""
    found: float | None = value.get(metric) if isinstance(value, dict) else value
    return found


def _size(difference: float, part: float | None, label: Label, write: Writer) -> str:
    """Percentages differ by points; a change from nothing has no fraction and is told as it is."""
    if label.format == "percent":
        return write.points(abs(difference))
    if part is None:
        return write.value(abs(difference), label).joined
    return write.percent(abs(part), 2)


def _tone(difference: float, label: Label) -> str:
    if label.better == "neither":
        return "muted"
    return "good" if (difference > 0) == (label.better == "higher") else "critical"
