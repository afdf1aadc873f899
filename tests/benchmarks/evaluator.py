"""The page's evaluator alone: every widget of a Production page over made-up cubes, one filter after the other."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from tests.packing import DAY, cube, deltas, histogram, page, widget
from tests.scripted import source

SIZES = {"model": 8, "project": 8, "api_key": 24, "user": 21, "status_code": 6}
DAYS = 60
KEYS = 500
ROUNDS = 15


def content(cells: int, per_cell: int) -> dict[str, Any]:
    """`cells` in each of two cubes, one of sums and one of histograms."""
    random = Random(1)
    names = sorted(SIZES, key=lambda name: SIZES[name])
    places = sorted({_cell(random, names) for _ in range(cells)})
    edges = [n * DAY for n in range(DAYS + 1)]
    sums = [(*place, *(random.randrange(1, 10**k) for k in (2, 1, 9, 4, 1))) for place in places]
    entries = [
        (*place, key, random.randrange(1, 4))
        for place in places
        for key in sorted({max(0, min(KEYS - 1, int(random.gauss(KEYS / 2, 60)))) for _ in range(per_cell)})
    ]
    measures = {name: {"kind": "sum", "cube": 0, "column": n} for n, name in enumerate(("requests", "errors", "cost"))}
    tokens, count = {"kind": "sum", "cube": 0, "column": 3}, {"kind": "count", "cube": 0, "column": 4}
    latency = {"kind": "histogram", "cube": 1, "column": 0}
    card = {"compare": True, "spark": True}
    total = ["value", 0, 1]
    widgets = {
        "rate": widget("total", {"rate": ["rate", total, 1, [0]]}, [measures["requests"], count], **card),
        "errors": widget(
            "total", {"e": ["/", ["value", 1, 1], total]}, [measures["requests"], measures["errors"], count], **card
        ),
        "p95": widget("total", {"p95": ["quantile", 0, 19, 20]}, [latency, count], **card),
        "p99": widget("total", {"p99": ["quantile", 0, 99, 100]}, [latency, count], **card),
        "cost": widget("trend", {"cost": ["value", 0, 10**9]}, [measures["cost"], count], compare=True),
        "tokens": widget("groups", {"tokens": total}, [tokens, count], by=["model"]),
        "users": widget(
            "groups", {"cost": ["value", 0, 10**9], "p95": ["quantile", 1, 19, 20]}, [measures["cost"], latency, count],
            by=["user"], top=10,
        ),
    }  # fmt: skip
    end = edges[-1]
    ranges = [
        {"key": f"{n}d", "start": end - n * DAY, "end": end, "nominal": end, "shift": {"days": n}} for n in (30, 7)
    ]
    return page(
        [cube(edges, names, sums), histogram(edges, names, entries, range(KEYS))],
        {name: {"values": [f"{name}-{n:02}" for n in range(size)]} for name, size in SIZES.items()},
        widgets,
        as_of=end,
        ranges=ranges,
        keys={"0.01": {"keys": [*range(KEYS)], "values": [1.02 * n for n in range(KEYS)]}},
        ladders=[{"every": [1, "d"], "since": 0, "edges": deltas(edges)}],
        volumes=[{"cube": 0, "column": 0}],
    )


def _cell(random: Random, names: list[str]) -> tuple[int, ...]:
    """Some values are far more frequent than others."""
    return (random.randrange(DAYS), *(int(SIZES[name] * random.random() ** 2) for name in names))


STATES = [
    {"filters": {}, "time_range": "30d"},
    {"filters": {"model": ["model-01", "model-03"]}, "time_range": "30d"},
    {"filters": {"user": ["user-02"], "status_code": ["status_code-00"]}, "time_range": "30d"},
    {"filters": {"project": ["project-00", "project-01", "project-02"]}, "time_range": "7d"},
]


def main(cells: int = 49_500) -> None:
    made = content(cells, 16)
    request = json.dumps({"source": source(), "content": made, "states": STATES, "rounds": ROUNDS})
    script = Path(__file__).with_name("evaluator.mjs")
    said = subprocess.run(["node", str(script)], input=request, capture_output=True, text=True, check=True)
    found = json.loads(said.stdout)
    count = sum(len(one["codes"][0]) for one in made["cubes"])
    print(f"about {cells:,} cells, {count:,} characters of codes, {len(request) / 1e6:.1f} MB of content")
    print(
        f"decoded in {found['opening']:.1f} ms, first answers in {found['first']:.1f} ms, counts {found['counts']:.1f}"
    )
    for n, state in enumerate(STATES):
        times = found["times"][n :: len(STATES)]
        print(f"{median(times):6.2f} ms ({min(times):.2f} to {max(times):.2f})  {json.dumps(state)}")
    print("  ".join(f"{name} {median(times):.2f}" for name, times in found["widgets"].items()))
