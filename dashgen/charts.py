"""What charts of every kind are made of: layers over rows, sizes and config.

A chart is built with Altair from rows under safe field names (`x`, `v`, `s`, …: an id may hold dots or quotes), in
inks instead of colours. `for_page` makes it ready for the renderer, `standalone` for a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dashgen.axes import Axis
from dashgen.marks import Own
from dashgen.theme import ink
from dashgen.widgets.base import Frame, Row

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
MEASURED_FONT = "Liberation Sans"
"""Ships inside vl-convert: text is measured alike on every machine. The page sets its own font."""
TEXT = 12
TITLE_ROOM = 22
ROWS = "rows"
"""The set that a chart is drawn from. A live chart is given other rows in its sets, by their names."""

Spec = dict[str, Any]


@contextmanager
def unchecked() -> Iterator[None]:
    """Altair measures every part by its schema, which takes longer than drawing; tests do it instead."""
    from altair.utils import schemapi

    with schemapi.debug_mode(False):
        yield


def specification(layers: Sequence[Any], rows: Sequence[Row], axes: Iterable[Axis] = ()) -> Spec:
    """Altair layers over one set of rows → Vega-Lite, the data on top and nothing of Altair's own config."""
    drawn = [_layer(layer) for layer in layers]
    made = drawn[0] if len(drawn) == 1 else {"layer": drawn}
    return {"params": [axis.param for axis in axes], **made, "data": {"name": ROWS, "values": list(rows)}}


def _layer(layer: Any) -> Spec:
    own = layer if isinstance(layer, Own) else None
    made: Spec = (own.layer if own else layer).to_dict(validate=False)
    for name in ("config", "data", "datasets", "$schema"):
        made.pop(name, None)
    if own or not _uses_fields(made):
        # What has no fields is drawn once, not once per row.
        made["data"] = {"name": own.name, "values": list(own.rows)} if own else {"values": [{}]}
    return made


def _uses_fields(layer: Spec) -> bool:
    if "transform" in layer:
        return True
    channels = layer.get("encoding", {}).values()
    return any("field" in one for channel in channels for one in (channel if isinstance(channel, list) else [channel]))


def stacked_panels(panels: Sequence[tuple[str, Spec]]) -> Spec:
    """Charts that cannot share an axis, one above the other, each under its title."""
    titled = [{"title": title, **spec} for title, spec in panels]
    return {"vconcat": titled, "spacing": 18, "resolve": {"scale": {"color": "independent"}}}


def for_page(spec: Spec, frame: Frame, width: int) -> list[Spec]:
    """The chart at `width` pixels for the renderer: one drawing, or one per panel."""
    panels = spec.get("vconcat")
    if panels is None:
        return [_sized(spec, frame, width)]
    return [_sized(panel, frame, width) for panel in panels]


def _sized(spec: Spec, frame: Frame, width: int) -> Spec:
    top = frame.top + (TITLE_ROOM if "title" in spec else 0)
    inner = (frame.width or width) - frame.left - frame.right
    return {
        **without_legends(spec),
        "$schema": SCHEMA,
        "width": inner,
        "height": frame.height - top - frame.bottom,
        "padding": {"left": frame.left, "right": frame.right, "top": top, "bottom": frame.bottom},
        "autosize": {"type": "none"},
        "config": {**config(frame), **_WITHOUT_VALUE, "font": MEASURED_FONT, "aria": False},
    }


_WITHOUT_VALUE = {"scale": {"invalid": {"color": {"value": ink("surface")}}}}
"""The colour of what has no value; else it would depend on where the scale begins."""


def without_legends(spec: Spec) -> Spec:
    """The page has legends of its own, which are text and tables."""
    kept = {**spec, "layer": [without_legends(layer) for layer in spec["layer"]]} if "layer" in spec else dict(spec)
    if "color" in kept.get("encoding", {}):
        kept["encoding"] = {**kept["encoding"], "color": {**kept["encoding"]["color"], "legend": None}}
    return kept


def config(frame: Frame) -> Spec:
    return {
        "background": None,
        "view": {"stroke": None},
        "axis": {
            "labelColor": ink("muted"),
            "labelFontSize": TEXT,
            "titleColor": ink("muted"),
            "titleFontSize": TEXT,
            "titleFontWeight": "normal",
            "gridColor": ink("grid"),
            "domainColor": ink("axis"),
            "tickColor": ink("axis"),
            "tickSize": 4,
        },
        "axisX": {"labelPadding": 6, "labelFlush": True},
        "axisY": {"domain": False, "ticks": False, "labelPadding": 8},
        "title": {**TITLE, "fontSize": TEXT, "offset": 8, "frame": "group", "dx": 0},
        "text": {"fontSize": TEXT},
    }


TITLE: Spec = {"anchor": "start", "color": ink("text"), "fontSize": 14, "fontWeight": "bold"}
LEGEND: Spec = {"labelColor": ink("text"), "labelFontSize": TEXT, "symbolType": "square"}
