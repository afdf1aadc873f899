"""A chart for a file of its own, which any Vega-Lite viewer draws."""

from __future__ import annotations

from typing import Any

from dashgen import names
from dashgen.charts import LEGEND, SCHEMA, TITLE, Spec, config
from dashgen.theme import Theme, paint
from dashgen.widgets.base import Frame


def specification(spec: Spec, frame: Frame, title: str, theme: Theme) -> Spec:
    """The chart for any Vega-Lite viewer: in the theme's colours, with its legend, title and sizes."""
    look = paint({**config(frame), "legend": LEGEND, "title": TITLE}, theme)
    look |= {"font": theme.font, "background": theme.colours["surface"]}
    size = {"width": frame.width or 640, "height": frame.height}
    painted: Spec = paint(_unnamed(spec), theme)
    body = _joined(painted, size) if "vconcat" in painted else {**painted, **size}
    return {"$schema": SCHEMA, "title": names.clean(title), **body, "padding": 16, "config": look}


def _unnamed(part: Any) -> Any:
    """Panels have sets of the same names, which would be one set here."""
    if isinstance(part, list):
        return [_unnamed(one) for one in part]
    if not isinstance(part, dict):
        return part
    named = {key: value if key == "data" else _unnamed(value) for key, value in part.items()}
    return {**named, "data": {"values": part["data"]["values"]}} if "data" in part else named


def _joined(spec: Spec, size: Spec) -> Spec:
    """Panels under one roof: only there may signals be named."""
    params = [param for panel in spec["vconcat"] for param in panel["params"]]
    panels = [{**{key: value for key, value in panel.items() if key != "params"}, **size} for panel in spec["vconcat"]]
    return {**spec, "params": params, "vconcat": panels}
