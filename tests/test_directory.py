from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashgen.targets import directory, target
from dashgen.targets.base import DeliveryError
from dashgen.targets.directory import deliver


def bundle(mark: str, count: int = 3) -> dict[str, bytes]:
    files = {f"board/file-{n}.txt": mark.encode() for n in range(count)} | {"index.html": mark.encode()}
    manifest = {"format": 1, "generator": "dashgen", "files": [{"path": path} for path in files]}
    return {**files, "manifest.json": json.dumps(manifest).encode()}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_holds_exactly_the_bundle(tmp_path: Path) -> None:
    dist = tmp_path / "deep" / "dist"
    deliver(bundle("old", 9), dist)
    deliver(bundle("new", 2), dist)
    assert contents(dist) == bundle("new", 2)
    assert os.listdir(dist.parent) == ["dist"]


def test_the_same_bundle_twice(tmp_path: Path) -> None:
    for _ in range(2):
        deliver(bundle("same"), tmp_path / "dist")
    assert contents(tmp_path / "dist") == bundle("same")


def test_nothing_is_touched_where_all_is_there(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    deliver(bundle("same"), dist)
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (dist, *dist.rglob("*"))}
    deliver(bundle("same"), dist)
    assert {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (dist, *dist.rglob("*"))} == before


@pytest.mark.parametrize("links", [True, False], ids=["linked", "written"])
def test_only_what_differs_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    """Also where somebody changed it by hand to another text of that length."""

    def refused(*names: object) -> None:
        raise OSError(1, "no links here")

    if not links:
        monkeypatch.setattr(os, "link", refused)
    dist = tmp_path / "dist"
    old = bundle("same")
    deliver(old, dist)
    nodes = {path: (dist / path).stat().st_ino for path in old}
    (dist / "board/file-0.txt").write_bytes(b"emas")
    new = {**old, "index.html": b"other"}
    deliver(new, dist)
    assert contents(dist) == new
    kept = {path for path in new if (dist / path).stat().st_ino == nodes[path]}
    assert kept == ({"board/file-1.txt", "board/file-2.txt", "manifest.json"} if links else set())
    assert {(dist / path).stat().st_nlink for path in new} == {1}
    assert os.listdir(tmp_path) == ["dist"]


def test_others_can_read_it(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    deliver(bundle("x"), tmp_path / "dist")
    assert (tmp_path / "dist").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_empty_folder_and_a_link_are_fine(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    deliver(bundle("x"), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert contents(tmp_path / "real") == bundle("x")


@pytest.mark.parametrize("name", ["notes.txt", "board/mine.txt", "CNAME"])
def test_files_of_others_are_never_replaced(tmp_path: Path, name: str) -> None:
    dist = tmp_path / "dist"
    deliver(bundle("old"), dist)
    (dist / name).write_text("mine")
    with pytest.raises(DeliveryError, match=name):
        deliver(bundle("new"), dist)
    assert (dist / name).read_text() == "mine"
    assert (dist / "index.html").read_bytes() == b"old"


@pytest.mark.parametrize("manifest", ["not json", "[]", '{"generator": "other", "files": []}'])
def test_a_folder_with_a_foreign_manifest_is_refused(tmp_path: Path, manifest: str) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "manifest.json").write_text(manifest)
    with pytest.raises(DeliveryError, match=r"manifest\.json"):
        deliver(bundle("new"), dist)


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dist").write_text("x")
    with pytest.raises(DeliveryError, match="is a file"):
        deliver(bundle("new"), tmp_path / "dist")


def test_a_failing_write_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(bundle("old"), tmp_path / "dist")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(directory.os, "fsync", full)
    with pytest.raises(DeliveryError, match="No space left"):
        deliver(bundle("new"), tmp_path / "dist")
    assert contents(tmp_path / "dist") == bundle("old")
    assert os.listdir(tmp_path) == ["dist"]


def test_without_an_exchange_two_renames_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "_exchange", lambda *_: False)
    deliver(bundle("old"), tmp_path / "dist")
    deliver(bundle("new"), tmp_path / "dist")
    assert contents(tmp_path / "dist") == bundle("new")
    assert os.listdir(tmp_path) == ["dist"]


def test_an_output_between_two_renames_is_put_back(tmp_path: Path) -> None:
    deliver(bundle("old"), tmp_path / "dist")
    (tmp_path / "dist").rename(tmp_path / ".dist.dashgen-previous")
    (tmp_path / ".dist.dashgen-0123").mkdir()
    (tmp_path / "dist-of-mine").mkdir()
    directory._recover(tmp_path / "dist")
    assert contents(tmp_path / "dist") == bundle("old")
    assert sorted(os.listdir(tmp_path)) == ["dist", "dist-of-mine"]


_LOOP = """
import sys
from pathlib import Path
from tests.test_directory import bundle, deliver
print("ready", flush=True)
for turn in range(1000000):
    deliver(bundle(str(turn % 2), 20), Path(sys.argv[1]))
"""


@pytest.mark.parametrize("exchange", [True, False])
def test_a_kill_at_any_moment_leaves_a_whole_output(tmp_path: Path, exchange: bool) -> None:
    dist = tmp_path / "dist"
    whole = [bundle("0", 20), bundle("1", 20)]
    deliver(whole[0], dist)
    code = (
        _LOOP if exchange else f"from dashgen.targets import directory\ndirectory._exchange = lambda *_: False{_LOOP}"
    )
    chance = random.Random(7)
    for _ in range(20):
        child = subprocess.Popen([sys.executable, "-c", code, str(dist)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0, 0.05))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        if not exchange:
            directory._recover(dist)
        assert contents(dist) in whole
    deliver(whole[1], dist)
    assert os.listdir(tmp_path) == ["dist"]


def test_an_interrupt_leaves_nothing_beside_it(tmp_path: Path) -> None:
    for n in range(8):
        command = [sys.executable, "-c", _LOOP, str(tmp_path / "dist")]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.05 + n * 0.003)
        child.send_signal(signal.SIGINT)
        child.wait()
        child.stdout.close()
        assert os.listdir(tmp_path) in (["dist"], []), "on a busy machine not even the first one was done"


def test_the_table_of_targets(tmp_path: Path) -> None:
    target("directory").push(bundle("x"), {"path": "out"}, tmp_path)
    assert contents(tmp_path / "out") == bundle("x")
    with pytest.raises(KeyError):
        target("nowhere")
