"""The filters of a page wherever it is opened: from disk, from a server under a sub-path, as a single file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dashgen import compiler
from tests.browser.chosen import click, link, settled, visit
from tests.browser.filterable import chips, state
from tests.browser.opened import live, served
from tests.browser.test_choices import Choice
from tests.browser.test_example_choices import problems, right
from tests.conftest import ROOT
from tests.test_examples import data

pytestmark = pytest.mark.browser

BOARD = ROOT / "examples/dashboards/production.yaml"
CHOICE = Choice(
    {
        "model": ["gpt-5.6", "acme-support-8b"],
        "project": [],
        "api_key": [],
        "user": [None],
        "status_code": [200, 429, None],
    },
    "7d",
)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("alone") / "dist"
    assert compiler.build([str(BOARD)], out, single_file=True).is_fine
    return out


@pytest.fixture(scope="module")
def wanted(built_examples: Path) -> dict[str, Any]:
    """What the oracle finds under the choice."""
    return right(BOARD, CHOICE, data(built_examples, "production")["widgets"])


@contextmanager
def placed(where: str, built_examples: Path, alone: Path) -> Iterator[tuple[str, str]]:
    """The page's address, and all that it may ask for."""
    if where == "server":
        with served(built_examples.parent) as address:
            yield f"{address}/{built_examples.name}/production/", f"{address}/{built_examples.name}/"
    elif where == "file":
        yield (built_examples / "production/index.html").as_uri(), built_examples.as_uri()
    else:
        page = (alone / "production.html").as_uri()
        yield page, page


@pytest.mark.parametrize("where", ["file", "server", "alone"])
def test_the_filters_work(chromium: Any, built_examples: Path, alone: Path, wanted: dict[str, Any], where: str) -> None:
    with (
        placed(where, built_examples, alone) as (page, inside),
        live(chromium, page, inside=inside) as watched,
    ):
        tab = watched.tab
        standard = state(tab)
        click(tab, CHOICE)
        assert settled(lambda: problems(tab, CHOICE, wanted)) == []
        address = tab.url
        assert address.startswith(f"{page}#v1&")
        tab.go_back()
        tab.wait_for_function("dashgen.filters.status_code.length === 3 && dashgen.filters.time_range === '30d'")
        tab.get_by_role("button", name="Reset").click()
        assert state(tab) == standard
        assert chips(tab) == []
        for pasted in (address, page + link(CHOICE)):
            visit(tab, pasted)
            assert state(tab) == CHOICE.changes
            assert settled(lambda: problems(tab, CHOICE, wanted)) == []
            assert tab.locator(".notices").inner_text() == ""
