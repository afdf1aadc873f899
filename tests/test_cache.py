"""The cache folder: whole entries or none, and never a reason to fail."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dashgen import cache


def test_what_is_kept_is_read(tmp_path: Path) -> None:
    place = tmp_path / "new" / "entry"
    cache.keep(b"one\ntwo\n", place)
    assert cache.read(place) == b"one\ntwo\n"
    assert [path.name for path in place.parent.iterdir()] == ["entry"]


def test_nothing_is_read_where_nothing_is_kept(tmp_path: Path) -> None:
    assert cache.read(tmp_path / "entry") is None
    assert cache.read(None) is None


@pytest.mark.parametrize("keep", [0, 1, 20, 64, 65, 66, -1])
def test_a_part_of_an_entry_is_none(tmp_path: Path, keep: int) -> None:
    cache.keep(b"content", tmp_path / "entry")
    written = (tmp_path / "entry").read_bytes()
    (tmp_path / "entry").write_bytes(written[:keep])
    assert cache.read(tmp_path / "entry") is None


def test_a_changed_entry_is_none(tmp_path: Path) -> None:
    cache.keep(b"content", tmp_path / "entry")
    written = (tmp_path / "entry").read_bytes()
    (tmp_path / "entry").write_bytes(written.replace(b"content", b"contend"))
    assert cache.read(tmp_path / "entry") is None


def test_an_entry_under_another_name_is_none(tmp_path: Path) -> None:
    cache.keep(b"content", tmp_path / "one")
    (tmp_path / "one").rename(tmp_path / "two")
    assert cache.read(tmp_path / "two") is None


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache.keep(b"content", tmp_path / "file" / "entry")
    assert cache.read(tmp_path / "file" / "entry") is None


def test_what_may_only_be_read_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(path: Path) -> None:
        raise OSError(30, "Read-only file system")

    cache.keep(b"content", tmp_path / "entry")
    monkeypatch.setattr(os, "utime", read_only)
    assert cache.read(tmp_path / "entry") == b"content"


def test_a_machine_without_a_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert cache.folder() is None
    cache.keep(b"content", None)


def test_trimming_takes_what_was_not_used_for_longest(tmp_path: Path) -> None:
    for n, name in enumerate(["old", "older", "new"]):
        cache.keep(b"x" * 1000, tmp_path / name)
        os.utime(tmp_path / name, (n, n))
    os.utime(tmp_path / "older", (0, 0))
    os.utime(tmp_path / "old", (1, 1))
    cache.trim(tmp_path, 2500)
    assert {path.name for path in tmp_path.iterdir()} == {"old", "new"}


def test_reading_is_using(tmp_path: Path) -> None:
    for name in ("read", "unread"):
        cache.keep(b"x" * 1000, tmp_path / name)
        os.utime(tmp_path / name, (1, 1))
    assert cache.read(tmp_path / "read")
    cache.trim(tmp_path, 1500)
    assert [path.name for path in tmp_path.iterdir()] == ["read"]


def test_a_folder_that_is_small_enough_is_left_alone(tmp_path: Path) -> None:
    cache.keep(b"x", tmp_path / "entry")
    cache.trim(tmp_path, 1000)
    cache.trim(tmp_path / "missing", 0)
    assert cache.read(tmp_path / "entry") == b"x"
