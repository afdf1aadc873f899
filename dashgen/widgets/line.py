"""A trend: one or several metrics over time, or one metric split into series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen.model import Comparison, Order, Stacked, Thresholds, Widget
from dashgen.plan.views import Ranking, Trend
from dashgen.widgets.base import Answer, Context, Picture

if TYPE_CHECKING:
    from dashgen.parse import Node


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
        raise NotImplementedError

    def view(self, widget: Line) -> Trend:
        ranking = Ranking(widget.order, widget.top, widget.other)
        return Trend(widget.metrics, widget.series, ranking, widget.compare is not None)

    def draw(self, widget: Line, answer: Answer, context: Context) -> Picture:
        raise NotImplementedError
