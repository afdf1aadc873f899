"""Good or bad: thresholds and comparisons, in the metric's own direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashgen import formats

if TYPE_CHECKING:
    from dashgen.model import Thresholds
    from dashgen.widgets.base import Label


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


def change(row: dict[str, Any], metric: str, label: Label, currency: str) -> Change:
    """The comparison of `row` with the previous period, in words."""
    previous, part = _of(row.get("previous"), metric), _of(row.get("change"), metric)
    if previous is None:
        return Change("no previous period to compare with", "muted")
    before = f"from {formats.format_value(previous, label, currency).joined}"
    value = row.get(metric)
    if value is None:
        return Change("no value now", "muted", before)
    difference = value - previous
    if not difference:
        return Change("unchanged", "muted", before)
    arrow = "▲" if difference > 0 else "▼"
    return Change(f"{arrow} {_size(difference, part, label, currency)}", _tone(difference, label), before)


def _of(value: Any, metric: str) -> float | None:
    """Several compared metrics keep theirs in a mapping."""
    found: float | None = value.get(metric) if isinstance(value, dict) else value
    return found


def _size(difference: float, part: float | None, label: Label, currency: str) -> str:
    """Percentages differ by points; a change from nothing has no fraction and is told as it is."""
    if label.format == "percent":
        return f"{formats.significant(abs(difference) * 100, 2)}\N{NO-BREAK SPACE}pts"
    if part is None:
        return formats.format_value(abs(difference), label, currency).joined
    return f"{formats.significant(abs(part) * 100, 2)}%"


def _tone(difference: float, label: Label) -> str:
    if label.better == "neither":
        return "muted"
    return "good" if (difference > 0) == (label.better == "higher") else "critical"
