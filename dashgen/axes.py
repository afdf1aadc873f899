"""Axes: time by the dashboard's clock, values in round steps, with the texts that the page writes.

Ticks and texts stand in one signal per axis (`x_axis`, `y_axis`), so a live chart can be given others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from dashgen import clock, figures, layout, measure, ticks
from dashgen.categories import Categories
from dashgen.formats import Writer
from dashgen.widgets.base import Frame, Label

_STEP = 4
_BESIDE = 12
_BETWEEN = 14
PHONE = 290
"""The narrowest column whose labels must not touch."""
_DAY = 86_400_000
_COUNTED = ("number", "compact", "bytes")
"""How whole things are written: no tick stands between two of them."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`; `ticks` and `texts` have an entry for a phone and one for a desk, or one for all."""

    name: str
    ticks: tuple[Sequence[float | str], ...]
    texts: tuple[Sequence[str], ...]
    low: float
    high: float
    wide: int = 0
    """The plot's width from which on the second entry counts."""
    named: bool = False
    """Its ticks are names, of which it has one for each."""
    slant: int | None = None
    """The angle of its texts in degrees, where that depends on them."""

    @property
    def param(self) -> dict[str, Any]:
        value: dict[str, Any] = {"ticks": self.ticks, "texts": self.texts, "ends": [self.low, self.high]}
        if len(self.ticks) > 1:
            value["wide"] = self.wide
        if self.slant is not None:
            value["slant"] = self.slant
        return {"name": self.name, "value": value}

    @property
    def room(self) -> int:
        """The pixels that its texts need beside the plot."""
        return room(max((measure.width(text) for texts in self.texts for text in texts), default=0))

    def place(self, value: float) -> float:
        """Of a value between the ends: 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def axis(self, **options: Any) -> Any:
        import altair as alt

        entry = f"width < {self.name}.wide ? 0 : 1" if len(self.ticks) > 1 else "0"
        texts, values = (f"{self.name}.{part}[{entry}]" for part in ("texts", "ticks"))
        if not self.named:
            options["values"] = alt.ExprRef(values)
        tick = "datum.value" if self.named else "+datum.value"
        return alt.Axis(title=None, labelExpr=f"{texts}[indexof({values}, {tick})]", labelOverlap=False, **options)

    def bands(self, **options: Any) -> Any:
        """The scale of names: its order is theirs, not that in which rows come and go."""
        import altair as alt

        return alt.Scale(domain=alt.ExprRef(f"{self.name}.ticks[0]"), **options)

    def scale(self, **options: Any) -> Any:
        import altair as alt

        ends = [alt.ExprRef(f"{self.name}.ends[{n}]") for n in (0, 1)]
        zero: dict[str, Any] = {} if options.get("type") in ("log", "utc") else {"zero": False}
        return alt.Scale(domain=ends, nice=False, **zero, **options)


def room(pixels: float) -> int:
    """Room beside a plot for texts of so many pixels, in the steps that the page knows."""
    return -int(-(pixels + _BESIDE) // _STEP) * _STEP


# ---- values ---------------------------------------------------------------------------------


def values(found: Iterable[Any], label: Label, write: Writer, *, name: str = "y_axis", most: int = ticks.MANY) -> Axis:
    """From zero, or from the least where that is below, in round steps; where all is zero, with room above it."""
    numbers = [value for value in map(figures.finite, found) if value is not None]
    low, high = min([0, *numbers]), max([0, *numbers])
    counted = label.format in _COUNTED and all(float(number).is_integer() for number in numbers)
    steps = ticks.ticks(low, high, label, counted=counted, most=most) if low < high else [0]
    return Axis(name, (steps,), (write.ticks(steps, label),), steps[0], steps[-1] if low < high else 1)


def lying(axis: Axis, frame: Frame) -> Axis:
    """The axis of values along the width: on a phone and on a desk as many of its texts as have room."""
    around = frame.left + frame.right
    kept = [_kept(axis, column - around) for column in (PHONE, layout.BREAK)]
    ticks = tuple(axis.ticks[0][::step] for step in kept)
    texts = tuple(axis.texts[0][::step] for step in kept)
    return replace(axis, ticks=ticks, texts=texts, wide=layout.BREAK - around)


def _kept(axis: Axis, width: float) -> int:
    """Every text, or every second, or every fourth: the ends stay where they are an even number of steps apart."""
    rooms = [measure.width(text) + _BETWEEN for text in axis.texts[0]]
    return next((step for step in (1, 2, 4) if sum(rooms[::step]) <= width + _BETWEEN), len(rooms))


def shares(write: Writer, *, name: str = "y_axis") -> Axis:
    """From nothing to the whole."""
    steps = [0, 0.25, 0.5, 0.75, 1]
    return Axis(name, (steps,), (write.ticks(steps, Label("", None, None, "percent", "neither")),), 0, 1)


def names(categories: Categories, most: float, *, name: str) -> Axis:
    """The values of a dimension in their order, each in at most so many pixels."""
    texts = [measure.shortened(one, most) for one in categories.names]
    return Axis(name, (categories.names,), (texts,), 0, 1, named=True)


# ---- time -----------------------------------------------------------------------------------


def time(positions: Sequence[int], write: Writer, frame: Frame, *, name: str = "x_axis") -> Axis:
    """Clock readings, with as many round ones as there is room for."""
    first, last = positions[0], positions[-1]
    half = _DAY // 2 if first == last else 0
    around = frame.left + frame.right
    found = [_clock_ticks(first, last, column - around, write) for column in (PHONE, layout.BREAK)]
    steps, texts = zip(*found, strict=True)
    return Axis(name, steps, texts, first - half, last + half, layout.BREAK - around)


def _clock_ticks(first: int, last: int, width: float, write: Writer) -> tuple[list[int], list[str]]:
    for most in range(8, 1, -1):
        steps = clock.ticks(first, last, most)
        texts = _clock_texts(steps, last - first, write)
        widest = max(map(measure.width, texts), default=0)
        if len(steps) * (widest + _BETWEEN) + widest / 2 <= width + _BETWEEN:  # the first begins at its tick
            break
    return steps, texts


def _clock_texts(steps: Sequence[int], span: int, write: Writer) -> list[str]:
    return [_clock_text(datetime.fromtimestamp(step / 1000, UTC), span < 150 * _DAY, write) for step in steps]


def _clock_text(at: datetime, days: bool, write: Writer) -> str:
    """The largest unit that begins there, and from the day on what it is part of."""
    if at.hour or at.minute:
        return write.clock(at)
    if days or at.day != 1:
        return write.day(at, year=False)
    return write.month(at) if at.month > 1 else write.year(at)
