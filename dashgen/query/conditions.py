"""`where` in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

from sqlglot import exp

from dashgen.fields import Field
from dashgen.model import Condition, Scalar
from dashgen.query.vocabulary import both, column, literal, missing, paren


def condition(c: Condition, fields: Mapping[str, Field]) -> exp.Expr:
    """A `where` line in SQL, two-valued: a missing value fails every comparison and passes every `not`."""
    it, field = column(c.dimension), fields[c.dimension]
    if field.type == "boolean" and c == Condition(c.dimension, any_of=c.any_of) and c.any_of in ((True,), (False,)):
        return it if c.any_of == (True,) else exp.Not(this=it)  # derived, never missing
    parts: list[exp.Expr] = []
    if c.any_of is not None:
        parts.append(_one_of(it, c.any_of, field))
    if c.none_of:
        parts.append(exp.Not(this=paren(_one_of(it, c.none_of, field))))
    if c.missing is not None:
        parts.append(missing(it) if c.missing else exp.Not(this=paren(missing(it))))
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
    return paren(reduce(lambda a, b: exp.Or(this=a, expression=b), ways)) if ways else exp.false()


def _held(value: Scalar, field: Field) -> Scalar:
    """A written number in the units that the field is held in."""
    if field.scale == 1 or isinstance(value, (str, bool)):
        return value
    held = value * field.scale
    return int(held) if float(held).is_integer() else float(held)
