"""Widgets into rows of twelve columns, and the sizes at which their charts are drawn.

A chart is drawn twice, for a phone's column and for its own one on a desk, which differ in how much they say. The page
shows the one that fits; it follows its column's width, and its text keeps its size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashgen.model import Widget

COLUMNS = 12
_LEAST = {"card": 3, "pie": 4, "heatmap": 12, "table": 12, "text": 12}
_LEAST_OF_CHARTS = 6

NARROW = 340
"""What a column is wide on a phone."""
BREAK = 480
"""From this width on, in pixels of the widget's inside, the drawing for a desk is shown."""
TALL = 640
"""Pixels: a higher drawing scrolls inside its widget."""
_SHEET = 820
"""Pixels that a drawing has on a sheet of paper, of A4 as of Letter, beside its title, note and legend."""
_ON_PAPER = (100, 85, 70, 60)
"""Percentages at which what is higher is printed; smaller ones nobody could read."""
_CONTENT = 1310
_GAP = 16
_INSIDE = 38
"""A widget's padding and border, both sides."""
_ROW = 80
HEIGHTS = {rows: rows * (_ROW + _GAP) - _GAP for rows in range(1, 25)}
"""Rows of the grid → pixels of a widget."""
_AROUND_CHART = 140
"""What a widget needs beside its chart: padding, title, legend, the table's handle."""


def spans(widgets: Sequence[Widget]) -> list[int]:
    """How many columns each widget takes. What was written stays; the others share what their row has left."""
    return [span for row in rows(widgets) for _, span in row]


def rows(widgets: Sequence[Widget]) -> list[list[tuple[Widget, int]]]:
    """The rows on a desk: widgets and how many columns each takes."""
    parts = [widgets[row.start : row.stop] for row in _rows([_least(widget) for widget in widgets])]
    return [list(zip(part, _stretched(part), strict=True)) for part in parts]


def _least(widget: Widget) -> int:
    return widget.width or _LEAST.get(widget.type, _LEAST_OF_CHARTS)


def _rows(widths: Sequence[int]) -> list[range]:
    """The breaks with the fewest rows, and among those the least ragged ones, longer rows first."""
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    for end in range(1, len(widths) + 1):
        best.append(min(_endings(widths, best, end)))
    rows: list[range] = []
    end = len(widths)
    while end:
        rows.append(range(-best[end][2], end))
        end = -best[end][2]
    return rows[::-1]


def _endings(widths: Sequence[int], best: Sequence[tuple[int, int, int]], end: int) -> Iterator[tuple[int, int, int]]:
    for start in range(end - 1, -1, -1):
        slack = COLUMNS - sum(widths[start:end])
        if slack < 0 and start < end - 1:
            return
        yield best[start][0] + 1, best[start][1] + slack * slack, -start


def _stretched(row: Sequence[Widget]) -> list[int]:
    widths = [min(_least(widget), COLUMNS) for widget in row]
    free = [n for n, widget in enumerate(row) if widget.width is None]
    for turn in range(COLUMNS - sum(widths) if free else 0):
        widths[free[turn % len(free)]] += 1
    return widths


def drawn_widths(span: int) -> tuple[int, ...]:
    """The widths in pixels at which a chart in a widget of `span` columns is drawn, ascending."""
    return NARROW, max(inside(span), BREAK)


def chart_height(rows: int) -> int:
    """The pixels that are left for a chart in a widget of so many rows."""
    return max(100, HEIGHTS[rows] - _AROUND_CHART)


def inside(span: int) -> int:
    """The pixels that a widget of `span` columns has for its content, on a desk."""
    return round((_CONTENT + _GAP) / COLUMNS * span - _GAP - _INSIDE)


_MOST_GROWTH = 1.6


def levelled(charts: Sequence[tuple[int, int]]) -> list[int]:
    """Heights with which the charts of a row end at one line, for each its own height and what stands under it.

    None shrinks, and none grows to more than a chart of its kind can bear.
    """
    lowest = max((height + under for height, under in charts), default=0)
    return [max(height, min(lowest - under, round(height * _MOST_GROWTH))) for height, under in charts]


def tall(height: int) -> str:
    """The classes of a drawing that is higher than a screen: paper cannot scroll, and does not cut a bar in two.

    It is printed smaller, or where that is not enough its numbers are, as a table.
    """
    if height <= TALL:
        return ""
    fitting = (percent for percent in _ON_PAPER if height * percent <= 100 * _SHEET)
    return next((f"tall paper-{percent}" for percent in fitting), "tall listed")


def stylesheet() -> str:
    """Which of a chart's drawings is seen, by the width of its widget."""
    shown = ".drawing.v0,.legend.labelled{display:none}.drawing.v1{display:block}"
    tall = f".tall{{max-height:{TALL}px;overflow-y:auto}}"
    smaller = "".join(f".paper-{percent}{{zoom:{percent}%}}" for percent in _ON_PAPER[1:])
    paper = f"@media print{{.tall{{max-height:none;overflow:visible}}{smaller}}}"
    return f".drawing.v1{{display:none}}\n@container (min-width:{BREAK}px){{{shown}}}\n{tall}\n{paper}\n"
