"""Saves as editors make them, on real files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import enumerate as threads
from typing import Any

import pytest
from watchfiles import watch

from dashgen.preview import watching as watching_module
from dashgen.preview.places import Places
from dashgen.preview.watching import Watcher, watching
from tests.previewed import PATIENCE, replace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.yaml").write_text("a: 1\n")
    return tmp_path / "in"


@pytest.fixture
def watcher(folder: Path) -> Iterator[Watcher]:
    with watching() as made:
        made.follow(Places(frozenset((str(folder),))))
        yield made


def heard(watcher: Watcher, *paths: Path) -> set[str]:
    """All that was told until these paths were, however many reports that took."""
    found: set[str] = set()
    while not found >= set(map(str, paths)):
        more = watcher.wait(PATIENCE)
        assert more, found
        found |= more
    return found


def test_a_file_that_is_written_is_told(watcher: Watcher, folder: Path) -> None:
    (folder / "a.yaml").write_text("a: 2\n")
    assert heard(watcher, folder / "a.yaml") == {str(folder / "a.yaml")}


def test_a_file_that_another_is_renamed_over_is_told(watcher: Watcher, folder: Path) -> None:
    replace(folder / "a.yaml", "a: 2\n")
    assert heard(watcher, folder / "a.yaml") == {str(folder / "a.yaml")}


def test_files_that_come_and_go_are_told(watcher: Watcher, folder: Path) -> None:
    (folder / "b.yaml").touch()
    heard(watcher, folder / "b.yaml")
    os.rename(folder / "b.yaml", folder / "c.yaml")
    heard(watcher, folder / "b.yaml", folder / "c.yaml")
    (folder / "c.yaml").unlink()
    heard(watcher, folder / "c.yaml")


def test_a_swap_file_is_not_told(watcher: Watcher, folder: Path) -> None:
    (folder / ".a.yaml.swp").write_text("x")
    (folder / "a.yaml~").write_text("x")
    (folder / "z.yaml").touch()  # what comes after it has been told, so it was left out
    assert heard(watcher, folder / "z.yaml") == {str(folder / "z.yaml")}


def test_what_changes_while_nobody_asks_is_kept(watcher: Watcher, folder: Path) -> None:
    files = [folder / f"{n}.yaml" for n in range(5)]
    for file in files:
        file.touch()
    assert heard(watcher, *files) == set(map(str, files))


def test_a_folder_that_was_made_again_is_another_place(watcher: Watcher, folder: Path) -> None:
    places = Places(frozenset((str(folder), str(folder.parent))))
    assert watcher.follow(places)
    assert not watcher.follow(places)
    shutil.rmtree(folder)
    heard(watcher, folder)
    folder.mkdir()
    assert watcher.follow(places)
    (folder / "again.yaml").touch()
    heard(watcher, folder / "again.yaml")


def test_a_link_to_a_file_is_watched_where_it_leads(watcher: Watcher, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real/b.yaml"
    real.touch()
    os.symlink(real, folder / "b.yaml")
    watcher.follow(Places(frozenset((str(folder), str(real.parent)))))
    real.write_text("b: 1\n")
    heard(watcher, real)


def test_where_there_is_no_room_for_watches_folders_are_looked_at_again_and_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def full(*folders: str, force_polling: bool | None, **options: Any) -> Any:
        asked.append(force_polling)
        if not force_polling:
            raise OSError("OS file watch limit reached")
        return watch(*folders, force_polling=True, poll_delay_ms=20, **options)

    monkeypatch.setattr(watching_module, "watch", full)
    with watching() as watcher:
        watcher.follow(Places(frozenset((str(folder),))))
        (folder / "b.yaml").touch()
        assert heard(watcher, folder / "b.yaml") == {str(folder / "b.yaml")}
    assert asked == [None, True]


def test_nothing_is_left_at_the_end(folder: Path) -> None:
    before = set(threads())
    with watching() as watcher:
        watcher.follow(Places(frozenset((str(folder),))))
        watcher.follow(Places(frozenset((str(folder), str(folder.parent)))))
        assert set(threads()) != before
    assert set(threads()) == before
    assert [watcher.wait() for _ in range(2)] == [frozenset()] * 2
