"""What the tests in a browser share: the built states, the checker of accessibility, a folder for screenshots."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashgen import compiler
from tests.browser import axe, filterable
from tests.conftest import ROOT, unavailable


@pytest.fixture(scope="session")
def built_states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a build of `examples/states`."""
    out = tmp_path_factory.mktemp("states") / "dist"
    built = compiler.build([str(ROOT / "examples/states")], out)
    assert [d.severity for d in built.diagnostics] == ["warning"], "of the source that is meant to fail"
    return out


@pytest.fixture(scope="session")
def violations() -> Callable[[Any], list[str]]:
    """What axe-core finds in a tab."""
    if not axe.SCRIPT.is_file():
        unavailable("axe-core is not installed (`make test` does)", could_be_here=shutil.which("npm") is not None)
    return axe.violations


@pytest.fixture(scope="session")
def photograph(request: pytest.FixtureRequest) -> Callable[[Any, str], None]:
    """Writes a picture of a whole page for people into the folder of `--screenshots`; without it does nothing."""
    folder = request.config.getoption("--screenshots")

    def photograph(tab: Any, name: str) -> None:
        if folder:
            tab.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return photograph


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a build whose pages have filters of every kind."""
    return filterable.build(tmp_path_factory.mktemp("filters"))


@pytest.fixture
def page(site: Path) -> str:
    return (site / "en/index.html").as_uri()
