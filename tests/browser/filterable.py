"""A site with filters of every kind over hostile values, and what is asked of its pages."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from dashgen import compiler

NASTY = [
    "</script><img src=x onerror=alert(1)>",
    "a\u202eevil",
    "שלום",
    "!all",
    "!missing",
    "__proto__",
    "null",
    "a&b=c#d%20e",
    "a..b",
    "javascript:alert(1)",
]
MODELS = ["gpt-4o", "gpt-4o", "gpt-4o", "sonnet", "sonnet", "haiku", *NASTY, ""]
USERS = [f"u{n:02}" for n in range(31)]
COLUMNS: tuple[list[Any], ...] = (
    MODELS,
    ["web", "mobile", "batch"],
    ["k1", "k2", "k3", "k1", "k2"],
    USERS,
    [200, 200, 200, 500],
)
"""Each value as often as it stands here; an empty cell is a missing value."""
EVENTS = 17 * 60
HEAD = ["time", "model", "project", "api_key", "user", "status_code", "region"]

PROJECT = """
version: 1
source: gateway
sources: {gateway: {type: files, path: requests.csv, preset: requests}}
dimensions: {region: {title: Region}}
"""
BOARD = """
version: 1
title: Gateway
lang: LANG
time_range: 7d
time_ranges: [24h, 7d, 14d, {from: 2025-06-02, to: 2025-06-05}]
timezone: Europe/Rome
filters:
  - time_range
  - model
  - {dimension: project, default: [web, mobile]}
  - {dimension: user, top: 20}
  - status_code
  - {dimension: api_key, default: [k1, k2], hidden: true}
  - {dimension: region, default: eu, locked: true}
layout:
  - {type: card, id: requests, metric: requests}
  - {type: card, id: pinned, metric: requests, time_range: 14d}
  - {type: table, id: models, by: model, metrics: [requests]}
  - {type: table, id: users, by: user, metrics: [requests]}
"""


def events() -> Iterator[list[Any]]:
    """Two every twenty minutes until the end of June 14th in Rome; of the values one after the other."""
    last = datetime(2025, 6, 14, 21, 50, tzinfo=UTC)
    for n, values in zip(range(EVENTS), zip(*map(cycle, COLUMNS), strict=False), strict=False):
        for region in ("eu", "us"):
            yield [(last - timedelta(minutes=20 * (EVENTS - 1 - n))).isoformat(), *values, region]


def build(root: Path) -> Path:
    """The same dashboard in two directions, with every kind of filter."""
    (root / "dashgen.yaml").write_text(PROJECT)
    (root / "dashboards").mkdir()
    for lang in ("en", "ar"):
        (root / f"dashboards/{lang}.yaml").write_text(BOARD.replace("LANG", lang))
    with (root / "requests.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEAD, *events()])
    built = compiler.build([str(root)], root / "dist")
    assert [one.message for one in built.diagnostics if one.severity == "error"] == []
    return root / "dist"


def state(tab: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tab.evaluate("JSON.stringify(dashgen.filters)"))
    return found


def count(tab: Any, widget: str = "requests") -> int:
    found: int = tab.evaluate("(id) => dashgen.rows(id)[0].requests", widget)
    return found


def choose(tab: Any, **changes: Any) -> None:
    tab.evaluate("(changes) => dashgen.setFilters(changes)", changes)


def button(tab: Any, dimension: str) -> Any:
    return tab.locator(f"[data-filter={dimension}] button")


def chips(tab: Any) -> list[str]:
    return [one.strip() for one in tab.locator(".active li").all_inner_texts()]


DEFAULTS = {
    "model": [],
    "project": ["web", "mobile"],
    "user": [],
    "status_code": [],
    "api_key": ["k1", "k2"],
    "time_range": "7d",
}


def plain(text: str) -> str:
    return " ".join(text.split())


def focused(tab: Any) -> str:
    name: str = tab.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent")
    return name
