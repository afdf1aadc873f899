"""A comparison across the values of a dimension."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen import bar_chart, charts, figures, legends, summaries, tables
from dashgen.model import Order, Stacked, Thresholds, Widget
from dashgen.plan.views import Groups, Ranking
from dashgen.widgets.base import Answer, Context, Picture

if TYPE_CHECKING:
    from dashgen.node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar(Widget):
    metrics: tuple[str, ...]
    by: str
    series: str | None
    stacked: Stacked | None
    horizontal: bool
    top: int | None
    other: bool
    order: Order | None
    thresholds: Thresholds | None


class BarKind:
    name: ClassVar[str] = "bar"
    spec: ClassVar[type[Widget]] = Bar

    def parse(self, node: Node, common: dict[str, Any]) -> Bar:
        return Bar(
            metrics=node.metrics(),
            by=node.get("by"),
            series=node.text("series"),
            stacked=node.stacked(),
            horizontal=node.flag("horizontal", False),
            top=node.integer("top"),
            other=node.flag("other", True),
            order=node.order(),
            thresholds=node.thresholds(),
            **common,
        )

    def view(self, widget: Bar) -> Groups:
        ranking = Ranking(widget.order, widget.top, widget.other)
        return Groups(widget.metrics, (widget.by,), widget.series, ranking)

    @charts.unchecked()
    def draw(self, widget: Bar, answer: Answer, context: Context) -> Picture:
        desk, phone = bar_chart.drawings(widget, answer, context)
        picture = Picture(
            chart=desk.spec,
            frame=desk.frame,
            narrow=phone if phone != desk or context.dashboard.is_interactive else None,
            legend=_legend(widget, answer, context),
            table=_table(widget, answer, context),
            summary=_summary(widget, answer, context),
            empty=figures.is_empty(answer.rows, widget.metrics),
        )
        below = widget.stacked == "share" and figures.below_zero(answer.rows, widget.metrics)
        return figures.without_parts(picture, context) if below else picture


def _legend(widget: Bar, answer: Answer, context: Context) -> str:
    """Nothing for metrics that have a plot each, under their titles."""
    apart = widget.series is None and len(figures.alike(widget.metrics, context)) == len(widget.metrics)
    return "" if apart else legends.names(bar_chart.colours(widget, answer, context))


def _summary(widget: Bar, answer: Answer, context: Context) -> str:
    by = [widget.by, *([widget.series] if widget.series else [])]
    said = [sentence for name in widget.metrics for sentence in summaries.groups(name, answer.rows, by, context)]
    return summaries.summary("bar-chart", answer, context, said)


def _table(widget: Bar, answer: Answer, context: Context) -> str:
    dimensions = [widget.by, *([widget.series] if widget.series else [])]
    columns = [tables.Column(context.labels[name].title) for name in dimensions]
    columns += [tables.Column(context.labels[name].title, numeric=True) for name in widget.metrics]
    rows = [
        [context.write.name(row[name]) for name in dimensions]
        + [context.write.cell(row[name], context.labels[name]) for name in widget.metrics]
        for row in answer.rows
    ]
    return tables.table(columns, rows, context.words("numbers-by-group"))
