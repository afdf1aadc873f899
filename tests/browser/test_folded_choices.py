"""Pages too small for every value: the folded ones cannot be chosen, kept ones are right, and Other is all the rest."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dashgen import compiler
from tests.browser.chosen import WAYS, made, random_choices, settled, shown
from tests.browser.filterable import chips, choose, state
from tests.browser.opened import live
from tests.browser.test_choices import DIMENSIONS, Choice
from tests.oracle.compare import compare_row, compare_rows, compare_widget
from tests.oracle.events import Event, read_all
from tests.oracle.expect import expect
from tests.oracle.folding import folded, folded_grid, folded_sizes

pytestmark = pytest.mark.browser

COUNT = 30 if os.environ.get("DASHGEN_FULL") else 9
USERS, KEYS, DAYS = 130, 70, 14
COLUMNS = [
    *("time", "model", "project", "api_key", "user", "status_code"),
    *("retries", "input_tokens", "output_tokens", "latency"),
]
PROJECT: dict[str, Any] = {
    "version": 1,
    "timezone": "Europe/Rome",
    "sources": {"log": {"type": "files", "path": "log.csv"}},
    "prices": [{"model": "mini", "input": 0.15, "output": 0.6}, {"model": "large", "input": 3, "output": 15}],
}
BOARD: dict[str, Any] = {
    "version": 1,
    "time_range": "7d",
    "time_ranges": ["24h", "7d", "14d"],
    "layout": [
        {"type": "card", "id": "requests", "metric": "requests", "compare": "previous"},
        {"type": "card", "id": "cost", "metric": "cost"},
        {"type": "card", "id": "p95", "metric": "latency_p95"},
        {"type": "card", "id": "people", "metric": "active_users"},
        {"type": "line", "id": "trend", "metrics": ["requests", "error_rate"], "every": "day"},
        {"type": "line", "id": "lanes", "metric": "tokens", "series": "user", "top": 3, "every": "day"},
        {"type": "bar", "id": "bars", "metric": "requests", "by": "user", "top": 6},
        {"type": "pie", "id": "slices", "metric": "tokens", "by": "api_key", "top": 4},
        {"type": "heatmap", "id": "cells", "metric": "requests", "rows": "model", "columns": "status_code"},
        {"type": "heatmap", "id": "grid", "metric": "requests", "rows": "user", "columns": "status_code"},
        {"type": "histogram", "id": "sizes", "of": "latency", "by": "model"},
        {"type": "histogram", "id": "shapes", "of": "latency", "by": "user", "top": 4},
        {"type": "table", "id": "groups", "by": "user", "metrics": ["requests", "cost", "error_rate", "latency_p95"]},
        {"type": "table", "id": "few", "by": "api_key", "metrics": ["cost", "requests"], "top": 5, "other": False},
        {"type": "table", "id": "newest", "records": ["time", "user", "api_key", "status_code"], "newest": 40},
    ],
}
FOLDED = {
    **dict.fromkeys(("lanes", "bars", "groups", "grid", "shapes"), "user"),
    **dict.fromkeys(("slices", "few"), "api_key"),
}
BOARDS: dict[str, dict[str, Any]] = {
    "budget": {
        **BOARD,
        "filters": ["time_range", *DIMENSIONS],
        "layout": [widget for widget in BOARD["layout"] if widget["id"] != "people"],
        "budget": 0.025,
    },
    "top": {
        **BOARD,
        "filters": [
            "time_range",
            *("model", "project", "status_code"),
            {"dimension": "api_key", "top": 6},
            {"dimension": "user", "top": 5},
        ],
    },
}


def _rows(random: Random) -> list[list[Any]]:
    """Few are busy, most are rare; some are missing."""
    last = datetime(2026, 3, 31, 21, 59, tzinfo=UTC)
    return [
        [
            (last - timedelta(seconds=random.randrange(DAYS * 86_400 - 7_200) if n else 0)).isoformat(),
            random.choice(["mini", "mini", "large", "own", ""]),
            random.choice(["search", "billing", ""]),
            f"k{int(KEYS * random.random() ** 2):02}",
            random.choice([f"u{int(USERS * random.random() ** 2):03}"] * 9 + [""]),
            random.choice([200, 200, 200, 429, 500, ""]),
            random.choice([0, 0, 1]),
            random.choice([0, 100, 2500]),
            random.choice([10, 300]),
            random.choice([12.5, 80, 81.25, 340, 1500, 1503, 9000, ""]),
        ]
        for n in range(3000)
    ]


@dataclass(frozen=True)
class Site:
    root: Path
    events: list[Event]

    def page(self, name: str) -> str:
        return (self.root / "dist" / name / "index.html").as_uri()

    def as_of(self, name: str) -> str:
        found: str = json.loads((self.root / "dist" / name / "data.json").read_text("utf-8"))["as_of"]
        return found

    def values(self, name: str) -> list[Any]:
        """All that occur, those with most requests first."""
        found = Counter[Any]()
        for event in self.events:
            found[event.dimensions[name]] += event.requests
        return sorted(found, key=lambda value: (-found[value], value is None, str(value)))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("folded")
    with (root / "log.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *_rows(Random("folded"))])
    (root / "dashgen.yaml").write_text(json.dumps(PROJECT))
    (root / "dashboards").mkdir()
    for name, board in BOARDS.items():
        (root / f"dashboards/{name}.yaml").write_text(json.dumps(board))
    built = compiler.build([str(root / "dashboards")], root / "dist", cache=False)
    assert built.is_fine, built.diagnostics
    return Site(root, read_all(root, PROJECT))


# ---- what is right

OPENING = Choice({one: [] for one in DIMENSIONS}, BOARD["time_range"])
"""What the page opens with: every value is told apart."""


@dataclass(frozen=True)
class Right:
    """What the page shows under a choice of values that it tells apart."""

    site: Site
    choice: Choice
    kept: Mapping[str, list[Any]]

    def widget(self, widget: Mapping[str, Any]) -> dict[str, Any]:
        filters = [
            {"dimension": name, **({"default": chosen} if chosen else {})}
            for name, chosen in self.choice.filters.items()
        ]
        time: dict[str, Any] = {"time_range": self.choice.time_range, "time_ranges": BOARD["time_ranges"]}
        board = {**BOARD, **time, "filters": ["time_range", *filters], "layout": [{**widget, "id": "w"}]}
        found: dict[str, Any] = expect(PROJECT, board, self.site.events)["widgets"]["w"]
        return found

    def rows(self, widget: Mapping[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.widget(widget)["rows"]
        return found

    def problems(self, tab: Any) -> list[str]:
        actual = shown(tab)
        return [
            f"{self.choice.changes}: {widget['id']}: {problem}"
            for widget in BOARD["layout"]
            if widget["id"] in actual
            for problem in self._problems(widget, actual[widget["id"]])
        ]

    def _problems(self, widget: Mapping[str, Any], actual: list[dict[str, Any]]) -> list[str]:
        name = FOLDED.get(widget["id"])
        if name is None or self.choice == OPENING:
            return compare_widget({"type": widget["type"], "rows": actual}, self.widget(widget), 0.01)
        kept = self.kept[name]
        gone = [value for value in self.site.values(name) if value not in kept]
        if widget["type"] == "histogram":
            return compare_widget(
                {"type": "histogram", "rows": actual}, folded_sizes(widget, kept, gone, self.widget), 0.01
            )
        put = folded_grid if widget["type"] == "heatmap" else folded
        return compare_rows(actual, put(widget, kept, gone, self.rows), 0.01)


def told_apart(tab: Any, site: Site, name: str) -> list[Any]:
    """What the menu offers."""
    tab.locator(f"[data-filter={name}] button").click()
    texts = {one.strip() for one in tab.locator(".menu .option:has(input:enabled) bdi").all_inner_texts()}
    tab.keyboard.press("Escape")
    return [value for value in site.values(name) if ("(missing)" if value is None else str(value)) in texts]


# ---- tests


@pytest.mark.parametrize("name", BOARDS)
def test_every_widget_shows_what_the_oracle_finds(chromium: Any, site: Site, name: str) -> None:
    page, found = site.page(name), []
    with live(chromium, page) as watched:
        tab = watched.tab
        kept = {dimension: told_apart(tab, site, dimension) for dimension in DIMENSIONS}
        assert all(kept[one] == site.values(one) for one in ("model", "project", "status_code"))
        offered = {one: values[:12] for one, values in kept.items()}
        chosen = list(random_choices(offered, BOARD["time_ranges"], site.as_of(name), Random(name), COUNT))
        assert {None} < {value for choice in chosen for values in choice.filters.values() for value in values}
        for number, choice in enumerate([Choice({one: [] for one in DIMENSIONS}, "14d"), *chosen]):
            made(tab, page, choice, WAYS[number % 3])
            found += settled(partial(Right(site, choice, kept).problems, tab))
    assert found == []


@pytest.mark.parametrize(("name", "least"), [("budget", {"user": 20}), ("top", {"user": 5, "api_key": 6})])
def test_what_is_folded_is_refused_and_never_nothing(
    chromium: Any, site: Site, name: str, least: dict[str, int]
) -> None:
    with live(chromium, site.page(name)) as watched:
        tab = watched.tab
        choose(tab, time_range="14d")
        for dimension, count in least.items():
            kept = told_apart(tab, site, dimension)
            gone = [value for value in site.values(dimension) if value not in kept]
            assert len(gone) > 40
            assert set(site.values(dimension)[:count]) <= {*kept}, "those with most requests are told apart"
            before = (state(tab), shown(tab), chips(tab), tab.url)
            refused = tab.evaluate(REFUSED, [dimension, gone])
            assert [one for one in refused if not one.startswith("RangeError: ")] == []
            assert (state(tab), shown(tab), chips(tab), tab.url) == before
            if dimension == "user":
                assert shown(tab)["groups"][-1]["user"] == {"other": len(gone)}


@pytest.mark.parametrize("name", BOARDS)
def test_a_reset_shows_what_the_page_opened_with(chromium: Any, site: Site, name: str) -> None:
    """Rows of every value, and what is said under them; also where a link with a choice was followed first."""
    remarks = "[...document.querySelectorAll('.remark')].map((one) => one.textContent)"
    with live(chromium, site.page(name)) as watched:
        first, said = shown(watched.tab), watched.tab.evaluate(remarks)
    assert len(first["groups"]) > 100
    with live(chromium, f"{site.page(name)}#v1&model=large") as watched:
        assert shown(watched.tab)["groups"][-1]["user"] != first["groups"][-1]["user"]
        choose(watched.tab, model=[])
        assert (shown(watched.tab), watched.tab.evaluate(remarks)) == (first, said)
        choose(watched.tab, time_range="14d")
        assert "other" in shown(watched.tab)["groups"][-1]["user"]
        watched.tab.go_back()
        watched.tab.wait_for_function("(count) => dashgen.rows('groups').length === count", arg=len(first["groups"]))
        assert shown(watched.tab) == first


REFUSED = """async ([name, values]) => {
  const told = [];
  for (const value of values) {
    told.push(await dashgen.setFilters({ [name]: [value] }).then(() => `${value} was taken`, (error) => String(error)));
  }
  return told;
}"""


def test_a_link_to_what_is_folded_says_that_it_is_not_there(chromium: Any, site: Site) -> None:
    """The numbers leave it out; they do not say that it has none."""
    rare = site.values("user")[-1]
    busy = next(value for value in site.values("user") if value)
    with live(chromium, f"{site.page('budget')}#v1&user={rare}&user={busy}&time_range=14d") as watched:
        assert watched.tab.locator(".gone").inner_text() == f"User: {rare}"
        assert "not in the numbers" in watched.tab.locator(".notices").inner_text()
        wanted = Right(site, Choice({"user": [busy]}, "14d"), {}).rows({"type": "card", "metric": "requests"})
        (row,) = shown(watched.tab)["requests"]
        assert compare_row({"requests": row["requests"]}, wanted[0], 0.01) == []
