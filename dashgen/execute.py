"""The only queries: opening sources, fetching a plan's cubes, reading records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dashgen import messages
from dashgen.cube import Cube, CubeSpec
from dashgen.diagnostics import Failure
from dashgen.environment import Discreet, filled
from dashgen.fields import Field, likely_unit
from dashgen.metrics import Catalogue
from dashgen.model import Project, Source
from dashgen.plan.ask import Opened
from dashgen.plan.merge import Plan, merge
from dashgen.plan.questions import Question, demands
from dashgen.plan.statistics import Statistics
from dashgen.plan.views import Newest
from dashgen.sources import kind
from dashgen.sources.base import Bound, Probe, RecordQuery, Surroundings
from dashgen.timeline import Zone, to_instant

Planner = Callable[[Iterable[CubeSpec], Mapping[str, Statistics], Mapping[str, Field]], Plan]

_PARTS = 2
"""Stretches of time that a sample is taken from: who calls today may differ from who called last month."""

_WIDEN = 16
"""Records are looked for in the last sixteenth of the range first, then in all of it."""

_CALENDAR = (to_instant(datetime.min.replace(tzinfo=UTC)), to_instant(datetime.max.replace(tzinfo=UTC)))


class SourceFailed(Failure):
    """A source that could be opened and fails while it is read."""

    def __init__(self, source: str, failure: Failure) -> None:
        super().__init__(failure.diagnostics)
        self.source = source


@contextmanager
def _reading(source: Opened) -> Iterator[Bound]:
    try:
        yield source.bound
    except Failure as failure:
        raise SourceFailed(source.name, failure) from failure


def open_sources(
    project: Project, names: Iterable[str], fields: Mapping[str, Field], environ: Mapping[str, str]
) -> Iterator[tuple[str, Opened | Failure]]:
    """Each source bound and probed; a failing one is given as its failure, so that none hides another."""
    around = Surroundings(project, fields, project.prices, Zone(project.timezone))
    for name in sorted(set(names)):
        try:
            source, secrets = filled(project.sources[name], project, environ)
            with secrets.kept():
                bound = kind(source.type).bind(source, around)
            found: Opened | Failure = _opened(source, Discreet(bound, secrets) if secrets.written else bound)
        except Failure as failure:
            found = failure
        yield name, found


def _opened(source: Source, bound: Bound) -> Opened:
    try:
        probe = bound.probe()
        if not _is_possible(probe):
            at = source.fields["time"].at if "time" in source.fields else source.at
            unit = likely_unit(probe.newest or 0, source.units.get("time", "s"))
            raise Failure([messages.impossible_time(at, source.name, unit)])
    except BaseException:
        bound.close()
        raise
    return Opened(source.name, bound, probe)


def _is_possible(probe: Probe) -> bool:
    """Whether all times lie in the calendar; those of a wrong unit easily do not."""
    if probe.rows == probe.without_time:
        return True
    return all(time is not None and _CALENDAR[0] <= time <= _CALENDAR[1] for time in (probe.first, probe.newest))


def statistics(opened: Mapping[str, Opened], demands: Iterable[CubeSpec]) -> dict[str, Statistics]:
    """What the planner estimates from, for the dimensions that are asked for."""
    wanted: dict[str, set[str]] = {name: set() for name in opened}
    for spec in demands:
        wanted[spec.source] |= {*spec.dimensions, *(c.dimension for c in spec.where)}
    return {name: _statistics(source, sorted(wanted[name])) for name, source in opened.items()}


def _statistics(source: Opened, dimensions: Sequence[str]) -> Statistics:
    first, newest = source.probe.first, source.probe.newest
    after = [] if first is None or newest is None else [first + (newest - first) * n // _PARTS for n in range(_PARTS)]
    with _reading(source) as bound:
        return Statistics(source.probe.rows, first, newest, bound.sample(dimensions, after))


@dataclass(frozen=True)
class Served:
    """A plan and its cubes."""

    plan: Plan
    cubes: Mapping[CubeSpec, Cube]

    def cube(self, demand: CubeSpec) -> Cube:
        """The cube that serves a demand of the plan."""
        return self.cubes[self.plan.serving[demand]]


def serve(
    questions: Iterable[Question], catalogue: Catalogue, opened: Mapping[str, Opened], planner: Planner = merge
) -> Served:
    """One plan for all questions, and every cube of it."""
    specs = [demand.cube for question in questions for demand in demands(question, catalogue)]
    plan = planner(specs, statistics(opened, specs), catalogue.fields)
    return Served(plan, {spec: _cube(spec, opened[spec.source]) for spec in plan.cubes})


def _cube(spec: CubeSpec, source: Opened) -> Cube:
    with _reading(source) as bound:
        return bound.cube(spec)


def records(question: Question, opened: Opened, fields: Mapping[str, Field]) -> list[dict[str, Any]]:
    """The newest events as rows, in shown units."""
    view, window = question.view, question.window
    assert isinstance(view, Newest)
    found: list[tuple[Any, ...]] = []
    for start in _starts(question):
        query = RecordQuery(view.fields, view.count, start, window.end, question.where)
        with _reading(opened) as bound:
            found = list(bound.records(query))
        if len(found) == view.count:
            break
    zone = window.zone
    return [
        {
            name: zone.iso(v) if name == "time" else _shown(v, fields[name])
            for name, v in zip(view.fields, row, strict=True)
        }
        for row in found
    ]


def _starts(question: Question) -> list[int]:
    """Where to begin looking: near the end first, because the newest of a narrow stretch are the newest of all."""
    window = question.window
    if window.is_empty:
        return []
    near = window.end - (window.end - window.start) // _WIDEN
    return [near, window.start] if near > window.start else [window.start]


def _shown(value: Any, field: Field) -> Any:
    return value if value is None or field.scale == 1 else value / field.scale
