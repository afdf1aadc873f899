"""Rules across a plot: thresholds, dashed and named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashgen.marks import Own, haloed
from dashgen.theme import ink
from dashgen.widgets.base import Context, Label, Row

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


def across(
    thresholds: Thresholds | None, found: Iterable[tuple[str, float]], label: Label, context: Context
) -> list[Any]:
    """Level rules through a plot whose values go up, each named at its end. Those of `found` are drawn."""
    import altair as alt

    if thresholds is None:
        return []
    rows = [{"r": role, "v": value, "t": named(role, value, label, context)} for role, value in found]
    y = alt.Y("v:Q", title=None, stack=None)
    return _layers(rows, {"y": y}, x={"expr": "width"}, align="right", dy=-7)


def upright(
    thresholds: Thresholds | None,
    found: Iterable[tuple[str, float]],
    label: Label,
    context: Context,
    place: Callable[[float], float],
) -> list[Any]:
    """Upright rules where values go to the right, named above the plot; `place` says where in it, from 0 to 1."""
    import altair as alt

    if thresholds is None:
        return []
    rows = []
    for lane, (role, value) in enumerate(found):
        aside = {"a": "right", "d": -6} if place(value) > 0.6 else {"a": "left", "d": 6}
        text = named(role, value, label, context)
        rows.append({"r": role, "v": value, "t": text, "y": -10 - _LANE * lane, **aside})
    aside = {"align": alt.ExprRef("datum.a"), "dx": alt.ExprRef("datum.d"), "y": alt.ExprRef("datum.y")}
    return _layers(rows, {"x": alt.X("v:Q", title=None, stack=None)}, **aside)


def _layers(rows: Sequence[Row], place: Mapping[str, Any], **text: Any) -> list[Any]:
    """Rules and their names, in the inks of their roles."""
    import altair as alt

    is_critical = {"test": "datum.r === 'critical'", "value": ink("critical")}
    colour = alt.ColorValue(ink("warning"), condition=is_critical)
    rule = alt.Chart().mark_rule(strokeDash=[5, 4], strokeWidth=1).encode(**place, color=colour)
    return [Own(layer, rows, "levels") for layer in (rule, *haloed(place, colour, **text))]


def room(found: Sequence[tuple[str, float]]) -> int:
    """Pixels above a plot for the names of upright rules, a line each."""
    return 6 + _LANE * len(found)


def named(role: str, value: float, label: Label, context: Context) -> str:
    """`critical 5 s`."""
    return context.words("threshold", level=context.words(role).lower(), value=context.write.ticks([value], label)[0])
