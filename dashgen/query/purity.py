"""Whether an expression is computed from its own row alone, by the embedded engine's own reading of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlglot import exp

from dashgen.query.engine import DIALECT, Engine

_PLAIN = {
    *("BETWEEN", "CASE", "CAST", "COLLATE", "COMPARISON", "CONJUNCTION", "CONSTANT"),
    *("LAMBDA", "LAMBDA_REF", "OPERATOR", "TYPE"),
}
"""Kinds of nodes of which only the parts can look elsewhere."""

_MACROS = ("date_add", "days_in_month", "fdiv", "fmod", "if", "json", "nullif", "split_part")
"""Those of the engine's macros that are functions of their arguments, beside `array_…` and `list_…`."""

_IMPURE = ("age", "current_localtime", "current_localtimestamp", "version")
"""Functions that the engine lists as consistent, and that look at the clock or at the engine."""

_KNOWN = f"""
    SELECT function_name, bool_and(
        CASE function_type
        WHEN 'scalar' THEN stability = 'CONSISTENT' AND function_name NOT IN {_IMPURE}
        WHEN 'macro' THEN function_name IN {_MACROS} OR regexp_matches(function_name, '^(array|list)_')
        ELSE false END)
    FROM duckdb_functions() GROUP BY ALL"""


def foreign(text: str, columns: Collection[str], engine: Engine) -> str | None:
    """The first part of the expression that looks beyond its row: at other rows, the clock, chance, or files."""
    found = nodes(text, engine)
    known = {name.lower() for name in columns} | {name.lower() for name in _parameters(found)}
    pure = dict(engine.rows(_KNOWN)) if found else {}
    return next((part for node in found if (part := _foreign(node, known, pure))), None)


def nodes(text: str, engine: Engine) -> list[dict[str, Any]]:
    """Every node of an expression as the engine parses it; none where it is no expression."""
    query = exp.Literal.string(f"SELECT {text}").sql(DIALECT)
    parsed = json.loads(engine.rows(f"SELECT json_serialize_sql({query})")[0][0])
    return [] if parsed["error"] else list(_nodes([one["node"]["select_list"] for one in parsed["statements"]]))


def _foreign(node: dict[str, Any], known: Collection[str], pure: dict[str, bool]) -> str | None:
    match node["class"]:
        case "FUNCTION":
            name = str(node["function_name"])
            return None if pure.get(name.lower(), True) else f"{name}()"
        case "COLUMN_REF":
            first = str(node["column_names"][0])
            return None if first.lower() in known else first
        case found if found in _PLAIN:
            return None
        case found:
            return str(found).lower().replace("_", " ")


def _parameters(nodes: list[dict[str, Any]]) -> Iterator[str]:
    """Names that lambdas give to their arguments."""
    for node in nodes:
        if node["class"] == "LAMBDA":
            yield from (inner["column_names"][0] for inner in _nodes(node["lhs"]) if inner["class"] == "COLUMN_REF")


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        if "class" in tree:
            yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from _nodes(part)
