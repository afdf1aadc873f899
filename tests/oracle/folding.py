"""A dimension of which a page tells only some values apart: its rows, put together from those of the parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = dict[str, Any]
Rows = Callable[[Mapping[str, Any]], list[Row]]
"""What a widget shows where every value is told apart."""
Ask = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""All that the oracle knows of it."""


def folded(widget: Mapping[str, Any], kept: Sequence[Any], gone: Sequence[Any], rows: Rows) -> list[Row]:
    """Of a line with a series, or of groups by one dimension that are ranked by what is exact."""
    name = widget["series"] if widget["type"] == "line" else widget["by"]
    bare = {key: value for key, value in widget.items() if key not in ("top", "other")}
    known = rows(_only(bare, name, kept))
    order = list(dict.fromkeys(row[name] for row in known))
    shown = order[: widget.get("top", len(order))]
    others = order[len(shown) :] + (list(gone) if _occur(name, gone, rows) else [])
    found = [row for row in known if row[name] in shown]
    if not others or not widget.get("other", True):
        return found
    rest = [{name: {"other": len(others)}, **row} for row in _together(_only(bare, name, others), rows)]
    return sorted(found + rest, key=lambda row: str(row["time"])) if widget["type"] == "line" else found + rest


def folded_grid(widget: Mapping[str, Any], kept: Sequence[Any], gone: Sequence[Any], rows: Rows) -> list[Row]:
    """Of a heatmap of counts whose rows are folded: the rest is its last one, and no column is missing."""
    name, across, metric = widget["rows"], widget["columns"], widget["metric"]
    listed = {"type": "table", "metrics": [metric]}
    down = [row[name] for row in rows(_only({**listed, "by": name}, name, kept))]
    columns = [row[across] for row in rows({**listed, "by": across})]
    cells = {(row[name], row[across]): row[metric] for row in rows(_only(widget, name, kept))}
    found = [{name: a, across: b, metric: cells.get((a, b), 0)} for a in down for b in columns]
    if not _occur(name, gone, rows):
        return found
    rest = {row[across]: row[metric] for row in rows(_only({**listed, "by": across}, name, gone))}
    return found + [{name: {"other": len(gone)}, across: b, metric: rest.get(b, 0)} for b in columns]


def folded_sizes(widget: Mapping[str, Any], kept: Sequence[Any], gone: Sequence[Any], ask: Ask) -> Mapping[str, Any]:
    """What a histogram by a folded dimension must count, as `compare_widget` takes it."""
    name = widget["by"]
    bare = {key: value for key, value in widget.items() if key != "top"}
    known = ask(_only(bare, name, kept))
    order = {repr(value): value for value in kept}
    ranked = [order[key] for key in known["_values"]]
    shown = ranked[: widget["top"]]
    lost = _sizes(bare, name, gone, ask)
    others = ranked[len(shown) :] + (list(gone) if lost else [])
    values = {repr(value): known["_values"][repr(value)] for value in shown}
    rest = {repr({"other": len(others)}): _sizes(bare, name, others, ask)} if others else {}
    return {**known, "_values": values | rest}


def _sizes(widget: Mapping[str, Any], name: str, values: Sequence[Any], ask: Ask) -> list[float]:
    whole = {key: value for key, value in _only(widget, name, values).items() if key != "by"}
    return next(iter(ask(whole)["_values"].values()), [])


def _only(widget: Mapping[str, Any], name: str, values: Sequence[Any]) -> dict[str, Any]:
    return {**widget, "where": {**widget.get("where", {}), name: list(values)}}


def _occur(name: str, values: Sequence[Any], rows: Rows) -> bool:
    return bool(rows(_only({"type": "table", "by": name, "metrics": ["requests"]}, name, values)))


def _together(widget: Mapping[str, Any], rows: Rows) -> list[Row]:
    """The widget's metrics over all of its events, not by anything."""
    if widget["type"] == "line":
        return rows({key: value for key, value in widget.items() if key != "series"})
    names = widget.get("metrics") or [widget["metric"]]
    cards = [rows({"type": "card", "metric": name, "where": widget["where"]}) for name in names]
    return [{key: value for (row,) in cards for key, value in row.items()}]
