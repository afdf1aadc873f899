"""A source's `fields:` against the columns that are really there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic
from dashgen.fields import CANONICAL, COUNTS, MAPPED, Field
from dashgen.model import FieldMapping, Source
from dashgen.query.vocabulary import column

_REFUSED = (exp.Query, exp.AggFunc, exp.Window, exp.Star, exp.Parameter, exp.Placeholder, exp.Command)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A field and the expression over the source's columns that gives it."""

    field: Field
    expression: exp.Expr
    at: At
    written: bool
    """False where a column of the same name was taken without being named."""


def mapped(source: Source, columns: Sequence[str], registry: Mapping[str, Field], dialect: str) -> dict[str, Mapped]:
    """Every field that the source has; `check` has found no mistake in the written ones."""
    found: dict[str, Mapped] = {}
    for name, field in registry.items():
        written = source.fields.get(name)
        if written is not None:
            if written.text is not None:
                found[name] = Mapped(field, _expression(written.text, columns, dialect), written.at, True)
        elif name in columns and name not in COUNTS and (name in MAPPED or name not in CANONICAL):
            found[name] = Mapped(field, column(name), source.at, False)
    return found


def check(source: Source, columns: Sequence[str], dialect: str) -> Iterator[Diagnostic]:
    """Mistakes in the mapping: expressions that are none, columns that are not there."""
    for mapping in source.fields.values():
        if mapping.text is not None and mapping.text not in columns:
            yield from _check_expression(mapping, source, columns, dialect)


def _expression(text: str, columns: Sequence[str], dialect: str) -> exp.Expr:
    if text in columns:
        return column(text)
    return sqlglot.parse_one(text, dialect=dialect)


def _check_expression(
    mapping: FieldMapping, source: Source, columns: Sequence[str], dialect: str
) -> Iterator[Diagnostic]:
    text = mapping.text or ""
    try:
        parsed = sqlglot.parse_one(text, dialect=dialect)
    except SqlglotError as error:
        yield messages.bad_sql(mapping.at, text, str(error).splitlines()[0])
        return
    refused = next(iter(parsed.find_all(*_REFUSED)), None)
    if refused is not None:
        yield messages.not_a_row_expression(mapping.at, refused.sql(dialect))
        return
    known = {name.lower() for name in columns}
    for used in parsed.find_all(exp.Column):
        if used.name.lower() not in known:
            start = max(text.find(used.name), 0)
            yield messages.missing_column(
                mapping.at.part(start, start + len(used.name)), used.name, source.name, columns
            )
