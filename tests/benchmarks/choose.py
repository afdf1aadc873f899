"""A choice on the Production page in Chromium: from the call until every widget shows it."""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from dashgen import compiler
from tests.benchmarks.cold_build import PRODUCTION
from tests.benchmarks.data import project
from tests.benchmarks.filters import FILTERS

TURNS = 40
BUDGETS = (2, 4)
_LIVE = "document.querySelectorAll('.pictures').length === document.querySelectorAll('.pictures.is-live').length"
_CHOOSE = """async ([name, values]) => {
  const begun = performance.now();
  await dashgen.setFilters({ [name]: values });
  const shown = performance.now() - begun;
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return [shown, performance.now() - begun];
}"""


def main(rows: int = 1_000_000) -> None:
    print(f"{'a choice, medians in ms':<34} {'widgets changed':>16} {'painted':>10} {'cube MB':>10}")
    for budget in BUDGETS:
        with TemporaryDirectory() as name:
            folder = project(Path(name), rows, {"production": f"{PRODUCTION}{FILTERS}budget: {budget}\n"})
            compiler.build([str(folder)], Path(name) / "dist")
            page = Path(name) / "dist/production"
            times = _times((page / "index.html").as_uri())
            size = (page / "cube.js").stat().st_size / 1e6
            changed, painted = (median(one[n] for one in times) for n in (0, 1))
            print(f"{f'{rows:,} rows, budget {budget} MB':<34} {changed:>16.0f} {painted:>10.0f} {size:>10.1f}")


def _times(address: str) -> list[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1440, "height": 1400})
        tab.goto(address)
        tab.evaluate("dashgen.ready")
        tab.wait_for_function(_LIVE)
        choices = [
            ("model", [f"model-{turn % 8}"]) if turn % 2 else ("project", [f"project-{turn % 12}"])
            for turn in range(TURNS)
        ]
        found = [tab.evaluate(_CHOOSE, list(choice)) for choice in choices]
        browser.close()
    return found[2:]
