"""A source behind an SQL engine: probes, cubes and records over a binding and a way to run queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from sqlglot import exp

from dashgen import cube as cubes
from dashgen.cube import Cube, CubeSpec, Value
from dashgen.diagnostics import Diagnostic
from dashgen.metrics.formula import Measure
from dashgen.query import entries
from dashgen.query.codes import MANY, MOST, PLAIN, Codes, codes
from dashgen.query.events import Binding
from dashgen.query.statements import WIDE, cube_query, entries_query, record_query, sample_query, values_query
from dashgen.query.vocabulary import literal, named
from dashgen.sources.base import Probe, RecordQuery

_SAMPLE = 2_500
"""Rows of each part of a sample."""

Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class SqlBound:
    """`fetch` runs a query and gives its columns; `rows` gives its rows as tuples."""

    binding: Binding
    columns: Sequence[str]
    dialect: str
    fetch: Callable[[str], Columns]
    rows: Callable[[str], Sequence[tuple[Any, ...]]]
    close: Callable[[], None]
    remarks: tuple[Diagnostic, ...] = ()
    listed: Listed = field(default_factory=lambda: Listed(), compare=False)

    @property
    def available(self) -> frozenset[str]:
        return self.binding.available

    def probe(self) -> Probe:
        raw = exp.select(
            named(self.binding.first_time.copy(), "first"),
            named(self.binding.newest_time.copy(), "newest"),
            named(exp.Count(this=exp.Star()), "n"),
            named(exp.Count(this=self.binding.raw_time.copy()), "timed"),
        ).from_(self.binding.scan.copy())
        first, newest, rows, timed = self.rows(self._sql(raw))[0]
        return Probe(first, newest, rows, rows - timed)

    def sample(self, dimensions: Sequence[str], after: Sequence[int]) -> Mapping[str, Sequence[Any]]:
        if not dimensions or not after:
            return dict.fromkeys(dimensions, ())
        parts = [sample_query(dimensions, instant, _SAMPLE, self.binding) for instant in after]
        found = self.fetch(self._sql(exp.union(*parts, distinct=False, copy=False) if len(parts) > 1 else parts[0]))
        return {name: found[f"d{i}"].tolist() for i, name in enumerate(dimensions)}

    def occurring(self, dimension: str, values: Collection[str]) -> frozenset[str]:
        column = self.binding.columns[dimension]
        asked = exp.In(this=column.copy(), expressions=[literal(value) for value in values])
        query = exp.select(column.copy()).distinct().from_(self.binding.scan.copy()).where(asked)
        return frozenset(value for (value,) in self.rows(self._sql(query)))

    def cube(self, spec: CubeSpec) -> Cube:
        known = self._codes(spec) if spec.cells >= MANY else PLAIN
        cube = self._histogram(spec, known) if self._is_ungrouped(spec, known) else None
        return self._grouped(spec, known) if cube is None else cube

    def _grouped(self, spec: CubeSpec, known: Codes) -> Cube:
        found = self.fetch(self._sql(cube_query(spec, self.binding, known)))
        if known and np.ma.is_masked(found["cell"]):
            known = PLAIN
            found = self.fetch(self._sql(cube_query(spec, self.binding)))
        key = np.asarray(found["key"], dtype=np.int32) if spec.histogram else None
        columns = {measure: _column(found, i, measure) for i, measure in enumerate(spec.measures)}
        if known and len(known.values) == len(spec.dimensions):
            return cubes.unpacked(spec, np.asarray(found["cell"]), known.decode, known.values, key, columns)
        bucket, codes = known.decode(found["cell"]) if known else (found["bucket"], {})
        plain = {name: _values(found[f"d{i}"]) for i, name in enumerate(spec.dimensions) if name not in codes}
        coded = {name: (column, known.values[name]) for name, column in codes.items()}
        return cubes.build(spec, np.asarray(bucket, dtype=np.int32), plain, key, columns, coded)

    def _is_ungrouped(self, spec: CubeSpec, known: Codes) -> bool:
        if spec.histogram is None or len(known.values) < len(spec.dimensions):
            return False
        conditions = sum(bool(measure.where) for measure in spec.measures)
        return entries.are_better(spec.cells, spec.rows) and entries.fit(known.cells(len(spec.edges)), conditions)

    def _histogram(self, spec: CubeSpec, known: Codes) -> Cube | None:
        """From single events; None where a value came after the values had been asked."""
        found = self.fetch(self._sql(entries_query(spec, self.binding, known)))["entry"]
        if np.ma.is_masked(found):
            return None
        conditional = [measure for measure in spec.measures if measure.where]
        cell, key, events, met = entries.counted(np.asarray(found, dtype=np.int64), len(conditional))
        columns = {**dict.fromkeys(spec.measures, events), **dict(zip(conditional, met, strict=True))}
        return cubes.decoded(spec, cell, known.decode, known.values, key, columns)

    def _codes(self, spec: CubeSpec) -> Codes:
        found = {name: self._distinct(name, spec) for name in spec.dimensions}
        return codes(len(spec.edges) - 1, found)

    def _distinct(self, name: str, spec: CubeSpec) -> Sequence[Value]:
        query = self._sql(values_query(name, spec, self.binding, MOST + 1))
        return self.listed.once(query, lambda: [value for (value,) in self.rows(query)])

    def records(self, query: RecordQuery) -> Sequence[tuple[Any, ...]]:
        return self.rows(self._sql(record_query(query, self.binding)))

    def text(self, spec: CubeSpec | RecordQuery) -> str:
        if isinstance(spec, CubeSpec):
            return self._sql(cube_query(spec, self.binding), pretty=True)
        return self._sql(record_query(spec, self.binding), pretty=True)

    def _sql(self, query: exp.Expr, pretty: bool = False) -> str:
        """The text of a tree that nobody else holds."""
        return query.sql(dialect=self.dialect, pretty=pretty, copy=False)


class Listed:
    """Values of dimensions by the query that asked for them: cubes of a page ask for the same ones at the same time."""

    def __init__(self) -> None:
        self._found: dict[str, Sequence[Value]] = {}
        self._lock = Lock()

    def once(self, query: str, ask: Callable[[], Sequence[Value]]) -> Sequence[Value]:
        with self._lock:
            if query not in self._found:
                self._found[query] = ask()
            return self._found[query]


def _values(column: np.ndarray) -> list[Value]:
    filled: list[Value] = column.tolist()
    return filled


def _column(found: Columns, index: int, measure: Measure) -> np.ndarray:
    low = found[f"m{index}"]
    if measure.kind in ("min", "max"):
        return np.array(low.tolist(), dtype=object)
    low = np.asarray(low, dtype=np.int64)
    high = found.get(f"h{index}")
    if high is None or not np.any(high):
        return low
    wide: np.ndarray = np.asarray(high, dtype=np.int64).astype(object) * WIDE + low.astype(object)
    return wide
