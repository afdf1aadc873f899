"""A source's `fields:` against the columns that are really there."""

from __future__ import annotations

import re
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
    text: str
    """The expression as it was written."""
    at: At
    written: bool
    """False where a column of the same name was taken without being named."""


def mapped(source: Source, columns: Sequence[str], registry: Mapping[str, Field]) -> dict[str, Mapped]:
    """Every field that the source has; `check` has found no mistake in the written ones."""
    found: dict[str, Mapped] = {}
    for name, field in registry.items():
        written = source.fields.get(name)
        if written is not None:
            if written.text is not None:
                found[name] = Mapped(field, _expression(written.text, columns), written.text, written.at, True)
        elif name in columns and name not in COUNTS and (name in MAPPED or name not in CANONICAL):
            found[name] = Mapped(field, column(name), name, source.at, False)
    return found


def expressions(source: Source, columns: Sequence[str]) -> Iterator[FieldMapping]:
    """What is mapped to more than a column."""
    for mapping in source.fields.values():
        if mapping.text is not None and named(mapping.text, columns) is None:
            yield mapping


def named(text: str, columns: Sequence[str]) -> str | None:
    """The column that is called so: exactly, or but for upper and lower case if there is only one."""
    if text in columns:
        return text
    found = [name for name in columns if name.lower() == text.lower()]
    return renamed(text, columns) or (found[0] if len(found) == 1 else None)


def renamed(text: str, columns: Sequence[str]) -> str | None:
    """What the engine, to which case is all one, calls the column `Model` where `model` or `MODEL` comes before it."""
    if text in columns or text.lower() not in {name.lower() for name in columns}:
        return None
    return next((name for name in columns if re.fullmatch(re.escape(text) + "_[1-9][0-9]*", name)), None)


def check(source: Source, columns: Sequence[str], dialect: str) -> Iterator[Diagnostic]:
    """Mistakes in the mapping: expressions that are none, columns that are not there."""
    for mapping in expressions(source, columns):
        yield from _check_expression(mapping, source, columns, dialect)


def columns_of(source: Source, field: str, dialect: str) -> list[str]:
    """The columns that a field is computed from, as they are written; its own name where nothing is mapped."""
    mapping = source.fields.get(field)
    text = field if mapping is None else mapping.text or ""
    try:
        parsed = sqlglot.parse_one(text, dialect=dialect)
    except SqlglotError:
        return [text]
    return [used.parts[0].name for used in parsed.find_all(exp.Column)] or [text]


def _expression(text: str, columns: Sequence[str]) -> exp.Expr:
    """An expression goes to the engine as it was written; printed from a tree it could mean something else."""
    name = named(text, columns)
    if name is not None:
        return column(name)
    return raw(text)


def raw(text: str) -> exp.Var:
    """SQL that goes to the engine as it is, in brackets."""
    return exp.Var(this=f"({text}\n)" if "--" in text else f"({text})")


def _check_expression(
    mapping: FieldMapping, source: Source, columns: Sequence[str], dialect: str
) -> Iterator[Diagnostic]:
    text = mapping.text or ""
    try:
        parsed = sqlglot.parse_one(text, dialect=dialect)
    except SqlglotError as error:
        first = str(error).splitlines()[0]
        yield messages.bad_sql(mapping.at, text, "It ends too early" if "<class" in first else first)
        return
    refused = next(iter(parsed.find_all(*_REFUSED)), None)
    if refused is not None:
        yield messages.not_a_row_expression(mapping.at, refused.sql(dialect))
        return
    known = {name.lower() for name in columns}
    for used in parsed.find_all(exp.Column):
        # Of `usage.input_tokens` the first part is the column; the rest lies inside of it.
        name = used.parts[0].name
        start = max(text.find(name), 0)
        at, twin = mapping.at.part(start, start + len(name)), renamed(name, columns)
        if name.lower() not in known:
            yield messages.missing_column(at, name, source.name, columns)
        elif twin is not None:
            yield messages.ambiguous_column(at, name, twin)
