"""Files opened by the embedded engine: their columns known, their fields bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlglot import exp

from dashgen import messages
from dashgen.diagnostics import Diagnostic, Failure
from dashgen.fields import CANONICAL, COUNTED, missing
from dashgen.model import Source
from dashgen.query import columns, mapping, readers
from dashgen.query.bound import SqlBound
from dashgen.query.engine import DIALECT, Engine, Refused, start
from dashgen.query.events import Binding
from dashgen.query.mapping import Mapped
from dashgen.query.prices import rows as price_rows
from dashgen.query.purity import foreign
from dashgen.query.texts import numbers_where_needed
from dashgen.query.vocabulary import big
from dashgen.sources import lines
from dashgen.sources.base import Bound, Surroundings
from dashgen.sources.faults import Faults, refusal
from dashgen.sources.formats import File


def bind(source: Source, around: Surroundings, files: Sequence[File]) -> Bound:
    engine = start(around.project.root)
    try:
        return _bind(source, around, files, engine)
    except BaseException:
        engine.close()
        raise


def _bind(source: Source, around: Surroundings, found: Sequence[File], engine: Engine) -> Bound:
    files, remarks = _filled(source, found)
    scan, read = _scan(source, files, engine)
    engine.confine([path for file in files for path in (file.path, readers.pattern(file.path))])
    faults = Faults(source, files, engine, scan, read)
    hidden = readers.foreign_keys(files)
    kinds = {name: kind for name, kind in _describe(faults, scan).items() if name not in hidden}
    names = list(kinds)
    problems = list(_check_headers(source, files, names, engine)) or list(mapping.check(source, names, DIALECT))
    problems = problems or list(_check_purity(source, names, engine))
    if problems:
        raise Failure(problems)
    fields = mapping.mapped(source, names, around.fields)
    if "time" not in fields:
        raise Failure([messages.source_without_time(source.at, source.name, names)])
    fields = numbers_where_needed(fields, kinds, partial(_guessed, files, engine), engine)
    binding = _binding(source, around, scan, fields, faults)

    def guarded(ask: Callable[[str], Any]) -> Callable[[str], Any]:
        """What the rows make impossible is told where the YAML names the field, or the files."""

        def asked(query: str) -> Any:
            try:
                return ask(query)
            except Refused as refused:
                raise Failure(faults.blame(binding.columns, fields, str(refused))) from refused

        return asked

    return SqlBound(binding, names, DIALECT, guarded(engine.columns), guarded(engine.rows), engine.close, remarks)


def _filled(source: Source, files: Sequence[File]) -> tuple[Sequence[File], tuple[Diagnostic, ...]]:
    """CSV files with content, and a word about those without; an empty one is read where there is no other."""
    empty = [file for file in files if file.format == "csv" and not Path(file.path).stat().st_size]
    if not empty or len(empty) == len(files):
        return files, ()
    names = [Path(file.path).name for file in empty]
    return [file for file in files if file not in empty], (messages.empty_data_files(source.at / "path", names),)


# ---- columns ------------------------------------------------------------------------------------


def _scan(
    source: Source, files: Sequence[File], engine: Engine
) -> tuple[exp.Expr, Callable[[Sequence[File]], exp.Expr] | None]:
    """The FROM of every query, and how to read only some of the files."""
    if files[0].format == "database":
        return _table(source, files, engine), None
    read: Callable[[Sequence[File]], exp.Expr] = readers.reader
    if files[0].format == "json":
        kinds = _describe(Faults(source, files, engine, read(files), read), read(files))
        read = partial(readers.reader, columns=readers.kept_as_written(kinds))
    return read(files), read


def _table(source: Source, files: Sequence[File], engine: Engine) -> exp.Expr:
    """The source's table in every database; several are read as one."""
    tables = []
    for index, file in enumerate(files):
        try:
            engine.rows(f"ATTACH {exp.Literal.string(file.path).sql(DIALECT)} AS file{index} (READ_ONLY)")
        except Refused as refused:
            place = source.at / "path"
            raise Failure([messages.unreadable_source(place, [Path(file.path).name], str(refused))]) from refused
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


def _describe(faults: Faults, scan: exp.Expr) -> dict[str, str]:
    try:
        return faults.engine.kinds(exp.select("*").from_(scan.copy()))
    except Refused as refused:
        raise Failure([faults.unreadable(str(refused))]) from refused


def _guessed(files: Sequence[File], engine: Engine) -> Mapping[str, str]:
    """What the columns of CSV files seem to hold, by their first rows."""
    if files[0].format != "csv":
        return {}
    try:
        return engine.kinds(exp.select("*").from_(readers.reader(files, all_varchar=False)))
    except Refused:
        return {}


def _check_headers(source: Source, files: Sequence[File], names: Sequence[str], engine: Engine) -> Iterator[Diagnostic]:
    """Every CSV file begins with the names of its columns, that of the time among them."""
    if files[0].format != "csv":
        return
    at, needed = source.at / "path", mapping.columns_of(source, "time", DIALECT)
    is_there = all(mapping.named(name, names) for name in needed)
    for file in _different(files, names):
        columns = list(_columns(file, engine)) if len(files) > 1 else names
        if not all(mapping.named(name, columns) for name in needed):
            otherwise = messages.file_without_time(at, Path(file.path).name, needed, columns) if is_there else None
            fault = lines.fault(at, file, columns, needed) or otherwise
            yield from [fault] if fault else []


def _different(files: Sequence[File], names: Sequence[str]) -> Sequence[File]:
    """One file of each first line; where it is not known, every file is different.

    A whole first line that was taken for one column comes of a file whose other lines do not fit it: any may be that.
    """
    first = {lines.first_line(file) or file.path: file for file in reversed(files)}
    if len(names) > 1 and not first.keys().isdisjoint(names):
        return files
    return sorted(first.values(), key=lambda file: file.path)


def _columns(file: File, engine: Engine) -> Iterator[str]:
    with suppress(Refused):
        yield from engine.kinds(exp.select("*").from_(readers.reader([file])))


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
            if (sentence := refusal(partial(engine.kinds, _outputs({name: field}, scan))))
        ) from None


def _outputs(fields: Mapping[str, Mapped], scan: exp.Expr) -> exp.Select:
    outputs = [exp.alias_(field.expression.copy(), name, quoted=True) for name, field in fields.items()]
    return exp.select(*outputs).from_(scan.copy())


# ---- held units -----------------------------------------------------------------------------------


def _binding(
    source: Source, around: Surroundings, scan: exp.Expr, fields: Mapping[str, Mapped], faults: Faults
) -> Binding:
    kinds = _kinds(fields, scan, faults.engine)
    raw = fields["time"].expression
    time = columns.time(source, fields["time"], kinds["time"], _look(fields["time"], scan, faults))
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


def _look(time: Mapped, scan: exp.Expr, faults: Faults) -> columns.Look:
    """Times are looked at before they are bound, so what cannot be read is theirs."""

    def asked(value: exp.Expr, query: exp.Select) -> Sequence[tuple[Any, ...]]:
        try:
            return faults.engine.rows(query.sql(DIALECT))
        except Refused as refused:
            raise Failure([faults.field(time, value, str(refused))]) from refused

    def extremes(value: exp.Expr) -> tuple[int | None, int | None]:
        low, high = asked(value, exp.select(exp.Min(this=value.copy()), exp.Max(this=value.copy())).from_(scan.copy()))[
            0
        ]
        return low, high

    def first(value: exp.Expr) -> str | None:
        said = exp.NEQ(this=value.copy(), expression=exp.Literal.string(""))
        found = asked(value, exp.select(value.copy()).from_(scan.copy()).where(said).limit(1))
        return found[0][0] if found else None

    return columns.Look(extremes, first)


def _extreme(function: type[exp.AggFunc], raw: exp.Expr, time: exp.Expr, plain: bool) -> exp.Expr:
    """The first or newest instant; of the raw column where that is one, since the file knows its bounds."""
    if plain:
        return columns.epoch(function(this=raw.copy()))
    return function(this=time.copy())
