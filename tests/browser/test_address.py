"""The choice in the address: links that restore it, and links that somebody made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.filterable import DEFAULTS, NASTY, button, chips, choose, count, state
from tests.browser.opened import live, opened, served

pytestmark = pytest.mark.browser


def test_a_link_opens_the_same_view(chromium: Any, page: str) -> None:
    wanted = {
        "model": [*NASTY, None, "gpt-4o"],
        "project": [],
        "user": ["u00"],
        "status_code": [500],
        "api_key": ["k3"],
        "time_range": {"from": "2025-06-03", "to": "2025-06-10"},
    }
    with live(chromium, page) as watched:
        choose(watched.tab, **wanted)
        link, rows = watched.tab.evaluate("[location.href, dashgen.rows('models')]")
        assert state(watched.tab) == wanted
    assert "project=!all" in link
    assert link.isascii()
    with live(chromium, link) as watched:
        assert state(watched.tab) == wanted
        assert watched.tab.evaluate("dashgen.rows('models')") == rows
        assert watched.tab.locator(".notices").inner_text() == ""
        assert "API key: k3" in chips(watched.tab), "hidden, but not what its author chose"
        watched.tab.get_by_role("button", name="Reset").click()
        assert watched.tab.evaluate("location.href") == page


def test_back_and_forward(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        steps = [count(tab)]
        for name, value in (("model", ["gpt-4o"]), ("time_range", "14d"), ("project", [])):
            choose(tab, **{name: value})
            steps.append(count(tab))
        assert len(set(steps)) == 4
        for wanted in steps[-2::-1]:
            tab.go_back()
            tab.wait_for_function("(wanted) => dashgen.rows('requests')[0].requests === wanted", arg=wanted)
        assert state(tab) == DEFAULTS
        tab.go_forward()
        tab.wait_for_function("(wanted) => dashgen.rows('requests')[0].requests === wanted", arg=steps[1])
        assert chips(tab)[0] == "Model: gpt-4o"


def test_one_visit_of_a_menu_is_one_step_back(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        before = tab.evaluate("history.length")
        button(tab, "model").click()
        for name in ("gpt-4o", "sonnet", "haiku"):
            tab.locator(".option", has_text=name).click()
        assert tab.evaluate("history.length") == before + 1
        tab.go_back()
        tab.wait_for_function("dashgen.filters.model.length === 0")
        assert tab.locator(".menu").count() == 0


def test_places_in_the_page_are_no_state(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        choose(tab, model=["sonnet"])
        tab.evaluate("location.hash = 'main'")
        tab.wait_for_function("location.hash === '#v1&model=sonnet'")
        assert state(tab)["model"] == ["sonnet"]


LINKS: list[tuple[str, dict[str, Any], str]] = [
    ("#v1", {}, ""),
    ("#v1&", {}, ""),
    ("#v1&model=gpt-4o&model=gpt-4o", {"model": ["gpt-4o"]}, ""),
    ("#v1&model=!missing", {"model": [None]}, ""),
    ("#v1&model=%21missing", {"model": ["!missing"]}, ""),
    ("#v1&status_code=500", {"status_code": [500]}, ""),
    ("#v1&status_code=5e2", {"status_code": ["5e2"]}, "1 chosen value is not in this page"),
    ("#v1&time_range=24h", {"time_range": "24h"}, ""),
    ("#v1&model=nobody&model=sonnet", {"model": ["nobody", "sonnet"]}, "not in the numbers: nobody"),
    ("#v1&user=nobody", {"user": ["nobody"]}, "not in the numbers: nobody"),
    ("#v1&nothing=1", {}, "left out: nothing"),
    ("#v1&region=us", {}, "left out: region"),
    ("#v1&__proto__=1&constructor=2", {}, "left out: __proto__, constructor"),
    ("#v1&model=!anything", {}, "left out: model=!anything"),
    ("#v1&model=%E0%A4%A", {}, "left out: model=%E0%A4%A"),
    ("#v1&model", {}, "left out: model"),
    ("#v1&=x", {}, "left out: =x"),
    ("#v1&time_range=99y", {}, "left out: Time"),
    ("#v1&time_range=2025-06-10..2025-06-01", {}, "left out: Time"),
    ("#v1&time_range=..", {}, "left out: Time"),
    ("#v1&time_range=2025-02-30..2025-06-01", {}, "left out: Time"),
    ("#v1&model=a%00b", {"model": ["a\x00b"]}, "not in the numbers: a\ufffdb"),
    ("#v1&model=%E2%80%AEevil", {"model": ["\u202eevil"]}, "not in the numbers: \ufffdevil"),
    (f"#v1&model={quote(NASTY[0])}&model={quote('<b>x')}", {"model": [NASTY[0], "<b>x"]}, "not in the numbers: <b>x"),
    ("#v1&model=" + "x" * 5000, {"model": ["x" * 5000]}, "xxx…"),
    ("#v1" + "&model=x" * 12_500, {}, "too long"),
    ("#v1&model=" + "x" * 100_000, {}, "too long"),
    ("#v2&model=gpt-4o", {}, "newer"),
    ("#v99999999999999999999", {}, "newer"),
    ("#v1model=gpt-4o", {}, ""),
    ("#model=gpt-4o", {}, ""),
    ("#<img src=x onerror=alert(1)>", {}, ""),
]


def test_a_crafted_link_is_only_ever_a_filter(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        for link, chosen, told in LINKS:
            tab.goto("about:blank")
            tab.goto(page + link)
            tab.evaluate("dashgen.ready")
            assert state(tab) == DEFAULTS | chosen, link[:80]
            shown = tab.locator(".notices").inner_text()
            assert told in shown, link[:80]
            assert bool(told) == bool(shown), link[:80]
            assert tab.locator("main img, .toolbar img, .choices img, iframe, object, embed").count() == 0
            assert tab.evaluate("({}).polluted === undefined && Object.keys(Object.prototype).length === 0")
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), link[:80]


def test_what_is_not_in_the_page_is_not_in_the_numbers(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        choose(watched.tab, model=["sonnet"])
        sonnet = count(watched.tab)
        assert sonnet > 0
    with live(chromium, f"{page}#v1&model=nobody&model=sonnet") as watched:
        assert count(watched.tab) == sonnet
        assert watched.tab.locator(".gone").inner_text() == "Model: nobody"
        watched.tab.locator(".choices").get_by_role("button", name="Remove Model: nobody").click()
        assert state(watched.tab)["model"] == ["sonnet"]
        assert watched.tab.locator(".notices").inner_text() == ""
    for link in ("#v1&model=nobody", "#v1&user=nobody"):
        with live(chromium, page + link) as watched:
            assert count(watched.tab) == 0


def test_a_link_is_followed_while_the_page_is_open(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        tab.evaluate("location.hash = '#v1&model=haiku'")
        tab.wait_for_function("dashgen.filters.model[0] === 'haiku'")
        tab.evaluate("location.hash = '#v9&model=sonnet'")
        tab.wait_for_function("dashgen.filters.model.length === 0")
        assert "newer" in tab.locator(".notices").inner_text()


def test_an_address_that_changes_often_ends_up_right(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        flip = """async () => { for (let n = 0; n < 250; n += 1) {
          await dashgen.setFilters({ model: [n % 2 ? "sonnet" : "gpt-4o"] });
        } }"""
        watched.tab.evaluate(flip)
        assert state(watched.tab)["model"] == ["sonnet"]
        watched.tab.wait_for_function("location.hash === '#v1&model=sonnet'")


def test_a_choice_that_is_too_long_for_a_link_holds_without_one(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        choose(tab, model=["sonnet", "x" * 70_000])
        assert count(tab) > 0
        assert tab.evaluate("location.hash") == ""
        assert "too long for a link" in tab.locator(".notices").inner_text()
        choose(tab, model=["sonnet"])
        assert tab.evaluate("location.hash") == "#v1&model=sonnet"
        assert tab.locator(".notices").inner_text() == ""


def test_one_widget_alone_obeys_the_address(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        choose(watched.tab, model=["sonnet"])
        wanted = count(watched.tab)
    with live(chromium, f"{page}?widget=requests#v1&model=sonnet&nothing=1") as watched:
        card = watched.tab.locator("[data-widget=requests]")
        assert card.get_attribute("data-value") == str(wanted)
        assert "left out: nothing" in watched.tab.locator(".notices").inner_text()


def test_in_a_sandboxed_frame(chromium: Any, site: Path) -> None:
    outer = site / "outer.html"
    frame = '<iframe sandbox="allow-scripts" width="1200" height="900" src="en/index.html#v1&model=sonnet"></iframe>'
    outer.write_text(f"<!doctype html><link rel=icon href=data:,>{frame}")
    with served(site) as address, opened(chromium, f"{address}/outer.html", inside=address) as watched:
        (inner,) = watched.tab.frames[1:]
        inner.evaluate("dashgen.ready")
        assert state(inner)["model"] == ["sonnet"]
        choose(inner, model=["haiku"])
        assert state(inner)["model"] == ["haiku"]
        button(inner, "model").click()
        inner.locator(".menu").wait_for()
        assert (watched.said, watched.asked) == ([], [])
