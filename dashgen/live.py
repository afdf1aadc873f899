"""What the page's script needs to know of a dashboard: its rows, and its charts as Vega in the theme's variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dashgen.charts import MEASURED_FONT, Spec
from dashgen.draw import DrawnDashboard, DrawnWidget
from dashgen.figures import alike
from dashgen.theme import ROLES, Theme, paint
from dashgen.titles import measured
from dashgen.widgets.base import Context, Label

_WORDS = ("no-widget", "missing", "other", "yes", "no", "points", "list", "and-more")
"""The messages that the script says, some of them through its writer."""
_COUNT = "count"
_DROPPED = ("tooltip", "description", "$schema", "usermeta")
_VARIABLES = {role: f"var(--{role.replace('_', '-')})" for role in ROLES}


def content(drawn: DrawnDashboard, data: Mapping[str, Any], chart_script: str) -> dict[str, Any]:
    """What `page.js` hands over: data.json, and what is drawn of it. `chart_script` is an address from the page."""
    context = drawn.context
    return {
        **data,
        "chart_script": chart_script,
        "locale": context.write.script_data,
        "words": {name: context.words.texts[name] for name in _WORDS},
        "labels": dict(_labels(drawn)),
        "widgets": {name: {**data["widgets"][name], **_live(shown, context)} for name, shown in drawn.widgets.items()},
    }


def has_charts(drawn: DrawnDashboard) -> bool:
    return any(shown.live for shown in drawn.widgets.values())


def _live(shown: DrawnWidget, context: Context) -> dict[str, Any]:
    if not shown.live:
        return {}
    return {
        "live": [[_bound(panel, context.theme) for panel in panels] for panels in shown.live],
        "live_of": shown.live_of,
        "measures": _measures(shown, context),
        "of": getattr(shown.widget, "of", None),
        "stacked": bool(getattr(shown.widget, "stacked", None)),
    }


def _measures(shown: DrawnWidget, context: Context) -> list[str]:
    """For each panel a metric that is written as all of it is."""
    widget, metrics = shown.widget, measured(shown.widget)
    if hasattr(widget, "of"):
        return [_COUNT]
    if len(shown.live[0]) == len(metrics):
        return list(metrics)
    return [group[0] for group in alike(metrics, context)]


# ---- labels ---------------------------------------------------------------------------------


def _labels(drawn: DrawnDashboard) -> Iterator[tuple[str, dict[str, Any]]]:
    """How the metrics of the page are called and written."""
    labels = drawn.context.labels
    names = dict.fromkeys(name for shown in drawn.widgets.values() for name in measured(shown.widget))
    yield _COUNT, _label(Label(drawn.context.words("count"), None, None, "number", "neither"))
    yield from ((name, _label(labels[name])) for name in names if name in labels)


def _label(label: Label) -> dict[str, Any]:
    return {"title": label.title, "unit": label.unit, "format": label.format}


# ---- charts ---------------------------------------------------------------------------------


def _bound(spec: Spec, theme: Theme) -> Spec:
    """A chart whose inks are the page's variables, so that a change of scheme needs no redrawing; its data stays."""
    bare = {key: value for key, value in spec.items() if key != "data"}
    return {**_in_font(_lean(paint(bare, replace(theme, colours=_VARIABLES))), theme.font), "data": spec["data"]}


def _lean(part: Any) -> Any:
    """Without what the page does itself: tooltips, words for screen readers."""
    if isinstance(part, dict):
        return {key: _lean(value) for key, value in part.items() if key not in _DROPPED}
    return [_lean(one) for one in part] if isinstance(part, list) else part


def _in_font(part: Any, font: str) -> Any:
    """Pictures are measured in a font that every machine has; live text in the page's own."""
    if isinstance(part, dict):
        return {key: _in_font(value, font) for key, value in part.items()}
    if isinstance(part, list):
        return [_in_font(one, font) for one in part]
    return font if part == MEASURED_FONT else part
