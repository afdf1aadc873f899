"""Columns of the embedded engine's types as canonical fields in held units."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from dashgen import messages
from dashgen.diagnostics import Failure
from dashgen.fields import MICROSECONDS
from dashgen.model import Source
from dashgen.query.mapping import Mapped
from dashgen.query.vocabulary import big, literal, when
from dashgen.query.wall import to_utc
from dashgen.timeline import Zone, to_instant

Extremes = Callable[[exp.Expr], tuple[int | None, int | None]]
"""The least and the greatest value of an expression in the source."""


def time(source: Source, mapped: Mapped, kind: str, extremes: Extremes) -> exp.Expr:
    """Microseconds since the epoch of a column of the engine's type `kind`."""
    raw = mapped.expression
    unit = source.units.get("time")
    if unit is not None or kind in _NUMBERS:
        origin = big(to_instant(source.origin)) if source.origin else big(0)
        return exp.Add(this=_number(raw, kind, MICROSECONDS[unit or "s"]), expression=origin)
    if kind == "TIMESTAMP WITH TIME ZONE":
        return epoch(raw)
    if kind == "VARCHAR":
        return _written_time(source, raw, extremes)
    if kind == "TIMESTAMP_NS":
        nanoseconds = exp.Anonymous(this="epoch_ns", expressions=[raw.copy()])
        wall: exp.Expr = exp.IntDiv(this=nanoseconds, expression=big(1000))
    elif kind.startswith("TIMESTAMP") or kind == "DATE":
        wall = epoch(exp.cast(raw.copy(), "timestamp"))
    else:
        raise Failure([messages.wrong_field_type(mapped.at, "time", kind, "a time, a text or a number")])
    return _from_wall(source, wall, extremes)


def epoch(value: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="epoch_us", expressions=[value.copy()])


def _written_time(source: Source, raw: exp.Expr, extremes: Extremes) -> exp.Expr:
    """Texts with an offset are instants, those without are wall times of the source's zone."""
    text = exp.Anonymous(this="nullif", expressions=[raw.copy(), literal("")])
    instant = epoch(exp.cast(text, "timestamptz"))
    if source.timezone == "UTC":
        return instant
    offset = literal(r"(Z|z|[+-]\d\d(:?\d\d)?)$")
    has_offset = exp.Anonymous(
        this="regexp_matches", expressions=[exp.Substring(this=raw.copy(), start=literal(11)), offset]
    )
    wall = when(exp.Not(this=has_offset), epoch(exp.cast(text.copy(), "timestamp")))
    return when(has_offset.copy(), instant, _from_wall(source, wall, extremes))


def _from_wall(source: Source, wall: exp.Expr, extremes: Extremes) -> exp.Expr:
    if source.timezone == "UTC":
        return wall
    low, high = extremes(wall)
    return wall if low is None or high is None else to_utc(wall, low, high, Zone(source.timezone))


_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_NUMBERS = frozenset((*_INTEGERS, "HUGEINT", "UHUGEINT", "FLOAT", "DOUBLE"))


def held(source: Source, m: Mapped, kind: str) -> exp.Expr:
    """The field's column in the units it is held in."""
    field, raw = m.field, m.expression
    if field.type == "text":
        return raw.copy() if kind == "VARCHAR" else exp.cast(raw.copy(), "varchar")
    is_number = kind in _NUMBERS or kind.startswith(("DECIMAL", "BOOLEAN", '"NULL"')) or kind == "VARCHAR"
    if not is_number:
        raise Failure([messages.wrong_field_type(m.at, field.name, kind, "a number")])
    if field.type == "integer":
        return exp.cast(_digits(raw, kind), "bigint")
    return _number(raw, kind, _factor(source, m))


def _factor(source: Source, m: Mapped) -> float:
    if m.field.unit == "ms":
        return MICROSECONDS[source.units.get(m.field.name, m.field.source_unit)]
    return float(m.field.scale)


def _number(raw: exp.Expr, kind: str, factor: float) -> exp.Expr:
    """A real times `factor`, rounded half to even; NaN and infinities are missing."""
    if kind in _INTEGERS and factor.is_integer():
        return exp.Mul(this=exp.cast(raw.copy(), "bigint"), expression=big(int(factor)))
    real = exp.cast(_digits(raw, kind), "double")
    scaled = exp.Mul(this=real, expression=exp.cast(literal(factor), "double"))
    finite = exp.Anonymous(this="isfinite", expressions=[real.copy()])
    return when(finite, exp.cast(scaled, "bigint"))


def _digits(raw: exp.Expr, kind: str) -> exp.Expr:
    """An empty text is no number."""
    return exp.Anonymous(this="nullif", expressions=[raw.copy(), literal("")]) if kind == "VARCHAR" else raw.copy()
