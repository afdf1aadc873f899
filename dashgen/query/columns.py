"""Columns of the embedded engine's types as canonical fields in held units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from dashgen import messages
from dashgen.diagnostics import Failure
from dashgen.fields import MICROSECONDS
from dashgen.model import Source
from dashgen.query.mapping import Mapped
from dashgen.query.vocabulary import big, cast, half_even, literal, paren, when
from dashgen.query.wall import to_utc
from dashgen.timeline import Zone, edge


@dataclass(frozen=True, slots=True)
class Look:
    """What must be known of the data itself: the least and greatest of an expression, and its first text."""

    extremes: Callable[[exp.Expr], tuple[int | None, int | None]]
    first: Callable[[exp.Expr], str | None]


_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_REALS = ("FLOAT", "DOUBLE")
_HUGE = ("HUGEINT", "UHUGEINT")
_NUMBERS = frozenset((*_INTEGERS, *_HUGE, *_REALS))
_NANOSECONDS = ("TIMESTAMP_NS", "TIMESTAMPTZ_NS")
_ZONED = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS")
PLAIN_TIMES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS")
"""Wall times without a zone whose microseconds are theirs."""


def time(source: Source, mapped: Mapped, kind: str, look: Look) -> exp.Expr:
    """Microseconds since the epoch of a column of the engine's type `kind`."""
    raw, kind = _plain(mapped.expression, kind)
    if kind == "VARCHAR" and "time" not in source.units and not _is_number(look.first(raw)):
        return _written_time(source, raw, look)
    if kind == "VARCHAR" or kind in _NUMBERS or kind.startswith("DECIMAL"):
        return _counted_time(source, raw, kind)
    if "time" in source.units or source.origin:
        raise Failure([messages.wrong_field_type(mapped.at, "time", kind, "a number, as `units:` or `origin:` say,")])
    if kind not in _ZONED and not kind.startswith("TIMESTAMP") and kind != "DATE":
        raise Failure([messages.wrong_field_type(mapped.at, "time", kind, "a time, a text or a number")])
    instant = _nanoseconds(raw) if kind in _NANOSECONDS else epoch(_timestamp(raw, kind))
    return instant if kind in _ZONED else _from_wall(source, instant, look)


def epoch(value: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="epoch_us", expressions=[value.copy()])


def _timestamp(raw: exp.Expr, kind: str) -> exp.Expr:
    return raw if kind in _ZONED else cast(raw.copy(), "timestamp")


def _nanoseconds(raw: exp.Expr) -> exp.Expr:
    return half_even(exp.Anonymous(this="epoch_ns", expressions=[raw.copy()]), 1000)


def _is_number(text: str | None) -> bool:
    try:
        return text is not None and float(text) == float(text)
    except ValueError:
        return False


def _counted_time(source: Source, raw: exp.Expr, kind: str) -> exp.Expr:
    """Units since the epoch, or since `origin`. Nanoseconds are more than a real number can tell apart."""
    unit = source.units.get("time", "s")
    if unit == "ns" and kind not in _REALS:
        since = half_even(cast(_digits(raw, kind), "bigint"), 1000)
    else:
        since = _number(raw, kind, MICROSECONDS[unit])
    if source.origin is None:
        return since
    return exp.Add(this=paren(since), expression=big(edge(source.origin, Zone(source.timezone))))


_OFFSET = r"\d *([+-]\d\d(:?\d\d)*|[A-Za-z][\w/+-]*)$"
"""`+02:00`, `Z` or `Europe/Rome` after a time of day."""


def _written_time(source: Source, raw: exp.Expr, look: Look) -> exp.Expr:
    """Texts with an offset are instants, those without are wall times of the source's zone."""
    text = exp.Anonymous(this="nullif", expressions=[raw.copy(), literal("")])
    instant = epoch(cast(text, "timestamptz"))
    if source.timezone == "UTC":
        return instant
    clock = exp.Substring(this=raw.copy(), start=literal(11))
    has_offset = exp.Anonymous(this="regexp_matches", expressions=[clock, literal(_OFFSET)])
    wall = when(exp.Not(this=has_offset), epoch(cast(text.copy(), "timestamp")))
    return when(has_offset.copy(), instant, _from_wall(source, wall, look))


def _from_wall(source: Source, wall: exp.Expr, look: Look) -> exp.Expr:
    if source.timezone == "UTC":
        return wall
    low, high = look.extremes(wall)
    return wall if low is None or high is None else to_utc(paren(wall), low, high, Zone(source.timezone))


# ---- everything but time --------------------------------------------------------------------------


def held(source: Source, m: Mapped, kind: str) -> exp.Expr:
    """The field's column in the units it is held in."""
    field = m.field
    raw, kind = _plain(m.expression, kind)
    if field.type == "text":
        return raw.copy() if kind == "VARCHAR" else cast(raw.copy(), "varchar")
    is_number = kind in _NUMBERS or kind.startswith(("DECIMAL", "BOOLEAN", '"NULL"')) or kind == "VARCHAR"
    if not is_number:
        raise Failure([messages.wrong_field_type(m.at, field.name, kind, "a number")])
    if field.type != "integer":
        return _number(raw, kind, _factor(source, m))
    return _number(raw, kind, 1.0) if kind in _REALS else cast(_digits(raw, kind), "bigint")


def _plain(raw: exp.Expr, kind: str) -> tuple[exp.Expr, str]:
    """A JSON value is read as what it contains: `"a"` is the text a, and "7" as good as 7."""
    if kind != "JSON":
        return raw, kind
    return exp.Anonymous(this="json_extract_string", expressions=[raw.copy(), literal("$")]), "VARCHAR"


def _factor(source: Source, m: Mapped) -> float:
    if m.field.unit == "ms":
        return MICROSECONDS[source.units.get(m.field.name, m.field.source_unit)]
    return float(m.field.scale)


def _number(raw: exp.Expr, kind: str, factor: float) -> exp.Expr:
    """A real times `factor`, rounded half to even; NaN and infinities are missing."""
    if kind in _INTEGERS and factor.is_integer():
        return exp.Mul(this=cast(raw.copy(), "bigint"), expression=big(int(factor)))
    real = cast(_digits(raw, kind), "double")
    scaled = exp.Mul(this=real, expression=cast(literal(factor), "double"))
    finite = exp.Anonymous(this="isfinite", expressions=[real.copy()])
    return when(finite, cast(scaled, "bigint"))


def _digits(raw: exp.Expr, kind: str) -> exp.Expr:
    """An empty text is no number."""
    return exp.Anonymous(this="nullif", expressions=[raw.copy(), literal("")]) if kind == "VARCHAR" else raw.copy()
