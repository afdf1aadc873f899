"""Rules across a plot: thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashgen.theme import ink

if TYPE_CHECKING:
    from dashgen.model import Thresholds


def thresholds(levels: Thresholds | None, highest: float, channel: str = "y") -> list[Any]:
    """Dashed rules at the thresholds that lie near enough to the data not to flatten it."""
    import altair as alt

    lines = []
    for role, value in _levels(levels):
        if value <= 2.5 * highest or channel == "x":
            encoding = alt.Y(datum=value) if channel == "y" else alt.X(datum=value)
            rule = alt.Chart().mark_rule(color=ink(role), strokeDash=[5, 4], strokeWidth=1.25)
            lines.append(rule.encode(encoding))
    return lines


def _levels(thresholds: Thresholds | None) -> list[tuple[str, float]]:
    if thresholds is None:
        return []
    levels = (("warning", thresholds.warning), ("critical", thresholds.critical))
    return [(role, value) for role, value in levels if value is not None]
