"""A distribution as Vega-Lite: bars of one, or a lane of them per group, one below the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dashgen import axes, channels, charts, formats, layout, measure, rules, ticks
from dashgen.axes import Axis
from dashgen.categories import Categories
from dashgen.marks import Own
from dashgen.theme import ink
from dashgen.widgets.base import Answer, Context, Drawing, Frame, Label, Row

if TYPE_CHECKING:
    from dashgen.widgets.histogram import Histogram

_HEIGHT = 240
_LANE = 40
_RIGHT = 16
_NAMES = {"desk": 176, "phone": 124}
"""The most pixels that names may take from the plot."""
_BETWEEN = 10
_FULL = 0.9
"""How much of its lane the highest bar takes."""


class Sheet:
    """The bins, their axes and what is drawn of them."""

    def __init__(self, widget: Histogram, answer: Answer, context: Context) -> None:
        self.widget, self.context, self.label = widget, context, context.labels[widget.of]
        by = widget.by
        self.categories = Categories.of((row[by] for row in answer.rows) if by else [None], context.write)
        self.bins = _bins(answer.rows, self.categories, by)
        self.levels = rules.levels(widget.thresholds) if self.bins else []
        self.low, self.high = _ends(self.bins)
        self.is_log = widget.scale == "log"
        if len({one["x"] for one in self.bins}) == 1:
            self.low, self.high = self._around(self.low, self.high)

    def drawing(self, size: str) -> Drawing:
        value = self._lanes(_NAMES[size]) if self.widget.by else self._counts()
        height = _LANE * max(1, len(self.categories.names)) if self.widget.by else _HEIGHT
        top, bottom = max(rules.room(self._inside()), 8), 28
        frame = Frame(height + top + bottom, left=value.room, right=_RIGHT, top=top, bottom=bottom)
        size_axis = self._sizes(frame)
        layers = self._ridges(size_axis, value) if self.widget.by else self._bars(size_axis, value)
        limits = rules.upright(self.widget.thresholds, self._inside(), self.label, self.context, self._place)
        return Drawing(charts.specification([*layers, *limits], self.bins, [size_axis, value]), frame)

    def _place(self, value: float) -> float:
        low, high, at = (math.log(one) if self.is_log else one for one in (self.low, self.high, value))
        return (at - low) / (high - low)

    def _inside(self) -> list[tuple[str, float]]:
        return [(role, level) for role, level in self.levels if self.low <= level <= self.high]

    def _around(self, low: float, high: float) -> tuple[float, float]:
        """A single bin does not fill the plot."""
        return (low / 2, high * 2) if self.is_log else (low - 4 * (high - low), high + 4 * (high - low))

    # ---- axes ---------------------------------------------------------------------------------

    def _counts(self) -> Axis:
        label = Label(self.context.words("count"), None, None, "number", "neither")
        return axes.values((one["v"] for one in self.bins), label, self.context.write)

    def _lanes(self, most: float) -> Axis:
        """Names at the feet of their lanes, which are counted from the top."""
        names = [measure.shortened(name, most) for name in self.categories.names]
        middles = [(100 * n + 66) / 100 for n in range(len(names))]
        return Axis("y_axis", (middles,), (names,), len(names), 0)

    def _sizes(self, frame: Frame) -> Axis:
        around = frame.left + frame.right
        found = [self._round(column - around) for column in (axes.PHONE, layout.BREAK)]
        steps, texts = zip(*found, strict=True)
        return Axis("x_axis", steps, texts, self.low, self.high, layout.BREAK - around)

    def _round(self, width: float) -> tuple[list[float], list[str]]:
        """Round sizes with their texts, as many as there is room for."""
        steps, texts = list[float](), list[str]()
        for most in range(8, 1, -1):
            steps = _log_ticks(self.low, self.high, self.label, most) if self.is_log else self._linear(most)
            texts = self._written(steps)
            if self._is_clear(steps, texts, width):
                break
        return steps, texts

    def _is_clear(self, steps: Sequence[float], texts: Sequence[str], width: float) -> bool:
        """Whether no text touches its neighbour; on a logarithmic scale they are not evenly apart."""
        places = [(self._place(step) * width, measure.width(text) / 2) for step, text in zip(steps, texts, strict=True)]
        return all(right - left >= one + two + _BETWEEN for (left, one), (right, two) in pairwise(places))

    def _linear(self, most: int) -> list[float]:
        steps = ticks.ticks(self.low, self.high, self.label, most=max(most, ticks.FEW))
        return [step for step in steps if self.low <= step <= self.high]

    def _written(self, steps: Sequence[float]) -> list[str]:
        """Over powers of ten each in its own unit, else all in one."""
        write = self.context.write
        return [write.ticks([step], self.label)[0] for step in steps] if self.is_log else write.ticks(steps, self.label)

    # ---- layers -------------------------------------------------------------------------------

    def _x(self, axis: Axis) -> Any:
        import altair as alt

        scale = axis.scale(type="log") if self.is_log else axis.scale()
        return alt.X("x:Q", scale=scale, axis=axis.axis(grid=False, labelFlush=False))

    def _bars(self, sizes: Axis, counts: Axis) -> list[Any]:
        import altair as alt

        tooltip = channels.tooltip(self.context.words("count"), None, self.context)
        bar = alt.Chart().mark_rect(color=ink("c1"), stroke=ink("surface"), strokeWidth=0.75)
        y = channels.value(counts, grid=True)
        return [bar.encode(self._x(sizes), alt.X2("e:Q"), y, alt.Y2Datum(0), tooltip)]

    def _ridges(self, sizes: Axis, lanes: Axis) -> list[Any]:
        """Heights are shares of the group's own count, on one scale for all."""
        import altair as alt

        tooltip = channels.tooltip(self.context.words("count"), self.categories, self.context)
        y = alt.Y("t:Q", scale=lanes.scale(), axis=lanes.axis(grid=False))
        bar = alt.Chart().mark_rect(stroke=ink("surface"), strokeWidth=0.5)
        ridge = bar.encode(self._x(sizes), alt.X2("e:Q"), y, alt.Y2("n:Q"), self._colour(), tooltip)
        ground = alt.Chart().mark_rule(color=ink("axis"), strokeWidth=1).encode(alt.Y("n:Q"))
        return [ridge, Own(ground, [{"n": n + 1} for n in range(len(self.categories.names))], "lanes")]

    def _colour(self) -> Any:
        """One colour for all, a neutral one for the folded rest: names stand beside the lanes."""
        import altair as alt

        inks = [ink("other") if role == "other" else ink("c1") for role in self.categories.roles]
        return alt.Color("s:N", sort=None, scale=alt.Scale(domain=list(self.categories.names), range=inks), legend=None)


# ---- bins -----------------------------------------------------------------------------------

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
    bins = [
        {"x": run[0][0], "e": run[-1][1], "v": count, "s": name, "n": n + 1}
        for n, (name, own) in enumerate(zip(categories.names, counts, strict=True))
        for run, count in zip(runs, own, strict=True)
    ]
    return _raised(bins, [sum(own) for own in counts]) if by else bins


def _raised(bins: Sequence[Row], sums: Sequence[int]) -> list[Row]:
    """With the tops of the bars in their lanes."""
    shares = [row["v"] / (sums[row["n"] - 1] or 1) for row in bins]
    highest = max(shares, default=0) or 1
    return [{**row, "t": row["n"] - _FULL * share / highest} for row, share in zip(bins, shares, strict=True)]


def _ends(bins: Sequence[Row]) -> tuple[float, float]:
    return (min(b["x"] for b in bins), max(b["e"] for b in bins)) if bins else (1, 10)


def _log_ticks(low: float, high: float, label: Label, most: int) -> list[float]:
    """Round values between the ends: 1, 2 and 5 of each power of ten where there is room, else every so many."""
    unit = formats.milliseconds(label.unit) if label.format == "duration" else 1
    found = [tick / unit for tick in (_TICKS_MS if label.format == "duration" else _TICKS)]
    inside = [tick for tick in found if low <= tick <= high]
    return inside[:: -(-len(inside) // most) or 1]
