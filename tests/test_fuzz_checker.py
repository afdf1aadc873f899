"""Whatever is done to good documents, the checker ends in diagnostics or success, and all of them can be printed."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from dashgen import answers, documents, parse, resolve, resources, schema
from dashgen.diagnostics import Diagnostic, has_errors
from dashgen.fields import CANONICAL
from dashgen.model import Dashboard
from dashgen.report import FORMATS
from dashgen.schema import DocumentKind
from tests import corpus
from tests.conftest import ROOT

EXAMPLES = 2000 if os.environ.get("DASHGEN_FULL") else 200

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


dimensions = st.sampled_from(["model", "project", "user", "status_code", "failed", "status_class", "region"])
metrics = st.sampled_from(
    ["requests", "cost", "tokens", "error_rate", "latency_p95", "slowest", "active_users", "ttft_p95"]
)
fields = st.sampled_from(["latency", "cost", "ttft", "size", "input_tokens", "retries"])
odd = st.sampled_from(["hour", "time", "nobody", "requests", "latency", "-cost", "gateway.cost"])
conditions = st.one_of(
    st.fixed_dictionaries({}, optional={"model": st.sampled_from(["a", ["a", None], {"not": "a"}, {"missing": True}])}),
    st.fixed_dictionaries(
        {"status_code": st.sampled_from([200, [200, 500], {"gte": 400}, {"missing": False, "lt": 9}])}
    ),
    st.fixed_dictionaries({"failed": st.booleans(), "latency": st.sampled_from([{"gt": "5ms"}, {"lte": 0}, 12.5])}),
    st.dictionaries(st.one_of(dimensions, odd), st.sampled_from([5, True, {"gt": 5}, "b"]), min_size=1),
)

PARTS: dict[str, st.SearchStrategy[Any]] = {
    "metric": metrics,
    "metrics": st.lists(metrics, min_size=1, max_size=3, unique=True),
    "by": dimensions,
    "series": dimensions,
    "rows": st.one_of(dimensions, st.sampled_from(["weekday", "hour"])),
    "columns": st.one_of(dimensions, st.sampled_from(["weekday", "hour"])),
    "of": fields,
    "text": st.just("Hello"),
    "records": st.lists(st.one_of(dimensions, fields, st.just("time")), min_size=1, max_size=3, unique=True),
    "stacked": st.sampled_from([True, False, "share"]),
    "top": st.integers(1, 2),
    "other": st.booleans(),
    "order": st.one_of(metrics, metrics.map("-{}".format), dimensions),
    "every": st.sampled_from(["hour", "day", "6h", "5min", "year"]),
    "time_range": st.sampled_from(["90min", "7d", "2mo", "last_year", "today", {"from": "2025-05-01"}]),
    "compare": st.sampled_from(["previous", False]),
    "spark": st.booleans(),
    "scale": st.sampled_from(["log", "linear"]),
    "horizontal": st.booleans(),
    "thresholds": st.sampled_from([{"warning": 1}, {"warning": "2%", "critical": "5%"}, {"critical": "5s"}]),
    "where": conditions,
    "newest": st.integers(1, 3),
    "title": st.text("abé ", min_size=1, max_size=80),
    "width": st.integers(1, 12),
}
"""Every key of a widget with what usually fits it."""

NEEDED = {
    "card": [("metric",)],
    "line": [("metric",), ("metrics",), ("metric", "series")],
    "bar": [("metric", "by"), ("metrics", "by"), ("metric", "by", "series")],
    "pie": [("metric", "by")],
    "heatmap": [("metric",), ("metric", "rows", "columns")],
    "histogram": [("of",), ("of", "by")],
    "table": [("by", "metric"), ("by", "metrics"), ("records",)],
    "text": [("text",)],
}


@st.composite
def widgets(draw: st.DrawFn) -> dict[str, Any]:
    """A widget that is often fine: what its kind needs, some of what it may have, and seldom something odd."""
    kind = draw(st.sampled_from(sorted(NEEDED)))
    needed = draw(st.sampled_from(NEEDED[kind]))
    allowed = sorted(_keys(kind) & PARTS.keys() - {"metric", "metrics", "records", "by", "series", "rows", "columns"})
    chosen = [*needed, *draw(st.lists(st.sampled_from(allowed), max_size=3, unique=True))]
    made = {"type": kind, **{key: draw(PARTS[key]) for key in chosen}}
    if draw(st.integers(0, 9)) == 0:
        made[draw(st.sampled_from([*allowed, *needed]))] = draw(odd)
    return made


@cache
def _keys(kind: str) -> frozenset[str]:
    return frozenset(resources.schema(f"widgets/{kind}")["properties"])


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


@settings(bounded, max_examples=EXAMPLES // 4)
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


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/*/*.yaml")), ids=lambda path: path.stem)
def test_the_good_documents_reach_the_end(path: Path) -> None:
    """Else the mutations would only ever test the schema."""
    document = documents.read_file(path)
    assert not has_errors(schema.check(document, "dashboard"))
    whole = corpus.made(documents.read_file(ROOT / "examples/dashgen.yaml"))
    assert not has_errors(resolve.check_dashboard(parse.parse_dashboard(document, whole), whole))
