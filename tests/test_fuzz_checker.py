"""Whatever is done to good documents, the checker ends in diagnostics or success, and all of them can be printed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from dashgen import answers, documents, parse, resolve, schema
from dashgen.diagnostics import Diagnostic, has_errors
from dashgen.model import Dashboard
from dashgen.report import FORMATS
from dashgen.schema import DocumentKind
from tests import corpus
from tests.conftest import ROOT
from tests.fuzzed import GOOD, OF_THE_PROJECT, expressions, mutated, widgets

EXAMPLES = 2000 if os.environ.get("DASHGEN_FULL") else 200

bounded = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)


def ends_well(data: Any, kind: DocumentKind) -> None:
    found = corpus.check(written(data), kind, Path("fuzz.yaml"))
    for diagnostic in found:
        prints(diagnostic)


def written(data: Any) -> str:
    """JSON, which is YAML but for its names of what is no number."""
    text = json.dumps(data, indent=1, ensure_ascii=False)
    return text.replace("-Infinity", "-.inf").replace("Infinity", ".inf").replace("NaN", ".nan")


def prints(diagnostic: Diagnostic) -> None:
    assert diagnostic.at is not None
    span = diagnostic.at.span
    assert (span.line, span.column) <= (span.end_line, span.end_column)
    assert span.line >= 1
    assert diagnostic.message.endswith(".")
    for report in FORMATS.values():
        report.render([diagnostic])


@bounded
@given(mutated("dashboard"))
def test_dashboards(data: Any) -> None:
    ends_well(data, "dashboard")


@bounded
@given(mutated("project"))
def test_projects(data: Any) -> None:
    ends_well(data, "project")


@bounded
@given(mutated("metrics"))
def test_metrics(data: Any) -> None:
    ends_well(data, "metrics")


@bounded
@given(mutated("prices"))
def test_prices(data: Any) -> None:
    ends_well(data, "prices")


@bounded
@given(st.dictionaries(st.sampled_from(["a", "b", "c", "requests", "error_rate"]), expressions, min_size=1))
def test_expressions(definitions: dict[str, str]) -> None:
    """What is found sound can be computed: natures, units and formulas of all metrics are finite."""
    data = {"version": 1, "metrics": {name: {"expr": text} for name, text in definitions.items()}}
    ends_well(data, "metrics")
    document = documents.read(written(data), "fuzz.yaml")
    whole = corpus.made(corpus.base("dashgen"), [document])
    if not list(resolve.check_project(whole)):
        scope = resolve.scope_of(whole)
        assert scope.sound == set(whole.metrics)
        for name in whole.metrics:
            scope.reason(name)


@bounded
@given(st.lists(widgets(), min_size=1, max_size=4))
def test_widgets_of_all_shapes(layout: list[dict[str, Any]]) -> None:
    ends_well({"version": 1, "layout": layout}, "dashboard")


@pytest.mark.parametrize(
    ("expr", "count", "expected"),
    [
        ("m{own}", 5000, 5000),
        ("m{previous}", 5000, 1),
        ("m{previous} + m{previous}", 60, 1),
        ("nothing{own}", 5000, 5000),
        ("(" * 64 + "cost" + ")" * 64, 500, 0),
    ],
    ids=["own cycles", "one long chain", "doubling", "unknown names", "parentheses"],
)
def test_projects_beyond_measure(expr: str, count: int, expected: int) -> None:
    """Nothing here takes time that is quadratic in the number of metrics, or recurses through them."""
    metrics: dict[str, Any] = {f"m{n}": {"expr": expr.format(own=n, previous=n - 1)} for n in range(1, count)}
    data = {
        "version": 1,
        "metrics": {"m0": {"expr": expr.format(own=0, previous=0)} if expected > 1 else {"sum": "cost"}},
    }
    data["metrics"] |= metrics
    assert len(corpus.check(written(data), "metrics", Path("fuzz.yaml"))) == expected


# ---- what passes --------------------------------------------------------------------------------

ROWS = """ts,model,project,api_key,user,status_code,retries,input_tokens,output_tokens,cost,latency,ttft_ms,region,size
2025-06-01T10:00:00Z,a,p,k1,ann,200,0,100,20,0.5,12.5,3,eu,100
2025-06-02T11:30:00Z,b,p,k1,ben,500,2,10,,,800,,us,
2025-06-03T00:00:00Z,,q,k2,,,1,0,0,0.25,,7.25,,5
"""


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Dashboard], Any]]:
    """Answers dashboards from three rows."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "requests.csv").write_text(ROWS, "utf-8")
    whole = corpus.made(corpus.base("dashgen"))
    source = replace(whole.sources["gateway"], path=("requests.csv",))
    whole = replace(whole, root=str(folder), sources={"gateway": source})
    catalogue = answers.catalogue_of(whole)
    board = parse.parse_dashboard(documents.read(json.dumps(GOOD["dashboard"][0]), "board.yaml"), whole)
    with answers.opened(whole, [board], catalogue) as (sources, failed):
        assert not failed

        def answer(dashboard: Dashboard) -> Any:
            return answers.answer([answers.ask(dashboard, whole, catalogue, sources, {})], whole, catalogue, sources)

        yield answer


@settings(bounded, max_examples=EXAMPLES // 2)
@given(st.lists(widgets(), min_size=3, max_size=6))
def test_what_passes_can_be_answered(answering: Callable[[Dashboard], Any], layout: list[dict[str, Any]]) -> None:
    """Builders assume clean input: each widget that the checker lets through is planned, fetched and evaluated."""
    whole = corpus.made(corpus.base("dashgen"))
    for widget in layout:
        document = documents.read(written({"version": 1, "layout": [widget]}), "fuzz.yaml")
        if has_errors(schema.check(document, "dashboard")):
            continue
        dashboard = parse.parse_dashboard(document, whole)
        if not has_errors(resolve.check_dashboard(dashboard, whole)):
            answering(dashboard)
            event(f"answered: {widget['type']}")


@pytest.mark.parametrize("path", OF_THE_PROJECT, ids=lambda path: path.stem)
def test_the_good_documents_reach_the_end(path: Path) -> None:
    """Else the mutations would only ever test the schema."""
    document = documents.read_file(path)
    assert not has_errors(schema.check(document, "dashboard"))
    whole = corpus.made(documents.read_file(ROOT / "examples/dashgen.yaml"))
    assert not has_errors(resolve.check_dashboard(parse.parse_dashboard(document, whole), whole))
