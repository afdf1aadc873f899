"""Refunds and clocks that ran backwards: what cannot be drawn is said in words, and the numbers stay."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from dashgen import compiler

LOG = """\
time,model,project,cost,latency
2025-06-01T00:00:00Z,a,p,5,120
2025-06-01T01:00:00Z,b,p,-2.5,-40
2025-06-01T02:00:00Z,b,p,1,0
2025-06-01T03:00:00Z,c,p,3,80
"""
NO_PARTS = "No picture: values below zero are no parts of a whole."


@pytest.fixture
def build(tmp_path: Path) -> Any:
    """Builds one widget over the log: its data.json rows, its part of the page, its chart if it has one."""

    def built(log: str = LOG, **widget: Any) -> tuple[list[dict[str, Any]], str, dict[str, Any] | None]:
        (tmp_path / "log.csv").write_text(log)
        (tmp_path / "dashgen.yaml").write_text("{version: 1, sources: {log: {type: files, path: log.csv}}}")
        board = {"version": 1, "title": "Board", "time_range": "1d", "layout": [{"id": "w", **widget}]}
        (tmp_path / "board.yaml").write_text(json.dumps(board))
        assert compiler.build(tmp_path / "board.yaml", tmp_path / "dist").is_fine
        out = tmp_path / "dist" / "board"
        rows = json.loads((out / "data.json").read_text())["widgets"]["w"]["rows"]
        page = unescape((out / "index.html").read_text())
        chart = out / "charts" / "w.vl.json"
        part = re.search(r'<(\w+) [^>]*data-widget="w".*?</\1>', page, re.DOTALL)
        assert part
        return rows, part[0], json.loads(chart.read_text()) if chart.is_file() else None

    return built


@pytest.mark.parametrize(
    "widget",
    [
        {"type": "pie", "metric": "cost", "by": "model"},
        {"type": "bar", "metric": "cost", "by": "model", "series": "project", "stacked": "share"},
        {"type": "line", "metric": "cost", "series": "model", "every": "day", "stacked": True},
    ],
    ids=lambda widget: widget["type"],
)
def test_what_is_no_part_of_a_whole_is_not_drawn_as_one(widget: dict[str, Any], build: Any) -> None:
    rows, part, chart = build(**widget)
    assert {row["model"]: row["cost"] for row in rows} == {"a": 5, "b": -1.5, "c": 3}
    assert chart is None
    assert "<svg" not in part.partition("<table")[2]
    assert 'role="img"' not in part
    assert NO_PARTS in part
    assert "1.50" in part, "the table has the value"


def test_parts_that_are_all_positive_are_drawn(build: Any) -> None:
    rows, part, chart = build(LOG.replace("-2.5", "2.5"), type="pie", metric="cost", by="model")
    assert len(rows) == 3
    assert chart is not None
    assert 'role="img"' in part
    assert NO_PARTS not in part


def test_bars_go_below_zero(build: Any) -> None:
    _, part, chart = build(type="bar", metric="cost", by="model")
    assert chart is not None
    assert -1.5 in [row["v"] for row in chart["data"]["values"]]
    assert NO_PARTS not in part


@pytest.mark.parametrize("scale", ["log", "linear"])
@pytest.mark.parametrize("by", [None, "model"])
def test_a_histogram_says_how_many_values_it_does_not_draw(scale: str, by: str | None, build: Any) -> None:
    rows, part, chart = build(type="histogram", of="latency", scale=scale, **({"by": by} if by else {}))
    assert sum(row["count"] for row in rows) == 4
    assert sum(row["v"] for row in chart["data"]["values"]) == 2
    assert "2 values of zero or less are only in the table." in part
    table = part.partition("<tbody")[2].partition("</tbody>")[0]
    lines = [re.findall(r">\s*([^<>\s][^<>]*)<", line) for line in table.split("</tr>") if line.strip()]
    assert [line[0] for line in lines][1] == "0", "below, zero, above"
    assert sum(int(cell) for line in lines for cell in line[1:]) == 4


def test_a_histogram_of_nothing_above_zero_is_its_table(build: Any) -> None:
    rows, part, chart = build(LOG.replace("120", "-5").replace(",80", ",0"), type="histogram", of="latency")
    assert sum(row["count"] for row in rows) == 4
    assert chart is None
    assert "4 values of zero or less are only in the table." in part
    assert 'role="img"' not in part
    assert "<table" in part
