"""Dashboards answered: sources opened, questions asked, cubes fetched once for all of them, rows computed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import environ as process_environment
from types import MappingProxyType

from dashgen import advise, evaluate, execute, formats, newest, timeline
from dashgen.cache import NOTHING, Store
from dashgen.diagnostics import Diagnostic, Failure
from dashgen.digest import digest
from dashgen.fields import registry
from dashgen.merging import merged
from dashgen.metrics import Catalogue
from dashgen.model import Dashboard, Project
from dashgen.plan import offers
from dashgen.plan.ask import Asked, Asker, Opened, missing_fields
from dashgen.plan.fitting import fitted
from dashgen.plan.merge import merge
from dashgen.plan.questions import Question
from dashgen.plan.reads import read_by, source_names
from dashgen.plan.views import Newest
from dashgen.presence import Presence
from dashgen.timeline import Zone, edge
from dashgen.widgets.base import Answer
from dashgen.words import Words

_HELD = 100_000
"""Bytes of an answer in memory, roughly."""


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
    store: Store = NOTHING
    """What is known of other times when much of this was the same."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of each dashboard's numbers, where they have one: as `graph` names them."""


def catalogue_of(project: Project) -> Catalogue:
    return Catalogue(project.metrics, registry(project))


@contextmanager
def opened(
    project: Project,
    dashboards: Sequence[Dashboard],
    catalogue: Catalogue,
    more: Collection[str] = (),
    store: Store = NOTHING,
) -> Iterator[tuple[dict[str, Opened], dict[str, Failure]]]:
    """The sources of these dashboards and `more`, and those that could not be opened; closed on leaving."""
    names = {name for dashboard in dashboards for name in source_names(dashboard, project, catalogue)} | {*more}
    sources: dict[str, Opened] = {}
    failures: dict[str, Failure] = {}
    try:
        for name, found in execute.open_sources(project, names, catalogue.fields, process_environment, store):
            if isinstance(found, Failure):
                failures[name] = found
            else:
                sources[name] = found
        yield sources, failures
    finally:
        for source in sources.values():
            source.bound.close()


def ask(
    dashboard: Dashboard,
    project: Project,
    catalogue: Catalogue,
    sources: Mapping[str, Opened],
    failed: Mapping[str, Failure],
    now: int | None = None,
) -> Asked:
    """Every widget as a question, a gap, or a failure that the page will show. `now` is the clock's unless given."""
    as_of = moment(dashboard, project, catalogue, sources, now)
    asker = Asker(project, dashboard, catalogue, sources, as_of)
    reading = read_by(dashboard, project, catalogue)
    broken = {
        name: failed[source].diagnostics[0].message
        for name, read in reading.items()
        if (source := next((source for source in read if source in failed), None)) is not None
    }
    dashboard, gaps = fitted(dashboard, asker)
    left_out = {gap.widget.id for gap in gaps if gap.column is None}
    answerable = [w for w in dashboard.widgets if w.id in reading and w.id not in {*broken, *left_out}]
    questions = {w.id: q for w in answerable if (q := asker.question(w))}
    return Asked(dashboard, asker.window(), as_of, questions, gaps, broken)


def moment(
    dashboard: Dashboard,
    project: Project,
    catalogue: Catalogue,
    sources: Mapping[str, Opened],
    now: int | None = None,
) -> int:
    """`as_of` as an instant; `latest` is just after the oldest of the sources' newest events."""
    match dashboard.as_of.word:
        case "now":
            return timeline.now() if now is None else now
        case "instant" if dashboard.as_of.instant:
            return edge(dashboard.as_of.instant, Zone(dashboard.timezone, dashboard.week_start))
    used = sorted(source_names(dashboard, project, catalogue) & sources.keys())
    newest = [probe.newest for name in used if (probe := sources[name].probe).newest is not None]
    return min(newest) + 1 if newest else 0


def answer(
    asked: Sequence[Asked],
    project: Project,
    catalogue: Catalogue,
    sources: Mapping[str, Opened],
    planner: execute.Planner = merge,
    store: Store = NOTHING,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Answered:
    """One plan and one fetch for all dashboards, then every widget's rows."""
    asked = merged(asked, catalogue, sources, _chosen_by(asked, catalogue, sources))
    questions = [question for one in asked for question in one.questions.values()]
    served = execute.serve(questions, catalogue, sources, planner, _chosen_by(asked, catalogue, sources), store)
    answers: dict[str, dict[str, Answer]] = {}
    found: list[Diagnostic] = []
    found += advise.of_sources(sources, project)
    for one in asked:
        found += missing_fields(one.gaps, sources)
        write = formats.writer(one.dashboard.locale, project.currency, one.dashboard.lang)
        # All that a page says of a failure: the diagnostic may name paths and values.
        failed = Answer((), failure=write.words("source-failed"))
        rows = _rows(one, catalogue, served, write, store, "" if one.failures else names.get(one.dashboard.id, ""))
        answers[one.dashboard.id] = rows | dict.fromkeys(one.failures, failed)
        answered = answers[one.dashboard.id]
        found += advise.of_dashboard(one, project, answered, sources, catalogue)
    found += advise.of_values(asked, project, answers, Presence(sources, served.statistics), catalogue)
    return Answered(project, catalogue, sources, tuple(asked), served, answers, tuple(found), store, names)


def _chosen_by(
    asked: Sequence[Asked], catalogue: Catalogue, sources: Mapping[str, Opened]
) -> dict[str, frozenset[str]]:
    """What each source can be filtered by."""
    dimensions = {name for one in asked for name in offers.dimensions(one.dashboard)}
    return {name: catalogue.known(dimensions, source.bound.available) for name, source in sources.items()}


def _rows(
    asked: Asked, catalogue: Catalogue, served: execute.Served, write: formats.Writer, store: Store, name: str
) -> dict[str, Answer]:
    """By widget; what has the same name was answered before."""
    key = digest("answers", name)
    found: dict[str, Answer] | None = store.recent.get(key) if name else None
    if found is None:
        told = asked.merged.told
        found = {one: _answer(question, catalogue, served, write, told) for one, question in asked.questions.items()}
        if name:
            store.recent.put(key, found, _HELD * len(found))
    return found


def _answer(
    question: Question, catalogue: Catalogue, served: execute.Served, write: formats.Writer, told: evaluate.Told
) -> Answer:
    window = question.window
    start, end = (window.zone.iso(instant) for instant in (window.start, window.end))
    if isinstance(question.view, Newest):
        found = newest.rows(question, served.records, catalogue.fields)
        cut = newest.cut(question, served.records)
        return Answer(found, start=start, end=end, notes=_unfiltered(question, write.words), newest=cut)
    asked = evaluate.Evaluation(question, catalogue, served.cube, told)
    rows = evaluate.rows(asked)
    lost, tokens = evaluate.unpriced(asked)
    left_out = (write.words("unpriced", count=lost, share=write.share(lost / tokens)),) if lost else ()
    doubt = (write.words("unsure"),) if evaluate.unsure(asked) else ()
    notes = (*doubt, *left_out, *_unfiltered(question, write.words))
    spark, reaches_back = evaluate.spark(asked), bool(question.comparable)
    return Answer(rows, spark, start, end, notes, reaches_back)


def _unfiltered(question: Question, words: Words) -> tuple[str, ...]:
    """Said under a widget of which a source lacks what a filter selects by."""
    message = "source-unfiltered" if len(question.readings) > 1 else "unfiltered"
    return tuple(
        words(message, source=reading.source, dimensions=words("list").join(reading.unfiltered))
        for reading in question.readings
        if reading.unfiltered
    )
