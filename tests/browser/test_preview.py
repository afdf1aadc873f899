"""The real command, real files and a real browser: what is saved is seen, and what was there stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from tests.browser.opened import Watched, opened
from tests.previewed import PATIENCE, project, replace
from tests.test_preview import Command, command

pytestmark = pytest.mark.browser

FIRST = """\
version: 1
title: Gateway
description: All of it.
time_range: 7d
filters: [time_range, model]
layout:
  - {type: card, id: requests, metric: requests}
  - {type: card, id: spend, metric: cost, title: Spend}
  - {type: line, id: trend, metric: requests, title: Trend}
  - section: Details
    layout:
      - {type: bar, id: bars, metric: cost, by: project, horizontal: true}
      - {type: table, id: models, by: model, metrics: [requests, cost]}
  - {type: table, id: log, records: [time, model, user], newest: 60}
"""
BROKEN = FIRST.replace("metric: requests,", "metric: reqests,")
MARK = """() => {
  self.still = new Map([...document.querySelectorAll("[data-widget]")].map((one) => [one.dataset.widget, one]));
  self.loaded = true;
}"""
SWAPPED = """() => [...self.still].filter(([, one]) => !one.isConnected).map(([id]) => id)"""
SHOWN = """() => [...document.querySelectorAll("[data-widget]")].map((one) => one.dataset.widget)"""


class Preview:
    """A preview, and a tab that looks at it."""

    def __init__(self, running: Command, watched: Watched, shop: Path) -> None:
        self.running = running
        self.watched = watched
        self.tab = watched.tab
        self.shop = shop
        self.board = shop / "dashboards/board.yaml"

    def save(self, text: str) -> None:
        replace(self.board, text)

    def becomes(self, script: str, wanted: Any = True) -> None:
        """Waits until the page answers this."""
        found = None
        for _ in range(int(PATIENCE / 0.05)):
            with suppress(Error):  # a page that is loaded again meanwhile has no answer
                found = self.tab.evaluate(script)
            if found == wanted:
                return
            self.tab.wait_for_timeout(50)
        raise AssertionError(f"{found!r} is not {wanted!r}\n{self.running.said}")

    def text(self, selector: str) -> str:
        return str(self.tab.locator(selector).first.text_content()).strip()

    def says(self, selector: str, text: str) -> None:
        self.becomes(f"() => document.querySelector({selector!r})?.textContent.trim()", text)

    @property
    def swapped(self) -> list[str]:
        """Widgets whose elements are others than before, and that the page was not loaded again."""
        assert self.tab.evaluate("self.loaded"), "it was loaded again"
        found: list[str] = self.tab.evaluate(SWAPPED)
        return sorted(found)


@contextmanager
def previewed(chromium: Any, shop: Path, path: str = "board/", **options: Any) -> Iterator[Preview]:
    with command("preview", "--port", "0", cwd=shop) as running:
        running.hears("Preview: ")
        with opened(chromium, f"http://127.0.0.1:{running.port}/{path}", **options) as watched:
            yield Preview(running, watched, shop)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return project(tmp_path / "shop", board=FIRST)


@pytest.fixture
def preview(chromium: Any, shop: Path) -> Iterator[Preview]:
    """Open and live; whatever the page says on the console or asks of others is a failure."""
    with previewed(chromium, shop, viewport={"width": 1200, "height": 700}) as made:
        made.tab.evaluate("dashgen.ready")
        made.watched.wait_until_live(2)
        made.tab.evaluate("scrollTo(0, 0)")
        made.tab.evaluate(MARK)
        yield made
        assert (made.watched.said, made.watched.asked) == ([], [])


# ---- what changes, and what stays -----------------------------------------------------------------


def test_a_widgets_title_swaps_that_widget_and_no_other(preview: Preview) -> None:
    preview.save(FIRST.replace("title: Trend", "title: By day"))
    preview.says("[data-widget=trend] .title", "By day")
    assert preview.swapped == ["trend"]
    preview.watched.wait_until_live(2)


def test_the_page_around_its_widgets_changes_without_them(preview: Preview) -> None:
    preview.save(FIRST.replace("title: Gateway", "title: Edge").replace("All of it.", "Half."))
    preview.says("h1", "Edge")
    preview.says(".lead", "Half.")
    assert preview.tab.title() == "Edge"
    preview.save(FIRST.replace("section: Details", "section: Parts"))
    preview.says(".part > h2", "Parts")
    assert preview.swapped == []


def test_what_is_scrolled_to_opened_sorted_and_typed_stays(preview: Preview) -> None:
    tab = preview.tab
    log = tab.locator("[data-widget=log]")
    log.scroll_into_view_if_needed()
    log.get_by_role("button", name="Next page").click()
    field = tab.locator("[data-widget=models] [type=search]")
    tab.locator("[data-widget=models] .sort").first.click()
    tab.locator("[data-widget=bars] summary").click()
    log.locator("[type=search]").fill("gpt")
    before = tab.evaluate("[scrollX, scrollY]")
    assert before[1] > 0
    preview.save(FIRST.replace("title: Trend", "title: By day"))
    preview.says("[data-widget=trend] .title", "By day")
    assert preview.swapped == ["trend"]
    assert tab.evaluate("[scrollX, scrollY]") == before
    assert tab.evaluate("document.activeElement.value") == "gpt"
    assert tab.locator("[data-widget=bars] details[open]").count() == 1
    assert tab.locator("[data-widget=models] [aria-sort]").count() == 1
    assert field.count() == 1


def test_a_table_that_is_swapped_keeps_its_order_search_and_focus(preview: Preview) -> None:
    tab = preview.tab
    tab.locator("[data-widget=log] [type=search]").fill("gpt")
    tab.locator("[data-widget=log] .sort").nth(1).click()
    tab.locator("[data-widget=log] [type=search]").focus()
    found = tab.locator("[data-widget=log] tbody tr").count()
    preview.save(FIRST.replace("newest: 60", "newest: 60, title: Latest"))
    preview.says("[data-widget=log] .title", "Latest")
    assert preview.swapped == ["log"]
    assert tab.evaluate("document.activeElement.closest('[data-widget]').dataset.widget") == "log"
    assert tab.locator("[data-widget=log] [type=search]").input_value() == "gpt"
    assert tab.locator("[data-widget=log] [aria-sort]").count() == 1
    assert tab.locator("[data-widget=log] tbody tr").count() == found


def test_filters_stay_and_what_is_swapped_obeys_them(preview: Preview) -> None:
    tab = preview.tab
    model = tab.evaluate("dashgen.rows('models')[1].model")
    tab.evaluate(f"dashgen.setFilters({{model: [{model!r}], time_range: '7d'}})")
    chosen, address = tab.evaluate("dashgen.rows('requests')"), tab.evaluate("location.hash")
    assert model in address
    preview.save(FIRST.replace("id: requests, metric: requests", "id: requests, metric: requests, title: All"))
    preview.says("[data-widget=requests] .title", "All")
    preview.becomes("() => dashgen.rows('requests')", chosen)
    assert tab.evaluate("location.hash") == address
    assert tab.evaluate("dashgen.filters")["model"] == [model]
    assert tab.locator("[data-widget=requests]").get_attribute("data-value") == str(chosen[0]["requests"])
    assert preview.swapped == ["requests"]


def test_an_open_menu_stays_open_with_its_focus(preview: Preview) -> None:
    tab = preview.tab
    tab.locator("[data-filter=model] button").click()
    tab.locator(".menu input[type=checkbox]").nth(1).focus()
    name = "() => document.activeElement.closest('label')?.textContent"
    focused = tab.evaluate(name)
    preview.save(FIRST.replace("title: Spend", "title: Costs"))
    preview.says("[data-widget=spend] .title", "Costs")
    assert tab.locator(".menu").is_visible()
    assert tab.evaluate(name) == focused
    tab.keyboard.press("Space")
    preview.becomes("() => dashgen.filters.model.length", 1)


def test_widgets_come_go_and_move(preview: Preview) -> None:
    tab = preview.tab
    before = tab.evaluate(SHOWN)
    card = "  - {type: card, id: requests, metric: requests}\n"
    spend = "  - {type: card, id: spend, metric: cost, title: Spend}\n"
    preview.save(FIRST.replace(card + spend, spend + card))
    preview.becomes(SHOWN, ["spend", "requests", *before[2:]])
    assert preview.swapped == []
    preview.save(FIRST + "  - {type: text, id: note, text: Hello}\n")
    preview.becomes(SHOWN, [*before, "note"])
    preview.save(FIRST.replace("  - {type: card, id: spend, metric: cost, title: Spend}\n", ""))
    preview.becomes(SHOWN, [one for one in before if one != "spend"])
    preview.save(FIRST)
    preview.becomes(SHOWN, before)
    preview.watched.wait_until_live(2)
    assert tab.evaluate("dashgen.rows('spend').length") == 1


def test_a_new_dimension_is_a_new_filter_in_place(preview: Preview) -> None:
    tab = preview.tab
    model = tab.evaluate("dashgen.rows('models')[0].model")
    tab.evaluate(f"dashgen.setFilters({{model: [{model!r}]}})")
    preview.save(FIRST.replace("filters: [time_range, model]", "filters: [time_range, model, project]"))
    preview.becomes("() => document.querySelectorAll('.toolbar [data-filter] button').length", 3)
    preview.becomes("() => dashgen.filters", {"model": [model], "project": [], "time_range": "7d"})
    tab.locator("[data-filter=project] button").click()
    assert tab.locator(".menu input[type=checkbox]").count() > 1
    tab.keyboard.press("Escape")
    assert tab.evaluate("self.loaded")
    before = tab.evaluate("dashgen.rows('requests')[0].requests")
    project_name = tab.evaluate("dashgen.rows('bars')[0].project")
    tab.evaluate(f"dashgen.setFilters({{project: [{project_name!r}]}})")
    assert 0 < tab.evaluate("dashgen.rows('requests')[0].requests") < before
    assert tab.locator(".notices").count() == 1


def test_filters_begin_on_a_page_that_had_none(chromium: Any, shop: Path) -> None:
    replace(shop / "dashboards/board.yaml", FIRST.replace("filters: [time_range, model]\n", ""))
    with previewed(chromium, shop) as preview:
        preview.tab.evaluate("dashgen.ready")
        preview.tab.evaluate(MARK)
        preview.save(FIRST)
        preview.becomes("() => document.querySelectorAll('.toolbar [data-filter] button').length", 2)
        model = preview.tab.evaluate("dashgen.rows('models')[0].model")
        preview.tab.evaluate(f"dashgen.setFilters({{model: [{model!r}]}})")
        assert preview.tab.evaluate("dashgen.rows('models').length") == 1
        assert preview.tab.evaluate("self.loaded")
        assert preview.watched.said == []


def test_rows_that_are_appended_are_counted_under_the_filters(preview: Preview) -> None:
    tab = preview.tab
    data = preview.shop / "data/requests.csv"
    head, *rows = data.read_text().splitlines()
    model = rows[-1].split(",")[head.split(",").index("model")]
    tab.evaluate(f"dashgen.setFilters({{model: [{model!r}]}})")
    before = tab.evaluate("dashgen.rows('requests')[0].requests")
    with open(data, "a") as file:
        file.write(f"{rows[-1]}\n" * 3)
    preview.becomes("() => dashgen.rows('requests')[0].requests > " + str(before))
    added = tab.evaluate("dashgen.rows('requests')[0].requests") - before
    assert added % 3 == 0
    assert tab.evaluate("dashgen.filters")["model"] == [model]
    assert tab.evaluate("self.loaded")


def test_a_theme_that_is_edited_is_worn_at_once(preview: Preview) -> None:
    ink = "() => getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()"
    theme = preview.shop / "ours.yaml"
    theme.write_text('version: 1\ntitle: Ours\nextends: light\ncolours: {accent: "#7a1fa2"}\n')
    preview.save(FIRST + "theme: ours.yaml\n")
    preview.becomes(ink, "#7a1fa2")
    replace(theme, theme.read_text().replace("#7a1fa2", "#0b5d3b"))
    preview.becomes(ink, "#0b5d3b")


SNAPSHOT = """() => {
  const text = (one) => one.textContent.replace(/\\s+/g, " ").trim();
  const live = document.querySelectorAll(".pictures").length === document.querySelectorAll(".pictures.is-live").length;
  return {
    live,
    lang: [document.documentElement.lang, document.documentElement.dir, document.title],
    around: [...document.querySelectorAll(".masthead, .toolbar, .choices, .part > h2, footer")].map(text),
    inside: [...document.querySelectorAll("[data-widget]")].map((one) => [
      one.className, {...one.dataset}, one.closest("section")?.firstElementChild.textContent,
      ...[...one.querySelectorAll(".title, p, .legend li, th, td")].map(text),
      JSON.stringify(dashgen.rows(one.dataset.widget)),
    ]),
    filters: dashgen.filters,
  };
}"""
STEPS = {
    "words of the page": lambda text: text.replace("All of it.", "All & <more>.").replace(
        "section: Details", "section: Ends"
    ),
    "a note": lambda text: text.replace("title: Trend}", "title: Trend, note: Mind the gap.}"),
    "widths": lambda text: text.replace("title: Spend", "title: Spend, width: 8"),
    "a comparison": lambda text: text.replace("filters:", "compare: previous\nfilters:"),
    "thresholds": lambda text: text.replace("title: Spend", "title: Spend, thresholds: {warning: 0.01}"),
    "another language": lambda text: text.replace("title: Gateway", "title: Tor\nlocale: de\nlang: de"),
    "a default": lambda text: text.replace("model]", "{dimension: model, default: [gpt-5.6]}]"),
    "a range": lambda text: text.replace("time_range: 7d", "time_range: 14d"),
    "another filter": lambda text: text.replace("[time_range, ", "[time_range, project, "),
    "no sections": lambda text: text.replace("  - section: Details\n    layout:\n", "").replace("      - ", "  - "),
    "other charts": lambda text: text.replace("type: bar, id: bars", "type: pie, id: bars").replace(
        ", horizontal: true", ""
    ),
    "a stack": lambda text: text.replace("title: Trend", "title: Trend, series: model, stacked: true"),
    "a chart as a card": lambda text: text.replace("{type: line, id: trend", "{type: card, id: trend"),
    "another theme": lambda text: text + "theme: high-contrast\n",
    "nothing of it": lambda text: text.partition("layout:")[0] + "layout: [{type: text, text: Hello}]\n",
}


def test_a_page_that_was_brought_to_a_state_is_as_one_that_is_loaded_in_it(chromium: Any, shop: Path) -> None:
    with previewed(chromium, shop, viewport={"width": 1200, "height": 4000}) as preview:
        preview.tab.evaluate("dashgen.ready")
        preview.watched.wait_until_live(2)
        for name, change in [pair for step in STEPS.items() for pair in (step, ("as it was", lambda text: text))]:
            text = change(FIRST)
            assert name == "as it was" or text != FIRST
            before = preview.running.said.count(" → board")
            preview.save(text)
            preview.running.hears(" → board", before + 1)
            other = preview.tab.context.new_page()
            other.goto(preview.tab.url)
            other.evaluate("dashgen.ready")
            fresh = other.evaluate(SNAPSHOT)
            while not fresh["live"]:
                other.wait_for_timeout(20)
                fresh = other.evaluate(SNAPSHOT)
            other.close()
            preview.becomes(SNAPSHOT, fresh)
        assert preview.watched.said == []


# ---- what is wrong --------------------------------------------------------------------------------


def test_a_broken_file_leaves_the_page_and_says_where(preview: Preview) -> None:
    tab = preview.tab
    tab.locator("[data-widget=log] [type=search]").focus()
    before = tab.locator("main").inner_text()
    preview.save(BROKEN)
    trouble = tab.get_by_role("alert")
    trouble.wait_for()
    assert tab.locator("main").inner_text() == before
    assert preview.swapped == []
    assert tab.evaluate("document.activeElement.type") == "search", "it does not take the focus"
    told = trouble.inner_text()
    assert "1 error. This page shows its last good state." in told
    assert "error[unknown-metric]: " in told
    assert "help: did you mean `requests`?" in told
    assert trouble.locator("mark").inner_text() == "reqests"
    assert "dashboards/board.yaml:9:" in preview.running.said
    preview.save(FIRST)
    trouble.wait_for(state="detached")
    assert preview.swapped == []


def test_one_click_copies_the_place(chromium: Any, shop: Path) -> None:
    with previewed(chromium, shop, permissions=["clipboard-read", "clipboard-write"]) as preview:
        preview.tab.evaluate("dashgen.ready")
        preview.save(BROKEN)
        preview.tab.locator(".trouble .copy").click()
        preview.says(".trouble .copy", "Copied")
        copied = preview.tab.evaluate("navigator.clipboard.readText()")
        assert re.fullmatch(r"dashboards/board\.yaml:9:\d+", copied)
        assert f"{copied}: error[" in preview.running.said


def test_it_is_closed_with_escape_until_something_else_is_wrong(preview: Preview) -> None:
    preview.save(BROKEN)
    trouble = preview.tab.locator(".trouble")
    trouble.wait_for()
    preview.tab.keyboard.press("Escape")
    assert not trouble.is_visible()
    preview.save(BROKEN.replace("reqests", "reqeusts"))
    trouble.wait_for()
    trouble.get_by_role("button", name="Close").click()
    assert not trouble.is_visible()


def test_the_overlay_is_accessible_in_every_scheme(chromium: Any, shop: Path, violations: Any, photograph: Any) -> None:
    for scheme in ("light", "dark"):
        replace(shop / "dashboards/board.yaml", FIRST)
        with previewed(chromium, shop, color_scheme=scheme, bypass_csp=True) as preview:
            preview.tab.evaluate("dashgen.ready")
            before = violations(preview.tab)
            preview.save(BROKEN)
            preview.tab.locator(".trouble").wait_for()
            assert violations(preview.tab) == before
            photograph(preview.tab, f"preview-{scheme}")


def test_another_dashboards_errors_stand_small(chromium: Any, shop: Path) -> None:
    with previewed(chromium, shop) as preview:
        preview.tab.evaluate("dashgen.ready")
        (shop / "dashboards/other.yaml").write_text(BROKEN)
        preview.tab.locator(".trouble").wait_for()
        assert "1 error elsewhere; this page is up to date." in preview.text(".trouble summary")
        assert not preview.tab.locator(".trouble pre").is_visible()
        preview.save(FIRST.replace("title: Gateway", "title: Edge"))
        preview.says("h1", "Edge")


def test_a_project_that_is_broken_at_first_comes_once_it_is_mended(chromium: Any, shop: Path) -> None:
    replace(shop / "dashboards/board.yaml", BROKEN)
    with previewed(chromium, shop, "") as preview:
        preview.tab.locator(".trouble").wait_for()
        assert "error[unknown-metric]" in preview.text(".trouble")
        preview.save(FIRST)
        preview.says("h1", "Gateway")


def test_a_dashboard_that_goes_says_so_and_comes_again(chromium: Any, shop: Path) -> None:
    (shop / "dashboards/other.yaml").write_text(FIRST.replace("Gateway", "Other"))
    with previewed(chromium, shop) as preview:
        preview.tab.evaluate("dashgen.ready")
        preview.board.rename(shop / "board.txt")
        preview.tab.locator(".trouble").wait_for()
        assert preview.text(".trouble summary") == "There is no dashboard at this address"
        assert preview.text(".trouble a") == "other"
        assert preview.text("h1") == "Gateway"
        (shop / "board.txt").rename(preview.board)
        preview.tab.locator(".trouble").wait_for(state="detached")


def test_the_index_follows_what_comes_and_goes(chromium: Any, shop: Path) -> None:
    titles = "() => [...document.querySelectorAll('[data-entry]:not([hidden]) h2')].map((one) => one.textContent)"
    with previewed(chromium, shop, "index.html") as preview:
        preview.becomes(titles, ["Gateway"])
        preview.tab.evaluate("self.loaded = true")
        preview.tab.locator("[data-search]").fill("e")
        other = shop / "dashboards/other.yaml"
        other.write_text(FIRST.replace("Gateway", "Other"))
        preview.becomes(titles, ["Gateway", "Other"])
        other.rename(shop / "dashboards/another.yaml")
        preview.becomes("() => document.querySelector('[data-entry] a').getAttribute('href')", "another/index.html")
        (shop / "dashboards/new.yaml").write_text(FIRST.replace("Gateway", "Unlike"))
        preview.becomes(titles, ["Other", "Gateway", "Unlike"])
        (shop / "dashboards/another.yaml").unlink()
        preview.becomes(titles, ["Gateway", "Unlike"])
        assert preview.tab.locator("[data-search]").input_value() == "e"
        assert preview.tab.evaluate("self.loaded")
        assert preview.watched.said == []


def test_a_preview_that_ended_is_missed(chromium: Any, shop: Path) -> None:
    with previewed(chromium, shop) as preview:
        preview.tab.evaluate("dashgen.ready")
        preview.running.end()
        preview.tab.locator(".trouble").wait_for()
        assert "The preview has ended." in preview.text(".trouble")
