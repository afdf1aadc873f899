"""What `cube.js` hands to the page's script: cubes as packed columns, and every widget's question about them.

The script knows no conditions, logarithms or calendars of its own: conditions are in the measures, a histogram's values
are computed here, and a time zone comes as a list of offsets.

A cube has `edges`, `dimensions`, `cells` (how many each bucket has; they are sorted by bucket, then by the dimensions'
codes) and `codes` (one column each). Where a histogram lies in the cells of another cube, `cells` is that cube's number
instead, and some of its `sizes` may be 0. Columns are packed as packed.py says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from itertools import pairwise
from typing import Any, assert_never

import numpy as np

from dashgen import packed
from dashgen.cells import COUNTED, Cells, Dictionary
from dashgen.cube import CubeSpec, Value, representative
from dashgen.evaluate.bins import tables
from dashgen.metrics import Catalogue
from dashgen.metrics.bounds import is_bounded
from dashgen.metrics.formula import Average, Binary, Constant, Formula, Known, Measure, Quantile, Rate, costly, sources
from dashgen.metrics.formula import Value as Held
from dashgen.model import Absolute, Calendar, Every, Relative, TimeRange
from dashgen.newest import Told
from dashgen.plan.interactive import Interactive, LiveQuestion, Place, every_of
from dashgen.plan.questions import TOKENS, left_out, metrics, ranking
from dashgen.plan.views import Distribution, Grid, Groups, Newest, Total, Trend, is_bucketed, is_clocked, shown
from dashgen.timeline import DAY, Shift, Window, default_every, ladder

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
            "custom": deltas(live.custom),
            "ladders": list(self._ladders()),
            "dimensions": {name: _dictionary(name, known) for name, known in self.dictionaries.items()},
            "filters": [_filter(chosen) for chosen in live.asked.dashboard.filters],
            "keys": self._keys(),
            "cubes": [self._cube(spec) for spec in live.cubes],
            "volumes": [self._place(place) for _, place in sorted(live.volumes.items())],
            "widgets": {name: self._widget(name, question) for name, question in live.questions.items()},
        }

    # ---- time ---------------------------------------------------------------------------------

    def _zone(self) -> dict[str, Any]:
        zone = self.live.windows[0].zone
        edges = [edge for spec in self.live.cubes for edge in (spec.edges[0], spec.edges[-1])] or [self.live.since]
        found = zone.segments(min(edges) - _AROUND, max(*edges, self.live.asked.as_of) + _AROUND)
        return {"name": zone.name, "offsets": [[start, offset] for start, _, offset in found]}

    def _ladders(self) -> Iterator[dict[str, Any]]:
        """Where buckets may begin, fine to coarse."""
        found: dict[Every, set[int]] = {}
        followers: dict[Every, list[int]] = {}
        for one in self.live.questions.values():
            own: dict[Every, int] = {}
            for every, window in self._asked(one):
                found.setdefault(every, set()).update(ladder(window, every))
                own[every] = min(own.get(every, window.start), window.start)
            if not one.is_pinned and is_bucketed(one.question.view):
                for every in {*own} if one.widget.every else _TRIED:
                    followers.setdefault(every, []).append(own.get(every, self.live.asked.as_of))
        for every in sorted(found, key=_length):
            is_sub_day = every.unit in ("min", "h")
            since = max(followers.get(every, [self.live.since])) if is_sub_day else self.live.since
            yield {"every": [every.count, every.unit], "since": since, "edges": deltas(sorted(found[every]))}

    def _asked(self, one: LiveQuestion) -> Iterator[tuple[Every, Window]]:
        """The bucket sizes of a question over each of its ranges, and those of ranges of the viewer's own."""
        usual = [default_every(one.windows[0])] if one.is_pinned else self.live.every
        windows = [window for window in one.windows if not window.is_empty]
        if is_bucketed(one.question.view):
            sized = [(every_of(one.widget.every, w, size), w) for w, size in zip(one.windows, usual, strict=True)]
            yield from ((_rung(every), window) for every, window in sized if not window.is_empty)
        custom = self.live.custom
        whole = Window(custom[0], custom[-1], custom[-1], Shift(), self.live.windows[0].zone) if custom else None
        if is_clocked(one.question.view):
            yield from ((Every(1, "h"), window) for window in [*windows, *([whole] if whole else [])])
        if whole and not one.is_pinned and is_bucketed(one.question.view):
            written = [one.widget.every] if one.widget.every else []
            sizes = {Every(1, "d"), *map(_rung, (default_every(whole), *written))}
            yield from ((size, whole) for size in sizes if size.unit not in ("min", "h"))

    # ---- cubes --------------------------------------------------------------------------------

    def _cube(self, spec: CubeSpec) -> dict[str, Any]:
        """With the number of another cube under `cells` it has the cells of that, some of them perhaps empty."""
        cells, (base, places) = self.cells[spec], self._layout(spec)
        found: dict[str, Any] = {"source": spec.source}
        if base == spec:
            begins = cells.begins
            found |= {
                "edges": deltas(spec.edges),
                "dimensions": list(cells.codes),
                "cells": packed.pack(np.bincount(cells.bucket[begins], minlength=len(spec.edges) - 1)),
                "codes": [packed.steps(codes[begins]) for codes in cells.codes.values()],
            }
        else:
            found["cells"] = self._numbers[base]
        columns = [packed.column(cells.columns[measure]) for measure in spec.measures]
        if cells.key is None:
            return {**found, "columns": columns}
        sizes = np.zeros(len(self.cells[base].begins), dtype=np.int64)
        sizes[places] = np.diff(np.append(cells.begins, len(cells)))
        return {
            **found,
            "columns": [],
            "histogram": {
                "accuracy": str(spec.accuracy),
                "sizes": packed.pack(sizes),
                "keys": packed.steps(self._ranks(spec)),
                "counts": columns,
            },
        }

    def _layout(self, spec: CubeSpec) -> tuple[CubeSpec, np.ndarray | slice]:
        """The cube whose cells a histogram has too, and which of them it has; else the cube itself and all."""
        cells = self.cells[spec]
        for base in self.live.cubes if cells.key is not None else ():
            if self.cells[base].key is None and _grid(base) == _grid(spec):
                places = cells.within(self.cells[base])
                if places is not None:
                    return base, places
        return spec, slice(None)

    def _ranks(self, spec: CubeSpec) -> np.ndarray:
        """Histogram keys as places in the list of all keys."""
        cells, known = self.cells[spec], self._known_keys[spec.accuracy]
        assert cells.key is not None
        ranks = np.zeros(int(known[-1]) - int(known[0]) + 1 if len(known) else 0, dtype=np.int32)
        ranks[known - known[:1]] = np.arange(len(known))
        found: np.ndarray = ranks[cells.key - known[:1]]
        return found

    @cached_property
    def _known_keys(self) -> dict[float, np.ndarray]:
        found: dict[float, list[np.ndarray]] = {}
        for spec, cells in self.cells.items():
            if cells.key is not None:
                found.setdefault(spec.accuracy, []).append(_distinct(cells.key))
        return {accuracy: np.unique(np.concatenate(keys)) for accuracy, keys in found.items()}

    def _keys(self) -> dict[str, Any]:
        return {
            str(accuracy): {"keys": keys.tolist(), "values": [representative(one, accuracy) for one in keys.tolist()]}
            for accuracy, keys in self._known_keys.items()
        }

    @cached_property
    def _numbers(self) -> dict[CubeSpec, int]:
        return {spec: number for number, spec in enumerate(self.live.cubes)}

    def _place(self, place: Place) -> dict[str, Any]:
        """-1 for what no range asks for."""
        spec = self.live.serving.get(place.need)
        if spec is None:
            return {"cube": -1, "column": 0}
        return {"cube": self._numbers[spec], "column": spec.measures.index(place.measure)}

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
            "metrics": list(shown(question.view)),
            "formulas": {name: formula(found, index, numbered) for name, found in formulas.items()},
            **self._bounded(one, formulas),
            "reads": {name: sorted(numbered[source] for source in sources(f)) for name, f in formulas.items()},
            "measures": [
                *(self._measure(measure, one, numbered) for measure in wanted),
                *(
                    {"kind": "count", "reading": numbered[name], **self._place(place)}
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
        return {"bounded": [name for name, found in formulas.items() if is_bounded(found, partial(self._signed, one))]}

    def _signed(self, one: LiveQuestion, measure: Measure) -> bool:
        place = one.places[measure]
        spec = self.live.serving.get(place.need)
        return spec is not None and place.measure in self.cells[spec].signed

    def _measure(self, measure: Measure, one: LiveQuestion, numbered: Mapping[str, int]) -> dict[str, Any]:
        found = {"kind": measure.kind, "reading": numbered[measure.source], **self._place(one.places[measure])}
        if measure.kind != "distinct":
            return found
        twin = f"{COUNTED}{measure.field}"
        return {**found, "dimension": twin if twin in self.dictionaries else measure.field}

    def _bins(self, one: LiveQuestion) -> dict[str, Any]:
        view = one.question.view
        assert isinstance(view, Distribution)
        keys: set[int] = set()
        for place in one.places.values():
            spec = self.live.serving.get(place.need)
            if spec is not None and (key := self.cells[spec].key) is not None:
                keys.update(_distinct(key).tolist())
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
            "times": deltas(one.time for one in told),
            "codes": codes,
        }


_TRIED = (Every(1, "min"), Every(5, "min"), Every(1, "h"))
"""Bucket sizes under a day that the script tries where a widget says none."""


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


def _grid(spec: CubeSpec) -> tuple[object, ...]:
    """What two cubes have in common that have the same cells."""
    return spec.source, spec.where, spec.mask, spec.edges, spec.dimensions


def _distinct(keys: np.ndarray) -> np.ndarray:
    least = int(keys.min(initial=0))
    return np.flatnonzero(np.bincount(keys - least)) + least


def deltas(instants: Iterable[int]) -> list[int]:
    """The first, then the differences."""
    found = list(instants)
    return [*found[:1], *(b - a for a, b in pairwise(found))]


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


def _dictionary(name: str, known: Dictionary) -> dict[str, Any]:
    """What is only counted needs no names: a missing value is none of them."""
    if name.startswith(COUNTED):
        return {"values": [None if one is None else n for n, one in enumerate(known.values)], "folded": 0}
    found: dict[str, Any] = {"values": list(known.values), "folded": known.folded}
    ties = _ties(known.values)
    return {**found, "ties": ties} if ties != list(range(len(ties))) else found


def _ties(values: Sequence[Value]) -> list[int]:
    """The rank of each value's text."""
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    order = sorted(range(len(values)), key=lambda code: (values[code] is None, texts[code]))
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


def _rung(every: Every) -> Every:
    """Days and longer units by ones: the script counts from the one that holds a range's start."""
    return every if every.unit in ("min", "h") else Every(1, every.unit)


_LENGTHS = {"min": 1, "h": 60, "d": 1440, "w": 10_080, "mo": 43_200, "y": 525_600}


def _length(every: Every) -> int:
    return every.count * _LENGTHS[every.unit]
