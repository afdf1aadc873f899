"""Groups with several metrics, or the newest records themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen.model import Comparison, Order, Thresholds, Widget
from dashgen.plan.views import Groups, Newest, Ranking
from dashgen.widgets.base import Answer, Context, Picture

if TYPE_CHECKING:
    from dashgen.parse import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Widget):
    by: tuple[str, ...]
    metrics: tuple[str, ...]
    top: int | None
    other: bool
    order: Order | None
    compare: Comparison | None
    spark: bool
    thresholds: Thresholds | None
    records: tuple[str, ...]
    newest: int


class TableKind:
    name: ClassVar[str] = "table"
    spec: ClassVar[type[Widget]] = Table

    def parse(self, node: Node, common: dict[str, Any]) -> Table:
        raise NotImplementedError

    def view(self, widget: Table) -> Groups | Newest:
        if widget.records:
            return Newest(widget.records, widget.newest)
        ranking = Ranking(widget.order, widget.top, widget.other)
        return Groups(
            widget.metrics,
            widget.by,
            None,
            ranking,
            widget.compare is not None,
            widget.spark,
        )

    def draw(self, widget: Table, answer: Answer, context: Context) -> Picture:
        raise NotImplementedError
