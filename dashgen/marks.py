"""Marks that charts of several kinds have: text that stays legible on lines, layers with rows of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashgen.theme import ink
from dashgen.widgets.base import Row


class Own(NamedTuple):
    """A layer that is not drawn from the chart's rows."""

    layer: Any
    rows: Sequence[Row]


def haloed(text: str, encoding: Mapping[str, Any], role: str, **mark: Any) -> list[Any]:
    """One text on a seam of the surface. The seam is a layer below: a stroke would cover the letters' own form."""
    import altair as alt

    seam = alt.Chart().mark_text(text=text, color=ink("surface"), stroke=ink("surface"), strokeWidth=4, **mark)
    return [seam.encode(**encoding), alt.Chart().mark_text(text=text, color=ink(role), **mark).encode(**encoding)]
