"""Widgets, labels and a dashboard for tests of the drawing rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dashgen.model import AsOf, Dashboard, Relative, Section, Thresholds, Widget
from dashgen.theme import load_theme
from dashgen.widgets import kind
from dashgen.widgets.base import Answer, Context, Label, Picture, Row

AT: Any = None
START, END = "2025-06-01T00:00:00+02:00", "2025-07-01T00:00:00+02:00"

LABELS = {
    "requests": Label("Requests", "API requests, retries included.", "requests", "number", "neither", additive=True),
    "errors": Label("Errors", "Failed requests.", "requests", "number", "lower"),
    "error_rate": Label("Error rate", "Share of requests that failed.", None, "percent", "lower"),
    "latency_p50": Label("P50 latency", "Median response time.", "ms", "duration", "lower"),
    "latency_p95": Label("P95 latency", "95th percentile.", "ms", "duration", "lower"),
    "cost": Label("Cost", "Estimated cost.", None, "currency", "lower"),
    "tokens": Label("Tokens", "Input and output tokens.", "tokens", "number", "neither"),
    "latency": Label("Latency", "Response time.", "ms", "duration", "lower"),
    "time": Label("Time", None, None, "text", "neither"),
    "model": Label("Model", None, None, "text", "neither"),
    "project": Label("Project", None, None, "text", "neither"),
    "status_code": Label("Status", None, None, "number", "neither"),
}

_DEFAULTS: dict[str, dict[str, Any]] = {
    "card": {"metric": "requests", "compare": None, "spark": False, "thresholds": None},
    "line": {
        "metrics": ("cost",),
        "series": None,
        "stacked": None,
        "top": None,
        "other": True,
        "order": None,
        "compare": None,
        "thresholds": None,
        "annotations": (),
    },
    "bar": {
        "metrics": ("tokens",),
        "by": "model",
        "series": None,
        "stacked": None,
        "horizontal": False,
        "top": None,
        "other": True,
        "order": None,
        "thresholds": None,
    },
    "pie": {"metric": "tokens", "by": "model", "top": None, "other": True, "order": None},
    "heatmap": {"metric": "requests", "rows": "weekday", "columns": "hour"},
    "histogram": {"of": "latency", "by": None, "scale": "log", "top": None, "other": True, "thresholds": None},
    "table": {
        "by": (),
        "metrics": (),
        "top": None,
        "other": True,
        "order": None,
        "compare": None,
        "spark": False,
        "thresholds": None,
        "records": (),
        "newest": 50,
    },
    "text": {"text": ""},
}


def widget(type: str, id: str = "", **keys: Any) -> Widget:
    common = {
        "title": None,
        "note": None,
        "width": None,
        "height": None,
        "source": None,
        "time_range": None,
        "every": None,
        "where": (),
        "if_missing": "error",
        "allow": frozenset(),
        "at": AT,
    }
    return kind(type).spec(**{"type": type, "id": id or type, **common, **_DEFAULTS[type], **keys})


def dashboard(*layout: Widget | Section, id: str = "board", **keys: Any) -> Dashboard:
    defaults: dict[str, Any] = {
        "title": "Board",
        "description": None,
        "source": None,
        "time_range": Relative(30, "d"),
        "time_ranges": (),
        "history": None,
        "timezone": "Europe/Rome",
        "week_start": "monday",
        "as_of": AsOf("latest"),
        "filters": (),
        "where": (),
        "compare": None,
        "annotations": (),
        "theme": "light",
        "lang": "en",
        "locale": "en",
        "budget": 2,
        "accuracy": 0.01,
        "privacy": None,
        "audience": "private",
        "refresh": None,
        "if_missing": "error",
    }
    return Dashboard(id=id, layout=layout, at=AT, **{**defaults, **keys})


def context(board: Dashboard | None = None, labels: Mapping[str, Label] = LABELS) -> Context:
    board = board or dashboard()
    return Context.of(board, load_theme(board.theme), "USD", labels)


def answer(rows: Sequence[Row], **keys: Any) -> Answer:
    return Answer(rows, **{"start": START, "end": END, **keys})


def picture(one: Widget, rows: Sequence[Row], **keys: Any) -> Picture:
    return kind(one.type).draw(one, answer(rows, **keys), context())


def days(count: int) -> list[str]:
    first = datetime(2025, 6, 1, tzinfo=UTC)
    return [f"{first + timedelta(days=n):%Y-%m-%d}T00:00:00+02:00" for n in range(count)]


def warning(value: float) -> Thresholds:
    return Thresholds(warning=value, critical=None, units=frozenset(), at=AT)


def values(spec: Mapping[str, Any]) -> list[Row]:
    found: list[Row] = spec["data"]["values"]
    return found


def layers(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec.get("layer", [spec])
    return found


def axis(spec: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The ticks, texts and ends of an axis."""
    found: dict[str, Any] = next(param["value"] for param in spec["params"] if param["name"] == name)
    return found


def channels(spec: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """What every layer says about a channel."""
    return [layer["encoding"][name] for layer in layers(spec) if name in layer.get("encoding", {})]
