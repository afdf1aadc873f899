"""What the page's script needs to know of a dashboard: its rows, and its charts as Vega in the theme's variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from dashgen import markers, toolbar
from dashgen.charts import MEASURED_FONT, Spec
from dashgen.draw import DrawnDashboard, DrawnWidget
from dashgen.figures import alike
from dashgen.markup import icons
from dashgen.model import Annotation, Widget
from dashgen.theme import ROLES, Theme, paint
from dashgen.titles import measured, title
from dashgen.widgets.base import Context, Label

_WORDS = ("no-widget", "missing", "empty", "other", "yes", "no", "points", "list", "and-more")
"""The messages that the script says, some of them through its writer."""
_REDRAWN = (
    *("warning", "critical", "threshold", "nothing", "table", "no-parts", "time", "series", "count", "weekday", "hour"),
    *("line-chart", "bar-chart", "pie-chart", "heatmap", "histogram", "chart-over", "no-values"),
    *("highest", "lowest", "with-value", "pair", "place", "largest-share", "then", "more"),
    *("at-time", "on-day", "in-week", "in-month", "hint-pick", "hint-release", "hint-parts", "hint-stretch"),
    *("trend-once", "trend-rose", "trend-fell", "trend-held", "trend-flat", "trend-extremes"),
    *("annotation", "annotations", "marked", "numbers-by-time", "numbers-by-group", "numbers-by-slice"),
    *(
        "numbers-by-cell",
        "counts-by-size",
        "up-to-size",
        "not-drawn",
        "highest-cell",
        "lowest-cell",
        "busiest",
        "quantiles",
    ),
)
"""Those that it says of other rows, where a page has filters."""
_TOLD = (
    *("over-the-range", "unpriced", "unfiltered", "source-unfiltered", "unsure", "estimated", "reach", "reach-all"),
    *("nothing-chosen", "unanswered"),
)
"""Those of cards, and above and under every widget, likewise."""
_LISTED = (
    *("change", "trend", "bound", "previous", "search", "search-in", "rows-found", "no-rows", "filter-columns"),
    *(
        "before",
        "nothing-before",
        "unheld-before",
        "no-value-before",
        "nothing-now",
        "unchanged",
        "none",
        "at-least",
        "at-most",
    ),
    *("rows-shown", "rows-per-page", "previous-page", "next-page", "csv", "save-csv", "fraction"),
    *("from", "to", "time", "weekday", "hour", "with-value", "pair"),
)
"""Those of tables, and of the files that are saved of numbers."""
_ICONS = ("warning", "critical", "nothing", "filter")
_COUNT = "count"
_DATA = re.compile(r"\{data: (.*)\}")
_COMMON = {one.name for one in fields(Widget)}
_DROPPED = ("tooltip", "description", "$schema", "usermeta")
_VARIABLES = {role: f"var(--{role.replace('_', '-')})" for role in ROLES}


@dataclass(frozen=True, slots=True)
class Scripts:
    """What a page loads after its first paint, as addresses from it: empty for what it does not need."""

    later: str
    charts: str = ""
    cube: str = ""


def content(drawn: DrawnDashboard, data: Mapping[str, Any], scripts: Scripts) -> dict[str, Any]:
    """What `page.js` hands over: data.json, and what is drawn of it."""
    context = drawn.context
    redrawn = context.dashboard.is_interactive
    words = (*_WORDS, *_LISTED, *((*_REDRAWN, *_TOLD, *toolbar.WORDS) if redrawn else ()))
    return {
        **data,
        "id": context.dashboard.id,
        "script": scripts.later,
        "chart_script": scripts.charts,
        "cube": scripts.cube,
        "locale": context.write.script_data,
        "words": {name: context.words.texts[name] for name in words},
        "bar": toolbar.content(drawn) if redrawn else {},
        "icons": {name: icons()[name] for name in _ICONS},
        "labels": dict(_labels(drawn)),
        "hues": context.hues.known() if redrawn else {},
        "widgets": {
            name: {**data["widgets"][name], **_live(shown, context), **_told(shown, context)}
            for name, shown in drawn.widgets.items()
        },
    }


def has_charts(drawn: DrawnDashboard) -> bool:
    return any(shown.live for shown in drawn.widgets.values())


def _live(shown: DrawnWidget, context: Context) -> dict[str, Any]:
    if not shown.live:
        return {}
    return {
        **(_redrawn(shown, context) | _level(shown) if context.dashboard.is_interactive else {}),
        "live": [[_panel(panel, context) for panel in panels] for panels in shown.live],
        "live_of": shown.live_of,
        "measures": _measures(shown, context),
        "of": getattr(shown.widget, "of", None),
        "stacked": bool(getattr(shown.widget, "stacked", None)),
    }


def _told(shown: DrawnWidget, context: Context) -> dict[str, Any]:
    """What the script brings cards and tables to other rows by; every table can be sorted and searched."""
    kinds = ("card", "table") if context.dashboard.is_interactive else ("table",)
    if shown.widget.type not in kinds or shown.answer.failure:
        return {}
    return _redrawn(shown, context) | ({"newest": shown.answer.newest} if shown.answer.newest else {})


def _redrawn(shown: DrawnWidget, context: Context) -> dict[str, Any]:
    """What the script draws other rows by: what was written of the widget, and which range is asked."""
    widget, answer = shown.widget, shown.answer
    own = [one.name for one in fields(widget) if one.name not in _COMMON]
    written = {name: _plain(getattr(widget, name)) for name in own}
    if widget.type == "line":
        written["markers"] = [_marked(one, context) for one in markers.annotated(widget, context)]
    return {
        "definition": {name: value for name, value in written.items() if value not in (None, False, [], {})},
        "title": title(widget, context.labels, context.words),
        "pinned": widget.time_range is not None,
        "start": answer.start,
        "end": answer.end,
    }


def _level(shown: DrawnWidget) -> dict[str, float]:
    """How much higher a chart on a desk is than it needs to be, for its neighbours or for who asked for that."""
    panel, asked = shown.live[-1][0], shown.widget.height
    natural = (shown.picture.waiting or shown.picture).frame.height
    whole: int = panel["height"] + panel["padding"]["top"] + panel["padding"]["bottom"]
    found: dict[str, float] = {"height": asked} if asked is not None else {}
    return found | ({"stretch": whole / natural} if whole > natural else {})


def _marked(one: Annotation, context: Context) -> dict[str, Any]:
    found = markers.marker(one, context)
    return {"text": found.text, "low": found.low, "high": found.high, "when": found.when, "moment": one.end is None}


def _plain(value: Any) -> Any:
    """A written value as JSON, without where it stands; what has no form there is nothing."""
    if is_dataclass(value):
        found = {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.name not in ("at", "units")}
        return {name: one for name, one in found.items() if one is not None}
    if isinstance(value, tuple):
        return [one for one in map(_plain, value) if one is not None]
    return value if isinstance(value, str | int | float | bool) else None


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
    names = dict.fromkeys(name for shown in drawn.widgets.values() for name in _named(shown.widget, drawn.context))
    yield _COUNT, _label(Label(drawn.context.words("count"), None, None, "number", "neither"), drawn.context)
    yield from ((name, _label(labels[name], drawn.context)) for name in names if name in labels)


def _named(widget: Widget, context: Context) -> Iterator[str]:
    """The metrics of a widget; where it is drawn again, or a table, its dimensions too."""
    yield from measured(widget)
    if context.dashboard.is_interactive or widget.type == "table":
        found = (getattr(widget, key, None) or () for key in ("by", "series", "rows", "columns", "records"))
        yield from (name for one in found for name in ([one] if isinstance(one, str) else one))


def _label(label: Label, context: Context) -> dict[str, Any]:
    told: dict[str, Any] = {"title": label.title, "unit": label.unit, "format": label.format, "better": label.better}
    told |= {"additive": True} if label.additive else {}
    return told | ({"bound": context.dashboard.accuracy} if label.approximate else {})


# ---- charts ---------------------------------------------------------------------------------


def _panel(spec: Spec, context: Context) -> Spec:
    """A chart for the page. Where filters leave it other rows, the script fills it with its first ones too."""
    bound = _bound(spec, context.theme)
    return {**bound, "data": [_emptied(one) for one in bound["data"]]} if context.dashboard.is_interactive else bound


def _emptied(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, "values": []} if data.get("values") not in (None, [{}]) else dict(data)


def _bound(spec: Spec, theme: Theme) -> Spec:
    """A chart whose inks are the page's variables, so that a change of scheme needs no redrawing; its data stays."""
    bare = {key: value for key, value in spec.items() if key != "data"}
    made = _in_font(_lean(paint(bare, replace(theme, colours=_VARIABLES))), theme.font)
    return {**_followed(made), "data": spec["data"]}


def _followed(spec: Spec) -> Spec:
    """A chart whose scales follow signals, so that it can be brought to other rows in place."""
    scales = spec.get("scales", [])
    colour = next((one for one in scales if one["name"] == "color" and isinstance(one["domain"], list)), None)
    found = {"domain": colour["domain"], "range": colour["range"]} if colour else {}
    signals = [{"name": "colours", "value": found}] if colour else []
    return {
        **spec,
        "signals": [*spec.get("signals", []), *signals],
        "scales": [_following(scale, found) for scale in scales],
    }


def _following(scale: Mapping[str, Any], colours: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: {"signal": f"colours.{key}"} for key in ("domain", "range") if scale.get(key) == colours.get(key, 0)}
    return {**scale, **found, **({"domain": _ends(scale["domain"])} if "domain" not in found else {})}


def _ends(domain: Any) -> Any:
    """Vega-Lite gives instants as sets of one value each, which are not looked at again when it changes."""
    if not isinstance(domain, dict) or "fields" not in domain:
        return domain
    found = [_DATA.fullmatch(str(one.get("signal"))) for one in domain["fields"] if isinstance(one, dict)]
    return [{"signal": one[1]} for one in dict.fromkeys(found) if one] or domain


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
