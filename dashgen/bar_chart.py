"""A comparison as Vega-Lite: bars that stand where their names fit side by side, and lie where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashgen import axes, channels, charts, figures, layout, measure, rules
from dashgen.categories import Categories
from dashgen.theme import ink
from dashgen.widgets.base import Answer, Context, Drawing, Frame, Row

if TYPE_CHECKING:
    from dashgen.widgets.bar import Bar

_HEIGHT = 260
_EDGE = 12
_LANE, _THIN, _SPLIT = 30, 24, 17
_MANY = 20
_LABELLED = 30
"""More bars than this have an axis instead of a number each."""
_NAMES = {"desk": 176, "phone": 124}
"""The most pixels that names may take from a plot."""


def drawings(widget: Bar, answer: Answer, context: Context) -> tuple[Drawing, Drawing]:
    """For a desk and for a phone, where bars always lie."""
    groups = figures.alike(widget.metrics, context)
    sheets = [Sheet(widget, metrics, answer, context, n) for n, metrics in enumerate(groups)]
    lying = widget.horizontal or not all(sheet.stands for sheet in sheets)
    return _drawing(sheets, lying, _NAMES["desk"]), _drawing(sheets, True, _NAMES["phone"])


def _drawing(sheets: Sequence[Sheet], lying: bool, most: int) -> Drawing:
    frames = [sheet.frame(lying, most) for sheet in sheets]
    frame = Frame(
        height=max(one.height for one in frames),
        left=max(one.left for one in frames),
        right=max(one.right for one in frames),
        top=max(one.top for one in frames),
        bottom=max(one.bottom for one in frames),
    )
    specs = [(sheet.title, sheet.spec(lying, most, frame)) for sheet in sheets]
    return Drawing(charts.stacked_panels(specs) if len(specs) > 1 else specs[0][1], frame)


class Sheet:
    """One pair of axes: bars of one metric, perhaps split by series, or of several metrics of the same unit."""

    def __init__(self, widget: Bar, metrics: tuple[str, ...], answer: Answer, context: Context, number: int) -> None:
        self.widget, self.metrics, self.context = widget, metrics, context
        self.number = f"_{number}" if number else ""
        self.labels = [context.labels[metric] for metric in metrics]
        self.title = ", ".join(label.title for label in self.labels)
        self.groups = Categories.of((row[widget.by] for row in answer.rows), context.write)
        self.split = len(metrics) > 1 or widget.series is not None
        self.colours = colours(widget, answer, context)
        if not widget.series:
            self.colours = self.colours.part(metrics)
        self.bars = [self._bar(row, metric) for row in answer.rows for metric in metrics]
        self.totals = figures.totals((bar["b"], bar["v"]) for bar in self.bars)
        self.levels = rules.levels(widget.thresholds, figures.highest(self._reached()))
        self.texts = self._texts()
        self.value = self._value()

    @property
    def stands(self) -> bool:
        """Whether names, and numbers if there are any, stand beside each other in the narrowest desk's column."""
        room = layout.BREAK - self.value.room - 2 * _EDGE
        widest = max(map(measure.width, [*self.groups.names, *self.texts]), default=0)
        return len(self.groups.names) * (widest + _EDGE) <= room

    @property
    def _beside(self) -> bool:
        """Whether the parts of a group stand beside each other."""
        return self.split and not self.widget.stacked

    @property
    def _lanes(self) -> int:
        return len(self.colours.names) if self._beside else 1

    def frame(self, lying: bool, most: int) -> Frame:
        if not lying:
            left = 0 if self.texts else self.value.room
            return Frame(height=_HEIGHT, left=max(left, 4), right=4, top=24 if self.texts else 12, bottom=28)
        lane = _THIN if len(self.groups.names) > _MANY else _LANE
        height = max(len(self.groups.names), 1) * max(lane, _SPLIT * self._lanes + 10)
        right = axes.room(max(map(measure.width, self.texts))) if self.texts else 20
        top, bottom = (rules.room(self.levels) if self.levels else 4), (4 if self.texts else 28)
        return Frame(height + top + bottom, left=self._names(most).room, right=right, top=top, bottom=bottom)

    def spec(self, lying: bool, most: int, frame: Frame) -> charts.Spec:
        """Every layer that the widget can have, whatever the rows: a live chart is given others."""
        names, value = self._names(most), self._shown(lying, frame)
        layers = [self._marks(lying, names, value), self._zero(lying, value), *self._limits(lying)]
        parts = [self._parts] if self._beside else []
        return charts.specification([*layers, *self._numbers(lying, value)], self.bars, [names, value, *parts])

    # ---- rows ---------------------------------------------------------------------------------

    def _bar(self, row: Row, metric: str) -> Row:
        series = self.widget.series
        n = self.colours.index(row[series]) if series else self.metrics.index(metric)
        return {"b": self.groups.name(row[self.widget.by]), "v": row[metric], "s": self.colours.names[n], "o": n}

    def _reached(self) -> list[Any]:
        return list(self.totals.values()) if self.widget.stacked else [bar["v"] for bar in self.bars]

    def _value(self) -> axes.Axis:
        name = f"v_axis{self.number}"
        if self.widget.stacked == "share":
            return axes.shares(self.context.write, name=name)
        found = [*self._reached(), *(value for _, value in self.levels)]
        value = axes.values(found, self.labels[0], self.context.write, name=name)
        if not self.texts or value.low == value.high == 0:
            return value
        numbers = [0, *(figures.finite(one) or 0 for one in found)]
        return replace(value, low=min(numbers), high=max(numbers) or 1)

    def _shown(self, lying: bool, frame: Frame) -> axes.Axis:
        """The axis of values, which says nothing where every bar has its number."""
        value = replace(self.value, ticks=((),), texts=((),)) if self.texts else self.value
        return axes.lying(value, frame) if lying else value

    def _names(self, most: int) -> axes.Axis:
        return axes.names(self.groups, most, name=f"b_axis{self.number}")

    @property
    def _parts(self) -> axes.Axis:
        return axes.names(self.colours, _NAMES["desk"], name=f"s_axis{self.number}")

    def _texts(self) -> list[str]:
        """The number of every bar, or of every stack on its last part, where they are few enough: an axis then says
        nothing more."""
        if self.widget.stacked == "share" or len(self.totals if self.widget.stacked else self.bars) > _LABELLED:
            return []
        write, label = self.context.write, self.labels[0]
        if not self.widget.stacked:
            for bar in self.bars:
                bar["l"], bar["e"] = write.cell(bar["v"], label), max(figures.finite(bar["v"]) or 0, 0)
        else:
            for bar in {bar["b"]: bar for bar in self.bars}.values():
                bar["l"], bar["e"] = write.cell(self.totals[bar["b"]], label), self.totals[bar["b"]]
        return [bar["l"] for bar in self.bars if "l" in bar]

    # ---- layers -------------------------------------------------------------------------------

    def _marks(self, lying: bool, names: axes.Axis, value: axes.Axis) -> Any:
        import altair as alt

        stack = {"stack": "zero", "share": "normalize", None: None}[self.widget.stacked]
        encodings = [
            self._across(lying, names),
            channels.value(value, x=lying, stack=stack, **_axis(lying)),
            channels.colour(self.colours) if self.split else self._rest(),
            channels.tooltip(self.title, self.colours if self.split else None, self.context, group=self._group),
        ]
        encodings += self._offset(lying)
        if stack is not None:
            encodings.append(alt.Order("o:Q"))
        seam: dict[str, Any] = {"stroke": ink("surface"), "strokeWidth": 1} if stack else {}
        radius = 0 if stack else self.context.theme.marks.bar_radius
        if not lying:
            seam["width"] = alt.ExprRef(self._width(names))
        mark: Any = alt.Chart().mark_bar(cornerRadiusEnd=radius, **seam)
        return mark.encode(*encodings)

    def _width(self, names: axes.Axis) -> str:
        """Of upright bars: a single one does not fill the plot."""
        lane = "xOffset" if self._beside else "x"
        return f"bandwidth('{lane}') * ({names.name}.ticks[0].length > 1 ? 1 : 0.5)"

    @property
    def _group(self) -> str:
        return self.context.labels[self.widget.by].title

    def _across(self, lying: bool, names: axes.Axis | None = None) -> Any:
        import altair as alt

        channel, plain = (alt.Y, {"domain": False}) if lying else (alt.X, {"labelAngle": 0})
        if names is None:
            return channel("b:N", sort=None)
        outer = 0.05 if lying else alt.ExprRef(f"clamp(3 - {names.name}.ticks[0].length / 2, 0.12, 1)")
        bands = names.bands(paddingInner=0.26, paddingOuter=outer)
        return channel("b:N", sort=None, scale=bands, axis=names.axis(ticks=False, **plain))

    def _offset(self, lying: bool) -> list[Any]:
        import altair as alt

        if not self._beside:
            return []
        channel = alt.YOffset if lying else alt.XOffset
        return [channel("s:N", sort="ascending", scale=self._parts.bands())]

    def _rest(self) -> Any:
        """One colour for all, a neutral one for the folded rest."""
        import altair as alt

        own = self.colours.inks[0]
        inks = [ink("other") if role == "other" else own for role in self.groups.roles]
        return alt.Color("b:N", sort=None, scale=alt.Scale(domain=list(self.groups.names), range=inks), legend=None)

    def _limits(self, lying: bool) -> list[Any]:
        label, context = self.labels[0], self.context
        if lying:
            return rules.upright(self.widget.thresholds, self.levels, label, context, self.value.place)
        return rules.across(self.widget.thresholds, self.levels, label, context)

    def _zero(self, lying: bool, value: axes.Axis) -> Any:
        """Where bars begin: upright ones on the axis of names unless some hang below."""
        import altair as alt

        seen: Any = 1 if lying else alt.ExprRef(f"{value.name}.ends[0] < 0 ? 1 : 0")
        rule = alt.Chart().mark_rule(color=ink("axis"), strokeWidth=1, opacity=seen)
        return rule.encode(x=alt.X(datum=0)) if lying else rule.encode(y=alt.Y(datum=0))

    def _numbers(self, lying: bool, value: axes.Axis) -> list[Any]:
        """Beside the bars' ends; a negative one has it on the free side of zero."""
        import altair as alt

        if self.widget.stacked == "share":
            return []
        place: dict[str, Any] = {"align": "left", "dx": 6} if lying else {"align": "center", "dy": -9}
        if self._beside:
            place["fontSize"] = alt.ExprRef(f"{self._parts.name}.ticks[0].length > 1 ? 11 : 12")
        text = alt.Chart().mark_text(color=ink("text"), **place)
        seam = alt.Chart().mark_text(color=ink("surface"), stroke=ink("surface"), strokeWidth=4, **place)
        end = channels.value(value, "e", x=lying, **_axis(lying))
        encodings = [self._across(lying), end, alt.Text("l:N"), *self._offset(lying)]
        drawn = [seam, text] if self.widget.thresholds else [text]
        return [one.transform_filter("datum.l").encode(*encodings) for one in drawn]


def _axis(lying: bool) -> dict[str, Any]:
    return {"domain": False, "ticks": False, "grid": True, "labelFlush": lying}


def colours(widget: Bar, answer: Answer, context: Context) -> Categories:
    """What the colours tell: the series, or all metrics."""
    if widget.series is not None:
        return Categories.of((row[widget.series] for row in answer.rows), context.write, context.hues, widget.series)
    return Categories.of_metrics(widget.metrics, (context.labels[metric].title for metric in widget.metrics))
