"""Masked dimensions: behind this room their values are pseudonyms, in cubes, in records and in what authors wrote.

A source is wrapped, and the project and its dashboards are rewritten, so that nobody on the way to a page holds a value
that could be told. A cube or a list of records says by `mask` which of its dimensions it wants as pseudonyms; its
conditions then name pseudonyms too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dashgen import execute, messages
from dashgen.cube import Cube, CubeSpec, Value, value_order
from dashgen.diagnostics import Failure
from dashgen.environment import PRIVACY_KEY
from dashgen.metrics.formula import Measure
from dashgen.model import Dashboard, Filter, Project, Section, Where, Widget
from dashgen.plan.ask import Opened
from dashgen.pseudonyms import Pseudonyms
from dashgen.sources.base import Probe, RecordQuery, Wrapped

SHORTEST = 16
"""Bytes of the secret."""

_EVENTS = Measure("sum", "events")
_QUOTED = re.compile(r"""'((?:[^']|'')*)'|"(?:[^"]|"")*\"""")
"""A text or a name in a query or in what an engine says."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A project, its dashboards and its sources, in which masked values are pseudonyms."""

    project: Project
    dashboards: tuple[Dashboard, ...]
    sources: Mapping[str, Opened]


def hidden(
    project: Project, dashboards: Sequence[Dashboard], sources: Mapping[str, Opened], environ: Mapping[str, str]
) -> Hidden:
    """Everything as it is where no dashboard masks anything.

    Raises `Failure` where the secret is not set or too short, and `SourceFailed` where values cannot be read.
    """
    masked = frozenset(name for dashboard in dashboards for name in dashboard.masked)
    if not masked:
        return Hidden(project, tuple(dashboards), sources)
    names = Pseudonyms.of(_key(dashboards, environ), _values(masked, project, dashboards, sources))
    return Hidden(
        _project(project, names),
        tuple(_dashboard(dashboard, names) for dashboard in dashboards),
        {name: replace(source, bound=Masked(source.bound, names)) for name, source in sources.items()},
    )


def _key(dashboards: Iterable[Dashboard], environ: Mapping[str, str]) -> bytes:
    key = environ.get(PRIVACY_KEY, "").encode("utf-8", "surrogateescape")
    if len(key) >= SHORTEST:
        return key
    at = next(dashboard.at / "privacy" / "mask" for dashboard in dashboards if dashboard.masked).key()
    raise Failure([messages.privacy_key(at, PRIVACY_KEY, len(key), SHORTEST)])


def _values(
    masked: Iterable[str], project: Project, dashboards: Iterable[Dashboard], sources: Mapping[str, Opened]
) -> dict[str, set[str]]:
    """Every value that occurs or is written, in all of time and whatever the conditions: a name is for all builds."""
    found: dict[str, set[str]] = {name: set() for name in masked}
    asked = {
        CubeSpec(name, (), (dimension,), (source.probe.first, source.probe.newest + 1), (_EVENTS,))
        for name, source in sources.items()
        for dimension in found
        if dimension in source.bound.available and source.probe.first is not None and source.probe.newest is not None
    }
    with _unquoted():
        cubes = execute.fetch(sorted(asked, key=repr), sources)
    for spec, cube in cubes.items():
        dimension = spec.dimensions[0]
        found[dimension].update(value for value in cube.values[dimension] if isinstance(value, str))
    for where in _written(project, dashboards):
        for condition in where:
            texts = (value for value in (*(condition.any_of or ()), *condition.none_of) if isinstance(value, str))
            found.get(condition.dimension, set()).update(texts)
    for chosen in (chosen for dashboard in dashboards for chosen in dashboard.filters):
        found.get(chosen.dimension, set()).update(value for value in chosen.default if isinstance(value, str))
    return found


def _written(project: Project, dashboards: Iterable[Dashboard]) -> Iterator[Where]:
    yield from (metric.where for metric in project.metrics.values())
    for dashboard in dashboards:
        yield dashboard.where
        yield from (widget.where for widget in dashboard.widgets)


# ---- what authors wrote -----------------------------------------------------------------------


def _project(project: Project, names: Pseudonyms) -> Project:
    """Metrics are everybody's: their conditions name pseudonyms wherever one dashboard masks the dimension."""
    return replace(
        project,
        metrics={
            name: replace(metric, where=names.hidden(metric.where, names.dimensions))
            for name, metric in project.metrics.items()
        },
    )


def _dashboard(dashboard: Dashboard, names: Pseudonyms) -> Dashboard:
    return replace(
        dashboard,
        where=names.hidden(dashboard.where, dashboard.masked),
        filters=tuple(_filter(chosen, names, dashboard.masked) for chosen in dashboard.filters),
        layout=_layout(dashboard.layout, names, dashboard.masked),
    )


def _filter(chosen: Filter, names: Pseudonyms, masked: Collection[str]) -> Filter:
    if chosen.dimension not in masked:
        return chosen
    return replace(chosen, default=tuple(names.hide(chosen.dimension, value) for value in chosen.default))


def _layout(
    layout: tuple[Widget | Section, ...], names: Pseudonyms, masked: Collection[str]
) -> tuple[Widget | Section, ...]:
    return tuple(
        replace(entry, layout=_layout(entry.layout, names, masked))
        if isinstance(entry, Section)
        else replace(entry, where=names.hidden(entry.where, masked))
        for entry in layout
    )


# ---- sources ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Masked(Wrapped):
    """A bound source that is asked for, and answers with, pseudonyms."""

    names: Pseudonyms

    def probe(self) -> Probe:
        with _unquoted():
            return self.bound.probe()

    def sample(self, dimensions: Sequence[str], after: Sequence[int]) -> Mapping[str, Sequence[Any]]:
        """Pseudonyms of every dimension that any dashboard masks: advice tells what stands in it."""
        with _unquoted():
            found = self.bound.sample(dimensions, after)
        return {name: self._hidden(name, column) for name, column in found.items()}

    def occurring(self, dimension: str, values: Collection[str]) -> frozenset[str]:
        if dimension not in self.names.dimensions:
            return self.bound.occurring(dimension, values)
        raw = {name: self.names.reveal(dimension, name) for name in values}
        with _unquoted():
            found = self.bound.occurring(dimension, sorted(set(raw.values())))
        return frozenset(name for name, value in raw.items() if value in found)

    def cube(self, spec: CubeSpec) -> Cube:
        asked = self._revealed(spec)
        with _unquoted():
            found = self.bound.cube(asked)
        columns = {measure: found.columns[named] for measure, named in zip(spec.measures, asked.measures, strict=True)}
        cube = replace(found, spec=spec, columns=columns)
        masked = [name for name in spec.dimensions if name in spec.mask]
        return _sorted(_named(cube, masked, self.names)) if masked else cube

    def records(self, query: RecordQuery) -> Sequence[tuple[Any, ...]]:
        """Events of one instant come in the order of what they show, so all of the last instant's are looked at."""
        asked = replace(query, where=self.names.revealed(query.where, query.mask), mask=())
        masked = [name for name in query.fields if name in query.mask]
        timed = asked if "time" in asked.fields else replace(asked, fields=(*asked.fields, "time"))
        with _unquoted():
            if not masked:
                return self.bound.records(asked)
            found = self._with_ties(timed)
        fields = timed.fields
        rows: list[tuple[Any, ...]] = [
            tuple(
                self.names.hide(name, value) if name in masked else value
                for name, value in zip(fields, row, strict=True)
            )
            for row in found
        ]
        rows.sort(key=lambda row: (-row[fields.index("time")], *(_last_missing(value) for value in row)))
        return [row[: len(query.fields)] for row in rows[: query.count]]

    def text(self, spec: CubeSpec | RecordQuery) -> str:
        """The query with pseudonyms: nobody could tell who is meant."""
        return _QUOTED.sub(self._told, self.bound.text(spec))

    def _told(self, found: re.Match[str]) -> str:
        """What a query has in quotes, or its pseudonym where that is a value of a masked dimension."""
        text = (found[1] or "").replace("''", "'")
        name = next((names[text] for names in self.names.names.values() if text in names), "")
        return "'{}'".format(name.replace("'", "''")) if name and found[1] else found[0]

    def _hidden(self, dimension: str, column: Sequence[Any]) -> Sequence[Any]:
        if dimension not in self.names.dimensions:
            return column
        return [self.names.hide(dimension, value) for value in column]

    def _revealed(self, spec: CubeSpec) -> CubeSpec:
        """Conditions of measures are those of metrics, which everybody shares, or of widgets."""
        return replace(
            spec,
            where=self.names.revealed(spec.where, spec.mask),
            measures=tuple(
                replace(one, where=self.names.revealed(one.where, self.names.dimensions)) for one in spec.measures
            ),
            mask=(),
        )

    def _with_ties(self, query: RecordQuery) -> Sequence[tuple[Any, ...]]:
        """The newest events, and those of the same instant as the last of them."""
        time, count = query.fields.index("time"), query.count
        while True:
            found = self.bound.records(replace(query, count=count + 1))
            if len(found) <= count or found[count][time] != found[query.count - 1][time]:
                return found
            count *= 2


@contextmanager
def _unquoted() -> Iterator[None]:
    """Failures inside quote nothing: an engine says which text it could not read."""
    try:
        yield
    except Failure as failure:
        told = [replace(one, message=_QUOTED.sub("'…'", one.message)) for one in failure.diagnostics]
        Failure.__init__(failure, told)
        raise


def _named(cube: Cube, masked: Iterable[str], names: Pseudonyms) -> Cube:
    """The values of these dimensions by their pseudonyms, in their order."""
    values, codes = dict(cube.values), dict(cube.codes)
    for dimension in masked:
        given: list[Value] = [names.hide(dimension, value) for value in cube.values[dimension]]
        values[dimension] = tuple(sorted(given, key=value_order))
        place = {value: code for code, value in enumerate(values[dimension])}
        codes[dimension] = np.array([place[value] for value in given], dtype=np.int32)[cube.codes[dimension]]
    return replace(cube, values=values, codes=codes)


def _sorted(cube: Cube) -> Cube:
    """Cells by bucket, dimension values and key, as every cube has them."""
    if not len(cube):
        return cube
    last = [] if cube.key is None else [cube.key]
    order = np.lexsort([*last, *reversed(list(cube.codes.values())), cube.bucket])
    return cube.take(order)


def _last_missing(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)
