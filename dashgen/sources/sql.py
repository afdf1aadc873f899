"""Cube and record queries as sqlglot trees: group by, sum, count, min, max, comparisons and arithmetic only.

Every query has the same two steps: `rows` names the source's columns canonically and in held units,
`events` derives what follows from them; then one grouping, or the newest records.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlglot import exp

from dashgen.cube import KEY_OFFSET, CubeSpec, log_gamma
from dashgen.fields import Field
from dashgen.metrics.formula import Measure
from dashgen.model import Condition, Scalar
from dashgen.sources.base import RecordQuery

WIDE = 1 << 62
"""Sums are fetched as two integers, `high · WIDE + low`: a 128-bit sum does not fit one."""


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price in millionths of a billionth per token, so that tokens × price is exact in integers."""

    model: str
    input: int
    output: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Binding:
    """A source's columns under their canonical names, in held units."""

    scan: exp.Expr
    columns: Mapping[str, exp.Expr]
    raw_time: exp.Expr
    first_time: exp.Expr
    newest_time: exp.Expr
    time_at_least: Callable[[int], exp.Expr]
    time_before: Callable[[int], exp.Expr]
    """Comparisons with the raw column, so that an engine can skip what lies outside."""
    fields: Mapping[str, Field]
    available: frozenset[str]
    prices: tuple[PriceRow, ...]


# ---- small vocabulary -------------------------------------------------------------------------


def column(name: str, table: str | None = None) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True), table=table)


def literal(value: Scalar | None) -> exp.Expr:
    return exp.convert(value)


def big(number: int) -> exp.Expr:
    """An integer literal; a small one would otherwise make the engine compute in 32 bits."""
    return exp.convert(number) if abs(number) >= 1 << 31 else exp.cast(exp.convert(number), "bigint")


def when(condition: exp.Expr, then: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Case:
    case = exp.Case().when(condition, then)
    return case.else_(otherwise) if otherwise is not None else case


def coalesce(value: exp.Expr, otherwise: int) -> exp.Expr:
    return exp.Coalesce(this=value, expressions=[exp.convert(otherwise)])


def missing(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=value, expression=exp.null())


def divide(value: exp.Expr, by: exp.Expr) -> exp.Expr:
    return exp.IntDiv(this=exp.paren(value), expression=by)


def both(conditions: Iterable[exp.Expr]) -> exp.Expr:
    return reduce(lambda a, b: exp.And(this=a, expression=b), conditions)


# ---- rows and events ----------------------------------------------------------------------------


def _events(binding: Binding, used: Iterable[str], start: int, end: int) -> exp.Select:
    """`SELECT … FROM events` without its outputs: rows in [start, end) with every field of `used`."""
    wanted = sorted({"time", *used})
    base = sorted({need for name in wanted for need in _base(name, binding)})
    rows = (
        exp.select(*(exp.alias_(binding.columns[name].copy(), name, quoted=True) for name in base))
        .from_(binding.scan.copy())
        .where(binding.time_at_least(start), binding.time_before(end))
    )
    derived = exp.select(*(exp.alias_(_derive(name, binding), name, quoted=True) for name in wanted)).from_("rows")
    if any(_is_priced_by_table(name, binding) for name in wanted):
        derived = _with_prices(derived, binding)
    return exp.select().with_("rows", as_=rows).with_("events", as_=derived).from_("events")


_NEEDS = {
    "requests": ("requests", "retries"),
    "events": ("requests",),
    "errors": ("errors", "retries", "requests", "status_code"),
    "tokens": ("input_tokens", "output_tokens"),
    "failed": ("status_code",),
    "status_class": ("status_code",),
    "cost": ("cost", "model", "input_tokens", "output_tokens"),
    "priced": ("cost", "model", "input_tokens", "output_tokens"),
}


def _base(name: str, binding: Binding) -> list[str]:
    return [need for need in _NEEDS.get(name, (name,)) if need in binding.columns]


def _is_priced_by_table(name: str, binding: Binding) -> bool:
    return name in ("cost", "priced") and "prices" in binding.available


def _derive(name: str, binding: Binding) -> exp.Expr:
    match name:
        case "requests":
            return exp.Add(this=_number("requests", binding, 1), expression=_number("retries", binding, 0))
        case "events":
            return _number("requests", binding, 1)
        case "errors":
            return _errors(binding)
        case "tokens":
            return _tokens(binding)
        case "failed":
            return _failed()
        case "status_class":
            return _status_class()
        case "cost":
            return _cost(binding)
        case "priced":
            return exp.Not(this=exp.paren(missing(_cost(binding))))
        case "input_tokens" | "output_tokens" | "retries":
            return _number(name, binding, 0)
    return column(name, "rows")


def _number(name: str, binding: Binding, absent: int) -> exp.Expr:
    """A count: missing in a row is 0; a field that the source does not have is `absent`."""
    return coalesce(column(name, "rows"), 0) if name in binding.columns else big(absent)


def _errors(binding: Binding) -> exp.Expr:
    if "errors" in binding.columns:
        return _number("errors", binding, 0)
    final = when(_failed(), _number("requests", binding, 1), big(0))
    return exp.Add(this=_number("retries", binding, 0), expression=final)


def _failed() -> exp.Expr:
    status = column("status_code", "rows")
    return exp.paren(exp.Or(this=missing(status), expression=exp.GTE(this=status.copy(), expression=exp.convert(400))))


def _status_class() -> exp.Expr:
    status = column("status_code", "rows")
    case = exp.Case()
    for hundred in range(1, 6):
        inside = exp.Between(this=status.copy(), low=exp.convert(100 * hundred), high=exp.convert(100 * hundred + 99))
        case = case.when(inside, literal(f"{hundred}xx"))
    return case.else_(literal("none"))


def _tokens(binding: Binding) -> exp.Expr:
    return exp.Add(this=_number("input_tokens", binding, 0), expression=_number("output_tokens", binding, 0))


def _cost(binding: Binding) -> exp.Expr:
    """Billionths: the event's own cost, else its price, else 0 if it has no tokens; missing when unpriced."""
    ways: list[exp.Expr] = []
    if "cost" in binding.columns:
        ways.append(column("cost", "rows"))
    if "prices" in binding.available:
        ways.append(_priced_tokens(binding))
    free = exp.EQ(this=exp.paren(_tokens(binding)), expression=exp.convert(0))
    ways.append(when(free, big(0)))
    return exp.Coalesce(this=ways[0], expressions=ways[1:])


def _priced_tokens(binding: Binding) -> exp.Expr:
    """Tokens × price ÷ 10^6, rounded half to even in integers."""
    million = 1_000_000
    parts = [
        exp.Mul(this=exp.paren(_number(f"{side}_tokens", binding, 0)), expression=column(f"{side}_price", "prices"))
        for side in ("input", "output")
    ]
    total = exp.paren(exp.Add(this=parts[0], expression=parts[1]))
    whole = divide(total, big(million))
    rest = exp.paren(exp.Mod(this=total.copy(), expression=big(million)))
    odd = exp.EQ(this=exp.Mod(this=exp.paren(whole.copy()), expression=exp.convert(2)), expression=exp.convert(1))
    tie = exp.And(this=exp.EQ(this=rest.copy(), expression=big(million // 2)), expression=odd)
    up = exp.Or(this=exp.GT(this=rest, expression=big(million // 2)), expression=exp.paren(tie))
    return exp.Add(this=whole, expression=exp.paren(when(up, big(1), big(0))))


def _with_prices(select: exp.Select, binding: Binding) -> exp.Select:
    names = ["model", "input_price", "output_price", "valid_from", "valid_to"]
    rows = [
        exp.Tuple(expressions=[literal(p.model), *(big(n) for n in (p.input, p.output, p.start, p.end))])
        for p in binding.prices
    ]
    table = exp.values([tuple(row.expressions) for row in rows], alias="prices", columns=names)
    time = column("time", "rows")
    on = both(
        [
            exp.EQ(this=column("model", "rows"), expression=column("model", "prices")),
            exp.GTE(this=time, expression=column("valid_from", "prices")),
            exp.LT(this=time.copy(), expression=column("valid_to", "prices")),
        ]
    )
    return select.join(table, on=on, join_type="left")


# ---- conditions ---------------------------------------------------------------------------------


def condition(c: Condition, fields: Mapping[str, Field]) -> exp.Expr:
    """A `where` line in SQL, two-valued: a missing value fails every comparison and passes every `not`."""
    it, field = column(c.dimension), fields[c.dimension]
    parts: list[exp.Expr] = []
    if c.any_of is not None:
        parts.append(_one_of(it, c.any_of, field))
    if c.none_of:
        parts.append(exp.Not(this=exp.paren(_one_of(it, c.none_of, field))))
    if c.missing is not None:
        parts.append(missing(it) if c.missing else exp.Not(this=exp.paren(missing(it))))
    for bound, operator in ((c.gt, exp.GT), (c.gte, exp.GTE), (c.lt, exp.LT), (c.lte, exp.LTE)):
        if bound is not None:
            compared = operator(this=it.copy(), expression=literal(_held(bound, field)))
            parts.append(exp.Coalesce(this=compared, expressions=[exp.false()]))
    return both(parts) if parts else exp.true()


def _one_of(it: exp.Expr, values: Sequence[Scalar | None], field: Field) -> exp.Expr:
    present = [literal(_held(v, field)) for v in values if v is not None]
    ways: list[exp.Expr] = []
    if present:
        ways.append(exp.Coalesce(this=exp.In(this=it.copy(), expressions=present), expressions=[exp.false()]))
    if None in values:
        ways.append(missing(it.copy()))
    return exp.paren(reduce(lambda a, b: exp.Or(this=a, expression=b), ways)) if ways else exp.false()


def _held(value: Any, field: Field) -> Scalar:
    """A written number in the units that the field is held in."""
    if field.scale == 1 or isinstance(value, (str, bool)):
        return value  # type: ignore[no-any-return]
    held = value * field.scale
    return int(held) if float(held).is_integer() else float(held)


# ---- buckets ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive buckets of one length: bucket = first + (time − start) ÷ step."""

    start: int
    step: int
    first: int


def runs(edges: Sequence[int]) -> list[Run]:
    """The edges as few stretches of equal steps."""
    found: list[Run] = []
    for index, (low, high) in enumerate(itertools.pairwise(edges)):
        if not found or found[-1].step != high - low:
            found.append(Run(low, high - low, index))
    return found


def bucket(edges: Sequence[int], time: exp.Expr) -> exp.Expr:
    """Index of the bucket that holds `time`, by integer arithmetic: a balanced CASE over the runs."""
    return _choose(runs(edges), time)


def _choose(found: list[Run], time: exp.Expr) -> exp.Expr:
    if len(found) == 1:
        return _within(found[0], time)
    middle = len(found) // 2
    before = exp.LT(this=time.copy(), expression=big(found[middle].start))
    return when(before, _choose(found[:middle], time), _choose(found[middle:], time))


def _within(run: Run, time: exp.Expr) -> exp.Expr:
    since = exp.Sub(this=time.copy(), expression=big(run.start))
    return exp.Add(this=big(run.first), expression=divide(since, big(run.step)))


def histogram_key(value: exp.Expr, scale: int, accuracy: float) -> exp.Expr:
    """The bucket of a held value: sign · (⌈ln(|x|/scale)/ln γ⌉ + offset), 0 for zero."""
    shown = exp.Div(this=exp.cast(exp.Abs(this=value.copy()), "double"), expression=exp.cast(literal(scale), "double"))
    ratio = exp.Div(this=exp.Ln(this=shown), expression=exp.cast(literal(log_gamma(accuracy)), "double"))
    size = exp.Add(this=exp.cast(exp.Ceil(this=ratio), "integer"), expression=literal(KEY_OFFSET))
    positive = exp.GT(this=value.copy(), expression=exp.convert(0))
    negative = exp.LT(this=value.copy(), expression=exp.convert(0))
    return exp.Case().when(positive, size).when(negative, exp.Neg(this=exp.paren(size.copy()))).else_(exp.convert(0))


# ---- queries ------------------------------------------------------------------------------------


def cube_query(spec: CubeSpec, binding: Binding) -> exp.Select:
    """Columns: bucket, d0…, [key], then per measure `m<i>`, sums as `m<i>` and `h<i>`."""
    used = {m.field for m in spec.measures} | {c.dimension for m in spec.measures for c in m.where}
    used |= {*spec.dimensions, *(c.dimension for c in spec.where)} | ({spec.histogram} if spec.histogram else set())
    grouped = [exp.alias_(bucket(spec.edges, column("time")), "bucket")]
    grouped += [exp.alias_(column(name), f"d{i}") for i, name in enumerate(spec.dimensions)]
    query = _events(binding, used - {""}, spec.edges[0], spec.edges[-1])
    if spec.histogram:
        held = column(spec.histogram)
        key = histogram_key(held, binding.fields[spec.histogram].scale, spec.accuracy)
        grouped.append(exp.alias_(key, "key"))
        query = query.where(exp.Not(this=exp.paren(missing(held.copy()))))
    if spec.where:
        query = query.where(*(condition(c, binding.fields) for c in spec.where))
    outputs = [o for i, measure in enumerate(spec.measures) for o in _aggregate(i, measure, binding.fields)]
    positions = [exp.convert(i + 1) for i in range(len(grouped))]
    return query.select(*grouped, *outputs).group_by(*positions)


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


def record_query(query: RecordQuery, binding: Binding) -> exp.Select:
    """The named fields, newest first; ties by every field, missing last, text by code point."""
    used = {*query.fields, *(c.dimension for c in query.where)}
    found = _events(binding, used, query.start, query.end)
    if query.where:
        found = found.where(*(condition(c, binding.fields) for c in query.where))
    order = [exp.Ordered(this=column("time"), desc=True)]
    order += [exp.Ordered(this=column(name), nulls_first=False) for name in query.fields if name != "time"]
    outputs = [exp.alias_(column(name), f"f{i}") for i, name in enumerate(query.fields)]
    return found.select(*outputs).order_by(*order).limit(query.count)
