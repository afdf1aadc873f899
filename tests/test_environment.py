"""`${NAME}` in sources and targets: filled in when it is needed, asked for only then, told to nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashgen import compiler, project
from dashgen.diagnostics import At, Diagnostic
from dashgen.documents import read
from dashgen.environment import Secrets
from dashgen.explain import explanation
from dashgen.messages import missing_file
from tests.test_data_diagnostics import only

ROWS = "time,model,latency\n2025-06-01T10:00:00,a,2\n2025-06-01T11:00:00,b,4\n"
BOARD = """\
version: 1
layout:
  - {type: card, metric: latency_avg, id: latency}
  - {type: line, metric: requests, every: hour, id: hours}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("events.csv").write_text(ROWS)
    Path("board.yaml").write_text(BOARD)
    return tmp_path


def write(source: str, more: str = "") -> None:
    Path("dashgen.yaml").write_text(f"version: 1\nsources:\n  gateway: {{{source}}}\n{more}")


def diagnostics() -> list[Diagnostic]:
    with compiler.answered(project.read([])) as (_, found):
        return list(found)


def latency() -> float:
    with compiler.answered(project.read([])) as (found, problems):
        assert found is not None, problems
        value: float = found.answers["board"]["latency"].rows[0]["latency_avg"]
        return value


PLACES = {
    'type: "${X}", path: events.csv': ("files", 3.0),
    'type: files, path: "${X}"': ("events.csv", 3.0),
    'type: files, path: ["ev${X}*.csv"]': ("ent", 3.0),
    'type: files, path: events.csv, preset: "${X}"': ("requests", 3.0),
    'type: files, path: events.csv, units: {latency: "${X}"}': ("s", 3000.0),
    'type: files, path: events.csv, fields: {latency: "CAST(latency AS DOUBLE) * ${X}"}': ("10", 30.0),
    'type: files, path: events.csv, timezone: "${X}"': ("Europe/Rome", 3.0),
}


@pytest.mark.parametrize("source", PLACES)
def test_a_variable_may_stand_anywhere_in_a_source(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(source)
    assert not project.read([]).diagnostics, "checking needs no variable"
    code, pointed, said = only(diagnostics())
    assert code == "unset-variable"
    assert pointed == "${X}"
    assert "`export X=…`" in said
    value, expected = PLACES[source]
    monkeypatch.setenv("X", value)
    assert latency() == expected


def test_whether_a_source_may_fail_is_a_variable_too(monkeypatch: pytest.MonkeyPatch) -> None:
    write('type: files, path: gone.csv, on_error: "${X}"')
    monkeypatch.setenv("X", "show")
    assert [(d.code, d.severity) for d in diagnostics()] == [("missing-file", "warning")]
    monkeypatch.setenv("X", "fail")
    assert [(d.code, d.severity) for d in diagnostics()] == [("missing-file", "error")]
    monkeypatch.delenv("X")
    assert [(d.code, d.severity) for d in diagnostics()] == [("unset-variable", "error")]


def test_relative_times_from_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("events.csv").write_text("time,latency\n0,2\n3600,4\n")
    write('type: files, path: events.csv, origin: "${START}", timezone: "${ZONE}"')
    assert not project.read([]).diagnostics
    monkeypatch.setenv("START", "2025-06-01T10:00:00")
    monkeypatch.setenv("ZONE", "Europe/Rome")
    with compiler.answered(project.read([])) as (found, _):
        assert found is not None
        assert found.dashboards[0].window.zone.iso(found.dashboards[0].as_of).startswith("2025-06-01T09:00:00.000001")


def test_a_description_is_meant_for_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write('type: files, path: events.csv, description: "Events of ${STAGE}."')
    monkeypatch.setenv("STAGE", "production")
    assert compiler.build(out=tmp_path / "dist").is_fine
    assert "Events of production." in (tmp_path / "dist/board/index.html").read_text("utf-8")


def test_targets_are_checked_without_the_environment() -> None:
    write("type: files, path: events.csv", 'targets: {site: {type: "${KIND}", path: "out/${STAGE}"}}\n')
    assert not project.read([]).diagnostics


@pytest.mark.parametrize(
    "where",
    ['sources: {a: {type: files, path: "${BAD-NAME}"}}', 'targets: {a: {type: directory, path: "${"}}'],
)
def test_what_is_no_variable_is_found_without_the_environment(where: str) -> None:
    Path("dashgen.yaml").write_text(f"version: 1\n{where}\n")
    Path("board.yaml").unlink()
    assert [found.code for found in project.read([]).diagnostics] == ["malformed-variable"]


def test_every_variable_that_is_not_set_is_told() -> None:
    write('type: files, path: ["${ONE}.csv", "${TWO}.csv"], units: {latency: "${THREE}"}')
    found = diagnostics()
    assert [(d.code, d.message.split("`")[1]) for d in found] == [
        ("unset-variable", name) for name in ("ONE", "TWO", "THREE")
    ]


SECRET = "hunter2-and-more-of-it-so-that-it-is-long-enough-to-be-cut-short-somewhere"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ('path: "${SECRET}/*.csv"', "missing-file"),
        ('path: "${SECRET}.csv"', "missing-file"),
        ('path: events.csv, units: {latency: "${SECRET}"}', "not-one-of"),
        ('path: events.csv, timezone: "${SECRET}"', "unknown-timezone"),
        ('path: events.csv, origin: "${SECRET}"', "wrong-form"),
        ('path: events.csv, preset: "${SECRET}"', "unknown-preset"),
        ('path: events.csv, fields: {latency: "${SECRET}"}', "bad-sql"),
        ("path: events.csv, fields: {latency: \"frob('${SECRET}')\"}", "bad-sql"),
        ("path: events.csv, fields: {latency: \"'${SECRET}' || model\"}", "unreadable-field"),
    ],
)
def test_a_value_that_does_not_fit_is_told_by_its_name(source: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(f"type: files, {source}")
    monkeypatch.setenv("SECRET", SECRET)
    found = diagnostics()
    assert {d.code for d in found} == {code}
    assert "${SECRET}" in found[0].message
    assert not any(SECRET[:8] in f"{d.message} {d.help}" for d in found)


def test_queries_are_shown_without_values(monkeypatch: pytest.MonkeyPatch) -> None:
    write('type: files, path: "${PLACE}/ev*.csv"')
    Path("very-private").mkdir()
    Path("events.csv").rename("very-private/events.csv")
    monkeypatch.setenv("PLACE", "very-private")
    with compiler.answered(project.read([])) as (found, _):
        assert found is not None
        text = explanation(found, {})
    assert "very-private" not in text
    assert "${PLACE}/events.csv" in text


def test_hiding() -> None:
    secrets = Secrets({"s": "${UNIT}", "swordfish": "${WORD}"})
    assert secrets.hide("`swordfish` is in s, says he") == "`${WORD}` is in ${UNIT}, says he"
    assert secrets.hide("`xx swordf…`") == "`xx ${WORD}…`"
    at = At(read("a: 1", "dashgen.yaml"))
    [told] = secrets.hidden([missing_file(at, "a swordfish", ["swordfish.csv"])])
    assert "swordfish" not in f"{told.message} {told.help}"
