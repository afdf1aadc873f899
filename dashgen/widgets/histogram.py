"""How a measured field is distributed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dashgen import axes, channels, charts, formats, legends, rules, summaries, tables
from dashgen.categories import Categories
from dashgen.model import Thresholds, Widget
from dashgen.plan.views import Distribution, Ranking
from dashgen.theme import ink
from dashgen.widgets.base import Answer, Context, Label, Picture, Row

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

    def draw(self, widget: Histogram, answer: Answer, context: Context) -> Picture:
        by = widget.by
        categories = Categories.of([row[by] for row in answer.rows] if by else [None], context.write)
        bins = _bins(answer.rows, categories, by)
        return Picture(
            chart=_spec(widget, bins, categories, context),
            legend=legends.names(categories),
            table=_table(widget, answer, bins, context),
            summary=summaries.summary("histogram", ("count",), answer, context),
            empty=not any(row["count"] for row in answer.rows),
        )


_MOST_BINS = 60
_TICKS = tuple(step * 10**power for power in range(-6, 12) for step in (1, 2, 5))
_TICKS_MS = (
    *(tick for tick in _TICKS if tick <= 20_000),
    *(60_000 * minutes for minutes in (1, 2, 5, 10, 30)),
    *(3_600_000 * hours for hours in (1, 3, 10, 24, 100)),
)


def _bins(rows: Sequence[Row], categories: Categories, by: str | None) -> list[Row]:
    """Counts per category on one grid of at most sixty bins, neighbours merged; zeros are told apart."""
    edges = sorted({(row["from"], row["to"]) for row in rows if row["to"] > 0})
    step = -(-len(edges) // _MOST_BINS) or 1
    runs = [edges[start : start + step] for start in range(0, len(edges), step)]
    place = {edge: n for n, run in enumerate(runs) for edge in run}
    counts = [[0] * len(runs) for _ in categories.names]
    for row in rows:
        if row["to"] > 0:
            counts[categories.index(row[by] if by else None)][place[row["from"], row["to"]]] += row["count"]
    return [
        {"x": run[0][0], "e": run[-1][1], "m": _middle(run[0][0], run[-1][1]), "v": count, "s": name, "o": n}
        for n, (name, own) in enumerate(zip(categories.names, counts, strict=True))
        for run, count in zip(runs, own, strict=True)
    ]


def _middle(low: float, high: float) -> float:
    return math.sqrt(low * high) if low > 0 else (low + high) / 2


def _spec(widget: Histogram, bins: Sequence[Row], categories: Categories, context: Context) -> charts.Spec:
    import altair as alt

    label = context.labels[widget.of]
    chart = alt.Chart().encode(
        alt.Y("v:Q", axis=axes.value_axis(_COUNT, context.write), scale=axes.value_scale(b["v"] for b in bins)),
        channels.tooltip(context.words("count"), categories if widget.by else None, context),
    )
    if widget.by:
        x = alt.X("m:Q", scale=_scale(widget, bins), axis=_axis(widget, label, bins, context))
        marks = chart.mark_line(strokeWidth=2, interpolate="monotone").encode(x, channels.colour(categories))
    else:
        x = alt.X("x:Q", scale=_scale(widget, bins), axis=_axis(widget, label, bins, context))
        bar = chart.mark_rect(color=ink("c1"), stroke=ink("surface"), strokeWidth=0.5)
        marks = bar.encode(x, alt.X2("e:Q"), alt.Y2Datum(0))
    limits = rules.thresholds(widget.thresholds, 0, "x") if bins else []
    return charts.specification([marks, *limits], bins)


_COUNT = Label("Count", None, None, "number", "neither")


def _scale(widget: Histogram, bins: Sequence[Row]) -> Any:
    import altair as alt

    low, high = _ends(bins)
    if widget.scale == "log" and low > 0:
        return alt.Scale(type="log", domain=[low, high], nice=False)
    return alt.Scale(domain=[low, high], nice=False, zero=False)


def _ends(bins: Sequence[Row]) -> tuple[float, float]:
    return (min(b["x"] for b in bins), max(b["e"] for b in bins)) if bins else (1, 10)


def _axis(widget: Histogram, label: Label, bins: Sequence[Row], context: Context) -> Any:
    low, high = _ends(bins)
    options: dict[str, Any] = {"grid": False, "labelFlush": False}
    if widget.scale == "log" and low > 0:
        options["values"] = _log_ticks(low, high, label)
    return axes.value_axis(label, context.write, count=6, **options)


def _log_ticks(low: float, high: float, label: Label) -> list[float]:
    """Round values between the ends: 1, 2 and 5 of each power of ten where there is room, else ones only."""
    unit = formats.milliseconds(label.unit) if label.format == "duration" else 1
    ticks = [tick / unit for tick in (_TICKS_MS if label.format == "duration" else _TICKS)]
    inside = [tick for tick in ticks if low <= tick <= high]
    return inside[:: -(-len(inside) // 8) or 1]


def _table(widget: Histogram, answer: Answer, bins: Sequence[Row], context: Context) -> str:
    """The bins as they are drawn, and the zeros, which a logarithmic axis has no place for."""
    label = context.labels[widget.of]
    names = list(dict.fromkeys(row["s"] for row in bins))
    lines: dict[float, list[tables.Cell | str]] = {}
    for row in bins:
        line = lines.setdefault(row["x"], [context.write.value(row["e"], label).joined])
        line.append(context.write.whole(row["v"]))
    zeros = sum(row["count"] for row in answer.rows if row["to"] == 0)
    if zeros and not widget.by:
        lines = {-1.0: ["0", context.write.whole(zeros)], **lines}
    heads = [tables.Column(name if widget.by else context.words("count"), numeric=True) for name in names]
    columns = [tables.Column(context.words("up-to-size", title=label.title), numeric=True), *heads]
    return tables.table(columns, list(lines.values()), context.words("counts-by-size"))
