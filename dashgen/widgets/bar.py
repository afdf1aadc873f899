"""A comparison across the values of a dimension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen import axes, channels, charts, figures, legends, rules, summaries, tables
from dashgen.categories import Categories
from dashgen.model import Order, Stacked, Thresholds, Widget
from dashgen.plan.views import Groups, Ranking
from dashgen.theme import ink
from dashgen.widgets.base import Answer, Context, Drawing, Frame, Picture, Row

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

    def draw(self, widget: Bar, answer: Answer, context: Context) -> Picture:
        sheets = [_Sheet(widget, metrics, answer, context) for metrics in figures.alike(widget.metrics, context)]
        chart = _drawing(sheets, widget.horizontal)
        return Picture(
            chart=chart.spec,
            frame=chart.frame,
            narrow=None if widget.horizontal else _drawing(sheets, True),
            legend=legends.names(sheets[0].colours),
            table=_table(widget, answer, context),
            summary=summaries.summary("bar-chart", widget.metrics, answer, context),
            empty=figures.is_empty(answer.rows, widget.metrics),
        )


def _drawing(sheets: Sequence[_Sheet], horizontal: bool) -> Drawing:
    if len(sheets) == 1:
        return Drawing(sheets[0].spec(horizontal), sheets[0].frame(horizontal))
    panels = [(sheet.title, sheet.spec(horizontal)) for sheet in sheets]
    return Drawing(charts.stacked_panels(panels), sheets[0].frame(horizontal))


class _Sheet:
    """One pair of axes: bars of one metric, perhaps split by series, or of several metrics of the same unit."""

    def __init__(self, widget: Bar, metrics: tuple[str, ...], answer: Answer, context: Context) -> None:
        self.widget = widget
        self.metrics = metrics
        self.rows = answer.rows
        self.labels = [context.labels[metric] for metric in metrics]
        self.context = context
        self.write = context.write
        self.title = ", ".join(label.title for label in self.labels)
        self.groups = Categories.of((row[widget.by] for row in answer.rows), context.write)
        self.split = len(metrics) > 1 or widget.series is not None
        self.colours = self._colours()

    def _colours(self) -> Categories:
        """What the colours tell: the series, the metrics, or only the folded rest from the others."""
        if self.widget.series is not None:
            return Categories.of((row[self.widget.series] for row in self.rows), self.write)
        return Categories.of((label.title for label in self.labels), self.write)

    def frame(self, horizontal: bool) -> Frame:
        if not horizontal:
            below = 24 + round(4.6 * min(self.groups.longest, 20)) if self._slanted() else 28
            return Frame(height=232 + below, bottom=below)
        lanes = len(self.colours.names) if self.split and not self.widget.stacked else 1
        height = max(len(self.groups.names), 1) * max(28, 14 * lanes + 8)
        left = axes.name_room(self.groups)
        return Frame(height=height + 36, left=left, right=20 if self.split else 64, top=6, bottom=30)

    def _slanted(self) -> bool:
        return len(self.groups.names) * (self.groups.longest + 2) > 72

    def spec(self, horizontal: bool) -> charts.Spec:
        bars = [self._bar(row, metric) for row in self.rows for metric in self.metrics]
        highest = figures.highest(bar["v"] for bar in bars)
        layers = [self._bars(bars, horizontal), *([self._numbers()] if horizontal and not self.split else [])]
        limits = rules.thresholds(self.widget.thresholds, highest, "x" if horizontal else "y")
        return charts.specification([*layers, *limits], bars)

    def _bar(self, row: Row, metric: str) -> Row:
        series = self.widget.series
        n = self.colours.index(row[series]) if series else self.metrics.index(metric)
        bar = {"b": self.groups.name(row[self.widget.by]), "v": row[metric], "s": self.colours.names[n], "o": n}
        if not self.split:
            bar["l"] = self.write.cell(row[metric], self.labels[0])
        return bar

    def _bars(self, bars: Sequence[Row], horizontal: bool) -> Any:
        import altair as alt

        along, across, offset = (alt.X, alt.Y, alt.YOffset) if horizontal else (alt.Y, alt.X, alt.XOffset)
        stack: Any = {"stack": "zero", "share": "normalize", None: None}[self.widget.stacked]
        scale = axes.value_scale(bar["v"] for bar in bars) if stack is None else alt.Undefined
        bands = alt.Scale(paddingInner=0.28, paddingOuter=0.14)
        encodings = [
            across("b:N", sort=None, scale=bands, axis=self._names(horizontal)),
            along("v:Q", stack=stack, scale=scale, axis=self._values(horizontal)),
            channels.colour(self.colours) if self.split else self._rest(),
            channels.tooltip(self.title, self.colours if self.split else None, self.context, group=self.widget.by),
        ]
        if self.split and stack is None:
            encodings.append(offset("s:N", sort=None, scale=alt.Scale(domain=list(self.colours.names))))
        if stack is not None:
            encodings.append(alt.Order("o:Q"))
        return alt.Chart().mark_bar(cornerRadiusEnd=3 if stack is None else 0).encode(*encodings)

    def _names(self, horizontal: bool) -> Any:
        import altair as alt

        if horizontal:
            return alt.Axis(title=None, domain=False, ticks=False, labelLimit=axes.label_limit(self.frame(True)))
        angle, limit = (-40, 110) if self._slanted() else (0, 160)
        return alt.Axis(title=None, ticks=False, labelOverlap=False, labelAngle=angle, labelLimit=limit)

    def _values(self, horizontal: bool) -> Any:
        import altair as alt

        if self.widget.stacked == "share":
            return alt.Axis(title=None, format=".0%", tickCount=4)
        if not horizontal:
            return axes.value_axis(self.labels[0], self.write)
        if self.split:
            return axes.value_axis(self.labels[0], self.write, domain=False, ticks=False, grid=True)
        return None

    def _rest(self) -> Any:
        """One colour for all, a neutral one for the folded rest."""
        import altair as alt

        inks = [ink("other") if role == "other" else ink("c1") for role in self.groups.roles]
        return alt.Color("b:N", sort=None, scale=alt.Scale(domain=list(self.groups.names), range=inks), legend=None)

    def _numbers(self) -> Any:
        import altair as alt

        text = alt.Chart().mark_text(align="left", dx=6, color=ink("text"))
        return text.encode(alt.X("v:Q"), alt.Y("b:N", sort=None), alt.Text("l:N"))


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
