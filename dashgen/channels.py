"""The channels that charts of every kind share: colours and tooltips."""

from __future__ import annotations

from typing import Any

from dashgen.categories import Categories
from dashgen.widgets.base import Context


def colour(categories: Categories) -> Any:
    """The colour channel for `s`, in the order of the rows."""
    import altair as alt

    scale = alt.Scale(domain=list(categories.names), range=categories.inks)
    legend = alt.Legend(title=None, labelLimit=240, symbolLimit=0) if len(categories.names) > 1 else None
    return alt.Color("s:N", sort=None, scale=scale, legend=legend)


def tooltip(title: str, categories: Categories | None, context: Context, *, group: str | None = None) -> Any:
    """For viewers of the standalone chart: the time or the group, the category, the exact value."""
    import altair as alt

    first = alt.Tooltip("b:N", title=group) if group else None
    second = alt.Tooltip("s:N", title=context.words("series")) if categories and len(categories.names) > 1 else None
    return [tip for tip in (first, second, alt.Tooltip("v:Q", title=title)) if tip is not None]
