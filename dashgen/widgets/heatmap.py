"""A metric over two dimensions; weekday by hour unless said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen import charts, heatmap_chart, legends, summaries, tables
from dashgen.categories import Categories
from dashgen.model import Widget
from dashgen.plan.views import Grid
from dashgen.widgets.base import Answer, Context, Picture

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

    @charts.unchecked()
    def draw(self, widget: Heatmap, answer: Answer, context: Context) -> Picture:
        label = context.labels[widget.metric]
        values = [row[widget.metric] for row in answer.rows if row[widget.metric] is not None]
        sheet = heatmap_chart.Sheet(widget, answer, context)
        low, high = (context.write.cell(value, label) for value in sheet.domain)
        desk = sheet.desk()
        return Picture(
            chart=desk.spec,
            frame=desk.frame,
            narrow=sheet.phone(),
            legend=legends.scale(low, high, sheet.roles) if values else "",
            table=_table(widget, answer, context, sheet.rows, sheet.columns),
            summary=summaries.summary(
                "heatmap", answer, context, summaries.cells(widget.metric, sheet.places, context)
            ),
            empty=not any(values),
        )


def _summary(widget: Heatmap, sheet: heatmap_chart.Sheet, answer: Answer, context: Context) -> str:
    return summaries.summary("heatmap", answer, context, summaries.cells(widget.metric, sheet.places, context))


def _table(widget: Heatmap, answer: Answer, context: Context, rows: Categories, columns: Categories) -> str:
    """The grid itself, in numbers."""
    label = context.labels[widget.metric]
    lines: dict[str, list[tables.Cell | str]] = {}
    for row in answer.rows:
        name = rows.name(heatmap_chart.named(widget.rows, row, context))
        line = lines.setdefault(name, [name])
        line.append(context.write.cell(row[widget.metric], label))
    heads = [tables.Column(name, numeric=True) for name in columns.names]
    columns_shown = [tables.Column(heatmap_chart.title(widget.rows, context)), *heads]
    return tables.table(columns_shown, list(lines.values()), context.words("numbers-by-cell"))
