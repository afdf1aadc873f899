"""Least groups: no number of a page, and no difference of its numbers, stands for fewer events than allowed."""

from __future__ import annotations

import json
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dashgen import compiler, project
from dashgen.diagnostics import Failure
from dashgen.plan.merged import Merged
from dashgen.shipments import shipments
from tests import packing
from tests.hidden import PROJECT, Row, build, cube, said, write
from tests.program import run, tree

pytestmark = pytest.mark.usefixtures("hiding")


def crowd() -> list[Row]:
    """Some events of every kind each day, of some kinds only a few; the last day ends at noon."""
    found: list[Row] = []
    for day in range(1, 15):
        for kind in range(8):
            for n in range(4 + (day * kind + kind) % 5):
                found.append(
                    {
                        "time": f"2025-06-{day:02d}T{n:02d}:{kind:02d}:00Z",
                        "model": f"m{kind % 2}",
                        "user": f"u{kind // 2 % 2}",
                        "api_key": f"k{kind // 4}",
                        "status_code": "500" if n == 0 else "200",
                        "latency": str(n + 1),
                    }
                )
    return [*found, {**found[-1], "time": "2025-06-14T12:00:00Z"}]


def instant(row: Row) -> int:
    return round(datetime.fromisoformat(row["time"]).timestamp()) * 1_000_000


def least(rows: Sequence[Row], cells: Sequence[Callable[[Row], Any]]) -> int:
    """The smallest group of events that no combination of the numbers of all these cells takes apart."""
    groups = Counter(tuple(cell(row) for cell in cells) for row in rows)
    return min(count for inside, count in groups.items() if any(one is not None for one in inside))


def cell_of(cube: Mapping[str, Any]) -> Callable[[Row], Any]:
    edges = list(accumulate(cube["edges"]))

    def cell(row: Row) -> Any:
        bucket = bisect(edges, instant(row)) - 1
        return (bucket, *(row[name] for name in cube["dimensions"])) if 0 <= bucket < len(edges) - 1 else None

    return cell


def refused(board: str, group: int, more: str = "") -> list[str]:
    """Codes of what stands against a dashboard with a least group; `merged` where something is united for it."""
    Path("board.yaml").write_text(f"version: 1\nid: board\nprivacy: {{minimum_group: {group}{more}}}\n{board}")
    with compiler.answered(project.read([])) as (found, diagnostics):
        assert found is not None, diagnostics
        try:
            shipments(found)
        except Failure as failure:
            return [one.code for one in failure.diagnostics]
        if found.dashboards[0].merged != Merged():
            return ["merged"]
        return [one.code for one in diagnostics if one.severity == "error"]


LIVE = """\
time_range: 7d
time_ranges: [3d, 7d]
filters: [time_range, {dimension: user, default: [u0]}, model]
layout:
  - {type: line, metric: requests, every: day, compare: previous}
  - {type: bar, metric: latency_p95, by: model}
  - {type: card, metric: requests, where: {api_key: k1}, time_range: 2d}
"""
STILL = """\
time_range: 7d
layout:
  - {type: line, metric: requests, series: model, every: 2d}
  - {type: pie, metric: requests, by: user}
  - {type: card, metric: latency_p99, where: {api_key: k1}}
"""


def test_numbers_of_a_page_with_filters_cannot_be_subtracted_to_a_smaller_group() -> None:
    """As many events as the smallest group that all cells of all cubes together leave are allowed, and no more."""
    rows = crowd()
    write(rows)
    Path("board.yaml").write_text(f"version: 1\nid: board\n{LIVE}")
    cubes = cube(build())["cubes"]
    assert len(cubes) > 1
    for one in cubes:
        assert sum(packing.read(one["cells"])) == len({cell_of(one)(row) for row in rows} - {None}), (
            "cells are understood"
        )
    smallest = least(rows, [*map(cell_of, cubes), lambda row: row["api_key"] if row["time"] >= "2025-06-08" else None])
    assert 2 < smallest < 20
    assert refused(LIVE, smallest) == []
    assert build().keys() == {*tree(Path("dist"))}
    assert refused(LIVE, smallest + 1) == ["merged"]


def test_a_page_that_no_merging_helps_is_not_built() -> None:
    """What is written stays: here the days of a line, of which the last has only begun."""
    write([*crowd(), {**crowd()[-1], "time": "2025-06-15T00:00:00Z"}])
    board = "time_range: 7d\nlayout: [{type: line, metric: requests, every: day}]"
    assert refused(board, 2) == ["small-groups"]
    built = compiler.build((), "none")
    assert [one.code for one in built.diagnostics] == ["small-groups"]
    assert "fewer than 2 events" in built.diagnostics[0].message
    assert "has 1." in built.diagnostics[0].message
    assert not Path("none").exists()
    assert refused(board.replace(", every: day", ""), 2) == ["merged"]


def test_what_viewers_can_choose_makes_groups_too() -> None:
    rows = [*crowd(), {**crowd()[0], "api_key": "rare"}, {**crowd()[0], "time": "2025-06-03T00:00:00Z"}]
    write(rows)
    board = "time_range: 30d\nlayout: [{type: card, metric: requests}]"
    assert refused(board, 20) == []
    assert refused(f"filters: [api_key]\n{board}", 2) == ["merged"]
    few = min(Counter(row["time"][:10] for row in rows).values())
    assert refused(f"filters: [time_range]\n{board}", few) == []
    assert refused(f"filters: [time_range]\n{board}", few + 1) == ["merged"], "ranges from any midnight"


@pytest.mark.parametrize("seed", range(6))
def test_numbers_of_a_page_without_filters_cannot_either(seed: int) -> None:
    chance = Random(seed)
    rows = [row for row in crowd() if chance.random() < (0.5, 0.8, 0.97)[seed % 3]]
    write(rows)
    days = sorted({row["time"][:10] for row in rows})[-7:]

    def inside(read: Callable[[Row], Any]) -> Callable[[Row], Any]:
        return lambda row: read(row) if row["time"][:10] >= days[0] else None

    smallest = least(
        rows,
        [
            inside(lambda row: (days.index(row["time"][:10]) // 2, row["model"])),
            inside(lambda row: row["user"]),
            inside(lambda row: row["api_key"] == "k1"),
        ],
    )
    assert refused(STILL, smallest) == []
    assert refused(STILL, smallest + 1) == ["merged"]


def test_a_value_that_few_events_of_a_group_have_is_told_of_few() -> None:
    board = "time_range: 30d\nlayout: [{type: bar, metric: latency_p95, by: model}]"
    rows = crowd()
    write(rows)
    assert refused(board, 20) == []
    first = next(row for row in rows if row["model"] == "m0")
    write([{**row, "latency": "" if row["model"] == "m0" and row is not first else row["latency"]} for row in rows])
    assert refused(board, 2) == ["merged"]
    assert refused(board.replace("latency_p95", "requests"), 20) == []
    write([{**row, "latency": "" if row["model"] == "m0" else row["latency"]} for row in rows])
    assert refused(board, 20) == [], "what none has tells of nobody"


def test_numbers_of_failures_are_of_as_many_failures() -> None:
    """How many of a group failed is told; how long a few failures took is not."""
    Path("dashgen.yaml").write_text(
        f"{PROJECT}metrics: {{slow: {{title: Slow, quantile: latency, q: 0.9, where: {{failed: true}}}}}}\n"
    )
    rows = [{**row, "status_code": "200"} for row in crowd()]
    write([{**rows[0], "status_code": "500"}, *rows])
    board = "time_range: 30d\nlayout: [{type: bar, metric: final_errors, by: model}]"
    assert refused(board, 20) == []
    assert refused(board.replace("final_errors", "latency_p95"), 20) == []
    assert refused(board.replace("final_errors", "slow"), 2) == ["small-groups"]
    assert refused(board.replace("by: model", "by: model, where: {failed: true}"), 2) == ["small-groups"]
    write([{**row, "status_code": "500"} for row in rows])
    assert refused(board.replace("final_errors", "slow"), 20) == []


def test_a_row_counts_for_the_events_that_it_stands_for() -> None:
    board = "time_range: 30d\nlayout: [{type: table, metrics: [requests, cost], by: model}]"
    Path("dashgen.yaml").write_text(PROJECT.replace("events.csv}", "events.csv, fields: {requests: calls}}"))
    row = {"time": "2025-06-01T00:00:00Z", "model": "a", "calls": "50", "cost": "1"}
    write([row, {**row, "calls": "60"}])
    assert refused(board, 110) == []
    assert refused(board, 111) == ["small-groups"]
    write([row, {**row, "calls": "0", "cost": "7"}, {**row, "model": "b", "calls": "0"}])
    assert refused(board, 2) == ["merged"], "a cost of no events at all"


def test_only_what_the_dashboard_is_about_is_counted() -> None:
    """Its `where:` and locked filters leave groups out; a widget's own condition makes two of one."""
    rows = [*crowd(), {**crowd()[0], "model": "rare"}, {**crowd()[0], "user": "rare"}]
    write(rows)
    card = "layout: [{type: bar, metric: requests, by: model}]"
    assert refused(f"time_range: 30d\n{card}", 2) == ["merged"]
    assert refused(f"time_range: 30d\nwhere: {{model: [m0, m1]}}\n{card}", 20) == []
    locked = "filters: [{dimension: model, default: [m0, m1], locked: true}]"
    assert refused(f"time_range: 30d\n{locked}\n{card}", 20) == []
    assert refused(f"time_range: 30d\n{locked.replace(', locked: true', '')}\n{card}", 2) == ["small-groups"]
    chosen = card.replace("model}", "model, where: {user: {not: rare}}}")
    assert refused(f"time_range: 30d\nwhere: {{model: [m0, m1]}}\n{chosen}", 2) == ["small-groups"]


def test_conditions_that_cannot_be_counted_are_refused() -> None:
    write(crowd())
    card = "layout: [{type: card, metric: requests, where: {latency: {gt: 3}}}]"
    assert refused(f"time_range: 30d\n{card}", 2) == ["later-release"]
    assert refused("time_range: 30d\nwhere: {latency: {gt: 3}}\nlayout: [{type: card, metric: requests}]", 2) == []


def test_masked_dimensions_are_counted_too() -> None:
    rows = [*crowd(), {**crowd()[0], "user": "alice-canary"}]
    write(rows)
    bars = "layout: [{type: bar, metric: requests, by: user}]"
    board = f"time_range: 30d\nfilters: [{{dimension: user, default: [u0]}}]\n{bars}"
    assert refused(board, 2, ", mask: [user]") == ["merged"]
    write(crowd())
    assert refused(board, 20, ", mask: [user]") == []
    write(rows)
    assert refused(board.replace("filters", "where: {user: {not: alice-canary}}\nfilters"), 20, ", mask: [user]") == []


def test_records_are_refused() -> None:
    write(crowd())
    Path("board.yaml").write_text(
        "version: 1\nprivacy: {minimum_group: 2}\nlayout: [{type: table, records: [time, model]}]"
    )
    assert [one.code for one in said()] == ["records-refused"]


def test_the_page_and_the_manifest_say_how_small_groups_can_be() -> None:
    write(crowd())
    assert refused("time_range: 30d\nlayout: [{type: bar, metric: requests, by: model}]", 20) == []
    files = build()
    assert json.loads(files["manifest.json"])["exposure"]["board"]["minimum_group"] == 20
    assert "No group in this page has fewer than 20 events." in files["board/index.html"].decode()


def test_explain_refuses_as_a_build_does(hiding: Path) -> None:
    write(crowd())
    assert refused("layout: [{type: bar, metric: requests, by: user, time_range: 30d}]", 10_000) == ["small-groups"]
    found = run("explain", "board.yaml", cwd=hiding)
    assert found.returncode == 1
    assert "error[small-groups]" in found.stderr
    assert found.stdout == ""
