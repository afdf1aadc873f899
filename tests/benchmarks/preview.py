"""From a save to its pixels: the real `dashgen preview` of the Production dashboard, looked at in Chromium.

Every edit is one that was not made before, so that nothing of it is in a cache. The clock starts when the file has been
written and stops in the page, one frame after the change stands in it. Observable Framework's preview of a page with
the same charts takes turns with it; its group-by is an edit of a data loader that scans nothing.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from dashgen import compiler
from tests.benchmarks import framework, framework_preview
from tests.benchmarks.cold_build import PRODUCTION
from tests.benchmarks.data import project
from tests.benchmarks.filters import FILTERS
from tests.benchmarks.measure import user_cache
from tests.benchmarks.saves import Edit, Save, browsing, opened, timed

TURNS = 12
_BOARD = f"{FILTERS}{PRODUCTION}"
_CARD = "  - {type: card, id: probe, metric: probe, title: Probe}\n"
_METRIC = "metrics:\n  probe: {title: Probe, expr: cost * FACTOR / requests, format: number}\n"
_READY = "!!self.dashgen?.ready"


@dataclass(frozen=True, slots=True)
class _Side:
    name: str
    tab: Any
    edits: Mapping[str, Edit]


def main(rows: int = 1_000_000) -> None:
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = project(Path(name) / "ours", rows, {"production": _BOARD + _CARD})
        edits = _edits(folder)
        (folder / "dashgen.yaml").write_text((folder / "dashgen.yaml").read_text() + _METRIC.replace("FACTOR", "1"))
        compiler.build([str(folder)], Path(name) / "built", cache=False)
        other = framework_preview.project(Path(name) / "theirs", Path(name) / "built/production/data.json")
        browser = stack.enter_context(browsing())
        sides = [_Side("dashgen", opened(browser, stack.enter_context(_previewed(folder)), _READY), edits)]
        if other:
            address = stack.enter_context(framework_preview.previewed(other))
            tab = opened(browser, address, framework.DRAWN)
            sides.append(_Side("Framework", tab, framework_preview.edits(other)))
        print(f"{f'from a save to its pixels, {rows:,} rows, ms':<46} {'':<10} {'median':>8} {'P95':>8} {'most':>8}")
        for what in edits:
            _print(what, sides)


def _print(what: str, sides: list[_Side]) -> None:
    found: dict[str, list[float]] = {side.name: [] for side in sides}
    for turn in range(TURNS + 1):
        for side in sides:
            found[side.name].append(timed(side.tab, side.edits[what](turn + 1)))
    for name, (_, *times) in found.items():
        p95 = quantiles(times, n=20, method="inclusive")[-1]
        print(f"{what:<46} {name:<10} {median(times):>8.0f} {p95:>8.0f} {max(times):>8.0f}", flush=True)


def _edits(folder: Path) -> Mapping[str, Edit]:
    page, metrics = folder / "dashboards/production.yaml", folder / "dashgen.yaml"
    board, defined = _BOARD + _CARD, metrics.read_text() + _METRIC
    title = next(line for line in _BOARD.splitlines() if line.startswith("title: "))
    return {
        "a text": lambda n: Save(page, board.replace(title, f"title: Text {n}"), "h1", f"Text {n}"),
        "a chart's title": lambda n: Save(
            page, board.replace("title: Cost trend", f"title: Chart {n}"), "[data-type=line] .title", f"Chart {n}"
        ),
        "a metric's expression": lambda n: Save(
            metrics,
            defined.replace("title: Probe", f"title: Probe {n}").replace("FACTOR", str(n + 1)),
            "footer dl, .definitions",
            f"Probe {n}",
        ),
        "a new group-by": lambda n: Save(page, board + _bar(n), "[data-type=bar] .title", f"Group {n}"),
    }


def _bar(turn: int) -> str:
    by = ("api_key", "user")[turn % 2]
    where = f"{{status_code: {{gte: {turn}}}}}"
    return f"  - {{type: bar, title: Group {turn}, metric: requests, by: {by}, top: 10, where: {where}}}\n"


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
