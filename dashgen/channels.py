"""The channels that charts of every kind share: positions, colours and tooltips."""

from __future__ import annotations

from typing import Any

from dashgen.axes import Axis
from dashgen.categories import Categories
from dashgen.widgets.base import Context


def time(axis: Axis, *, spans: bool = False, **options: Any) -> Any:
    """Clock readings under `x`. Where `spans` begin there Vega-Lite takes the ends only from another layer."""
    import altair as alt

    scale = alt.Scale(type="utc", nice=False) if spans else axis.scale(type="utc", **options)
    return alt.X("x:T", scale=scale, axis=axis.axis(grid=False))


def value(axis: Axis, field: str = "v", *, x: bool = False, stack: Any = None, **options: Any) -> Any:
    """Upwards, or to the right; not stacked unless said."""
    import altair as alt

    channel = alt.X if x else alt.Y
    return channel(f"{field}:Q", scale=axis.scale(), axis=axis.axis(**options), stack=stack)


def colour(categories: Categories) -> Any:
    """The colour channel for `s`, in the order of the rows."""
    import altair as alt

    scale = alt.Scale(domain=list(categories.names), range=categories.inks)
    legend = alt.Legend(title=None, labelLimit=240, symbolLimit=0) if len(categories.names) > 1 else None
    return alt.Color("s:N", sort=None, scale=scale, legend=legend)


def tooltip(
    title: str, categories: Categories | None, context: Context, *, group: str | None = None, time: bool = False
) -> Any:
    """For viewers of the standalone chart: the time or the group, the category, the exact value."""
    import altair as alt

    when = alt.Tooltip("time:N", title=context.words("time")) if time else None
    first = alt.Tooltip("b:N", title=group) if group else None
    second = alt.Tooltip("s:N", title=context.words("series")) if categories and len(categories.names) > 1 else None
    return [tip for tip in (when, first, second, alt.Tooltip("v:Q", title=title)) if tip is not None]
