"""What a card says of the previous period where it has no number for it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dashgen import compiler

BEFORE = "2025-06-01T10:00:00Z,{}\n"
NOW = "2025-06-02T09:00:00Z,200\n2025-06-02T12:00:00Z,200\n"


@pytest.mark.parametrize(
    ("events", "metric", "words"),
    [
        (NOW, "requests", "no previous period to compare with"),
        (NOW, "error_rate", "no previous period to compare with"),
        ("2025-05-30T10:00:00Z,200\n" + NOW, "error_rate", "no value in the previous period"),
        ("2025-05-30T10:00:00Z,200\n" + NOW, "requests", "from 0"),
        ("2025-05-30T10:00:00Z,200\n" + BEFORE.format(500) + NOW, "error_rate", "from 100"),
    ],
)
def test_no_period_and_no_value_are_two_things(events: str, metric: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(f"time,status_code\n{events}")
    (tmp_path / "dashgen.yaml").write_text("{version: 1, sources: {log: {type: files, path: log.csv}}}")
    card = {"type": "card", "metric": metric, "compare": "previous", "id": "w"}
    board = {"version": 1, "title": "Board", "time_range": "1d", "layout": [card]}
    (tmp_path / "board.yaml").write_text(json.dumps(board))
    assert compiler.build(tmp_path / "board.yaml", tmp_path / "dist").is_fine
    page = (tmp_path / "dist/board/index.html").read_text(encoding="utf-8")
    part = re.search(r'<(\w+) [^>]*data-widget="w".*?</\1>', page, re.DOTALL)
    assert part
    said = {one for one in ("no previous period to compare with", "no value in the previous period") if one in part[0]}
    assert words in part[0]
    assert said <= {words}
