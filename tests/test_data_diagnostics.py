"""What is said when the data is not what the YAML says: it points at the YAML and lists what is there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dashgen import compiler, documents, execute, project, values
from dashgen.answers import catalogue_of
from dashgen.diagnostics import At, Diagnostic, Failure

Asked = Callable[..., list[Diagnostic]]

ROWS = "time,model,latency,status_code\n2025-06-01T10:00:00Z,a,12.5,200\n2025-06-01T11:00:00Z,b,8,500\n"
CARD = "version: 1\nlayout: [{type: card, metric: requests}]\n"


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Builds a project over one source and gives what is said; the source stands on line 3 and following."""
    monkeypatch.chdir(tmp_path)
    Path("requests.csv").write_text(ROWS, "utf-8")

    def run(source: str, board: str = CARD) -> list[Diagnostic]:
        Path("dashgen.yaml").write_text(f"version: 1\nsources:\n  gateway: {{type: files, {source}}}\n", "utf-8")
        Path("board.yaml").write_text(board, "utf-8")
        with compiler.answered(project.read([])) as (_, diagnostics):
            return list(diagnostics)

    return run


def only(diagnostics: list[Diagnostic]) -> tuple[str, str, str]:
    """The code, the text that is pointed at, and what is said."""
    assert len(diagnostics) == 1, diagnostics
    found = diagnostics[0]
    assert found.at is not None
    span = found.at.span
    end = span.end_column - 1 if span.end_line == span.line else None
    pointed = found.at.document.line(span.line)[span.column - 1 : end]
    return found.code, pointed, f"{found.message} {found.help or ''}"


def test_a_project_that_is_fine(say: Asked) -> None:
    assert say("path: requests.csv") == []


def test_a_missing_file(say: Asked) -> None:
    code, pointed, said = only(say("path: request.csv"))
    assert (code, pointed) == ("missing-file", "request.csv")
    assert "did you mean `requests.csv`?" in said


def test_a_pattern_without_a_file(say: Asked) -> None:
    Path("other.parquet").write_bytes(b"")
    code, pointed, said = only(say('path: ["requests.csv", "2024-*.csv"]'))
    assert (code, pointed) == ("missing-file", '"2024-*.csv"')
    assert "`other.parquet` and `requests.csv`" in said


def test_an_unknown_format(say: Asked) -> None:
    Path("requests.xlsx").write_bytes(b"PK")
    code, pointed, said = only(say("path: requests.xlsx"))
    assert (code, pointed) == ("unknown-format", "requests.xlsx")
    assert "`.csv`" in said


def test_mixed_formats(say: Asked) -> None:
    Path("requests.jsonl").write_text("{}\n", "utf-8")
    code, pointed, said = only(say('path: "requests.*"'))
    assert (code, pointed) == ("mixed-formats", '"requests.*"')
    assert "`csv` and" in said


def test_a_database_without_a_table(say: Asked) -> None:
    duckdb.connect("requests.duckdb").close()
    code, pointed, _ = only(say("path: requests.duckdb"))
    assert (code, pointed) == ("database-without-table", "requests.duckdb")


def test_a_file_that_is_something_else(say: Asked) -> None:
    Path("requests.parquet").write_text("not parquet", "utf-8")
    code, pointed, said = only(say("path: requests.parquet"))
    assert (code, pointed) == ("unreadable-source", "requests.parquet")
    assert str(Path.cwd()) not in said.split(":")[0]


@pytest.mark.parametrize("text", ["latency +", "'never closed"])
def test_an_expression_that_is_none(say: Asked, text: str) -> None:
    code, pointed, _ = only(say(f'path: requests.csv, fields: {{cost: "{text}"}}'))
    assert (code, pointed) == ("bad-sql", f'"{text}"')


def test_a_function_that_does_not_exist(say: Asked) -> None:
    code, pointed, _ = only(say('path: requests.csv, fields: {cost: "frobnicate(latency)"}'))
    assert (code, pointed) == ("bad-sql", '"frobnicate(latency)"')


@pytest.mark.parametrize("text", ["sum(latency)", "(SELECT 1)", "row_number() OVER ()"])
def test_an_expression_over_several_rows(say: Asked, text: str) -> None:
    code, pointed, _ = only(say(f'path: requests.csv, fields: {{cost: "{text}"}}'))
    assert (code, pointed) == ("not-a-row-expression", f'"{text}"')


def test_a_missing_column(say: Asked) -> None:
    code, pointed, said = only(say('path: requests.csv, fields: {cost: "1000 * latncy"}'))
    assert (code, pointed) == ("missing-column", "latncy")
    assert "did you mean `latency`?" in said
    assert "`time`, `model`, `latency` and `status_code`" in said


def test_columns_that_differ_only_in_case(say: Asked) -> None:
    Path("requests.csv").write_text("time,MODEL,Model,model\n2025-06-01T10:00:00Z,a,b,c\n")
    board = "version: 1\nlayout: [{type: table, records: [time, model], id: t}]\n"
    for text, expected in (("MODEL", "a"), ("Model", "b"), ("model", "c"), ("upper(MODEL)", "A")):
        assert say(f"path: requests.csv, fields: {{model: {text}}}", board) == []
        with compiler.answered(project.read([])) as (found, _):
            assert found is not None
            assert found.answers["board"]["t"].rows[0]["model"] == expected, text
    code, pointed, said = only(say("path: requests.csv, fields: {model: upper(Model)}", board))
    assert (code, pointed) == ("ambiguous-column", "Model")
    assert '`"Model_1"`' in said


def test_a_column_in_other_case_is_offered(say: Asked) -> None:
    Path("requests.csv").write_text(ROWS.replace("model", "Model").replace("latency", "latency_ms"))
    board = "version: 1\nlayout: [{type: table, by: model, metrics: [requests]}, {type: card, metric: latency_p50}]\n"
    found = say("path: requests.csv", board)
    assert [d.code for d in found] == ["missing-field", "missing-field"]
    assert "perhaps `model: Model`" in (found[0].help or "")
    assert "perhaps `latency: latency_ms`" in (found[1].help or "")


def test_all_missing_columns_at_once(say: Asked) -> None:
    found = say("path: requests.csv, fields: {cost: price, user: person}")
    assert [d.code for d in found] == ["missing-column", "missing-column"]


def test_a_source_without_time(say: Asked) -> None:
    Path("requests.csv").write_text(ROWS.replace("time,", "created_at,", 1), "utf-8")
    code, _, said = only(say("path: requests.csv"))
    assert code == "source-without-time"
    assert "fields: {time: created_at}" in said


def test_a_field_of_a_wrong_type(say: Asked) -> None:
    duckdb.sql("SELECT now() AS time, [1, 2] AS latency").write_parquet("requests.parquet")
    code, _, said = only(say("path: requests.parquet"))
    assert code == "wrong-field-type"
    assert "`latency`" in said


def test_a_folder_where_files_are_needed(say: Asked) -> None:
    Path("logs/2025").mkdir(parents=True)
    code, pointed, said = only(say("path: logs/"))
    assert (code, pointed) == ("path-is-folder", "logs/")
    assert "`logs/*.parquet`" in said
    Path("logs/2025/a.jsonl.gz").write_bytes(b"")
    assert "`logs/**/*.jsonl.gz`" in only(say("path: logs"))[2]
    Path("requests.csv").rename("logs/requests.csv")
    assert "`logs/*.csv`" in only(say("path: logs"))[2]


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Takes the permission of a path, for everybody who may read everything."""

    def close(name: str) -> None:
        may = os.access
        monkeypatch.setattr("os.access", lambda path, mode: Path(path) != Path(name).resolve() and may(path, mode))

    return close


def test_a_file_that_may_not_be_read(say: Asked, closed: Callable[[str], None]) -> None:
    Path("other.csv").write_text(ROWS)
    closed("requests.csv")
    code, pointed, said = only(say('path: "*.csv"'))
    assert (code, pointed) == ("no-permission", '"*.csv"')
    assert said.startswith("The file `requests.csv` may not be read")


@pytest.mark.parametrize("pattern", ["logs/*.csv", "logs/deeper/*.csv", "logs/a.csv"])
def test_a_folder_that_may_not_be_looked_into(say: Asked, closed: Callable[[str], None], pattern: str) -> None:
    Path("logs").mkdir()
    closed("logs")
    code, _, said = only(say(f'path: "{pattern}"'))
    assert code == "no-permission"
    assert said.startswith("The folder `logs` may not be looked into")


# ---- lines and rows of files --------------------------------------------------------------------

DATA = ROWS.split("\n", 1)[1]


@pytest.mark.parametrize("pattern", ["b.csv", "?.csv"])
def test_a_file_without_a_header(say: Asked, pattern: str) -> None:
    Path("a.csv").write_text(ROWS)
    Path("b.csv").write_text(DATA)
    code, pointed, said = only(say(f'path: "{pattern}"'))
    assert (code, pointed) == ("headerless-file", f'"{pattern}"')
    assert "The first line of `b.csv` reads as data: `2025-06-01T10:00:00Z,a,12.5,200`." in said
    assert "`time`" in said


def test_a_file_without_a_header_under_mapped_columns(say: Asked) -> None:
    Path("b.csv").write_text(DATA)
    code, _, said = only(say("path: b.csv, fields: {time: ts, model: model_name}"))
    assert code == "headerless-file"
    assert "`ts`" in said


def test_a_header_of_numbers_is_one_where_the_times_have_a_name(say: Asked) -> None:
    Path("b.csv").write_text("time,2024,2025\n2025-06-01T10:00:00Z,1,2\n")
    assert say("path: b.csv") == []


@pytest.mark.parametrize("pattern", ["b.csv", "?.csv"])
@pytest.mark.parametrize(("line", "cells"), [("2025-06-01T12:00:00Z,c,1\n", 3), ("2025-06-01T12:00:00Z,c,1,2,3\n", 5)])
def test_lines_of_different_lengths(say: Asked, pattern: str, line: str, cells: int) -> None:
    Path("a.csv").write_text(ROWS)
    Path("b.csv").write_text(ROWS + line)
    code, pointed, said = only(say(f'path: "{pattern}"'))
    assert (code, pointed) == ("ragged-file", f'"{pattern}"')
    assert f"Line 4 of `b.csv` has {cells} cells, its first line has 4." in said


def test_an_empty_file(say: Asked) -> None:
    Path("b.csv").write_text("")
    code, _, said = only(say("path: b.csv"))
    assert code == "empty-data-file"
    assert "`b.csv`" in said


def test_an_empty_file_among_others(say: Asked) -> None:
    Path("a.csv").write_text(ROWS)
    Path("b.csv").write_text("")
    Path("c.csv").write_text("")
    found = say('path: "?.csv"')
    code, _, said = only(found)
    assert (code, found[0].severity) == ("empty-data-files", "warning")
    assert said.startswith("`b.csv` and `c.csv` are empty")


def test_a_file_of_something_else_among_others(say: Asked) -> None:
    Path("a.csv").write_text(ROWS)
    Path("b.csv").write_text("model,price\na,1\n")
    code, _, said = only(say('path: "?.csv"'))
    assert code == "file-without-time"
    assert "`b.csv` has no column `time`" in said
    assert "`model` and `price`" in said


def test_the_broken_one_of_many_files_is_named(say: Asked) -> None:
    duckdb.sql("SELECT now() AS time").write_parquet("a.parquet")
    Path("b.parquet").write_text("not parquet")
    code, _, said = only(say('path: "?.parquet"'))
    assert code == "unreadable-source"
    assert said.startswith("`b.parquet` cannot be read")


@pytest.mark.parametrize("name", ["b.csv", "b.csv.gz", "b.jsonl", "b.parquet"])
def test_the_row_that_cannot_be_read_is_named(say: Asked, name: str) -> None:
    rows = "(VALUES ('2025-06-01T10:00:00Z', '1'), ('2025-06-01T11:00:00Z', NULL), ('2025-06-01T12:00:00Z', 'fast'))"
    duckdb.sql(f"COPY (FROM {rows} AS t(time, latency)) TO '{name}'")
    duckdb.sql(f"COPY (SELECT '2025-06-01T12:00:00Z' AS time, '5' AS latency) TO '{name.replace('b', 'a', 1)}'")
    board = "version: 1\nlayout: [{type: card, metric: latency_avg}]\n"
    code, _, said = only(say(f'path: "?{name[1:]}"', board))
    assert code == "unreadable-field"
    assert f"row 3 of `{name}`" in said


# ---- texts in expressions -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        ("cents / 100", 0.05),
        ("(cents + fee) / 100", 0.06),
        ('"odd ""name" - 1', 6.0),
        ("coalesce(fee, 0)", 1.0),
        ("round(cents / 100, 1) -- dollars", 0.1),
        ("CASE WHEN model = '1.10' THEN cents ELSE 0 END", 5.0),
        ("CASE WHEN model = '1.1' THEN cents ELSE 0 END", 0.0),
        ("CASE WHEN cents > limit_of_cents THEN 1 ELSE 2 END", 2.0),
        ("greatest(cents, limit_of_cents)", 40.0),
        ("CASE WHEN 'é' = 'é' THEN cents * 2 END", 10.0),
        ("replace(cents, '5', '7')", 7.0),
        ("length(model)", 4.0),
        ("CAST(cents AS INTEGER) % 2", 1.0),
        ("CASE WHEN ratio = 2 THEN 1 ELSE 3 END", 3.0),
        ("CASE WHEN 2.4 = ratio THEN 1 ELSE 3 END", 1.0),
        ("CASE WHEN ratio NOT IN (2, 3) THEN 1 ELSE 3 END", 1.0),
        ("CASE ratio WHEN 2 THEN 1 ELSE 3 END", 3.0),
        ("CASE WHEN ratio IS DISTINCT FROM cents - 3 THEN 1 ELSE 3 END", 1.0),
        ("nullif(ratio, 2)", 2.4),
        ("nothing * 2", None),
    ],
)
def test_texts_are_numbers_where_an_expression_needs_them(say: Asked, cost: str, expected: float | None) -> None:
    Path("requests.csv").write_text(
        'time,model,cents,fee,"odd ""name",limit_of_cents,ratio,nothing\n2025-06-01T10:00:00Z,1.10,5,1,7,40,2.4,\n'
    )
    say(f"path: requests.csv, fields: {{cost: {json.dumps(cost)}}}", CARD.replace("requests", "cost"))
    with compiler.answered(project.read([])) as (found, diagnostics):
        assert found is not None, diagnostics
        rows = found.answers["board"]["card-cost"].rows
    assert rows == [{"cost": expected}] or (expected is None and rows[0]["cost"] in (None, 0.0))


def test_texts_stay_as_they_are_written(say: Asked) -> None:
    Path("requests.csv").write_text("time,version,cents\n2025-06-01T10:00:00Z,1.10,5\n")
    user = "CASE WHEN version = 1.1 THEN 'v' || version END"
    fields = f'fields: {{model: version, user: "{user}", cost: cents / 100}}'
    board = "version: 1\nlayout: [{type: table, by: [model, user], metrics: [cost], id: t}]\n"
    say(f"path: requests.csv, {fields}", board)
    with compiler.answered(project.read([])) as (found, _):
        assert found is not None
        assert found.answers["board"]["t"].rows == [{"model": "1.10", "user": "v1.10", "cost": 0.05}]


def test_a_text_that_is_no_number_is_named_with_its_row(say: Asked) -> None:
    Path("requests.csv").write_text("time,cents\n2025-06-01T10:00:00Z,5\n2025-06-01T10:00:00Z,n/a\n")
    code, pointed, said = only(say("path: requests.csv, fields: {cost: cents / 100}", CARD.replace("requests", "cost")))
    assert (code, pointed) == ("unreadable-field", "cents / 100")
    assert "'n/a'" in said
    assert "row 2 of `requests.csv`" in said


DECIMAL = "cast(replace(fee, ',', '.') as double)"
WHOLE = "cast(replace(fee, ',', '') as double)"


@pytest.mark.parametrize(
    ("written", "expression", "words", "instead", "cost"),
    [
        ("1,5", "fee", "is the decimal point", DECIMAL, 1.5),
        ("1,5", "fee * 2", "is the decimal point", DECIMAL, 3.0),
        ("1,234", "fee", "is the decimal point", DECIMAL, 1.234),
        ("1,234", "fee", "parts thousands", WHOLE, 1234.0),
        ("1,234.50", "fee", "Write", WHOLE, 1234.5),
        ("1,234,567", "fee", "Write", WHOLE, 1234567.0),
        ("-1.234.567,5", "fee", "Write", "cast(replace(replace(fee, '.', ''), ',', '.') as double)", -1234567.5),
        ("n/a", "fee", "as missing", "try_cast(fee as double)", 0.0),
    ],
)
def test_what_to_write_for_a_text_that_is_no_number(
    say: Asked, written: str, expression: str, words: str, instead: str, cost: float
) -> None:
    Path("requests.csv").write_text(f'time,fee\n2025-06-01T10:00:00Z,"{written}"\n', "utf-8")
    board = CARD.replace("requests", "cost")
    code, _, said = only(say(f"path: requests.csv, fields: {{cost: {expression}}}", board))
    assert code == "unreadable-field"
    assert words in said
    assert f"`{instead}`" in said
    fixed = json.dumps(expression.replace("fee", instead))
    assert say(f"path: requests.csv, fields: {{cost: {fixed}}}", board) == []
    with compiler.answered(project.read([])) as (found, _):
        assert found is not None
        assert found.answers["board"]["card-cost"].rows == [{"cost": cost}]


def test_what_to_write_for_times_of_another_form(say: Asked) -> None:
    Path("requests.csv").write_text("moment,model\n01.06.2025 10:30,a\n", "utf-8")
    code, _, said = only(say("path: requests.csv, fields: {time: moment}"))
    assert code == "unreadable-field"
    fixed = "strptime(moment, '%d.%m.%Y %H:%M')"
    assert f"`{fixed}`" in said
    assert say(f"path: requests.csv, fields: {{time: {json.dumps(fixed)}}}") == []


# ---- values that never occur ----------------------------------------------------------------------

USED = "time,model,user,status_code\n2025-06-01T10:00:00Z,gpt-4o,ada,200\n2025-06-01T11:00:00Z,o3,,500\n"


@pytest.mark.parametrize(
    ("board", "pointed", "near"),
    [
        ("layout: [{type: card, metric: requests, where: {model: gpt-40}}]", "gpt-40", "gpt-4o"),
        ("layout: [{type: card, metric: requests, where: {model: [o3, gpt-40, null]}}]", "gpt-40", "gpt-4o"),
        ("layout: [{type: card, metric: requests, where: {model: {not: GPT-4o}}}]", "GPT-4o", "gpt-4o"),
        ("layout: [{type: card, metric: requests, where: {model: {not: [o3, GPT-4o]}}}]", "GPT-4o", "gpt-4o"),
        ("layout: [{type: table, records: [time, user], where: {user: adaa}}]", "adaa", "ada"),
        (f"where: {{user: adaa}}\n{CARD[11:]}", "adaa", "ada"),
        (f"filters: [{{dimension: user, default: adaa}}]\n{CARD[11:]}", "adaa", "ada"),
        (f"filters: [{{dimension: user, default: [ada, adaa], locked: true}}]\n{CARD[11:]}", "adaa", "ada"),
    ],
)
def test_a_value_that_never_occurs(say: Asked, board: str, pointed: str, near: str) -> None:
    Path("requests.csv").write_text(USED)
    found = say("path: requests.csv", f"version: 1\n{board}")
    code, text, said = only(found)
    assert (code, text, found[0].severity) == ("absent-value", pointed, "warning")
    assert f"No event of `gateway` has the {'user' if pointed == 'adaa' else 'model'} `{pointed}`." in said
    assert f"did you mean `{near}`?" in said


@pytest.mark.parametrize(
    "board",
    [
        "layout: [{type: card, metric: requests, where: {model: gpt-4o, user: {missing: true}}}]",
        "layout: [{type: card, metric: requests, where: {model: gpt-40}, allow: [absent-value]}]",
        "where: {model: gpt-40}\nlayout: [{type: card, metric: requests, allow: [absent-value]}]",
        "layout: [{type: card, metric: requests, where: {status_code: 429}}]",
        "layout: [{type: card, metric: requests, where: {status_class: 4xx}}]",
        "layout: [{type: card, metric: requests, where: {failed: false}}, {type: text, text: hello}]",
    ],
)
def test_values_that_occur_or_need_not(say: Asked, board: str) -> None:
    Path("requests.csv").write_text(USED)
    assert say("path: requests.csv", f"version: 1\n{board}") == []


def test_no_value_occurs_where_there_are_no_events(say: Asked) -> None:
    Path("requests.csv").write_text(USED.split("\n")[0] + "\n")
    assert say("path: requests.csv", CARD.replace("requests}", "requests, where: {model: x}}")) == []


def test_a_rare_value_occurs(say: Asked) -> None:
    """Beyond the sample that is looked at first."""
    duckdb.sql(
        "SELECT TIMESTAMP '2025-06-01' + to_seconds(n::INT) AS time, "
        "CASE n WHEN 8000 THEN 'rare' ELSE 'usual' END AS model"
        " FROM range(20000) AS t(n)"
    ).write_parquet("requests.parquet")
    board = "version: 1\ntime_range: 2h\nlayout: [{{type: card, metric: requests, where: {{model: {}}}}}]"
    assert say("path: requests.parquet", board.format("rare")) == []
    assert only(say("path: requests.parquet", board.format("rares")))[0] == "absent-value"


def test_a_value_of_one_of_the_sources_is_none_that_never_occurs(say: Asked) -> None:
    Path("requests.csv").write_text(USED)
    Path("other.csv").write_text(USED.replace("gpt-4o", "claude"))
    sources = "path: requests.csv}\n  other: {type: files, path: other.csv"
    board = """version: 1
source: gateway
where: {model: [claude, gpt-4o, cloude]}
layout:
  - {type: card, metric: requests}
  - {type: card, metric: requests, source: other, id: b, allow: [same-question]}
"""
    code, pointed, said = only(say(sources, board))
    assert (code, pointed) == ("absent-value", "cloude")
    assert "No event of `gateway` or `other`" in said
    assert "`claude`" in said


PRICED = "time,model,input_tokens,output_tokens\n2025-06-01T10:00:00Z,gpt-4o,1,1\n2025-06-01T10:30:00Z,o3,1,1\n"


@pytest.mark.parametrize(
    ("models", "pointed", "words"),
    [
        (["gpt-40", "o3"], "gpt-40", "did you mean `gpt-4o`?"),
        (["gpt-40", "claude", "o3"], "gpt-40", "No event of `gateway` has the model `gpt-40`, for which"),
        (
            ["claude", "gemini", "o3"],
            "claude",
            "`claude`, nor `gemini`, for which there is a price. Models without a price",
        ),
        (["gpt-4o", "o3", "claude"], "", ""),
        (["o3"], "", ""),
    ],
)
def test_a_price_of_a_model_that_never_occurs(say: Asked, models: list[str], pointed: str, words: str) -> None:
    Path("requests.csv").write_text(PRICED)
    prices = ", ".join(f"{{model: {model}, input: 1, output: 1}}" for model in models)
    found = say(
        f"path: requests.csv}}\nprices: [{prices}]\nfields: {{", f"{CARD.replace('requests', 'cost')}time_range: 1h\n"
    )
    if not pointed:
        assert found == []
        return
    code, text, said = only(found)
    assert (code, text, found[0].severity) == ("unused-price", pointed, "warning")
    assert words in said


def test_a_field_that_some_rows_do_not_have(say: Asked) -> None:
    """A text where a number is needed is found only when the rows are read."""
    Path("requests.csv").write_text(ROWS + "2025-06-01T12:00:00Z,c,fast,200\n", "utf-8")
    board = "version: 1\nlayout: [{type: card, metric: latency_avg}]\n"
    code, pointed, said = only(say("path: requests.csv, fields: {latency: latency}", board))
    assert (code, pointed) == ("unreadable-field", "latency")
    assert "'fast'" in said


def test_a_source_that_fails_while_it_is_read(say: Asked) -> None:
    """Each field can be read, but not what is computed of them."""
    rows = "time,input_tokens,output_tokens\n2025-06-01T10:00:00Z,9000000000000000000,9000000000000000000\n"
    Path("requests.csv").write_text(rows, "utf-8")
    code, _, said = only(say("path: requests.csv", "version: 1\nlayout: [{type: card, metric: tokens}]\n"))
    assert code == "source-failed"
    assert "`gateway`" in said


def test_a_table_that_a_database_does_not_have(say: Asked) -> None:
    with duckdb.connect("requests.duckdb") as connection:
        connection.execute("CREATE TABLE requests AS SELECT now() AS time")
    code, pointed, said = only(say("path: requests.duckdb, table: request"))
    assert (code, pointed) == ("missing-table", "request")
    assert "it has `requests`" in said


def test_a_widget_whose_source_lacks_a_field(say: Asked) -> None:
    code, _, said = only(say("path: requests.csv", "version: 1\nlayout: [{type: card, metric: tokens}]\n"))
    assert code == "missing-field"
    assert "`input_tokens` or `output_tokens`" in said
    assert "`if_missing: hide`" in said


def test_a_widget_that_may_be_left_out(say: Asked) -> None:
    board = "version: 1\nif_missing: hide\nlayout: [{type: card, metric: tokens}, {type: card, metric: requests}]\n"
    assert say("path: requests.csv", board) == []


def test_a_missing_file_of_metrics(say: Asked) -> None:
    code, pointed, said = only(say("path: requests.csv}\nmetrics: {}\nprices: prices.yaml\nfields: {"))
    assert (code, pointed) == ("missing-include", "prices.yaml")
    assert "`prices.yaml`" in said


def test_a_pattern_of_dashboards_without_a_file(say: Asked) -> None:
    code, pointed, _ = only(say('path: requests.csv}\ndashboards: ["board.yaml", "pages/*.yaml"]\nfields: {'))
    assert (code, pointed) == ("no-such-dashboard-file", '"pages/*.yaml"')


def test_a_folder_stands_for_its_dashboards(say: Asked) -> None:
    Path("pages/more").mkdir(parents=True)
    for name in ("pages/one", "pages/more/two"):
        Path(f"{name}.yaml").write_text("version: 1\nlayout: [{type: card, metric: nothing}]\n")
    found = say('path: requests.csv}\ndashboards: ["board.yaml", pages]\nfields: {')
    assert [one.code for one in found] == ["unknown-metric", "unknown-metric"]
    code, pointed, _ = only(say('path: requests.csv}\ndashboards: ["board.yaml", pages/more/less]\nfields: {'))
    assert (code, pointed) == ("no-such-dashboard-file", "pages/more/less")


def test_rows_without_a_time(say: Asked) -> None:
    Path("requests.csv").write_text(ROWS + ",c,1,200\n,d,2,200\n", "utf-8")
    found = say("path: requests.csv")
    code, _, said = only(found)
    assert (code, found[0].severity) == ("rows-without-time", "warning")
    assert said.startswith("2 rows of `gateway`")


@pytest.mark.parametrize(
    ("number", "units", "code", "words"),
    [
        ("1748772000", ", units: {time: ms}", "unlikely-times", "say `units: {time: s}`"),
        ("1748772000000", ", units: {time: us}", "unlikely-times", "milliseconds since 1970, say `units: {time: ms}`"),
        ("1748772000", ", units: {time: ns}", "unlikely-times", "from 1970-01-01 to 1970-01-01"),
        ("174877200000", "", "unlikely-times", "from 7511-08-22 to 7511-08-22"),
        ("1748772000000", "", "impossible-time", "say `units: {time: ms}`"),
        ("1748772000000000", "", "impossible-time", "say `units: {time: us}`"),
        ("1748772000000000000", "", "impossible-time", "say `units: {time: ns}`"),
        ("946684800", "", "", ""),
    ],
)
def test_a_time_in_a_wrong_unit(say: Asked, number: str, units: str, code: str, words: str) -> None:
    Path("requests.csv").write_text(f"ts,model\n{number},a\n", "utf-8")
    found = say(f"path: requests.csv, fields: {{time: ts}}{units}")
    if not code:
        assert found == []
        return
    told, pointed, said = only(found)
    assert (told, pointed) == (code, "ts")
    assert words in said


def test_an_odd_origin_is_no_matter_of_units(say: Asked) -> None:
    Path("requests.csv").write_text("time\n1748772000\n", "utf-8")
    code, _, said = only(say("path: requests.csv, origin: 2050-01-01T00:00"))
    assert code == "unlikely-times"
    assert "`origin:`" in said


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("${DASHGEN_TOKN}", "unset-variable", "did you mean `DASHGEN_TOKEN`?"),
        ("https://${HOST}/x", "unset-variable", "export HOST="),
        ("${NOT A NAME}", "malformed-variable", "`$${`"),
        ("${OPEN", "malformed-variable", "`${OPEN`"),
    ],
)
def test_variables_that_cannot_be_expanded(text: str, code: str, words: str) -> None:
    document = documents.read(f'url: "{text}"', "dashgen.yaml")
    with pytest.raises(Failure) as raised:
        values.expand(text, At(document) / "url", {"DASHGEN_TOKEN": "x"})
    found, pointed, said = only(list(raised.value.diagnostics))
    assert found == code
    assert pointed == text[text.index("$") :].removesuffix("/x")
    assert words in said


def test_no_source_hides_another(say: Asked) -> None:
    say("path: nowhere.csv}\n  other: {type: files, path: neither.csv")
    checked = project.read([])
    assert checked.project is not None
    fields = catalogue_of(checked.project).fields
    opened = dict(execute.open_sources(checked.project, ["gateway", "other"], fields, os.environ))
    assert all(isinstance(found, Failure) for found in opened.values())
    assert len(opened) == 2
