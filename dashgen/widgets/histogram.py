"""How a measured field is distributed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dashgen.model import Thresholds, Widget
from dashgen.plan.views import Distribution, Ranking
from dashgen.widgets.base import Answer, Context, Picture

if TYPE_CHECKING:
    from dashgen.parse import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram(Widget):
    of: str
    by: str | None
    scale: Literal["log", "linear"]
    top: int | None
    other: bool
    thresholds: Thresholds | None


class HistogramKind:
    name: ClassVar[str] = "histogram"
    spec: ClassVar[type[Widget]] = Histogram

    def parse(self, node: Node, common: dict[str, Any]) -> Histogram:
        raise NotImplementedError

    def view(self, widget: Histogram) -> Distribution:
        return Distribution(widget.of, widget.by, widget.scale, Ranking(None, widget.top, widget.other))

    def draw(self, widget: Histogram, answer: Answer, context: Context) -> Picture:
        raise NotImplementedError
