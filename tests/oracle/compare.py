"""Every difference between a `data.json` and what it must contain."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from tests.oracle.near import SLACK, Near, bounds_of

Widget = Mapping[str, Any]
Rows = Sequence[Mapping[str, Any]]


def compare(actual: dict[str, Any], expected: dict[str, Any], accuracy: float = 0.01) -> list[str]:
    """One sentence per difference; none if `actual` is right."""
    found = [
        f"{key}: {actual.get(key)!r} instead of {expected[key]!r}"
        for key in ("format", "as_of", "time_range")
        if actual.get(key) != expected[key]
    ]
    answers = {name: widget for name, widget in actual.get("widgets", {}).items() if widget.get("type") != "text"}
    if set(answers) != set(expected["widgets"]):
        found.append(f"widgets: {sorted(answers)} instead of {sorted(expected['widgets'])}")
    for name, widget in expected["widgets"].items():
        if name in answers:
            found += [f"{name}: {problem}" for problem in compare_widget(answers[name], widget, accuracy)]
    return found


def compare_widget(actual: Widget, expected: Widget, accuracy: float) -> list[str]:
    if actual.get("type") != expected["type"]:
        return [f"type {actual.get('type')!r} instead of {expected['type']!r}"]
    rows: Rows = actual.get("rows", [])
    if "_values" in expected:
        return _histogram(rows, expected)
    wanted, found = _ordered(rows, expected, accuracy)
    found += compare_rows(rows, wanted, accuracy)
    spark = [
        f"spark: {problem}" for problem in compare_rows(actual.get("spark", []), expected.get("spark", []), accuracy)
    ]
    return found + spark


def _ordered(rows: Rows, expected: Widget, accuracy: float) -> tuple[Rows, list[str]]:
    """The expected rows in the order of the actual ones, as far as that order is honest."""
    orders = expected.get("_orders", [])
    if not any(order.lenient for order in orders):
        return expected["rows"], []
    settled = [order.settle(rows, accuracy) for order in orders]
    return expected["_make"](*[order for order, _ in settled]), [text for _, problems in settled for text in problems]


def compare_rows(actual: Rows, expected: Rows, accuracy: float) -> list[str]:
    found = [] if len(actual) == len(expected) else [f"{len(actual)} rows instead of {len(expected)}"]
    for number, (row, wanted) in enumerate(zip(actual, expected, strict=False)):
        found += [f"row {number}: {problem}" for problem in compare_row(row, wanted, accuracy)]
    return found


def compare_row(actual: Mapping[str, Any], expected: Mapping[str, Any], accuracy: float) -> list[str]:
    if set(actual) != set(expected):
        return [f"keys {sorted(actual)} instead of {sorted(expected)}"]
    return [
        f"{key}: {actual[key]!r} instead of {value!r}"
        for key, value in expected.items()
        if not same(actual[key], value, accuracy)
    ]


def same(actual: Any, expected: Any, accuracy: float) -> bool:
    if isinstance(expected, dict):
        return (
            isinstance(actual, dict)
            and set(actual) == set(expected)
            and all(same(actual[key], value, accuracy) for key, value in expected.items())
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(actual) == len(expected)
            and all(same(one, other, accuracy) for one, other in zip(actual, expected, strict=True))
        )
    if expected is None or isinstance(expected, bool | str):
        return type(actual) is type(expected) and bool(actual == expected)
    if isinstance(actual, bool) or not isinstance(actual, int | float):
        return False
    if isinstance(expected, Near):
        low, high = bounds_of(expected, accuracy)
        return low <= actual <= high
    return bool(actual == expected) and not (isinstance(expected, int) and isinstance(actual, float))


# ---- histograms ---------------------------------------------------------------------------------


def _histogram(rows: Rows, expected: Widget) -> list[str]:
    by, values = expected["_by"], expected["_values"]
    keys = {"from", "to", "count"} | ({by} if by else set())
    odd = [f"row {number}: keys {sorted(row)}" for number, row in enumerate(rows) if set(row) != keys]
    if odd:
        return odd
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        parts.setdefault(repr(row[by] if by else None), []).append(row)
    counted = {key: part for key, part in parts.items() if key in values or any(row["count"] for row in part)}
    if set(counted) != set(values):
        return [f"groups {sorted(counted)} instead of {sorted(values)}"]
    return [f"{key}: {problem}" for key, part in counted.items() for problem in _distribution(part, values[key])]


def _distribution(rows: Rows, values: list[float]) -> list[str]:
    found = [f"{row}: a count is an integer" for row in rows if type(row["count"]) is not int]
    total, zeros = sum(row["count"] for row in rows), values.count(0)
    if total != len(values):
        found.append(f"counts {total} events instead of {len(values)}")
    if (counted := sum(row["count"] for row in rows if row["from"] == row["to"] == 0)) != zeros:
        found.append(f"counts {counted} zeros instead of {zeros}")
    above = [row for row in rows if row["to"] > 0]
    below = [{**row, "from": -row["to"], "to": -row["from"]} for row in reversed(rows) if row["from"] < 0]
    return found + _side(above, [v for v in values if v > 0]) + _side(below, [-v for v in reversed(values) if v < 0])


def _side(rows: Rows, values: list[float]) -> list[str]:
    """Bars of values above zero, or of those below it mirrored."""
    found = [f"{a} is not followed by {b}" for a, b in pairwise(rows) if a["to"] != b["from"]]
    found += [f"{row} is empty or upside down" for row in rows if not 0 <= row["from"] < row["to"]]
    return found + [f"{row} counts {_least(row, values)} to {_most(row, values)}" for row in rows if _off(row, values)]


def _off(row: Mapping[str, Any], values: list[float]) -> bool:
    return not _least(row, values) <= row["count"] <= _most(row, values)


def _least(row: Mapping[str, Any], values: list[float]) -> int:
    """Without the values that lie on an edge."""
    return max(0, _up_to(row["to"] * (1 - SLACK), values) - _up_to(row["from"] * (1 + SLACK), values))


def _most(row: Mapping[str, Any], values: list[float]) -> int:
    return _up_to(row["to"] * (1 + SLACK), values) - _up_to(row["from"] * (1 - SLACK), values)


def _up_to(edge: float, values: list[float]) -> int:
    return bisect_right(values, edge)
