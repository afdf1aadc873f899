"""Files beside the project, read by the embedded engine: parquet, CSV, JSON lines, `.duckdb`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import duckdb
from sqlglot import exp

from dashgen import messages
from dashgen.diagnostics import Diagnostic, Failure
from dashgen.fields import CANONICAL, MICROSECONDS, missing
from dashgen.model import Source
from dashgen.sources import mapping
from dashgen.sources.base import Bound, Surroundings
from dashgen.sources.bound import Columns, SqlBound
from dashgen.sources.mapping import Mapped
from dashgen.sources.prices import rows as price_rows
from dashgen.sources.sql import Binding, big, literal, when
from dashgen.sources.wall import to_utc
from dashgen.timeline import Zone, to_instant

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
    columns = _describe(source, paths, scan, connection)
    problems = list(mapping.check(source, list(columns), DIALECT))
    if problems:
        raise Failure(problems)
    fields = mapping.mapped(source, list(columns), around.fields, DIALECT)
    if "time" not in fields:
        raise Failure([messages.source_without_time(source.at, source.name, list(columns))])
    types = _types(source, fields, scan, connection)
    binding = _binding(source, around, scan, fields, types, connection)

    def fetch(query: str) -> Columns:
        found: Columns = _guarded(source, lambda: connection.execute(query).fetchnumpy())
        return found

    def rows(query: str) -> Sequence[tuple[Any, ...]]:
        found: Sequence[tuple[Any, ...]] = _guarded(source, lambda: connection.execute(query).fetchall())
        return found

    return SqlBound(binding, list(columns), DIALECT, fetch, rows, connection.close)


# ---- files and columns --------------------------------------------------------------------------


def _paths(source: Source, around: Surroundings) -> list[str]:
    """Every file that the source names, sorted; each pattern must find one."""
    found, problems = [], []
    for index, text in enumerate(source.path):
        at = source.at / "path" / index if len(source.path) > 1 else source.at / "path"
        pattern = str(Path(around.project.root, text))
        files = sorted(glob(pattern, recursive=True)) if has_magic(text) else [pattern]
        files = [file for file in files if Path(file).is_file()]
        if not files:
            problems.append(messages.missing_file(at, text, _nearby(Path(pattern))))
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
            return _reader("read_parquet", paths, union_by_name=True)
        case "csv":
            return _reader("read_csv", paths, union_by_name=True, all_varchar=True)
    plain = _reader("read_json", paths, union_by_name=True)
    guessed = _describe(source, paths, plain, connection)
    types = {name: "VARCHAR" if kind.startswith(_AS_WRITTEN) else kind for name, kind in guessed.items()}
    return _reader("read_json", paths, union_by_name=True, columns=types)


def _reader(function: str, paths: Sequence[str], **options: bool | Mapping[str, str]) -> exp.Expr:
    files = exp.Array(expressions=[exp.Literal.string(path) for path in paths])
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
        return {name: kind for name, kind, *_ in connection.execute(query).fetchall()}
    except duckdb.Error as error:
        names = [Path(path).name for path in paths]
        raise Failure([messages.unreadable_source(source.at / "path", names, _sentence(error))]) from error


def _types(
    source: Source, fields: Mapping[str, Mapped], scan: exp.Expr, connection: DuckDBPyConnection
) -> dict[str, str]:
    """The engine's type of each field; an expression that it refuses is pointed at."""
    problems, found = [], {}
    for name, field in fields.items():
        query = f"DESCRIBE {exp.select(field.expression.copy()).from_(scan.copy()).sql(DIALECT)}"
        try:
            found[name] = str(connection.execute(query).fetchall()[0][1])
        except duckdb.Error as error:
            problems.append(messages.bad_sql(field.at, field.expression.sql(DIALECT), _sentence(error)))
    if problems:
        raise Failure(problems)
    return found


# ---- held units -----------------------------------------------------------------------------------


def _binding(
    source: Source,
    around: Surroundings,
    scan: exp.Expr,
    fields: Mapping[str, Mapped],
    types: Mapping[str, str],
    connection: DuckDBPyConnection,
) -> Binding:
    raw = fields["time"].expression
    plain = types["time"].startswith("TIMESTAMP") and types["time"] != "TIMESTAMP_NS" and source.timezone == "UTC"
    time = _time(source, raw, types["time"], scan, connection)
    columns = {name: _held(source, m, types[name]) for name, m in fields.items() if name != "time"}
    has_prices = bool(around.prices) and not missing(CANONICAL["cost"], {*columns, "prices"} - {"cost"})
    available = {"time", *columns} | ({"prices"} if has_prices else set())
    derived = {name for name, field in CANONICAL.items() if field.needs and not missing(field, available)}

    def limit(instant: int) -> tuple[exp.Expr, exp.Expr]:
        if not plain:
            return time.copy(), big(instant)
        return raw.copy(), exp.Anonymous(this="make_timestamp", expressions=[big(instant)])

    return Binding(
        scan=scan,
        columns={"time": time, **columns},
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
        return exp.Anonymous(this="epoch_us", expressions=[function(this=raw.copy())])
    return function(this=time.copy())


def _time(source: Source, raw: exp.Expr, kind: str, scan: exp.Expr, connection: DuckDBPyConnection) -> exp.Expr:
    unit = source.units.get("time")
    if unit is not None or kind in _NUMBERS:
        origin = big(to_instant(source.origin)) if source.origin else big(0)
        return exp.Add(this=_number(raw, kind, MICROSECONDS[unit or "s"]), expression=origin)
    if kind == "TIMESTAMP WITH TIME ZONE":
        return _epoch(raw)
    if kind == "VARCHAR":
        return _written_time(source, raw, scan, connection)
    if kind == "TIMESTAMP_NS":
        nanoseconds = exp.Anonymous(this="epoch_ns", expressions=[raw.copy()])
        wall: exp.Expr = exp.IntDiv(this=nanoseconds, expression=big(1000))
    elif kind.startswith("TIMESTAMP") or kind == "DATE":
        wall = _epoch(exp.cast(raw.copy(), "timestamp"))
    else:
        raise Failure([messages.wrong_field_type(source.at, "time", kind, "a time, a text or a number")])
    return _from_wall(source, wall, scan, connection)


def _epoch(value: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="epoch_us", expressions=[value.copy()])


def _written_time(source: Source, raw: exp.Expr, scan: exp.Expr, connection: DuckDBPyConnection) -> exp.Expr:
    """Texts with an offset are instants, those without are wall times of the source's zone."""
    text = exp.Anonymous(this="nullif", expressions=[raw.copy(), literal("")])
    instant = _epoch(exp.cast(text, "timestamptz"))
    if source.timezone == "UTC":
        return instant
    offset = literal(r"(Z|z|[+-]\d\d(:?\d\d)?)$")
    has_offset = exp.Anonymous(
        this="regexp_matches", expressions=[exp.Substring(this=raw.copy(), start=literal(11)), offset]
    )
    wall = when(exp.Not(this=has_offset), _epoch(exp.cast(text.copy(), "timestamp")))
    return when(has_offset.copy(), instant, _from_wall(source, wall, scan, connection))


def _from_wall(source: Source, wall: exp.Expr, scan: exp.Expr, connection: DuckDBPyConnection) -> exp.Expr:
    if source.timezone == "UTC":
        return wall
    query = exp.select(exp.Min(this=wall.copy()), exp.Max(this=wall.copy())).from_(scan.copy()).sql(DIALECT)
    low, high = _guarded(source, lambda: connection.execute(query).fetchall())[0]
    return to_utc(wall, low, high, Zone(source.timezone)) if low is not None else wall


_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_NUMBERS = frozenset((*_INTEGERS, "HUGEINT", "UHUGEINT", "FLOAT", "DOUBLE"))


def _held(source: Source, m: Mapped, kind: str) -> exp.Expr:
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


# ---- the engine's errors ----------------------------------------------------------------------------


def _guarded(source: Source, run: Callable[[], Any]) -> Any:
    """Runs a query; what the data makes impossible is told with the source in the YAML."""
    try:
        return run()
    except duckdb.Error as error:
        raise Failure([messages.source_failed(source.at, source.name, _sentence(error))]) from error


def _sentence(error: duckdb.Error) -> str:
    """The engine's first line, without its prefix and without the query."""
    first = str(error).strip().splitlines()[0]
    return first.split(": ", 1)[-1].rstrip(".")
