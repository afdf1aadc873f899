"""Whole statements: one grouping for a cube, or the newest records."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from dashgen.cube import CubeSpec
from dashgen.metrics.formula import Measure
from dashgen.query.buckets import bucket, histogram_key
from dashgen.query.codes import PLAIN, Codes
from dashgen.query.conditions import condition
from dashgen.query.entries import entry
from dashgen.query.events import Binding, events
from dashgen.query.vocabulary import big, both, cast, column, missing, named, paren, when
from dashgen.sources.base import RecordQuery

WIDE = 1 << 62
"""Sums are fetched as two integers, `high · WIDE + low`: a 128-bit sum does not fit one."""

_FOREVER = 1 << 61
"""Microseconds: later than every event."""


def cube_query(spec: CubeSpec, binding: Binding, codes: Codes = PLAIN) -> exp.Select:
    """Columns: bucket, d0…, [key], then per measure `m<i>`, sums as `m<i>` and `h<i>`.

    With `codes` of some dimensions the first column is `cell`, which stands for the bucket and these.
    """
    first = bucket(spec.edges, column("time"))
    grouped = [named(codes.cell(first), "cell") if codes else named(first, "bucket")]
    grouped += [named(column(name), f"d{i}") for i, name in enumerate(spec.dimensions) if name not in codes.values]
    if spec.histogram:
        grouped.append(named(_key(spec, binding), "key"))
    query = _counted(spec, binding, codes)
    outputs = [named(_aggregate(m, binding), f"m{i}") for i, m in enumerate(spec.measures)]
    positions = [exp.convert(i + 1) for i in range(len(grouped))]
    query = query.select(*grouped, *outputs, copy=False).group_by(*positions, copy=False)
    return _split(query, [i for i, m in enumerate(spec.measures) if _is_wide(m, binding)])


def entries_query(spec: CubeSpec, binding: Binding, codes: Codes) -> exp.Select:
    """Of a histogram that groups too little to be grouped: each event's entry, as `query/entries.py` reads it."""
    asked = [both([condition(c, binding.fields) for c in m.where]) for m in spec.measures if m.where]
    cell = codes.cell(bucket(spec.edges, column("time")))
    found = named(entry(cell, _key(spec, binding), asked), "entry")
    return _counted(spec, binding, codes).select(found, copy=False)


def _counted(spec: CubeSpec, binding: Binding, codes: Codes) -> exp.Select:
    """The events of a cube, without outputs."""
    used = {m.field for m in spec.measures} | {c.dimension for m in spec.measures for c in m.where}
    used |= {*spec.dimensions, *(c.dimension for c in spec.where)} | ({spec.histogram} if spec.histogram else set())
    query = codes.joined(events(binding, used - {""}, spec.edges[0], spec.edges[-1]))
    if spec.histogram:
        query = query.where(exp.Not(this=paren(missing(column(spec.histogram)))), copy=False)
    if spec.where:
        query = query.where(*(condition(c, binding.fields) for c in spec.where), copy=False)
    return query


def _key(spec: CubeSpec, binding: Binding) -> exp.Expr:
    assert spec.histogram is not None
    return histogram_key(column(spec.histogram), binding.fields[spec.histogram].scale, spec.accuracy)


def _aggregate(measure: Measure, binding: Binding) -> exp.Expr:
    field = column(measure.field)
    chosen = both([condition(c, binding.fields) for c in measure.where]) if measure.where else None
    if measure.kind == "histogram" or _counts_rows(measure, binding):
        return exp.Count(this=exp.Star() if chosen is None else when(chosen, exp.convert(1)))
    value = field if chosen is None else when(chosen, field)
    match measure.kind:
        case "count":
            return exp.Count(this=value)
        case "min":
            return cast(exp.Min(this=value), "bigint")
        case "max":
            return cast(exp.Max(this=value), "bigint")
    return exp.Coalesce(this=exp.Sum(this=value), expressions=[exp.convert(0)])


def _counts_rows(measure: Measure, binding: Binding) -> bool:
    """Events of a source whose rows are one event each."""
    return measure.field == "events" and "requests" not in binding.columns


def _is_wide(measure: Measure, binding: Binding) -> bool:
    return measure.kind == "sum" and not _counts_rows(measure, binding)


def _split(query: exp.Select, wide: Sequence[int]) -> exp.Select:
    """The same columns, with the sums of `wide` as two integers each."""
    kept = [exp.column(name) for name in query.named_selects if name not in {f"m{i}" for i in wide}]
    parts = [part for i in wide for part in _halves(f"m{i}", f"h{i}")]
    return exp.select(*kept, *parts).from_(query.subquery("cells", copy=False), copy=False) if wide else query


def _halves(low: str, high: str) -> list[exp.Expr]:
    """Few sums need dividing, which is slow in 128 bits."""
    total = exp.column(low)
    is_small = exp.Between(this=total, low=big(-WIDE), high=big(WIDE))
    above = exp.IntDiv(this=total.copy(), expression=big(WIDE))
    below = exp.Sub(this=total.copy(), expression=exp.Mul(this=paren(above.copy()), expression=big(WIDE)))
    parts = (when(is_small, total.copy(), below), when(is_small.copy(), exp.convert(0), above))
    return [named(cast(part, "bigint"), name) for part, name in zip(parts, (low, high), strict=True)]


def values_query(name: str, spec: CubeSpec, binding: Binding, most: int) -> exp.Select:
    """The values of a dimension that a cube has, up to `most`."""
    used = {name, *(c.dimension for c in spec.where)}
    found = events(binding, used, spec.edges[0], spec.edges[-1]).select(named(column(name), "value"), copy=False)
    if spec.where:
        found = found.where(*(condition(c, binding.fields) for c in spec.where), copy=False)
    return found.distinct(copy=False).limit(exp.convert(most), copy=False)


def sample_query(dimensions: Sequence[str], start: int, count: int, binding: Binding) -> exp.Expr:
    """Dimensions of some events from `start` on, as they come."""
    found = events(binding, dimensions, start, _FOREVER)
    outputs = [named(column(name), f"d{i}") for i, name in enumerate(dimensions)]
    return found.select(*outputs, copy=False).limit(exp.convert(count), copy=False).subquery(copy=False)


def record_query(query: RecordQuery, binding: Binding) -> exp.Select:
    """The named fields, newest first; ties by every field, missing last, text by code point."""
    used = {*query.fields, *(c.dimension for c in query.where)}
    found = events(binding, used, query.start, query.end)
    if query.where:
        found = found.where(*(condition(c, binding.fields) for c in query.where), copy=False)
    order = [exp.Ordered(this=column("time"), desc=True)]
    order += [exp.Ordered(this=column(name), nulls_first=False) for name in query.fields if name != "time"]
    outputs = [named(column(name), f"f{i}") for i, name in enumerate(query.fields)]
    return found.select(*outputs, copy=False).order_by(*order, copy=False).limit(exp.convert(query.count), copy=False)
