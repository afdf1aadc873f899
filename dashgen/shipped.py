"""What `cube.js` hands to the page's script: cubes as packed columns, and every widget's question about them.

The script knows no conditions, logarithms or calendars of its own: conditions are in the measures, a histogram's values
are computed here, and a time zone comes as a list of offsets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, assert_never

from dashgen import packed
from dashgen.cells import TWIN, Cells, Dictionary
from dashgen.cube import CubeSpec, Value, text_order
from dashgen.evaluate.bins import tables
from dashgen.ladders import ladders
from dashgen.memo import NONE, Memo
from dashgen.metrics import Catalogue
from dashgen.metrics.bounds import is_bounded
from dashgen.metrics.formula import (
    Average,
    Binary,
    Constant,
    Formula,
    Known,
    Measure,
    Quantile,
    Rate,
    costly,
    measures,
    sources,
)
from dashgen.metrics.formula import Value as Held
from dashgen.model import Absolute, Calendar, Relative, TimeRange
from dashgen.newest import Told
from dashgen.packed_cubes import PackedCubes, distinct_keys
from dashgen.plan.interactive import Interactive, LiveQuestion
from dashgen.plan.questions import TOKENS, left_out
from dashgen.plan.reads import metrics
from dashgen.plan.views import Distribution, Grid, Groups, Newest, Total, Trend, ranking, shown
from dashgen.registers import Registers, standard_error
from dashgen.sketches import Counted
from dashgen.timeline import DAY, Shift, Window

FORMAT = 1
_AROUND = 800 * DAY
"""Offsets are told so far around the shipped past: a previous period may lie two long years before it."""


@dataclass(frozen=True)
class Shipment:
    """`cells` have been folded by `dictionaries`."""

    live: Interactive
    cells: Mapping[CubeSpec, Cells]
    dictionaries: Mapping[str, Dictionary]
    records: Mapping[str, Sequence[Told]]
    """Of each table of records, newest first."""
    catalogue: Catalogue
    sketches: Mapping[CubeSpec, Mapping[Counted, Registers]]
    """Beside the cells, of numbers of distinct values that are estimated."""
    memo: Memo = NONE

    def content(self) -> dict[str, Any]:
        live = self.live
        return {
            "format": FORMAT,
            "as_of": live.asked.as_of,
            "zone": self._zone(),
            "ranges": [
                {"key": key(asked), **_window(window), "every": [every.count, every.unit]}
                for asked, window, every in zip(live.ranges, live.windows, live.every, strict=True)
            ],
            "range": live.default,
            "custom": packed.deltas(live.custom),
            "ladders": ladders(live),
            "dimensions": {name: self._dictionary(name, known) for name, known in self.dictionaries.items()},
            "filters": [_filter(chosen) for chosen in live.asked.dashboard.filters],
            "keys": self._packed.keys(),
            "cubes": [self._packed.cube(spec) for spec in live.cubes],
            "volumes": [self._packed.place(place) for _, place in sorted(live.volumes.items())],
            "widgets": {name: self._widget(name, question) for name, question in live.questions.items()},
        }

    @cached_property
    def _packed(self) -> PackedCubes:
        cells = {spec: self.cells[spec] for spec in self.live.cubes}
        return PackedCubes(cells, self.live.serving, self.sketches, self.memo)

    def _zone(self) -> dict[str, Any]:
        zone = self.live.windows[0].zone
        edges = [edge for spec in self.live.cubes for edge in (spec.edges[0], spec.edges[-1])] or [self.live.since]
        found = zone.segments(min(edges) - _AROUND, max(*edges, self.live.asked.as_of) + _AROUND)
        return {"name": zone.name, "offsets": [[start, offset] for start, _, offset in found]}

    def _dictionary(self, name: str, known: Dictionary) -> dict[str, Any]:
        """What is only counted has no names, but a number of values; a missing one is the last of them."""
        if name.startswith(TWIN) or name in self.live.only_counted:
            return {"count": len(known.values), "missing": None in known.values, "folded": known.folded}
        found: dict[str, Any] = {"values": list(known.values), "folded": known.folded}
        ties = _ties(known.values)
        return {**found, "ties": ties} if ties != list(range(len(ties))) else found

    # ---- widgets ------------------------------------------------------------------------------

    def _widget(self, name: str, one: LiveQuestion) -> dict[str, Any]:
        view = one.question.view
        shared = {
            "view": type(view).__name__.lower(),
            "pinned": _window(one.windows[0]) if one.is_pinned else None,
            "readings": [
                {"source": reading.source, "first": reading.first, "lacks": list(reading.unfiltered)}
                for reading in one.question.readings
            ],
        }
        if isinstance(view, Newest):
            return {**shared, "fields": list(view.fields), "count": view.count, **self._records(name)}
        return {**shared, **self._asking(one), **_shape(one)} | (
            self._bins(one) if isinstance(view, Distribution) else {}
        )

    def _asking(self, one: LiveQuestion) -> dict[str, Any]:
        """Metrics as formulas over places in the cubes."""
        question, numbered = one.question, {reading.name: n for n, reading in enumerate(one.question.readings)}
        wanted = list(one.places)
        index = {measure: n for n, measure in enumerate(wanted)}
        names = metrics(question.view, self.catalogue.definitions)
        formulas = {name: self.catalogue.formula(name, question.source) for name in names}
        costs = {source for name in shown(question.view) for source in costly(formulas[name])}
        return {
            **({"estimated": self.standard_error} if self._sketched(one, one.places) else {}),
            "metrics": list(shown(question.view)),
            "formulas": {name: formula(found, index, numbered) for name, found in formulas.items()},
            **self._bounded(one, formulas),
            "reads": {name: sorted(numbered[source] for source in sources(f)) for name, f in formulas.items()},
            "measures": [
                *(self._measure(measure, one, numbered) for measure in wanted),
                *(
                    {"kind": "count", "reading": numbered[name], **self._packed.place(place)}
                    for name, place in one.rows.items()
                ),
            ],
            "events": [len(wanted) + n for n in range(len(one.rows))],
            "unpriced": [index[measure] for measure in left_out(question, costs)],
            "tokens": [index[measure] for measure in left_out(question, costs, TOKENS)],
        }

    def _bounded(self, one: LiveQuestion, formulas: Mapping[str, Formula]) -> dict[str, Any]:
        """Metrics of which none of a folded rest has more than all of it."""
        if not any(self.dictionaries[name].folded for name in one.question.dimensions):
            return {}
        sure = {name: found for name, found in formulas.items() if not self._sketched(one, measures(found))}
        return {"bounded": [name for name, found in sure.items() if is_bounded(found, partial(self._signed, one))]}

    def _signed(self, one: LiveQuestion, measure: Measure) -> bool:
        place = one.places[measure]
        spec = self.live.serving.get(place.need)
        return spec is not None and place.measure in self.cells[spec].signed

    def _measure(self, measure: Measure, one: LiveQuestion, numbered: Mapping[str, int]) -> dict[str, Any]:
        found = {"kind": measure.kind, "reading": numbered[measure.source], **self._packed.place(one.places[measure])}
        if measure.kind != "distinct":
            return found
        if sketched := self._sketched(one, [measure]):
            return {**found, "kind": "sketch", "column": sketched[0]}
        twin = f"{TWIN}{measure.field}"
        return {**found, "dimension": twin if twin in self.dictionaries else measure.field}

    def _sketched(self, one: LiveQuestion, wanted: Iterable[Measure]) -> list[int]:
        """The places of those measures that are estimated among their cubes' sketches."""
        found: list[int] = []
        for measure in wanted:
            place = one.places[measure]
            spec = self.live.serving.get(place.need)
            known = [*self.sketches.get(spec, ())] if spec else []
            counted = (place.measure, measure.field)
            found += [known.index(counted)] if measure.kind == "distinct" and counted in known else []
        return found

    @property
    def estimated(self) -> frozenset[str]:
        """The metrics that are read from estimates."""
        return frozenset(
            name
            for one in self.live.questions.values()
            for name in metrics(one.question.view, self.catalogue.definitions)
            if self._sketched(one, measures(self.catalogue.formula(name, one.question.source)))
        )

    @property
    def standard_error(self) -> float:
        """The relative one of estimates in the page; 0 if there are none."""
        precisions = (known.precision for own in self.sketches.values() for known in own.values())
        return max(map(standard_error, precisions), default=0.0)

    def _bins(self, one: LiveQuestion) -> dict[str, Any]:
        view = one.question.view
        assert isinstance(view, Distribution)
        keys: set[int] = set()
        for place in one.places.values():
            spec = self.live.serving.get(place.need)
            if spec is not None and (key := self.cells[spec].key) is not None:
                keys.update(distinct_keys(key).tolist())
        return {"of": view.of, "scale": view.scale, "bins": tables(keys, view.scale, one.question.accuracy)}

    def _records(self, name: str) -> dict[str, Any]:
        told, view = self.records[name], self.live.questions[name].question.view
        assert isinstance(view, Newest)
        shelf = self.live.questions[name].question.shelf
        codes = {
            dimension: self.dictionaries[dimension].codes([one.values[dimension] for one in told]).tolist()
            for dimension in (shelf.dimensions if shelf else ())
        }
        records = [one.row for one in told]
        return {
            "cut": len(told) == view.count,
            "records": records,
            "times": packed.deltas(one.time for one in told),
            "codes": codes,
        }


def _shape(one: LiveQuestion) -> dict[str, Any]:
    """How a view groups and orders."""
    view, order = one.question.view, ranking(one.question.view)
    found: dict[str, Any] = {
        "by": list(view.by)
        if isinstance(view, Groups)
        else [view.by]
        if isinstance(view, Distribution) and view.by
        else [],
        "series": view.series if isinstance(view, (Trend, Groups)) else None,
        "compare": one.question.compares,
        "spark": isinstance(view, (Total, Groups)) and view.spark,
        "every": [one.widget.every.count, one.widget.every.unit] if one.widget.every else None,
    }
    if order:
        by = {"name": order.order.name, "descending": order.order.descending} if order.order else None
        found |= {"order": by, "top": order.top, "other": order.other}
    return {**found, "rows": view.rows, "columns": view.columns} if isinstance(view, Grid) else found


def formula(found: Formula, index: Mapping[Measure, int], numbered: Mapping[str, int]) -> list[Any]:
    """A metric as nested lists, its measures as numbers."""
    match found:
        case Constant(number):
            return ["number", number]
        case Held(measure, scale):
            return ["value", index[measure], scale]
        case Average(total, count, scale):
            return ["average", index[total], index[count], scale]
        case Quantile(measure, q):
            part = Fraction(q)
            return ["quantile", index[measure], part.numerator, part.denominator]
        case Known(inner, known, unknown):
            return ["known", formula(inner, index, numbered), index[known], index[unknown]]
        case Rate(inner, minutes):
            read = sorted(numbered[name] for name in sources(inner))
            return ["rate", formula(inner, index, numbered), minutes, read]
        case Binary(operator, left, right):
            return [operator, formula(left, index, numbered), formula(right, index, numbered)]
        case _:
            assert_never(found)


# ---- small values -----------------------------------------------------------------------------


def _window(window: Window) -> dict[str, Any]:
    return {"start": window.start, "end": window.end, "nominal": window.nominal, "shift": _shift(window.shift)}


def _shift(shift: Shift) -> dict[str, int]:
    parts = {"elapsed": shift.elapsed, "days": shift.days, "months": shift.months}
    return {name: part for name, part in parts.items() if part} or {"elapsed": 0}


def key(asked: TimeRange) -> str:
    """A range as it is written."""
    match asked:
        case Relative(count, unit):
            return f"{count}{unit}"
        case Calendar(word):
            return word
        case Absolute(start, end):
            return f"{start.isoformat()}..{end.isoformat() if end else ''}"


def _ties(values: Sequence[Value]) -> list[int]:
    """The rank of each value's text."""
    order = sorted(range(len(values)), key=lambda code: text_order(values[code]))
    ranks = [0] * len(values)
    for rank, code in enumerate(order):
        ranks[code] = rank
    return ranks


def _filter(chosen: Any) -> dict[str, Any]:
    return {
        "dimension": chosen.dimension,
        "default": list(chosen.default),
        "locked": chosen.locked,
        "hidden": chosen.hidden,
    }
