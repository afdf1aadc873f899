"""Pictures of their own: charts through the renderer, cards and tables from SVG templates, whole pages in a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from dashgen import browser, measure, standalone
from dashgen.charts import MEASURED_FONT
from dashgen.draw import DrawnDashboard, DrawnWidget, rendering
from dashgen.markup import render
from dashgen.names import shorten
from dashgen.render import Renderer
from dashgen.tables import Cell, Column
from dashgen.titles import title
from dashgen.widgets.base import Figure

Format = Literal["png", "svg", "pdf"]
_CARD, _SPARK, _LEAST = 320, 60, 320
_EDGE, _GAP, _ROW, _HEAD, _TEXT = 20, 28, 30, 84, 13
_SPARK_CELL = 120
_LONGEST = 60
"""Characters of a cell: a picture cannot scroll."""


def pages(files: Mapping[str, bytes], names: Sequence[str], style: Format) -> Iterator[tuple[str, bytes]]:
    """`ID.png` or `ID.pdf` for each dashboard's page in `files`; nothing for SVG, and where there is no browser."""
    program = browser.find()
    if style == "svg" or program is None:
        return
    with TemporaryDirectory(prefix="dashgen-") as folder, browser.opened(program) as opened:
        for path, content in files.items():
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        for name in names:
            yield f"{name}.{style}", opened.capture(Path(folder, name, "index.html"), style)


def widgets(dashboards: Sequence[DrawnDashboard], style: Format, renderer: Renderer) -> Iterator[tuple[str, bytes]]:
    """Path and content for every widget that shows numbers. Raises Failure at one that cannot be drawn."""
    for drawn in dashboards:
        for name, shown in drawn.widgets.items():
            with rendering(shown.widget):
                svg = _svg(shown, drawn, renderer)
                content = svg.encode() if style == "svg" or not svg else renderer.convert(name, svg, style)
            if content:
                yield f"{drawn.dashboard.id}/images/{name}.{style}", content


def _svg(shown: DrawnWidget, drawn: DrawnDashboard, renderer: Renderer) -> str:
    """Nothing for a text, and where there is nothing to see."""
    picture, context = shown.picture, drawn.context
    name = title(shown.widget, context.labels, context.words)
    if picture.empty or shown.answer.failure:
        return ""
    if picture.chart is not None:
        spec = standalone.specification(picture.chart, picture.frame, name, context.theme)
        spec["config"] |= {"font": MEASURED_FONT}
        return renderer.picture(shown.widget.id, spec)
    if picture.figure is None:
        return ""
    common = {"title": name, "font": MEASURED_FONT, "colours": context.theme.colours, "words": context.words}
    return render(f"{picture.figure.template}.svg", **common, **_laid(picture.figure, name))


def _laid(figure: Figure, name: str) -> Mapping[str, Any]:
    """What the template needs, with its sizes."""
    if figure.template == "table":
        return _table(figure.values["columns"], figure.values["rows"], name)
    change, spark = figure.values["change"], figure.values["spark"]
    line = measure.width(f"{change.text} {change.before}", _TEXT) if change else 0
    width = max(_CARD, round(max(line, measure.width(name, 14))) + 2 * _EDGE)
    return {**figure.values, "width": width, "height": 120 + (_SPARK if spark else 0)}


def _table(columns: Sequence[Column], whole: Sequence[Sequence[Cell]], name: str) -> Mapping[str, Any]:
    rows = [[replace(cell, text=shorten(cell.text, _LONGEST)) for cell in row] for row in whole]
    widths = [
        max([measure.width(column.title, _TEXT), *(_room(row[n]) for row in rows)]) for n, column in enumerate(columns)
    ]
    placed, left = [], float(_EDGE)
    for column, room in zip(columns, widths, strict=True):
        x, anchor = (left + room, "end") if column.numeric else (left, "start")
        placed.append({"title": column.title, "x": round(x), "anchor": anchor})
        left += room + _GAP
    width = max(_LEAST, round(left - _GAP + _EDGE), round(measure.width(name, 14)) + 2 * _EDGE)
    return {"columns": placed, "rows": rows, "width": width, "height": _HEAD + _ROW * len(rows)}


def _room(cell: Cell) -> float:
    return _SPARK_CELL if cell.spark else measure.width(cell.text, _TEXT)
