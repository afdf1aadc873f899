"""A metric over two dimensions; weekday by hour unless said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen import axes, charts, legends, summaries, tables
from dashgen.categories import Categories
from dashgen.model import Widget
from dashgen.plan.views import Grid
from dashgen.theme import SEQUENTIAL, ink
from dashgen.widgets.base import Answer, Context, Drawing, Frame, Picture, Row

if TYPE_CHECKING:
    from dashgen.node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Heatmap(Widget):
    metric: str
    rows: str
    columns: str


class HeatmapKind:
    name: ClassVar[str] = "heatmap"
    spec: ClassVar[type[Widget]] = Heatmap

    def parse(self, node: Node, common: dict[str, Any]) -> Heatmap:
        return Heatmap(
            metric=node.get("metric"),
            rows=node.get("rows", "weekday"),
            columns=node.get("columns", "hour"),
            **common,
        )

    def view(self, widget: Heatmap) -> Grid:
        return Grid(widget.metric, widget.rows, widget.columns)

    def draw(self, widget: Heatmap, answer: Answer, context: Context) -> Picture:
        label = context.labels[widget.metric]
        values = [row[widget.metric] for row in answer.rows if row[widget.metric] is not None]
        ends = [context.write.value(value, label).joined for value in _domain(values)]
        rows = Categories.of((_named(widget.rows, row, context) for row in answer.rows), context.write)
        columns = Categories.of((_named(widget.columns, row, context) for row in answer.rows), context.write)
        spec = _spec(widget, answer.rows, rows, columns, _domain(values), context)
        return Picture(
            chart=spec,
            frame=_frame(rows, columns, widget, 30),
            narrow=Drawing(spec, _frame(rows, columns, widget, 22)),
            legend=legends.scale(*ends) if values else "",
            table=_table(widget, answer, context, rows, columns),
            summary=summaries.summary("heatmap", (widget.metric,), answer, context),
            empty=not any(values),
        )


def _named(dimension: str, row: Row, context: Context) -> Any:
    """A cell's place: weekdays and hours in words, else the dimension's value."""
    value = row[dimension]
    if isinstance(value, int) and dimension in ("weekday", "hour"):
        return context.write.weekday(value) if dimension == "weekday" else context.write.hour(value)
    return value


def _domain(values: Sequence[float]) -> tuple[float, float]:
    """From zero, or from the least where values go below or lie close together far above it."""
    if not values:
        return 0, 1
    low, high = min(values), max(values)
    low = low if low < 0 or low > high / 2 else 0
    return (low, high) if low < high else (0, high or 1)


def _frame(rows: Categories, columns: Categories, widget: Heatmap, lane: int) -> Frame:
    left = axes.name_room(rows)
    bottom = 24 + round(4.6 * min(columns.longest, 20)) if _slanted(columns) else 26
    return Frame(height=max(1, len(rows.names)) * lane + bottom + 4, left=left, right=2, top=4, bottom=bottom)


def _spec(
    widget: Heatmap,
    rows: Sequence[Row],
    down: Categories,
    along: Categories,
    domain: tuple[float, float],
    context: Context,
) -> charts.Spec:
    import altair as alt

    cells = [
        {
            "r": down.name(_named(widget.rows, row, context)),
            "c": along.name(_named(widget.columns, row, context)),
            "v": row[widget.metric],
        }
        for row in rows
    ]
    inks = [ink(role) for role in SEQUENTIAL]
    scale = alt.Scale(type="quantize", domain=list(domain), range=inks, nice=False, zero=False)
    colour = alt.Color("v:Q", scale=scale, legend=alt.Legend(title=None))
    paint = alt.condition("datum.v === null", alt.value(ink("surface")), colour)
    bands = alt.Scale(paddingInner=0.08, paddingOuter=0)
    chart = (
        alt.Chart()
        .mark_rect(cornerRadius=3, invalid=None)
        .encode(
            alt.X("c:N", sort=None, scale=bands, axis=_columns_axis(widget, along)),
            alt.Y("r:N", sort=None, scale=bands, axis=alt.Axis(title=None, domain=False, ticks=False, labelLimit=130)),
            paint,
            [
                alt.Tooltip(f"{name}:N", title=_title(shown, context))
                for name, shown in (("r", widget.rows), ("c", widget.columns))
            ]
            + [alt.Tooltip("v:Q", title=context.labels[widget.metric].title)],
        )
    )
    return charts.specification([chart], cells)


def _slanted(columns: Categories) -> bool:
    return len(columns.names) * (columns.longest + 2) > 72


def _columns_axis(widget: Heatmap, columns: Categories) -> Any:
    import altair as alt

    plain: dict[str, Any] = {"title": None, "domain": False, "ticks": False, "labelOverlap": False}
    if widget.columns == "hour":
        place = f"indexof({json.dumps(columns.names)}, datum.value)"
        hours = f"{place} % (width < 420 ? 6 : 3) == 0 ? datum.value : ''"
        return alt.Axis(**plain, labelAngle=0, labelExpr=hours)
    return alt.Axis(**plain, labelAngle=-40 if _slanted(columns) else 0, labelLimit=120)


def _title(dimension: str, context: Context) -> str:
    """Weekday and hour are no dimensions of the data."""
    return context.labels[dimension].title if dimension in context.labels else context.words(dimension)


def _table(widget: Heatmap, answer: Answer, context: Context, rows: Categories, columns: Categories) -> str:
    """The grid itself, in numbers."""
    label = context.labels[widget.metric]
    lines: dict[str, list[tables.Cell | str]] = {}
    for row in answer.rows:
        name = rows.name(_named(widget.rows, row, context))
        line = lines.setdefault(name, [name])
        line.append(context.write.cell(row[widget.metric], label))
    heads = [tables.Column(name, numeric=True) for name in columns.names]
    columns_shown = [tables.Column(_title(widget.rows, context)), *heads]
    return tables.table(columns_shown, list(lines.values()), context.words("numbers-by-cell"))
