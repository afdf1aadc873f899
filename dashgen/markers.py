"""Annotations on a time axis: a rule for a moment, a band for a span, each with its text above the plot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dashgen import channels, clock, layout, measure
from dashgen.axes import PHONE, Axis
from dashgen.marks import Own
from dashgen.model import Annotation
from dashgen.names import clean
from dashgen.theme import ink
from dashgen.widgets.base import Answer, Context, Frame, Row

_LANE = 16
_LANES = 3
_GAP = 6
_WIDEST = 180


@dataclass(frozen=True, slots=True)
class Marker:
    """An annotation in the range: clock readings from `low` to `high`, which are one for a moment; `when` in words."""

    text: str
    low: int
    high: int
    when: str

    @property
    def is_moment(self) -> bool:
        return self.low == self.high


def annotated(widget: Any, context: Context) -> tuple[Annotation, ...]:
    """Those of the dashboard and of the widget."""
    return (*context.dashboard.annotations, *widget.annotations)


def shown(annotations: Iterable[Annotation], answer: Answer, context: Context) -> list[Marker]:
    """Those that lie in the range, in its limits, by time."""
    if not answer.start or not answer.end:
        return []
    begin, end = (clock.reading(datetime.fromisoformat(text)) for text in (answer.start, answer.end))
    found = [_marker(one, begin, end, context) for one in annotations]
    return sorted((one for one in found if one), key=lambda one: (one.low, one.high))


def _marker(one: Annotation, begin: int, end: int, context: Context) -> Marker | None:
    whole = marker(one, context)
    if whole.low >= end or whole.high < begin or (one.end is not None and whole.high == begin):
        return None
    return replace(whole, low=max(whole.low, begin), high=min(whole.high, end))


def marker(one: Annotation, context: Context) -> Marker:
    """All of an annotation, in its range or not."""
    zone = ZoneInfo(context.dashboard.timezone)
    low = _wall(one.start, zone)
    high = low if one.end is None else _after(one.end, zone)
    return Marker(clean(one.text), clock.reading(low), clock.reading(high), _when(one, low, high, context))


def _wall(moment: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    return moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment


def _after(end: date | datetime, zone: ZoneInfo) -> datetime:
    """A date includes that day."""
    return _wall(end if isinstance(end, datetime) else end + timedelta(days=1), zone)


def _when(one: Annotation, low: datetime, high: datetime, context: Context) -> str:
    if one.end is not None:
        return context.write.range(low.isoformat(), high.isoformat())
    return context.write.bucket(low.isoformat(), not isinstance(one.start, datetime))


# ---- drawing --------------------------------------------------------------------------------


def room(markers: Sequence[Marker]) -> int:
    """Pixels above the plot for the texts."""
    return min(len(markers), _LANES) * _LANE


def layers(markers: Sequence[Marker], axis: Axis, frame: Frame) -> tuple[list[Any], list[Any]]:
    """What lies behind the data, and what lies over it, for a chart that has annotations in or out of its range."""
    import altair as alt

    x = channels.time(axis, spans=True)
    spans = [{"x": min(one.low, axis.high), "y": min(one.high, axis.high)} for one in markers if not one.is_moment]
    begins = [{"x": min(one.low, axis.high)} for one in markers]  # a span may be too short to be seen
    band = alt.Chart().mark_rect(color=ink("muted"), opacity=0.12).encode(x, alt.X2("y:T"))
    rule = alt.Chart().mark_rule(color=ink("muted"), strokeWidth=1, opacity=0.6).encode(channels.time(axis))
    around = frame.left + frame.right
    texts = [
        Own(_texts(axis, f"width {side} {axis.name}.wide"), _placed(markers, axis, column - around), name)
        for side, column, name in (("<", PHONE, "phone"), (">=", layout.BREAK, "desk"))
    ]
    return [Own(band, spans, "spans")], [Own(rule, begins, "begins"), *texts]


def _texts(axis: Axis, where: str) -> Any:
    import altair as alt

    mark = alt.Chart().mark_text(
        color=ink("text"),
        fontSize=11,
        align=alt.ExprRef("datum.a"),
        dx=alt.ExprRef("datum.d"),
        y=alt.ExprRef("datum.y"),
        text=alt.ExprRef(f"{where} ? datum.t : ''"),
    )
    return mark.encode(channels.time(axis))


def _placed(markers: Sequence[Marker], axis: Axis, width: float) -> list[Row]:
    """Each text in the lowest lane that is free, beside its rule; one that finds none is left to the words."""
    taken = [0.0] * _LANES
    rows = []
    for one in markers:
        text = measure.shortened(one.text, _WIDEST, 11)
        at, size = axis.place(min(one.low, axis.high)) * width, measure.width(text, 11)
        turned = at + size > width
        start = at - size if turned else at
        lane = next((n for n, end in enumerate(taken[: len(markers)]) if start >= end), None)
        if lane is None or start < 0:
            continue
        taken[lane] = start + size + _GAP
        side = {"a": "right", "d": 0} if turned else {"a": "left", "d": 0}
        rows.append({"x": min(one.low, axis.high), "t": text, "y": -_LANE * lane - 9, **side})
    return rows


# ---- words ----------------------------------------------------------------------------------


def words(markers: Sequence[Marker], context: Context) -> str:
    """`Deployed v2, Mon 12 Oct 2026; …` for those who do not see them; empty for none."""
    said = [context.words("annotation", text=one.text, when=one.when) for one in markers]
    return context.words("annotations", list="; ".join(said)) if said else ""


def of_bucket(markers: Sequence[Marker], begin: float, end: float) -> str:
    """The texts that belong to `[begin, end)`."""
    return ", ".join(one.text for one in markers if one.low < end and (one.high > begin or one.low >= begin))
