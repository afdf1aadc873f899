"""Menus over ten thousand values, some of which would be trouble: each is found, chosen and linked to as what it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashgen import compiler
from tests.browser.filterable import button, chips, choose, state
from tests.browser.opened import live

pytestmark = pytest.mark.browser

COUNT = 10_000
LONG = "x" * 10_000
STRANGE = [
    *(
        "",
        " lead",
        "trail ",
        "Ab",
        "ab",
        "AB",
        "__proto__",
        "constructor",
        "toString",
        "null",
        "undefined",
        "false",
        "0",
    ),
    *("1e3", "Other", "All", "<b>", "%00", "a\nb", "a\tb", "İ", "ß", "שלום עולם", "مرحبا", "\u202eevil", LONG, None),
]
STATUS = [200, 429, None, 500, 0, -1, 99999]
PROJECT = """
version: 1
source: gateway
sources: {gateway: {type: files, path: requests.jsonl, preset: requests}}
"""
BOARD = """
version: 1
time_range: 7d
timezone: Europe/Rome
budget: 8
filters: [time_range, user, status_code]
layout:
  - {type: card, id: requests, metric: requests}
  - {type: bar, id: users, metric: requests, by: user, top: 5}
  - {type: table, id: codes, by: status_code, metrics: [requests]}
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("menus")
    (root / "dashgen.yaml").write_text(PROJECT)
    (root / "board.yaml").write_text(BOARD)
    last = datetime(2025, 6, 14, 21, 50, tzinfo=UTC)
    users = [*STRANGE, *STRANGE, *(f"user-{n:05}" for n in range(COUNT - len(STRANGE)))]
    with (root / "requests.jsonl").open("w", encoding="utf-8") as file:
        for n, user in enumerate(users):
            time = (last - timedelta(seconds=40 * n)).isoformat()
            file.write(json.dumps({"time": time, "user": user, "status_code": STATUS[n % len(STATUS)]}) + "\n")
    built = compiler.build([str(root)], root / "dist")
    assert [one.message for one in built.diagnostics if one.severity == "error"] == []
    return (root / "dist/board/index.html").as_uri()


def found(tab: Any, text: str) -> list[str]:
    """The names that a menu finds."""
    tab.locator(".menu [type=search]").fill(text)
    names: list[str] = tab.locator(".option bdi").all_inner_texts()
    return names


def test_ten_thousand_values_are_searched(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        button(tab, "user").click()
        assert tab.locator(".option").count() == 201, "and All"
        assert tab.locator(".menu .note").inner_text() == "9,800 more: search for them"
        assert found(tab, "AB") == ["AB", "Ab", "ab"]
        assert found(tab, "__PROTO__") == ["__proto__"]
        assert found(tab, "שלום") == ["שלום עולם"]
        assert found(tab, "empty") == ["(empty)"]
        assert found(tab, "missing") == ["(missing)"]
        assert found(tab, "user-09") == [f"user-09{n:03}" for n in range(200)]
        assert len(found(tab, LONG[:300])) == 1
        box = tab.locator(".menu").bounding_box()
        assert box["width"] < 400
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_each_value_is_chosen_and_linked_to(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        for user in STRANGE:
            choose(tab, user=[user])
            assert tab.evaluate("dashgen.rows('requests')") == [{"requests": 2}], user
            assert tab.evaluate("dashgen.rows('users')") == [{"user": user, "requests": 2}], user
            assert tab.locator(".notices").inner_text() == "", user
            link = tab.evaluate("location.hash")
            choose(tab, user=[])
            tab.evaluate("(link) => { location.hash = link; }", link)
            tab.wait_for_function("dashgen.filters.user.length === 1")
            assert state(tab)["user"] == [user]
        choose(tab, user=STRANGE)
        assert tab.evaluate("dashgen.rows('requests')") == [{"requests": 2 * len(STRANGE)}]
        assert len(chips(tab)) == 2, "one for all of them, and Reset"
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_codes_are_numbers(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        choose(tab, status_code=[0, -1, 99999, None])
        link = tab.evaluate("location.hash")
        shown = {row["status_code"] for row in tab.evaluate("dashgen.rows('codes')")}
        assert shown == {0, -1, 99999, None}
        choose(tab, status_code=[])
        tab.evaluate("(link) => { location.hash = link; }", link)
        tab.wait_for_function("dashgen.filters.status_code.length === 4")
        assert state(tab)["status_code"] == [0, -1, 99999, None]
        button(tab, "status_code").click()
        names = tab.locator(".option bdi").all_inner_texts()
        assert set(names) == {"All", "(missing)", "-1", "0", "200", "429", "500", "99999"}
