"""The table of widget kinds."""

from __future__ import annotations

from functools import cache

from dashgen.kinds import find
from dashgen.widgets.base import Kind

KINDS = {
    "card": "dashgen.widgets.card:CardKind",
    "line": "dashgen.widgets.line:LineKind",
    "bar": "dashgen.widgets.bar:BarKind",
    "pie": "dashgen.widgets.pie:PieKind",
    "heatmap": "dashgen.widgets.heatmap:HeatmapKind",
    "histogram": "dashgen.widgets.histogram:HistogramKind",
    "table": "dashgen.widgets.table:TableKind",
    "text": "dashgen.widgets.text:TextKind",
}


@cache
def kind(name: str) -> Kind:
    """The kind called `name`, built in or of an installed package; KeyError if there is none."""
    found: Kind = find(name, KINDS, "dashgen.widgets")
    return found
