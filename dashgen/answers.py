"""Dashboards answered: sources opened, questions asked, cubes fetched once for all of them, rows computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from os import environ as process_environment
from typing import Any

from dashgen import advise, evaluate, execute
from dashgen.diagnostics import Diagnostic, Failure
from dashgen.fields import registry
from dashgen.metrics import Catalogue
from dashgen.model import Dashboard, Project
from dashgen.plan.ask import Asked, Asker, Opened, default_source, missing_fields, source_of
from dashgen.plan.merge import merge
from dashgen.plan.questions import Question
from dashgen.plan.views import Newest
from dashgen.timeline import edge, to_instant
from dashgen.widgets import kind
from dashgen.widgets.base import Answer

_FAILED = "The source of this widget could not be read when the page was built."
"""All that a page says of it: the diagnostic may name paths and values."""


@dataclass(frozen=True)
class Answered:
    """`sources` lets records and further questions be asked until they are closed."""

    project: Project
    catalogue: Catalogue
    sources: Mapping[str, Opened]
    dashboards: tuple[Asked, ...]
    served: execute.Served
    answers: Mapping[str, Mapping[str, Answer]]
    diagnostics: tuple[Diagnostic, ...]


def catalogue_of(project: Project) -> Catalogue:
    return Catalogue(project.metrics, registry(project))


@contextmanager
def opened(
    project: Project, dashboards: Sequence[Dashboard], catalogue: Catalogue
) -> Iterator[tuple[dict[str, Opened], dict[str, Failure]]]:
    """The sources of these dashboards, and those that could not be opened; closed on leaving."""
    names = {name for dashboard in dashboards for name in source_names(dashboard, project)}
    sources: dict[str, Opened] = {}
    failures: dict[str, Failure] = {}
    try:
        for name, found in execute.open_sources(project, names, catalogue.fields, process_environment):
            if isinstance(found, Failure):
                failures[name] = found
            else:
                sources[name] = found
        yield sources, failures
    finally:
        for source in sources.values():
            source.bound.close()


def source_names(dashboard: Dashboard, project: Project) -> set[str]:
    """Every source that the dashboard's widgets read; its own if no widget reads any."""
    asking = [widget for widget in dashboard.widgets if kind(widget.type).view(widget) is not None]
    return {source_of(widget, dashboard, project) for widget in asking} or {default_source(dashboard, project)}


def ask(
    dashboard: Dashboard,
    project: Project,
    catalogue: Catalogue,
    sources: Mapping[str, Opened],
    failed: Mapping[str, Failure],
) -> Asked:
    """Every widget as a question, a gap, or a failure that the page will show."""
    as_of = moment(dashboard, project, sources)
    asker = Asker(project, dashboard, catalogue, sources, as_of)
    asking = {w.id: source_of(w, dashboard, project) for w in dashboard.widgets if kind(w.type).view(w) is not None}
    broken = {name: failed[source].diagnostics[0].message for name, source in asking.items() if source in failed}
    answerable = [w for w in dashboard.widgets if asking.get(w.id) in sources]
    gaps = {w.id: gap for w in answerable if (gap := asker.gap(w))}
    questions = {w.id: q for w in answerable if w.id not in gaps and (q := asker.question(w))}
    return Asked(dashboard, asker.window(), as_of, questions, gaps, broken)


def moment(dashboard: Dashboard, project: Project, sources: Mapping[str, Opened]) -> int:
    """`as_of` as an instant; `latest` is just after the oldest of the sources' newest events."""
    match dashboard.as_of.word:
        case "now":
            return to_instant(datetime.now(UTC))
        case "instant" if dashboard.as_of.instant:
            return edge(dashboard.as_of.instant, Asker(project, dashboard, catalogue_of(project), sources, 0).zone)
    used = sorted(source_names(dashboard, project) & sources.keys())
    newest = [probe.newest for name in used if (probe := sources[name].probe).newest is not None]
    return min(newest) + 1 if newest else 0


def answer(
    asked: Sequence[Asked],
    project: Project,
    catalogue: Catalogue,
    sources: Mapping[str, Opened],
    planner: execute.Planner = merge,
) -> Answered:
    """One plan and one fetch for all dashboards, then every widget's rows."""
    questions = [question for one in asked for question in one.questions.values()]
    served = execute.serve(questions, catalogue, sources, planner)
    answers: dict[str, dict[str, Answer]] = {}
    found: list[Diagnostic] = []
    found += advise.of_sources(sources, project)
    for one in asked:
        found += missing_fields(one.gaps, sources)
        answers[one.dashboard.id] = {
            name: _answer(question, catalogue, served.cube, sources[question.source])
            for name, question in one.questions.items()
        } | {name: Answer((), failure=_FAILED) for name in one.failures}
        answered = answers[one.dashboard.id]
        found += advise.of_dashboard(one, project, answered, sources, catalogue)
    return Answered(project, catalogue, sources, tuple(asked), served, answers, tuple(found))


def _answer(question: Question, catalogue: Catalogue, cubes: evaluate.Cubes, source: Opened) -> Answer:
    window = question.window
    start, end = (window.zone.iso(instant) for instant in (window.start, window.end))
    if isinstance(question.view, Newest):
        return Answer(execute.records(question, source, catalogue.fields), start=start, end=end)
    rows = evaluate.rows(question, catalogue, cubes)
    return Answer(rows, evaluate.spark(question, catalogue, cubes), start, end, _unpriced(rows))


def _unpriced(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Said under a widget with costs: some tokens are in none of them."""
    tokens = sum(row.get("unpriced_tokens", 0) for row in rows)
    return (f"{tokens:,} tokens without a price are in no cost.",) if tokens else ()
