"""One number: a metric over the range, compared and with a sparkline."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen import sparkline, states
from dashgen.markup import render
from dashgen.model import Comparison, Thresholds, Widget
from dashgen.plan.views import Total
from dashgen.widgets.base import Answer, Context, Figure, Label, Picture

if TYPE_CHECKING:
    from dashgen.node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Widget):
    metric: str
    compare: Comparison | None
    spark: bool
    thresholds: Thresholds | None


class CardKind:
    name: ClassVar[str] = "card"
    spec: ClassVar[type[Widget]] = Card

    def parse(self, node: Node, common: dict[str, Any]) -> Card:
        return Card(
            metric=node.get("metric"),
            compare=node.compare_or_inherited(),
            spark=node.flag("spark", False),
            thresholds=node.thresholds(),
            **common,
        )

    def view(self, widget: Card) -> Total:
        return Total((widget.metric,), compare=widget.compare is not None, spark=widget.spark)

    def draw(self, widget: Card, answer: Answer, context: Context) -> Picture:
        row, label = answer.rows[0], context.labels[widget.metric]
        value = row[widget.metric]
        state = states.state(value, widget.thresholds, label.better)
        parts = {
            "shown": context.write.value(value, label),
            "bound": "" if value is None else context.bound(widget.metric),
            "state": state,
            "change": _change(widget, answer, context),
            "spark": _spark(widget, answer),
        }
        spark_label = context.words("over-the-range", title=label.title)
        html = render("card.html", **parts, words=context.words, spark_label=spark_label)
        attributes = {"data-value": "" if value is None else json.dumps(value), "data-unit": _unit(label, context)}
        attributes |= {"data-state": state} if state else {}
        return Picture(html, attributes=attributes, figure=Figure("card", parts))


def _change(widget: Card, answer: Answer, context: Context) -> states.Change | None:
    if not widget.compare:
        return None
    return states.change(answer.rows[0], widget.metric, context, reaches_back=answer.reaches_back)


def _spark(widget: Card, answer: Answer) -> tuple[str, str] | None:
    return sparkline.paths([row[widget.metric] for row in answer.spark])


def _unit(label: Label, context: Context) -> str:
    """What the full value is counted in: a percentage is kept as a fraction."""
    own = {"percent": "fraction", "currency": context.write.currency, "duration": label.unit or "ms", "bytes": "bytes"}
    return own.get(label.format, label.unit or "")
