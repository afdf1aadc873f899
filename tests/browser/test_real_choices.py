"""Filters over logs that real software wrote: all six where they have them, every widget held to the oracle."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dashgen import compiler
from tests.browser.chosen import WAYS, made, random_choices, settled, shown
from tests.browser.opened import live
from tests.browser.test_choices import DIMENSIONS, Choice
from tests.oracle.compare import compare_widget
from tests.oracle.events import read
from tests.oracle.expect import expect
from tests.test_real_traces import TRACES

pytestmark = pytest.mark.browser

COUNT = 8
RANGES = ["2min", "3h", "7d"]
LAYOUT: list[dict[str, Any]] = [
    {"type": "card", "id": "requests", "metric": "requests"},
    {"type": "card", "id": "rate", "metric": "error_rate"},
    {"type": "card", "id": "cost", "metric": "cost_daily_average"},
    {"type": "card", "id": "people", "metric": "active_users"},
    {"type": "line", "id": "trend", "metrics": ["latency_p50", "latency_p95"], "every": "hour"},
    {"type": "line", "id": "lanes", "metric": "requests", "series": "user", "top": 3, "every": "hour"},
    {"type": "bar", "id": "bars", "metric": "requests", "by": "status_code"},
    {"type": "pie", "id": "slices", "metric": "tokens", "by": "model"},
    {"type": "heatmap", "id": "hours", "metric": "requests"},
    {"type": "histogram", "id": "sizes", "of": "latency", "by": "user", "top": 2},
    {"type": "table", "id": "groups", "by": ["user", "api_key"], "metrics": ["requests", "errors", "latency_p99"]},
    {"type": "table", "id": "newest", "records": ["time", "user", "status_code", "latency"], "newest": 30},
]
LACKS = {"nginx": {"cost", "slices"}}


@pytest.mark.parametrize("name", ["litellm", "nginx"])
def test_every_widget_shows_what_the_oracle_finds(chromium: Any, shared_data: Path, tmp_path: Path, name: str) -> None:
    trace = TRACES[name]
    project = trace.project(shared_data)
    names = [one for one in DIMENSIONS if one in trace.fields]
    layout = [widget for widget in LAYOUT if widget["id"] not in LACKS.get(name, ())]
    board = {"version": 1, "time_range": "7d", "time_ranges": RANGES, "filters": ["time_range", *names]}
    (tmp_path / "dashgen.yaml").write_text(json.dumps(project))
    (tmp_path / "board.yaml").write_text(json.dumps({**board, "layout": layout}))
    built = compiler.build([str(tmp_path / "board.yaml")], tmp_path / "dist", cache=False)
    assert built.is_fine, built.diagnostics
    events = read(tmp_path, project, overrides=trace.overrides)

    def problems(tab: Any, choice: Choice) -> list[str]:
        filters = [{"dimension": one, **({"default": v} if v else {})} for one, v in choice.filters.items()]
        asked = {**board, "time_range": choice.time_range, "filters": ["time_range", *filters], "layout": layout}
        wanted, actual = expect(project, asked, events)["widgets"], shown(tab)
        assert actual.keys() == wanted.keys()
        return [
            f"{choice.changes}: {id}: {problem}"
            for id, one in wanted.items()
            for problem in compare_widget({"type": one["type"], "rows": actual[id]}, one, 0.01)
        ]

    as_of = json.loads((tmp_path / "dist/board/data.json").read_text("utf-8"))["as_of"]
    counts = {one: Counter(event.dimensions[one] for event in events) for one in names}
    values = {one: [value for value, _ in found.most_common(6)] for one, found in counts.items()}
    choices = list(random_choices(values, RANGES, as_of, Random(name), COUNT))
    assert any(all(choice.filters.values()) for choice in choices), "every dimension at once"
    page, found = (tmp_path / "dist/board/index.html").as_uri(), []
    with live(chromium, page) as watched:
        for number, choice in enumerate(_inside(choices, as_of)):
            made(watched.tab, page, choice, WAYS[number % len(WAYS)])
            found += settled(partial(problems, watched.tab, choice))
    assert found == []


def _inside(choices: list[Choice], as_of: str) -> list[Choice]:
    """These logs are of one day: that is the only range of one's own."""
    day = {"from": as_of[:10], "to": as_of[:10]}
    return [Choice(one.filters, day if isinstance(one.time_range, dict) else one.time_range) for one in choices]
