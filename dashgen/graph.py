"""What a page depends on. Each node has a name that stands for all that it is made of, so that what has the same name
is the same, and what a change does not reach keeps its name.

    page ← dashboard     titles, texts, layout, annotations
         ← theme         colours, fonts, logo
         ← definitions   metrics and dimensions with their titles and formats, currency
         ← numbers ← questions   what the widgets ask: metrics, groups, conditions, ranges, filters, budget
                   ← formulas    metrics without titles and formats
                   ← source      definition, fields, prices, data
                   ← privacy     the secret's fingerprint, and every dashboard of the project, since names are for all
                   ← clock       where `as_of` is `now`

The numbers stand on cubes, which have names of their own: the source's state, the grouping, the conditions, the edges
and each measure (`sources/kept.py`). Charts are named by what is drawn (`drawn.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dashgen import program
from dashgen.diagnostics import Failure
from dashgen.digest import digest
from dashgen.environment import PRIVACY_KEY, filled
from dashgen.fields import registry
from dashgen.metrics import Catalogue
from dashgen.model import Dashboard, MetricDefinition, Project, Section, Widget
from dashgen.plan.reads import source_names
from dashgen.sources.base import Surroundings
from dashgen.sources.states import state
from dashgen.theme import open_theme
from dashgen.timeline import Zone

MADE_OF = {
    "page": "files of the page",
    "dashboard": "titles, texts, layout, annotations, filters",
    "theme": "colours, fonts, logo",
    "definitions": "metrics and dimensions with titles and formats, currency",
    "numbers": "rows, and what the page ships for its filters",
    "questions": "metrics, groups, conditions, ranges, filters, budget",
    "formulas": "metrics without titles and formats",
    "source": "definition, fields, prices, data",
    "privacy": "the secret, and every dashboard",
    "clock": "the instant that `now` means",
}
"""What each kind of node stands for."""


@dataclass(frozen=True, slots=True)
class Node:
    """Something that is made, or that something is made of."""

    kind: str
    label: str
    name: str
    inputs: tuple[Node, ...] = ()

    @classmethod
    def of(cls, kind: str, label: str, own: Any, *inputs: Node) -> Node:
        return cls(kind, label, digest(kind, own, [one.name for one in inputs]), inputs)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """Itself and all that it is made of, each with its depth."""
        yield depth, self
        for one in self.inputs:
            yield from one.walk(depth + 1)


class Graph:
    """The nodes of a project. `now` is the instant that `as_of: now` means."""

    def __init__(self, project: Project, dashboards: tuple[Dashboard, ...], now: int) -> None:
        self._project = project
        self._now = now
        self._catalogue = Catalogue(project.metrics, registry(project))
        self._states = {name: _state(name, project, self._catalogue) for name in project.sources}
        described = {name: source.description for name, source in project.sources.items()}
        self._definitions = Node.of("definitions", "project", [_shown(project), described])
        self._formulas = Node.of("formulas", "project", _formulas(project))
        self._privacy = list(_privacy(dashboards))
        self._looks: dict[str, Node | None] = {}

    def page(self, dashboard: Dashboard, *, single_file: bool = False) -> Node | None:
        """None where nothing tells whether it would be the same again: for a source that cannot be read."""
        numbers, look = self.numbers(dashboard), self._look(dashboard.theme)
        if numbers is None or look is None:
            return None
        return Node.of(
            "page",
            dashboard.id,
            [program.fingerprint(), single_file, self._project.address],
            Node.of("dashboard", dashboard.id, dashboard),
            look,
            self._definitions,
            numbers,
        )

    def _look(self, theme: str) -> Node | None:
        if theme not in self._looks:
            try:
                look = open_theme(theme, Path(self._project.root))
                self._looks[theme] = Node.of("theme", look.name, look)
            except (KeyError, OSError, ValueError):
                self._looks[theme] = None
        return self._looks[theme]

    def numbers(self, dashboard: Dashboard) -> Node | None:
        used = sorted(source_names(dashboard, self._project, self._catalogue))
        states = [self._states[name] for name in used]
        known = [Node("source", name, state) for name, state in zip(used, states, strict=True) if state]
        if len(known) < len(used):
            return None
        clock = [Node.of("clock", "now", self._now)] if dashboard.as_of.word == "now" else []
        return Node.of(
            "numbers",
            dashboard.id,
            program.fingerprint(),
            Node.of("questions", dashboard.id, _bare(dashboard)),
            self._formulas,
            *known,
            *self._privacy,
            *clock,
        )


def _privacy(dashboards: Iterable[Dashboard]) -> Iterator[Node]:
    """Names of masked values are for all of a project's pages."""
    if any(one.privacy for one in dashboards):
        secret = os.environ.get(PRIVACY_KEY, "")
        yield Node.of("privacy", "project", [secret, [_bare(one) for one in dashboards]])


def _state(name: str, project: Project, catalogue: Catalogue) -> str | None:
    try:
        source, _ = filled(project.sources[name], project, os.environ)
        around = Surroundings(project, catalogue.fields, project.prices, Zone(project.timezone))
        return state(source, around)
    except Failure:
        return None


def _shown(project: Project) -> Project:
    """Without where it lies and goes, and what stands elsewhere in the graph."""
    return replace(project, root="", dashboards=(), components={}, targets={}, theme="", sources={})


def _formulas(project: Project) -> Project:
    """Definitions without how they are called and written."""
    return replace(
        _shown(project),
        metrics={name: _formula(metric) for name, metric in project.metrics.items()},
        dimensions={name: replace(one, title="", description=None) for name, one in project.dimensions.items()},
        fields={name: replace(one, title=None, description=None) for name, one in project.fields.items()},
    )


def _formula(metric: MetricDefinition) -> MetricDefinition:
    return replace(metric, title="", description=None, format=None, unit=None, better="neither")


def _bare(dashboard: Dashboard) -> Dashboard:
    """What it asks, without how that is shown."""
    return replace(
        dashboard,
        title="",
        description=None,
        theme="",
        annotations=(),
        layout=tuple(_bare_widget(widget) for widget in dashboard.widgets),
    )


def _bare_widget(widget: Widget | Section) -> Any:
    if isinstance(widget, Section):
        return widget
    return replace(widget, title=None, note=None, width=None, height=None)
