"""What the charts of every kind share: clock positions, categories, axes, thresholds, sizes and config.

A chart is built with Altair from rows under safe field names (`x`, `v`, `s`, …: an id may hold dots or quotes), in
inks instead of colours. `for_page` and `standalone` make it ready for the renderer and for a file of its own.

Vega draws time in the viewer's zone. So `x` holds the *clock reading* in the dashboard's zone as if it were UTC, on a
UTC scale: every viewer sees the dashboard's hours. A local hour that comes twice is squeezed into one (see
`clock_positions`); `time` beside it is the real instant with its offset.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dashgen import formats
from dashgen.theme import Theme, category_role, ink, paint
from dashgen.widgets.base import Answer, Context, Frame, Label, Row

if TYPE_CHECKING:
    from dashgen.model import Thresholds

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
MEASURED_FONT = "Liberation Sans"
"""Ships inside vl-convert: text is measured alike on every machine. The page sets its own font."""
TEXT = 12
TITLE_ROOM = 22

Spec = dict[str, Any]


# ---- time -----------------------------------------------------------------------------------


def clock_positions(times: Sequence[str]) -> dict[str, int]:
    """ISO times with offsets, ascending → clock readings as milliseconds, strictly ascending too.

    Where clocks go back, both passes of the repeated stretch share its place on the axis, each at half its length.
    """
    distinct = list(dict.fromkeys(times))
    moments = [datetime.fromisoformat(text) for text in distinct]
    readings = [_reading(at) for at in moments]
    for n in range(1, len(readings)):
        if readings[n] <= readings[n - 1]:
            _squeeze(readings, moments, n)
    return dict(zip(distinct, readings, strict=True))


def _reading(at: datetime) -> int:
    return round(at.replace(tzinfo=UTC).timestamp() * 1000)


def _squeeze(readings: list[int], moments: Sequence[datetime], turn: int) -> None:
    """`turn` is the first moment after the change. Both passes cover [start, start + 2·back) of real time."""
    back = _offset(moments[turn - 1]) - _offset(moments[turn])
    start = _real(moments[turn]) - back
    clock = readings[turn]
    for n, at in enumerate(moments):
        if start <= _real(at) < start + 2 * back:
            readings[n] = clock + (_real(at) - start) // 2


def _offset(at: datetime) -> int:
    return _reading(at) - _real(at)


def _real(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def is_daily(times: Iterable[str]) -> bool:
    """Whether every bucket begins at a local midnight."""
    return all(text[11:19] == "00:00:00" for text in times)


_TIME_LABEL = (
    "utchours(datum.value) || utcminutes(datum.value) ? utcFormat(datum.value, '%H:%M') : "
    "utcdate(datum.value) != 1 || {days} ? utcFormat(datum.value, '%-d %b') : "
    "utcmonth(datum.value) ? utcFormat(datum.value, '%b') : utcFormat(datum.value, '%Y')"
)


_HOUR = 3_600_000
_DAY = 24 * _HOUR
_STEPS = (
    *(_HOUR * minutes // 60 for minutes in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * hours for hours in (1, 2, 3, 6, 12)),
    *(_DAY * days for days in (1, 2, 7, 14)),
)


def clock_ticks(first: int, last: int, most: int) -> list[int]:
    """At most `most` round clock readings from `first` to `last`: times of day, every so many days, months."""
    for step in _STEPS:
        anchor = first if step >= _DAY and first % _DAY == 0 else -(-first // step) * step
        if (last - anchor) // step < most:
            return list(range(anchor, last + 1, step))
    months = _month_starts(first, last)
    step = next(step for step in (1, 2, 3, 6, *range(12, 12_000, 12)) if len(months[::step]) <= most)
    return [_reading(at) for at in months if (at.year * 12 + at.month - 1) % step == 0]


def _month_starts(first: int, last: int) -> list[datetime]:
    begin = datetime.fromtimestamp(first / 1000, UTC)
    months = range(begin.year * 12 + begin.month - 1, 12 * 9999)
    starts = (datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in months)
    inside = itertools.takewhile(lambda at: _reading(at) <= last, starts)
    return [at for at in inside if _reading(at) >= first]


def time_axis(positions: Sequence[int]) -> Any:
    """The x channel for clock readings."""
    import altair as alt

    first, last = positions[0], positions[-1]
    half = 12 * 3_600_000 if first == last else 0
    days = "true" if last - first < 150 * 86_400_000 else "false"
    few, some, many = (json.dumps(clock_ticks(first, last, most)) for most in (5, 8, 14))
    axis = alt.Axis(
        title=None,
        grid=False,
        labelExpr=_TIME_LABEL.replace("{days}", days),
        values=alt.ExprRef(f"width < 400 ? {few} : width < 900 ? {some} : {many}"),
        labelFlush=True,
        labelOverlap=False,
    )
    scale = alt.Scale(type="utc", domain=[first - half, last + half], nice=False)
    return alt.X("x:T", scale=scale, axis=axis)


# ---- values ---------------------------------------------------------------------------------


def value_label(label: Label, currency: str, of: str = "datum.value") -> str:
    """A Vega expression that writes an axis value as the page writes the metric, with fewer digits."""
    short = (
        f"({of} == 0 ? '0' : abs({of}) < 1 ? format({of}, '.2~r') : abs({of}) < 1000 ? format({of}, '.4~r') : "
        f"replace(format({of}, '.3~s'), 'G', 'B'))"
    )
    match label.format:
        case "percent":
            return f"format({of}, '.3~%')"
        case "currency":
            return f"{json.dumps(formats.currency_symbol(currency))} + {short}"
        case "duration":
            return _duration_label(of, label)
        case _:
            return short


def _duration_label(of: str, label: Label) -> str:
    ms = f"({of} * {formats.milliseconds(label.unit):g})"
    sizes = ((1000, 1, "ms"), (60_000, 1000, "s"), (3_600_000, 60_000, "min"))
    smaller = "".join(f"{ms} < {end} ? format({ms} / {size}, '.3~r') + ' {unit}' : " for end, size, unit in sizes)
    return f"{ms} == 0 ? '0' : {smaller}format({ms} / 3600000, '.3~r') + ' h'"


def value_axis(label: Label, currency: str, *, count: int = 4, **options: Any) -> Any:
    """A quantitative axis for one metric."""
    import altair as alt

    return alt.Axis(title=None, labelExpr=value_label(label, currency), tickCount=count, **options)


def value_scale(values: Iterable[Any]) -> Any:
    """From zero; where everything is zero, with room above it."""
    import altair as alt

    return alt.Scale(domain=[0, 1]) if all(not finite(value) for value in values) else alt.Scale(zero=True)


def tooltip(title: str, categories: Categories | None, *, group: str | None = None) -> Any:
    """For viewers of the standalone chart: the time or the group, the category, the exact value."""
    import altair as alt

    first = alt.Tooltip("b:N", title=group) if group else None
    second = alt.Tooltip("s:N", title="Series") if categories and len(categories.names) > 1 else None
    return [tip for tip in (first, second, alt.Tooltip("v:Q", title=title)) if tip is not None]


def finite(value: Any) -> float | None:
    """A number that can be drawn, else None."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


# ---- categories -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Categories:
    """The values of a dimension in the order of their rows, with distinct names and an ink each."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    roles: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[Any]) -> Categories:
        distinct = {category_key(value): value for value in values}
        names = formats.unique([formats.shorten(formats.format_name(value)) for value in distinct.values()])
        roles = ["other" if formats.is_other(value) else category_role(n) for n, value in enumerate(distinct.values())]
        return cls(tuple(distinct), tuple(names), tuple(roles))

    def index(self, value: Any) -> int:
        return self.keys.index(category_key(value))

    def name(self, value: Any) -> str:
        return self.names[self.index(value)]

    @property
    def inks(self) -> list[str]:
        return [ink(role) for role in self.roles]

    @property
    def longest(self) -> int:
        """Characters of the longest name."""
        return max(map(len, self.names), default=0)


def category_key(value: Any) -> str:
    """One text per value: 429 and "429", null and "null" stay apart."""
    return json.dumps(value, sort_keys=True)


def label_limit(frame: Frame) -> int:
    """For names left of the plot: the page's font may be wider than the one they are measured in."""
    return round(0.86 * (frame.left - 10))


def name_room(names: Categories) -> int:
    """The pixels left of the plot for names as row labels."""
    return min(150, 20 + 7 * names.longest)


def colour(categories: Categories) -> Any:
    """The colour channel for `s`, in the order of the rows."""
    import altair as alt

    scale = alt.Scale(domain=list(categories.names), range=categories.inks)
    legend = alt.Legend(title=None, labelLimit=240, symbolLimit=0) if len(categories.names) > 1 else None
    return alt.Color("s:N", sort=None, scale=scale, legend=legend)


# ---- thresholds -----------------------------------------------------------------------------


def threshold_layers(thresholds: Thresholds | None, highest: float, channel: str = "y") -> list[Any]:
    """Dashed rules at the thresholds that lie near enough to the data not to flatten it."""
    import altair as alt

    lines = []
    for role, value in _levels(thresholds):
        if value <= 2.5 * highest or channel == "x":
            encoding = alt.Y(datum=value) if channel == "y" else alt.X(datum=value)
            rule = alt.Chart().mark_rule(color=ink(role), strokeDash=[5, 4], strokeWidth=1.25)
            lines.append(rule.encode(encoding))
    return lines


def _levels(thresholds: Thresholds | None) -> list[tuple[str, float]]:
    if thresholds is None:
        return []
    levels = (("warning", thresholds.warning), ("critical", thresholds.critical))
    return [(role, value) for role, value in levels if value is not None]


# ---- assembly -------------------------------------------------------------------------------


def specification(layers: Sequence[Any], rows: Sequence[Row]) -> Spec:
    """Altair layers over one set of rows → Vega-Lite, the data on top and nothing of Altair's own config."""
    import altair as alt

    with alt.utils.schemapi.debug_mode(False):
        made: Spec = (layers[0] if len(layers) == 1 else alt.layer(*layers)).to_dict(validate=False)
    for name in ("config", "datasets", "$schema"):
        made.pop(name, None)
    for part in (made, *made.get("layer", ())):
        part.pop("data", None)
    for layer in made.get("layer", ()):
        if not _uses_fields(layer):
            layer["data"] = {"values": [{}]}  # drawn once, not once per row
    return {**made, "data": {"values": list(rows)}}


def _uses_fields(layer: Spec) -> bool:
    channels = layer.get("encoding", {}).values()
    return any("field" in one for channel in channels for one in (channel if isinstance(channel, list) else [channel]))


def stacked_panels(panels: Sequence[tuple[str, Spec]]) -> Spec:
    """Charts that cannot share an axis, one above the other, each under its title."""
    titled = [{"title": title, **spec} for title, spec in panels]
    return {"vconcat": titled, "spacing": 18, "resolve": {"scale": {"color": "independent"}}}


def for_page(spec: Spec, frame: Frame, width: int) -> list[Spec]:
    """The chart at `width` pixels for the renderer: one drawing, or one per panel."""
    panels = spec.get("vconcat")
    if panels is None:
        return [_sized(spec, frame, width)]
    return [_sized(panel, frame, width) for panel in panels]


def _sized(spec: Spec, frame: Frame, width: int) -> Spec:
    top = frame.top + (TITLE_ROOM if "title" in spec else 0)
    inner = (frame.width or width) - frame.left - frame.right
    return {
        **_without_legends(spec),
        "$schema": SCHEMA,
        "width": inner,
        "height": frame.height - top - frame.bottom,
        "padding": {"left": frame.left, "right": frame.right, "top": top, "bottom": frame.bottom},
        "autosize": {"type": "none"},
        "config": {**_config(frame), "font": MEASURED_FONT, "aria": False},
    }


def _without_legends(spec: Spec) -> Spec:
    """The page has legends of its own, which are text and tables."""
    kept = {**spec, "layer": [_without_legends(layer) for layer in spec["layer"]]} if "layer" in spec else dict(spec)
    if "color" in kept.get("encoding", {}):
        kept["encoding"] = {**kept["encoding"], "color": {**kept["encoding"]["color"], "legend": None}}
    return kept


def standalone(spec: Spec, frame: Frame, title: str, theme: Theme) -> Spec:
    """The chart for any Vega-Lite viewer: in the theme's colours, with its legend, title and sizes."""
    config = paint({**_config(frame), "legend": _LEGEND, "title": _TITLE}, theme)
    config |= {"font": theme.font, "background": theme.colours["surface"]}
    size = {"width": frame.width or 640, "height": frame.height}
    if "vconcat" in spec:
        body: Spec = {**spec, "vconcat": [{**_painted(panel, theme), **size} for panel in spec["vconcat"]]}
    else:
        body = {**_painted(spec, theme), **size}
    return {"$schema": SCHEMA, "title": formats.clean(title), **body, "padding": 16, "config": config}


def _painted(spec: Spec, theme: Theme) -> Spec:
    """Everything but the data is painted: a value that looks like an ink stays what it is."""
    bare = {key: value for key, value in spec.items() if key != "data"}
    return {**paint(bare, theme), "data": spec["data"]}


def _config(frame: Frame) -> Spec:
    return {
        "background": None,
        "view": {"stroke": None},
        "axis": {
            "labelColor": ink("muted"),
            "labelFontSize": TEXT,
            "titleColor": ink("muted"),
            "titleFontSize": TEXT,
            "titleFontWeight": "normal",
            "gridColor": ink("grid"),
            "domainColor": ink("axis"),
            "tickColor": ink("axis"),
            "tickSize": 4,
        },
        "axisX": {"labelPadding": 6},
        "axisY": {"domain": False, "ticks": False, "labelPadding": 8},
        "title": {**_TITLE, "fontSize": TEXT, "offset": 8, "frame": "group", "dx": 0},
        "text": {"fontSize": TEXT},
    }


_TITLE: Spec = {"anchor": "start", "color": ink("text"), "fontSize": 14, "fontWeight": "bold"}
_LEGEND: Spec = {"labelColor": ink("text"), "labelFontSize": TEXT, "symbolType": "square"}


# ---- rows -----------------------------------------------------------------------------------


def highest(values: Iterable[Any]) -> float:
    """The largest value that can be drawn; 0 for none."""
    return max((value for value in map(finite, values) if value is not None), default=0)


def is_empty(rows: Iterable[Row], metrics: Sequence[str]) -> bool:
    """Whether there is no value at all to draw."""
    return all(finite(row[metric]) is None for row in rows for metric in metrics)


def of_metric(value: Any, metric: str) -> Any:
    """`previous` or `change` of one metric: a row with several keeps them in a mapping."""
    return value.get(metric) if isinstance(value, dict) else value


def alike(metrics: Sequence[str], context: Context) -> list[tuple[str, ...]]:
    """The metrics in groups that can share an axis: counted in the same unit and written alike."""
    groups: dict[object, list[str]] = {}
    for metric in metrics:
        label = context.labels[metric]
        groups.setdefault((label.format, label.unit), []).append(metric)
    return [tuple(group) for group in groups.values()]


def summary(what: str, metrics: Sequence[str], answer: Answer, context: Context) -> str:
    """What a chart shows, in words, for those who do not see it."""
    when = formats.format_range(answer.start, answer.end)
    said = [_extremes(metric, answer, context) for metric in metrics if metric in context.labels]
    return ". ".join([f"{what}, {when}" if when else what, *said])


def _extremes(metric: str, answer: Answer, context: Context) -> str:
    label = context.labels[metric]
    values = [value for row in answer.rows if (value := finite(row[metric])) is not None]
    if not values:
        return f"{label.title}: no values"
    low, high = (formats.format_value(value, label, context.currency).joined for value in (min(values), max(values)))
    return f"{label.title}: lowest {low}, highest {high}"
