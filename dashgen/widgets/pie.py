"""Shares of a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen.model import Order, Widget
from dashgen.plan.views import Groups, Ranking
from dashgen.widgets.base import Answer, Context, Picture

if TYPE_CHECKING:
    from dashgen.parse import Node


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
        raise NotImplementedError

    def view(self, widget: Pie) -> Groups:
        return Groups(
            (widget.metric,),
            (widget.by,),
            ranking=Ranking(widget.order, widget.top, widget.other),
        )

    def draw(self, widget: Pie, answer: Answer, context: Context) -> Picture:
        raise NotImplementedError
