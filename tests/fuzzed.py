"""Documents for the fuzzers: good ones with something done to them, expressions, and widgets of every shape."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from hypothesis import strategies as st

from dashgen import documents, resources
from dashgen.fields import CANONICAL
from dashgen.schema import DocumentKind
from tests import corpus
from tests.conftest import ROOT

OF_THE_PROJECT = sorted(path for room in ("dashboards", "features") for path in ROOT.glob(f"examples/{room}/*.yaml"))
"""Dashboards of the examples' project; `states` is one of its own."""

GOOD: dict[DocumentKind, list[Any]] = {
    "dashboard": [
        documents.read_file(path).data for path in [*OF_THE_PROJECT, *sorted(ROOT.glob("dashgen/dashboards/*.yaml"))]
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
    """A widget that is often fine: what its kind needs, some of what it may have, and sometimes something odd."""
    kind = draw(st.sampled_from(sorted(NEEDED)))
    needed = draw(st.sampled_from(NEEDED[kind]))
    allowed = sorted(_keys(kind) & PARTS.keys() - {"metric", "metrics", "records", "by", "series", "rows", "columns"})
    chosen = [*needed, *draw(st.lists(st.sampled_from(allowed), max_size=3, unique=True))]
    made = {"type": kind, **{key: draw(PARTS[key]) for key in chosen}}
    if draw(st.integers(0, 2)) == 0:
        made[draw(st.sampled_from([*needed, "order", "where"]))] = draw(odd)
    return made


@cache
def _keys(kind: str) -> frozenset[str]:
    return frozenset(resources.schema(f"widgets/{kind}")["properties"])
