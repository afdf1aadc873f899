"""From answers to parts: charts are drawn while cubes are packed, then both become files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from dashgen import browser, bundle, markup, runtime
from dashgen.answers import Answered, catalogue_of
from dashgen.diagnostics import Diagnostic, WorkError
from dashgen.draw import DrawnDashboard, begin
from dashgen.exposure import exposure
from dashgen.facts import facts, told
from dashgen.images import Format
from dashgen.labels import labels
from dashgen.metrics import Catalogue
from dashgen.model import Dashboard, Project
from dashgen.orders import Made, Order
from dashgen.project import Checked
from dashgen.render import Renderer
from dashgen.shipments import shipping
from dashgen.theme import open_theme
from dashgen.widgets.base import Context


def made(
    found: Answered,
    diagnostics: tuple[Diagnostic, ...],
    renderer: Renderer,
    chart_script: Callable[[], bytes],
    order: Order,
) -> Made:
    """Raises `Failure` for what cannot be drawn, or does not fit."""
    with shipping(found) as cargo:  # while charts are drawn
        order.phase("draw")
        begun = _begin(found, renderer)
        markup.load()
        runtime.later_script()  # kept, as the templates are: here it costs nobody time
        drawn = [finish() for finish in begun]
        shipped = cargo()
        order.phase("write")
        parts = bundle.parted(
            [told(one, shipped.get(one.dashboard.id)) for one in drawn],
            exposure=exposure(found, shipped),
            cubes={name: one.script for name, one in shipped.items()},
            chart_script=chart_script,
            single_file=order.single_file,
            pictured=order.image == "png" and browser.find() is not None,
            address=found.project.address,
        )
    rows = {name: source.probe.rows for name, source in found.sources.items()}
    pictures = partial(_images, drawn=drawn, style=order.image, renderer=renderer)
    return Made(diagnostics, parts, pictures, found.diagnostics, rows, len(found.served.cubes))


def index(entries: Sequence[Mapping[str, Any]], links: Mapping[str, Any], checked: Checked) -> bytes:
    """The list of all dashboards, in the theme and language of the first."""
    assert checked.project is not None
    look = _context(checked.dashboards[0], checked.project, catalogue_of(checked.project))
    return bundle.index(entries, look, links)


def _begin(found: Answered, renderer: Renderer) -> list[Callable[[], DrawnDashboard]]:
    """Every dashboard's charts handed to the renderer, which draws them while the caller goes on."""
    begun = []
    for asked in found.dashboards:
        dashboard = asked.dashboard
        look = _context(dashboard, found.project, found.catalogue)
        begun.append(begin(dashboard, found.answers[dashboard.id], look, facts(asked, found, look), renderer))
    return begun


def _context(dashboard: Dashboard, project: Project, catalogue: Catalogue) -> Context:
    try:
        look = open_theme(dashboard.theme, Path(project.root))
    except (KeyError, OSError, ValueError) as problem:
        raise WorkError(f"the theme {dashboard.theme} changed while it was used: {problem}") from problem
    return Context.of(dashboard, look, project.currency, labels(project, catalogue))


def _images(
    files: Mapping[str, bytes], drawn: Sequence[DrawnDashboard], style: Format | None, renderer: Renderer
) -> Mapping[str, bytes]:
    if style is None:
        return {}
    from dashgen import images

    locales = {one.dashboard.id: one.dashboard.locale for one in drawn}
    return dict([*images.widgets(drawn, style, renderer), *images.pages(files, locales, style)])
