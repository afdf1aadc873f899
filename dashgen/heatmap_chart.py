"""A metric over two dimensions as Vega-Lite: a cell per pair, darker for more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashgen import axes, charts, layout, measure
from dashgen.axes import Axis
from dashgen.categories import Categories
from dashgen.theme import DIVERGING, SEQUENTIAL, ink
from dashgen.widgets.base import Answer, Context, Drawing, Frame, Row

if TYPE_CHECKING:
    from dashgen.widgets.heatmap import Heatmap

_ABOVE, _RIGHT = 4, 4
_BELOW = 26
_LANE = {"desk": 30, "phone": 24}
_NAMES = {"desk": 160, "phone": 104}
"""The most pixels that the names of rows may take from the plot."""
_SLANTED = 96
"""The most pixels of a slanted name."""
_APART = 20
_HOURS = {"desk": 3, "phone": 6}


class Sheet:
    """The cells, and the axes that name them."""

    def __init__(self, widget: Heatmap, answer: Answer, context: Context) -> None:
        self.widget, self.context = widget, context
        self.rows = Categories.of((named(widget.rows, row, context) for row in answer.rows), context.write)
        self.columns = Categories.of((named(widget.columns, row, context) for row in answer.rows), context.write)
        self.cells = [self._cell(row) for row in answer.rows]
        values = [cell["v"] for cell in self.cells if cell["v"] is not None]
        self.domain = _domain(values)
        self.roles = DIVERGING if self.domain[0] < 0 else SEQUENTIAL

    @property
    def places(self) -> list[tuple[str, str, Any]]:
        """Row, column and value of each cell."""
        return [(cell["r"], cell["c"], cell["v"]) for cell in self.cells]

    def desk(self) -> Drawing:
        return self._drawing("desk", layout.BREAK)

    def phone(self) -> Drawing:
        return self._drawing("phone", axes.PHONE)

    def _cell(self, row: Row) -> Row:
        down, along = (named(name, row, self.context) for name in (self.widget.rows, self.widget.columns))
        return {"r": self.rows.name(down), "c": self.columns.name(along), "v": row[self.widget.metric]}

    def _drawing(self, size: str, width: int) -> Drawing:
        down = axes.names(self.rows, _NAMES[size], name="r_axis")
        along = self._along(width - down.room - _RIGHT, _HOURS[size])
        below = axes.room(0.7 * max(map(measure.width, along.texts[0]), default=0)) if along.slant else _BELOW
        height = max(1, len(self.rows.names)) * _LANE[size]
        frame = Frame(height + _ABOVE + below, left=down.room, right=_RIGHT, top=_ABOVE, bottom=below)
        return Drawing(self._spec(down, along), frame)

    def _along(self, width: float, hours: int) -> Axis:
        """The names below, slanted where they would touch; then every second or third is left out if need be."""
        count = max(len(self.columns.names), 1)
        if self.widget.columns == "hour":
            return _thinned(axes.names(self.columns, width, name="c_axis"), hours)
        if max(map(measure.width, self.columns.names), default=0) <= 1.1 * width / count:
            return replace(axes.names(self.columns, width, name="c_axis"), slant=0)
        axis = replace(axes.names(self.columns, _SLANTED, name="c_axis"), slant=320)
        return _thinned(axis, -(-count * _APART // max(int(width), 1)) or 1)

    def _spec(self, down: Axis, along: Axis) -> charts.Spec:
        import altair as alt

        padding = {"paddingInner": 0.08, "paddingOuter": 0}
        plain: dict[str, Any] = {"domain": False, "ticks": False}
        cells = alt.Chart().mark_rect(cornerRadius=3, invalid=None, strokeWidth=1)
        drawn = cells.encode(
            alt.X("c:N", sort=None, scale=along.bands(**padding), axis=along.axis(**plain, **_turned(along))),
            alt.Y("r:N", sort=None, scale=down.bands(**padding), axis=down.axis(**plain)),
            self._colour(),
            self._tooltip(),
            alt.StrokeValue(None, condition=_where_missing("grid")),
        )
        return charts.specification([drawn], self.cells, [down, along])

    def _colour(self) -> Any:
        import altair as alt

        inks = [ink(role) for role in self.roles]
        scale = alt.Scale(type="quantize", domain=list(self.domain), range=inks, nice=False, zero=False)
        return alt.Color("v:Q", scale=scale, legend=alt.Legend(title=None), condition=_where_missing("surface"))

    def _tooltip(self) -> Any:
        import altair as alt

        places = (("r", self.widget.rows), ("c", self.widget.columns))
        value = alt.Tooltip("v:Q", title=self.context.labels[self.widget.metric].title)
        return [*(alt.Tooltip(f"{field}:N", title=title(name, self.context)) for field, name in places), value]


def _turned(axis: Axis) -> dict[str, Any]:
    """How its texts stand below the plot: their ends at the cells where they are slanted."""
    import altair as alt

    if axis.slant is None:
        return {"labelAngle": 0, "labelFlush": False}
    slant = f"{axis.name}.slant"
    aligned = alt.ExprRef(f"{slant} ? 'right' : 'center'")
    return {"labelAngle": alt.ExprRef(slant), "labelAlign": aligned, "labelBaseline": "top", "labelFlush": False}


def _where_missing(role: str) -> dict[str, str]:
    return {"test": "datum.v === null", "value": ink(role)}


def _thinned(axis: Axis, step: int) -> Axis:
    return replace(axis, texts=([text if n % step == 0 else "" for n, text in enumerate(axis.texts[0])],))


def named(dimension: str, row: Row, context: Context) -> Any:
    """A cell's place: weekdays and hours in words, else the dimension's value."""
    value = row[dimension]
    if isinstance(value, int) and dimension in ("weekday", "hour"):
        return context.write.weekday(value) if dimension == "weekday" else context.write.hour(value)
    return value


def title(dimension: str, context: Context) -> str:
    """Weekday and hour are no dimensions of the data."""
    return context.labels[dimension].title if dimension in context.labels else context.words(dimension)


def _domain(values: Sequence[float]) -> tuple[float, float]:
    """From zero, or from the least where all lie close together far above it; around zero where some lie below."""
    if not values:
        return 0, 1
    low, high = min(values), max(values)
    if low < 0:
        return -max(-low, high), max(-low, high)
    low = low if low > high / 2 else 0
    return (low, high) if low < high else (0, high or 1)
