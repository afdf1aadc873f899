"""The phase between rows and files: every widget becomes a picture, every chart is drawn at its widths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from dashgen import charts, layout
from dashgen.model import Dashboard, Section, Widget
from dashgen.render import Renderer
from dashgen.widgets import kind
from dashgen.widgets.base import Answer, Context, Drawing, Picture


@dataclass(frozen=True, slots=True)
class DrawnWidget:
    """`drawings`: for each width, narrow to wide, the SVG of each panel. `span` is in columns of twelve.

    `live` has the same charts as Vega, for any width; `live_of` says which one stands behind each drawing.
    """

    widget: Widget
    answer: Answer
    picture: Picture
    span: int
    drawings: tuple[tuple[str, ...], ...] = ()
    live: tuple[tuple[charts.Spec, ...], ...] = ()
    live_of: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page and the manifest say beside the numbers. Times are ISO 8601 in the dashboard's zone."""

    as_of: str
    start: str
    end: str
    catalogue: str
    """The version of the built-in catalogue."""
    error_bounds: Mapping[str, float]
    """Metric → the relative error of its percentiles, for those that have one."""
    left_out: Sequence[tuple[str, str]] = ()
    """Widgets that the source cannot answer: title and reason."""
    notes: Sequence[str] = ()
    """Where the data comes from, and what a reader must know about it."""
    stale: str = ""
    """A sentence for the top of the page where the newest event is long before the end of the range."""


@dataclass(frozen=True, slots=True)
class DrawnDashboard:
    dashboard: Dashboard
    context: Context
    facts: Facts
    widgets: Mapping[str, DrawnWidget]
    """By id, in reading order; without those that were left out."""


def draw(
    dashboard: Dashboard, answers: Mapping[str, Answer], context: Context, facts: Facts, renderer: Renderer
) -> DrawnDashboard:
    """Draw every widget that has an answer or asks nothing. Raises RenderError naming a chart that cannot be drawn."""
    shown = [widgets_shown(run, answers) for run in runs(dashboard.layout)]
    started = [_start(widget, span, answers, context, renderer) for run in shown for widget, span in _spanned(run)]
    widgets = [_finish(drawn, pending) for drawn, pending in started]
    return DrawnDashboard(dashboard, context, facts, {drawn.widget.id: drawn for drawn in widgets})


def runs(entries: Sequence[Widget | Section]) -> Iterator[list[Widget]]:
    """Widgets that flow into the same columns: neighbours between sections, and each section's own."""
    run: list[Widget] = []
    for entry in entries:
        if isinstance(entry, Section):
            yield run
            yield from runs(entry.layout)
            run = []
        else:
            run.append(entry)
    yield run


def widgets_shown(run: Sequence[Widget], answers: Mapping[str, Answer]) -> list[Widget]:
    return [widget for widget in run if widget.id in answers or kind(widget.type).view(widget) is None]


def _spanned(run: Sequence[Widget]) -> Iterator[tuple[Widget, int]]:
    return zip(run, layout.spans(run), strict=True)


@dataclass(frozen=True, slots=True)
class _Pending:
    """What the renderer was asked for and has not answered yet."""

    drawings: list[list[Future[str]]]
    live: list[list[Future[charts.Spec]]]
    live_of: list[int]


def _start(
    widget: Widget, span: int, answers: Mapping[str, Answer], context: Context, renderer: Renderer
) -> tuple[DrawnWidget, _Pending]:
    """Build the picture and hand its charts to the renderer without waiting for them."""
    answer = answers.get(widget.id, Answer(()))
    if answer.failure:
        return DrawnWidget(widget, answer, Picture(), span), _Pending([], [], [])
    picture = kind(widget.type).draw(widget, answer, context)
    return DrawnWidget(widget, answer, picture, span), _ask(widget.id, _fitted(picture, widget), span, renderer)


def _ask(name: str, picture: Picture, span: int, renderer: Renderer) -> _Pending:
    pending, known = _Pending([], [], []), list[Drawing]()
    for n, (drawing, width) in enumerate(_at_widths(picture, span)):
        panels = charts.for_page(drawing.spec, drawing.frame, width)
        fixed = drawing.frame.width is not None
        drawn = [renderer.submit(f"{name}-{n}-{m}", panel, fixed=fixed) for m, panel in enumerate(panels)]
        pending.drawings.append(drawn)
        if drawing not in known:
            known.append(drawing)
            pending.live.append([renderer.compile(name, panel) for panel in panels])
        pending.live_of.append(known.index(drawing))
    return pending


def _fitted(picture: Picture, widget: Widget) -> Picture:
    """A height that was asked for, where a chart can follow it."""
    if widget.height is None or picture.frame.width is not None:
        return picture
    panels = len((picture.chart or {}).get("vconcat", "1"))
    height = max(90, layout.chart_height(widget.height) // panels)
    return replace(picture, frame=replace(picture.frame, height=height))


def _at_widths(picture: Picture, span: int) -> Iterator[tuple[Drawing, int]]:
    """The charts to draw, each with its width in pixels; none where there is nothing to see."""
    if picture.empty or picture.chart is None:
        return
    wide = Drawing(picture.chart, picture.frame)
    widths = layout.drawn_widths(span) if picture.frame.width is None else (picture.frame.width,)
    for width in widths:
        yield picture.narrow if picture.narrow and width <= layout.NARROW else wide, width


def _finish(drawn: DrawnWidget, pending: _Pending) -> DrawnWidget:
    drawings = tuple(tuple(panel.result() for panel in panels) for panels in pending.drawings)
    live = tuple(tuple(panel.result() for panel in panels) for panels in pending.live)
    return replace(drawn, drawings=drawings, live=live, live_of=tuple(pending.live_of))
