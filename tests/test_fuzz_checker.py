"""Whatever is done to good documents, the checker ends in diagnostics or success, and all of them can be printed."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashgen import documents, parse, resolve, schema
from dashgen.diagnostics import Diagnostic, has_errors
from dashgen.fields import CANONICAL
from dashgen.report import FORMATS
from dashgen.schema import DocumentKind
from tests import corpus
from tests.conftest import ROOT

EXAMPLES = 2000 if os.environ.get("DASHGEN_FULL") else 120

bounded = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)

GOOD: dict[DocumentKind, list[Any]] = {
    "dashboard": [
        documents.read_file(path).data
        for path in [*ROOT.glob("examples/*/*.yaml"), *ROOT.glob("dashgen/dashboards/*.yaml")]
    ],
    "project": [corpus.base("dashgen").data, documents.read_file(ROOT / "examples/dashgen.yaml").data],
    "metrics": [documents.read_file(ROOT / "dashgen/metrics/catalogue.yaml").data],
    "prices": [{"version": 1, "prices": [{"model": "a", "input": 1, "output": 2, "from": "2025-01-01"}]}],
}

WORDS = sorted(
    {
        *CANONICAL,
        *corpus.made(corpus.base("dashgen")).metrics,
        *("weekday", "hour", "time_range", "prices", "share", "previous", "stack", "none", "5xx", "-cost", "files"),
        *("7d", "24h", "9999d", "90min", "5200w", "100y", "this_month", "last_year", "minute", "day", "7min", "60min"),
        *("2%", "5s", "5ms", "-1h", "now", "latest", "2025-06-01", "1900-01-01", "2999-12-31T23:59+14:00", "00:00"),
        *("a + a", "cost / 0", "a.b", "((1)", "-" * 70 + "1", "1 + " * 150 + "1", "1e308 * 1e308", "9" * 400),
        *("", " ", ".", "-", "é", "\u2028", "😀", "a" * 300, "${X}", "@overview", "../..", "\\", "{{", "<b>"),
    }
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 50),
    st.sampled_from([10**12, 10**400, -(10**30), 1e300, 1e-300, 0.5, 0.95, float("inf"), float("nan")]),
    st.sampled_from(WORDS),
    st.text(max_size=8),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(st.sampled_from(WORDS), st.text(max_size=5)), inner)
    ),
    max_leaves=6,
)


def _paths(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(inner for step, value in steps for inner in _paths(value, (*path, step)))]


@st.composite
def mutated(draw: st.DrawFn, kind: DocumentKind) -> Any:
    """A good document with up to three parts dropped, replaced, renamed, nested, or put in another place."""
    data = copy.deepcopy(draw(st.sampled_from(GOOD[kind])))
    for _ in range(draw(st.integers(1, 3))):
        paths = _paths(data)[1:]
        if not paths:
            break
        path = draw(st.sampled_from(paths))
        parent = data
        for step in path[:-1]:
            parent = parent[step]
        _mutate(draw, parent, path[-1], data, paths)
    return data


def _mutate(draw: st.DrawFn, parent: Any, step: str | int, whole: Any, paths: list[tuple[str | int, ...]]) -> None:
    value = parent[step]
    match draw(st.sampled_from(["replace", "word", "drop", "rename", "add", "nest", "transplant"])):
        case "replace":
            parent[step] = draw(values)
        case "word":
            parent[step] = draw(st.sampled_from(WORDS))
        case "drop":
            del parent[step]
        case "rename" if isinstance(parent, dict):
            parent[draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)))] = parent.pop(step)
        case "add" if isinstance(value, dict):
            value[draw(st.sampled_from(KEYS))] = draw(values)
        case "nest":
            parent[step] = draw(st.sampled_from([[value], {"section": "a", "layout": [value]}, {"a": value}]))
        case "transplant":
            other = draw(st.sampled_from(paths))
            found = whole
            for key in other:
                found = found[key] if _has(found, key) else None
            parent[step] = copy.deepcopy(found)


def _has(data: Any, key: str | int) -> bool:
    return (
        key in data if isinstance(data, dict) else isinstance(data, list) and isinstance(key, int) and key < len(data)
    )


KEYS = sorted({str(step) for group in GOOD.values() for good in group for path in _paths(good) for step in path})


def ends_well(data: Any, kind: DocumentKind) -> None:
    found = corpus.check(written(data), kind, Path("fuzz.yaml"))
    for diagnostic in found:
        prints(diagnostic)


def written(data: Any) -> str:
    """JSON, which is YAML but for its names of what is no number."""
    text = json.dumps(data, indent=1)
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


names = st.sampled_from(["a", "b", "c", "cost", "requests", "latency_p95", "error_rate", "latency", "gateway.cost"])
expressions = st.recursive(
    st.one_of(names, st.integers(0, 3).map(str)),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", " - ", " * ", " / ", " ", ""]), inner).map("".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
    ),
    max_leaves=12,
)


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


KINDS = ("card", "line", "bar", "pie", "heatmap", "histogram", "table", "text")
dimensions = st.sampled_from(["model", "project", "status_code", "failed", "region", "hour", "time", "nobody"])
metrics = st.sampled_from(
    ["requests", "cost", "tokens", "error_rate", "latency_p95", "slowest", "active_users", "ttft", "x"]
)
widgets = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS)},
    optional={
        "metric": metrics,
        "metrics": st.lists(metrics, min_size=1, max_size=3, unique=True),
        "by": dimensions,
        "series": dimensions,
        "rows": dimensions,
        "columns": dimensions,
        "of": st.sampled_from(["latency", "cost", "ttft", "requests", "model", "x"]),
        "text": st.just("Hello"),
        "records": st.lists(st.one_of(dimensions, st.just("latency")), min_size=1, max_size=3, unique=True),
        "stacked": st.sampled_from([True, False, "share"]),
        "top": st.integers(1, 20),
        "other": st.booleans(),
        "order": st.one_of(metrics, dimensions, st.just("-cost")),
        "every": st.sampled_from(["minute", "hour", "day", "5min", "year"]),
        "time_range": st.sampled_from(["90min", "7d", "100y", "last_year", {"from": "1900-01-01"}]),
        "compare": st.sampled_from(["previous", False]),
        "spark": st.booleans(),
        "thresholds": st.sampled_from([{"warning": 1}, {"warning": "2%", "critical": "5s"}, {"critical": -1.5}]),
        "where": st.dictionaries(
            dimensions,
            st.sampled_from([True, 5, "a", ["a", None], {"gt": 5}, {"not": "b", "missing": True}]),
            min_size=1,
        ),
        "title": st.text(min_size=1, max_size=80),
        "width": st.integers(1, 12),
    },
)


@bounded
@given(st.lists(widgets, min_size=1, max_size=4))
def test_widgets_of_all_shapes(layout: list[dict[str, Any]]) -> None:
    """Keys that a kind does not have are left out, so that more documents get past the schema."""
    kept = [{key: value for key, value in widget.items() if key in _keys(widget["type"])} for widget in layout]
    ends_well({"version": 1, "layout": kept}, "dashboard")


def _keys(kind: str) -> set[str]:
    text = (ROOT / f"schemas/widgets/{kind}.json").read_text("utf-8")
    return set(json.loads(text)["properties"])


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/*/*.yaml")), ids=lambda path: path.stem)
def test_the_good_documents_reach_the_end(path: Path) -> None:
    """Else the mutations would only ever test the schema."""
    document = documents.read_file(path)
    assert not has_errors(schema.check(document, "dashboard"))
    whole = corpus.made(documents.read_file(ROOT / "examples/dashgen.yaml"))
    assert not has_errors(resolve.check_dashboard(parse.parse_dashboard(document, whole), whole))
