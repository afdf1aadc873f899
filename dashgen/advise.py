"""Advice that needs the data: what the answers show of ranges, filters, slices and lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dashgen import messages, resolve, resources
from dashgen.diagnostics import Diagnostic
from dashgen.fields import LIKELY, likely_unit
from dashgen.metrics import Catalogue
from dashgen.model import Project, Source
from dashgen.plan.ask import Asked, Opened
from dashgen.plan.reads import default_source
from dashgen.presence import Presence, chosen, unused_prices
from dashgen.sources.base import Probe
from dashgen.timeline import Zone
from dashgen.widgets.base import Answer


def of_sources(sources: Mapping[str, Opened], project: Project) -> Iterator[Diagnostic]:
    """Files without rows, rows that no range can hold, and times that were probably read in a wrong unit."""
    for name, source in sources.items():
        written = project.sources[name]
        yield from source.bound.remarks
        if source.probe.without_time:
            yield messages.rows_without_time(written.at, name, source.probe.without_time)
        yield from _unlikely_times(written, source.probe)


def _unlikely_times(source: Source, probe: Probe) -> Iterator[Diagnostic]:
    if probe.first is None or probe.newest is None or LIKELY[0] <= probe.newest < LIKELY[1]:
        return
    at = source.fields["time"].at if "time" in source.fields else source.at
    unit = likely_unit(probe.newest, source.units.get("time", "s"))
    first, newest = (str(Zone("UTC").day(instant)) for instant in (probe.first, probe.newest))
    yield messages.unlikely_times(at, source.name, first, newest, unit if source.origin is None else None)


def of_dashboard(
    asked: Asked,
    project: Project,
    answers: Mapping[str, Answer],
    sources: Mapping[str, Opened],
    catalogue: Catalogue,
) -> Iterator[Diagnostic]:
    """Ranges longer than the data, filters that nothing can honour, more slices or lines than can be told apart."""
    dashboard, questions = asked.dashboard, asked.questions
    if resources.is_shipped(dashboard.at.document.file):
        return  # nobody can act on it
    used = asked.sources or [default_source(dashboard, project)]
    opened = [sources[name] for name in used if name in sources]
    yield from resolve.advise_filters(dashboard, catalogue.fields, [source.bound.available for source in opened])
    yield from resolve.advise_data(dashboard, None, asked.window, _held(opened))
    for widget in dashboard.widgets:
        question = questions.get(widget.id)
        if question is None:
            continue
        if widget.time_range is not None:
            held = _held(sources[name] for name in question.sources)
            yield from resolve.advise_data(dashboard, widget, question.window, held)
        if question.dimensions:
            yield from resolve.advise_rows(widget, _shown(question.dimensions[-1], answers[widget.id]))


def of_values(
    asked: Sequence[Asked],
    project: Project,
    answers: Mapping[str, Mapping[str, Answer]],
    presence: Presence,
    catalogue: Catalogue,
) -> Iterator[Diagnostic]:
    """Values that are written and never occur; of prices only where tokens turned out to have none."""
    yield from presence.absent(value for one in asked for value in chosen(one, catalogue.fields))
    unpriced = {
        source
        for one in asked
        for name, question in one.questions.items()
        if _has_unpriced(answers[one.dashboard.id].get(name))
        for source in question.sources
        if "prices" in presence.sources[source].bound.available
    }
    for source in sorted(unpriced):
        yield from unused_prices(project.prices, source, presence)


def _has_unpriced(answer: Answer | None) -> bool:
    """None for a widget of one of two dashboards with the same id, of which one is told already."""
    return answer is not None and any(row.get("unpriced_tokens") for row in answer.rows)


def _held(opened: Iterable[Opened]) -> resolve.Held | None:
    """From the first event of any of these sources to the newest; None where there is no event."""
    probes = [source.probe for source in opened]
    firsts = [probe.first for probe in probes if probe.first is not None]
    newest = [probe.newest for probe in probes if probe.newest is not None]
    return resolve.Held(min(firsts), max(newest)) if firsts and newest else None


def _shown(dimension: str, answer: Answer) -> int:
    """How many values of the dimension the rows have, the folded rest left aside."""
    return len({row[dimension] for row in answer.rows if dimension in row and not isinstance(row[dimension], dict)})
