"""A page with least groups under a viewer's choice: the groups that it opens with, and of those the chosen ones."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.browser.opened import live
from tests.hidden import build, data, write
from tests.test_merging import instant, skewed

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("hiding")]

BOARD: dict[str, Any] = {
    "version": 1,
    "id": "board",
    "time_range": "4d",
    "time_ranges": ["2d", "4d"],
    "filters": ["time_range", "user", "model"],
    "privacy": {"minimum_group": 4},
    "layout": [
        {"type": "card", "id": "all", "metric": "requests"},
        {"type": "line", "id": "lanes", "metric": "requests", "series": "user"},
        {"type": "bar", "id": "parts", "metric": "requests", "by": "user", "series": "model", "stacked": True},
        {"type": "heatmap", "id": "cells", "metric": "requests", "rows": "model", "columns": "user"},
        {"type": "table", "id": "pairs", "metrics": ["requests", "cost"], "by": ["model", "user"]},
    ],
}
ROWS = "(id) => dashgen.rows(id)"


def test_what_is_chosen_is_of_the_groups_that_a_page_opens_with(chromium: Any) -> None:
    rows = skewed(5)
    write(rows)
    Path("board.yaml").write_text(json.dumps(BOARD))
    files = build()
    opening = data(files)
    users = [row["user"] for row in opening["lanes"]["rows"] if not isinstance(row["user"], dict)]
    chosen = max(users)
    start = instant(json.loads(files["board/data.json"])["time_range"]["from"])
    own = [row for row in rows if row["user"] == chosen and instant(row["time"]) >= start]
    assert len(own) >= 4
    url = Path("dist/board/index.html").resolve().as_uri()
    with live(chromium, f"{url}#v1&user={chosen}") as watched:
        tab = watched.tab
        assert tab.evaluate(ROWS, "all") == [{"requests": len(own)}]
        models = Counter(row["model"] for row in own)
        told = {row["model"] for row in opening["pairs"]["rows"] if not isinstance(row["model"], dict)}
        others = sum(count for model, count in models.items() if model not in told)
        for name in ("parts", "cells", "pairs"):
            found = {json.dumps(row["model"]): row["requests"] for row in tab.evaluate(ROWS, name)}
            rest = [count for model, count in found.items() if "other" in model]
            assert rest == [others]
            assert all(count in (0, models[json.loads(m)]) for m, count in found.items() if "other" not in m)
        gone = sorted({row["user"] for row in rows} - {*users})
        assert gone
        refused = "(name) => dashgen.setFilters({user: [name]}).then(() => '', (error) => error.name)"
        assert tab.evaluate(refused, gone[0]) == "RangeError"
        tab.evaluate("dashgen.setFilters({user: []})")
        for name, widget in opening.items():
            assert tab.evaluate(ROWS, name) == widget["rows"]
