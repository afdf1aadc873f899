"""A trend: one or several metrics over time, or one metric split into series."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen import charts, clock, figures, legends, line_chart, markers, summaries, tables
from dashgen.categories import Categories
from dashgen.markers import Marker
from dashgen.model import Annotation, Comparison, Order, Stacked, Thresholds, Widget
from dashgen.plan.views import Ranking, Trend
from dashgen.widgets.base import Answer, Context, Picture

if TYPE_CHECKING:
    from dashgen.node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Widget):
    metrics: tuple[str, ...]
    series: str | None
    stacked: Stacked | None
    top: int | None
    other: bool
    order: Order | None
    compare: Comparison | None
    thresholds: Thresholds | None
    annotations: tuple[Annotation, ...]


class LineKind:
    name: ClassVar[str] = "line"
    spec: ClassVar[type[Widget]] = Line

    def parse(self, node: Node, common: dict[str, Any]) -> Line:
        return Line(
            metrics=node.metrics(),
            series=node.text("series"),
            stacked=node.stacked(),
            top=node.integer("top"),
            other=node.flag("other", True),
            order=node.order(),
            compare=node.compare(),
            thresholds=node.thresholds(),
            annotations=node.annotations(),
            **common,
        )

    def view(self, widget: Line) -> Trend:
        ranking = Ranking(widget.order, widget.top, widget.other)
        return Trend(widget.metrics, widget.series, ranking, widget.compare is not None)

    @charts.unchecked()
    def draw(self, widget: Line, answer: Answer, context: Context) -> Picture:
        drawn = line_chart.drawings(widget, answer, context)
        picture = Picture(
            chart=drawn.wide.spec,
            frame=drawn.wide.frame,
            narrow=drawn.narrow,
            legend=legends.names(line_chart.categories(widget, answer, context), labelled=drawn.labelled),
            table=_table(widget, answer, context),
            summary=_summary(widget, answer, context),
            empty=figures.is_empty(answer.rows, widget.metrics),
        )
        below = widget.stacked and figures.below_zero(answer.rows, widget.metrics)
        return figures.without_parts(picture, context) if below else picture


def _summary(widget: Line, answer: Answer, context: Context) -> str:
    said = summaries.trends(widget.metrics, widget.series, answer, context)
    marked = markers.words(line_chart.shown(widget, answer, context), context)
    return summaries.summary("line-chart", answer, context, [*said, *([marked] if marked else [])])


def _table(widget: Line, answer: Answer, context: Context) -> str:
    """A row per bucket, a column per series and metric."""
    series, metrics = widget.series, widget.metrics
    categories = Categories.of([row[series] for row in answer.rows] if series else [None], context.write)
    daily = clock.is_daily(row["time"] for row in answer.rows)
    lines: dict[str, list[tables.Cell | str]] = {}
    for row in answer.rows:
        line = lines.setdefault(row["time"], [context.write.bucket(row["time"], daily)])
        line.extend(context.write.cell(row[metric], context.labels[metric]) for metric in metrics)
    columns = [
        tables.Column(_heading(name if series else "", metric, widget, context), numeric=True)
        for name in categories.names
        for metric in metrics
    ]
    marked = _marked(list(lines), line_chart.shown(widget, answer, context))
    if any(marked):
        columns.append(tables.Column(context.words("marked")))
        for line, text in zip(lines.values(), marked, strict=True):
            line.append(text)
    return tables.table(
        [tables.Column(context.words("time")), *columns], list(lines.values()), context.words("numbers-by-time")
    )


def _marked(times: Sequence[str], shown: Sequence[Marker]) -> list[str]:
    """For each bucket the annotations that touch it."""
    begins = [clock.reading(datetime.fromisoformat(time)) for time in times]
    return [markers.of_bucket(shown, *edges) for edges in zip(begins, [*begins[1:], math.inf], strict=False)]


def _heading(name: str, metric: str, widget: Line, context: Context) -> str:
    title = context.labels[metric].title
    return title if not name else name if len(widget.metrics) == 1 else f"{name}, {title}"
