"""From answered dashboards to what their pages ship for their filters: cubes planned, fetched, fitted to the budget."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

from dashgen import compressed, execute, messages, minimum_group, newest, runtime
from dashgen.cells import TWIN, Cells, Dictionary, cells, dictionary, sampled
from dashgen.cube import Cube, CubeSpec, Value, coarser, value_order
from dashgen.diagnostics import Diagnostic, Failure
from dashgen.digest import digest
from dashgen.fold import LEAST, NEVER, candidates, kept, rankings
from dashgen.metrics import Catalogue
from dashgen.newest import Told
from dashgen.plan import offers
from dashgen.plan.ask import Asked
from dashgen.plan.interactive import Grain, Interactive, interactive
from dashgen.plan.views import Newest
from dashgen.registers import PRECISIONS, Registers, hashes
from dashgen.shipped import Shipment
from dashgen.sketches import Counted, sketch, without

if TYPE_CHECKING:
    from dashgen.answers import Answered

MEGABYTE = 1_000_000
_BEYOND_DOUBT = 1.3
_NEARLY = 1.05
"""Of the budget: what is estimated larger than that need not be measured."""
_HELD = 20
"""Times as many bytes as after compression a cargo has in memory."""
_LARGE = 200_000
"""Rows of cubes from which on an estimate is much less work than to measure."""

Dictionaries = Mapping[str, Dictionary]


@dataclass(frozen=True)
class Cargo:
    """What one page ships. `size` is in bytes after compression."""

    shipment: Shipment
    content: Mapping[str, Any]
    size: int
    estimate: int | None = None
    """What that was told to be from a part of the cubes, where so many numbers of values were tried."""

    @cached_property
    def script(self) -> bytes:
        """As the page loads it."""
        return runtime.cube_script(self.content)

    @property
    def folded(self) -> Mapping[str, Dictionary]:
        """The dimensions of which not every value is told apart."""
        return {name: one for name, one in self.shipment.dictionaries.items() if one.folded}


def shipments(found: Answered) -> dict[str, Cargo]:
    """By dashboard; none for one whose viewers cannot choose anything. Raises `Failure` for what cannot fit."""
    whole = {one.dashboard.id for one in found.dashboards if not one.failures}
    names = {name: digest("cargo", numbers) for name, numbers in found.names.items() if name in whole}
    known = {name: cargo for name, one in names.items() if (cargo := found.store.recent.get(one)) is not None}
    lives = _planned(found, Grain.COMPARED, [one for one in found.dashboards if one.dashboard.id not in known])
    cubes = _fetched(lives, found)
    loaded = {live.asked.dashboard.id: _Loading(live, cubes, found) for live in lives}
    cargo = {name: _estimated(one, found, _fitted(one, found)) for name, one in loaded.items()}
    large = [one.too_large(cargo[name]) for name, one in loaded.items() if cargo[name].size > one.budget]
    problems = large or [*minimum_group.check(found, [one.shipment.live for one in cargo.values()])]
    if problems:
        raise Failure(problems)
    for name, one in cargo.items():
        if name in names:
            found.store.recent.put(names[name], one, _HELD * one.size)
    return known | cargo


@contextmanager
def shipping(found: Answered) -> Iterator[Callable[[], dict[str, Cargo]]]:
    """The shipments, made while the caller goes on. Who leaves does not wait: closing a source ends its queries."""
    pool = ThreadPoolExecutor(1, "shipments")
    try:
        yield pool.submit(shipments, found).result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _planned(found: Answered, grain: Grain, dashboards: Sequence[Asked]) -> list[Interactive]:
    planned = [
        interactive(asked, found.catalogue, found.sources, found.served.statistics, grain) for asked in dashboards
    ]
    return [live for live in planned if live is not None]


def _fetched(lives: Sequence[Interactive], found: Answered, finer: Collection[Cube] = ()) -> dict[CubeSpec, Cube]:
    """Those of which a finer one is there already are made from its cells."""
    known = found.served.statistics
    wanted = [
        replace(spec, cells=live.estimates[spec], rows=known[spec.source].rows) for live in lives for spec in live.cubes
    ]
    once = found.store.memo.once
    made = {
        spec: cube
        for spec in wanted
        for one in finer
        if (cube := once(one.arrays, ("coarser", one.spec, spec), partial(coarser, one, spec))) is not None
    }
    return made | execute.fetch([spec for spec in wanted if spec not in made], found.sources)


def _fitted(loading: _Loading, found: Answered) -> Cargo:
    """As it is where it fits; else coarser in time for what no widget needs, then folded, then coarser for the rest."""
    cargo = loading.whole
    for grain in (Grain.BUCKETS, Grain.DAYS, Grain.COARSE):
        if cargo and cargo.size <= loading.budget:
            return cargo
        [live] = _planned(found, grain, [loading.live.asked])
        if live.cubes != loading.live.cubes:
            cubes = _fetched([live], found, loading.cubes.values())
            loading = _Loading(live, cubes, found, loading.precision)
        cargo = loading.whole if grain < Grain.DAYS else loading.folded
    return cargo or loading.folded


def _estimated(loading: _Loading, found: Answered, exact: Cargo) -> Cargo:
    """What does not fit with values counted one by one: with estimates of their numbers, as exact as fit."""
    cargo = exact
    for precision in PRECISIONS if loading.can_estimate else ():
        if cargo.size <= loading.budget:
            break
        cargo = _fitted(_Loading(loading.live, loading.cubes, found, precision), found)
    return cargo


class _Loading:
    """One dashboard's cubes, on their way into its page; with a `precision` many distinct values are estimated."""

    def __init__(
        self, live: Interactive, cubes: Mapping[CubeSpec, Cube], found: Answered, precision: int | None = None
    ) -> None:
        self.live = live
        self.precision = precision
        self.cubes = {spec: cubes[spec] for spec in live.cubes}
        self.catalogue: Catalogue = found.catalogue
        self.records = {
            name: newest.shelved(one.question, found.served.records, found.catalogue.fields)
            for name, one in live.questions.items()
            if isinstance(one.question.view, Newest)
        }
        self.budget = live.asked.dashboard.budget * MEGABYTE
        self._memo = found.store.memo

    @cached_property
    def whole(self) -> Cargo | None:
        """Nothing folded but what the filters say; None where that is beyond doubt too large."""
        is_large = sum(map(len, self.cubes.values())) > _LARGE and any(self._candidates)
        is_hopeless = is_large and self._estimate(self._unfolded) > _BEYOND_DOUBT * self.budget
        return None if is_hopeless else self._cargo(self._unfolded)

    @cached_property
    def folded(self) -> Cargo:
        """Dimensions folded until it fits, most values first; nothing while it does."""
        told, cargo = self._unfolded, self.whole
        for name in self._candidates:
            if cargo and cargo.size <= self.budget:
                break
            told, cargo = self._folded(name, told)
        return cargo or self._cargo(told)

    @property
    def _candidates(self) -> list[str]:
        """What folds to less: of what is only counted every value would be told apart besides."""
        return [name for name in candidates(self._unfolded) if name not in self.live.only_counted]

    def _folded(self, name: str, told: Dictionaries) -> tuple[Dictionaries, Cargo]:
        """As many of the dimension's values as fit, by doublings of the least; the least where none fit.

        Which number that is is estimated; that it fits, and that the next does not where it nearly does, is measured.
        """
        orders = rankings(self.live, self.cubes, name, self.catalogue)
        named = offers.default(self.live.asked.dashboard, name)
        counts = [count for n in range(64) if (count := LEAST << n) < len(told[name].values)]
        tried = [{**told, name: kept(orders, told[name], count, named)} for count in counts]
        estimate = cache(lambda n: self._estimate(tried[n]))
        best = max(0, bisect_right(range(len(tried)), self.budget, key=estimate) - 1)
        cargo = self._cargo(tried[best])
        while best and cargo.size > self.budget:
            best -= 1
            cargo = self._cargo(tried[best])
        while cargo.size <= self.budget and best + 1 < len(tried) and estimate(best + 1) <= _NEARLY * self.budget:
            larger = self._cargo(tried[best + 1])
            if larger.size > self.budget:
                break
            best, cargo = best + 1, larger
        return tried[best], replace(cargo, estimate=round(estimate(best)))

    def _cargo(self, told: Dictionaries) -> Cargo:
        shipment = self._shipment(told, self.cubes)
        content = shipment.content()
        return Cargo(shipment, content, compressed.size(content, self._memo))

    def _shipment(self, told: Dictionaries, cubes: Mapping[CubeSpec, Cube]) -> Shipment:
        all_told = {**told, **self._counted(told)}
        lean = {spec: without(cube, self._only_estimated) for spec, cube in cubes.items()}
        found = {spec: self._cells(cube, all_told if spec in self._counting else told) for spec, cube in lean.items()}
        sketches = {spec: self._sketches(spec, cube, found[spec], told) for spec, cube in cubes.items()}
        return Shipment(self.live, found, all_told, self.records, self.catalogue, sketches, self._memo)

    def _cells(self, cube: Cube, told: Dictionaries) -> Cells:
        own = [told.get(name) for one in cube.spec.dimensions for name in (one, f"{TWIN}{one}")]
        return self._memo.once(cube.arrays, ("cells", cube.spec, *own), lambda: cells(cube, told))

    # ---- estimates ----------------------------------------------------------------------------

    def _estimate(self, told: Dictionaries) -> float:
        """The size, told from some buckets of each cube."""
        content = self._shipment(told, {spec: cube for spec, (cube, _) in self._samples.items()}).content()
        parts = zip(content.pop("cubes"), self._samples.values(), strict=True)
        memo = self._memo
        sizes = [memo.once([part], "size", partial(compressed.size, part)) * times for part, (_, times) in parts]
        return compressed.size(content, memo) + sum(sizes)

    @cached_property
    def _samples(self) -> dict[CubeSpec, tuple[Cube, float]]:
        return {
            spec: self._memo.once(cube.arrays, ("sampled", cube.spec), partial(sampled, cube))
            for spec, cube in self.cubes.items()
        }

    # ---- dictionaries -------------------------------------------------------------------------

    @cached_property
    def _whole(self) -> dict[str, Dictionary]:
        """Of every dimension that is filtered or grouped by, with the values of cubes and records."""
        cubes, records = list(self.cubes.values()), [one for rows in self.records.values() for one in rows]
        grouped = (name for one in self.live.questions.values() for name in one.question.dimensions)
        held = (name for cube in cubes for name in cube.spec.dimensions)
        names = dict.fromkeys((*self.live.dimensions, *held, *grouped))
        return {name: _known(name, cubes, records) for name in names}

    @property
    def can_estimate(self) -> bool:
        """Not where groups have a least size: a register may be of one value alone."""
        return self.live.asked.dashboard.minimum_group <= 1 and bool(self._many_counted)

    @property
    def _many_counted(self) -> frozenset[str]:
        """Dimensions of which so many values are counted that to estimate them may be worth it."""
        return frozenset(name for name in self._counted_names if len(self._whole[name].values) > NEVER)

    @cached_property
    def _only_estimated(self) -> frozenset[str]:
        """Dimensions that nothing chooses or groups by: where their values are estimated, they part no cells."""
        return frozenset() if self.precision is None else self._many_counted & self.live.only_counted

    def _sketches(self, spec: CubeSpec, cube: Cube, folded: Cells, told: Dictionaries) -> dict[Counted, Registers]:
        """Of those of the cube's dimensions of which not every value is told apart."""
        if self.precision is None:
            return {}
        counted = [one for one in self._counting.get(spec, ()) if one[1] not in told or told[one[1]].folded]
        return {one: sketch(cube, folded, told, one, self._hashes[one[1]], self.precision) for one in counted}

    @cached_property
    def _hashes(self) -> dict[str, dict[Value, int]]:
        return {name: hashes(self._whole[name].values) for name in self._counted_names}

    @cached_property
    def _unfolded(self) -> Dictionaries:
        """Folded only as the filters' `top:` says."""
        told = {name: one for name, one in self._whole.items() if name not in self._only_estimated}
        for name, one in self.live.asked.merged.told.items():
            if name in told:
                here = tuple(value for value in told[name].values if value in one.values)
                told[name] = Dictionary(here, one.folded)
        for chosen in offers.open_filters(self.live.asked.dashboard):
            name, top = chosen.dimension, chosen.top
            if top is not None and name in told and len(told[name].values) > top:
                orders = rankings(self.live, self.cubes, name, self.catalogue)
                told[name] = kept(orders, told[name], top, chosen.default)
        return told

    @cached_property
    def _counting(self) -> dict[CubeSpec, dict[Counted, None]]:
        """Cubes that count the values of dimensions."""
        found: dict[CubeSpec, dict[Counted, None]] = {}
        for one in self.live.questions.values():
            for measure, place in one.places.items():
                spec = self.live.serving.get(place.need)
                if measure.kind == "distinct" and spec:
                    found.setdefault(spec, {})[place.measure, measure.field] = None
        return found

    @property
    def _counted_names(self) -> frozenset[str]:
        return frozenset(name for counted in self._counting.values() for _, name in counted)

    def _counted(self, told: Mapping[str, Dictionary]) -> dict[str, Dictionary]:
        """Twins of folded dimensions, for those whose values are counted: a folded one cannot tell how many."""
        names = sorted(name for name in self._counted_names if self.precision is None and told[name].folded)
        return {f"{TWIN}{name}": self._whole[name] for name in names}

    def too_large(self, cargo: Cargo) -> Diagnostic:
        dashboard = self.live.asked.dashboard
        sizes = {name: len(one.values) for name, one in cargo.shipment.dictionaries.items()}
        written = dashboard.at.document.value(dashboard.at.path)
        at = dashboard.at / ("budget" if "budget" in written else "filters")
        counted = self._many_counted if dashboard.minimum_group > 1 else ()
        return messages.over_budget(at, dashboard.budget, cargo.size, sizes, counted)


def _known(name: str, cubes: Sequence[Cube], records: Sequence[Told]) -> Dictionary:
    extra: Iterator[Value] = (record.values[name] for record in records if name in record.values)
    return Dictionary(tuple(sorted({*dictionary(cubes, name).values, *extra}, key=value_order)))
