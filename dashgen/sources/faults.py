"""Which file, and which of its rows, the engine cannot read: looked for only when a query was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from dashgen import messages
from dashgen.diagnostics import Diagnostic
from dashgen.fields import LIKELY, MICROSECONDS, likely_unit
from dashgen.model import Source
from dashgen.query.engine import DIALECT, Engine, Refused
from dashgen.query.mapping import Mapped
from dashgen.sources.formats import File


@dataclass(frozen=True, slots=True)
class Faults:
    """`read` gives the FROM of some of the files; None where rows do not stand in files, but in a database."""

    source: Source
    files: Sequence[File]
    engine: Engine
    scan: exp.Expr
    read: Callable[[Sequence[File]], exp.Expr] | None

    def blame(self, held: Mapping[str, exp.Expr], fields: Mapping[str, Mapped], sentence: str) -> list[Diagnostic]:
        """The files that cannot be read to their end, else the fields that cannot be computed of every row."""
        if self._refusal(_count(self.scan)):
            return [self.unreadable(sentence)]
        found = [
            self.field(fields[name], value, refusal) for name, value in held.items() if (refusal := self._fails(value))
        ]
        return found or [messages.source_failed(self.source.at, self.source.name, sentence)]

    def unreadable(self, sentence: str) -> Diagnostic:
        """The first file that the engine refuses on its own, with its reason; all of them if none is to blame alone."""
        at = self.source.at / "path"
        for file, scan in self._alone() if len(self.files) > 1 else ():
            reason = self._refusal(_count(scan))
            if reason is not None:
                return messages.unreadable_source(at, [Path(file.path).name], reason)
        return messages.unreadable_source(at, [Path(file.path).name for file in self.files], sentence)

    def field(self, field: Mapped, value: exp.Expr, sentence: str) -> Diagnostic:
        """A field whose `value` cannot be computed of every row, with the first such row."""
        if field.field.name == "time" and (unit := self._unit(field)):
            return messages.impossible_time(field.at, self.source.name, unit)
        kind, column = _KINDS.get(field.field.type, "double"), _column(field)
        return messages.unreadable_field(field.at, field.field.name, sentence, kind, column, self._place(value))

    def _alone(self) -> Iterator[tuple[File, exp.Expr]]:
        """Every file, and the FROM of it alone."""
        if self.read is not None:
            yield from ((file, self.read([file])) for file in self.files)

    def _place(self, value: exp.Expr) -> tuple[str, int] | None:
        """The first file and row that `value` fails on."""
        for file, scan in self._alone():
            try:
                row = self.engine.rows(_first_fault(value, scan))[0][0]
            except Refused:
                continue  # it has no such column
            if row is not None:
                return Path(file.path).name, row
        return None

    def _unit(self, time: Mapped) -> str | None:
        """The unit that the time's numbers are probably in, where they are too large for the one they are read in."""
        number = exp.Max(this=exp.TryCast(this=time.expression.copy(), to=exp.DataType.build("double")))
        try:
            greatest = self.engine.rows(exp.select(number).from_(self.scan.copy()).sql(DIALECT))[0][0]
        except Refused:
            return None
        unit = self.source.units.get("time", "s")
        instant = (greatest or 0) * MICROSECONDS[unit]
        return likely_unit(round(instant), unit) if instant > LIKELY[1] else None

    def _fails(self, value: exp.Expr) -> str | None:
        return self._refusal(exp.select(exp.Max(this=value.copy())).from_(self.scan.copy()))

    def _refusal(self, query: exp.Select) -> str | None:
        return refusal(partial(self.engine.rows, query.sql(DIALECT)))


_KINDS = {"time": "timestamptz", "integer": "bigint"}
"""Type of a field → what its column is read as."""


def _column(field: Mapped) -> str:
    """The only column that a field is computed from, in quotes where SQL needs them."""
    try:
        whole = parse_one(field.text, read=DIALECT) if isinstance(field.expression, exp.Var) else field.expression
    except SqlglotError:
        return "COLUMN"
    names = {column.name for column in whole.find_all(exp.Column)}
    return exp.column(names.pop()).sql(DIALECT) if len(names) == 1 else "COLUMN"


def refusal(ask: Callable[[], object]) -> str | None:
    """The engine's sentence if it refuses."""
    try:
        ask()
    except Refused as refused:
        return str(refused)
    return None


def _count(scan: exp.Expr) -> exp.Select:
    """All columns are read, so every row has to be well-formed."""
    return exp.select(exp.Anonymous(this="count", expressions=[exp.Columns(this=exp.Star())])).from_(scan.copy())


def _first_fault(value: exp.Expr, scan: exp.Expr) -> str:
    """TRY gives null for an error; inside a struct a value that is missing is none."""
    tried = f"TRY(struct_pack(v := {value.sql(DIALECT)})) IS NULL"
    rows = f"SELECT row_number() OVER () AS row, {tried} AS is_fault FROM {scan.sql(DIALECT)}"
    return f"SELECT min(row) FROM ({rows}) WHERE is_fault"
