"""Values that want to be markup, code, a formula or a layout, in everything that filters: they are only ever chosen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dashgen import compiler
from tests.browser.chosen import link, visit
from tests.browser.filterable import NASTY as ODD
from tests.browser.filterable import button, chips, choose, count, state
from tests.browser.opened import Watched, live
from tests.browser.test_choices import Choice
from tests.browser.test_hostile import FOREIGN, walk
from tests.browser.test_live import NASTY
from tests.browser.test_tables import FORMULAS, lines, saved

pytestmark = pytest.mark.browser

UNREADABLE = ("\x00", "\ud800")
"""What a file of JSON cannot hold."""
VALUES = [
    *dict.fromkeys(one for one in (*NASTY, *ODD, *FORMULAS) if not any(mark in one for mark in UNREADABLE)),
    *("toString", "hasOwnProperty", "#v1&model=x", "%", "%zz", "..", "javascript:alert`1`", "<svg onload=alert(1)>"),
]
STATUSES = [200, 99, 0, -1, 600, 2**40]
DIMENSIONS = ("model", "project", "api_key", "user", "region")
TITLE = "<img src=x onerror=alert(1)>{{7*7}}"
PROJECT: dict[str, Any] = {
    "version": 1,
    "sources": {"log": {"type": "files", "path": "log.jsonl", "fields": {"region": "region"}}},
    "dimensions": {"region": {"title": TITLE, "description": TITLE}},
}
SAID = {"title": TITLE, "note": TITLE}
BOARD: dict[str, Any] = {
    "version": 1,
    "title": TITLE,
    "description": TITLE,
    "time_range": "3d",
    "time_ranges": ["24h", "3d"],
    "filters": ["time_range", *DIMENSIONS, "status_code"],
    "layout": [
        {"type": "card", "id": "requests", "metric": "requests", "compare": "previous", **SAID},
        {"type": "line", "id": "lanes", "metric": "requests", "series": "model", "top": 4, **SAID},
        {"type": "bar", "id": "bars", "metric": "requests", "by": "project", "top": 9, **SAID},
        {"type": "pie", "id": "slices", "metric": "requests", "by": "model", "top": 5, **SAID},
        {"type": "heatmap", "id": "cells", "metric": "requests", "rows": "region", "columns": "status_code", **SAID},
        {"type": "histogram", "id": "sizes", "of": "latency", "by": "region", "top": 3, **SAID},
        {"type": "table", "id": "groups", "by": ["model", "user"], "metrics": ["requests"], **SAID},
        {"type": "table", "id": "newest", "records": ["time", *DIMENSIONS, "status_code"], "newest": 90, **SAID},
    ],
}


def rows() -> list[dict[str, Any]]:
    """Every value in every dimension, twice; in each one beside others."""
    last = datetime(2026, 3, 31, 20, tzinfo=UTC)
    return [
        {
            "time": (last - timedelta(minutes=40 * n)).isoformat(),
            **{name: VALUES[(n + 7 * at) % len(VALUES)] for at, name in enumerate(DIMENSIONS)},
            "status_code": STATUSES[n % len(STATUSES)],
            "latency": 10 + n,
        }
        for n in range(2 * len(VALUES))
    ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile-filters")
    (root / "log.jsonl").write_text("\n".join(json.dumps(row) for row in rows()), "utf-8")
    (root / "dashgen.yaml").write_text(json.dumps(PROJECT), "utf-8")
    (root / "board.yaml").write_text(json.dumps(BOARD), "utf-8")
    for single in (False, True):
        built = compiler.build([str(root / "board.yaml")], root / "dist", single_file=single)
        assert built.is_fine, built.diagnostics
        (root / "dist").rename(root / ("alone" if single else "site"))
    return root


PAGES = ("site/board/index.html", "alone/board.html")


@pytest.fixture(scope="module", params=PAGES)
def watched(request: pytest.FixtureRequest, chromium: Any, site: Path) -> Iterator[Watched]:
    """One tab for all; whatever it says or asks for is a failure."""
    page = (site / request.param).as_uri()
    with live(chromium, page, inside=site.as_uri(), viewport={"width": 1440, "height": 2400}) as found:
        yield found


@pytest.fixture
def page(watched: Watched) -> Iterator[str]:
    """As it opens; and nothing foreign is in it in the end."""
    address: str = watched.tab.url.partition("#")[0]
    visit(watched.tab, address)
    yield address
    clean(watched)


def clean(watched: Watched) -> None:
    assert watched.tab.evaluate(FOREIGN) == []
    assert watched.tab.evaluate("Object.keys(Object.prototype).length === 0 && !('polluted' in {})")
    assert (watched.said, watched.asked) == ([], [])


def wanted(**chosen: list[Any]) -> int:
    return sum(all(row[name] in values for name, values in chosen.items()) for row in rows())


def test_every_value_can_be_chosen_in_a_menu(watched: Watched, page: str) -> None:
    tab, seen = watched.tab, []
    button(tab, "model").click()
    inputs = tab.locator(".menu .option input")
    for n in range(1, inputs.count()):
        inputs.nth(n).click()
        (value,) = state(tab)["model"]
        tab.wait_for_function("(value) => dashgen.rows('slices').every((row) => row.model === value)", arg=value)
        assert count(tab) == wanted(model=[value]) == 2, value
        clean(watched)
        seen.append(value)
        inputs.nth(n).click()
    assert sorted(seen) == sorted(VALUES)


@pytest.mark.parametrize("name", [*DIMENSIONS, "status_code"])
def test_a_search_is_only_text(watched: Watched, page: str, name: str) -> None:
    tab = watched.tab
    button(tab, name).click()
    field = tab.locator(".menu [type=search]")
    assert field.count() == (name != "status_code")
    for value in VALUES if name != "status_code" else ():
        field.fill(value)
        found = tab.locator(".menu .option").count()
        assert (found > 0) == ("No value" not in tab.locator(".menu .options").inner_text())
        if value.isascii() and value.isprintable() and len(value) < 40:
            assert found > 0, value
        assert tab.evaluate(FOREIGN) == []
    tab.locator(".menu .option input:enabled").last.click()
    assert len(state(tab)[name]) == 1
    tab.keyboard.press("Escape")


def test_what_is_chosen_is_told_and_released(watched: Watched, page: str) -> None:
    tab = watched.tab
    for name in DIMENSIONS:
        for value in VALUES[:6]:
            choose(tab, **{**{one: [] for one in DIMENSIONS}, name: [value, VALUES[8]]})
            assert len(chips(tab)) == 3, (name, value)
            clean(watched)
        tab.locator(".active button").first.click()
        assert state(tab)[name] == [VALUES[8]]


def test_tooltips_under_a_choice(watched: Watched, page: str) -> None:
    watched.wait_until_live(watched.tab.locator(".pictures").count())
    choose(watched.tab, model=VALUES[:9], status_code=STATUSES[:5])
    assert count(watched.tab) == wanted(model=VALUES[:9], status_code=STATUSES[:5])
    walk(watched)


def test_a_mark_chooses_what_it_is(watched: Watched, page: str) -> None:
    tab = watched.tab
    watched.wait_until_live(tab.locator(".pictures").count())
    for id, name in (("bars", "project"), ("slices", "model")):
        first = tab.evaluate("(id) => dashgen.rows(id)[0]", id)[name]
        tab.locator(f"[data-widget={id}] .panel").first.focus()
        tab.keyboard.press("Home")
        tab.keyboard.press("Enter")
        tab.wait_for_function("([name, value]) => dashgen.filters[name][0] === value", arg=[name, first])
        clean(watched)


def test_an_entry_of_a_legend_for_every_value(watched: Watched, page: str) -> None:
    tab = watched.tab
    watched.wait_until_live(tab.locator(".pictures").count())
    entries = tab.locator("[data-widget=slices] .legend .pick")
    for first in range(0, len(VALUES), 4):
        few = VALUES[first : first + 4]
        choose(tab, model=few)
        assert entries.count() == len(few)
        values = list(dict.fromkeys(row["model"] for row in tab.evaluate("dashgen.rows('slices')")))
        assert sorted(values) == sorted(few)
        clean(watched)
        entries.first.click()
        tab.wait_for_function("(value) => dashgen.rows('slices').every((row) => row.model === value)", arg=values[0])
        assert state(tab)["model"] == [values[0]]
        assert count(tab) == wanted(model=[values[0]])
        clean(watched)


def test_a_link_to_every_value(watched: Watched, page: str) -> None:
    """Followed while the page is open, each after the other."""
    tab = watched.tab
    for n, value in enumerate(VALUES):
        name = DIMENSIONS[n % len(DIMENSIONS)]
        tab.evaluate("(hash) => { location.hash = hash; }", link(Choice({name: [value]}, "3d")))
        tab.wait_for_function("([name, value]) => dashgen.filters[name][0] === value", arg=[name, value])
        assert {one: found for one, found in state(tab).items() if found and one != "time_range"} == {name: [value]}
        assert tab.locator(".notices").inner_text() == ""
        tab.wait_for_function("(wanted) => dashgen.rows('requests')[0].requests === wanted", arg=2)
    clean(watched)


PIECES = [
    *("#v1", "#v2", "#v1&", "#", "&", "=", "&model=", "&__proto__=", "&constructor=", "&toString=", "&status_code="),
    *("&time_range=", "..", "7d", "3d", "2026-03-30", "!all", "!missing", "!", "%", "%zz", "%E0%A4%A", "%00", "%u202e"),
    *("%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "<script>alert(1)</script>", "javascript:alert(1)", "x" * 70_000),
    *("[]", "{}", "null", "NaN", "1e999", "-0", "\ufffd", "%F0%9F%92%A9", "&hidden=1", "&region=%D7%A9"),
]


def test_a_crafted_link_is_only_ever_a_filter(watched: Watched, page: str) -> None:
    tab, random = watched.tab, Random("links")
    standard = state(tab)
    for _ in range(60):  # browsers refuse an address that changes much oftener
        crafted = "#v1" + "".join(random.choices(PIECES, k=random.randint(1, 7)))
        told = tab.evaluate(FOLLOWED, crafted)
        assert {*told["filters"]} == {*standard}, crafted[:200]
        assert all(
            isinstance(values, list) and all(value is None or isinstance(value, str | int | float) for value in values)
            for name, values in told["filters"].items()
            if name != "time_range"
        ), crafted[:200]
        assert told["requests"] <= len(rows()), crafted[:200]
        assert told["wide"] is False, crafted[:200]
    clean(watched)


FOLLOWED = """async (hash) => {
  const followed = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
  const before = location.href;
  location.hash = hash;
  if (location.href !== before) await followed;
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const [{ requests }] = dashgen.rows("requests");
  const wide = document.documentElement.scrollWidth > innerWidth;
  return { filters: JSON.parse(JSON.stringify(dashgen.filters)), requests, wide };
}"""


def test_a_table_is_searched_filtered_and_saved(watched: Watched, page: str) -> None:
    tab = watched.tab
    choose(tab, model=VALUES)
    table = tab.locator("[data-widget=groups]")
    table.get_by_role("button", name="Filter by columns").click()
    for n, value in enumerate(VALUES):
        field = table.get_by_label("Search: Model") if n % 2 else table.get_by_role("searchbox").first
        field.fill(value)
        assert tab.evaluate(FOREIGN) == []
        field.fill("")
    assert (watched.said, watched.asked) == ([], [])
    _, content = saved(tab, table.locator(".csv"))
    written = lines(content)[1:]
    assert len(written) == len(VALUES)
    guarded = {row[0] for row in written if row[0].startswith("'") and row[0][1:2] in "=+-@\t\r\n＝"}
    assert {"'=1+1", "'+cmd", "'-2+3", "'@x", "'\t=1", "'＝1"} <= guarded
    risky = [cell for row in written for cell in row if cell[:1] in ("=", "@", "\t", "\r", "\n", "＝")]
    assert risky == []


def test_what_a_chart_shows_is_saved_without_formulas(watched: Watched, page: str) -> None:
    tab = watched.tab
    choose(tab, project=[value for value in FORMULAS if value in VALUES][:8])
    tab.locator("[data-widget=bars] summary").click()
    _, content = saved(tab, tab.locator("[data-widget=bars] .csv"))
    names = [row[0] for row in lines(content)[1:]]
    assert len(names) == 8
    assert [name for name in names if name[:1] in ("=", "+", "-", "@", "\t", "\r", "＝")] == []


def test_a_whole_choice_in_one_link_opens_as_it_was(watched: Watched, page: str) -> None:
    choice = Choice({name: VALUES[n::5] for n, name in enumerate(DIMENSIONS)}, "3d")
    long = max(len(value) for values in choice.filters.values() for value in values)
    visit(watched.tab, page + link(choice))
    assert long > 5_000
    assert {name: state(watched.tab)[name] for name in DIMENSIONS} == choice.filters
    assert count(watched.tab) == wanted(**choice.filters)
