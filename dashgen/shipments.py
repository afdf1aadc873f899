"""From answered dashboards to what their pages ship for their filters: cubes planned, fetched, fitted to the budget."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dashgen import execute, messages, newest
from dashgen.cells import COUNTED, Dictionary, cells, dictionary
from dashgen.cube import Cube, CubeSpec, Value, value_order
from dashgen.diagnostics import Diagnostic, Failure
from dashgen.fold import LEAST, candidates, kept, rankings
from dashgen.metrics import Catalogue
from dashgen.model import Scalar
from dashgen.newest import Told
from dashgen.plan import offers
from dashgen.plan.interactive import Grain, Interactive, interactive
from dashgen.plan.views import Newest
from dashgen.shipped import Shipment

if TYPE_CHECKING:
    from dashgen.answers import Answered

MEGABYTE = 1_000_000
_LEVEL = 6
"""Of compression: what most servers do."""


@dataclass(frozen=True)
class Cargo:
    """What one page ships. `size` is in bytes after compression."""

    shipment: Shipment
    content: Mapping[str, Any]
    size: int

    @property
    def folded(self) -> Mapping[str, Dictionary]:
        """The dimensions of which not every value is told apart."""
        return {name: one for name, one in self.shipment.dictionaries.items() if one.folded}


def shipments(found: Answered) -> dict[str, Cargo]:
    """By dashboard; none for one whose viewers cannot choose anything. Raises `Failure` for what cannot fit."""
    lives = _planned(found, Grain.BUCKETS)
    cubes = _fetched(lives, found)
    loaded = {live.asked.dashboard.id: _Loading(live, cubes, found) for live in lives}
    cargo = {name: _fitted(one, found) for name, one in loaded.items()}
    large = [one.too_large(cargo[name]) for name, one in loaded.items() if cargo[name].size > one.budget]
    if large:
        raise Failure(large)
    return cargo


def _planned(found: Answered, grain: Grain, only: str | None = None) -> list[Interactive]:
    planned = [
        interactive(asked, found.catalogue, found.sources, found.served.statistics, grain)
        for asked in found.dashboards
        if only in (None, asked.dashboard.id)
    ]
    return [live for live in planned if live is not None]


def _fetched(lives: Sequence[Interactive], found: Answered) -> dict[CubeSpec, Cube]:
    sized = [replace(spec, cells=live.estimates[spec]) for live in lives for spec in live.cubes]
    return execute.fetch(sized, found.sources)


def _fitted(loading: _Loading, found: Answered) -> Cargo:
    """As it is where it fits; else coarser in time for what no widget needs, then folded, then coarser for the rest."""
    cargo = loading.whole()
    for grain in (Grain.DAYS, Grain.COARSE):
        if cargo.size <= loading.budget:
            break
        [live] = _planned(found, grain, loading.live.asked.dashboard.id)
        if live.cubes != loading.live.cubes:
            loading = _Loading(live, _fetched([live], found), found)
        cargo = loading.folded()
    return cargo


class _Loading:
    """One dashboard's cubes, on their way into its page."""

    def __init__(self, live: Interactive, cubes: Mapping[CubeSpec, Cube], found: Answered) -> None:
        self.live = live
        self.cubes = {spec: cubes[spec] for spec in live.cubes}
        self.catalogue: Catalogue = found.catalogue
        self.records = {
            name: newest.shelved(one.question, found.served.records, found.catalogue.fields)
            for name, one in live.questions.items()
            if isinstance(one.question.view, Newest)
        }
        self.budget = live.asked.dashboard.budget * MEGABYTE

    def whole(self) -> Cargo:
        """Nothing folded but what the filters say."""
        return self._cargo(self._chosen(dict(self._whole)))

    def folded(self) -> Cargo:
        """Dimensions folded until it fits, most values first; nothing while it does."""
        told = self._chosen(dict(self._whole))
        cargo = self._cargo(told)
        for name in candidates(told):
            if cargo.size <= self.budget:
                break
            told, cargo = self._folded(name, told)
        return cargo

    def _folded(self, name: str, told: Mapping[str, Dictionary]) -> tuple[dict[str, Dictionary], Cargo]:
        """As many of the dimension's values as fit, by doublings of the least; the least where none fit."""
        orders = rankings(self.live, self.cubes, name, self.catalogue)
        best: tuple[dict[str, Dictionary], Cargo] | None = None
        count = LEAST
        while count < len(told[name].values):
            tried = {**told, name: kept(orders, told[name], count, self._named(name))}
            cargo = self._cargo(tried)
            if best and cargo.size > self.budget:
                break
            best = tried, cargo
            if cargo.size > self.budget:
                break
            count *= 2
        assert best is not None
        return best

    def _cargo(self, told: Mapping[str, Dictionary]) -> Cargo:
        all_told = {**told, **self._counted(told)}
        found = {spec: cells(cube, all_told if spec in self._counting else told) for spec, cube in self.cubes.items()}
        shipment = Shipment(self.live, found, all_told, self.records, self.catalogue)
        content = shipment.content()
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return Cargo(shipment, content, len(gzip.compress(text.encode("utf-8", "replace"), _LEVEL, mtime=0)))

    # ---- dictionaries -------------------------------------------------------------------------

    @cached_property
    def _whole(self) -> dict[str, Dictionary]:
        """Of every dimension that is filtered or grouped by, with the values of cubes and records."""
        cubes, records = list(self.cubes.values()), [one for rows in self.records.values() for one in rows]
        names = dict.fromkeys((*self.live.dimensions, *(name for cube in cubes for name in cube.spec.dimensions)))
        return {name: _known(name, cubes, records) for name in names}

    def _chosen(self, told: dict[str, Dictionary]) -> dict[str, Dictionary]:
        """Folded as the filters' `top:` says."""
        for chosen in offers.open_filters(self.live.asked.dashboard):
            name, top = chosen.dimension, chosen.top
            if top is not None and name in told and len(told[name].values) > top:
                orders = rankings(self.live, self.cubes, name, self.catalogue)
                told[name] = kept(orders, told[name], top, chosen.default)
        return told

    @cached_property
    def _counting(self) -> dict[CubeSpec, set[str]]:
        """Cubes that count the values of dimensions."""
        found: dict[CubeSpec, set[str]] = {}
        for one in self.live.questions.values():
            for measure, place in one.places.items():
                spec = self.live.serving.get(place.need)
                if measure.kind == "distinct" and spec:
                    found.setdefault(spec, set()).add(measure.field)
        return found

    def _counted(self, told: Mapping[str, Dictionary]) -> dict[str, Dictionary]:
        """Twins of folded dimensions, for those whose values are counted: a folded one cannot tell how many."""
        names = {name for fields in self._counting.values() for name in fields if told[name].folded}
        return {f"{COUNTED}{name}": self._whole[name] for name in sorted(names)}

    def _named(self, name: str) -> tuple[Scalar | None, ...]:
        """What the page opens with must be there to be chosen."""
        return next((one.default for one in self.live.asked.dashboard.filters if one.dimension == name), ())

    def too_large(self, cargo: Cargo) -> Diagnostic:
        dashboard = self.live.asked.dashboard
        sizes = {name: len(one.values) for name, one in cargo.shipment.dictionaries.items()}
        return messages.over_budget(dashboard.at, dashboard.budget, cargo.size, sizes)


def _known(name: str, cubes: Sequence[Cube], records: Sequence[Told]) -> Dictionary:
    extra: Iterator[Value] = (record.values[name] for record in records if name in record.values)
    return Dictionary(tuple(sorted({*dictionary(cubes, name).values, *extra}, key=value_order)))
