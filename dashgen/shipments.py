"""From answered dashboards to what their pages ship for their filters: cubes planned, fetched, fitted to the budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashgen import execute, newest
from dashgen.cells import Dictionary, cells, dictionary
from dashgen.cube import Cube, CubeSpec, Value, value_order
from dashgen.newest import Told
from dashgen.plan.interactive import Interactive, interactive
from dashgen.plan.views import Newest
from dashgen.shipped import Shipment

if TYPE_CHECKING:
    from dashgen.answers import Answered


def shipments(found: Answered) -> dict[str, Shipment]:
    """By dashboard; none for one whose viewers cannot choose anything."""
    known = found.served.statistics
    planned = [interactive(asked, found.catalogue, found.sources, known) for asked in found.dashboards]
    lives = [live for live in planned if live is not None]
    cubes = execute.fetch([spec for live in lives for spec in live.cubes], found.sources)
    return {live.asked.dashboard.id: _shipment(live, cubes, found) for live in lives}


def _shipment(live: Interactive, cubes: Mapping[CubeSpec, Cube], found: Answered) -> Shipment:
    own = {spec: cubes[spec] for spec in live.cubes}
    records = {
        name: newest.shelved(one.question, found.served.records, found.catalogue.fields)
        for name, one in live.questions.items()
        if isinstance(one.question.view, Newest)
    }
    told = _dictionaries(live, list(own.values()), [one for rows in records.values() for one in rows])
    return Shipment(live, {spec: cells(cube, told) for spec, cube in own.items()}, told, records, found.catalogue)


def _dictionaries(live: Interactive, cubes: Sequence[Cube], records: Sequence[Told]) -> dict[str, Dictionary]:
    """Of every dimension that is filtered or grouped by, with the values of cubes and records."""
    names = dict.fromkeys((*live.dimensions, *(name for cube in cubes for name in cube.spec.dimensions)))
    found = {}
    for name in names:
        extra: set[Value] = {record.values[name] for record in records if name in record.values}
        values = {*dictionary(cubes, name).values, *extra}
        found[name] = Dictionary(tuple(sorted(values, key=value_order)))
    return found
