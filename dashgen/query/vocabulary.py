"""The few words that every query is built of.

Unlike the tree library's own functions they neither copy nor parse what they are given, which would take most of the
time: a part that is used twice is copied by whoever uses it twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from sqlglot import exp

from dashgen.model import Scalar


def column(name: str, table: str | None = None) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True), table=table)


def named(value: exp.Expr, name: str, quoted: bool | None = None) -> exp.Alias:
    """`value AS name`."""
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=quoted))


def alias(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(name))


def cast(value: exp.Expr, kind: str) -> exp.Cast:
    return exp.Cast(this=value, to=exp.DataType(this=exp.DataType.Type(kind.upper())))


def paren(value: exp.Expr) -> exp.Paren:
    return exp.Paren(this=value)


def literal(value: Scalar | None) -> exp.Expr:
    return exp.convert(value)


def big(number: int) -> exp.Expr:
    """An integer literal; a small one would otherwise make the engine compute in 32 bits."""
    return exp.convert(number) if abs(number) >= 1 << 31 else cast(exp.convert(number), "bigint")


def when(condition: exp.Expr, then: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Case:
    case = exp.Case().when(condition, then, copy=False)
    return case.else_(otherwise, copy=False) if otherwise is not None else case


def coalesce(value: exp.Expr, otherwise: int) -> exp.Expr:
    return exp.Coalesce(this=value, expressions=[exp.convert(otherwise)])


def missing(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=value, expression=exp.null())


def divide(value: exp.Expr, by: exp.Expr) -> exp.Expr:
    return exp.IntDiv(this=paren(value), expression=by)


def half_even(value: exp.Expr, by: int) -> exp.Expr:
    """An integer divided by another, rounded half to even."""
    whole = divide(value, big(by))
    rest = paren(exp.Mod(this=paren(value.copy()), expression=big(by)))
    twice = exp.Mul(this=exp.Abs(this=rest), expression=big(2))
    odd = exp.NEQ(this=exp.Mod(this=paren(whole.copy()), expression=big(2)), expression=big(0))
    tie = exp.And(this=exp.EQ(this=twice.copy(), expression=big(by)), expression=odd)
    away = exp.Or(this=exp.GT(this=twice, expression=big(by)), expression=paren(tie))
    return exp.Add(this=whole, expression=paren(when(away, exp.Sign(this=rest.copy()), big(0))))


def both(conditions: Iterable[exp.Expr]) -> exp.Expr:
    return reduce(lambda a, b: exp.And(this=a, expression=b), conditions)
