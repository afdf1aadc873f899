"""A trend as Vega-Lite: lines or a stack over the dashboard's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dashgen import axes, channels, charts, clock, ends, figures, markers, rules
from dashgen.categories import Categories
from dashgen.markers import Marker
from dashgen.theme import ink
from dashgen.widgets.base import Answer, Context, Drawing, Frame, Row

if TYPE_CHECKING:
    from dashgen.widgets.line import Line

_HEIGHT, _PANEL = 260, 180
_RIGHT = 16
_ABOVE = 12


@dataclass(frozen=True, slots=True)
class Drawings:
    """For a desk, and for a phone where that is another, without names at the lines' ends."""

    wide: Drawing
    narrow: Drawing | None
    labelled: bool = False
    """Whether the lines have names."""


def drawings(widget: Line, answer: Answer, context: Context) -> Drawings:
    """One pair of axes for metrics that can share it, one below the other for those that cannot."""
    groups = [(metric,) for metric in widget.metrics] if widget.series else figures.alike(widget.metrics, context)
    sheets = [Sheet(widget, metrics, answer, context, n) for n, metrics in enumerate(groups)]
    frame = Frame(
        height=_PANEL if len(sheets) > 1 else _HEIGHT,
        left=max(sheet.value.room for sheet in sheets),
        right=_RIGHT,
        top=_ABOVE + markers.room(sheets[0].markers),
    )
    if widget.stacked or not any(sheet.splits for sheet in sheets):
        return Drawings(_drawing(sheets, frame), None)
    named = _named(sheets, frame)
    if not any(named) and not context.dashboard.is_interactive:
        return Drawings(_drawing(sheets, frame), None)
    wide = replace(frame, right=max([_RIGHT, *(ends.room(rows) for rows in named if rows)]))
    return Drawings(_drawing(sheets, wide, named), _drawing(sheets, frame), any(named))


def _named(sheets: Sequence[Sheet], frame: Frame) -> list[list[Row]]:
    """The names at the ends of each sheet's lines, where all sheets with several lines have room for theirs."""
    named = [sheet.ends(frame) for sheet in sheets]
    split = [rows for rows, sheet in zip(named, sheets, strict=True) if len(sheet.categories.names) > 1]
    return named if split and all(split) else [[] for _ in sheets]


def _drawing(sheets: Sequence[Sheet], frame: Frame, named: Sequence[Sequence[Row]] | None = None) -> Drawing:
    rows_of: Sequence[Sequence[Row] | None] = named or [None] * len(sheets)
    specs = [sheet.spec(frame, rows) for sheet, rows in zip(sheets, rows_of, strict=True)]
    titled = [(sheet.title, spec) for sheet, spec in zip(sheets, specs, strict=True)]
    return Drawing(charts.stacked_panels(titled) if len(specs) > 1 else specs[0], frame)


def shown(widget: Line, answer: Answer, context: Context) -> list[Marker]:
    """The annotations of the dashboard and of the widget that lie in its range."""
    return markers.shown(markers.annotated(widget, context), answer, context)


def categories(widget: Line, answer: Answer, context: Context) -> Categories:
    """What the colours tell: the series, or all metrics."""
    if widget.series:
        return Categories.of((row[widget.series] for row in answer.rows), context.write, context.hues, widget.series)
    return Categories.of_metrics(widget.metrics, (context.labels[metric].title for metric in widget.metrics))


class Sheet:
    """One pair of axes: one metric, perhaps by series, or several metrics of the same unit."""

    def __init__(self, widget: Line, metrics: tuple[str, ...], answer: Answer, context: Context, number: int) -> None:
        self.widget, self.context, self.metrics = widget, context, metrics
        self.labels = [context.labels[metric] for metric in metrics]
        self.title = ", ".join(label.title for label in self.labels)
        self.number = f"_{number}" if number else ""
        self.positions = clock.positions([row["time"] for row in answer.rows])
        self.categories = categories(widget, answer, context)
        if not widget.series:
            self.categories = self.categories.part(metrics)
        self.points = self._points(answer)
        self.levels = rules.levels(widget.thresholds, figures.highest(point["v"] for point in self.points))
        self.value = self._value()
        self.markers = shown(widget, answer, context)

    def ends(self, frame: Frame) -> list[Row]:
        """Names at the line ends, where there is room."""
        inner = frame.height - frame.top - frame.bottom - (charts.TITLE_ROOM if self.number else 0)
        return [] if self.widget.stacked or len(self.positions) < 2 else ends.rows(self.points, self.value, inner)

    @property
    def splits(self) -> bool:
        """Whether it is made for several lines."""
        return self.widget.series is not None or len(self.metrics) > 1

    def spec(self, frame: Frame, named: Sequence[Row] | None) -> charts.Spec:
        """Every layer that the widget can have, whatever the rows: a live chart is given others."""
        time = axes.time(list(self.positions.values()) or [0], self.context.write, frame, name=f"x_axis{self.number}")
        self.x = channels.time(time, padding=0)
        self.y = channels.value(self.value, grid=True)
        layers = self._stack() if self.widget.stacked else self._lines()
        annotated = markers.annotated(self.widget, self.context)
        behind, over = markers.layers(self.markers, time, frame) if annotated else ([], [])
        limits = rules.across(self.widget.thresholds, self.levels, self.labels[0], self.context)
        drawn = [*behind, *layers, *limits, *over]
        if named is not None and self.splits:
            drawn += ends.layers(named, self.x, channels.value(self.value, "w"), channels.colour(self.categories))
        return charts.specification(drawn, self.points, [time, self.value])

    # ---- rows ---------------------------------------------------------------------------------

    def _points(self, answer: Answer) -> list[Row]:
        unfinished = clock.unfinished(list(self.positions), answer.end)
        points = [self._point(row, metric, unfinished) for row in answer.rows for metric in self.metrics]
        for n in range(len(self.categories.names)):
            _mark(points=[point for point in points if point["o"] == n], unfinished=bool(unfinished))
        if len(self.positions) == 1:
            self._mark_single(points)
        if self.widget.series and len(self.categories.names) == 1:
            for point in points:
                point["u"] = True
        return points

    def _mark_single(self, points: Sequence[Row]) -> None:
        """`l`: a single bucket makes no line; its dots have their names and values beside them."""
        for point in points:
            value = self.context.write.value(point["v"], self.labels[0]).joined
            point["l"] = f"{point['s']}  {value}" if len(self.categories.names) > 1 else value

    def _point(self, row: Row, metric: str, unfinished: str) -> Row:
        series = self.widget.series
        n = self.categories.index(row[series]) if series else self.metrics.index(metric)
        point = {"x": self.positions[row["time"]], "time": row["time"], "v": row[metric]}
        if self.widget.compare:
            point["p"] = figures.of_metric(row.get("previous"), metric)
        return {**point, "s": self.categories.names[n], "o": n}

    def _value(self) -> axes.Axis:
        name = f"y_axis{self.number}"
        if self.widget.stacked == "share":
            return axes.shares(self.context.write, name=name)
        found = [point[key] for point in self.points for key in ("v", "p") if key in point]
        if self.widget.stacked:
            found = list(figures.totals((point["x"], point["v"]) for point in self.points).values())
        most = 4 if len(self.widget.metrics) > len(self.metrics) else 6
        reached = [value for _, value in self.levels]
        return axes.values([*found, *reached], self.labels[0], self.context.write, name=name, most=most)

    # ---- layers -------------------------------------------------------------------------------

    def _lines(self) -> list[Any]:
        import altair as alt

        width = self.context.theme.marks.line_width
        base = alt.Chart().encode(self.x, self.y, self._colour(), self._tooltip())
        line = base.mark_line(strokeWidth=width, strokeJoin="round", strokeCap="round")
        dashed = base.mark_line(strokeWidth=width, strokeDash=[1, 4], strokeCap="round")
        dots = base.mark_point(filled=True, size=40, opacity=1)
        drawn = [(line, "datum.q != 2"), (dashed, "datum.q"), (dots, "datum.a")]
        lines = [layer.transform_filter(kept) for layer, kept in drawn]
        return [*self._area(), *self._before(), *lines, self._only()]

    def _area(self) -> list[Any]:
        """Below a single line, fading towards the axis."""
        import altair as alt

        if self.splits and not self.widget.series:
            return []
        stops = [
            alt.GradientStop(color=self.categories.inks[0] if not self.splits else ink("c1"), offset=0),
            alt.GradientStop(color=ink("surface"), offset=1),
        ]
        fade = alt.LinearGradient(gradient="linear", stops=stops, x1=0, x2=0, y1=0, y2=1)
        area = alt.Chart().mark_area(color=fade, opacity=self.context.theme.marks.area_opacity).encode(self.x, self.y)
        return [area.transform_filter("datum.u") if self.splits else area]

    def _before(self) -> list[Any]:
        """The previous period, faint and dashed, behind the line."""
        import altair as alt

        if not self.widget.compare:
            return []
        mark = alt.Chart().mark_line(strokeWidth=1.5, strokeDash=[4, 4], opacity=0.7)
        before = mark.encode(self.x, channels.value(self.value, "p"))
        single, split = before.encode(alt.ColorValue(ink("other"))), before.encode(self._colour())
        if self.widget.series:
            return [single.transform_filter("datum.u"), split.transform_filter("!datum.u")]
        return [split if self.splits else single]

    def _only(self) -> Any:
        """Beside the dots of a single bucket."""
        import altair as alt

        text = alt.Chart().mark_text(align="center", dy=-12, color=ink("text"), fontWeight=600)
        return text.encode(self.x, self.y, alt.Text("l:N")).transform_filter("datum.l")

    def _stack(self) -> list[Any]:
        """Areas, or for a single bucket bars."""
        import altair as alt

        stack = "normalize" if self.widget.stacked == "share" else "zero"
        y = channels.value(self.value, grid=True, stack=stack)
        marked: dict[str, Any] = {"stroke": ink("surface"), "strokeWidth": 0.75}
        chart = alt.Chart()
        marks = [(chart.mark_area(**marked), "!datum.l"), (chart.mark_bar(width=48, **marked), "datum.l")]
        encodings = [self.x, y, self._colour(), alt.Order("o:Q"), self._tooltip()]
        return [mark.encode(*encodings).transform_filter(kept) for mark, kept in marks]

    def _colour(self) -> Any:
        return channels.colour(self.categories)

    def _tooltip(self) -> Any:
        return channels.tooltip(self.title, self.categories, self.context, time=True)


def _mark(points: Sequence[Row], unfinished: bool) -> None:
    """`a`: between two gaps, which makes no line and is drawn as a dot; `q`: where the unfinished bucket is reached."""
    for n, point in enumerate(points):
        around = [points[m]["v"] for m in (n - 1, n + 1) if 0 <= m < len(points)]
        if point["v"] is not None and all(value is None for value in around):
            point["a"] = True
    if unfinished and len(points) > 1:
        points[-2]["q"], points[-1]["q"] = 1, 2
