"""Every document of the corpus says exactly what it should, and every code is said somewhere."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashgen import messages, parse, project, resolve, schema
from dashgen.diagnostics import Diagnostic
from dashgen.documents import read
from dashgen.fields import registry
from dashgen.model import Dashboard
from dashgen.timeline import Shift, Window, Zone
from tests import corpus
from tests.conftest import ROOT

ELSEWHERE = {
    "over-budget": "test_shipments.py",
    "file-not-found": "test_documents.py",
    "file-is-folder": "test_documents.py",
    "file-unreadable": "test_documents.py",
    "file-too-large": "test_documents.py",
    "too-many-values": "test_documents.py",
    "privacy-key": "test_privacy.py",
    "small-groups": "test_minimum_group.py",
    "missing-file": "test_data_diagnostics.py",
    "unknown-format": "test_data_diagnostics.py",
    "mixed-formats": "test_data_diagnostics.py",
    "database-without-table": "test_data_diagnostics.py",
    "unreadable-source": "test_data_diagnostics.py",
    "bad-sql": "test_data_diagnostics.py",
    "not-a-row-expression": "test_data_diagnostics.py",
    "missing-column": "test_data_diagnostics.py",
    "source-without-time": "test_data_diagnostics.py",
    "wrong-field-type": "test_data_diagnostics.py",
    "missing-table": "test_data_diagnostics.py",
    "impossible-time": "test_files.py",
    "unreadable-field": "test_data_diagnostics.py",
    "source-failed": "test_data_diagnostics.py",
    "missing-field": "test_data_diagnostics.py",
    "rows-without-time": "test_data_diagnostics.py",
    "unlikely-times": "test_data_diagnostics.py",
    "ambiguous-column": "test_data_diagnostics.py",
    "absent-value": "test_data_diagnostics.py",
    "unused-price": "test_data_diagnostics.py",
    "path-is-folder": "test_data_diagnostics.py",
    "no-permission": "test_data_diagnostics.py",
    "empty-data-file": "test_data_diagnostics.py",
    "empty-data-files": "test_data_diagnostics.py",
    "headerless-file": "test_data_diagnostics.py",
    "ragged-file": "test_data_diagnostics.py",
    "file-without-time": "test_data_diagnostics.py",
    "unset-variable": "test_data_diagnostics.py",
    "malformed-variable": "test_data_diagnostics.py",
    "missing-include": "test_data_diagnostics.py",
    "undrawable-chart": "test_cli.py",
    "no-such-dashboard-file": "test_data_diagnostics.py",
    "duplicate-dashboard-id": "test_diagnostics.py",
    "older-version": "test_diagnostics.py",
    "changed-builtin": "test_diagnostics.py",
    "unused-metric": "test_diagnostics.py",
    "pie-slices": "test_diagnostics.py",
    "line-series": "test_diagnostics.py",
    "short-data": "test_diagnostics.py",
}
"""Codes that need more than one document, or data, and the tests that name them."""


@pytest.mark.parametrize("path", corpus.paths(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_bad_document_says_what_it_should(path: Path) -> None:
    left = corpus.diagnose(path)
    expected = corpus.expectations(path)
    assert expected, "the document expects nothing"
    missing = []
    for expectation in expected:
        met = next((found for found in left if expectation.is_met_by(found)), None)
        left = [found for found in left if found is not met]
        missing += [expectation] if met is None else []
    assert not missing
    assert not [_shown(found) for found in left]


def _shown(found: Diagnostic) -> str:
    assert found.at is not None
    span = found.at.span
    return f"{span.line}:{span.column} {found.severity}[{found.code}] {found.message} {found.help}"


def test_the_corpus_is_large() -> None:
    assert len(corpus.paths()) >= 120


# ---- every code -------------------------------------------------------------------------------


def codes() -> Iterator[str]:
    for node in ast.parse(inspect.getsource(messages)).body:
        is_maker = isinstance(node, ast.FunctionDef) and ast.unparse(node.returns or node.args) == "Diagnostic"
        if is_maker and isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name.replace("_", "-")


def test_every_code_is_covered() -> None:
    covered = {expectation.code for path in corpus.paths() for expectation in corpus.expectations(path)}
    uncovered = sorted(set(codes()) - covered - set(ELSEWHERE))
    assert not uncovered, "add a document to tests/diagnostics/, or a test and its name to ELSEWHERE"
    assert not covered & set(ELSEWHERE), "what the corpus covers needs no test elsewhere"


@pytest.mark.parametrize(("code", "file"), ELSEWHERE.items())
def test_what_is_covered_elsewhere_is(code: str, file: str) -> None:
    assert code in set(codes())
    text = (ROOT / "tests" / file).read_text("utf-8")
    named = len(re.findall(rf"(?<![\w-]){code}(?![\w-])", text))
    assert named > (1 if file == Path(__file__).name else 0)


# ---- what is fine -----------------------------------------------------------------------------


def _projects() -> list[Path]:
    places = [ROOT / "examples", ROOT / "dashgen/starter/project"]
    return [place / project.FILE for place in places if (place / project.FILE).is_file()]


@pytest.mark.parametrize("file", _projects(), ids=lambda file: file.parent.name)
def test_nothing_is_said_of_the_examples(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    checked = project.read([])
    assert not [_shown(found) for found in checked.diagnostics]
    assert checked.dashboards


def test_nothing_is_said_of_the_shipped_dashboards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(corpus.FOLDER / "base")
    checked = project.read(["@overview", "@models", "@projects"])
    assert not [_shown(found) for found in checked.diagnostics]
    assert len(checked.dashboards) == 3


# ---- several dashboards, and data ----------------------------------------------------------------


def dashboard(text: str, name: str = "board") -> Dashboard:
    whole = corpus.made(corpus.base("dashgen"))
    return parse.parse_dashboard(read(f"version: 1\n{text}", f"{name}.yaml"), whole)


def found(diagnostics: Iterator[Diagnostic]) -> list[tuple[str, int]]:
    return [(d.code, d.at.span.line) for d in diagnostics if d.at is not None]


CARD = "layout: [{type: card, metric: requests}]"


def test_ids_are_unique_whatever_their_case() -> None:
    boards = [dashboard(CARD, "a"), dashboard(CARD, "b"), dashboard(f"{CARD}\nid: A", "c")]
    assert found(resolve.check_ids(boards)) == [("duplicate-dashboard-id", 3)]
    assert not found(resolve.check_ids(boards[:2]))


def test_a_metric_is_used_where_it_is_shown_or_stood_on() -> None:
    whole = corpus.made(corpus.base("dashgen"))
    own = ["ttft_p95", "slowest", "cost_per_request", "throughput_goal"]
    shown = dashboard("layout: [{type: table, by: model, metrics: [ttft_p95, cost_per_request], order: -slowest}]")
    unused = list(resolve.check_unused(whole, [shown]))
    assert [d.code for d in unused] == ["unused-metric"]
    assert "`throughput_goal`" in unused[0].message
    assert [d.code for d in resolve.check_unused(whole, [dashboard(CARD)])] == ["unused-metric"] * len(own)


def test_a_metric_that_only_another_one_names_is_used() -> None:
    text = "version: 1\nmetrics: {a: {sum: cost}, b: {expr: a / requests}, c: {expr: b * 2}}"
    whole = corpus.made(read(text, "dashgen.yaml"))
    shown = dashboard("layout: [{type: card, metric: b}]")
    assert [d.message.split("`")[1] for d in resolve.check_unused(whole, [shown])] == ["c"]


OVERRIDES = """\
version: 1
metrics:
  errors: {sum: errors, where: {status_code: {gte: 500}}}
  requests: {count: true}
  availability: {expr: 1 - error_rate}
  cost: {sum: cost}
"""


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ("{type: card, metric: errors}", []),
        ("{type: card, metric: error_rate}", [("requests", "error_rate"), ("errors", "error_rate")]),
        ("{type: card, metric: availability}", [("requests", "error_rate"), ("errors", "error_rate")]),
        ("{type: card, metric: error_rate, allow: [changed-builtin]}", []),
        ("{type: bar, metric: requests, by: model, order: -tokens_per_dollar}", [("cost", "tokens_per_dollar")]),
    ],
)
def test_what_a_replaced_metric_changes_is_told(layout: str, said: list[tuple[str, str]]) -> None:
    whole = corpus.made(read(OVERRIDES, "dashgen.yaml"))
    told = list(resolve.check_overrides(whole, [dashboard(f"layout: [{layout}]")]))
    assert [d.code for d in told] == ["changed-builtin"] * len(said)
    assert [tuple(re.findall("`([a-z_]+)`", d.message)) for d in told] == said


def test_nothing_is_told_where_nothing_is_replaced() -> None:
    whole = corpus.made(corpus.base("dashgen"))
    assert not list(resolve.check_overrides(whole, [dashboard("layout: [{type: card, metric: error_rate}]")]))


def test_too_many_slices() -> None:
    pie = dashboard("layout: [{type: pie, metric: cost, by: user}]").widgets[0]
    assert found(resolve.advise_rows(pie, 9)) == [("pie-slices", 2)]
    assert not found(resolve.advise_rows(pie, 8))
    bar = dashboard("layout: [{type: bar, metric: cost, by: user}]").widgets[0]
    assert not found(resolve.advise_rows(bar, 100))


def test_too_many_lines() -> None:
    line = dashboard("layout: [{type: line, metric: cost, series: user}]").widgets[0]
    assert found(resolve.advise_rows(line, 13)) == [("line-series", 2)]
    assert not found(resolve.advise_rows(line, 12))


def test_allow_silences() -> None:
    pie = dashboard("layout: [{type: pie, metric: cost, by: user, allow: [pie-slices]}]").widgets[0]
    assert not found(resolve.advise_rows(pie, 100))
    text = "layout:\n- {type: card, metric: cost}\n- {type: card, metric: cost, title: Money, allow: [same-question]}"
    whole = corpus.made(corpus.base("dashgen"))
    assert not found(resolve.check_dashboard(dashboard(text), whole))
    assert found(resolve.check_dashboard(dashboard(text.replace("same-question", "long-title")), whole)) == [
        ("same-question", 4)
    ]


DAY = 86_400_000_000


def said(board: Dashboard, days: float, held: resolve.Held | None, start: float = 0) -> list[Diagnostic]:
    """Of a range of so many days from the epoch on."""
    window = Window(round(start * DAY), round((start + days) * DAY), round((start + days) * DAY), Shift(), Zone("UTC"))
    pinned = next((widget for widget in board.widgets if widget.time_range is not None), None)
    return list(resolve.advise_data(board, pinned, window, held))


def since(days: float) -> resolve.Held:
    return resolve.Held(round(days * DAY), 400 * DAY)


def test_a_range_that_begins_long_before_the_data() -> None:
    board = dashboard(f"time_range: 7d\n{CARD}")
    late = said(board, 7, since(2))
    assert found(iter(late)) == [("short-data", 2)]
    assert late[0].message == "The range begins on 1970-01-01, the data only on 1970-01-03."
    assert said(board, 1, since(0.5))[0].message.startswith("The range begins on 1970-01-01 at 00:00, the data only on")
    assert not said(board, 7, since(0.5))
    assert not said(board, 7, since(-1))
    assert not said(board, 7, None)


@pytest.mark.parametrize("start", [500, -500])
def test_a_range_outside_the_data(start: int) -> None:
    board = dashboard(f"time_range: {{from: 1971-05-16, to: 1971-05-22}}\n{CARD}")
    outside = said(board, 7, since(1), start)
    assert found(iter(outside)) == [("short-data", 2)]
    assert outside[0].message.endswith("holds no data: that goes from 1970-01-02 to 1971-02-05.")
    assert "that meets the data" in (outside[0].help or "")
    assert found(iter(said(dashboard(f"as_of: 1971-05-23T00:00\n{CARD}"), 7, since(1), start))) == [("short-data", 2)]


def test_a_pinned_range_is_pointed_at_where_it_stands() -> None:
    board = dashboard("layout:\n- type: card\n  metric: cost\n  time_range: 30d")
    assert found(iter(said(board, 30, since(20)))) == [("short-data", 5)]
    assert not said(dashboard(CARD), 30, since(20)), "the default range is nobody's mistake"
    allowed = dashboard("layout: [{type: card, metric: cost, time_range: 30d, allow: [short-data]}]")
    assert not said(allowed, 30, since(20))


def test_what_every_widget_allows_is_not_said_of_the_dashboard() -> None:
    allows = "{type: card, metric: requests, allow: [short-data]}"
    text = "{type: text, text: hello}"
    assert not said(dashboard(f"time_range: 30d\nlayout: [{allows}, {text}]"), 30, since(20))
    assert said(dashboard(f"time_range: 30d\nlayout: [{allows}, {{type: card, metric: cost}}]"), 30, since(20))
    assert said(dashboard(f"time_range: 30d\nlayout: [{text}]"), 30, since(20))


def test_a_filter_that_no_source_can_honour() -> None:
    board = dashboard(f"filters: [user, model]\n{CARD}")
    known = registry(corpus.made(corpus.base("dashgen")))
    have = [frozenset({"time", "model"}), frozenset({"time", "status_code"})]
    assert [d.message.split("`")[1] for d in resolve.advise_filters(board, known, have)] == ["user"]
    assert not list(resolve.advise_filters(board, known, [*have, frozenset({"user"})]))


def test_an_older_version_is_read_through_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "VERSION", 2)
    said = list(schema.check(read(f"version: 1\n{CARD}", "board.yaml"), "dashboard"))
    assert found(iter(said)) == [("older-version", 1)]
    assert "`dashgen migrate`" in str(said[0].help)


def test_targets_are_those_that_exist() -> None:
    from dashgen.resolve import delivery
    from dashgen.targets import TARGETS

    assert set(delivery.TARGETS) == set(TARGETS)


def test_advice_that_can_be_allowed_exists() -> None:
    from dashgen.resolve.advice import CODES

    assert set(CODES) <= set(codes())


def test_everything_of_a_document_is_said_at_once() -> None:
    path = corpus.FOLDER / "several-mistakes-at-once.yaml"
    assert len(corpus.diagnose(path)) == len(corpus.expectations(path)) == 6
