"""What a page says beside its numbers: how new they are, what they leave out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashgen import compiler

PROJECT = """version: 1
source: log
sources:
  log: {type: files, path: log.csv}
"""
LOG = """time,model,cost,input_tokens,output_tokens
2026-05-01T10:00:00Z,a,1.5,60,30
2026-05-01T11:00:00Z,b,,6,4
2026-05-01T12:00:00Z,a,2.5,0,0
"""
BOARD = """version: 1
timezone: UTC
time_range: 7d
layout:
  - {type: card, metric: cost}
  - {type: table, records: [time, model], newest: %s}
"""
NEWEST = 1_777_636_800_000


def page(folder: Path, keys: str = "", newest: int = 2) -> str:
    (folder / "dashgen.yaml").write_text(PROJECT)
    (folder / "log.csv").write_text(LOG)
    (folder / "board.yaml").write_text(BOARD % newest + keys)
    built = compiler.build([str(folder / "board.yaml")], folder / "dist")
    assert [d.message for d in built.diagnostics if d.severity == "error"] == []
    return (folder / "dist/board/index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("keys", "hours"),
    [
        ("refresh: 1h", 2),
        ("refresh: 30min\nas_of: now", 1),
        ("refresh: 2d\nas_of: latest", 96),
        ("refresh: 1h\nas_of: 2026-05-01T13:00:00Z", None),
        ("", None),
    ],
)
def test_newer_numbers_are_due_after_two_intervals(tmp_path: Path, keys: str, hours: int | None) -> None:
    """Unless nobody promised any, or the end was written down."""
    found = re.findall(r'<html[^>]* data-due="(\d+)"', page(tmp_path, keys))
    assert found == ([str(NEWEST + hours * 3_600_000)] if hours else [])


def test_the_newest_event_is_named(tmp_path: Path) -> None:
    assert "Newest event May 1, 2026, 12:00:00." in page(tmp_path)


def test_unpriced_tokens_are_told_with_their_share(tmp_path: Path) -> None:
    assert "10 tokens without a price, 10% of all, are in no cost." in page(tmp_path)


@pytest.mark.parametrize(
    ("filters", "newest", "said"),
    [
        ("filters: [model]", 2, "The newest 2; older ones are not in this page."),
        ("filters: [{dimension: model, default: [b]}]", 2, "1 of the newest 2; older ones are not in this page."),
        ("filters: [{dimension: model, default: [b]}]", 4, None),
        ("", 2, None),
    ],
)
def test_records_say_of_how_many_they_are(tmp_path: Path, filters: str, newest: int, said: str | None) -> None:
    found = re.findall(r'class="note reach">([^<]*)', page(tmp_path, filters, newest))
    assert found == ([said] if said else [])
