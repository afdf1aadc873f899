"""The scans of the six dashboards of an LLM API: planned, one query per widget, and the best plan found by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import duckdb

from dashgen import answers, execute, newest, project
from dashgen.metrics import Catalogue
from dashgen.plan.ask import Asked, Opened
from dashgen.plan.questions import Question, demands
from tests.benchmarks.data import project as write_project
from tests.benchmarks.data import requests

LAYOUTS = {
    "development": """\
version: 1
time_range: 7d
layout:
  - {type: line, metric: requests}
  - {type: card, metric: errors}
  - {type: card, metric: latency_p99}
  - {type: bar, metric: tokens, by: model}
""",
    "production": """\
version: 1
time_range: 30d
layout:
  - {type: card, metric: request_rate}
  - {type: card, metric: error_rate}
  - {type: card, metric: latency_p95}
  - {type: card, metric: latency_p99}
  - {type: line, metric: cost, every: day}
  - {type: pie, metric: tokens, by: model}
  - {type: table, records: [time, model, project, status_code, latency], where: {failed: true}, newest: 50}
""",
    "cost": """\
version: 1
time_range: 30d
layout:
  - {type: line, metric: cost, every: day}
  - {type: pie, metric: cost, by: model}
  - {type: card, metric: tokens_per_dollar}
  - {type: bar, metric: cost, by: user, top: 10}
  - {type: table, by: model, metrics: [cost, tokens, requests], order: -cost}
""",
    "overview": """\
version: 1
time_range: 30d
layout:
  - {type: card, metric: requests}
  - {type: card, metric: request_rate}
  - {type: card, metric: input_tokens}
  - {type: card, metric: output_tokens}
  - {type: card, metric: cost, time_range: today}
  - {type: card, metric: cost, time_range: this_month}
  - {type: card, metric: latency_avg}
  - {type: card, metric: latency_p95}
  - {type: card, metric: latency_p99}
  - {type: card, metric: error_rate}
  - {type: table, records: [time, model, project, status_code, latency], where: {failed: true}, newest: 20}
""",
    "models": """\
version: 1
time_range: 30d
layout:
  - {type: bar, metric: requests, by: model}
  - {type: bar, metrics: [input_tokens, output_tokens], by: model}
  - {type: pie, metric: cost, by: model}
  - {type: bar, metric: error_rate, by: model}
  - {type: histogram, of: latency, by: model}
""",
    "projects": """\
version: 1
time_range: 30d
layout:
  - {type: bar, metric: requests, by: project}
  - {type: bar, metric: cost, by: project}
  - {type: table, by: user, metrics: [requests, cost, error_rate], top: 20}
  - {type: table, by: api_key, metrics: [requests, cost, active_users], top: 20}
""",
}

_WEEK = "ts >= TIMESTAMP '2025-06-24'"
_LATENCY = "CASE WHEN latency_ms > 0 THEN ceil(ln(latency_ms::DOUBLE) / 0.0200006667)::INT END"
_SUMS = """count(*), sum(1 + retries), sum(retries + (status >= 400)::INT), sum(input_tokens), sum(output_tokens),
  sum(round_even(cost_usd * 1e9, 0)::BIGINT)"""
_RECORDS = """SELECT ts, model, project, status, latency_ms FROM REQUESTS
  WHERE status >= 400 AND ts >= TIMESTAMP '2025-06-29' ORDER BY ts DESC LIMIT {n}"""
BY_HAND = (
    "SELECT max(ts), min(ts) FROM REQUESTS",
    f"SELECT epoch_us(ts) // 3600000000, model, {_SUMS} FROM REQUESTS GROUP BY 1, 2",
    "SELECT sum(round_even(latency_ms::DOUBLE * 1000, 0)::BIGINT), count(latency_ms) FROM REQUESTS",
    f"SELECT {_WEEK}, model, {_LATENCY}, count(*) FROM REQUESTS GROUP BY 1, 2, 3",
    f"SELECT user_id, api_key, project, {_SUMS} FROM REQUESTS GROUP BY 1, 2, 3",
    _RECORDS.format(n=50),
    _RECORDS.format(n=20),
)
"""An hour × model cube, a histogram by (last week, model), one grouping of users in keys in projects, records near
the end: fewer and narrower scans than one for each question."""


def main(rows: int = 1_000_000) -> None:
    with TemporaryDirectory() as name:
        write_project(Path(name), rows, LAYOUTS)
        checked = project.read([str(Path(name) / "dashboards")])
        assert checked.project is not None
        catalogue = answers.catalogue_of(checked.project)
        with answers.opened(checked.project, checked.dashboards, catalogue) as (sources, _):
            asked = [answers.ask(d, checked.project, catalogue, sources, {}) for d in checked.dashboards]
            ways = {
                "planned": lambda: _planned(asked, catalogue, sources),
                "one query per widget": lambda: _each(asked, catalogue, sources),
                "best plan by hand": _by_hand(rows),
            }
            _report(rows, ways)


def _planned(asked: list[Asked], catalogue: Catalogue, sources: dict[str, Opened]) -> None:
    """With its probe, its estimates and its planning."""
    sources["gateway"].bound.probe()
    execute.serve(_questions(asked), catalogue, sources)


def _each(asked: list[Asked], catalogue: Catalogue, sources: dict[str, Opened]) -> None:
    for question in _questions(asked):
        for demand in demands(question, catalogue):
            sources["gateway"].bound.cube(demand.cube)
        for listing, count in newest.listings([question]).items():
            newest.fetch(listing, count, sources["gateway"].bound.records)


def _questions(asked: list[Asked]) -> list[Question]:
    return [question for one in asked for question in one.questions.values()]


def _by_hand(rows: int) -> Callable[[], None]:
    connection = duckdb.connect()
    queries = [query.replace("REQUESTS", f"read_parquet('{requests(rows)}')") for query in BY_HAND]

    def run() -> None:
        for query in queries:
            connection.execute(query).fetchall()

    return run


def _report(rows: int, ways: dict[str, Callable[[], None]]) -> None:
    times = 5 if rows <= 10_000_000 else 2
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(times + 1):
        for name, run in ways.items():
            began = perf_counter()
            run()
            if turn:
                seconds[name].append(perf_counter() - began)
    print(f"Six dashboards, {rows:,} rows")
    for name, found in seconds.items():
        ratio = median(a / b for a, b in zip(seconds["planned"], found, strict=True))
        print(f"{name:<24} {median(found):>8.3f} s    planned is {ratio:.2f} × this")
