"""Files beside the project, read by the embedded engine: parquet, CSV, JSON lines, `.duckdb`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from glob import glob, has_magic
from pathlib import Path
from typing import Any, ClassVar

from sqlglot import exp

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic, Failure
from dashgen.fields import CANONICAL, COUNTED, missing
from dashgen.model import Source
from dashgen.query import columns, mapping, readers
from dashgen.query.bound import SqlBound
from dashgen.query.engine import DIALECT, Engine, Refused, start
from dashgen.query.events import Binding
from dashgen.query.mapping import Mapped
from dashgen.query.prices import rows as price_rows
from dashgen.query.purity import foreign
from dashgen.query.readers import File
from dashgen.query.vocabulary import big
from dashgen.sources.base import Bound, Surroundings


class Files:
    name: ClassVar[str] = "files"

    def bind(self, source: Source, around: Surroundings) -> Bound:
        files = _files(source, around.project.root)
        engine = start(around.project.root)
        try:
            return _bind(source, around, files, engine)
        except BaseException:
            engine.close()
            raise


def _place(source: Source, index: int) -> At:
    """Where the path of that number is written."""
    return source.at / "path" / index if len(source.path) > 1 else source.at / "path"


def _bind(source: Source, around: Surroundings, files: Sequence[File], engine: Engine) -> Bound:
    scan = _scan(source, files, engine)
    engine.confine([path for file in files for path in (file.path, readers.pattern(file.path))])
    hidden = readers.foreign_keys(files)
    names = [name for name in _describe(source, files, scan, engine) if name not in hidden]
    problems = list(mapping.check(source, names, DIALECT)) or list(_check_purity(source, names, engine))
    if problems:
        raise Failure(problems)
    fields = mapping.mapped(source, names, around.fields)
    if "time" not in fields:
        raise Failure([messages.source_without_time(source.at, source.name, names)])
    binding = _binding(source, around, scan, fields, engine)

    def guarded(ask: Callable[[str], Any]) -> Callable[[str], Any]:
        """What the rows make impossible is told where the YAML names the field, or the files."""

        def asked(query: str) -> Any:
            try:
                return ask(query)
            except Refused as refused:
                raise Failure(_blamed(source, files, binding, fields, engine, str(refused))) from refused

        return asked

    return SqlBound(binding, names, DIALECT, guarded(engine.columns), guarded(engine.rows), engine.close)


# ---- files and columns --------------------------------------------------------------------------


def _files(source: Source, root: str) -> list[File]:
    """Every file that the source names, once each; every pattern must find one."""
    found: dict[str, File] = {}
    problems = []
    for index, text in enumerate(source.path):
        files = [file for file in _matching(text, root) if Path(file.path).is_file()]
        if not files:
            problems.append(messages.missing_file(_place(source, index), text, readers.nearby(Path(root, text))))
        for file in files:
            found.setdefault(os.path.realpath(file.path), file)  # a link and its target are one file
    problems += _check_formats(source, list(found.values()))
    if problems:
        raise Failure(problems)
    return sorted(found.values(), key=lambda file: file.path)


def _matching(text: str, root: str) -> Iterator[File]:
    """A file whose name looks like a pattern is meant before what the pattern would find."""
    is_pattern = has_magic(text) and not Path(root, text).is_file()
    for name in glob(text, root_dir=root, recursive=True) if is_pattern else [text]:
        yield File(name, str(Path(root, name)))


def _check_formats(source: Source, files: Sequence[File]) -> Iterator[Diagnostic]:
    formats = {file.format for file in files}
    if None in formats:
        odd = next(file for file in files if file.format is None)
        yield messages.unknown_format(source.at / "path", Path(odd.path).name, list(readers.FORMATS))
    elif len(formats) > 1:
        yield messages.mixed_formats(source.at / "path", sorted(f for f in formats if f))
    elif formats == {"database"} and source.table is None:
        yield messages.database_without_table(source.at / "path")


def _scan(source: Source, files: Sequence[File], engine: Engine) -> exp.Expr:
    """The FROM of every query."""
    match files[0].format:
        case "database":
            return _table(source, files, engine)
        case "json":
            kinds = _describe(source, files, readers.reader(files), engine)
            return readers.reader(files, columns=readers.kept_as_written(kinds))
    return readers.reader(files)


def _table(source: Source, files: Sequence[File], engine: Engine) -> exp.Expr:
    """The source's table in every database; several are read as one."""
    tables = []
    for index, file in enumerate(files):
        try:
            engine.rows(f"ATTACH {exp.Literal.string(file.path).sql(DIALECT)} AS file{index} (READ_ONLY)")
        except Refused as refused:
            raise Failure([_unreadable(source, [file], str(refused))]) from refused
        tables.append(exp.select("*").from_(_found_table(source, f"file{index}", engine)))
    union = " UNION ALL BY NAME ".join(table.sql(DIALECT) for table in tables)
    engine.rows(f"CREATE VIEW memory.main.files AS {union}")
    return exp.table_("files", db="main", catalog="memory")


def _found_table(source: Source, database: str, engine: Engine) -> exp.Table:
    rows = engine.rows(
        f"SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = '{database}' UNION ALL "
        f"SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = '{database}' AND NOT internal"
    )
    known = {name if schema == "main" else f"{schema}.{name}": (schema, name) for schema, name in sorted(rows)}
    if source.table not in known:
        raise Failure([messages.missing_table(source.at / "table", source.table or "", list(known))])
    schema, name = known[source.table]
    return exp.table_(name, db=schema, catalog=database, quoted=True)


def _describe(source: Source, files: Sequence[File], scan: exp.Expr, engine: Engine) -> dict[str, str]:
    try:
        return engine.kinds(exp.select("*").from_(scan.copy()))
    except Refused as refused:
        raise Failure([_unreadable(source, files, str(refused))]) from refused


def _unreadable(source: Source, files: Sequence[File], sentence: str) -> Diagnostic:
    return messages.unreadable_source(source.at / "path", [Path(file.path).name for file in files], sentence)


# ---- fields -----------------------------------------------------------------------------------------


def _check_purity(source: Source, names: Sequence[str], engine: Engine) -> Iterator[Diagnostic]:
    for written in mapping.expressions(source, names):
        part = foreign(written.text or "", names, engine)
        if part is not None:
            yield messages.not_a_row_expression(written.at, part)


def _kinds(fields: Mapping[str, Mapped], scan: exp.Expr, engine: Engine) -> dict[str, str]:
    """The engine's type of each field; an expression that it refuses is pointed at."""
    try:
        return engine.kinds(_outputs(fields, scan))
    except Refused:
        raise Failure(
            messages.bad_sql(field.at, field.text, sentence)
            for name, field in fields.items()
            if (sentence := _refusal(partial(engine.kinds, _outputs({name: field}, scan))))
        ) from None


def _outputs(fields: Mapping[str, Mapped], scan: exp.Expr) -> exp.Select:
    outputs = [exp.alias_(field.expression.copy(), name, quoted=True) for name, field in fields.items()]
    return exp.select(*outputs).from_(scan.copy())


def _refusal(ask: Callable[[], object]) -> str | None:
    try:
        ask()
    except Refused as refused:
        return str(refused)
    return None


def _blamed(
    source: Source,
    files: Sequence[File],
    binding: Binding,
    fields: Mapping[str, Mapped],
    engine: Engine,
    sentence: str,
) -> list[Diagnostic]:
    """The files if they cannot be read to their end, else the fields that cannot be computed of every row."""
    everything = exp.select(exp.Anonymous(this="count", expressions=[exp.Columns(this=exp.Star())]))
    if _refusal(partial(engine.rows, everything.from_(binding.scan.copy()).sql(DIALECT))):
        return [_unreadable(source, files, sentence)]
    refusals = {
        name: refusal
        for name, held in binding.columns.items()
        if (refusal := _refusal(partial(engine.rows, _greatest(held, binding.scan))))
    }
    found = [messages.unreadable_field(fields[name].at, name, refusal) for name, refusal in refusals.items()]
    return found or [messages.source_failed(source.at, source.name, sentence)]


def _greatest(value: exp.Expr, scan: exp.Expr) -> str:
    return exp.select(exp.Max(this=value.copy())).from_(scan.copy()).sql(DIALECT)


# ---- held units -----------------------------------------------------------------------------------


def _binding(
    source: Source, around: Surroundings, scan: exp.Expr, fields: Mapping[str, Mapped], engine: Engine
) -> Binding:
    kinds = _kinds(fields, scan, engine)
    raw = fields["time"].expression
    time = columns.time(source, fields["time"], kinds["time"], _look(fields["time"], scan, engine))
    is_naive_utc = kinds["time"] in columns.PLAIN_TIMES and source.timezone == "UTC"
    plain = is_naive_utc or kinds["time"] == "TIMESTAMP WITH TIME ZONE"
    held = {name: columns.held(source, m, kinds[name]) for name, m in fields.items() if name != "time"}
    has_prices = bool(around.prices) and not missing(CANONICAL["cost"], {*held, "prices"} - {"cost"})
    available = {"time", *held} | ({"prices"} if has_prices else set())
    derived = {name for name, field in CANONICAL.items() if field.needs and not missing(field, available)}

    def limit(instant: int) -> tuple[exp.Expr, exp.Expr]:
        if not plain:
            return time.copy(), big(instant)
        return raw.copy(), exp.Anonymous(this="make_timestamp", expressions=[big(instant)])

    return Binding(
        scan=scan,
        columns={"time": time, **held},
        raw_time=raw if plain else time,
        first_time=_extreme(exp.Min, raw, time, plain),
        newest_time=_extreme(exp.Max, raw, time, plain),
        time_at_least=lambda instant: exp.GTE(this=limit(instant)[0], expression=limit(instant)[1]),
        time_before=lambda instant: exp.LT(this=limit(instant)[0], expression=limit(instant)[1]),
        fields=around.fields,
        available=frozenset(available | derived | ({COUNTED} if "requests" in held else set())),
        prices=price_rows(around.prices, around.zone) if has_prices else (),
    )


def _look(time: Mapped, scan: exp.Expr, engine: Engine) -> columns.Look:
    """Times are looked at before they are bound, so what cannot be read is theirs."""

    def asked(query: exp.Select) -> Sequence[tuple[Any, ...]]:
        try:
            return engine.rows(query.sql(DIALECT))
        except Refused as refused:
            raise Failure([messages.unreadable_field(time.at, "time", str(refused))]) from refused

    def extremes(value: exp.Expr) -> tuple[int | None, int | None]:
        low, high = asked(exp.select(exp.Min(this=value.copy()), exp.Max(this=value.copy())).from_(scan.copy()))[0]
        return low, high

    def first(value: exp.Expr) -> str | None:
        said = exp.NEQ(this=value.copy(), expression=exp.Literal.string(""))
        found = asked(exp.select(value.copy()).from_(scan.copy()).where(said).limit(1))
        return found[0][0] if found else None

    return columns.Look(extremes, first)


def _extreme(function: type[exp.AggFunc], raw: exp.Expr, time: exp.Expr, plain: bool) -> exp.Expr:
    """The first or newest instant; of the raw column where that is one, since the file knows its bounds."""
    if plain:
        return columns.epoch(function(this=raw.copy()))
    return function(this=time.copy())
