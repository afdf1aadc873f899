"""Whole statements: one grouping for a cube, or the newest records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from dashgen.cube import CubeSpec
from dashgen.fields import Field
from dashgen.metrics.formula import Measure
from dashgen.query.buckets import bucket, histogram_key
from dashgen.query.conditions import condition
from dashgen.query.events import Binding, events
from dashgen.query.vocabulary import big, both, column, divide, missing, when
from dashgen.sources.base import RecordQuery

WIDE = 1 << 62
"""Sums are fetched as two integers, `high · WIDE + low`: a 128-bit sum does not fit one."""


_FOREVER = 1 << 61
"""Microseconds: later than every event."""


def cube_query(spec: CubeSpec, binding: Binding) -> exp.Select:
    """Columns: bucket, d0…, [key], then per measure `m<i>`, sums as `m<i>` and `h<i>`."""
    used = {m.field for m in spec.measures} | {c.dimension for m in spec.measures for c in m.where}
    used |= {*spec.dimensions, *(c.dimension for c in spec.where)} | ({spec.histogram} if spec.histogram else set())
    grouped = [exp.alias_(bucket(spec.edges, column("time")), "bucket")]
    grouped += [exp.alias_(column(name), f"d{i}") for i, name in enumerate(spec.dimensions)]
    query = events(binding, used - {""}, spec.edges[0], spec.edges[-1])
    if spec.histogram:
        held = column(spec.histogram)
        key = histogram_key(held, binding.fields[spec.histogram].scale, spec.accuracy)
        grouped.append(exp.alias_(key, "key"))
        query = query.where(exp.Not(this=exp.paren(missing(held.copy()))), copy=False)
    if spec.where:
        query = query.where(*(condition(c, binding.fields) for c in spec.where), copy=False)
    outputs = [o for i, measure in enumerate(spec.measures) for o in _aggregate(i, measure, binding.fields)]
    positions = [exp.convert(i + 1) for i in range(len(grouped))]
    return query.select(*grouped, *outputs, copy=False).group_by(*positions, copy=False)


def _aggregate(index: int, measure: Measure, fields: Mapping[str, Field]) -> list[exp.Expr]:
    name, field = f"m{index}", column(measure.field)
    chosen = both([condition(c, fields) for c in measure.where]) if measure.where else None
    if measure.kind == "histogram":
        return [exp.alias_(_count(chosen), name)]
    value = field if chosen is None else when(chosen, field)
    match measure.kind:
        case "count":
            return [exp.alias_(exp.Count(this=value), name)]
        case "min":
            return [exp.alias_(exp.Min(this=value), name)]
        case "max":
            return [exp.alias_(exp.Max(this=value), name)]
    total = exp.Coalesce(this=exp.Sum(this=value), expressions=[exp.convert(0)])
    high = exp.paren(divide(total, big(WIDE)))
    low = exp.Sub(this=total.copy(), expression=exp.Mul(this=high.copy(), expression=big(WIDE)))
    return [exp.alias_(exp.cast(low, "bigint"), name), exp.alias_(exp.cast(high, "bigint"), f"h{index}")]


def _count(chosen: exp.Expr | None) -> exp.Expr:
    return exp.Count(this=exp.Star() if chosen is None else when(chosen, exp.convert(1)))


def sample_query(dimensions: Sequence[str], start: int, count: int, binding: Binding) -> exp.Expr:
    """Dimensions of some events from `start` on, as they come."""
    found = events(binding, dimensions, start, _FOREVER)
    outputs = [exp.alias_(column(name), f"d{i}") for i, name in enumerate(dimensions)]
    return found.select(*outputs, copy=False).limit(count, copy=False).subquery()


def record_query(query: RecordQuery, binding: Binding) -> exp.Select:
    """The named fields, newest first; ties by every field, missing last, text by code point."""
    used = {*query.fields, *(c.dimension for c in query.where)}
    found = events(binding, used, query.start, query.end)
    if query.where:
        found = found.where(*(condition(c, binding.fields) for c in query.where), copy=False)
    order = [exp.Ordered(this=column("time"), desc=True)]
    order += [exp.Ordered(this=column(name), nulls_first=False) for name in query.fields if name != "time"]
    outputs = [exp.alias_(column(name), f"f{i}") for i, name in enumerate(query.fields)]
    return found.select(*outputs, copy=False).order_by(*order, copy=False).limit(query.count, copy=False)
