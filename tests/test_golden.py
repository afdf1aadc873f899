from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden import Golden


def test_a_difference_fails_and_leaves_what_was_made(tmp_path: Path) -> None:
    kept = tmp_path / "page.html"
    kept.write_text("one\ntwo\n")
    with pytest.raises(pytest.fail.Exception, match=r"-two\n\+three"):
        Golden().check(kept, "one\nthree\n")
    assert (tmp_path / "page.html.actual").read_text() == "one\nthree\n"
    assert kept.read_text() == "one\ntwo\n"


def test_a_file_that_is_missing_fails(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception):
        Golden().check(tmp_path / "new.txt", "text")


def test_update_accepts_and_cleans_up(tmp_path: Path) -> None:
    kept = tmp_path / "new" / "page.html"
    Golden(update=True).check(kept, "text")
    with pytest.raises(pytest.fail.Exception):
        Golden().check(kept, "other")
    Golden().check(kept, "text")
    assert [path.name for path in kept.parent.iterdir()] == ["page.html"]
