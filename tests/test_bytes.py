"""A build is a function of its input: the same bytes anywhere, and never half of them."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

from dashgen import compiler
from dashgen.query import engine
from dashgen.starter import start as start_project
from tests.benchmarks.data import project
from tests.program import EXAMPLES, Process, check_whole, run, run_in_terminal, start, tree

FULL = os.environ.get("DASHGEN_FULL") == "1"
ROWS = 1_000_000 if FULL else 200_000
KILLS = 12

# A clock that is 400 days late, for a process that finds this on its PYTHONPATH.
LATE_CLOCK = """
import datetime, time

LATE = 400 * 86400
now = time.time
time.time = lambda: now() + LATE
time.time_ns = lambda: int((now() + LATE) * 1e9)

class Kind(type(datetime.datetime)):
    def __instancecheck__(cls, value):
        return isinstance(value, real)

class Late(datetime.datetime, metaclass=Kind):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(now() + LATE, tz)

    @classmethod
    def utcnow(cls):
        return cls.now(datetime.UTC).replace(tzinfo=None)

real, datetime.datetime = datetime.datetime, Late
"""


DASHBOARD = """\
version: 1
title: TITLE
layout:
  - {type: card, metric: requests, spark: true}
  - {type: line, metric: cost, every: day}
  - {type: table, by: model, metrics: [requests, cost]}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small project, built once."""
    start_project(tmp_path / "shop")
    retitle(tmp_path / "shop", "Before")
    assert run("build", cwd=tmp_path / "shop").returncode == 0
    return tmp_path / "shop"


def retitle(shop: Path, title: str) -> None:
    (shop / "dashboards/example.yaml").write_text(DASHBOARD.replace("TITLE", title))


def examples(folder: Path, *, touched: float) -> Path:
    """A copy of the examples whose files are of another time."""
    copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns("dist", "servers"))
    for path in folder.rglob("*"):
        os.utime(path, (touched, touched))
    return folder


# ---- the same bytes -------------------------------------------------------------------------------


def test_place_clock_zone_locale_seed_and_terminal_change_no_byte(tmp_path: Path) -> None:
    here = examples(tmp_path / "here", touched=1e9)
    there = examples(tmp_path / "else where" / "[é]", touched=1.7e9)
    (tmp_path / "late").mkdir()
    (tmp_path / "late/sitecustomize.py").write_text(LATE_CLOCK)

    one = {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LANG": "C", "LC_ALL": "C"}
    built = run("build", cwd=here, env=one)
    assert built.returncode == 0, built.stderr

    other = {"PYTHONHASHSEED": "2", "TZ": "America/St_Johns", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    code, screen = run_in_terminal(
        "build", "--no-cache", cwd=there, env={**other, "PYTHONPATH": str(tmp_path / "late")}
    )
    assert code == 0, screen

    assert len(tree(here / "dist")) > 50
    assert tree(here / "dist") == tree(there / "dist")


def test_the_late_clock_is_late(tmp_path: Path) -> None:
    """Else the test above proves less than it says: `as_of: now` shows what the program takes for now."""
    start_project(tmp_path)
    dashboard = tmp_path / "dashboards/example.yaml"
    dashboard.write_text(dashboard.read_text().replace("time_range: 7d", "time_range: 7d\nas_of: now"))
    (tmp_path / "late").mkdir()
    (tmp_path / "late/sitecustomize.py").write_text(LATE_CLOCK)
    shown = run("metrics", "example", cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "late")}).stdout
    assert shown.startswith("example: ")
    assert int(shown[9:13]) in {time.gmtime(time.time() + days * 86400).tm_year for days in range(390, 411)}


@pytest.mark.heavy
def test_threads_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five builds with two threads, and one with one, of rows that have every measure."""
    dashboards = {"production": (EXAMPLES / "dashboards/production.yaml").read_text()}
    folder = project(tmp_path, ROWS, dashboards)
    seen = []
    for turn, threads in enumerate((2, 2, 2, 2, 2, 1)):
        monkeypatch.setitem(engine._CONFIG, "threads", threads)
        built = compiler.build([folder, "@overview", "@models", "@projects"], tmp_path / str(turn), cache=False)
        assert built.is_fine, built.diagnostics
        assert built.rows == ROWS
        seen.append(tree(tmp_path / str(turn)))
    assert all(found == seen[0] for found in seen)


# ---- never half of them ---------------------------------------------------------------------------


def build_time(shop: Path) -> float:
    """Of a build that draws everything; the charts' script, made once per machine, is there by then."""
    assert run("build", cwd=shop).returncode == 0
    began = time.perf_counter()
    assert run("build", "--no-cache", cwd=shop).returncode == 0
    return time.perf_counter() - began


def gone(process: Process, seconds: float = 10) -> bool:
    """Whether every process that it started ends."""
    deadline = time.monotonic() + seconds
    while process.descendants() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not process.descendants()


def test_a_kill_at_any_moment_leaves_a_whole_output(shop: Path) -> None:
    lasts, chance, killed = build_time(shop), Random(11), 0
    for turn in range(KILLS):
        retitle(shop, f"Turn {turn}")
        process = start("build", "--no-cache", cwd=shop)
        # Half of the kills fall into the last tenth, where files are written and swapped.
        share, began = chance.uniform(0, 1) if turn % 2 else chance.uniform(0.85, 1.0), time.perf_counter()
        time.sleep(share * lasts)
        process.child.send_signal(signal.SIGKILL)
        process.child.communicate()
        if process.child.returncode == -signal.SIGKILL:
            killed += 1
        else:  # it was faster than the one that was measured
            lasts = min(lasts, 0.9 * (time.perf_counter() - began))
        assert gone(process), "the renderer outlived the build"
        check_whole(shop / "dist")
    assert killed >= KILLS // 2
    retitle(shop, "Afterwards")
    assert run("build", cwd=shop).returncode == 0
    check_whole(shop / "dist")
    assert "Afterwards" in (shop / "dist/example/index.html").read_text("utf-8")
    assert [path.name for path in shop.iterdir() if ".dashgen-" in path.name] == []


@pytest.mark.parametrize(
    ("number", "codes", "said"),
    [(signal.SIGINT, (1, 130, -signal.SIGINT), "Aborted!"), (signal.SIGTERM, (-signal.SIGTERM,), "")],
)
def test_an_interrupt_is_prompt_and_leaves_nothing(
    shop: Path, number: signal.Signals, codes: tuple[int, ...], said: str
) -> None:
    lasts, interrupted = build_time(shop), 0
    for share in (0.25, 0.35, 0.45, 0.6, 0.75, 0.9):
        before, names = tree(shop / "dist"), set(os.listdir(shop))
        retitle(shop, f"At {share}")
        started = time.monotonic()
        process = start("build", "--no-cache", cwd=shop)
        time.sleep(share * lasts)
        process.child.send_signal(number)
        began = time.monotonic()
        out, err = process.child.communicate(timeout=30)
        assert time.monotonic() - began < 5
        assert gone(process), "the renderer outlived the build"
        assert set(os.listdir(shop)) == names
        assert "Traceback" not in err
        if f"At {share}" in (shop / "dist/example/index.html").read_text("utf-8"):
            check_whole(shop / "dist")
            lasts = min(lasts, began - started)  # it had delivered: faster than the one that was measured
            continue
        interrupted += 1
        assert process.child.returncode in codes
        assert (out, err.strip()) == ("", said)
        assert tree(shop / "dist") == before
    assert interrupted >= 3
