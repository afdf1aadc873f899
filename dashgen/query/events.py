"""The two steps that every query begins with: `rows` names the source's columns canonically and in held units,
`events` derives what follows from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from dashgen.fields import Field
from dashgen.query.vocabulary import (
    alias,
    big,
    both,
    cast,
    coalesce,
    column,
    half_even,
    literal,
    missing,
    named,
    paren,
    when,
)


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
    """Missing where the time is; as near to the source's column as that allows."""
    first_time: exp.Expr
    newest_time: exp.Expr
    time_at_least: Callable[[int], exp.Expr]
    time_before: Callable[[int], exp.Expr]
    """Comparisons with the raw column, so that an engine can skip what lies outside."""
    fields: Mapping[str, Field]
    available: frozenset[str]
    prices: tuple[PriceRow, ...]


def events(binding: Binding, used: Iterable[str], start: int, end: int) -> exp.Select:
    """`SELECT … FROM events` without its outputs: rows in [start, end) with every field of `used`."""
    wanted = sorted({"time", *used})
    base = sorted({need for name in wanted for need in _base(name, binding)})
    rows = (
        exp.select(*(named(binding.columns[name].copy(), name, quoted=True) for name in base))
        .from_(binding.scan.copy(), copy=False)
        .where(binding.time_at_least(start), binding.time_before(end), copy=False)
    )
    derived = exp.select(*(named(_derive(name, binding), name, quoted=True) for name in wanted)).from_(
        exp.table_("rows"), copy=False
    )
    if any(_is_priced_by_table(name, binding) for name in wanted):
        derived = _with_prices(derived, binding)
    found = exp.select().with_(alias("rows"), as_=rows, copy=False).with_(alias("events"), as_=derived, copy=False)
    return found.from_(exp.table_("events"), copy=False)


_NEEDS = {
    "requests": ("requests", "retries"),
    "events": ("requests",),
    "errors": ("errors", "retries", "requests", "status_code"),
    "tokens": ("input_tokens", "output_tokens"),
    "failed": ("status_code",),
    "status_class": ("status_code",),
    "cost": ("cost", "model", "input_tokens", "output_tokens"),
    "priced": ("cost", "model", "input_tokens", "output_tokens"),
    "billed": ("cost", "model", "input_tokens", "output_tokens"),
}


def _base(name: str, binding: Binding) -> list[str]:
    return [need for need in _NEEDS.get(name, (name,)) if need in binding.columns]


def _is_priced_by_table(name: str, binding: Binding) -> bool:
    return name in ("cost", "priced", "billed") and "prices" in binding.available


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
            return exp.Not(this=paren(missing(_cost(binding))))
        case "billed":
            return exp.Not(this=paren(missing(_first(_known_costs(binding)))))
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
    return paren(exp.Or(this=missing(status), expression=exp.GTE(this=status.copy(), expression=exp.convert(400))))


def _status_class() -> exp.Expr:
    status = column("status_code", "rows")
    case = exp.Case()
    for hundred in range(1, 6):
        inside = exp.Between(this=status.copy(), low=exp.convert(100 * hundred), high=exp.convert(100 * hundred + 99))
        case = case.when(inside, literal(f"{hundred}xx"), copy=False)
    return case.else_(literal("none"), copy=False)


def _tokens(binding: Binding) -> exp.Expr:
    return exp.Add(this=_number("input_tokens", binding, 0), expression=_number("output_tokens", binding, 0))


def _cost(binding: Binding) -> exp.Expr:
    """Billionths: the event's own cost, else its price, else 0 if it has no tokens; missing when unpriced."""
    free = exp.EQ(this=paren(_tokens(binding)), expression=exp.convert(0))
    return _first([*_known_costs(binding), when(free, big(0))])


def _known_costs(binding: Binding) -> list[exp.Expr]:
    """An event's own cost, and what its tokens cost by the price table."""
    own = [column("cost", "rows")] if "cost" in binding.columns else []
    return [*own, _priced_tokens(binding)] if "prices" in binding.available else [*own]


def _first(ways: list[exp.Expr]) -> exp.Expr:
    return exp.Coalesce(this=ways[0], expressions=ways[1:]) if len(ways) > 1 else ways[0]


def _priced_tokens(binding: Binding) -> exp.Expr:
    """Tokens × price ÷ 10^6, rounded half to even in integers."""
    parts = [
        exp.Mul(
            this=cast(_number(f"{side}_tokens", binding, 0), "int128"), expression=column(f"{side}_price", "prices")
        )
        for side in ("input", "output")
    ]
    return half_even(exp.Add(this=parts[0], expression=parts[1]), 1_000_000)


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
    return select.join(table, on=on, join_type="left", copy=False)
