"""The phase between rows and files: every widget becomes a picture, every chart is drawn at its widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from dashgen import charts, layout, legends, messages
from dashgen.diagnostics import Failure
from dashgen.model import Dashboard, Section, Widget
from dashgen.render import Renderer, RenderError
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
    standard_errors: Mapping[str, float] = field(default_factory=dict)
    """Metric → that of its numbers of distinct values, for those that a page estimates under filters."""
    left_out: Sequence[tuple[str, str]] = ()
    """Widgets that the source cannot answer: title and reason."""
    notes: Sequence[str] = ()
    """Where the data comes from, and what a reader must know about it."""
    newest: str = ""
    """The newest event; with several sources, the oldest of their newest."""
    stale: str = ""
    """A sentence for the top of the page where the newest event is long before the end of the range."""
    due: int = 0
    """When a viewer's clock says the same, in ms since the epoch; 0 where nobody promised newer numbers."""


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
    """Draw every widget that has an answer or asks nothing. Raises Failure at a chart that cannot be drawn."""
    return begin(dashboard, answers, context, facts, renderer)()


def begin(
    dashboard: Dashboard, answers: Mapping[str, Answer], context: Context, facts: Facts, renderer: Renderer
) -> Callable[[], DrawnDashboard]:
    """As `draw`, but only what is returned waits for the renderer: meanwhile other dashboards can begin."""
    shown = [widgets_shown(run, answers) for run in runs(dashboard.layout)]
    rows = [row for run in shown for row in layout.rows(run)]
    started = [one for row in rows for one in _start(row, answers, context, renderer)]

    def finish() -> DrawnDashboard:
        widgets = [_finish(drawn, pending) for drawn, pending in started]
        return DrawnDashboard(dashboard, context, facts, {drawn.widget.id: drawn for drawn in widgets})

    return finish


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


@dataclass(frozen=True, slots=True)
class _Pending:
    """What the renderer was asked for and has not answered yet."""

    drawings: list[list[Future[str]]]
    live: list[list[Future[charts.Spec]]]
    live_of: list[int]


def _start(
    row: Sequence[tuple[Widget, int]], answers: Mapping[str, Answer], context: Context, renderer: Renderer
) -> list[tuple[DrawnWidget, _Pending]]:
    """Build the pictures of a row and hand their charts to the renderer without waiting for them."""
    drawn = [_picture(widget, span, answers.get(widget.id, Answer(())), context) for widget, span in row]
    fitted = zip(drawn, _fitted(drawn), strict=True)
    follows = context.dashboard.is_interactive
    return [(one, _ask(one, picture, renderer, follows)) for one, picture in fitted]


def _picture(widget: Widget, span: int, answer: Answer, context: Context) -> DrawnWidget:
    picture = Picture() if answer.failure else kind(widget.type).draw(widget, answer, context)
    return DrawnWidget(widget, answer, picture, span)


def _ask(one: DrawnWidget, picture: Picture, renderer: Renderer, follows: bool) -> _Pending:
    """A chart that shows nothing is only live, for the rows that other filters leave it; else it is not at all."""
    name, span = one.widget.id, one.span
    pending, known = _Pending([], [], []), list[int]()
    is_seen = not (picture.empty or picture.waiting)
    if not is_seen and not follows:
        return pending
    for n, (drawing, width) in enumerate(_at_widths(picture.waiting or picture, span)):
        panels = charts.for_page(drawing.spec, drawing.frame, width)
        fixed = drawing.frame.width is not None
        if is_seen:
            drawn = [renderer.submit(f"{name}-{n}-{m}", panel, fixed=fixed) for m, panel in enumerate(panels)]
            pending.drawings.append(drawn)
        if id(drawing) not in known:
            known.append(id(drawing))
            pending.live.append([renderer.compile(name, panel) for panel in panels])
        pending.live_of.append(known.index(id(drawing)))
    return pending


def _fitted(row: Sequence[DrawnWidget]) -> list[Picture]:
    """Their pictures in the height that was asked for, or so that those of a row end together."""
    charts = {n: one for n, one in enumerate(row) if one.picture.chart is not None and not one.picture.empty}
    heights = layout.levelled([(_height(one), _under(one)) for one in charts.values()])
    found = [one.picture for one in row]
    for (n, one), levelled in zip(charts.items(), heights, strict=True):
        height = levelled if one.widget.height is None else _height(one)
        if one.picture.frame.width is None:
            found[n] = replace(one.picture, frame=replace(one.picture.frame, height=height // _panels(one.picture)))
    return found


def _panels(picture: Picture) -> int:
    return len((picture.chart or {}).get("vconcat", "1"))


def _height(one: DrawnWidget) -> int:
    """Of its chart, all panels together; of a pie with its legend beside it."""
    panels, legend = _panels(one.picture), legends.height(one.picture.legend, layout.inside(one.span))
    if one.picture.frame.width is not None:
        return max(one.picture.frame.height, legend)
    if one.widget.height is not None:
        return max(90 * panels, layout.chart_height(one.widget.height))
    return panels * one.picture.frame.height


def _under(one: DrawnWidget) -> int:
    """What stands between its chart and the end of its widget, more than every chart has."""
    width = layout.inside(one.span)
    legend = legends.height(one.picture.legend, width) if one.picture.frame.width is None else 0
    return legend + sum(legends.text_height(note, width) for note in one.answer.notes)


def _at_widths(picture: Picture, span: int) -> Iterator[tuple[Drawing, int]]:
    """The charts to draw, each with its width in pixels."""
    if picture.chart is None:
        return
    wide = Drawing(picture.chart, picture.frame)
    widths = layout.drawn_widths(span) if picture.frame.width is None else (picture.frame.width,)
    for width in widths:
        yield picture.narrow if picture.narrow and width <= layout.NARROW else wide, width


def _finish(drawn: DrawnWidget, pending: _Pending) -> DrawnWidget:
    with rendering(drawn.widget):
        drawings = tuple(tuple(panel.result() for panel in panels) for panels in pending.drawings)
        live = tuple(tuple(panel.result() for panel in panels) for panels in pending.live)
    return replace(drawn, drawings=drawings, live=live, live_of=tuple(pending.live_of))


@contextmanager
def rendering(widget: Widget) -> Iterator[None]:
    """What the renderer cannot draw, as a diagnostic at its widget."""
    try:
        yield
    except RenderError as error:
        raise Failure([messages.undrawable_chart(widget.at, widget.id, error.reason)]) from error
