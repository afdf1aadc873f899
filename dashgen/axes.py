"""Axes and scales: time by the dashboard's clock, values as the page writes the metric."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from dashgen import clock, formats
from dashgen.categories import Categories
from dashgen.figures import finite
from dashgen.formats import Writer
from dashgen.widgets.base import Frame, Label

_TIME_LABEL = (
    "utchours(datum.value) || utcminutes(datum.value) ? utcFormat(datum.value, '%H:%M') : "
    "utcdate(datum.value) != 1 || {days} ? utcFormat(datum.value, '%-d %b') : "
    "utcmonth(datum.value) ? utcFormat(datum.value, '%b') : utcFormat(datum.value, '%Y')"
)


def time_axis(positions: Sequence[int]) -> Any:
    """The x channel for clock readings."""
    import altair as alt

    first, last = positions[0], positions[-1]
    half = 12 * 3_600_000 if first == last else 0
    days = "true" if last - first < 150 * 86_400_000 else "false"
    few, some, many = (json.dumps(clock.ticks(first, last, most)) for most in (5, 8, 14))
    axis = alt.Axis(
        title=None,
        grid=False,
        labelExpr=_TIME_LABEL.replace("{days}", days),
        values=alt.ExprRef(f"width < 400 ? {few} : width < 900 ? {some} : {many}"),
        labelFlush=True,
        labelOverlap=False,
    )
    scale = alt.Scale(type="utc", domain=[first - half, last + half], nice=False)
    return alt.X("x:T", scale=scale, axis=axis)


def value_label(label: Label, write: Writer, of: str = "datum.value") -> str:
    """A Vega expression that writes an axis value as the page writes the metric, with fewer digits."""
    short = (
        f"({of} == 0 ? '0' : abs({of}) < 1 ? format({of}, '.2~r') : abs({of}) < 1000 ? format({of}, '.4~r') : "
        f"replace(format({of}, '.3~s'), 'G', 'B'))"
    )
    match label.format:
        case "percent":
            return f"format({of}, '.3~%')"
        case "currency":
            return f"{json.dumps(formats.currency_symbol(write.currency))} + {short}"
        case "duration":
            return _duration_label(of, label)
        case _:
            return short


def _duration_label(of: str, label: Label) -> str:
    ms = f"({of} * {formats.milliseconds(label.unit):g})"
    sizes = ((1000, 1, "ms"), (60_000, 1000, "s"), (3_600_000, 60_000, "min"))
    smaller = "".join(f"{ms} < {end} ? format({ms} / {size}, '.3~r') + ' {unit}' : " for end, size, unit in sizes)
    return f"{ms} == 0 ? '0' : {smaller}format({ms} / 3600000, '.3~r') + ' h'"


def value_axis(label: Label, write: Writer, *, count: int = 4, **options: Any) -> Any:
    """A quantitative axis for one metric."""
    import altair as alt

    return alt.Axis(title=None, labelExpr=value_label(label, write), tickCount=count, **options)


def value_scale(values: Iterable[Any]) -> Any:
    """From zero; where everything is zero, with room above it."""
    import altair as alt

    return alt.Scale(domain=[0, 1]) if all(not finite(value) for value in values) else alt.Scale(zero=True)


def label_limit(frame: Frame) -> int:
    """For names left of the plot: the page's font may be wider than the one they are measured in."""
    return round(0.86 * (frame.left - 10))


def name_room(names: Categories) -> int:
    """The pixels left of the plot for names as row labels."""
    return min(150, 20 + 7 * names.longest)
