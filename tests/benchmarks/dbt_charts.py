"""The Production dashboard in dbt Charts, which renders static pages from YAML too; in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path
from shutil import rmtree

from tests.benchmarks.data import requests
from tests.benchmarks.measure import cache, reason

VERSION = "0.10.0"
REQUIREMENTS = (
    f"dbt-charts=={VERSION}",
    "dbt-core<1.11",  # newer ones fetch a part of themselves from elsewhere than the package index
    "duckdb<2",  # with newer ones it cannot read parquet files
)

SOURCES = """\
sources:
  gateway: {type: parquet, files: {requests: requests.parquet}}
"""

BOARD = """\
title: Production monitoring
source: gateway
queries:
  rate:
    sql: SELECT sum(1 + retries) / (30 * 1440.0) AS v FROM requests
  errors:
    sql: SELECT sum(retries + (status >= 400)::INT) / sum(1 + retries) AS v FROM requests
  p95:
    sql: SELECT quantile_disc(latency_ms, 0.95)::DOUBLE AS v FROM requests
  p99:
    sql: SELECT quantile_disc(latency_ms, 0.99)::DOUBLE AS v FROM requests
  cost:
    sql: SELECT date_trunc('day', ts) AS day, sum(cost_usd) AS cost FROM requests GROUP BY 1 ORDER BY 1
  tokens:
    sql: SELECT model, sum(input_tokens + output_tokens)::BIGINT AS tokens FROM requests GROUP BY 1
  newest:
    sql: SELECT ts, model, project, status, latency_ms FROM requests WHERE status >= 400 ORDER BY ts DESC LIMIT 50
charts:
  rate: {type: kpi, query: rate, value: v, label: Request rate /min}
  errors: {type: kpi, query: errors, value: v, label: Error rate, style: {value: {format: percent}}}
  p95: {type: kpi, query: p95, value: v, label: "P95 latency, ms"}
  p99: {type: kpi, query: p99, value: v, label: "P99 latency, ms"}
  cost: {type: line, query: cost, title: Cost trend, x: day, y: cost}
  tokens: {type: pie, query: tokens, title: Tokens by model, color: model, theta: tokens}
  newest: {type: table, query: newest, title: Recent errors}
rows:
  - cols: [rate, errors, p95, p99]
  - cols: [cost, tokens]
  - newest
"""


def command(folder: Path, rows: int) -> list[str] | None:
    """What renders the dashboard without its cache of queries; None, and the reason printed, where it does not run."""
    program = _installed()
    if program is None:
        return None
    board = folder / "dbt-charts" / "charts" / "production.yml"
    board.parent.mkdir(parents=True)
    board.write_text(BOARD)
    (folder / "dbt-charts" / "dbt_charts.yml").write_text(SOURCES)
    (folder / "dbt-charts" / "requests.parquet").symlink_to(requests(rows))
    found = [str(program), "--no-send-anonymous-usage-stats", "render", "charts/production.yml", "--format", "html"]
    found += ["--no-cache", "--project-dir", str(board.parent.parent)]
    return found if _runs(found, board.parent.parent) else None


def _installed() -> Path | None:
    """The program, installed once."""
    home = cache() / f"dbt-charts-{VERSION}"
    program = home / "bin" / "dct"
    if not program.exists():
        venv.create(home, with_pip=True, clear=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", *REQUIREMENTS]
        done = subprocess.run(pip, capture_output=True, text=True)
        if done.returncode:
            rmtree(home)
            print(f"dbt Charts is left out, it does not install: {reason(done.stderr)}")
            return None
    return program


def _runs(command: list[str], folder: Path) -> bool:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
    if done.returncode:
        print(f"dbt Charts is left out, it does not run: {reason(done.stderr)}")
    return done.returncode == 0
