"""How a page is merged until no cell of it is too small: time first, then values, in the reverse order of `filters:`.

What is written stays as it is: the ranges that the page offers and what they are compared with, a widget's `every:`,
the hours of a heatmap, conditions, and the values of filters' defaults. What the author left open gives way: ranges of
the viewer's own, then the usual bucket sizes. Where that is not enough, dimensions are folded whole, one more at a
time; then each gets back as many of its values as there may be, the largest first, the most important dimension first;
and at last time is as fine again as these values allow.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import or_

from dashgen import execute, messages
from dashgen.cells import Dictionary
from dashgen.cube import Value, value_order
from dashgen.diagnostics import At, Diagnostic
from dashgen.metrics import Catalogue
from dashgen.model import Every
from dashgen.partition import Cut, Partition, cuts, finest
from dashgen.plan import offers
from dashgen.plan.ask import Asked, Opened
from dashgen.plan.interactive import Grain, Interactive, interactive
from dashgen.plan.merged import Merged
from dashgen.plan.questions import demands
from dashgen.plan.statistics import Statistics
from dashgen.plan.views import is_bucketed
from dashgen.timeline import buckets

Told = Mapping[str, Dictionary]

_TIMES = (
    Merged(),
    Merged(Grain.DAYS),
    Merged(Grain.COARSE),
    Merged(Grain.OFFERED),
    Merged(Grain.OFFERED, Every(1, "h")),
    Merged(Grain.OFFERED, Every(1, "d")),
    Merged(Grain.OFFERED, Every(1, "w")),
    Merged(Grain.OFFERED, Every(1, "mo")),
)
"""Fine to coarse; each tells apart what some of the one before tells as well."""


def merged(
    asked: Sequence[Asked], catalogue: Catalogue, sources: Mapping[str, Opened], chosen_by: Mapping[str, frozenset[str]]
) -> list[Asked]:
    """The dashboards as their least groups allow them; `chosen_by` is what each source can be filtered by."""
    return [
        _Merging(one, catalogue, sources, _statistics(one, catalogue, sources, chosen_by)).result
        if one.dashboard.minimum_group > 1 and one.questions
        else one
        for one in asked
    ]


def countless(found: Mapping[str, Cut], catalogue: Catalogue) -> list[str]:
    """Measured fields that conditions are on: which events meet them cannot be told by cells."""
    named = {condition.dimension for cut in found.values() for condition in cut.conditions}
    return sorted(name for name in named if not catalogue.fields[name].is_dimension)


def _statistics(
    asked: Asked, catalogue: Catalogue, sources: Mapping[str, Opened], chosen_by: Mapping[str, frozenset[str]]
) -> Mapping[str, Statistics]:
    specs = [demand.cube for question in asked.questions.values() for demand in demands(question, catalogue)]
    return execute.statistics({name: sources[name] for name in asked.sources}, specs, chosen_by)


@dataclass(frozen=True)
class _Way:
    """One of the times, and what is told apart then."""

    asked: Asked
    cuts: Mapping[str, Cut]
    live: Interactive | None


@dataclass(frozen=True)
class _Merging:
    asked: Asked
    catalogue: Catalogue
    sources: Mapping[str, Opened]
    statistics: Mapping[str, Statistics]

    @property
    def result(self) -> Asked:
        if unknown := countless(self._whole, self.catalogue):
            return self._refused(_uncounted(self._at, unknown))
        finer = next((way for way in self._ways if self._is_fine(way, {})), None)
        if finer:
            return finer.asked
        told = self._folded()
        if told is None:
            return self._refused(*self._too_small())
        for name in self._importance:
            if name in told:
                told = self._unfolded(name, told)
        way = next(way for way in self._ways if self._is_fine(way, told))
        return _with_told(way.asked, told)

    @property
    def _at(self) -> At:
        return self.asked.dashboard.at / "privacy" / "minimum_group"

    def _refused(self, *problems: Diagnostic) -> Asked:
        return replace(self.asked, merged=Merged(problems=problems))

    # ---- time ---------------------------------------------------------------------------------

    @cached_property
    def _ways(self) -> list[_Way]:
        """Fine to coarse."""
        found: list[_Way] = []
        for time in _TIMES:
            way = self._way(_timed(self.asked, time))
            if not found or way.cuts != found[-1].cuts:
                found.append(way)
        return found

    def _way(self, asked: Asked) -> _Way:
        live = interactive(asked, self.catalogue, self.sources, self.statistics)
        return _Way(asked, cuts(asked, self.catalogue, live.cubes if live else ()), live)

    # ---- counting -----------------------------------------------------------------------------

    @cached_property
    def _whole(self) -> dict[str, Cut]:
        """Of each source all that any of the ways tells apart."""
        names = sorted({name for way in self._ways for name in way.cuts})
        return {name: reduce(or_, (way.cuts[name] for way in self._ways if name in way.cuts)) for name in names}

    @cached_property
    def _partitions(self) -> dict[str, Partition]:
        specs = {name: finest(cut, self.asked) for name, cut in self._whole.items()}
        cubes = execute.fetch(specs.values(), self.sources)
        return {name: Partition(cubes[spec]) for name, spec in specs.items()}

    def _is_fine(self, way: _Way, told: Told) -> bool:
        return not any(self._small(name, way, told) for name in way.cuts)

    def _small(self, name: str, way: _Way, told: Told) -> list[int]:
        return self._partitions[name].small(way.cuts[name], told, self.asked.dashboard.minimum_group)

    # ---- values -------------------------------------------------------------------------------

    def _folded(self) -> dict[str, Dictionary] | None:
        """Dimensions folded whole, the least important first, until nothing is too small; None where that never is."""
        told: dict[str, Dictionary] = {}
        for name in reversed(self._importance):
            if len(self._foldable(name)) > 1:
                told[name] = self._without(name, len(self._foldable(name)))
                if self._is_fine(self._ways[-1], told):
                    return told
        return None

    def _unfolded(self, name: str, told: Told) -> dict[str, Dictionary]:
        """As few values of the dimension folded as the others allow; the smallest are."""
        counts = range(len(self._foldable(name)) + 1)
        fewest = bisect_left(
            counts, True, key=lambda n: self._is_fine(self._ways[-1], {**told, name: self._without(name, n)})
        )
        rest = {other: one for other, one in told.items() if other != name}
        return {**rest, name: self._without(name, fewest)} if fewest else rest

    def _without(self, name: str, count: int) -> Dictionary:
        """Without the smallest `count` values."""
        folded = {*self._foldable(name)[:count]}
        values = sorted(self._totals[name].keys() - folded, key=value_order)
        return Dictionary(tuple(values), len(folded))

    @cached_property
    def _importance(self) -> list[str]:
        """Dimensions that may be folded: those of filters in their order, then the others."""
        named = offers.dimensions(self.asked.dashboard)
        present = {name for cut in self._whole.values() for name in cut.dimensions}
        order = [*(name for name in named if name in present), *sorted(present - {*named})]
        return [name for name in order if name not in self._counted]

    @cached_property
    def _counted(self) -> frozenset[str]:
        """Values that are counted under filters are shipped one by one."""
        live = self._ways[0].live
        questions = live.questions.values() if live else ()
        return frozenset(m.field for one in questions for m in one.places if m.kind == "distinct")

    def _foldable(self, name: str) -> list[Value]:
        """Smallest first."""
        totals, named = self._totals[name], {*offers.default(self.asked.dashboard, name)}
        return sorted(totals.keys() - named, key=lambda value: (totals[value], value_order(value)))

    @cached_property
    def _totals(self) -> dict[str, Counter[Value]]:
        """How many events each value of a dimension has, in all sources."""
        found: dict[str, Counter[Value]] = {name: Counter() for name in self._importance}
        for name, totals in found.items():
            for source, partition in self._partitions.items():
                totals.update(partition.totals(name, self._whole[source]))
        return found

    # ---- what no merging helps ----------------------------------------------------------------

    def _too_small(self) -> Iterator[Diagnostic]:
        """With all merged that may be."""
        way = self._ways[-1]
        told = {name: self._without(name, len(self._foldable(name))) for name in self._importance}
        for name, cut in way.cuts.items():
            if counts := self._small(name, way, told):
                apart = sorted((cut.dimensions & self._counted) | {c.dimension for c in cut.conditions})
                least, times = self.asked.dashboard.minimum_group, len(cut.edges) - 1
                yield messages.small_groups(self._at, name, least, counts, apart, times)


def _uncounted(at: At, fields: Sequence[str]) -> Diagnostic:
    return messages.later_release(
        at.key(),
        f"Minimum groups beside conditions on {messages.listing(fields)}",
        "Remove the condition, or make it one of the dashboard's `where:`.",
    )


def _timed(asked: Asked, time: Merged) -> Asked:
    """With the buckets of lines and sparklines that say no size as long as that."""
    widgets = {widget.id: widget for widget in asked.dashboard.widgets}
    questions = {
        name: replace(question, edges=buckets(question.window, time.every(question.window)))
        if time.least and is_bucketed(question.view) and not widgets[name].every
        else question
        for name, question in asked.questions.items()
    }
    return replace(asked, questions=questions, merged=time)


def _with_told(asked: Asked, told: Told) -> Asked:
    """Filters with nothing to choose are dropped."""
    dropped = tuple(name for name in offers.dimensions(asked.dashboard) if name in told and told[name].is_empty)
    filters = tuple(one for one in asked.dashboard.filters if one.dimension not in dropped)
    dashboard = replace(asked.dashboard, filters=filters)
    return replace(asked, dashboard=dashboard, merged=replace(asked.merged, told=told, dropped=dropped))
