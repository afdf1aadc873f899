"""What `data.json` must contain."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tests.oracle.board import Board, Question
from tests.oracle.board import walk as walk
from tests.oracle.events import Event
from tests.oracle.hiding import Hiding
from tests.oracle.metrics import CATALOGUE, Definition
from tests.oracle.widgets import KINDS


def expect(
    project: dict[str, Any],
    dashboard: dict[str, Any],
    events: list[Event],
    *,
    catalogue: Mapping[str, Definition] = CATALOGUE,
    now: int | None = None,
    fields: Collection[str] | None = None,
) -> dict[str, Any]:
    """The default view of the dashboard. Keys that begin with `_` are for `compare` alone; see `plain`.

    Of a source that has only `fields`, widgets that may hide show what they can.
    """
    board = Board(project, dashboard, events, catalogue, now)
    shown = Question(board, {"type": "text"}).range
    return {
        "format": 1,
        "as_of": board.iso(board.at.as_of),
        "time_range": {"from": board.iso(shown.start), "to": board.iso(shown.end)},
        "widgets": {
            name: {"type": widget["type"], **KINDS[widget["type"]](Question(board, widget))}
            for name, widget in shown_widgets(project, dashboard, fields)
        },
    }


def shown_widgets(
    project: dict[str, Any], dashboard: dict[str, Any], fields: Collection[str] | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every widget that has numbers, as the source can answer it."""
    hiding = None if fields is None else Hiding(project, fields)
    for name, widget in identified(dashboard):
        may_hide = widget.get("if_missing", dashboard.get("if_missing")) == "hide"
        fitted = hiding.fitted(widget) if hiding and may_hide else widget
        if fitted is not None:
            yield name, fitted


def plain(expected: dict[str, Any]) -> dict[str, Any]:
    """Only what `data.json` holds, as JSON values."""
    widgets = {
        name: {key: value for key, value in widget.items() if not key.startswith("_")}
        for name, widget in expected["widgets"].items()
    }
    return {**expected, "widgets": widgets}


def identified(dashboard: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every widget that has numbers, under its own id or `<type>-<metric>[-by-<dimension>]`, numbered when repeated."""
    seen: dict[str, int] = {}
    for widget in walk(dashboard["layout"]):
        name = widget.get("id") or _default_id(widget)
        seen[name] = seen.get(name, 0) + 1
        if widget["type"] != "text":
            yield (name if seen[name] == 1 else f"{name}-{seen[name]}"), widget


def _default_id(widget: dict[str, Any]) -> str:
    subject = widget.get("metric") or (widget.get("metrics") or [widget.get("of") or "records"])[0]
    by = widget.get("by")
    dimension = by[0] if isinstance(by, list) else by
    return f"{widget['type']}-{subject}" + (f"-by-{dimension}" if dimension else "")
