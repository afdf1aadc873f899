"""A metric over two dimensions; weekday by hour unless said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen.model import Widget
from dashgen.plan.views import Grid
from dashgen.widgets.base import Answer, Context, Picture

if TYPE_CHECKING:
    from dashgen.parse import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Heatmap(Widget):
    metric: str
    rows: str
    columns: str


class HeatmapKind:
    name: ClassVar[str] = "heatmap"
    spec: ClassVar[type[Widget]] = Heatmap

    def parse(self, node: Node, common: dict[str, Any]) -> Heatmap:
        raise NotImplementedError

    def view(self, widget: Heatmap) -> Grid:
        return Grid(widget.metric, widget.rows, widget.columns)

    def draw(self, widget: Heatmap, answer: Answer, context: Context) -> Picture:
        raise NotImplementedError
