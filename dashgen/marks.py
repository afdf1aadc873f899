"""Marks that charts of several kinds have: text that stays legible on lines, layers with rows of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashgen.theme import ink
from dashgen.widgets.base import Row


class Own(NamedTuple):
    """A layer that is not drawn from the chart's rows but from those of a set that has this name in the panel."""

    layer: Any
    rows: Sequence[Row]
    name: str


def haloed(encoding: Mapping[str, Any], colour: Any, **mark: Any) -> list[Any]:
    """The texts under `t` on a seam of the surface, which is a layer below: a stroke would cover the letters' form."""
    import altair as alt

    encoding = {**encoding, "text": alt.Text("t:N")}
    seam = alt.Chart().mark_text(color=ink("surface"), stroke=ink("surface"), strokeWidth=4, **mark)
    return [seam.encode(**encoding), alt.Chart().mark_text(**mark).encode(**encoding, color=colour)]
