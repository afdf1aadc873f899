"""From a save to its pixels: the real `dashgen preview` of the Production dashboard, looked at in Chromium.

Every edit is one that was not made before, so that nothing of it is in a cache. The clock starts when the file has been
replaced and stops in the page, one frame after the change stands in it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.cold_build import PRODUCTION
from tests.benchmarks.data import project
from tests.benchmarks.filters import FILTERS
from tests.benchmarks.measure import user_cache

TURNS = 12
_BOARD = f"{FILTERS}{PRODUCTION}"
_CARD = "  - {type: card, id: probe, metric: probe, title: Probe}\n"
_METRIC = "metrics:\n  probe: {title: Probe, expr: cost * FACTOR / requests, format: number}\n"

_WAIT = """([selector, text]) => {
  const isThere = () => document.querySelector(selector)?.textContent.includes(text);
  self.seen = new Promise((resolve) => {
    const look = () => {
      if (!isThere()) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())));
    };
    const watch = new MutationObserver(look);
    watch.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  return undefined;
}"""

Edit = Callable[[int], tuple[str, str, str, str]]
"""What turn → file, its text, and the element and text that show it."""


def _edits(folder: Path) -> Mapping[str, Edit]:
    written = (folder / "dashgen.yaml").read_text() + _METRIC

    def board(text: str) -> str:
        return text + _CARD

    title = next(line for line in _BOARD.splitlines() if line.startswith("title: "))
    return {
        "a text": lambda n: ("production.yaml", board(_BOARD).replace(title, f"title: Text {n}"), "h1", f"Text {n}"),
        "a chart's title": lambda n: (
            "production.yaml",
            board(_BOARD).replace("title: Cost trend", f"title: Chart {n}"),
            "[data-type=line] .title",
            f"Chart {n}",
        ),
        "a metric's expression": lambda n: (
            "dashgen.yaml",
            written.replace("title: Probe", f"title: Probe {n}").replace("FACTOR", str(n + 1)),
            "footer dl, .definitions",
            f"Probe {n}",
        ),
        "a new group-by": lambda n: (
            "production.yaml",
            board(_BOARD) + f"  - {{type: bar, title: Group {n}, metric: requests, by: {('api_key', 'user')[n % 2]}, "
            f"top: 10, where: {{status_code: {{gte: {n}}}}}}}\n",
            "[data-type=bar] .title",
            f"Group {n}",
        ),
    }


def main(rows: int = 1_000_000) -> None:
    with TemporaryDirectory() as name:
        folder = project(Path(name), rows, {"production": _BOARD + _CARD})
        edits = _edits(folder)
        (folder / "dashgen.yaml").write_text((folder / "dashgen.yaml").read_text() + _METRIC.replace("FACTOR", "1"))
        print(f"{f'from a save to its pixels, {rows:,} rows, ms':<46} {'median':>8} {'P95':>8}")
        with _previewed(folder) as address, _tab(address) as tab:
            for what, edit in edits.items():
                times = [_time(tab, folder, edit(n)) for n in range(1, TURNS + 2)][1:]
                print(f"{what:<46} {median(times):>8.0f} {quantiles(times, n=20)[-1]:>8.0f}")


def _time(tab: Any, folder: Path, edit: tuple[str, str, str, str]) -> float:
    name, text, selector, wanted = edit
    [file] = folder.rglob(name)
    tab.evaluate(_WAIT, [selector, wanted])
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text)
    os.replace(beside, file)
    began = 1000 * time.time()
    seen: float = tab.evaluate("self.seen")
    tab.wait_for_timeout(300)  # charts come alive, and the next save is one of its own
    return seen - began


@contextmanager
def _previewed(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "dashgen", "preview", "--port", "0"]
    env = {**os.environ, "XDG_CACHE_HOME": str(user_cache(folder))}
    process = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        said = ""
        while not (found := re.search(r"Preview: (\S+)", said)):
            line = process.stderr.readline()
            if not line:
                raise RuntimeError(said)
            said += line
        yield found[1]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


@contextmanager
def _tab(address: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1440, "height": 1400})
        tab.goto(address)
        tab.evaluate("dashgen.ready")
        tab.wait_for_timeout(1000)
        yield tab
        browser.close()
