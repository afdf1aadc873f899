"""The files source against real files: formats, names, times, texts, mappings, prices, and sources that fail."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashgen import compiler, project
from dashgen.diagnostics import Diagnostic

Row = dict[str, Any]
EVERYTHING = {"from": "1900-01-01", "to": "2100-01-01"}
RECORDS = {"type": "table", "records": ["time", "model", "input_tokens"], "newest": 200}
CARD = {"type": "card", "metric": "requests"}


class Shop:
    """A project in a folder of its own; JSON is YAML."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def parquet(self, name: str, select: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        quoted = str(self.folder / name).replace("'", "''")
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"COPY ({select}) TO '{quoted}' (FORMAT parquet)")

    def open(self, source: Row, widgets: Sequence[Row], **more: Any) -> tuple[list[list[Row]], list[Diagnostic]]:
        """Every widget's rows, and what was said."""
        given = {"version": 1, "sources": {"log": {"type": "files", **source}}, "dashboards": ["board.yaml"], **more}
        board = {"version": 1, "time_range": EVERYTHING, "layout": list(widgets)}
        self.write("dashgen.yaml", json.dumps(given))
        self.write("board.yaml", json.dumps(board))
        with compiler.answered(project.read([str(self.folder / "board.yaml")])) as (found, diagnostics):
            answers = found.answers.get("board", {}) if found else {}
            # The range is wide on purpose.
            told = [d for d in diagnostics if d.code not in ("short-data", "unlikely-times")]
            return [list(answer.rows) for answer in answers.values()], told

    def rows(self, source: Row, widget: Row = RECORDS, **more: Any) -> list[Row]:
        """One widget's rows; records oldest first."""
        answers, diagnostics = self.open(source, [widget], **more)
        assert not [d.message for d in diagnostics]
        return answers[0][::-1] if "records" in widget else answers[0]

    def values(self, source: Row, name: str, **more: Any) -> list[Any]:
        """One field of every event, oldest first."""
        return [
            row[name] for row in self.rows(source, {**RECORDS, "records": list(dict.fromkeys(["time", name]))}, **more)
        ]

    def said(self, source: Row, widget: Row = CARD, **more: Any) -> list[tuple[str, str, str]]:
        """Codes, what is pointed at, and the messages."""
        _, diagnostics = self.open(source, [widget], **more)
        return [(d.code, _pointed(d), d.message) for d in diagnostics]


def _pointed(diagnostic: Diagnostic) -> str:
    assert diagnostic.at is not None
    span = diagnostic.at.span
    return diagnostic.at.document.line(span.line)[span.column - 1 : span.end_column - 1]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def texts(*times: str) -> str:
    return "time\n" + "".join(f"{time}\n" for time in times)


# ---- formats ------------------------------------------------------------------------------------

CSV = "time,model,input_tokens\n2025-06-01T10:00:00Z,a,1\n2025-06-01T11:00:00Z,007,2\n2025-06-01T12:00:00Z,,\n"
JSONL = """\
{"time": "2025-06-01T10:00:00Z", "model": "a", "input_tokens": 1}
{"time": "2025-06-01T11:00:00Z", "model": "007", "input_tokens": 2}
{"time": "2025-06-01T12:00:00Z", "model": null, "input_tokens": null}
"""
TYPED = """SELECT * FROM (VALUES (timestamptz '2025-06-01 10:00:00+00', 'a', 1), ('2025-06-01 11:00:00+00', '007', 2),
    ('2025-06-01 12:00:00+00', NULL, NULL)) AS t("time", model, input_tokens)"""
SAME = [
    {"time": "2025-06-01T10:00:00+00:00", "model": "a", "input_tokens": 1},
    {"time": "2025-06-01T11:00:00+00:00", "model": "007", "input_tokens": 2},
    {"time": "2025-06-01T12:00:00+00:00", "model": None, "input_tokens": None},
]
FILES: dict[str, str | bytes] = {
    "log.csv": CSV,
    "log.CSV": CSV,
    "windows.csv": "\ufeff" + CSV.replace("\n", "\r\n").removesuffix("\r\n"),
    "semicolons.csv": CSV.replace(",", ";"),
    "log.tsv": CSV.replace(",", "\t"),
    "log.csv.gz": gzip.compress(CSV.encode()),
    "log.jsonl": JSONL,
    "log.ndjson": JSONL,
    "log.jsonl.gz": gzip.compress(JSONL.encode()),
    "log.json": "[" + ",".join(JSONL.splitlines()) + "]",
}


@pytest.mark.parametrize("name", FILES)
def test_a_format(shop: Shop, name: str) -> None:
    shop.write(name, FILES[name])
    assert shop.rows({"path": name}) == SAME


def test_parquet(shop: Shop) -> None:
    shop.parquet("log.parquet", TYPED)
    assert shop.rows({"path": "log.parquet"}) == SAME


@pytest.mark.parametrize("table", ["requests", "usage.requests", "a view"])
def test_a_database(shop: Shop, table: str) -> None:
    database(shop.folder / "log.duckdb", TYPED)
    assert shop.rows({"path": "log.duckdb", "table": table}) == SAME


def test_several_databases_are_one_source(shop: Shop) -> None:
    database(shop.folder / "1.duckdb", f"{TYPED} LIMIT 1")
    database(shop.folder / "2.duckdb", f"{TYPED} OFFSET 1")
    assert shop.rows({"path": "*.duckdb", "table": "requests"}) == SAME


def database(path: Path, select: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA usage")
        for table in ("requests", "usage.requests"):
            connection.execute(f"CREATE TABLE {table} AS {select}")
        connection.execute('CREATE VIEW "a view" AS SELECT * FROM requests')


def test_an_empty_log_has_no_requests(shop: Shop) -> None:
    shop.write("log.csv", "time,model\n")
    assert shop.rows({"path": "log.csv"}, CARD) == [{"requests": 0}]


# ---- which files --------------------------------------------------------------------------------


def test_patterns_and_lists_name_every_file_once(shop: Shop) -> None:
    lines = JSONL.splitlines()
    for name, line in zip(("2025/a.jsonl", "2025/06/b.jsonl", "c.jsonl"), lines, strict=True):
        shop.write(name, line)
    shop.write("2025/a.txt", "not read")
    assert shop.rows({"path": ["**/*.jsonl", "c.jsonl", "./c.jsonl", "2025/*.jsonl"]}) == SAME


def test_files_may_differ_in_their_columns(shop: Shop) -> None:
    shop.write("1.csv", "time,model\n2025-06-01T10:00:00Z,a\n")
    shop.write("2.csv", "input_tokens,time\n7,2025-06-01T11:00:00Z\n")
    assert [(row["model"], row["input_tokens"]) for row in shop.rows({"path": "*.csv"})] == [("a", None), (None, 7)]


ODD = ["day[1].csv", "all*.csv", "why?.csv", "it's; DROP TABLE x --.csv", 'two "words".csv', "élan ✓.csv", "${x}.csv"]


@pytest.mark.parametrize("name", ODD)
def test_a_name_is_taken_as_it_is(shop: Shop, name: str) -> None:
    shop.write(name, CSV)
    for other in ("day1.csv", "all1.csv", "why1.csv"):
        shop.write(other, texts("2020-01-01"))
    assert shop.rows({"path": name.replace("$", "$$")}) == SAME


def test_variables_of_the_environment_in_a_path(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("logs/2025.csv", CSV)
    monkeypatch.setenv("LOGS", "logs")
    assert shop.rows({"path": ["${LOGS}/*.csv"]}) == SAME
    monkeypatch.delenv("LOGS")
    ((code, pointed, _),) = shop.said({"path": "${LOGS}/*.csv"})
    assert (code, pointed) == ("unset-variable", "${LOGS}")


def test_a_folder_whose_name_looks_like_a_pattern(shop: Shop) -> None:
    inner = Shop(shop.folder / "v[1]*")
    shop.write("v1/log.csv", texts("2020-01-01"))
    inner.write("log.csv", CSV)
    assert inner.rows({"path": "*.csv"}) == SAME


@pytest.mark.parametrize("format", ["parquet", "csv", "jsonl"])
def test_folders_can_be_dimensions(shop: Shop, format: str) -> None:
    for region in ("eu", "1.10", "a%20b"):
        name = f"data/region={region}/part.{format}"
        shop.parquet(name, TYPED) if format == "parquet" else shop.write(name, CSV if format == "csv" else JSONL)
    widget = {"type": "table", "by": "region", "metrics": ["requests"], "order": "region"}
    found = shop.rows({"path": f"data/*/*.{format}"}, widget, dimensions={"region": {"title": "Region"}})
    assert found == [{"region": region, "requests": 3} for region in ("1.10", "a b", "eu")]


def test_texts_of_folders_are_kept_as_they_are_written(shop: Shop) -> None:
    for version in ("1.10", "007"):
        shop.write(f"version={version}/log.csv", texts("2025-06-01"))
    source = {"path": "*/log.csv", "fields": {"model": "version"}}
    assert sorted(shop.values(source, "model")) == ["007", "1.10"]


def test_folders_that_only_some_files_have_are_no_dimension(shop: Shop) -> None:
    shop.write("region=eu/log.csv", texts("2025-06-01"))
    shop.write("log.csv", texts("2025-06-02"))
    assert shop.rows({"path": "**/log.csv"}, CARD) == [{"requests": 2}]
    assert [code for code, *_ in shop.said({"path": "**/log.csv", "fields": {"user": "region"}})] == ["missing-column"]


def test_only_folders_that_are_written_are_dimensions(shop: Shop) -> None:
    """A project gives the same numbers wherever it lies."""
    inner = Shop(shop.folder / "model=gpt" / "project")
    inner.write("data/user=ada/log.csv", "time\n2025-06-01\n")
    assert inner.values({"path": "data/*/log.csv"}, "user") == ["ada"]
    ((code, _, message),) = inner.said({"path": "data/*/log.csv"}, {"type": "bar", "metric": "requests", "by": "model"})
    assert code == "missing-field"
    assert "no `model`; it has `requests`, `time` and `user`" in message


def test_formats_are_not_mixed(shop: Shop) -> None:
    shop.write("1.csv", CSV)
    shop.write("2.jsonl", JSONL)
    ((code, pointed, message),) = shop.said({"path": ["1.csv", "2.jsonl"]})
    assert (code, pointed) == ("mixed-formats", '["1.csv", "2.jsonl"]')
    assert "`csv` and `json`" in message


def test_every_pattern_must_find_a_file(shop: Shop) -> None:
    shop.write("2025.csv.gz", gzip.compress(CSV.encode()))
    _, diagnostics = shop.open({"path": ["2025.csv.gz", "2024.csv", "*.parquet"]}, [CARD])
    assert [(d.code, _pointed(d)) for d in diagnostics] == [
        ("missing-file", '"2024.csv"'),
        ("missing-file", '"*.parquet"'),
    ]
    assert "`2025.csv.gz`" in str(diagnostics[1].help)


# ---- what cannot be read ------------------------------------------------------------------------

BROKEN: dict[str, tuple[str | bytes, str]] = {
    "short.parquet": (b"PAR1", "too small"),
    "cut.parquet": (b"PAR1" + b"\0" * 100, "No magic bytes"),
    "log.csv.gz": (b"plain text", "GZIP"),
    "latin.csv": ("time,model\n2025-06-01,caf\xe9\n".encode("latin-1"), "not utf-8"),
    "log.jsonl": ('{"time": "2025-06-01"}\n{"time":\n', "Malformed JSON"),
    "ragged.csv": (texts(*["2025-06-01"] * 30_000) + "2025-06-01,a\n", "Expected Number of Columns"),
    "log.duckdb": (b"no database", "valid DuckDB database"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file(shop: Shop, name: str) -> None:
    content, why = BROKEN[name]
    shop.write(name, content)
    ((code, pointed, message),) = shop.said({"path": name, "table": "requests"})
    assert (code, pointed) == ("unreadable-source", f'"{name}"')
    assert why in message
    assert str(shop.folder) not in message


@pytest.mark.parametrize(
    ("field", "value", "pointed"),
    [("input_tokens", "many", "tokens"), ("latency", "1,5", "tokens"), ("status_code", "OK", "tokens")],
)
def test_a_text_where_a_number_is_needed(shop: Shop, field: str, value: str, pointed: str) -> None:
    shop.write("log.csv", f'time,tokens\n2025-06-01,1\n2025-06-02,"{value}"\n')
    widget = {"type": "table", "records": ["time", field]}
    ((code, place, message),) = shop.said({"path": "log.csv", "fields": {field: "tokens"}}, widget)
    assert (code, place) == ("unreadable-field", f'"{pointed}"')
    assert f"`{field}`" in message
    assert f"'{value}'" in message


def test_a_missing_column_is_pointed_at_and_all_are_listed(shop: Shop) -> None:
    shop.write("log.csv", CSV)
    ((code, pointed, message),) = shop.said({"path": "log.csv", "fields": {"user": "concat(usr, model)"}})
    assert (code, pointed) == ("missing-column", "usr")
    assert "`time`, `model` and `input_tokens`" in message


def test_a_view_cannot_read_what_was_not_named(shop: Shop) -> None:
    shop.write("other.csv", CSV)
    with duckdb.connect(str(shop.folder / "log.duckdb")) as connection:
        connection.execute(f"CREATE VIEW requests AS SELECT * FROM read_csv('{shop.folder}/other.csv')")
    assert [code for code, *_ in shop.said({"path": "log.duckdb", "table": "requests"})] == ["unreadable-source"]


# ---- texts ---------------------------------------------------------------------------------------


def test_csv_keeps_texts_as_they_are_written(shop: Shop) -> None:
    written = ["1.10", "007", " a ", "#1", "NULL", "1e5", "2025-06-01", "true", "it's", 'say "hi"', "a,b", "two\nlines"]
    lines = [f'2025-06-01T10:00:{n:02}Z,"{text}"\n'.replace('say "hi"', 'say ""hi""') for n, text in enumerate(written)]
    shop.write("log.csv", "time,model\n" + "".join(lines))
    assert shop.values({"path": "log.csv"}, "model") == written


def test_csv_is_read_the_same_to_its_end(shop: Shop) -> None:
    """Quotes, and what looks like a comment, may come long after the rows that a reader would guess from."""
    late = '2025-06-02,"x, ""y"""\n2025-06-02,#z\n#,a\n'
    shop.write("log.csv", "time,model\n" + "2025-06-01,plain\n" * 30_000 + late.replace("#,a", '"2025-06-02","#"'))
    widget = {"type": "table", "by": "model", "metrics": ["requests"], "order": "model"}
    found = {row["model"]: row["requests"] for row in shop.rows({"path": "log.csv"}, widget)}
    assert found == {"plain": 30_000, 'x, "y"': 1, "#z": 1, "#": 1}


def test_rows_that_look_like_comments_are_rows(shop: Shop) -> None:
    shop.write("log.csv", "model,time\n" + "#1,1\n" * 50 + "1,2\n" * 50)
    assert shop.values({"path": "log.csv"}, "model") == ["#1"] * 50 + ["1"] * 50


def test_json_keeps_texts_as_they_are_written(shop: Shop) -> None:
    written = ["1.10", "007", "2025-06-01", "2025-06-01T10:00:00Z", "12:00", "true", "a\nb", "{}"]
    lines = [json.dumps({"time": f"2025-06-01T10:00:{n:02}Z", "model": text}) for n, text in enumerate(written)]
    shop.write("log.jsonl", "\n".join(lines))
    assert shop.values({"path": "log.jsonl"}, "model") == written


def test_json_of_several_types(shop: Shop) -> None:
    models = ["a", 7, True, None, {"b": 1}]
    shop.write(
        "log.jsonl", "".join(json.dumps({"time": 1748772000 + n, "model": m}) + "\n" for n, m in enumerate(models))
    )
    assert shop.values({"path": "log.jsonl"}, "model") == ["a", "7", "true", None, '{"b":1}']
    source = {"path": "log.jsonl", "fields": {"user": "upper(model)"}}
    assert shop.values(source, "user") == ["A", "7", "TRUE", None, '{"B":1}']


def test_json_is_looked_at_to_its_end(shop: Shop) -> None:
    """A key, and a fraction, may come long after the rows that a reader would guess from."""
    early = '{"time": "2025-06-01T10:00:00Z", "latency": 1}\n' * 30_000
    shop.write("log.jsonl", early + '{"time": "2025-06-01T10:00:00Z", "latency": 1.5, "model": "late"}\n')
    found = shop.rows(
        {"path": "log.jsonl"}, {"type": "table", "by": "model", "metrics": ["latency_avg"], "order": "model"}
    )
    assert found == [{"model": "late", "latency_avg": 1.5}, {"model": None, "latency_avg": 1.0}]


def test_empty_texts_are_values_and_nulls_are_missing(shop: Shop) -> None:
    shop.write("log.jsonl", '{"time": 1, "model": ""}\n{"time": 2, "model": null}\n{"time": 3}\n')
    assert shop.values({"path": "log.jsonl"}, "model") == ["", None, None]


def test_other_types_as_texts(shop: Shop) -> None:
    values = ["7::tinyint", "1.50::decimal(4,2)", "true", "date '2025-06-01'", "'x'::enum('x')", "'\"q\"'::json"]
    for number, value in enumerate(values):
        shop.parquet(f"{number}.parquet", f"SELECT make_timestamp({number}) AS time, ({value})::varchar AS model")
        shop.parquet("log.parquet", f"SELECT make_timestamp(0) AS time, {value} AS model")
        expected = ["q"] if "json" in value else shop.values({"path": f"{number}.parquet"}, "model")
        assert shop.values({"path": "log.parquet"}, "model") == expected


# ---- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("7::utinyint", 7),
        ("7::hugeint", 7),
        ("7.0::double", 7),
        ("2.5::double", 2),
        ("7::decimal(10,2)", 7),
        ("'7'", 7),
        ("' 7 '", 7),
        ("''", None),
        ("'NaN'::double", None),
        ("NULL", None),
        ("'\"7\"'::json", 7),
    ],
)
def test_integers(shop: Shop, column: str, expected: int | None) -> None:
    shop.parquet("log.parquet", f"SELECT make_timestamp(0) AS time, {column} AS input_tokens")
    assert shop.values({"path": "log.parquet"}, "input_tokens") == [expected]


@pytest.mark.parametrize(
    ("column", "unit", "expected"),
    [
        ("1.0005::double", "ms", 1.0),
        ("1.0015::double", "ms", 1.002),
        ("2::integer", "s", 2000.0),
        ("2::integer", "ns", 0.0),
        ("2500::bigint", "ns", 0.002),
        ("1.25::decimal(9,4)", "s", 1250.0),
        ("'0.5'", "us", 0.0),
        ("'1.5'", "us", 0.002),
        ("'inf'", "ms", None),
        ("'-Infinity'::double", "ms", None),
        ("''", "ms", None),
    ],
)
def test_durations(shop: Shop, column: str, unit: str, expected: float | None) -> None:
    shop.parquet("log.parquet", f"SELECT make_timestamp(0) AS time, {column} AS latency")
    assert shop.values({"path": "log.parquet", "units": {"latency": unit}}, "latency") == [expected]


def test_a_column_that_holds_no_number(shop: Shop) -> None:
    shop.parquet("log.parquet", "SELECT make_timestamp(0) AS time, [1] AS tokens")
    source = {"path": "log.parquet", "fields": {"input_tokens": "tokens"}}
    ((code, pointed, message),) = shop.said(source)
    assert (code, pointed) == ("wrong-field-type", '"tokens"')
    assert "`INTEGER[]`" in message


# ---- times --------------------------------------------------------------------------------------

TIMES = [
    ("2025-06-01", "2025-06-01T00:00:00+00:00"),
    ("2025-06-01 12:30", "2025-06-01T12:30:00+00:00"),
    ("2025-06-01T12:30:15Z", "2025-06-01T12:30:15+00:00"),
    ("2025-06-01 12:30:15 UTC", "2025-06-01T12:30:15+00:00"),
    ("2025-06-01T12:30:15.1234567+02:00", "2025-06-01T10:30:15.123456+00:00"),
    ("2025-06-01 12:30:15.999999999-05", "2025-06-01T17:30:15.999999+00:00"),
    ("2025-06-01 12:30:15 Europe/Rome", "2025-06-01T10:30:15+00:00"),
    ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000+00:00"),
    ("1748781000", "2025-06-01T12:30:00+00:00"),
    ("1748781000.25", "2025-06-01T12:30:00.250000+00:00"),
]


@pytest.mark.parametrize(("written", "expected"), TIMES)
def test_a_written_time(shop: Shop, written: str, expected: str) -> None:
    shop.write("log.csv", texts(written))
    assert shop.values({"path": "log.csv"}, "time") == [expected]


ROME = [
    ("2025-01-15 12:00:00", "2025-01-15T11:00:00+00:00"),
    ("2025-06-01", "2025-05-31T22:00:00+00:00"),
    ("2025-06-01T12:00:00Z", "2025-06-01T12:00:00+00:00"),
    ("2025-06-01T12:00:00-0500", "2025-06-01T17:00:00+00:00"),
    ("2025-06-01 12:00:00 UTC", "2025-06-01T12:00:00+00:00"),
    ("2025-06-01 12:00:00 Asia/Tokyo", "2025-06-01T03:00:00+00:00"),
    ("2025-03-30 01:59:59", "2025-03-30T00:59:59+00:00"),
    ("2025-03-30 02:30:00", "2025-03-30T01:00:00+00:00"),
    ("2025-03-30 03:00:00", "2025-03-30T01:00:00+00:00"),
    ("2025-10-26 02:30:00", "2025-10-26T00:30:00+00:00"),
    ("2025-10-26 03:00:00", "2025-10-26T02:00:00+00:00"),
]


@pytest.mark.parametrize(("written", "expected"), ROME)
def test_a_written_time_of_a_zone(shop: Shop, written: str, expected: str) -> None:
    """Without an offset it is a wall time: one in the gap moves to its end, a repeated one is the first."""
    shop.write("log.csv", texts("2024-07-01 00:00:00", written, "2026-07-01 00:00:00"))
    assert shop.values({"path": "log.csv", "timezone": "Europe/Rome"}, "time")[1] == expected


@pytest.mark.parametrize(
    ("written", "expected"), [pair for pair in ROME if pair[0][-1].isdigit() and "-05" not in pair[0]]
)
@pytest.mark.parametrize("kind", ["timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"])
def test_a_typed_wall_time(shop: Shop, written: str, expected: str, kind: str) -> None:
    shop.parquet("log.parquet", f"SELECT '{written}'::{kind} AS time")
    assert shop.values({"path": "log.parquet", "timezone": "Europe/Rome"}, "time") == [expected]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("date '2025-06-01'", "2025-06-01T00:00:00+00:00"),
        ("timestamp '2025-06-01 12:00:00.000001'", "2025-06-01T12:00:00.000001+00:00"),
        ("timestamptz '2025-06-01 12:00:00+02'", "2025-06-01T10:00:00+00:00"),
        ("timestamp_ns '2025-06-01 12:00:00.000001500'", "2025-06-01T12:00:00.000002+00:00"),
        ("timestamp_ns '2025-06-01 12:00:00.000002500'", "2025-06-01T12:00:00.000002+00:00"),
        ("timestamp_ns '2025-06-01 12:00:00.000002501'", "2025-06-01T12:00:00.000003+00:00"),
        ("timestamp_ns '1969-12-31 23:59:59.999998500'", "1969-12-31T23:59:59.999998+00:00"),
        ("'2025-06-01 12:00:00.000002501+02'::timestamptz_ns", "2025-06-01T10:00:00.000003+00:00"),
        ("1748781000::bigint", "2025-06-01T12:30:00+00:00"),
        ("1748781000.5::double", "2025-06-01T12:30:00.500000+00:00"),
        ("1748781000.123::decimal(18,3)", "2025-06-01T12:30:00.123000+00:00"),
    ],
)
def test_a_typed_time(shop: Shop, column: str, expected: str) -> None:
    shop.parquet("log.parquet", f"SELECT {column} AS time")
    assert shop.values({"path": "log.parquet"}, "time") == [expected]


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        ("1748781000", "s", "2025-06-01T12:30:00+00:00"),
        ("1748781000001", "ms", "2025-06-01T12:30:00.001000+00:00"),
        ("1748781000000001", "us", "2025-06-01T12:30:00.000001+00:00"),
        ("1748781000000001500", "ns", "2025-06-01T12:30:00.000002+00:00"),
        ("1748781000000002500", "ns", "2025-06-01T12:30:00.000002+00:00"),
        ("1748781000000002501", "ns", "2025-06-01T12:30:00.000003+00:00"),
        ("-1500", "ns", "1969-12-31T23:59:59.999998+00:00"),
    ],
)
@pytest.mark.parametrize("kind", ["bigint", "decimal(20,0)", "varchar"])
def test_a_counted_time(shop: Shop, number: str, unit: str, expected: str, kind: str) -> None:
    shop.parquet("log.parquet", f"SELECT '{number}'::{kind} AS time")
    assert shop.values({"path": "log.parquet", "units": {"time": unit}}, "time") == [expected]


@pytest.mark.parametrize("origin", ["2025-06-01T00:00:00+02:00", "2025-06-01T07:00:00"])
def test_a_relative_time(shop: Shop, origin: str) -> None:
    """An origin without an offset is a wall time of the source's zone."""
    shop.write("log.csv", texts("1500"))
    source = {"path": "log.csv", "origin": origin, "units": {"time": "ms"}, "timezone": "Asia/Tokyo"}
    assert shop.values(source, "time") == ["2025-05-31T22:00:01.500000+00:00"]


@pytest.mark.parametrize("more", [{"units": {"time": "ms"}}, {"origin": "2025-06-01T00:00:00Z"}])
def test_units_and_origin_are_of_numbers(shop: Shop, more: Row) -> None:
    shop.parquet("log.parquet", "SELECT make_timestamp(0) AS ts")
    ((code, pointed, _),) = shop.said({"path": "log.parquet", "fields": {"time": "ts"}, **more})
    assert (code, pointed) == ("wrong-field-type", '"ts"')


@pytest.mark.parametrize("written", ["01/06/2025 12:00", "yesterday", "2025-06-31"])
def test_a_time_that_is_none(shop: Shop, written: str) -> None:
    shop.write("log.csv", f"ts\n2025-06-01\n{written}\n")
    for zone in ("UTC", "Europe/Rome"):
        ((code, pointed, message),) = shop.said({"path": "log.csv", "fields": {"time": "ts"}, "timezone": zone})
        assert (code, pointed) == ("unreadable-field", '"ts"')
        assert f'"{written}"' in message


@pytest.mark.parametrize(
    "column",
    [
        "1748781000000::bigint",
        "'infinity'::timestamp",
        "timestamp '12025-01-01'",
        "timestamp '9999-12-31'",
        "timestamp '0001-01-01'",
    ],
)
def test_times_outside_the_calendar(shop: Shop, column: str) -> None:
    """Milliseconds that are taken for seconds reach the year 57,000."""
    shop.parquet("log.parquet", f"SELECT {column} AS ts UNION ALL SELECT {column}")
    ((code, pointed, _),) = shop.said({"path": "log.parquet", "fields": {"time": "ts"}})
    assert (code, pointed) == ("impossible-time", '"ts"')


@pytest.mark.parametrize(
    ("name", "content"),
    [("log.csv", "time,model\n2025-06-01,a\n,b\n"), ("log.jsonl", '{"time": "2025-06-01"}\n{"time": ""}\n')],
)
def test_rows_without_a_time_are_reported(shop: Shop, name: str, content: str) -> None:
    shop.write(name, content)
    answers, diagnostics = shop.open({"path": name}, [CARD])
    assert answers == [[{"requests": 1}]]
    assert [(d.code, d.severity, d.message[:6]) for d in diagnostics] == [("rows-without-time", "warning", "1 row ")]


# ---- mapping ------------------------------------------------------------------------------------


def test_an_expression(shop: Shop) -> None:
    shop.parquet("log.parquet", "SELECT 1 AS t1, 3.5 AS t2")
    source = {"path": "log.parquet", "units": {"latency": "s"}, "fields": {"time": "t1", "latency": "t2 - t1"}}
    assert shop.values(source, "latency") == [2500.0]


STRANGE = ["a b", 'a"b', "a.b", "a;b", "it's", "1st", "select", "user", "a-b", "(x)", "--", "sum(x)", "日本", "now()"]


@pytest.mark.parametrize("name", STRANGE)
def test_a_column_with_a_strange_name(shop: Shop, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    shop.parquet("log.parquet", f"SELECT 1 AS time, 'x' AS {quoted}")
    assert shop.values({"path": "log.parquet", "fields": {"model": name}}, "model") == ["x"]


def test_a_column_in_other_letters(shop: Shop) -> None:
    shop.write("log.csv", "Time,Order\n2025-06-01,ada\n")
    assert shop.values({"path": "log.csv", "fields": {"time": "time", "user": "order"}}, "user") == ["ada"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("meta->>'gen_ai.model'", "a"),
        ("meta->>'$.b.c'", "1"),
        ("meta->'b'->>'c'", "1"),
        ("meta->'b'->'c'", "1"),
        ("upper(meta->>'gen_ai.model') || '!' -- loud", "A!"),
        ("CASE WHEN meta IS NULL THEN 'none' ELSE 'some' END", "some"),
        ("list_transform([meta], lambda m : length(m) > 0)[1]", "true"),
        ("usage.kind", "b"),
        ("usage.deep.kind", "c"),
    ],
)
def test_expressions_go_to_the_engine_as_they_are_written(shop: Shop, expression: str, expected: str) -> None:
    meta = json.dumps({"gen_ai.model": "a", "b": {"c": 1}})
    usage = {"kind": "b", "deep": {"kind": "c"}}
    shop.write("log.jsonl", json.dumps({"time": 1, "meta": meta, "usage": usage}))
    assert shop.values({"path": "log.jsonl", "fields": {"model": expression}}, "model") == [expected]


FOREIGN = [
    ("(SELECT max(time) FROM other)", "not-a-row-expression"),
    ("(SELECT content FROM read_text('/etc/passwd'))", "not-a-row-expression"),
    ("EXISTS (FROM read_blob('/etc/passwd'))", "not-a-row-expression"),
    ("model IN (SELECT model FROM x)", "not-a-row-expression"),
    ("max(model)", "not-a-row-expression"),
    ("first(model)", "not-a-row-expression"),
    ("lag(model) OVER ()", "not-a-row-expression"),
    ("unnest([1, 2])", "not-a-row-expression"),
    ("COLUMNS('.*')", "not-a-row-expression"),
    ("*", "not-a-row-expression"),
    ("$1", "not-a-row-expression"),
    ("?", "not-a-row-expression"),
    ("now()", "not-a-row-expression"),
    ("current_date", "not-a-row-expression"),
    ("localtimestamp", "not-a-row-expression"),
    ("age(time::timestamp)", "not-a-row-expression"),
    ("today()::varchar", "not-a-row-expression"),
    ("random()::varchar", "not-a-row-expression"),
    ("uuid()", "not-a-row-expression"),
    ("nextval('s')", "not-a-row-expression"),
    ("version()", "not-a-row-expression"),
    ("current_setting('temp_directory')", "not-a-row-expression"),
    ("getvariable('x')", "not-a-row-expression"),
    ("read_text('/etc/passwd')", "not-a-row-expression"),
    ("read_blob('/etc/passwd')", "not-a-row-expression"),
    ("glob('/etc/*')", "not-a-row-expression"),
    ("query('SELECT 1')", "not-a-row-expression"),
    ("write_log('x')", "not-a-row-expression"),
    ("sleep_ms(1)", "not-a-row-expression"),
    ("getenv('HOME')", "bad-sql"),
    ("model; DROP TABLE x", "bad-sql"),
    ("model AS x", "bad-sql"),
    ("model, time", "bad-sql"),
    ("model) FROM x --", "bad-sql"),
    ("DROP TABLE x", "bad-sql"),
    ("ATTACH 'x.db'", "bad-sql"),
    (" ", "bad-sql"),
    ("rowid", "missing-column"),
    ("filename", "missing-column"),
    ("#1", "not-a-row-expression"),
    ("other.model", "missing-column"),
    ("current_user", "not-a-row-expression"),
]


@pytest.mark.parametrize(("expression", "code"), FOREIGN)
def test_what_is_no_expression_over_one_row(shop: Shop, expression: str, code: str) -> None:
    shop.write("log.csv", CSV)
    assert [found for found, *_ in shop.said({"path": "log.csv", "fields": {"user": expression}})] == [code]


HOSTILE = ["' OR '1'='1", "'; DROP TABLE events; --", '" OR ""="', "\\", "$1", "%", "{", "a\nb", "’"]


@pytest.mark.parametrize("text", HOSTILE)
def test_values_in_conditions_are_only_values(shop: Shop, text: str) -> None:
    shop.write("log.jsonl", "".join(json.dumps({"time": 1, "model": model}) + "\n" for model in (text, "other", "a")))
    for where, requests in (({"model": text}, 1), ({"model": {"not": text}}, 2), ({"model": [text, "a"]}, 2)):
        assert shop.rows({"path": "log.jsonl"}, {**CARD, "where": where}) == [{"requests": requests}]


def test_a_table_name_is_only_a_name(shop: Shop) -> None:
    database(shop.folder / "log.duckdb", TYPED)
    ((code, pointed, message),) = shop.said({"path": "log.duckdb", "table": "requests; DROP TABLE requests"})
    assert (code, pointed) == ("missing-table", '"requests; DROP TABLE requests"')
    assert "`requests`" in message


# ---- prices -------------------------------------------------------------------------------------


def priced(shop: Shop, rows: Sequence[tuple[str, str, int]], prices: Sequence[Row], **more: Any) -> list[Any]:
    lines = [f"{time},{model},{tokens},0\n" for time, model, tokens in rows]
    shop.write("log.csv", "time,model,input_tokens,output_tokens\n" + "".join(lines))
    return shop.values({"path": "log.csv"}, "cost", prices=list(prices), **more)


@pytest.mark.parametrize(
    ("tokens", "price", "expected"),
    [
        (1, "0.0005", 0.0),
        (3, "0.0005", 2e-9),
        (5, "0.0005", 2e-9),
        (1, "0.000500001", 1e-9),
        (1, "0.001499999", 1e-9),
        (7, "0.0015", 1e-8),
        (3, "0.0015", 4e-9),
        (1_000_000, "2.5", 2.5),
        (9_000_000_000_000, "999.999999999", 8_999_999_999.991),
    ],
)
def test_a_price_is_exact_and_rounded_half_to_even(shop: Shop, tokens: int, price: str, expected: float) -> None:
    shop.write("prices.yaml", f"version: 1\nprices: [{{model: a, input: {price}, output: 0}}]\n")
    shop.write("log.csv", f"time,model,input_tokens,output_tokens\n2025-06-01,a,{tokens},0\n")
    assert shop.values({"path": "log.csv"}, "cost", prices="prices.yaml") == [expected]


def test_a_price_holds_for_its_dates_in_the_projects_zone(shop: Shop) -> None:
    prices = [
        {"model": "a", "input": 1, "output": 0, "to": "2025-05-31"},
        {"model": "a", "input": 2, "output": 0, "from": "2025-06-01", "to": "2025-06-02T00:00:00Z"},
    ]
    million = 1_000_000
    rows = [
        ("2025-05-31T21:59:59.999999Z", "a", million),
        ("2025-05-31T22:00:00Z", "a", million),
        ("2025-06-01T23:59:59.999999Z", "a", million),
        ("2025-06-02T00:00:00Z", "a", million),
        ("2025-06-02T00:00:01Z", "a", 0),
    ]
    assert priced(shop, rows, prices, timezone="Europe/Rome") == [1.0, 2.0, 2.0, None, 0.0]


def test_what_has_no_price_is_unpriced_and_never_free(shop: Shop) -> None:
    shop.write(
        "log.csv",
        "time,model,input_tokens,output_tokens\n2025-06-01,a,5,1000000\n2025-06-01,b,1,2\n2025-06-01,,3,4\n",
    )
    widget = {"type": "table", "by": "model", "metrics": ["cost"], "order": "model"}
    found = shop.rows({"path": "log.csv"}, widget, prices=[{"model": "a", "input": 0, "output": 1}])
    assert found == [
        {"model": "a", "cost": 1.0},
        {"model": "b", "cost": None, "unpriced_tokens": 3},
        {"model": None, "cost": None, "unpriced_tokens": 7},
    ]


def test_a_cost_of_the_source_goes_before_a_price(shop: Shop) -> None:
    shop.write(
        "log.csv",
        "time,model,input_tokens,output_tokens,cost\n1,a,1000000,0,7\n2,a,1000000,0,\n3,a,1000000,0,0\n4,a,1,0,nan\n",
    )
    prices = [{"model": "a", "input": 1, "output": 0}]
    assert shop.values({"path": "log.csv"}, "cost", prices=prices) == [7.0, 1.0, 0.0, 1e-6]


# ---- sources that fail --------------------------------------------------------------------------


@pytest.fixture
def failing(shop: Shop) -> Iterator[Callable[[str, str], compiler.Built]]:
    """Builds a page over a source that works and one that does not."""

    def build(on_error: str, content: str) -> compiler.Built:
        shop.write("good.csv", CSV)
        shop.write("bad.csv", content)
        sources = {
            "good": {"type": "files", "path": "good.csv"},
            "bad": {"type": "files", "path": "bad.csv", "on_error": on_error},
        }
        layout = [{**CARD, "metric": "input_tokens", "source": name, "id": name} for name in sources]
        board = {"version": 1, "time_range": EVERYTHING, "layout": layout}
        shop.write("dashgen.yaml", json.dumps({"version": 1, "source": "good", "sources": sources}))
        shop.write("board.yaml", json.dumps(board))
        return compiler.build([str(shop.folder / "board.yaml")], shop.folder / "dist")

    return build


FAILURES = {
    "when it is opened": ("", "is empty"),
    "when its columns are looked for": ("model,input_tokens\na,1\n", "no column `time`"),
    "when its times are read": ("time,input_tokens\nsoon,1\n", "soon"),
    "when its numbers are read": ("time,input_tokens\n2025-06-01,many\n", "many"),
}


@pytest.mark.parametrize("when", FAILURES)
def test_a_failing_source_fails_the_build(failing: Callable[[str, str], compiler.Built], shop: Shop, when: str) -> None:
    built = failing("fail", FAILURES[when][0])
    assert [d.severity for d in built.diagnostics if d.code != "short-data"] == ["error"]
    assert not built.is_fine
    assert not (shop.folder / "dist").exists()


@pytest.mark.parametrize("when", FAILURES)
def test_a_source_that_may_fail_is_shown_failing(
    failing: Callable[[str, str], compiler.Built], shop: Shop, when: str
) -> None:
    content, why = FAILURES[when]
    built = failing("show", content)
    assert [d.severity for d in built.diagnostics if d.code != "short-data"] == ["warning"]
    assert built.is_fine
    page = (shop.folder / "dist/board/index.html").read_text("utf-8")
    shown = page.split('data-widget="bad"')[1].split("</section>")[0]
    assert "could not be read" in shown
    assert all(d.message not in shown for d in built.diagnostics), "it may name values and paths"
    assert any(why in d.message for d in built.diagnostics)
    assert str(shop.folder) not in page
    data = json.loads((shop.folder / "dist/board/data.json").read_text("utf-8"))
    assert data["widgets"]["good"]["rows"] == [{"input_tokens": 3}]
