"""Filters in a real browser: every widget shows what the oracle finds in the raw rows under the same choice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dashgen import compiler
from tests.browser.opened import Watched, opened
from tests.oracle.board import walk
from tests.oracle.compare import compare
from tests.oracle.events import Event, read_all
from tests.oracle.expect import expect
from tests.oracle.specs import Case, cases

pytestmark = pytest.mark.browser

DIMENSIONS = ("model", "project", "api_key", "user", "status_code")
"""With the range these are the six that the domain filters by."""
PRESETS = ("24h", "3h", "2d", "yesterday", "this_week", "last_month", "2w", "3mo", "90min")
CHOICES = 8
READ = """() => {
  const found = {};
  for (const one of document.querySelectorAll("[data-widget]")) {
    if (one.dataset.type !== "text") found[one.dataset.widget] = dashgen.rows(one.dataset.widget);
  }
  return found;
}"""


@dataclass(frozen=True)
class Choice:
    filters: dict[str, list[Any]]
    time_range: Any

    @property
    def changes(self) -> dict[str, Any]:
        return {**self.filters, "time_range": self.time_range}


def filterable(case: Case, random: Random) -> Case:
    """The same dashboard with all of the filters that its data has, and with presets."""
    names = [name for name in DIMENSIONS if name in case.dataset.columns]
    board = {**case.dashboard, "filters": ["time_range", *names], "time_ranges": ["7d", random.choice(PRESETS)]}
    return replace(case, dashboard=board)


def choices(case: Case, random: Random, count: int) -> Iterator[Choice]:
    yield Choice({name: [] for name in case.dashboard["filters"][1:]}, case.dashboard["time_ranges"][0])
    own = [None] if any("time_range" not in widget for widget in walk(case.dashboard["layout"])) else []
    for _ in range(count - 1):
        yield Choice(
            {name: _values(case, name, random) for name in case.dashboard["filters"][1:]},
            random.choice([*case.dashboard["time_ranges"], *own]),
        )


def _values(case: Case, name: str, random: Random) -> list[Any]:
    """Nothing, a few that occur, one that does not; missing ones too."""
    if random.random() < 0.5:
        return []
    occurring = sorted({row[name] for row in case.dataset.rows}, key=repr)
    found: list[Any] = random.sample(occurring, min(len(occurring), random.randint(1, 3)))
    return [*found, 599 if name == "status_code" else "nobody"] if random.random() < 0.15 else found


def right(case: Case, events: list[Event], choice: Choice) -> dict[str, Any]:
    """What the oracle finds: a choice is what its filters' defaults would be."""
    board = case.dashboard
    filters = [
        {"dimension": name, **({"default": chosen} if chosen else {})} for name, chosen in choice.filters.items()
    ]
    offered = [*board["time_ranges"], board.get("time_range", "7d")]
    asked = {**board, "filters": ["time_range", *filters], "time_ranges": offered, "time_range": choice.time_range}
    return expect(case.project, asked, events, fields=case.fields)


def differences(watched: Watched, case: Case, events: list[Event], choice: Choice) -> list[str]:
    wanted = right(case, events, choice)
    actual = {
        name: {"type": wanted["widgets"].get(name, {}).get("type"), "rows": rows}
        for name, rows in watched.tab.evaluate(READ).items()
    }
    without = {
        name: {key: value for key, value in one.items() if key != "spark"} for name, one in wanted["widgets"].items()
    }
    head = {key: wanted[key] for key in ("format", "as_of", "time_range")}
    found = compare({**head, "widgets": actual}, {**wanted, "widgets": without}, case.accuracy)
    return [f"{choice.changes}: {problem}" for problem in found]


def choose(watched: Watched, choice: Choice) -> None:
    watched.tab.evaluate("(changes) => dashgen.setFilters(changes)", choice.changes)


CASES = [filterable(case, Random(case.name)) for case in cases(300)[::12]]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_widget_shows_what_the_oracle_finds(chromium: Any, case: Case, tmp_path: Path) -> None:
    random = Random(f"choices of {case.name}")
    built = compiler.build(case.write(tmp_path), tmp_path / "dist", cache=False)
    assert built.is_fine, built.diagnostics
    events = read_all(tmp_path, case.project)
    page = (tmp_path / "dist" / case.dashboard["id"] / "index.html").as_uri()
    with opened(chromium, page) as watched:
        watched.tab.evaluate("dashgen.ready")
        as_of = json.loads((tmp_path / "dist" / case.dashboard["id"] / "data.json").read_text())["as_of"]
        found = []
        for choice in choices(case, random, CHOICES):
            chosen = choice if choice.time_range else replace(choice, time_range=_days(as_of, random))
            choose(watched, chosen)
            found += differences(watched, case, events, chosen)
        assert found == []
        assert watched.said == []
        assert watched.asked == []


def _days(as_of: str, random: Random) -> dict[str, str]:
    """A viewer's own range of days, the last of which may be cut short."""
    today = (datetime.fromisoformat(as_of) - timedelta(microseconds=1)).date()
    first = today - timedelta(days=random.randint(0, 6))
    last = min(first + timedelta(days=random.randint(0, 5)), today)
    return {"from": first.isoformat(), "to": last.isoformat()}


PROJECT = """version: 1
sources: {log: {type: files, path: log.csv}}
"""
BOARD = """version: 1
time_range: 7d
filters: [time_range, status_code]
layout:
  - {type: card, metric: requests, compare: previous, id: requests}
  - {type: line, metric: requests, every: hour}
"""


def test_what_a_page_does_not_hold_is_said_and_what_it_accepts_it_can_link_to(chromium: Any, tmp_path: Path) -> None:
    hours = [datetime(2026, 10, 1) + timedelta(hours=n) for n in range(24 * 20 + 9)]
    rows = [f"{hour.isoformat()}Z,{200 if hour.day % 2 else 429}" for hour in hours]
    (tmp_path / "log.csv").write_text("\n".join(["time,status_code", *rows]))
    (tmp_path / "dashgen.yaml").write_text(PROJECT)
    (tmp_path / "board.yaml").write_text(BOARD)
    assert compiler.build(tmp_path / "board.yaml", tmp_path / "dist", cache=False).is_fine
    page = (tmp_path / "dist/board/index.html").as_uri()
    with opened(chromium, page) as watched:
        watched.tab.evaluate("dashgen.ready")
        shown = watched.tab.locator("[data-widget=requests] .change")
        choose(watched, Choice({}, {"from": "2026-10-17", "to": "2026-10-18"}))
        assert watched.tab.evaluate("dashgen.rows('requests')") == [{"requests": 48, "previous": 48, "change": 0}]
        choose(watched, Choice({}, {"from": "2026-10-20", "to": "2026-10-21"}))
        assert watched.tab.evaluate("dashgen.rows('requests')") == [{"requests": 33, "previous": 33, "change": 0}]
        choose(watched, Choice({}, {"from": "2026-10-20T05:00"}))
        assert watched.tab.evaluate("dashgen.rows('requests')") == [{"requests": 28, "previous": None, "change": None}]
        assert shown.inner_text() == "the previous period is not in this page"
        choose(watched, Choice({}, {"from": "2026-10-20"}))
        address = watched.tab.url
        assert address.endswith("#v1&time_range=2026-10-20..")
        assert "takes numbers" in watched.tab.evaluate(
            "dashgen.setFilters({status_code: ['429']}).catch((error) => error.message)"
        )
        choose(watched, Choice({}, {"from": "2026-09-01", "to": "2026-10-16"}))
        assert watched.tab.evaluate("dashgen.rows('requests')")[0]["requests"] == 48
        cut = watched.tab.locator(".notices").inner_text()
        assert "15" in cut
        assert cut.endswith(": this page does not hold the rest of what was asked for.")
        beyond, outside = watched.tab.url, {"from": "2026-09-01", "to": "2026-10-14"}
        assert "there is nothing from 2026-09-01" in watched.tab.evaluate(
            "(time) => dashgen.setFilters({time_range: time}).catch((error) => error.message)", outside
        )
        assert watched.tab.url == beyond
    with opened(chromium, beyond) as linked:
        linked.tab.evaluate("dashgen.ready")
        assert linked.tab.evaluate("dashgen.rows('requests')")[0]["requests"] == 48
        assert linked.tab.locator(".notices").inner_text() == cut
        linked.tab.evaluate("location.hash = '#v1&time_range=2026-09-01..2026-10-14'")
        linked.tab.locator(".notices", has_text="cannot be chosen").wait_for()
        assert linked.tab.evaluate("dashgen.filters.time_range") == "7d"
    with opened(chromium, address) as linked:
        linked.tab.evaluate("dashgen.ready")
        assert linked.tab.evaluate("dashgen.rows('requests')")[0]["requests"] == 33
        assert linked.tab.evaluate("dashgen.filters.time_range") == {"from": "2026-10-20"}
        assert linked.said == []


CALLS = {"a": {"u0": 5, "u1": 4, "u2": 1, "u3": 1, "u4": 1, "u5": 1}, "b": {"u0": 1, "u2": 3}}
FIRST = """version: 1
time_range: 7d
filters: [model, {dimension: user, top: 2}]
layout:
  - {type: table, metrics: [requests], by: user, top: 1, id: first}
  - {type: bar, metric: requests, by: user, id: bars}
"""
UNSURE = "Values that this page does not tell apart may belong among these."


def test_a_list_that_may_lack_what_is_folded_says_so(chromium: Any, tmp_path: Path) -> None:
    """Of u2 to u5 the page knows only how much they are together: under b one of them is first, under a none can be."""
    calls = [(model, user) for model, users in CALLS.items() for user, count in users.items() for _ in range(count)]
    rows = [f"2026-10-20T00:00:{n:02}Z,{model},{user}" for n, (model, user) in enumerate(calls)]
    (tmp_path / "log.csv").write_text("\n".join(["time,model,user", *rows]))
    (tmp_path / "dashgen.yaml").write_text(PROJECT)
    (tmp_path / "board.yaml").write_text(FIRST)
    assert compiler.build(tmp_path / "board.yaml", tmp_path / "dist", cache=False).is_fine
    with opened(chromium, (tmp_path / "dist/board/index.html").as_uri()) as watched:
        watched.tab.evaluate("dashgen.ready")
        assert said_under(watched, "first") == said_under(watched, "bars") == [], "these are made of every value"
        for model, users, requests, first, bars in (
            ("a", [], 5, [], [UNSURE]),
            ("b", [], 1, [UNSURE], [UNSURE]),
            ("b", ["u0"], 1, [], []),
            ("a", ["u0", "u1"], 5, [], []),
        ):
            watched.tab.evaluate("(changes) => dashgen.setFilters(changes)", {"model": [model], "user": users})
            assert watched.tab.evaluate("dashgen.rows('first')")[0] == {"user": "u0", "requests": requests}
            assert (said_under(watched, "first"), said_under(watched, "bars")) == (first, bars), (model, users)
        assert watched.said == []


def said_under(watched: Watched, name: str) -> list[str]:
    found: list[str] = watched.tab.locator(f"[data-widget={name}] .remark").all_inner_texts()
    return found
