"""One number: a metric over the range, compared and with a sparkline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen.model import Comparison, Thresholds, Widget
from dashgen.plan.views import Total
from dashgen.widgets.base import Answer, Context, Picture

if TYPE_CHECKING:
    from dashgen.parse import Node


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
        raise NotImplementedError

    def view(self, widget: Card) -> Total:
        return Total((widget.metric,), compare=widget.compare is not None, spark=widget.spark)

    def draw(self, widget: Card, answer: Answer, context: Context) -> Picture:
        raise NotImplementedError
