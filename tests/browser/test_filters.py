"""The bar of filters: what it says without scripts, its menus by keyboard, its refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.filterable import DEFAULTS, NASTY, USERS, button, chips, choose, count, events, focused, plain, state
from tests.browser.opened import live, opened

pytestmark = pytest.mark.browser


# ---- becoming live


def test_without_scripts_the_bar_says_what_holds(chromium: Any, page: str) -> None:
    with opened(chromium, page, java_script_enabled=False) as watched:
        bar = watched.tab.locator(".toolbar")
        texts = [one.inner_text() for one in bar.locator(".filters li").all()]
        assert texts == ["Model: All", "Project: web, mobile", "User: All", "Status: All", "Region: eu\nlocked"]
        assert chips(watched.tab) == ["Project: web", "Project: mobile"]
        assert "Jun 8 – 14, 2025" in plain(bar.inner_text())
        assert bar.locator("button").count() == 0


@pytest.mark.parametrize("width", [320, 390, 800, 1440, 2560])
def test_becoming_live_moves_nothing(chromium: Any, page: str, width: int) -> None:
    with opened(chromium, page, viewport={"width": width, "height": 900}) as waiting:
        waiting.tab.route("**/cube.js", lambda route: route.abort())
        waiting.tab.reload()
        before = waiting.tab.evaluate(PLACES)
        assert len(before) > 10
        assert waiting.tab.locator(":is(.toolbar, .choices) button").count() == 0
    with live(chromium, page, viewport={"width": width, "height": 900}) as watched:
        assert watched.tab.locator(":is(.toolbar, .choices) button").count() > 6
        assert watched.tab.evaluate(PLACES) == before
        assert watched.shift() == 0


PLACES = """() => [...document.querySelectorAll('.chip, .chip b, .toolbar, [data-widget]')].map((one) => {
  const box = one.getBoundingClientRect();
  return [one.dataset.widget || one.textContent.trim().slice(0, 20), box.left, box.top, box.width, box.height];
})"""


def test_without_its_cubes_a_page_stays_as_it_is(chromium: Any, page: str) -> None:
    with opened(chromium, page) as watched:
        watched.tab.route("**/cube.js", lambda route: route.abort())
        watched.tab.reload()
        watched.tab.evaluate("dashgen.ready")
        assert watched.tab.evaluate("dashgen.filters") == {}
        assert "no filters" in refusal(watched.tab, "{}")


def test_the_offer(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        offered = {"ready", "filters", "setFilters", "rows", "open", "join", "fill"}
        assert set(watched.tab.evaluate("Object.keys(dashgen)")) == offered
        assert state(watched.tab) == DEFAULTS
        frozen = "Object.isFrozen(dashgen.filters) && Object.isFrozen(dashgen.filters.project)"
        assert watched.tab.evaluate(frozen)


# ---- choosing


def test_the_whole_way_by_keyboard(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab, keys = watched.tab, watched.tab.keyboard
        button(tab, "model").focus()
        keys.press("Enter")
        assert focused(tab) == "Search: Model"
        assert button(tab, "model").get_attribute("aria-expanded") == "true"
        keys.type("gpt")
        keys.press("ArrowDown")
        keys.press("Space")
        assert state(tab)["model"] == ["gpt-4o"]
        keys.type("son")
        assert tab.locator(".menu [type=search]").input_value() == "gptson", "letters go on in the search"
        keys.press("Control+a")
        keys.press("Delete")
        keys.press("ArrowDown")
        keys.press("End")
        keys.press("Space")
        last = tab.locator(".option input:enabled").last
        assert last.is_checked()
        assert len(state(tab)["model"]) == 2
        keys.press("Home")
        keys.press("Space")
        assert state(tab)["model"] == [], "All"
        keys.press("ArrowDown")
        keys.press("Space")
        keys.press("ArrowUp")
        keys.press("ArrowUp")
        assert focused(tab) == "Search: Model"
        keys.press("Escape")
        assert tab.locator(".menu").count() == 0
        assert button(tab, "model").evaluate("(one) => one === document.activeElement")
        assert button(tab, "model").get_attribute("aria-expanded") == "false"
        assert chips(tab) == ["Model: gpt-4o", "Project: web", "Project: mobile", "Reset"]


def test_the_range_by_keyboard(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab, keys = watched.tab, watched.tab.keyboard
        pinned = count(tab, "pinned")
        button(tab, "time_range").focus()
        keys.press("Enter")
        assert tab.locator("[type=radio]:checked").evaluate("(one) => one === document.activeElement")
        keys.press("ArrowDown")
        assert state(tab)["time_range"] == "14d"
        keys.press("End")
        assert state(tab)["time_range"] == "2025-06-02..2025-06-05"
        keys.press("Home")
        assert state(tab)["time_range"] == "24h"
        tab.locator("[type=date]").first.fill("2025-06-03")
        assert state(tab)["time_range"] == {"from": "2025-06-03", "to": "2025-06-14"}
        tab.locator("[type=date]").last.fill("2025-06-04")
        assert state(tab)["time_range"] == {"from": "2025-06-03", "to": "2025-06-04"}
        keys.press("Escape")
        assert plain(button(tab, "time_range").inner_text()) == "Time: Jun 3 – 4, 2025"
        assert count(tab) == sum(
            "2025-06-02T22:00" <= time < "2025-06-04T22:00" and project != "batch" and key != "k3" and region == "eu"
            for time, _, project, key, _, _, region in events()
        )
        assert count(tab, "pinned") == pinned


def test_days_outside_of_the_data_are_told(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        button(tab, "time_range").click()
        first, last = tab.locator("[type=date]").first, tab.locator("[type=date]").last
        assert (first.get_attribute("min"), first.get_attribute("max")) == ("2025-06-01", "2025-06-14")
        last.fill("2025-06-02")
        assert "comes after" in tab.locator(".menu .note").inner_text()
        for field, text in ((last, "2025-05-31"), (last, "0002-06-14"), (first, "2031-01-01")):
            field.fill(text)
            assert "There are numbers for" in tab.locator(".menu .note").inner_text()
        assert state(tab)["time_range"] == "7d"
        last.fill("2031-01-01")
        first.fill("2025-06-12")
        assert state(tab)["time_range"] == {"from": "2025-06-12", "to": "2031-01-01"}
        assert (first.input_value(), last.input_value()) == ("2025-06-12", "2031-01-01")
        assert "Cut to Jun 12 – 14, 2025" in plain(tab.locator(".notices").inner_text())
        last.fill("2025-06-13")
        assert tab.locator(".notices").inner_text() == ""


def test_tab_leads_through_a_menu_and_out_of_it(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab, keys = watched.tab, watched.tab.keyboard
        button(tab, "model").click()
        keys.press("Tab")
        assert tab.evaluate("document.activeElement.type") == "checkbox"
        keys.press("Tab")
        assert focused(tab).startswith("Choose these")
        keys.press("Tab")
        assert tab.locator(".menu").count() == 0
        assert button(tab, "project").evaluate("(one) => one === document.activeElement")
        keys.press("Enter")
        keys.press("Shift+Tab")
        assert tab.locator(".menu").count() == 0
        assert button(tab, "project").evaluate("(one) => one === document.activeElement")


def test_values_are_ordered_by_volume_under_all_other_filters(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        button(tab, "model").click()
        names = tab.locator(".option bdi").all_inner_texts()
        counts = [int(text or 10**9) for text in tab.locator(".option span").all_inner_texts()]
        assert names[:3] == ["All", "gpt-4o", "sonnet"]
        assert counts == sorted(counts, reverse=True)
        assert sum(counts[1:]) == count(tab)
        assert "(missing)" in names
        tab.locator(".option", has_text="gpt-4o").click()
        assert count(tab) == counts[1]


def test_folded_values_are_told_and_cannot_be_chosen(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        button(tab, "user").click()
        off = tab.locator(".option", has_text="11 more, folded into Other")
        assert off.locator("input").is_disabled()
        assert tab.locator(".option input:enabled").count() == 21
        choose(tab, project=[])
        shown = {row["user"] for row in tab.evaluate("dashgen.rows('users')") if isinstance(row["user"], str)}
        gone = next(name for name in USERS if name not in shown)
        assert "folded" in refusal(tab, json.dumps({"user": [gone]}))


def test_search_and_choosing_what_was_found(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        button(tab, "model").click()
        tab.keyboard.type("O")
        found = tab.locator(".option bdi").all_inner_texts()
        assert {"gpt-4o", "sonnet"} <= set(found)
        assert all("o" in name.lower() for name in found)
        tab.locator(".menu .all").click()
        assert len(state(tab)["model"]) == len(found)
        tab.locator(".menu [type=search]").fill("nobody")
        assert "No value" in tab.locator(".menu .note").inner_text()


def test_chips_release_what_they_name(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        tab.get_by_role("button", name="Remove Project: web").press("Enter")
        assert state(tab)["project"] == ["mobile"]
        assert tab.evaluate("document.activeElement.getAttribute('aria-label')") == "Remove Project: mobile"
        tab.keyboard.press("Enter")
        assert state(tab)["project"] == []
        assert focused(tab) == "Reset"
        tab.keyboard.press("Enter")
        assert state(tab) == DEFAULTS
        assert chips(tab) == ["Project: web", "Project: mobile"]


def test_many_values_are_one_chip(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        choose(watched.tab, status_code=[200, 500], model=["gpt-4o", *NASTY[:4]], project=[])
        shown = chips(watched.tab)
        assert shown[1:] == ["Status: 200", "Status: 500", "Reset"]
        assert shown[0].startswith("Model: gpt-4o, </script>")


def test_what_is_chosen_is_said(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        said = watched.tab.locator(".toolbar > [role=status]")
        assert said.inner_text() == "1 filter active: Project: web, mobile"
        choose(watched.tab, model=["sonnet"], time_range="14d")
        assert plain(said.inner_text()) == (
            "3 filters active: Time: Jun 1 – 14, 2025; Model: sonnet; Project: web, mobile"
        )
        choose(watched.tab, model=[], time_range="7d", project=[])
        assert said.inner_text() == "No filter is active."


def test_a_click_outside_closes_a_menu_and_another_button_opens_its_own(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        button(tab, "model").click()
        button(tab, "user").click()
        assert tab.locator(".menu").count() == 1
        assert tab.locator(".menu").get_attribute("aria-label") == "User"
        tab.locator("main").click(position={"x": 2, "y": 2})
        assert tab.locator(".menu").count() == 0


# ---- refusals


def refusal(tab: Any, changes: str) -> str:
    asking = "(changes) => dashgen.setFilters(changes).then(() => '', (error) => `${error.name}: ${error.message}`)"
    told: str = tab.evaluate(asking, json.loads(changes))
    return told


REFUSED = [
    {"status_code": ["500"]},
    {"nothing": ["x"]},
    {"region": ["us"]},
    {"region": []},
    {"model": "gpt-4o"},
    {"model": None},
    {"model": [{"other": 3}]},
    {"model": [["gpt-4o"]]},
    {"user": ["nobody"]},
    {"time_range": "99y"},
    {"time_range": ""},
    {"time_range": None},
    {"time_range": 7},
    {"time_range": []},
    {"model": ["sonnet"], "nothing": []},
    {"time_range": {}},
    {"time_range": {"from": "2025-06-10", "to": "2025-06-01"}},
    {"time_range": {"from": "2025-13-01", "to": "2025-13-02"}},
    {"time_range": {"from": "yesterday", "to": "today"}},
    {"time_range": {"from": "2031-01-01", "to": "2031-01-02"}},
    {"time_range": {"from": 1, "to": 2}},
    {"model": ["sonnet"], "user": ["nobody"]},
    {"model": ["sonnet"], "time_range": "99y"},
]


def test_what_is_refused_changes_nothing(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        tab = watched.tab
        choose(tab, model=["gpt-4o"])
        seen = "[location.href, history.length, dashgen.rows('models')]"
        before = (state(tab), tab.evaluate(seen), chips(tab))
        for changes in REFUSED:
            assert "Error: " in refusal(tab, json.dumps(changes)), changes
            assert (state(tab), tab.evaluate(seen), chips(tab)) == before, changes
        assert tab.evaluate("dashgen.setFilters({model: [NaN]}).catch((error) => error.name)") == "RangeError"
        assert tab.evaluate("dashgen.setFilters({time_range: undefined}).catch((error) => error.name)") == "RangeError"
        assert tab.evaluate("dashgen.setFilters().catch((error) => error.name)") == "TypeError"
        assert (state(tab), tab.evaluate(seen), chips(tab)) == before


def test_a_well_formed_value_that_never_occurs_selects_nothing(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        for changes in ({"model": ["nobody"]}, {"model": ["\ud800"]}, {"status_code": [999]}):
            choose(watched.tab, **{"model": [], "status_code": [], **changes})
            assert count(watched.tab) == 0, changes


def test_a_widget_that_cannot_be_answered_leaves_the_others_right(chromium: Any, page: str, site: Path) -> None:
    """And is itself again with the next answer that can be found."""
    text = (site / "en/cube.js").read_text("utf-8").strip()
    hurt = HURT + text.removeprefix("dashgen.fill(").removesuffix(";") + ");"
    with live(chromium, page) as watched:
        choose(watched.tab, model=["sonnet"])
        wanted = watched.tab.evaluate("[dashgen.rows('requests'), dashgen.rows('users')]")
    with opened(chromium, page) as watched:
        tab = watched.tab
        tab.route("**/cube.js", lambda route: route.fulfill(body=hurt))
        tab.reload()
        tab.evaluate("dashgen.ready")
        before = tab.evaluate("dashgen.rows('models')")
        choose(tab, model=["sonnet"])
        assert tab.evaluate("[dashgen.rows('requests'), dashgen.rows('users')]") == wanted
        for name in ("models", "pinned"):
            assert tab.evaluate("(name) => dashgen.rows(name)", name) == []
            shown = tab.locator(f"[data-widget={name}]")
            assert "could not be computed" in shown.inner_text()
            assert shown.locator("table:visible, .number:visible, .tools:visible").count() == 0
        assert tab.locator("[data-widget=pinned]").get_attribute("data-value") == ""
        assert any("broken on purpose" in one for one in watched.said)
        tab.evaluate("self.isHurt = false")
        choose(tab, model=[])
        assert tab.evaluate("dashgen.rows('models')") == before
        assert tab.locator("[data-widget=models] table").is_visible()
        assert tab.get_by_text("could not be computed").count() == 0


HURT = """self.isHurt = true;
const hurt = (content) => {
  for (const name of ["models", "pinned"]) {
    const { measures } = content.widgets[name];
    Object.defineProperty(content.widgets[name], "measures", {
      enumerable: true,
      get() {
        if (self.isHurt) throw new Error("broken on purpose");
        return measures;
      },
    });
  }
  return content;
};
dashgen.fill(hurt("""


def test_the_last_of_quick_changes_wins_and_all_resolve(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        choose(watched.tab, model=["haiku"])
        wanted = watched.tab.evaluate("dashgen.rows('models')")
        quick = """() => Promise.all(["gpt-4o", "sonnet", "nobody", "haiku"].map(async (model) => {
          await dashgen.setFilters({ model: [model] });
          return JSON.stringify(dashgen.rows("models"));
        }))"""
        assert {json.dumps(json.loads(rows)) for rows in watched.tab.evaluate(quick)} == {json.dumps(wanted)}


def test_what_is_handed_out_restores_what_was(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        kept = """async () => {
          const kept = dashgen.filters;
          const time_range = { from: "2025-06-03", to: "2025-06-04" };
          await dashgen.setFilters({ model: ["sonnet"], project: [], time_range });
          await dashgen.setFilters(kept);
        }"""
        watched.tab.evaluate(kept)
        assert state(watched.tab) == DEFAULTS
        assert watched.tab.evaluate("location.hash") == ""
