"""axe-core in the states that a page comes to by its viewer's doing; `test_examples.py` has it in all others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.opened import opened

pytestmark = pytest.mark.browser

Violations = Callable[[Any], list[str]]


def test_axe_runs_under_the_policy_and_finds_what_is_wrong(
    chromium: Any, built_examples: Path, violations: Violations
) -> None:
    with opened(chromium, (built_examples / "index.html").as_uri()) as watched:
        watched.tab.evaluate("document.querySelector('[data-search]').removeAttribute('aria-label')")
        watched.tab.evaluate("document.querySelector('[data-search]').removeAttribute('placeholder')")
        watched.tab.evaluate("document.querySelector('h1').style.color = '#ccc'")
        found = {one.partition(":")[0] for one in violations(watched.tab)}
        assert {"label", "color-contrast"} <= found


def test_a_tooltip(chromium: Any, built_examples: Path, violations: Violations) -> None:
    with opened(chromium, (built_examples / "production/index.html").as_uri()) as watched:
        watched.wait_until_live(watched.tab.locator(".pictures").count())
        watched.tab.locator("[data-type=line] .panel").first.focus()
        watched.tab.keyboard.press("End")
        watched.tab.locator(".tip:visible").wait_for()
        assert violations(watched.tab) == []


@pytest.mark.parametrize("widget", ["card-error_rate", "line-cost", "table-records", "nobody"])
def test_one_widget_alone(chromium: Any, built_examples: Path, violations: Violations, widget: str) -> None:
    with opened(chromium, f"{(built_examples / 'production/index.html').as_uri()}?widget={widget}") as watched:
        watched.tab.evaluate("dashgen.ready")
        assert violations(watched.tab) == []


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_a_chosen_scheme(chromium: Any, built_examples: Path, violations: Violations, scheme: str) -> None:
    with opened(chromium, (built_examples / "cost/index.html").as_uri()) as watched:
        watched.tab.locator(f'[data-scheme-choice="{scheme}"]').click()
        assert violations(watched.tab) == []


@pytest.mark.parametrize("words", ["gateway", "nothing like it"])
def test_a_search(chromium: Any, built_examples: Path, violations: Violations, words: str) -> None:
    with opened(chromium, (built_examples / "index.html").as_uri()) as watched:
        watched.tab.locator("[data-search]").fill(words)
        assert violations(watched.tab) == []
