"""Files beside the project, read by the embedded engine: parquet, CSV, JSON lines, `.duckdb`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import duckdb
from sqlglot import exp

from dashgen import messages
from dashgen.diagnostics import Diagnostic, Failure
from dashgen.fields import CANONICAL, missing
from dashgen.model import Source
from dashgen.query import columns, mapping
from dashgen.query.bound import Columns, SqlBound
from dashgen.query.events import Binding
from dashgen.query.mapping import Mapped
from dashgen.query.prices import rows as price_rows
from dashgen.query.vocabulary import big
from dashgen.sources.base import Bound, Surroundings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DIALECT = "duckdb"

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
_FORMATS = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".duckdb": "database",
    ".db": "database",
}
_AS_WRITTEN = ("DATE", "TIME", "TIMESTAMP", "UUID")
"""Types that the JSON reader guesses from text; read as text they keep their writing."""


class Files:
    name: ClassVar[str] = "files"

    def bind(self, source: Source, around: Surroundings) -> Bound:
        connection = duckdb.connect(config=_CONFIG)
        connection.execute("SET TimeZone = 'UTC'")
        try:
            return _bind(source, around, connection)
        except BaseException:
            connection.close()
            raise


def _bind(source: Source, around: Surroundings, connection: DuckDBPyConnection) -> Bound:
    paths = _paths(source, around)
    scan = _scan(source, paths, connection)
    names = list(_describe(source, paths, scan, connection))
    problems = list(mapping.check(source, names, DIALECT))
    if problems:
        raise Failure(problems)
    fields = mapping.mapped(source, names, around.fields, DIALECT)
    if "time" not in fields:
        raise Failure([messages.source_without_time(source.at, source.name, names)])
    types = _types(source, fields, scan, connection)
    binding = _binding(source, around, scan, fields, types, connection)

    def fetch(query: str) -> Columns:
        found: Columns = _guarded(source, lambda: connection.execute(query).fetchnumpy())
        return found

    def rows(query: str) -> Sequence[tuple[Any, ...]]:
        found: Sequence[tuple[Any, ...]] = _guarded(source, lambda: connection.execute(query).fetchall())
        return found

    return SqlBound(binding, names, DIALECT, fetch, rows, connection.close)


# ---- files and columns --------------------------------------------------------------------------


def _paths(source: Source, around: Surroundings) -> list[str]:
    """Every file that the source names, sorted; each pattern must find one."""
    found, problems = [], []
    for index, text in enumerate(source.path):
        at = source.at / "path" / index if len(source.path) > 1 else source.at / "path"
        names = glob(text, root_dir=around.project.root, recursive=True) if has_magic(text) else [text]
        files = sorted(str(Path(around.project.root, name)) for name in names)
        files = [file for file in files if Path(file).is_file()]
        if not files:
            problems.append(messages.missing_file(at, text, _nearby(Path(around.project.root, text))))
        found += files
    problems += _check_formats(source, found)
    if problems:
        raise Failure(problems)
    return found


def _nearby(path: Path) -> list[str]:
    folder = path.parent
    while has_magic(str(folder)) or not folder.is_dir():
        folder = folder.parent
    return sorted(file.name for file in folder.iterdir() if file.suffix in _FORMATS)


def _format(path: str) -> str | None:
    name = Path(path)
    return _FORMATS.get(Path(name.stem).suffix if name.suffix in (".gz", ".zst") else name.suffix)


def _check_formats(source: Source, paths: Sequence[str]) -> list[Diagnostic]:
    formats = {_format(path) for path in paths}
    if None in formats:
        odd = next(path for path in paths if _format(path) is None)
        return [messages.unknown_format(source.at / "path", Path(odd).name, list(_FORMATS))]
    if len(formats) > 1:
        return [messages.mixed_formats(source.at / "path", sorted(f for f in formats if f))]
    if formats == {"database"} and source.table is None:
        return [messages.database_without_table(source.at / "path")]
    return []


def _scan(source: Source, paths: Sequence[str], connection: DuckDBPyConnection) -> exp.Expr:
    """The FROM of every query."""
    match _format(paths[0]):
        case "database":
            quoted = exp.Literal.string(paths[0]).sql(DIALECT)
            _guarded(source, lambda: connection.execute(f"ATTACH {quoted} AS file (READ_ONLY)"))
            return exp.table_(source.table or "", db="file", quoted=True)
        case "parquet":
            return _reader("read_parquet", paths)
        case "csv":
            return _reader("read_csv", paths, all_varchar=True)
    plain = _reader("read_json", paths)
    guessed = _describe(source, paths, plain, connection)
    types = {name: "VARCHAR" if kind.startswith(_AS_WRITTEN) else kind for name, kind in guessed.items()}
    return _reader("read_json", paths, columns=types)


def _reader(function: str, paths: Sequence[str], **options: bool | Mapping[str, str]) -> exp.Expr:
    files = exp.Array(expressions=[exp.Literal.string(path) for path in paths])
    if len(paths) > 1:
        # Files of one log may differ in their columns. For a single file it would only cost time.
        options["union_by_name"] = True
    settings = [exp.PropertyEQ(this=exp.to_identifier(name), expression=_option(v)) for name, v in options.items()]
    return exp.Anonymous(this=function, expressions=[files, *settings])


def _option(value: bool | Mapping[str, str]) -> exp.Expr:
    if isinstance(value, bool):
        return exp.convert(value)
    pairs = [exp.PropertyEQ(this=exp.Literal.string(k), expression=exp.Literal.string(v)) for k, v in value.items()]
    return exp.Struct(expressions=pairs)


def _describe(source: Source, paths: Sequence[str], scan: exp.Expr, connection: DuckDBPyConnection) -> dict[str, str]:
    query = f"DESCRIBE {exp.select('*').from_(scan.copy()).sql(DIALECT)}"
    try:
        return {name: kind for name, kind, *_ in _interruptible(lambda: connection.execute(query).fetchall())}
    except duckdb.Error as error:
        names = [Path(path).name for path in paths]
        raise Failure([messages.unreadable_source(source.at / "path", names, _sentence(error))]) from error


def _types(
    source: Source, fields: Mapping[str, Mapped], scan: exp.Expr, connection: DuckDBPyConnection
) -> dict[str, str]:
    """The engine's type of each field; an expression that it refuses is pointed at."""
    try:
        return _described(fields, scan, connection)
    except duckdb.Error:
        problems = [p for name, field in fields.items() for p in _refused({name: field}, scan, connection)]
        raise Failure(problems) from None


def _described(fields: Mapping[str, Mapped], scan: exp.Expr, connection: DuckDBPyConnection) -> dict[str, str]:
    outputs = [exp.alias_(field.expression.copy(), name, quoted=True) for name, field in fields.items()]
    query = f"DESCRIBE {exp.select(*outputs).from_(scan.copy()).sql(DIALECT)}"
    rows = _interruptible(lambda: connection.execute(query).fetchall())
    return {name: kind for name, kind, *_ in rows}


def _refused(fields: Mapping[str, Mapped], scan: exp.Expr, connection: DuckDBPyConnection) -> Iterator[Diagnostic]:
    try:
        _described(fields, scan, connection)
    except duckdb.Error as error:
        for field in fields.values():
            yield messages.bad_sql(field.at, field.expression.sql(DIALECT), _sentence(error))


# ---- held units -----------------------------------------------------------------------------------


def _binding(
    source: Source,
    around: Surroundings,
    scan: exp.Expr,
    fields: Mapping[str, Mapped],
    types: Mapping[str, str],
    connection: DuckDBPyConnection,
) -> Binding:
    def extremes(value: exp.Expr) -> tuple[int | None, int | None]:
        query = exp.select(exp.Min(this=value.copy()), exp.Max(this=value.copy())).from_(scan.copy()).sql(DIALECT)
        found: tuple[int | None, int | None] = _guarded(source, lambda: connection.execute(query).fetchall())[0]
        return found

    raw = fields["time"].expression
    is_naive_utc = types["time"] in ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS") and source.timezone == "UTC"
    plain = "time" not in source.units and (is_naive_utc or types["time"] == "TIMESTAMP WITH TIME ZONE")
    time = columns.time(source, fields["time"], types["time"], extremes)
    held = {name: columns.held(source, m, types[name]) for name, m in fields.items() if name != "time"}
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
        raw_time=raw,
        first_time=_extreme(exp.Min, raw, time, plain),
        newest_time=_extreme(exp.Max, raw, time, plain),
        time_at_least=lambda instant: exp.GTE(this=limit(instant)[0], expression=limit(instant)[1]),
        time_before=lambda instant: exp.LT(this=limit(instant)[0], expression=limit(instant)[1]),
        fields=around.fields,
        available=frozenset(available | derived),
        prices=price_rows(around.prices, around.zone) if has_prices else (),
    )


def _extreme(function: type[exp.AggFunc], raw: exp.Expr, time: exp.Expr, plain: bool) -> exp.Expr:
    """The first or newest instant; of the raw column where that is one, since the file knows its bounds."""
    if plain:
        return columns.epoch(function(this=raw.copy()))
    return function(this=time.copy())


# ---- the engine's errors ----------------------------------------------------------------------------


def _guarded(source: Source, run: Callable[[], Any]) -> Any:
    """Runs a query; what the data makes impossible is told with the source in the YAML."""
    try:
        return _interruptible(run)
    except duckdb.Error as error:
        raise Failure([messages.source_failed(source.at, source.name, _sentence(error))]) from error


def _interruptible(run: Callable[[], Any]) -> Any:
    """Runs a query; the engine turns Ctrl-C into errors of its own."""
    try:
        return run()
    except (RuntimeError, duckdb.InterruptException) as error:
        if "interrupt" in str(error).lower():
            raise KeyboardInterrupt from error
        raise


def _sentence(error: duckdb.Error) -> str:
    """The engine's first line, without its prefix and without the query."""
    first = str(error).strip().splitlines()[0]
    return first.split(": ", 1)[-1].rstrip(".")
