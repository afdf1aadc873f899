"""The one file of messages keeps its rules, and its helpers speak plainly."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest

from dashgen import messages
from dashgen.messages import did_you_mean, listing, near, tick, what

MAKERS = [
    node
    for node in ast.parse(inspect.getsource(messages)).body
    if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name) and node.returns.id == "Diagnostic"
]
SPEAKERS = [maker for maker in MAKERS if not maker.name.startswith("_")]
HELPERS = {maker.name for maker in MAKERS} - {speaker.name for speaker in SPEAKERS}


def _codes(function: ast.FunctionDef) -> set[str]:
    """The codes that a function gives to its diagnostics: the first argument of whatever makes one."""
    return {
        str(call.args[0].value)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"Diagnostic", *HELPERS}
        if call.args and isinstance(call.args[0], ast.Constant)
    }


@pytest.mark.parametrize("function", [pytest.param(node, id=node.name) for node in SPEAKERS])
def test_a_code_is_its_functions_name(function: ast.FunctionDef) -> None:
    assert _codes(function) == {function.name.replace("_", "-")}


def test_codes_are_unique() -> None:
    names = [function.name for function in SPEAKERS]
    assert len(names) > 15
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("function", [pytest.param(node, id=node.name) for node in SPEAKERS])
def test_a_rule_is_described_in_one_line(function: ast.FunctionDef) -> None:
    about = ast.get_docstring(function)
    assert about
    assert about.splitlines()[0].endswith(".")


@pytest.mark.parametrize(
    ("name", "expected"), [("a", "`a`"), ("a\n b", "`a b`"), ("x" * 61, f"`{'x' * 60}…`"), (3, "`3`")]
)
def test_tick(name: object, expected: str) -> None:
    assert tick(name) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "nothing"),
        (True, "`true`"),
        (1.5, "`1.5`"),
        ("a", "`a`"),
        ("", "empty text"),
        ([], "an empty list"),
        ([1], "a list"),
        ({}, "an empty mapping"),
        ({"a": 1}, "a mapping"),
    ],
)
def test_what(value: Any, expected: str) -> None:
    assert what(value) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, ""),
        (1, "`0`"),
        (2, "`0` and `1`"),
        (3, "`0`, `1` and `2`"),
        (4, "`0`, `1`, `2` and `3`"),
        (5, "`0`, `1`, `2` and 2 more"),
    ],
)
def test_listing(count: int, expected: str) -> None:
    assert listing((str(number) for number in range(count)), limit=3) == expected


def test_listing_of_alternatives() -> None:
    assert listing(["a", "b"], last="or") == "`a` or `b`"


METRICS = ["cost", "errors", "latency_p50", "latency_p95", "request_rate", "requests", "throughput", "tokens"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("requsts", "requests"),
        ("cots", "cost"),
        ("Cost", "cost"),
        ("request-rate", "request_rate"),
        ("latencyP95", "latency_p95"),
        ("p95", "latency_p95"),
        ("rate", "request_rate"),
        ("latency", "latency_p95"),
        ("memory", None),
        ("cost", None),
        ("", None),
        ("x" * 1_000_000, None),
    ],
)
def test_near(name: str, expected: str | None) -> None:
    assert near(name, METRICS) == expected


def test_near_does_not_depend_on_the_order() -> None:
    assert near("cst", {"cost", "cast"}) == near("cst", ["cost", "cast"]) == near("cst", ["cast", "cost"])


def test_did_you_mean() -> None:
    assert did_you_mean("requsts", METRICS) == "did you mean `requests`?"
    assert did_you_mean("memory", METRICS, "Define it.") == "Define it."
    assert did_you_mean("memory", METRICS) is None
