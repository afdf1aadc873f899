"""A cold build of the Production dashboard beside the script that a careful user of Altair would write."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from tests.benchmarks import dbt_charts
from tests.benchmarks.data import project, requests
from tests.benchmarks.measure import in_turns, ratio, table

PRODUCTION = """\
version: 1
title: Production monitoring
time_range: 30d
layout:
  - {type: card, metric: request_rate}
  - {type: card, metric: error_rate}
  - {type: card, metric: latency_p95}
  - {type: card, metric: latency_p99}
  - {type: line, metric: cost, title: Cost trend, every: day}
  - {type: pie, metric: tokens, by: model}
  - {type: table, title: Recent errors, records: [time, model, project, status_code, latency],
     where: {failed: true}, newest: 50}
"""


COLD = "dashgen build"


def main(rows: int = 1_000_000) -> None:
    with TemporaryDirectory() as name:
        folder = project(Path(name), rows, {"production": PRODUCTION})
        script = Path(__file__).with_name("altair_script.py")
        build = [sys.executable, "-m", "dashgen", "build"]
        commands = {
            COLD: build,
            "dashgen build, once more": build,
            "Altair script": [sys.executable, str(script), str(requests(rows)), str(folder / "altair.html")],
            "python -c pass": [sys.executable, "-c", "pass"],
        }
        print(f"Production, {rows:,} rows")
        other = dbt_charts.command(folder, rows) if rows <= 1_000_000 else None
        if other:
            commands["dbt Charts"] = other
        runs = in_turns(commands, folder, times=5 if rows <= 10_000_000 else 2, before=forgotten(folder, COLD))
        print(table(runs, "Altair script"))
        if other:
            print(f"{COLD} takes {ratio(runs[COLD], runs['dbt Charts']):.2f} × dbt Charts' time")


def forgotten(folder: Path, *names: str) -> Callable[[str], None]:
    """Nothing is kept of the folder's project before these. What is the same for all projects stays."""

    def forget(name: str) -> None:
        if name in names:
            rmtree(folder / ".dashgen", ignore_errors=True)

    return forget
