"""Seeded conditions of every form."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

Recogniser = Callable[[dict[str, Any]], bool]
RowList = list[dict[str, Any]]


def _any(test: Callable[[str, Any], bool]) -> Recogniser:
    return lambda where: any(test(name, condition) for name, condition in where.items())


def _operand(key: str, test: Callable[[Any], bool] = lambda operand: True) -> Recogniser:
    return _any(lambda name, condition: isinstance(condition, dict) and key in condition and test(condition[key]))


def _on(wanted: str, test: Callable[[Any], bool] = lambda condition: True) -> Recogniser:
    return _any(lambda name, condition: name == wanted and test(condition))


FORMS: dict[str, Recogniser] = {
    "text": _any(lambda name, condition: isinstance(condition, str)),
    "list": _any(lambda name, condition: isinstance(condition, list) and None not in condition),
    "list-with-missing": _any(lambda name, condition: isinstance(condition, list) and None in condition),
    "not": _operand("not", lambda value: isinstance(value, str)),
    "not-list": _operand("not", lambda value: isinstance(value, list) and None not in value),
    "not-list-with-missing": _operand("not", lambda value: isinstance(value, list) and None in value),
    "missing": _operand("missing", lambda value: value is True),
    "present": _operand("missing", lambda value: value is False),
    "status": _on("status_code", lambda condition: isinstance(condition, int)),
    "status-list": _on("status_code", lambda condition: isinstance(condition, list)),
    "gt": _operand("gt"),
    "gte": _operand("gte"),
    "lt": _operand("lt"),
    "lte": _operand("lte"),
    "between": _any(lambda name, condition: isinstance(condition, dict) and {"gte", "lt"} <= set(condition)),
    "not-and-bound": _any(lambda name, condition: isinstance(condition, dict) and {"not", "gte"} <= set(condition)),
    "failed": _on("failed"),
    "status-class": _on("status_class"),
    "latency": _on("latency", lambda condition: not isinstance(condition.get("gt"), str)),
    "latency-with-unit": _on("latency", lambda condition: isinstance(condition.get("gt"), str)),
    "tokens": _on("input_tokens"),
    "several": lambda where: len(where) > 1,
}


FILTERS: dict[str, Recogniser] = {
    "one": lambda chosen: isinstance(chosen["default"], str),
    "several": lambda chosen: isinstance(chosen["default"], list) and len(chosen["default"]) > 1,
    "status": lambda chosen: chosen["dimension"] == "status_code",
    "failed": lambda chosen: chosen["dimension"] == "failed",
    "open": lambda chosen: not chosen.get("locked") and not chosen.get("hidden"),
    "locked": lambda chosen: bool(chosen.get("locked")),
    "hidden": lambda chosen: bool(chosen.get("hidden")),
    "locked-and-hidden": lambda chosen: bool(chosen.get("locked") and chosen.get("hidden")),
}


def filter_of(random: Random, number: int, dimensions: list[str], rows: RowList) -> dict[str, Any]:
    """A filter with a default, on any of the dimensions; open, locked, hidden, or both, in turn."""
    name = random.choice(dimensions)
    own: dict[str, list[Any]] = {
        "status_code": [200, 204, 429],
        "failed": [True, False],
        "status_class": ["2xx", "5xx"],
    }
    values = own.get(name) or sorted({row[name] for row in rows if row[name] is not None}) or ["nobody"]
    default = random.choice([random.choice(values), random.sample(values, min(len(values), random.randint(1, 4)))])
    flags = {key: True for key, is_set in (("locked", number & 1), ("hidden", number & 2)) if is_set}
    return {"dimension": name, "default": default, **flags}


def where_of(random: Random, number: int, dimensions: list[str], has: set[str], rows: RowList) -> dict[str, Any]:
    """The form at `number` in the table, or the next one that the data set has the columns for."""
    texts = [name for name in dimensions if name not in ("status_code", "status_class", "failed")]
    names = list(FORMS)
    for step in range(len(names)):
        found = _make(names[(number + step) % len(names)], random, texts, has, rows)
        if found:
            return found
    raise AssertionError("no condition fits")


def _make(form: str, random: Random, texts: list[str], has: set[str], rows: RowList) -> dict[str, Any]:
    name = random.choice(texts)
    values = sorted({row[name] for row in rows if row[name] is not None}) or ["nobody"]
    one, some = random.choice(values), random.sample(values, min(len(values), random.randint(1, 4)))
    by_text: dict[str, Any] = {
        "text": one,
        "list": [*some, "never seen"],
        "list-with-missing": [*some, None],
        "not": {"not": one},
        "not-list": {"not": some},
        "not-list-with-missing": {"not": [*some, None]},
        "missing": {"missing": True},
        "present": {"missing": False},
    }
    if form in by_text:
        return {name: by_text[form]}
    if form == "several":
        return {texts[0]: {"not": one}, texts[-1]: {"missing": False}} if len(texts) > 1 else {}
    return _numeric(form, random, has)


def _numeric(form: str, random: Random, has: set[str]) -> dict[str, Any]:
    status: dict[str, Any] = {
        "status": random.choice([200, 429, 500]),
        "status-list": random.choice([[200, 204], [429, 503, None], [404]]),
        "gt": {"gt": 301},
        "gte": {"gte": 400},
        "lt": {"lt": 429},
        "lte": {"lte": 204},
        "between": {"gte": 200, "lt": 500},
        "not-and-bound": {"not": [429], "gte": 400},
    }
    if "status_code" in has and form in status:
        return {"status_code": status[form]}
    if "status_code" in has and form == "failed":
        return {"failed": random.choice([True, False])}
    if "status_code" in has and form == "status-class":
        return {"status_class": random.choice(["2xx", ["4xx", "5xx"], {"not": "none"}, ["none"]])}
    if "latency" in has and form == "latency":
        return {"latency": random.choice([{"gte": 100.5}, {"lt": 250}, {"missing": True}, {"gt": 0}])}
    if "latency" in has and form == "latency-with-unit":
        return {"latency": random.choice([{"gt": "0.2s", "lte": "5s"}, {"gt": "150 ms"}])}
    if "tokens" in has and form == "tokens":
        return {"input_tokens": {"gt": random.choice([100, 10_000])}}
    return {}
