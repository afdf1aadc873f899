"""Rules across a plot: thresholds, dashed and named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from dashgen.marks import haloed
from dashgen.theme import ink
from dashgen.widgets.base import Context, Label

if TYPE_CHECKING:
    from dashgen.model import Thresholds

_LANE = 15
_REACH = 2.5
"""A threshold beyond so many times the data would flatten it, and is left out."""


def levels(thresholds: Thresholds | None, highest: float | None = None) -> list[tuple[str, float]]:
    """Role and value of each threshold that is near enough to what is drawn."""
    if thresholds is None:
        return []
    given = (("warning", thresholds.warning), ("critical", thresholds.critical))
    reach = float("inf") if highest is None else _REACH * highest
    return [(role, value) for role, value in given if value is not None and value <= reach]


def across(found: Iterable[tuple[str, float]], label: Label, context: Context) -> list[Any]:
    """Level rules through a plot whose values go up, each named at its end."""
    import altair as alt

    layers: list[Any] = []
    for role, value in found:
        text = named(role, value, label, context)
        y = alt.Y(datum=value)
        layers.append(_rule(role).encode(y=y))
        layers += haloed(text, {"y": y}, role, x={"expr": "width"}, align="right", dy=-7)
    return layers


def upright(
    found: Iterable[tuple[str, float]], label: Label, context: Context, place: Callable[[float], float]
) -> list[Any]:
    """Upright rules where values go to the right, named above the plot; `place` says where in it, from 0 to 1."""
    import altair as alt

    layers: list[Any] = []
    for lane, (role, value) in enumerate(found):
        x = alt.X(datum=value)
        layers.append(_rule(role).encode(x=x))
        aside: dict[str, Any] = {"align": "right", "dx": -6} if place(value) > 0.6 else {"align": "left", "dx": 6}
        layers += haloed(named(role, value, label, context), {"x": x}, role, y=-10 - _LANE * lane, **aside)
    return layers


def room(found: Sequence[tuple[str, float]]) -> int:
    """Pixels above a plot for the names of upright rules, a line each."""
    return 6 + _LANE * len(found)


def named(role: str, value: float, label: Label, context: Context) -> str:
    """`critical 5 s`."""
    return context.words("threshold", level=context.words(role).lower(), value=context.write.ticks([value], label)[0])


def _rule(role: str) -> Any:
    import altair as alt

    return alt.Chart().mark_rule(color=ink(role), strokeDash=[5, 4], strokeWidth=1)
