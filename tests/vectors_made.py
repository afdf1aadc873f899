"""Vectors for evaluators: cubes of a few random events, questions about them, and what the oracle answers.

Cells are added up here, event by event, by nothing but a measure's description; no evaluator and no query takes part.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from dashgen import answers, documents, parse
from dashgen.cube import KEY_OFFSET, representative
from dashgen.metrics import Catalogue
from dashgen.metrics.formula import Measure
from dashgen.model import Dashboard, Project
from dashgen.project import builtin_metrics
from tests.oracle.events import Event
from tests.oracle.events import events as read
from tests.oracle.expect import expect
from tests.oracle.metrics import CATALOGUE, DERIVED
from tests.packing import DAY, HOUR

END = 2 * DAY
EDGES = tuple(range(0, END + 1, HOUR))
DIMENSIONS = ("model", "status_code", "user")
MODELS = ("mini", "large", "Other", "1.10", "9", "", None)
USERS = ("ann", "bob", "cleo", None)
STATUSES = (200, 429, 500, None)
ACCURACY = 0.01
_GAMMA = (1 + ACCURACY) / (1 - ACCURACY)

PROJECT: dict[str, Any] = {
    "version": 1,
    "timezone": "UTC",
    "sources": {"log": {"type": "files", "path": "log.csv", "units": {"time": "us"}}},
    "prices": [{"model": "mini", "input": 0.15, "output": 0.6}, {"model": "9", "input": 3, "output": 15}],
    "metrics": {
        "cost_per_request": {"expr": "cost / requests"},
        "success_percent": {"expr": "(requests - errors) * 100 / requests"},
        "nested": {"expr": "(tokens + 1) / (requests - 3) - cost * 2"},
        "tail_ratio": {"expr": "latency_p99 / latency_p50"},
        "tokens_each": {"expr": "tokens / requests", "where": {"failed": False}},
        "throttled": {"count": True, "where": {"status_code": 429}},
        "hourly": {"expr": "request_rate * 60 - 1"},
        "dearest": {"max": "cost"},
        "fastest": {"min": "latency", "where": {"failed": False}},
        "users": {"distinct": "user"},
    },
}
METRICS = [*(name for name in CATALOGUE if name != "active_api_keys"), *PROJECT["metrics"]]


@dataclass(frozen=True)
class Asked:
    """Events, a dashboard of widgets over them under one choice, and the oracle's widgets."""

    name: str
    events: tuple[Event, ...]
    board: Mapping[str, Any]
    chosen: Mapping[str, list[Any]]
    right: Mapping[str, Any]


def vectors(cubes: int, choices: int) -> Iterator[Asked]:
    """Cubes of none, one, few and many events; of each the same questions under each choice."""
    for number in range(cubes):
        random = Random(f"vectors {number}")
        events = tuple(read(_rows(random, number), PROJECT["sources"]["log"], PROJECT))
        events = tuple(replace(event, source="log") for event in events)
        board = _board(random)
        for turn in range(choices):
            chosen = {} if turn == 0 else {name: _chosen(random, name) for name in DIMENSIONS}
            yield Asked(f"{number}.{turn}", events, board, chosen, right(board, chosen, events))


def right(board: Mapping[str, Any], chosen: Mapping[str, list[Any]], events: Sequence[Event]) -> dict[str, Any]:
    filters = [{"dimension": name, **({"default": chosen[name]} if chosen.get(name) else {})} for name in DIMENSIONS]
    found: dict[str, Any] = expect(PROJECT, {**board, "filters": filters}, list(events))["widgets"]
    return found


def _chosen(random: Random, name: str) -> list[Any]:
    values: tuple[Any, ...] = {"model": MODELS, "status_code": STATUSES, "user": USERS}[name]
    return [] if random.random() < 0.4 else random.sample(values, random.randint(1, 3))


# ---- events


def _rows(random: Random, number: int) -> list[dict[str, Any]]:
    count = (0, 1, 2, 3, 7, 20, 60)[number % 7]
    models = random.sample(MODELS, random.randint(1, len(MODELS)))
    rows = [_row(random, models) for _ in range(count)]
    if rows and random.random() < 0.6:
        rows[0]["time"] = 0  # so that there is a period before
    return rows


def _row(random: Random, models: Sequence[Any]) -> dict[str, Any]:
    edge = random.choice(EDGES)
    near = max(0, min(END - 1, edge + random.choice([-1, 0, 1])))
    return {
        "time": near if random.random() < 0.3 else random.randrange(END),
        "model": random.choice(models),
        "status_code": random.choice([200, *STATUSES]),
        "user": random.choice(USERS),
        "retries": random.choice([0, 0, 1, 2, None]),
        "input_tokens": random.choice([None, 0, random.randrange(10**6), 2**40]),
        "output_tokens": random.choice([None, 0, random.randrange(10**4)]),
        "cost": random.choice([None, None, 0.0, random.random(), 123456.789]),
        "latency": random.choice([None, 0.0, 12.5, random.random() * 10 ** random.randint(0, 6)]),
    }


# ---- dashboards


def _board(random: Random) -> dict[str, Any]:
    metrics = iter(random.sample(METRICS * 2, 2 * len(METRICS)))

    def some(most: int = 3) -> list[str]:
        return list(dict.fromkeys(next(metrics) for _ in range(random.randint(1, most))))

    by, other = random.sample(DIMENSIONS, 2)
    fold = {"top": random.randint(1, 3), **({"other": False} if random.random() < 0.3 else {})}
    order = {"order": random.choice(["-", ""]) + random.choice([by, next(metrics)])}
    widgets: list[dict[str, Any]] = [
        {"type": "card", "metric": next(metrics), "compare": "previous"},
        {"type": "card", "metric": next(metrics), "spark": True, "every": "6h"},
        {"type": "line", "metrics": some(), "every": "6h", "compare": "previous"},
        {"type": "line", "metric": next(metrics), "series": by, "every": "6h", **fold},
        {"type": "bar", "metrics": some(), "by": by},
        {"type": "bar", "metric": next(metrics), "by": by, "series": other, **fold},
        {"type": "table", "by": by, "metrics": some(), **fold, "compare": "previous"},
        {"type": "table", "by": [by, other], "metrics": some(), **order},
        {"type": "heatmap", "metric": next(metrics), "rows": by, "columns": other},
        {"type": "heatmap", "metric": next(metrics)},
    ]
    layout = [{"id": f"w{n}", **widget} for n, widget in enumerate(widgets)]
    return {"version": 1, "id": "board", "time_range": "1d", "as_of": "1970-01-03T00:00:00Z", "layout": layout}


@cache
def project() -> Project:
    document = documents.read(json.dumps(PROJECT).encode(), "dashgen.yaml", Path("dashgen.yaml"))
    found = parse.parse_project(document, [])
    return replace(found, metrics={**builtin_metrics(), **found.metrics})


@cache
def catalogue() -> Catalogue:
    return answers.catalogue_of(project())


def parsed(board: Mapping[str, Any]) -> Dashboard:
    document = documents.read(json.dumps(board).encode(), "board.yaml", Path("board.yaml"))
    return parse.parse_dashboard(document, project())


# ---- cells


@dataclass(frozen=True)
class Cell:
    """All events of one bucket that are alike in every dimension."""

    bucket: int
    values: tuple[Any, ...]
    events: tuple[Event, ...]

    def holds(self, measure: Measure) -> int | None:
        """Its number of a measure that is no histogram; None for an extreme of nothing."""
        counted = [event for event in self.events if _meets(event, measure)]
        if measure.kind == "sum":
            return sum(_quantity(event, measure.field) or 0 for event in counted)
        found = [number for event in counted if (number := _quantity(event, measure.field)) is not None]
        if measure.kind == "count":
            return len(found)
        return (min if measure.kind == "min" else max)(found, default=None)

    def entries(self, measure: Measure) -> dict[int, int]:
        """How many values each key of the histogram has."""
        found: dict[int, int] = {}
        for event in self.events:
            if _meets(event, measure) and (number := _quantity(event, measure.field)) is not None:
                key = _key(float(number / event.scales[measure.field]))
                found[key] = found.get(key, 0) + 1
        return found


def cells(events: Sequence[Event]) -> list[Cell]:
    found: dict[tuple[Any, ...], list[Event]] = {}
    for event in events:
        place = (event.time // HOUR, *(event.dimensions[name] for name in DIMENSIONS))
        found.setdefault(place, []).append(event)
    return [Cell(bucket, tuple(values), tuple(own)) for (bucket, *values), own in found.items()]


def _meets(event: Event, measure: Measure) -> bool:
    known = {"priced": event.priced, "billed": event.billed, "failed": event.failed}
    for condition in measure.where:
        assert condition.any_of is not None
        name = condition.dimension
        if (known[name] if name in known else event.dimensions[name]) not in condition.any_of:
            return False
    return True


def _quantity(event: Event, field: str) -> int | None:
    return DERIVED[field](event) if field in DERIVED else event.fields[field]


def _key(value: float) -> int:
    """Of a value that is not below zero: γ^(i−1) < value ≤ γ^i."""
    return 0 if value == 0 else math.ceil(math.log(value) / math.log(_GAMMA)) + KEY_OFFSET


def standing(keys: Sequence[int]) -> dict[str, Any]:
    """What the keys stand for, as a page is told."""
    return {str(ACCURACY): {"keys": list(keys), "values": [representative(key, ACCURACY) for key in keys]}}
