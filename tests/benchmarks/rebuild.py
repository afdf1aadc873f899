"""`dashgen build` where nothing changed: Production beside Observable Framework's build of the same charts, and beside
the import of the very modules that it has loaded in the end; a hundred dashboards, none of them edited, or one.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from dashgen import compiler, starter
from tests.benchmarks import framework_preview
from tests.benchmarks.cold_build import PRODUCTION
from tests.benchmarks.data import project
from tests.benchmarks.filters import FILTERS
from tests.benchmarks.measure import in_turns, table

DASHBOARDS = 100
_BUILD = [sys.executable, "-m", "dashgen", "build"]
_FLOOR = "its imports alone"
_LOADED = """
import sys
from dashgen.cli import main
try:
    main(["build"])
except SystemExit as end:
    assert not end.code
print(*sorted(name for name, module in sys.modules.items() if getattr(module, "__spec__", None)))
"""
_IMPORT = """
import os, sys
from contextlib import suppress
from importlib import import_module
for name in sys.argv[1:]:
    with suppress(ImportError):
        import_module(name)
os._exit(0)
"""
"""Ends as the command does: at once."""


def main(rows: int = 1_000_000) -> None:
    with TemporaryDirectory() as name:
        _print_one(Path(name), rows)
        _print_many(Path(name) / "many")


def _print_one(folder: Path, rows: int) -> None:
    ours = project(folder / "ours", rows, {"production": PRODUCTION + FILTERS})
    compiler.build([str(ours)], ours / "dist")
    commands: dict[str, Sequence[str]] = {
        "dashgen build, nothing changed": _BUILD,
        _FLOOR: [sys.executable, "-c", _IMPORT, *_modules(ours)],
        "python -c pass": [sys.executable, "-c", "pass"],
    }
    other = framework_preview.project(folder / "theirs", ours / "dist/production/data.json")
    if other:
        framework = f"cd {shlex.quote(str(other))} && exec node_modules/.bin/observable build"
        commands["Framework, nothing changed"] = ["env", "OBSERVABLE_TELEMETRY_DISABLE=true", "sh", "-c", framework]
    print(f"Production with six filters, {rows:,} rows")
    runs = in_turns(commands, ours)
    for against in ("Framework, nothing changed", _FLOOR):
        if against in runs:
            print(table(runs, against))


def _modules(folder: Path) -> list[str]:
    """What a build has loaded in the end that finds nothing to do."""
    done = subprocess.run([sys.executable, "-c", _LOADED], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[-1].split()


def _print_many(folder: Path) -> None:
    starter.start(folder)
    boards = folder / "dashboards"
    text = (boards / "example.yaml").read_text()
    for number in range(1, DASHBOARDS):
        (boards / f"board{number}.yaml").write_text(_board(text, number))
    edited = f"{DASHBOARDS} dashboards, one edited"
    edits = iter(range(DASHBOARDS, 10 * DASHBOARDS))

    def edit(name: str) -> None:
        if name == edited:
            (boards / "board1.yaml").write_text(_board(text, next(edits)))

    unchanged = f"{DASHBOARDS} dashboards, nothing changed"
    print(f"\n{DASHBOARDS} dashboards over the rows that `dashgen init` brings")
    print(table(in_turns({edited: _BUILD, unchanged: _BUILD}, folder, before=edit), unchanged))


def _board(text: str, number: int) -> str:
    """Another one in its title, and in what its charts show."""
    return text.replace("title: LLM gateway", f"title: Gateway {number}").replace(
        "title: Latency", f"title: Latency from {number} ms, where: {{latency: {{gte: {number}}}}}"
    )
