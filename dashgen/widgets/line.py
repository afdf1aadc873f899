"""A trend: one or several metrics over time, or one metric split into series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen import axes, channels, charts, clock, figures, legends, rules, summaries, tables
from dashgen.categories import Categories
from dashgen.model import Comparison, Order, Stacked, Thresholds, Widget
from dashgen.plan.views import Ranking, Trend
from dashgen.theme import ink
from dashgen.widgets.base import Answer, Context, Frame, Picture, Row

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
            **common,
        )

    def view(self, widget: Line) -> Trend:
        ranking = Ranking(widget.order, widget.top, widget.other)
        return Trend(widget.metrics, widget.series, ranking, widget.compare is not None)

    def draw(self, widget: Line, answer: Answer, context: Context) -> Picture:
        groups = [(metric,) for metric in widget.metrics] if widget.series else figures.alike(widget.metrics, context)
        sheets = [_Sheet(widget, metrics, answer, context) for metrics in groups]
        several = len(sheets) > 1
        spec = charts.stacked_panels([(sheet.title, sheet.spec()) for sheet in sheets]) if several else sheets[0].spec()
        return Picture(
            chart=spec,
            frame=Frame(height=180 if several else 260),
            legend=legends.names(sheets[0].categories) if widget.series or not several else "",
            table=_table(widget, answer, context),
            summary=summaries.summary("line-chart", widget.metrics, answer, context),
            empty=figures.is_empty(answer.rows, widget.metrics),
        )


class _Sheet:
    """One pair of axes: one metric, perhaps by series, or several metrics of the same unit."""

    def __init__(self, widget: Line, metrics: tuple[str, ...], answer: Answer, context: Context) -> None:
        labels = [context.labels[metric] for metric in metrics]
        self.widget = widget
        self.context = context
        self.metrics = metrics
        self.rows = answer.rows
        self.title = ", ".join(label.title for label in labels)
        self.axis = axes.value_axis(labels[0], context.write)
        self.positions = clock.positions([row["time"] for row in answer.rows])
        self.categories = Categories.of(
            [row[widget.series] for row in answer.rows] if widget.series else [label.title for label in labels],
            context.write,
        )

    def spec(self) -> charts.Spec:
        points = self._points()
        layers = self._stack() if self.widget.stacked else self._lines(points)
        highest = figures.highest(point["v"] for point in points)
        return charts.specification([*layers, *rules.thresholds(self.widget.thresholds, highest)], points)

    def _points(self) -> list[Row]:
        points = [self._point(row, metric) for row in self.rows for metric in self.metrics]
        for n in range(len(self.categories.names)):
            _mark_lonely([point for point in points if point["o"] == n])
        return points

    def _point(self, row: Row, metric: str) -> Row:
        series = self.widget.series
        n = self.categories.index(row[series]) if series else self.metrics.index(metric)
        point = {"x": self.positions[row["time"]], "time": row["time"], "v": row[metric]}
        if self.widget.compare:
            point["p"] = figures.of_metric(row.get("previous"), metric)
        return {**point, "s": self.categories.names[n], "o": n}

    def _lines(self, points: Sequence[Row]) -> list[Any]:
        import altair as alt

        y = alt.Y("v:Q", axis=self.axis, scale=axes.value_scale(point["v"] for point in points))
        base = alt.Chart().encode(
            self._time(), y, self._colour(), channels.tooltip(self.title, self.categories, self.context)
        )
        line = base.mark_line(strokeWidth=2, strokeJoin="round")
        lonely = base.mark_point(filled=True, size=30, opacity=1).transform_filter("datum.a")
        area = alt.Chart().mark_area(color=_fade(), opacity=0.16).encode(self._time(), y)
        single = len(self.categories.names) < 2
        return [*([area] if single else []), *self._before(), line, lonely]

    def _before(self) -> list[Any]:
        """The previous period, faint and dashed, behind the line."""
        import altair as alt

        if not self.widget.compare:
            return []
        mark = alt.Chart().mark_line(strokeWidth=1.5, strokeDash=[4, 4], opacity=0.6)
        single = len(self.categories.names) < 2
        colour = alt.ColorValue(ink("other")) if single else self._colour()
        return [mark.encode(self._time(), alt.Y("p:Q"), colour)]

    def _stack(self) -> list[Any]:
        import altair as alt

        share = self.widget.stacked == "share"
        axis = alt.Axis(title=None, format=".0%", tickCount=4) if share else self.axis
        y = alt.Y("v:Q", stack="normalize" if share else "zero", axis=axis)
        area = alt.Chart().mark_area(opacity=0.92)
        tooltip = channels.tooltip(self.title, self.categories, self.context)
        return [area.encode(self._time(), y, self._colour(), alt.Order("o:Q"), tooltip)]

    def _time(self) -> Any:
        return axes.time_axis(list(self.positions.values()) or [0])

    def _colour(self) -> Any:
        return channels.colour(self.categories)


def _mark_lonely(points: Sequence[Row]) -> None:
    """A point between two gaps makes no line: it is drawn as a dot."""
    for n, point in enumerate(points):
        around = [points[m]["v"] for m in (n - 1, n + 1) if 0 <= m < len(points)]
        if point["v"] is not None and all(value is None for value in around):
            point["a"] = True


def _fade() -> Any:
    import altair as alt

    stops = [alt.GradientStop(color=ink("c1"), offset=0), alt.GradientStop(color=ink("surface"), offset=1)]
    return alt.LinearGradient(gradient="linear", stops=stops, x1=0, x2=0, y1=0, y2=1)


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
    return tables.table(
        [tables.Column(context.words("time")), *columns], list(lines.values()), context.words("numbers-by-time")
    )


def _heading(name: str, metric: str, widget: Line, context: Context) -> str:
    title = context.labels[metric].title
    return title if not name else name if len(widget.metrics) == 1 else f"{name}, {title}"
