"""The oracle against numbers worked out by hand, so that it can be trusted with the rest."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from tests.oracle import calendar, pairs
from tests.oracle.calendar import Setting, buckets, previous, resolve
from tests.oracle.compare import compare
from tests.oracle.conditions import matches
from tests.oracle.datasets import datasets
from tests.oracle.events import Event, events, read
from tests.oracle.expect import expect, identified, plain
from tests.oracle.hiding import Hiding, available
from tests.oracle.metrics import CATALOGUE, nearest_rank
from tests.oracle.specs import Case, cases, coverage, crossing, required
from tests.oracle.zones import HOUR, instant, iso, midnight

ROOT = Path(__file__).parents[1]
ROME, NEW_YORK, KOLKATA = "Europe/Rome", "America/New_York", "Asia/Kolkata"
Row = dict[str, Any]
Expectation = tuple[Case, list[Event], Row]


def at(written: str, zone: str = "UTC") -> int:
    return calendar.read_instant(written, zone)


def made(rows: list[Row], project: Row | None = None, **spec: Any) -> list[Event]:
    return events(rows, spec, project or {})


def row(time: str, **fields: Any) -> Row:
    return {"time": time, "status_code": 200, "input_tokens": 0, "output_tokens": 0, "cost": 0.0, **fields}


def answer(
    found: list[Event], widget: Row, project: Row | None = None, *, time_range: Any = "1d", **dashboard: Any
) -> Row:
    """One widget's expectation."""
    board = {"version": 1, "time_range": time_range, **dashboard, "layout": [{"id": "w", **widget}]}
    expected: Row = expect(project or {}, board, found)["widgets"]["w"]
    return expected


def rows_of(found: list[Event], widget: Row, project: Row | None = None, **dashboard: Any) -> list[Row]:
    rows: list[Row] = answer(found, widget, project, **dashboard)["rows"]
    return rows


def value(found: list[Event], metric: str, project: Row | None = None, **dashboard: Any) -> Any:
    return rows_of(found, {"type": "card", "metric": metric}, project, **dashboard)[0][metric]


# ---- independence -------------------------------------------------------------------------------


def test_imports_nothing_of_the_program() -> None:
    for file in (ROOT / "tests" / "oracle").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "dashgen"], file


def test_loads_nothing_of_the_program() -> None:
    modules = [f"tests.oracle.{file.stem}" for file in (ROOT / "tests" / "oracle").glob("[a-z]*.py")]
    code = f"import sys, {', '.join(modules)}; print([m for m in sys.modules if m.split('.')[0] == 'dashgen'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---- clocks -------------------------------------------------------------------------------------


def test_a_wall_time_that_does_not_exist_moves_to_the_transition() -> None:
    assert iso(instant(datetime(2025, 3, 30, 2, 30), ROME), ROME) == "2025-03-30T03:00:00+02:00"
    assert iso(instant(datetime(2025, 3, 9, 2, 0), NEW_YORK), NEW_YORK) == "2025-03-09T03:00:00-04:00"


def test_a_repeated_wall_time_is_the_first() -> None:
    assert instant(datetime(2025, 10, 26, 2, 30), ROME) == at("2025-10-26T00:30:00Z")
    assert instant(datetime(2025, 10, 26, 3, 0), ROME) == at("2025-10-26T02:00:00Z")


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2025, 3, 30), ROME, 23),
        (date(2025, 10, 26), ROME, 25),
        (date(2025, 3, 9), NEW_YORK, 23),
        (date(2025, 11, 2), NEW_YORK, 25),
        (date(2025, 3, 30), KOLKATA, 24),
    ],
)
def test_days_of_23_and_25_hours(day: date, zone: str, hours: int) -> None:
    opening, closing = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    assert closing - opening == hours * HOUR
    day_range = calendar.Range(opening, closing, closing)
    assert len(buckets(day_range, "hour", zone)) == hours


@pytest.mark.parametrize(
    ("spec", "start", "end"),
    [
        ("90min", "2025-10-25T23:31:00Z", "2025-10-26T01:00:30Z"),
        ("2h", "2025-10-26T00:00:00Z", "2025-10-26T01:00:30Z"),
        ("1d", "2025-10-25T22:00:00Z", "2025-10-26T01:00:30Z"),
        ("7d", "2025-10-19T22:00:00Z", "2025-10-26T01:00:30Z"),
        ("1w", "2025-10-19T22:00:00Z", "2025-10-26T01:00:30Z"),
        ("2mo", "2025-08-31T22:00:00Z", "2025-10-26T01:00:30Z"),
        ("1y", "2024-12-31T23:00:00Z", "2025-10-26T01:00:30Z"),
        ("yesterday", "2025-10-24T22:00:00Z", "2025-10-25T22:00:00Z"),
        ("last_week", "2025-10-12T22:00:00Z", "2025-10-19T22:00:00Z"),
        ("last_month", "2025-08-31T22:00:00Z", "2025-09-30T22:00:00Z"),
        ("last_year", "2023-12-31T23:00:00Z", "2024-12-31T23:00:00Z"),
        ({"from": "2025-10-25", "to": "2025-10-25"}, "2025-10-24T22:00:00Z", "2025-10-25T22:00:00Z"),
        ({"from": "2025-10-25", "to": "2025-10-31"}, "2025-10-24T22:00:00Z", "2025-10-26T01:00:30Z"),
        ({"from": "2025-10-25T12:00", "to": "2025-10-25T12:00:00Z"}, "2025-10-25T10:00:00Z", "2025-10-25T12:00:00Z"),
    ],
)
def test_ranges(spec: Any, start: str, end: str) -> None:
    """At 02:00:30 on the clock of Rome, for the second time that night."""
    found = resolve(spec, Setting(ROME, at("2025-10-26T01:00:30Z")))
    assert (found.start, found.end) == (at(start), at(end))


def test_as_of_at_midnight_belongs_to_the_day_before() -> None:
    setting = Setting(ROME, at("2025-06-02", ROME))
    assert resolve("today", setting).start == at("2025-06-01", ROME)
    assert resolve("1h", setting).start == at("2025-06-01T23:00", ROME)


def test_weeks_begin_where_the_project_says() -> None:
    wednesday = at("2025-06-04T12:00:00Z")
    starts = {day: resolve("this_week", Setting("UTC", wednesday, day)).start for day in calendar.WEEK_STARTS}
    assert starts == {"monday": at("2025-06-02"), "sunday": at("2025-06-01"), "saturday": at("2025-05-31")}


@pytest.mark.parametrize(
    ("spec", "as_of", "start", "end"),
    [
        ("1d", "2025-03-31T10:00", "2025-03-30T00:00", "2025-03-30T10:00"),
        ("1d", "2025-03-31T02:30", "2025-03-30T00:00", "2025-03-30T03:00"),
        ("7d", "2025-04-02T09:00", "2025-03-20T00:00", "2025-03-26T09:00"),
        ("24h", "2025-03-30T12:30", "2025-03-28T12:00", "2025-03-29T11:30"),
        ("today", "2025-10-27T02:30", "2025-10-26T00:00", "2025-10-26T02:30"),
        ("this_month", "2025-03-31T10:00", "2025-02-01T00:00", "2025-03-01T00:00"),
        ("this_month", "2025-03-15T10:00", "2025-02-01T00:00", "2025-02-15T10:00"),
        ("last_month", "2025-03-15T10:00", "2025-01-01T00:00", "2025-02-01T00:00"),
        ("3mo", "2025-05-31T10:00", "2024-12-01T00:00", "2025-03-01T00:00"),
        ("this_year", "2024-02-29T10:00", "2023-01-01T00:00", "2023-03-01T00:00"),
        ("last_week", "2025-04-02T10:00", "2025-03-17T00:00", "2025-03-24T00:00"),
        ({"from": "2025-03-30", "to": "2025-03-31"}, "2025-05-01T00:00", "2025-03-28T00:00", "2025-03-30T00:00"),
        ({"from": "2025-03-30"}, "2025-03-31T10:00", "2025-03-28T00:00", "2025-03-29T10:00"),
        ({"from": "2025-03-30T00:00", "to": "2025-03-31"}, "2025-05-01T00:00", "2025-03-28T01:00", "2025-03-30T00:00"),
    ],
)
def test_previous_periods(spec: Any, as_of: str, start: str, end: str) -> None:
    setting = Setting(ROME, at(as_of, ROME))
    found = previous(spec, resolve(spec, setting), setting)
    assert (iso(found.start, ROME), iso(found.end, ROME)) == (iso(at(start, ROME), ROME), iso(at(end, ROME), ROME))


@pytest.mark.parametrize(
    ("spec", "as_of", "start", "end"),
    [
        ("today", "2024-04-26T10:00", "2024-04-25T00:00", "2024-04-25T10:00"),
        ("today", "2024-04-26T01:00:00.000001", "2024-04-25T00:00", "2024-04-25T01:00:00.000001"),
        ("yesterday", "2024-04-26T10:00", "2024-04-24T00:00", "2024-04-25T00:00"),
        ("yesterday", "2024-04-27T10:00", "2024-04-25T00:00", "2024-04-26T01:00"),
        ("1d", "2024-04-27T10:00", "2024-04-26T01:00", "2024-04-26T10:00"),
        ("7d", "2024-05-02T10:00", "2024-04-19T00:00", "2024-04-25T10:00"),
    ],
)
def test_a_previous_period_begins_with_its_day_where_midnight_was_skipped(
    spec: Any, as_of: str, start: str, end: str
) -> None:
    """In Cairo 26 April 2024 began at 01:00."""
    setting = Setting("Africa/Cairo", at(as_of, "Africa/Cairo"))
    found = previous(spec, resolve(spec, setting), setting)
    assert (found.start, found.end) == (at(start, "Africa/Cairo"), at(end, "Africa/Cairo"))


def starts(found: list[tuple[int, int]], zone: str) -> list[str]:
    return [iso(start, zone)[5:16] for start, _ in found]


def test_buckets_over_an_hour_begin_anew_at_midnight() -> None:
    two_days = resolve({"from": "2025-10-26", "to": "2025-10-27"}, Setting(ROME, at("2026-01-01")))
    assert starts(buckets(two_days, "12h", ROME), ROME) == [
        "10-26T00:00",
        "10-26T11:00",
        "10-26T23:00",
        "10-27T00:00",
        "10-27T12:00",
    ]


def test_buckets_up_to_an_hour_follow_the_clock() -> None:
    hours = resolve({"from": "2025-06-01T10:10", "to": "2025-06-01T12:20"}, Setting(KOLKATA, at("2026-01-01")))
    assert starts(buckets(hours, "hour", KOLKATA), KOLKATA) == ["06-01T10:10", "06-01T11:00", "06-01T12:00"]
    repeated = resolve({"from": "2025-10-26T01:30", "to": "2025-10-26T03:10"}, Setting(ROME, at("2026-01-01")))
    assert starts(buckets(repeated, "hour", ROME), ROME) == ["10-26T01:30", "10-26T02:00", "10-26T02:00", "10-26T03:00"]


def test_buckets_of_the_calendar_are_cut_to_the_range() -> None:
    spring = resolve({"from": "2025-01-15", "to": "2025-03-20"}, Setting("UTC", at("2025-03-10T06:00:00Z")))
    months = buckets(spring, "month", "UTC")
    assert starts(months, "UTC") == ["01-15T00:00", "02-01T00:00", "03-01T00:00"]
    assert months[-1][1] == at("2025-03-10T06:00:00Z")
    assert starts(buckets(spring, "4w", "UTC"), "UTC") == ["01-15T00:00", "02-10T00:00", "03-10T00:00"]
    assert starts(buckets(spring, "20d", "UTC"), "UTC") == ["01-15T00:00", "02-04T00:00", "02-24T00:00"]


# ---- events -------------------------------------------------------------------------------------


def test_values_are_held_exactly() -> None:
    (event,) = made([row("2025-06-01T00:00:00.1234567Z", cost=2.5e-9, latency="0.0025", status_code="404")])
    assert event.time == at("2025-06-01T00:00:00.123456Z")
    assert (event.fields["cost"], event.fields["latency"]) == (2, 2)
    assert (event.failed, event.dimensions["status_class"]) == (True, "4xx")


def test_missing_values() -> None:
    (event,) = made([{"time": "2025-06-01T00:00:00", "latency": "nan", "cost": float("inf"), "input_tokens": 5}])
    assert event.fields["latency"] is None
    assert (event.priced, event.fields["cost"]) == (False, None)
    assert (event.failed, event.errors, event.requests) == (True, 1, 1)
    assert event.dimensions["status_class"] == "none"


def test_retries_fail() -> None:
    (event,) = made([row("2025-06-01", retries=3)])
    assert (event.requests, event.errors, event.failed) == (4, 3, False)


def test_times_follow_the_units_and_the_source_s_clock() -> None:
    assert made([{"time": 1_500}], units={"time": "ms"}, origin="2025-06-01T00:00")[0].time == at(
        "2025-06-01T00:00:01.5Z"
    )
    assert made([{"time": 1_500}], units={"time": "ns"})[0].time == 2
    assert made([{"time": "2025-10-26 02:30:00"}], timezone=ROME)[0].time == at("2025-10-26T00:30:00Z")
    assert made([{"time": "2025-10-26 02:30:00+01"}], timezone=ROME)[0].time == at("2025-10-26T01:30:00Z")


PRICES: Row = {
    "timezone": ROME,
    "prices": [
        {"model": "a", "input": 2.5, "output": 10, "to": "2025-06-01"},
        {"model": "a", "input": 5, "output": 0.001, "from": "2025-06-02"},
    ],
}


def test_prices_hold_until_the_end_of_their_last_local_day() -> None:
    def cost(time: str, model: str = "a", tokens: int = 1, own: float | None = None) -> int | None:
        return made([row(time, model=model, input_tokens=0, output_tokens=tokens, cost=own)], PRICES)[0].fields["cost"]

    assert cost("2025-06-01T21:59:59.999999Z") == 10_000
    assert cost("2025-06-01T22:00:00Z") == 1
    assert cost("2025-06-01T22:00:00Z", tokens=2_500) == 2_500
    assert cost("2025-06-01", model="b") is None
    assert cost("2025-06-01", model="b", tokens=0) == 0
    assert cost("2025-06-01", own=0.25) == 250_000_000


@pytest.mark.parametrize("format_", ["parquet", "csv", "jsonl"])
def test_every_format_reads_back(format_: str, tmp_path: Path) -> None:
    found = next(one for one in datasets(1) if one.format == format_ and one.name.startswith("full") and one.rows)
    found.write(tmp_path)
    read_back = read(tmp_path, {"sources": {"s": found.source}})
    assert sorted(event.time for event in read_back) == sorted(one["time"] for one in found.rows)
    empty = None if format_ == "csv" else ""
    wanted = {empty if one["model"] == "" else one["model"] for one in found.rows}
    assert {event.dimensions["model"] for event in read_back} == wanted


# ---- metrics ------------------------------------------------------------------------------------

DAY: list[Row] = [
    row("2025-06-01T00:00:00Z", model="a", user="u", input_tokens=600, output_tokens=400, cost=0.5, latency=100.0),
    row("2025-06-01T06:00:00Z", model="a", user="v", input_tokens=1000, cost=None, latency=300.0, retries=1),
    row("2025-06-01T12:00:00Z", model="b", user="u", input_tokens=100, cost=0.25, latency=200.0, status_code=500),
    row("2025-06-01T17:59:59.999999Z", model=None, user=None, latency=None, status_code=None),
]


def test_metrics_of_a_day_by_hand() -> None:
    """Eighteen hours, 1080 minutes; the second event is unpriced."""
    found = made(DAY)
    wanted = {
        "requests": 5,
        "request_rate": 5 / 1080,
        "tokens": 2100,
        "cost": 0.75,
        "cost_daily_average": 0.75 / (1080 / 1440),
        "errors": 3,
        "error_rate": 0.6,
        "final_errors": 2,
        "final_error_rate": 0.5,
        "latency_avg": 200.0,
        "latency_p50": 200.0,
        "latency_p95": 300.0,
        "tokens_per_dollar": 1100 / 0.75,
        "unpriced_tokens": 1000,
        "active_users": 2,
        "active_api_keys": 0,
    }
    assert {name: value(found, name) for name in wanted} == wanted


def test_nearest_rank() -> None:
    assert nearest_rank(list(range(1, 21)), 0.95) == 19
    assert nearest_rank(list(range(1, 22)), 0.95) == 20
    assert nearest_rank([7, 3], 0.5) == 3
    assert nearest_rank([7, 3], 0) == 3
    assert nearest_rank([9], 0.99) == 9


def test_nothing_is_0_or_null() -> None:
    found = made(DAY)
    nobody = {"where": {"model": "nobody"}}
    assert [value(found, name, **nobody) for name in ("requests", "cost", "active_users")] == [0, 0, 0]
    assert [value(found, name, **nobody) for name in ("error_rate", "latency_avg", "latency_p99")] == [None] * 3
    assert value(found, "request_rate", **nobody) == 0
    assert all(value([], name) in (0, None) for name in CATALOGUE)
    assert value([], "request_rate") is None


def test_only_unpriced_tokens_cost_null() -> None:
    found = rows_of(made(DAY[1:2]), {"type": "card", "metric": "cost"})
    assert found == [{"cost": None, "unpriced_tokens": 1000}]
    assert value(made(DAY[1:2]), "tokens_per_dollar") is None


def test_both_sides_of_a_ratio_with_cost_are_priced() -> None:
    metrics = {
        "each": {"expr": "cost / requests"},
        "twice": {"expr": "(each + each) * 1 - 0"},
        "sum": {"expr": "cost + requests"},
    }
    found = made(DAY)
    assert value(found, "each", {"metrics": metrics}) == 0.75 / 3
    assert value(found, "twice", {"metrics": metrics}) == 0.5
    assert value(found, "sum", {"metrics": metrics}) == 5.75


def test_kinds_of_project_metrics() -> None:
    metrics = {
        "total": {"sum": "input_tokens", "per": "hour"},
        "throttled": {"count": True, "where": {"status_code": {"gte": 500}}},
        "least": {"min": "latency"},
        "most": {"max": "latency"},
        "mean": {"average": "latency"},
        "median": {"quantile": "latency", "q": 0.5},
        "models": {"distinct": "model"},
        "formula": {"expr": "-2 * (requests - errors) / 4 + .5"},
        "nothing": {"expr": "requests / (errors - 3)"},
    }
    wanted = {
        "total": 1700 / (1080 / 60),
        "throttled": 1,
        "least": 100,
        "most": 300,
        "mean": 200,
        "median": 200,
        "models": 2,
        "formula": -0.5,
        "nothing": None,
    }
    assert {name: value(made(DAY), name, {"metrics": metrics}) for name in metrics} == wanted


def test_sums_do_not_depend_on_float_order() -> None:
    rows = [row("2025-06-01", cost=cost) for cost in [0.1] * 10 + [1e9, 1e-9]]
    assert value(made(rows), "cost") == float(Fraction(10**9 * 10**9 + 10**9 + 1, 10**9))


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ({"model": "a"}, 2),
        ({"model": ["b", None]}, 2),
        ({"model": {"not": "a"}}, 2),
        ({"model": {"not": ["a", None]}}, 1),
        ({"model": {"missing": True}}, 1),
        ({"status_code": {"gte": 400}}, 1),
        ({"status_code": {"gte": 200, "lt": 500}}, 2),
        ({"failed": True}, 2),
        ({"status_class": ["5xx", "none"]}, 2),
        ({"latency": {"gt": "0.1s"}}, 2),
        ({"latency": {"lte": 200}, "user": "u"}, 2),
    ],
)
def test_conditions(condition: Row, count: int) -> None:
    assert sum(matches(event, condition) for event in made(DAY)) == count


def test_events_at_as_of_are_ignored() -> None:
    assert value(made(DAY), "requests", as_of="2025-06-01T12:00:00Z") == 3
    assert value(made(DAY), "requests", as_of="2025-06-01T12:00:00.000001Z") == 4


# ---- several sources ----------------------------------------------------------------------------

TWO: Row = {
    "source": "here",
    "sources": {"here": {}, "there": {}},
    "metrics": {
        "others": {"sum": "requests", "source": "there"},
        "share": {"expr": "there.requests / requests"},
        "hourly": {"expr": "requests + there.requests", "per": "hour"},
        "cost_each": {"expr": "there.cost / requests"},
        "nearest": {"expr": "here.others"},
    },
}


def of_two() -> list[Event]:
    """Three calls here, the first at midnight; one there that day, and one two days before."""
    here = made([row(f"2025-06-01T{hour}:00:00Z", cost=None, input_tokens=5) for hour in ("00", "05", "10")])
    there = made([row("2025-06-01T08:00:00Z", cost=2.0), row("2025-05-30T08:00:00Z", cost=1.0)])
    for one in here:
        one.source = "here"
    for one in there:
        one.source = "there"
    return [*here, *there]


def test_metrics_of_two_sources_by_hand() -> None:
    found, at_ten = of_two(), {"as_of": "2025-06-01T10:00:00Z"}
    wanted = {"requests": 2, "others": 1, "share": 0.5, "hourly": 0.3, "cost_each": 1.0, "nearest": 2, "cost": None}
    assert {name: value(found, name, TWO, **at_ten) for name in wanted} == wanted
    card = {"type": "card", "metric": "request_rate"}
    assert rows_of(found, card, TWO, **at_ten) == [{"request_rate": 2 / 600}]
    assert rows_of(found, {**card, "source": "there"}, TWO, **at_ten) == [{"request_rate": 1 / 600}]


def test_the_newest_of_two_sources_is_that_of_the_laggard() -> None:
    board = {"time_range": "1d", "layout": [{"id": "w", "type": "card", "metric": "share"}]}
    assert expect(TWO, board, of_two())["as_of"] == "2025-06-01T08:00:00.000001+00:00"
    board["layout"] = [{"id": "w", "type": "card", "metric": "requests"}]
    assert expect(TWO, board, of_two())["as_of"] == "2025-06-01T10:00:00.000001+00:00"


def test_a_previous_period_needs_every_source() -> None:
    widget = {"type": "table", "by": "model", "metrics": ["requests", "others", "share"], "compare": "previous"}
    [found] = rows_of(of_two(), widget, TWO, as_of="2025-06-01T10:00:00Z")
    assert found["previous"] == {"requests": None, "others": 0, "share": None}


# ---- widgets ------------------------------------------------------------------------------------


def test_top_and_the_rest() -> None:
    rows = [row("2025-06-01T01:00:00Z", model=name) for name in ["b", "b", "a", "a", "c", "Other", None]]
    widget = {"type": "bar", "metric": "requests", "by": "model"}
    found = rows_of(made(rows), widget | {"top": 2})
    assert found == [
        {"model": "a", "requests": 2},
        {"model": "b", "requests": 2},
        {"model": {"other": 3}, "requests": 3},
    ]
    assert rows_of(made(rows), widget | {"top": 2, "other": False}) == found[:2]
    assert [one["model"] for one in rows_of(made(rows), widget | {"top": 5})] == ["a", "b", "Other", "c", None]
    assert [one["model"] for one in rows_of(made(rows), widget | {"order": "-model"})] == ["c", "b", "a", "Other", None]


def test_status_codes_are_ordered_as_numbers_and_tied_as_texts() -> None:
    rows = [row("2025-06-01", status_code=code) for code in (1000, 200, None, 99)]
    widget = {"type": "pie", "metric": "requests", "by": "status_code"}
    assert [one["status_code"] for one in rows_of(made(rows), widget | {"order": "status_code"})] == [
        99,
        200,
        1000,
        None,
    ]
    assert [one["status_code"] for one in rows_of(made(rows), widget)] == [1000, 200, 99, None]


def test_null_is_last_in_both_directions() -> None:
    widget = {"type": "table", "by": "model", "metrics": ["requests"]}
    for order, models in {"latency_p95": ["b", "a", None], "-latency_p95": ["a", "b", None]}.items():
        assert [one["model"] for one in rows_of(made(DAY), widget | {"order": order})] == models


def test_pairs_follow_the_group_s_rank_then_the_series() -> None:
    widget = {"type": "bar", "metric": "tokens", "by": "model", "series": "user", "top": 1}
    assert rows_of(made(DAY), widget) == [
        {"model": "a", "user": "u", "tokens": 1000},
        {"model": "a", "user": "v", "tokens": 1000},
        {"model": {"other": 2}, "user": "u", "tokens": 100},
        {"model": {"other": 2}, "user": None, "tokens": 0},
    ]


def test_a_line_has_every_bucket_and_a_gap_under_a_minute() -> None:
    rows = [row("2025-06-01T00:59:30Z"), row("2025-06-01T02:00:00Z")]
    widget = {"type": "line", "metrics": ["requests", "request_rate", "latency_p50"], "every": "hour"}
    found = rows_of(made(rows), widget)
    assert [one["time"] for one in found] == [f"2025-06-01T0{hour}:00:00+00:00" for hour in range(3)]
    assert [one["requests"] for one in found] == [1, 0, 1]
    assert [one["request_rate"] for one in found] == [None, 0, None]
    assert [one["latency_p50"] for one in found] == [None] * 3


def test_a_line_of_series() -> None:
    rows = [
        row("2025-06-01T00:10:00Z", model="a", retries=1),
        row("2025-06-01T01:10:00Z", model="b"),
        row("2025-06-01T01:20:00Z", model="c"),
    ]
    found = rows_of(made(rows), {"type": "line", "metric": "requests", "series": "model", "top": 1, "every": "hour"})
    assert [(one["time"][11:13], one["model"], one["requests"]) for one in found] == [
        ("00", "a", 2),
        ("00", {"other": 2}, 0),
        ("01", "a", 0),
        ("01", {"other": 2}, 2),
    ]


def test_comparison_and_its_null() -> None:
    rows = [row("2025-05-31T00:00:00Z", retries=3), row("2025-06-01T10:00:00Z")]
    card = {"type": "card", "metric": "requests", "compare": "previous"}
    assert rows_of(made(rows), card) == [{"requests": 1, "previous": 4, "change": -0.75}]
    later = [row("2025-05-31T00:00:00.000001Z"), rows[1]]
    assert rows_of(made(later), card) == [{"requests": 1, "previous": None, "change": None}]
    table = {"type": "table", "by": "model", "metrics": ["requests", "errors"], "compare": "previous"}
    assert rows_of(made(rows), table) == [
        {
            "model": None,
            "requests": 1,
            "errors": 0,
            "previous": {"requests": 4, "errors": 3},
            "change": {"requests": -0.75, "errors": -1.0},
        }
    ]


def test_a_line_is_compared_bucket_by_bucket() -> None:
    rows = [
        row("2025-05-30"),
        row("2025-05-31T01:30:00Z", retries=1),
        row("2025-06-01T01:10:00Z"),
        row("2025-06-01T02:10:00Z"),
    ]
    found = rows_of(made(rows), {"type": "line", "metric": "requests", "every": "hour", "compare": "previous"})
    assert [(one["requests"], one["previous"], one["change"]) for one in found] == [
        (0, 0, None),
        (1, 2, -0.5),
        (1, 0, None),
    ]


def test_a_spark_has_the_default_buckets() -> None:
    found = answer(made(DAY), {"type": "card", "metric": "requests", "spark": True}, time_range="1d")
    assert [one["requests"] for one in found["spark"]][:7] == [1, 0, 0, 0, 0, 0, 2]
    assert len(found["spark"]) == 18


def test_each_row_of_a_table_has_its_course() -> None:
    times = {"2025-06-01T00:10:00Z": "a", "2025-06-01T02:10:00Z": "b", "2025-06-01T02:20:00Z": "a"}
    rows = [row(time, model=model, retries=int(model == "b")) for time, model in times.items()]
    widget = {"type": "table", "by": "model", "metrics": ["requests"], "top": 1, "spark": True}
    found = rows_of(made(rows), widget, time_range="3h")
    courses = [[(one["time"][11:16], one["requests"]) for one in each["spark"] if one["requests"]] for each in found]
    assert [each["model"] for each in found] == ["a", {"other": 1}]
    assert courses == [[("00:10", 1), ("02:20", 1)], [("02:10", 2)]]
    found = rows_of(made(rows), {**widget, "every": "hour"}, time_range="3h")
    assert [[one["requests"] for one in each["spark"]] for each in found] == [[1, 0, 1], [0, 0, 2]]


@pytest.mark.parametrize(
    ("widget", "left"),
    [
        ({"by": "model", "metrics": ["cost", "requests"], "order": "-cost"}, {"by": "model", "metrics": ["requests"]}),
        (
            {"by": "model", "metrics": ["errors"], "order": "model"},
            {"by": "model", "metrics": ["errors"], "order": "model"},
        ),
        ({"by": "user", "metrics": ["requests"]}, None),
        ({"by": "model", "metrics": ["cost", "dear"]}, None),
        ({"by": "model", "metrics": ["requests"], "where": {"failed": True}}, None),
        ({"records": ["time", "model", "user"]}, {"records": ["time", "model"]}),
        ({"records": ["time", "user"]}, None),
        ({"metric": "slow"}, None),
        ({"metric": "requests"}, {"metric": "requests"}),
    ],
)
def test_what_is_hidden(widget: Row, left: Row | None) -> None:
    metrics = {"dear": {"expr": "cost / requests"}, "slow": {"count": True, "where": {"latency": {"gt": 1}}}}
    assert Hiding({"metrics": metrics}, available(["time", "model", "errors"], prices=True)).fitted(widget) == left


def test_a_price_table_gives_a_cost_where_model_and_tokens_are_known() -> None:
    columns = ["model", "input_tokens", "output_tokens"]
    assert "cost" in available(columns, prices=True)
    assert "cost" not in available(columns, prices=False)
    assert "cost" not in available(columns[1:], prices=True)


def test_a_heatmap_adds_the_repeated_hour_to_its_cell() -> None:
    """Sunday, hour 2, had 120 minutes; hour 3 up to 03:30 had 30."""
    rows = [
        row(time)
        for time in (
            "2025-10-25T22:00:00Z",
            "2025-10-26T00:30:00Z",
            "2025-10-26T01:30:00Z",
            "2025-10-26T02:29:59.999999Z",
        )
    ]
    found = rows_of(made(rows), {"type": "heatmap", "metric": "request_rate"}, timezone=ROME)
    cells = {(one["weekday"], one["hour"]): one["request_rate"] for one in found}
    assert len(found) == 168
    assert (cells[7, 2], cells[7, 3], cells[7, 0], cells[7, 1], cells[7, 4]) == (2 / 120, 1 / 30, 1 / 60, 0, None)


def test_a_heatmap_of_two_dimensions_is_the_cross_product() -> None:
    found = rows_of(made(DAY[:3]), {"type": "heatmap", "metric": "tokens", "rows": "user", "columns": "model"})
    assert [(one["user"], one["model"], one["tokens"]) for one in found] == [
        ("u", "a", 1000),
        ("u", "b", 100),
        ("v", "a", 1000),
        ("v", "b", 0),
    ]


def test_records_are_newest_first() -> None:
    found = rows_of(made(DAY), {"type": "table", "records": ["time", "model", "latency", "cost"], "newest": 2})
    assert found == [
        {"time": "2025-06-01T17:59:59.999999+00:00", "model": None, "latency": None, "cost": 0.0},
        {"time": "2025-06-01T12:00:00+00:00", "model": "b", "latency": 200.0, "cost": 0.25},
    ]


def test_ids() -> None:
    layout = [
        {"type": "card", "metric": "cost"},
        {"type": "text", "text": "x"},
        {
            "section": "More",
            "layout": [{"type": "card", "metric": "cost"}, {"type": "pie", "metric": "cost", "by": "model"}],
        },
    ]
    assert [name for name, _ in identified({"layout": layout})] == ["card-cost", "card-cost-2", "pie-cost-by-model"]


# ---- the comparison -----------------------------------------------------------------------------

WIDGETS: list[Row] = [
    {"id": "card", "type": "card", "metric": "requests"},
    {"id": "p95", "type": "card", "metric": "latency_p95"},
    {"id": "bar", "type": "bar", "metric": "latency_p50", "by": "model"},
    {"id": "histogram", "type": "histogram", "of": "latency"},
]
BUCKETS = [
    {"from": 50, "to": 100, "count": 1},
    {"from": 100, "to": 250, "count": 1},
    {"from": 250, "to": 300, "count": 1},
]


def both() -> tuple[Row, Row]:
    """An expectation, and a `data.json` that fulfils it."""
    rows = [
        row(f"2025-06-01T0{n}:00:00Z", model=name, latency=late)
        for n, (name, late) in enumerate([("a", 100.0), ("b", 101.0), ("c", 300.0)])
    ]
    expected = expect({}, {"time_range": "1d", "layout": WIDGETS}, made(rows))
    actual = json.loads(json.dumps(plain(expected)))
    actual["widgets"]["histogram"]["rows"] = deepcopy(BUCKETS)
    return expected, actual


def test_what_is_right_has_no_differences() -> None:
    expected, actual = both()
    assert compare(actual, expected) == []
    actual["widgets"]["p95"]["rows"][0]["latency_p95"] = 302.9
    actual["widgets"]["bar"]["rows"][1:] = reversed(actual["widgets"]["bar"]["rows"][1:])
    assert compare(actual, expected) == []
    assert compare(actual, expected, accuracy=0.001) != []


@pytest.mark.parametrize(
    ("widget", "rows"),
    [
        ("card", [{"requests": 3.0}]),
        ("card", [{"requests": 4}]),
        ("card", []),
        ("p95", [{"latency_p95": 303.1}]),
        ("p95", [{"latency_p95": None}]),
        ("bar", [{"model": "c", "latency_p50": 300}, {"model": "b", "latency_p50": 101}]),
        ("bar", [{"model": name, "latency_p50": late} for name, late in [("b", 101), ("c", 300), ("a", 100)]]),
        ("histogram", BUCKETS[:2]),
        ("histogram", [*BUCKETS[:2], {"from": 260, "to": 300, "count": 1}]),
        ("histogram", [{"from": 50, "to": 250, "count": 1}, {"from": 250, "to": 300, "count": 2}]),
    ],
)
def test_what_is_wrong_is_said(widget: str, rows: list[Row]) -> None:
    expected, actual = both()
    actual["widgets"][widget]["rows"] = rows
    assert [text for text in compare(actual, expected) if text.startswith(f"{widget}: ")]


# ---- the corpus ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corpus() -> list[Case]:
    return cases(300, 1)


@pytest.fixture(scope="module")
def expectations(corpus: list[Case], tmp_path_factory: pytest.TempPathFactory) -> list[Expectation]:
    root = tmp_path_factory.mktemp("corpus")
    return list(_expectations(corpus, root))


def _expectations(corpus: list[Case], root: Path) -> Iterator[tuple[Case, list[Event], Row]]:
    for case in corpus:
        folder = root / case.name
        folder.mkdir()
        case.write(folder)
        found = read(folder, case.project)
        yield case, found, expect(case.project, case.dashboard, found, fields=case.fields)


def test_the_corpus_covers_every_pairing(corpus: list[Case]) -> None:
    assert sorted(required() - coverage(corpus)) == []


def test_the_pairs_cover_every_way_to_a_second_source() -> None:
    found = pairs.pairs()
    assert sorted(pairs.required() - pairs.coverage(found)) == []
    assert {case.dataset.zone for case in found} == set(pairs.ZONES)


def test_the_corpus_crosses_clock_changes(corpus: list[Case]) -> None:
    zones = {case.dataset.zone for case in crossing(corpus)}
    assert len(crossing(corpus)) >= 30
    assert zones >= {ROME, NEW_YORK}
    assert KOLKATA in {case.dataset.zone for case in corpus}


def test_the_corpus_is_the_same_for_the_same_seed(corpus: list[Case]) -> None:
    again = cases(300, 1)
    assert [(case.name, case.project, case.dashboard, case.dataset.rows.__repr__()) for case in corpus] == [
        (case.name, case.project, case.dashboard, case.dataset.rows.__repr__()) for case in again
    ]
    assert cases(3, 2)[2].dashboard != corpus[2].dashboard


def test_the_data_sets_hold_what_goes_wrong() -> None:
    found = datasets(1)
    every = [one for data in found for one in data.rows]
    assert {0, 1} <= {len(data.rows) for data in found}
    for name in ("model", "project", "api_key", "user", "status_code", "cost", "latency"):
        assert any(one[name] is None for one in every), name
    assert {"Other", "1.10", "", "</script>"} <= {one["model"] for one in every}
    latencies = [one["latency"] for one in every if one["latency"] is not None]
    assert min(late for late in latencies if late > 0) <= 1e-6
    assert min(latencies) < 0
    assert min(one["cost"] for one in every if one["cost"] is not None) < 0
    assert max(late for late in latencies if late != float("inf")) >= 1e9
    assert any(late != late for late in latencies)
    assert any(len({one["time"] for one in data.rows}) < len(data.rows) for data in found)
    assert any(data.prices for data in found)


def test_the_corpus_is_legal(corpus: list[Case]) -> None:
    schemas = ROOT / "schemas"
    files = [(f"https://schemas/{file.relative_to(schemas)}", file) for file in schemas.rglob("*.json")]
    registry: Any = Registry().with_resources(
        [(name, Resource.from_contents(json.loads(file.read_text(encoding="utf-8")))) for name, file in files]
    )
    checks = {
        name: jsonschema.Draft202012Validator({"$ref": f"https://schemas/{name}.json"}, registry=registry)
        for name in ("dashgen", "dashboard")
    }
    for case in corpus:
        assert [error.message for error in checks["dashgen"].iter_errors(case.project)] == [], case.name
        assert [error.message for error in checks["dashboard"].iter_errors(case.dashboard)] == [], case.name


def test_every_expectation_fulfils_itself(expectations: list[Expectation]) -> None:
    for case, _, expected in expectations:
        widgets = {name: one for name, one in expected["widgets"].items() if "_values" not in one}
        expected = {**expected, "widgets": widgets}
        assert compare(json.loads(json.dumps(plain(expected))), expected, case.accuracy) == [], case.name


def noticed(case: Case, found: list[Event], expected: Row) -> bool:
    """Whether the widgets that these events would give differ from what is right."""
    wrong = {**expected, "widgets": plain(expect(case.project, case.dashboard, found, fields=case.fields))["widgets"]}
    return compare(json.loads(json.dumps(plain(wrong))), expected, case.accuracy) != []


def test_a_dropped_newest_row_is_noticed(expectations: list[Expectation]) -> None:
    latest = [one for one in expectations if "as_of" not in one[0].dashboard and len(one[1]) > 1]
    found = [noticed(case, seen[:-1], expected) for case, seen, expected in latest]
    assert sum(found) > 0.8 * len(found) > 50


def test_ignored_retries_are_noticed(expectations: list[Expectation]) -> None:
    retried = [one for one in expectations if "retries" in one[0].dataset.columns and len(one[1]) >= 50][::5]
    found = [noticed(case, _without_retries(seen), expected) for case, seen, expected in retried]
    assert sum(found) > 0.5 * len(found) > 10


def _without_retries(found: list[Event]) -> list[Event]:
    bare = deepcopy(found)
    for event in bare:
        event.requests, event.errors = event.events, event.events if event.failed else 0
    return bare


def test_a_day_edge_that_is_off_by_an_hour_is_noticed(
    expectations: list[Expectation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "midnight", lambda day, zone: midnight(day, zone) + HOUR)
    calendar.buckets.cache_clear()
    found = [noticed(*one) for one in expectations[::5] if len(one[1]) >= 50]
    calendar.buckets.cache_clear()
    assert sum(found) > 0.8 * len(found) > 30


def test_a_mean_of_percentiles_is_noticed() -> None:
    rows = [row("2025-06-01T01:00:00Z", model="a", latency=float(late)) for late in range(1, 101)]
    rows += [row("2025-06-01T02:00:00Z", model="b", latency=1000.0)]
    expected = expect(
        {}, {"time_range": "1d", "layout": [{"id": "w", "type": "card", "metric": "latency_p95"}]}, made(rows)
    )
    actual = json.loads(json.dumps(plain(expected)))
    actual["widgets"]["w"]["rows"] = [{"latency_p95": (95 + 1000) / 2}]
    assert expected["widgets"]["w"]["rows"] == [{"latency_p95": 96.0}]
    assert compare(actual, expected) != []
