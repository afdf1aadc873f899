"""Shares of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen import channels, charts, figures, legends, summaries, tables
from dashgen.categories import Categories
from dashgen.marks import Own
from dashgen.model import Order, Widget
from dashgen.numerals import Shown
from dashgen.plan.views import Groups, Ranking
from dashgen.theme import ink
from dashgen.widgets.base import Answer, Context, Frame, Label, Picture, Row

if TYPE_CHECKING:
    from dashgen.node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Pie(Widget):
    metric: str
    by: str
    top: int | None
    other: bool
    order: Order | None


class PieKind:
    name: ClassVar[str] = "pie"
    spec: ClassVar[type[Widget]] = Pie

    def parse(self, node: Node, common: dict[str, Any]) -> Pie:
        return Pie(
            metric=node.get("metric"),
            by=node.get("by"),
            top=node.integer("top"),
            other=node.flag("other", True),
            order=node.order(),
            **common,
        )

    def view(self, widget: Pie) -> Groups:
        return Groups(
            (widget.metric,),
            (widget.by,),
            ranking=Ranking(widget.order, widget.top, widget.other),
        )

    @charts.unchecked()
    def draw(self, widget: Pie, answer: Answer, context: Context) -> Picture:
        label = context.labels[widget.metric]
        rows = [row for row in answer.rows if (figures.finite(row[widget.metric]) or 0) > 0]
        categories = Categories.of((row[widget.by] for row in rows), context.write, context.hues, widget.by)
        values = [row[widget.metric] for row in rows]
        written = [context.write.cell(value, label) for value in values]
        whole = _whole(sum(values), label, context)
        picture = Picture(
            chart=_spec(rows, widget, categories, whole, context),
            frame=Frame(height=180, width=180, left=4, right=4, top=4, bottom=4),
            legend=legends.shares(categories, values, written, context),
            table=_table(widget, answer, context),
            summary=summaries.summary(
                "pie-chart", answer, context, summaries.shares(widget.metric, rows, widget.by, context)
            ),
            empty=not rows,
        )
        below = figures.below_zero(answer.rows, (widget.metric,))
        return figures.without_parts(picture, context) if below else picture


def _spec(rows: Sequence[Row], widget: Pie, categories: Categories, whole: Shown, context: Context) -> charts.Spec:
    import altair as alt

    slices = [
        {"s": name, "v": row[widget.metric], "o": n}
        for n, (name, row) in enumerate(zip(categories.names, rows, strict=True))
    ]
    arc = alt.Chart().mark_arc(innerRadius=54, outerRadius=86, stroke=ink("surface"), strokeWidth=1.5)
    donut = arc.encode(
        alt.Theta("v:Q", stack=True),
        channels.colour(categories),
        alt.Order("o:Q"),
        channels.tooltip(context.labels[widget.metric].title, categories, context),
    )
    return charts.specification([donut, *_middle(whole)], slices)


def _whole(value: float, label: Label, context: Context) -> Shown:
    """With what is counted below it, unless that belongs to the number."""
    written = context.write.cell(value, label)
    return Shown(written, "" if label.format in ("percent", "duration", "bytes", "currency") else label.unit or "")


def _middle(whole: Shown) -> list[Any]:
    """The sum of all slices, in the hole."""
    import altair as alt

    unit_inside = whole.unit and len(whole.unit) < 12
    number = alt.Chart().mark_text(fontSize=18, fontWeight="bold", color=ink("text"), dy=-7 if unit_inside else 0)
    texts: list[Any] = [Own(number.encode(alt.Text("t:N")), [{"t": whole.text}], "whole")]
    if unit_inside:
        unit = alt.Chart().mark_text(color=ink("muted"), dy=13)
        texts.append(unit.encode(text=alt.value(whole.unit)))
    return texts


def _table(widget: Pie, answer: Answer, context: Context) -> str:
    label = context.labels[widget.metric]
    columns = [tables.Column(context.labels[widget.by].title), tables.Column(label.title, numeric=True)]
    rows = [[context.write.name(row[widget.by]), context.write.cell(row[widget.metric], label)] for row in answer.rows]
    return tables.table(columns, rows, context.words("numbers-by-slice"))
