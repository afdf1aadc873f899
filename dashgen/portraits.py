"""A widget as an SVG of its own: its heading, what the page shows of it, and its notes, laid out by measured text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashgen import captions, cldr, measure
from dashgen.charts import MEASURED_FONT
from dashgen.draw import DrawnDashboard, DrawnWidget
from dashgen.markup import icons, render, trusted
from dashgen.names import shorten
from dashgen.tables import Cell, Column
from dashgen.titles import title
from dashgen.widgets.base import Context

FONTS = f"{MEASURED_FONT}, Arial, Helvetica, sans-serif"
"""The others have its widths, where it is not installed."""
EDGE = 20
_LEAST, _STATE = 320, 400
_HEAD, _LINE, _TEXT, _SMALL = 46, 18, 13, 12
_NUMBER, _UNIT = 36, 16
_SPARK = 60
_ROW, _GAP, _BAR, _SPARK_CELL = 32, 28, 76, 120
_LONGEST, _LONGEST_NOTE = 60, 600
"""Characters of a cell and of a note: a picture cannot scroll."""


_MARKS = re.compile("[\u061c\u200e\u200f]")
"""Of direction: they take no room."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of one look in a line of text; `gap` is the room before it."""

    text: str
    role: str = "text"
    size: int = _TEXT
    bold: bool = False
    gap: int = 0

    @property
    def width(self) -> float:
        return self.gap + measure.width(_MARKS.sub("", self.text), self.size)


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between heading and notes: a template, its size in pixels and what it shows."""

    template: str
    width: float
    height: int
    values: Mapping[str, Any]
    state: str = ""
    """A threshold that was passed marks the whole picture's side."""


def portrait(shown: DrawnWidget, drawn: DrawnDashboard, chart: str = "") -> str:
    """The widget with what the page says around it. `chart` is the SVG of one that has a chart to show."""
    context = drawn.context
    head = _heading(shown, context)
    body = _body(shown, context, chart)
    width = round(max(_LEAST, body.width, sum(span.width for span in head) + 2 * EDGE))
    room = width - 2 * EDGE
    above = _lines((shown.widget.note or "", captions.reach(shown.answer, context)), room)
    below = _lines((*shown.answer.notes, *shown.picture.remarks), room)
    top = _HEAD + _LINE * len(above)
    end = top + body.height + (_LINE * len(below) + 14 if below else 0)
    return render(
        f"{body.template}.svg",
        **body.values,
        **_Side(width, cldr.direction(context.dashboard.lang) == "rtl").placing(),
        fonts=FONTS,
        colours=context.theme.colours,
        icons=icons(),
        words=context.words,
        head=head,
        above=above,
        below=below,
        top=top,
        line=_LINE,
        width=width,
        inner=body.height,
        height=end,
        state=body.state,
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """Places counted from where reading begins."""

    width: int
    is_right: bool

    def at(self, x: float) -> int:
        return round(self.width - x if self.is_right else x)

    def box(self, x: float, width: float) -> int:
        """The left edge of a box."""
        return round(self.width - x - width if self.is_right else x)

    def placing(self) -> dict[str, Any]:
        start, end = ("end", "start") if self.is_right else ("start", "end")
        return {"at": self.at, "box": self.box, "start": start, "end": end, "rtl": self.is_right, "edge": EDGE}


def _heading(shown: DrawnWidget, context: Context) -> list[Span]:
    name = shorten(title(shown.widget, context.labels, context.words), _LONGEST * 2)
    pinned, bound = captions.pinned(shown.widget, shown.answer, context), captions.bound(shown.widget, context)
    found = [Span(name, "muted", 14, bold=True)]
    found += [Span(f"· {pinned}", "muted", 14, gap=5)] if pinned else []
    return found + ([Span(bound, "muted", _SMALL, gap=6)] if bound else [])


def _body(shown: DrawnWidget, context: Context, chart: str) -> Body:
    if shown.answer.failure:
        return _state("failed", (context.words("no-numbers"), shown.answer.failure))
    if chart:
        return _chart(chart)
    figure = shown.picture.figure
    if shown.picture.empty or figure is None:
        is_filtered = any(one.default and one.dimension != "time_range" for one in context.dashboard.filters)
        return _state("empty", (context.words("nothing-chosen" if is_filtered else "nothing"),))
    if figure.template == "table":
        return _table(figure.values["columns"], figure.values["rows"])
    return _card(figure.values, context)


# ---- kinds ----------------------------------------------------------------------------------


def _state(name: str, said: Sequence[str]) -> Body:
    lines = _lines(said, _STATE - 4 * EDGE)
    return Body("state", _STATE, 78 + _LINE * len(lines) + EDGE, {"name": name, "lines": lines})


_SIZE = re.compile(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"')


def _chart(svg: str) -> Body:
    found = _SIZE.match(svg)
    assert found, "the renderer says its size"
    width, height = (float(side) for side in found.groups())
    return Body("chart", width, round(height), {"chart": trusted(svg)})


def _card(values: Mapping[str, Any], context: Context) -> Body:
    shown, change, state = values["shown"], values["change"], values["state"]
    number = [Span(shown.text, size=_NUMBER, bold=True)]
    number += [Span(shown.unit, "muted", _UNIT, gap=6)] if shown.unit else []
    number += [Span(values["bound"], "muted", _SMALL, gap=6)] if values["bound"] else []
    after = EDGE + sum(span.width for span in number) + 8
    badge = _Pill(after, context.words(state), state, icon=True) if state else None
    told = [Span(change.text, change.tone, bold=change.tone != "muted")] if change else []
    told += [Span(change.before, "muted", gap=5)] if change and change.before else []
    wide = max(after + (badge.width if badge else 0), EDGE + sum(span.width for span in told))
    height = (50, 74)[bool(told)] + (_SPARK if values["spark"] else 0)
    parts = {"number": number, "badge": badge, "change": told, "spark": values["spark"]}
    return Body("card", wide + EDGE, height, parts, state)


@dataclass(frozen=True, slots=True)
class _Pill:
    """A tone and its text on a ground of their own; `x` is where it begins."""

    x: float
    text: str
    tone: str
    icon: bool = False

    @property
    def width(self) -> int:
        return round(measure.width(self.text, _SMALL)) + (33 if self.icon else 16)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A column: where its room begins and how wide that is, from where reading begins."""

    head: Sequence[Span]
    x: float
    room: float
    numeric: bool

    @property
    def mark(self) -> float:
        """Where its texts stand: numbers at the end of their room."""
        return self.x + self.room if self.numeric else self.x


def _table(columns: Sequence[Column], whole: Sequence[Sequence[Cell]]) -> Body:
    rows = [[replace(cell, text=shorten(cell.text, _LONGEST)) for cell in row] for row in whole]
    heads = [_column_head(column) for column in columns]
    rooms = [max([sum(span.width for span in head), *(_room(row[n]) for row in rows)]) for n, head in enumerate(heads)]
    spare = _LEAST - 2 * EDGE - sum(rooms) - _GAP * (len(rooms) - 1)
    gap = _GAP + max(0.0, spare / max(1, len(rooms) - 1))
    placed, x = [], float(EDGE)
    for column, head, room in zip(columns, heads, rooms, strict=True):
        placed.append(_Placed(head, x, room, column.numeric))
        x += room + gap
    cells = [[(at, cell, _pill(cell, at)) for at, cell in zip(placed, row, strict=True)] for row in rows]
    return Body("table", x - gap + EDGE, 28 + _ROW * len(rows) + 4, {"columns": placed, "rows": cells, "step": _ROW})


def _column_head(column: Column) -> list[Span]:
    found = [Span(shorten(column.title, _LONGEST), "muted")]
    return found + ([Span(column.bound, "muted", _SMALL, gap=5)] if column.bound else [])


def _room(cell: Cell) -> float:
    if cell.spark:
        return _SPARK_CELL
    text = measure.width(cell.text, _TEXT)
    if cell.pill:
        return _Pill(0, cell.text, cell.tone).width
    return text if cell.bar is None else max(_BAR, text + 12)


def _pill(cell: Cell, column: _Placed) -> _Pill | None:
    if not cell.pill:
        return None
    found = _Pill(column.x, cell.text, cell.tone)
    return replace(found, x=column.mark - found.width) if column.numeric else found


# ---- text in lines --------------------------------------------------------------------------

_ISOLATES = re.compile("[\u2066-\u2069]")


def _lines(texts: Sequence[str], room: float) -> list[str]:
    return [line for text in texts if text for line in _wrapped(shorten(text, _LONGEST_NOTE), room)]


def _wrapped(text: str, room: float) -> Iterator[str]:
    """Lines of at most so many pixels, broken between words, and inside of those that fill more than a line.

    Isolates would end in another line than the one that they begin in.
    """
    line = ""
    for word in re.findall(r"\s*\S+", _ISOLATES.sub("", text)):
        for piece in [word] if measure.width(word, _TEXT) <= room else word:
            if line and measure.width(line + piece, _TEXT) > room:
                yield line
                line = piece.lstrip()
            else:
                line += piece
    if line.strip():
        yield line.strip()
