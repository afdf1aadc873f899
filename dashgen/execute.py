"""The only queries: opening sources, fetching a plan's cubes, reading records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from dashgen import messages, newest
from dashgen.cache import NOTHING, Store
from dashgen.cube import Cube, CubeSpec
from dashgen.diagnostics import Failure
from dashgen.environment import Discreet, filled
from dashgen.fields import Field, likely_unit
from dashgen.metrics import Catalogue
from dashgen.model import Project, Source
from dashgen.newest import Listing, Records
from dashgen.plan.ask import Opened
from dashgen.plan.merge import Plan, merge
from dashgen.plan.questions import Question, demands
from dashgen.plan.statistics import Statistics
from dashgen.servings import Servings
from dashgen.sources import kind
from dashgen.sources.base import AT_ONCE, Bound, Probe, Surroundings
from dashgen.sources.kept import Kept, Shelf
from dashgen.sources.states import state
from dashgen.timeline import Zone, to_instant

K = TypeVar("K")
V = TypeVar("V")

Planner = Callable[[Iterable[CubeSpec], Mapping[str, Statistics], Mapping[str, Field]], Plan]

_PARTS = 2
"""Stretches of time that a sample is taken from: who calls today may differ from who called last month."""

_FIRST = to_instant(datetime.min.replace(tzinfo=UTC))
_NEWEST = (to_instant(datetime(201, 1, 1, tzinfo=UTC)), to_instant(datetime(9998, 1, 1, tzinfo=UTC)))
"""The calendar, and what leaves room in it: for the longest range and its previous period, and for a last bucket."""


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
    project: Project,
    names: Iterable[str],
    fields: Mapping[str, Field],
    environ: Mapping[str, str],
    store: Store = NOTHING,
) -> Iterator[tuple[str, Opened | Failure]]:
    """Each source bound and probed; a failing one is given as its failure, so that none hides another.

    What `store` has of the same data is not asked again, and it is given what was.
    """
    around = Surroundings(project, fields, project.prices, Zone(project.timezone))
    for name in sorted(set(names)):
        try:
            source, secrets = filled(project.sources[name], project, environ)
            with secrets.kept():
                now = (state(source, around) or "") if store else ""
                bound = _bound(source, around, store, now)
            found: Opened | Failure = _opened(source, Discreet(bound, secrets) if secrets.written else bound, now)
        except Failure as failure:
            found = failure
        yield name, found


def _bound(source: Source, around: Surroundings, store: Store, now: str) -> Bound:
    bind = partial(kind(source.type).bind, source, around)
    return Kept(Shelf(store, now, partial(state, source, around)), bind) if now else bind()


def _opened(source: Source, bound: Bound, state: str) -> Opened:
    try:
        probe = bound.probe()
        if not _is_possible(probe):
            at = source.fields["time"].at if "time" in source.fields else source.at
            unit = likely_unit(probe.newest or 0, source.units.get("time", "s"))
            raise Failure([messages.impossible_time(at, source.name, unit)])
    except BaseException:
        bound.close()
        raise
    return Opened(source.name, bound, probe, source.description, state)


def _is_possible(probe: Probe) -> bool:
    """Whether all times lie in the calendar; those of a wrong unit easily do not."""
    if probe.rows == probe.without_time:
        return True
    first, newest = probe.first, probe.newest
    return first is not None and newest is not None and first >= _FIRST and _NEWEST[0] <= newest <= _NEWEST[1]


def statistics(
    opened: Mapping[str, Opened], demands: Iterable[CubeSpec], more: Mapping[str, Iterable[str]]
) -> dict[str, Statistics]:
    """What the planner estimates from, for the dimensions that are asked for and for `more` of each source."""
    wanted: dict[str, set[str]] = {name: {*more.get(name, ())} for name in opened}
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
    """A plan, its cubes, the events that tables of records show, and what the plan was made from."""

    plan: Plan
    cubes: Mapping[CubeSpec, Cube]
    records: Mapping[Listing, Records]
    statistics: Mapping[str, Statistics]

    def cube(self, demand: CubeSpec) -> Cube:
        """The cube that serves a demand of the plan."""
        return self.cubes[self.plan.serving[demand]]


def serve(
    questions: Iterable[Question],
    catalogue: Catalogue,
    opened: Mapping[str, Opened],
    planner: Planner = merge,
    more: Mapping[str, Iterable[str]] = MappingProxyType({}),
    store: Store = NOTHING,
) -> Served:
    """One plan for all questions, every cube of it, and every listing; `more` dimensions are only sampled.

    What `store` remembers of a plan over the same data is planned so again.
    """
    questions = list(questions)
    specs = [demand.cube for question in questions for demand in demands(question, catalogue)]
    with _queries() as pool:
        records = {
            listing: pool.submit(_records, listing, count, opened[listing.source])
            for listing, count in newest.listings(questions).items()
        }
        known = statistics(opened, specs, more)
        servings = Servings(store, {name: source.state for name, source in opened.items()})
        plan = servings.plan(specs, lambda new: planner(new, known, catalogue.fields))
        cubes = {spec: pool.submit(_cube, spec, opened[spec.source]) for spec in plan.cubes}
        return Served(plan, _results(cubes), _results(records), known)


def fetch(specs: Iterable[CubeSpec], opened: Mapping[str, Opened]) -> dict[CubeSpec, Cube]:
    """These cubes as they are."""
    with _queries() as pool:
        return _results({spec: pool.submit(_cube, spec, opened[spec.source]) for spec in dict.fromkeys(specs)})


@contextmanager
def _queries() -> Iterator[Executor]:
    """For a few queries at once. Who leaves it early does not wait: closing a source ends what it still runs."""
    pool = ThreadPoolExecutor(AT_ONCE, "query")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _results(futures: Mapping[K, Future[V]]) -> dict[K, V]:
    return {key: future.result() for key, future in futures.items()}


def _cube(spec: CubeSpec, source: Opened) -> Cube:
    with _reading(source) as bound:
        return bound.cube(spec)


def _records(listing: Listing, count: int, source: Opened) -> Records:
    with _reading(source) as bound:
        return newest.fetch(listing, count, bound.records)
