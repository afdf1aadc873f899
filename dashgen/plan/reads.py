"""Which sources a dashboard reads, told before any is opened."""

from __future__ import annotations

from collections.abc import Collection

from dashgen.metrics import Catalogue
from dashgen.metrics.formula import sources as sources_of_formula
from dashgen.model import Dashboard, Project, Widget
from dashgen.plan.views import Distribution, Ranking, View, ranking, shown
from dashgen.widgets import kind


def source_names(dashboard: Dashboard, project: Project, catalogue: Catalogue) -> set[str]:
    """Every source that the dashboard's widgets read; its own if no widget reads any."""
    read = read_by(dashboard, project, catalogue).values()
    return {name for names in read for name in names} or {default_source(dashboard, project)}


def read_by(dashboard: Dashboard, project: Project, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """The sources of each widget with numbers, by its id."""
    views = [(widget, kind(widget.type).view(widget)) for widget in dashboard.widgets]
    return {
        widget.id: sources_read(view, source_of(widget, dashboard, project), catalogue)
        for widget, view in views
        if view is not None
    }


def source_of(widget: Widget, dashboard: Dashboard, project: Project) -> str:
    """The nearest `source:`; a project with one source need not name it."""
    return widget.source or default_source(dashboard, project)


def default_source(dashboard: Dashboard, project: Project) -> str:
    return dashboard.source or project.source or next(iter(project.sources))


def sources_read(view: View, own: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Every source that answering reads, the widget's own first; that one where the metrics read nothing at all."""
    formulas = [catalogue.formula(name, own) for name in metrics(view, catalogue.definitions)]
    found = {name or own for formula in formulas for name in sources_of_formula(formula)}
    return tuple(sorted(found, key=lambda name: (name != own, name))) or (own,)


def metrics(view: View, known: Collection[str]) -> tuple[str, ...]:
    """Metrics whose values the view needs: those it shows, and the one that it is ordered by."""
    if isinstance(view, Distribution):
        return ()
    found, order = shown(view), (ranking(view) or Ranking()).order
    return (*found, order.name) if order and order.name in known and order.name not in found else found
