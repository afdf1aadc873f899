"""A page whose users do not fit: exact as it opens, estimated from the first choice on, and saying so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashgen import compiler
from tests.browser.chosen import shown
from tests.browser.filterable import button, choose
from tests.browser.opened import live
from tests.test_sketches import BUDGET, KEYS, LAST, LAYOUT, MODELS, PROJECT, distinct, lines, near

pytestmark = pytest.mark.browser

ERROR = 0.065
SENTENCE = "Numbers of distinct values are estimated: about two of three are within 6.5% of the exact ones."
NOTE = (
    "Where filters are chosen, numbers of distinct values are estimated (HyperLogLog), with a standard error of 6.5%."
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("estimates")
    (root / "dashgen.yaml").write_text(PROJECT)
    (root / "log.csv").write_text("\n".join(lines()))
    (root / "board.yaml").write_text(f"version: 1\ntitle: Board\n{KEYS}\nbudget: {BUDGET}\nlayout: {LAYOUT}\n")
    built = compiler.build([str(root / "board.yaml")], root / "dist", cache=False)
    assert built.is_fine, built.diagnostics
    return Path(root / "dist/board/index.html").as_uri()


def test_the_manifest_states_the_error(page: str) -> None:
    root = Path(page.removeprefix("file://")).parent.parent
    told = json.loads((root / "manifest.json").read_text())
    assert told["dashboards"][0]["standard_errors"] == {"active_users": ERROR}
    assert told["exposure"]["board"]["estimated"] == {"user": ERROR}


def remarks(tab: Any, widget: str) -> list[str]:
    found: list[str] = tab.locator(f"[data-widget={widget}] .remark").all_inner_texts()
    return found


def test_a_page_opens_with_exact_numbers_and_says_what_a_choice_makes_of_them(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        assert shown(watched.tab)["card"][0]["active_users"] == distinct(range(LAST - 5, LAST + 1))
        assert [remarks(watched.tab, one) for one in ("card", "bar", "requests")] == [[], [], []]
        assert NOTE in watched.tab.locator("body").text_content()


def test_a_choice_is_estimated_and_each_of_its_widgets_says_so(chromium: Any, page: str) -> None:
    days = range(LAST - 5, LAST + 1)
    with live(chromium, page) as watched:
        tab = watched.tab
        for changes in ({"model": ["m1", "m2"]}, {"model": [], "status_code": [429]}, {"time_range": "3d"}):
            choose(tab, **changes)
            rows, now = shown(tab), tab.evaluate("dashgen.filters")
            chosen = (now["model"] or MODELS, now["status_code"] or (200, 429, 500))
            days = range(LAST - 2, LAST + 1) if now["time_range"] == "3d" else days
            near(rows["card"][0]["active_users"], distinct(days, *chosen), ERROR)
            assert len(rows["line"]) == len(days)
            for day, row in zip(days, rows["line"], strict=True):
                near(row["active_users"], distinct(range(day, day + 1), *chosen), ERROR)
            for row in rows["bar"]:
                if isinstance(row["model"], str):
                    near(row["active_users"], distinct(days, [row["model"]], chosen[1]), ERROR)
            assert [remarks(tab, one) for one in ("card", "line", "bar")] == [[SENTENCE]] * 3
            assert remarks(tab, "requests") == []


def test_who_resets_has_exact_numbers_again(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        choose(watched.tab, model=["m3"])
        assert remarks(watched.tab, "card") == [SENTENCE]
        choose(watched.tab, model=[])
        assert remarks(watched.tab, "card") == []
        assert shown(watched.tab)["card"][0]["active_users"] == distinct(range(LAST - 5, LAST + 1))


def test_the_menus_choose_as_well(chromium: Any, page: str) -> None:
    with live(chromium, page) as watched:
        button(watched.tab, "model").click()
        watched.tab.locator(".menu .option", has_text="m3").click()
        watched.tab.keyboard.press("Escape")
        watched.tab.locator("[data-widget=card] .remark").wait_for()
        near(shown(watched.tab)["card"][0]["active_users"], distinct(range(LAST - 5, LAST + 1), ["m3"]), ERROR)
