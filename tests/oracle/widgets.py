"""The rows of each kind of widget."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.oracle import calendar, ranking
from tests.oracle.board import Keyed, Question, Row, grouped, known, open_filters
from tests.oracle.events import Event
from tests.oracle.ranking import Key, Ranked

Answer = dict[str, Any]
Fold = tuple[dict[str, Any], list[Event], list[Key]]
"""The `by` columns of a row, its events now, and the groups that it stands for."""


def card(ask: Question) -> Answer:
    row = ask.whole(ask.now)
    if ask.compared:
        row |= ask.comparison(row, ask.whole(ask.before, ask.previous))
    if not ask.widget.get("spark"):
        return {"rows": [row]}
    return {"rows": [row], "spark": _spark(ask, ask.now)}


def _spark(ask: Question, events: list[Event]) -> list[Row]:
    """The first metric of these events, bucket by bucket."""
    name, buckets = ask.names[0], ask.buckets(ask.widget.get("every"))
    starts = [start for start, _ in buckets]
    inside: dict[int, list[Event]] = {}
    for event in events:
        inside.setdefault(bisect_right(starts, event.time) - 1, []).append(event)
    return [
        {"time": ask.board.iso(start), name: ask.bucket(inside.get(at, []), start, end)[name]}
        for at, (start, end) in enumerate(buckets)
    ]


# ---- groups -------------------------------------------------------------------------------------


def groups(ask: Question) -> Answer:
    """Bars, pies and tables: a row per group that has an event in the range."""
    by = ask.widget["by"]
    dimensions = tuple(by) if isinstance(by, list) else (by,)
    ranked = rank(ask, dimensions, ask.widget.get("order"), ask.widget.get("top"))
    if "series" in ask.widget:
        return _split(ask, ranked)

    def make(order: list[Key]) -> list[Row]:
        return [
            {**columns, **_compared(ask, events, keys, order[: ranked.top], dimensions), **_course(ask, events)}
            for columns, events, keys in folded(ask, ranked, order)
        ]

    return {"rows": make(ranked.order), "_orders": [ranked], "_make": make}


def _course(ask: Question, events: list[Event]) -> Row:
    return {"spark": _spark(ask, events)} if ask.widget.get("spark") else {}


def _split(ask: Question, ranked: Ranked) -> Answer:
    """A row per pair; the first dimension's rank goes before the series' rank."""
    column = ask.widget["series"]
    series = rank(ask, (column,), within=ranked.columns)

    def make(order: list[Key], series_order: list[Key]) -> list[Row]:
        rows = []
        for columns, events, _ in folded(ask, ranked, order):
            parts = grouped(events, (column,))
            rows += [{**columns, column: key[0], **ask.whole(parts[key])} for key in series_order if key in parts]
        return rows

    return {"rows": make(ranked.order, series.order), "_orders": [ranked, series], "_make": make}


def _compared(ask: Question, events: list[Event], keys: list[Key], kept: list[Key], dimensions: tuple[str, ...]) -> Row:
    row = ask.whole(events)
    if ask.compared:
        row |= ask.comparison(row, ask.whole(_before(ask, keys, kept, dimensions), ask.previous))
    return row


def _before(ask: Question, keys: list[Key], kept: list[Key], dimensions: tuple[str, ...]) -> list[Event]:
    """The group's events of the period before; of the rest: everything outside the kept groups."""
    found = grouped(ask.before, dimensions)
    return _together(found, keys if set(keys) <= set(kept) else [key for key in found if key not in kept])


def rank(
    ask: Question,
    dimensions: tuple[str, ...],
    order: str | None = None,
    top: int | None = None,
    within: tuple[str, ...] = (),
) -> Ranked:
    """The groups with an event in the range, by the widget's order: its first metric descending unless said."""
    found = grouped(ask.now, dimensions)
    name = (order or f"-{ask.names[0]}").lstrip("-")
    descending = order is None or order.startswith("-")
    if name in dimensions:
        ordered = ranking.by_dimension(list(found), dimensions.index(name), descending=descending)
        return Ranked(dimensions, ordered, {}, descending, top, within)
    values = {key: ask.rank_value(name, events) for key, events in found.items()}
    return Ranked(dimensions, ranking.by_metric(values, descending=descending), values, descending, top, within)


def folded(ask: Question, ranked: Ranked, order: list[Key]) -> list[Fold]:
    """The first groups each, then the rest as one."""
    found = grouped(ask.now, ranked.columns)
    kept, rest = order[: ranked.top], order[len(order[: ranked.top]) :]
    rows: list[Fold] = [(dict(zip(ranked.columns, key, strict=True)), found[key], [key]) for key in kept]
    if rest and ask.widget.get("other", True):
        rows.append(({key: {"other": len(rest)} for key in ranked.columns}, _together(found, rest), rest))
    return rows


def _together(found: Keyed, keys: list[Key]) -> list[Event]:
    return [event for key in keys for event in found.get(key, [])]


# ---- lines --------------------------------------------------------------------------------------


def line(ask: Question) -> Answer:
    if "series" not in ask.widget:
        return {"rows": [_point(ask, {}, None, *bucket) for bucket in ask.buckets(ask.widget.get("every"))]}
    column = ask.widget["series"]
    ranked = rank(ask, (column,), ask.widget.get("order"), ask.widget.get("top"), within=("time",))

    def make(order: list[Key]) -> list[Row]:
        kept = [key[0] for key in order[: ranked.top]]
        series = [
            (columns, (lambda value, own=keys[0][0]: value == own) if keys[0][0] in kept else lambda v: v not in kept)
            for columns, _, keys in folded(ask, ranked, order)
        ]
        buckets = ask.buckets(ask.widget.get("every"))
        return [_point(ask, columns, belongs, *bucket) for bucket in buckets for columns, belongs in series]

    return {"rows": make(ranked.order), "_orders": [ranked], "_make": make}


def _point(ask: Question, columns: dict[str, Any], belongs: Callable[[Any], bool] | None, start: int, end: int) -> Row:
    """One bucket of the series that its values belong to; the rest is everything that has no series of its own."""

    def events(low: int, high: int) -> list[Event]:
        found = ask.between(low, high)
        if belongs is None:
            return found
        return [event for event in found if belongs(event.dimensions[ask.widget["series"]])]

    row = ask.bucket(events(start, end), start, end)
    if ask.compared:
        low, high = ask.shift(start), ask.shift(end)
        row |= ask.comparison(row, ask.bucket(events(low, high), low, high) if low < high else None)
    return {"time": ask.board.iso(start), **columns, **row}


# ---- grids --------------------------------------------------------------------------------------


def heatmap(ask: Question) -> Answer:
    rows, columns = ask.widget.get("rows", "weekday"), ask.widget.get("columns", "hour")
    return _week(ask) if (rows, columns) == ("weekday", "hour") else _grid(ask, rows, columns)


def _week(ask: Question) -> Answer:
    zone = ask.board.zone
    cells: dict[tuple[int, int], list[Event]] = {}
    for event in ask.now:
        cells.setdefault(calendar.cell(event.time, zone), []).append(event)

    def length(day: int, hour: int) -> Callable[[frozenset[str]], int]:
        def of(sources: frozenset[str]) -> int:
            first = ask.board.first(sources)
            opening = ask.range.end if first is None else max(ask.range.start, first)
            return calendar.cell_lengths(opening, ask.range.end, zone).get((day, hour), 0)

        return of

    return {
        "rows": [
            {"weekday": day, "hour": hour, **ask.part(cells.get((day, hour), []), length(day, hour))}
            for day in range(1, 8)
            for hour in range(24)
        ]
    }


def _grid(ask: Question, row: str, column: str) -> Answer:
    """The cross product of the values that are present."""
    rows, columns = rank(ask, (row,)), rank(ask, (column,), within=(row,))
    cells = grouped(ask.now, (row, column))

    def make(row_order: list[Key], column_order: list[Key]) -> list[Row]:
        return [
            {row: down[0], column: across[0], **ask.whole(cells.get((*down, *across), []))}
            for down in row_order
            for across in column_order
        ]

    return {"rows": make(rows.order, columns.order), "_orders": [rows, columns], "_make": make}


# ---- histograms and records ---------------------------------------------------------------------


def histogram(ask: Question) -> Answer:
    """No rows of its own: the values, by group, that any honest rows must count."""
    name, by, top = ask.widget["of"], ask.widget.get("by"), ask.widget.get("top")
    counted = [event for event in ask.now if event.fields[name] is not None]
    found = grouped(counted, (by,) if by else ())
    order = ranking.by_metric({key: sum(event.events for event in events) for key, events in found.items()})
    kept, rest = order[:top], order[len(order[:top]) :]
    values = {repr(key[0] if by else None): shown(found[key], name) for key in kept}
    if rest and ask.widget.get("other", True):
        values[repr({"other": len(rest)})] = shown(_together(found, rest), name)
    return {"rows": [], "_by": by, "_values": values}


def shown(events: list[Event], name: str) -> list[float]:
    """The field's values in the unit they are displayed in, ascending."""
    held = sorted(value for event in events if (value := event.fields[name]) is not None)
    return [float(Fraction(value) / events[0].scales[name]) for value in held]


def records(ask: Question) -> Answer:
    """The newest of what the page holds, and of these the ones that are chosen."""
    fields, chosen = ask.widget["records"], {id(event) for event in ask.now}
    chosen_by = [name for name in open_filters(ask.board.dashboard) if name != "time_range"]
    rows = []
    for event in ask.shelf:
        more = [event.dimensions[name] for name in chosen_by if name in known(event)]
        rows.append((event, [_field(event, name) for name in fields], more))
    rows.sort(key=lambda row: (-row[0].time, [_place(value) for value in (*row[1], *row[2])]))
    newest = [(event, values) for event, values, _ in rows[: ask.widget.get("newest", 50)]]
    return {"rows": [_record(ask, fields, event, values) for event, values in newest if id(event) in chosen]}


def _record(ask: Question, fields: list[str], event: Event, values: list[Any]) -> Row:
    shown = zip(fields, values, strict=True)
    return {name: ask.board.iso(event.time) if name == "time" else value for name, value in shown}


def _field(event: Event, name: str) -> Any:
    if name == "time":
        return event.time
    if name in event.dimensions:
        return event.dimensions[name]
    held, scale = event.fields[name], event.scales[name]
    return held if held is None or scale == 1 else float(Fraction(held) / scale)


def _place(value: Any) -> tuple[bool, Any]:
    return value is None, "" if value is None else value


def table(ask: Question) -> Answer:
    return records(ask) if "records" in ask.widget else groups(ask)


KINDS: dict[str, Callable[[Question], Answer]] = {
    "card": card,
    "line": line,
    "bar": groups,
    "pie": groups,
    "heatmap": heatmap,
    "histogram": histogram,
    "table": table,
}
