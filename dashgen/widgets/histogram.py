"""How a measured field is distributed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dashgen import charts, histogram_chart, summaries, tables
from dashgen.categories import Categories
from dashgen.model import Thresholds, Widget
from dashgen.plan.views import Distribution, Ranking
from dashgen.widgets.base import Answer, Context, Picture, Row

if TYPE_CHECKING:
    from dashgen.node import Node


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
        return Histogram(
            of=node.get("of"),
            by=node.text("by"),
            scale=node.get("scale", "log"),
            top=node.integer("top"),
            other=node.flag("other", True),
            thresholds=node.thresholds(),
            **common,
        )

    def view(self, widget: Histogram) -> Distribution:
        return Distribution(widget.of, widget.by, widget.scale, Ranking(None, widget.top, widget.other))

    @charts.unchecked()
    def draw(self, widget: Histogram, answer: Answer, context: Context) -> Picture:
        sheet = histogram_chart.Sheet(widget, answer, context)
        lower = _lower_bins(answer.rows, sheet.categories, widget.by)
        table = _table(widget, [*lower, *sheet.bins], sheet.categories, context)
        undrawn = sum(one["v"] for one in lower)
        remarks = (context.words("not-drawn", count=undrawn),) if undrawn else ()
        desk = sheet.drawing("desk")
        phone = sheet.drawing("phone")
        picture = Picture(
            chart=desk.spec,
            frame=desk.frame,
            narrow=phone if phone != desk or (widget.by and context.dashboard.is_interactive) else None,
            table=table,
            remarks=remarks,
            summary=summaries.summary(
                "histogram", answer, context, summaries.sizes(answer.rows, widget.by, sheet.label, context)
            ),
            empty=not any(row["count"] for row in answer.rows),
        )
        return picture if sheet.bins or not undrawn else Picture(table, remarks=remarks, waiting=picture)


def _lower_bins(rows: Sequence[Row], categories: Categories, by: str | None) -> list[Row]:
    """Zero and less, which the picture has no place for: a bin per edge and category."""
    counts: Counter[tuple[float, int]] = Counter()
    for row in rows:
        counts[row["to"], categories.index(row[by] if by else None)] += row["count"]
    edges = sorted({row["to"] for row in rows if row["to"] <= 0})
    return [{"e": edge, "v": counts[edge, n]} for edge in edges for n in range(len(categories.names))]


def _table(widget: Histogram, bins: Sequence[Row], categories: Categories, context: Context) -> str:
    """A row per bin, a column per category."""
    label = context.labels[widget.of]
    lines: dict[float, list[tables.Cell | str]] = {}
    for row in bins:
        line = lines.setdefault(row["e"], [context.write.value(row["e"], label).joined if row["e"] else "0"])
        line.append(context.write.whole(row["v"]))
    heads = [tables.Column(name if widget.by else context.words("count"), numeric=True) for name in categories.names]
    columns = [tables.Column(context.words("up-to-size", title=label.title), numeric=True), *heads]
    return tables.table(columns, list(lines.values()), context.words("counts-by-size"))
