"""The project's cache under `kill -9` and under several processes: an entry is whole or not there, and nobody fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashgen import cache
from tests.conftest import ROOT
from tests.killed import ALL, NAMES, Reader, content, work

FULL = bool(os.environ.get("DASHGEN_FULL"))
SOME = 100_000
"""Bytes in which not every entry finds room."""


def killed(kind: str, folder: Path, most: int, step: int) -> subprocess.Popen[str]:
    """Writers that are killed, one after the other, while this process goes on."""
    command = [sys.executable, "-m", "tests.killed", kind, str(folder), str(most), str(step)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def count(child: subprocess.Popen[str]) -> int:
    """How many were killed."""
    said, problems = child.communicate()
    assert (child.returncode, problems) == (0, "")
    return int(said)


def parts(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name not in (*NAMES, ".gitignore"))


@pytest.mark.heavy
@pytest.mark.parametrize("most", [ALL, SOME])
def test_a_writer_may_be_killed_at_every_line(tmp_path: Path, most: int) -> None:
    assert count(killed("LINES", tmp_path / "cache", most, 1 if FULL else 41)) > (1000 if FULL else 50)


@pytest.mark.heavy
def test_a_writer_may_be_killed_at_every_line_of_the_first_build(tmp_path: Path) -> None:
    number = count(killed("LINES", tmp_path / "N", ALL, 1 if FULL else 41))
    assert number > (1000 if FULL else 50)
    for folder in tmp_path.iterdir():
        work(folder)
        assert (folder / ".gitignore").read_text().endswith("\n*\n")
        assert Reader(is_lasting=True).problems(folder) == []


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["cache", "N"])
def test_a_writer_may_be_killed_at_every_length_of_a_file(tmp_path: Path, name: str) -> None:
    assert count(killed("BYTES", tmp_path / name, ALL, 97 if FULL else 1_993)) > (1000 if FULL else 50)


@pytest.mark.heavy
def test_two_are_killed_in_one_cache_while_others_read_and_write(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    reader = Reader(is_lasting=False)
    steps = (1, 2) if FULL else (131, 173)
    running = [killed("LINES", folder, SOME, step) for step in steps]
    while any(child.poll() is None for child in running):
        assert reader.problems(folder) == []
        work(folder)
    assert all(count(child) > 10 for child in running)


def test_what_killed_writers_left_goes_when_it_is_old(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    count(killed("BYTES", folder, ALL, 20_000))
    left = parts(folder)
    assert left
    work(folder)
    assert parts(folder) == left, "somebody may be writing them"
    for path in left[1:]:
        os.utime(path, (0, 0))
    work(folder)
    assert parts(folder) == left[:1]
    assert {name: cache.Store(folder).get(name) for name in NAMES} == {name: content(name) for name in NAMES}


def test_what_killed_writers_left_is_no_reason_to_drop_entries(tmp_path: Path) -> None:
    work(tmp_path)
    (tmp_path / ".part-left").write_bytes(b"x" * 2 * ALL)
    cache.trim(tmp_path, ALL)
    assert Reader(is_lasting=True).problems(tmp_path) == []
    assert len(list(tmp_path.iterdir())) == len(NAMES) + 2


def test_others_may_take_what_is_trimmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at an entry and its removal, and between its name and the look at it."""
    work(tmp_path)
    states = cache._states

    def raced(place: Path) -> list[tuple[Path, os.stat_result]]:
        found = states(place)
        (tmp_path / NAMES[0]).unlink()
        return found

    monkeypatch.setattr(cache, "_states", raced)
    cache.trim(tmp_path, 0)
    assert [path.name for path in tmp_path.iterdir()] == [".gitignore"]
