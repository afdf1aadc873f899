"""A comparison across the values of a dimension."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen.model import Order, Stacked, Thresholds, Widget
from dashgen.plan.views import Groups, Ranking
from dashgen.widgets.base import Answer, Context, Picture

if TYPE_CHECKING:
    from dashgen.parse import Node


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
        raise NotImplementedError

    def view(self, widget: Bar) -> Groups:
        ranking = Ranking(widget.order, widget.top, widget.other)
        return Groups(widget.metrics, (widget.by,), widget.series, ranking)

    def draw(self, widget: Bar, answer: Answer, context: Context) -> Picture:
        raise NotImplementedError
