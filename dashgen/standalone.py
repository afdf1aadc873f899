"""A chart for a file of its own, which any Vega-Lite viewer draws."""

from __future__ import annotations

from dashgen import names
from dashgen.charts import LEGEND, SCHEMA, TITLE, Spec, config
from dashgen.theme import Theme, paint
from dashgen.widgets.base import Frame


def specification(spec: Spec, frame: Frame, title: str, theme: Theme) -> Spec:
    """The chart for any Vega-Lite viewer: in the theme's colours, with its legend, title and sizes."""
    look = paint({**config(frame), "legend": LEGEND, "title": TITLE}, theme)
    look |= {"font": theme.font, "background": theme.colours["surface"]}
    size = {"width": frame.width or 640, "height": frame.height}
    if "vconcat" in spec:
        body: Spec = {**spec, "vconcat": [{**_painted(panel, theme), **size} for panel in spec["vconcat"]]}
    else:
        body = {**_painted(spec, theme), **size}
    return {"$schema": SCHEMA, "title": names.clean(title), **body, "padding": 16, "config": look}


def _painted(spec: Spec, theme: Theme) -> Spec:
    """Everything but the data is painted: a value that looks like an ink stays what it is."""
    bare = {key: value for key, value in spec.items() if key != "data"}
    return {**paint(bare, theme), "data": spec["data"]}
