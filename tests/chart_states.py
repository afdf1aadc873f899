"""Charts in every state that data can put them in, for tests that draw them all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dashgen.model import Annotation, Thresholds, Widget
from dashgen.widgets.base import Row
from tests.drawn import AT, days, widget

LONG = "a-very-long-deployment-name-that-somebody-gave-in-haste-2026-11-23-final-"
ODD = [f"{LONG}1", f"{LONG}2", "短い名前のモデル", "نموذج طويل الاسم", "<b>&", None, {"other": 7}]
MODELS = ["claude-sonnet-5-5", "gpt-5.6", "gemini-3.8-flash", "mistral-large-3"]
FORTY = [f"user-{n:02}" for n in range(40)]
DEPLOYED = Annotation("Deployed v2", date(2025, 6, 12), None, AT)
INCIDENT = Annotation("Incident", date(2025, 6, 19), date(2025, 6, 21), AT)
LATER = Annotation("A price change of the largest provider", date(2025, 6, 29), None, AT)


@dataclass(frozen=True, slots=True)
class State:
    widget: Widget
    rows: Sequence[Row]
    end: str = "2025-07-01T00:00:00+02:00"


def wave(n: int, size: float = 100) -> float:
    """A number for the nth place, the same on every machine."""
    return round(size * (1.5 + math.sin(n * 1.7) + 0.3 * math.sin(n * 0.37)), 4)


def limits(warning: float | None, critical: float | None) -> Thresholds:
    return Thresholds(warning=warning, critical=critical, units=frozenset(), at=AT)


def states() -> dict[str, State]:
    """By name, which is its widget's id too."""
    found = [*_lines(), *_bars(), *_pies(), *_heatmaps(), *_histograms()]
    return {state.widget.id: state for state in found}


def _trend(count: int, metric: str = "cost", size: float = 100) -> list[Row]:
    return [{"time": time, metric: wave(n, size)} for n, time in enumerate(days(count))]


def _split(names: Sequence[Any], count: int = 30, size: float = 60) -> list[Row]:
    return [
        {"time": time, "model": name, "cost": wave(n, 20) + size * m}
        for n, time in enumerate(days(count))
        for m, name in enumerate(names)
    ]


def _lines() -> Iterator[State]:
    notes = (DEPLOYED, INCIDENT, LATER)
    yield State(widget("line", "annotated", annotations=notes), _trend(30), "2025-06-30T16:41:00+02:00")
    yield State(widget("line", "named-ends", series="model"), _split(MODELS))
    yield State(widget("line", "crowded-ends", series="model"), _split(MODELS, size=0.01))
    yield State(widget("line", "odd-names", series="model"), _split(ODD))
    yield State(widget("line", "area", series="model", stacked="stack"), _split([*MODELS, {"other": 3}]))
    yield State(widget("line", "area-share", series="model", stacked="share"), _split(MODELS))
    yield State(widget("line", "area-of-one-bucket", series="model", stacked="stack"), _split(MODELS, 1))
    yield State(widget("line", "one-point"), _trend(1))
    yield State(widget("line", "one-point-each", series="model"), _split(MODELS, 1))
    yield State(widget("line", "all-zero", metrics=("errors",)), [{"time": t, "errors": 0} for t in days(9)])
    yield State(
        widget("line", "few", metrics=("errors",)), [{"time": t, "errors": n % 3} for n, t in enumerate(days(9))]
    )
    yield State(widget("line", "negative"), [{"time": t, "cost": 20 * math.sin(n)} for n, t in enumerate(days(30))])
    yield State(widget("line", "tiny"), _trend(30, size=1e-6))
    yield State(widget("line", "huge", metrics=("requests",)), _trend(90, "requests", 1e12))
    yield State(
        widget("line", "before", compare="previous"),
        [{**row, "previous": row["cost"] * 0.8, "change": 0.25} for row in _trend(30)],
    )
    yield State(
        widget("line", "apart", metrics=("latency_p50", "latency_p95", "cost")),
        [{"time": t, "latency_p50": wave(n), "latency_p95": wave(n, 300), "cost": 3} for n, t in enumerate(days(30))],
    )
    gaps = [
        {**row, "latency_p95": None if n in (3, 4, 9, 11) else row["latency_p95"]}
        for n, row in enumerate(_trend(20, "latency_p95", 2500))
    ]
    yield State(widget("line", "gaps", metrics=("latency_p95",), thresholds=limits(4000, 5000)), gaps)
    start = datetime(2025, 6, 1, tzinfo=UTC)
    hours = [(start + timedelta(hours=n)).isoformat() for n in range(48)]
    yield State(
        widget("line", "hours", metrics=("requests",)),
        [{"time": t, "requests": n} for n, t in enumerate(hours)],
        hours[-1],
    )
    months = [f"{2023 + n // 12}-{n % 12 + 1:02}-01T00:00:00+01:00" for n in range(30)]
    yield State(widget("line", "months"), [{"time": t, "cost": wave(n)} for n, t in enumerate(months)])


def _groups(names: Sequence[Any], metric: str = "tokens", by: str = "model") -> list[Row]:
    return [{by: name, metric: int(9e6 / (n + 1))} for n, name in enumerate(names)]


def _pairs(names: Sequence[Any], parts: Sequence[Any]) -> list[Row]:
    return [
        {"model": m, "project": p, "tokens": int(wave(n * 7 + k, 1e5)) + 1}
        for n, m in enumerate(names)
        for k, p in enumerate(parts)
    ]


def _bars() -> Iterator[State]:
    parts = ["eu", "us", {"other": 3}]
    codes = [200, 429, 500, None]
    slow = [{"model": m, "latency_p95": 7000 / (n + 1)} for n, m in enumerate(MODELS)]
    yield State(
        widget("bar", "upright", by="status_code", metrics=("requests",)), _groups(codes, "requests", "status_code")
    )
    yield State(widget("bar", "lying"), _groups(MODELS))
    yield State(widget("bar", "one-bar"), _groups(["gpt-5.6"]))
    yield State(widget("bar", "forty-bars"), _groups(FORTY))
    yield State(widget("bar", "odd-bars"), _groups(ODD))
    yield State(widget("bar", "stacked", series="project", stacked="stack"), _pairs(MODELS, parts))
    yield State(widget("bar", "shared", series="project", stacked="share"), _pairs(MODELS, parts))
    yield State(widget("bar", "grouped", series="project"), _pairs(MODELS, parts))
    yield State(widget("bar", "grouped-forty", series="project"), _pairs(FORTY, parts))
    yield State(widget("bar", "no-height", metrics=("errors",)), [{"model": m, "errors": 0} for m in MODELS])
    yield State(
        widget("bar", "below-zero", metrics=("cost",)),
        [{"model": m, "cost": 20 - 15 * n} for n, m in enumerate(MODELS)],
    )
    yield State(widget("bar", "limited", metrics=("latency_p95",), thresholds=limits(4000, 6000)), slow)
    yield State(
        widget("bar", "two-units", metrics=("cost", "tokens")), [{"model": m, "cost": 3.5, "tokens": 9} for m in MODELS]
    )


def _pies() -> Iterator[State]:
    yield State(widget("pie", "slices"), _groups([*MODELS, {"other": 3}]))
    yield State(widget("pie", "one-slice"), _groups(["gpt-5.6"]))
    yield State(widget("pie", "forty-slices"), _groups(FORTY))
    yield State(widget("pie", "odd-slices"), _groups(ODD))


def _heatmaps() -> Iterator[State]:
    week = [{"weekday": d, "hour": h, "requests": None if h == 3 else d * h} for d in range(1, 8) for h in range(24)]
    yield State(widget("heatmap", "week"), week)
    yield State(
        widget("heatmap", "grid", rows="model", columns="project", metric="cost"),
        [{"model": m, "project": p, "cost": wave(n * 5 + k)} for n, m in enumerate(ODD) for k, p in enumerate(MODELS)],
    )
    yield State(
        widget("heatmap", "forty-columns", rows="model", columns="project", metric="cost"),
        [
            {"model": m, "project": p, "cost": wave(n + k) - 90}
            for n, m in enumerate(MODELS)
            for k, p in enumerate(FORTY)
        ],
    )


def _sizes(middle: float, growth: float = 1.02) -> list[Row]:
    edges = [10 * growth**n for n in range(450)]
    bell = [int(80 * math.exp(-(((math.log(edge) - math.log(middle)) / 0.7) ** 2) / 2)) for edge in edges]
    return [{"from": a, "to": a * growth, "count": count} for a, count in zip(edges, bell, strict=True) if count]


def _histograms() -> Iterator[State]:
    steps = [{"from": n * 100.0, "to": n * 100 + 100.0, "count": 40 - n} for n in range(40)]
    lanes = [{**row, "model": name} for n, name in enumerate(ODD) for row in _sizes(300 * (n + 1))]
    yield State(widget("histogram", "sizes", thresholds=limits(2000, 5000)), _sizes(900))
    yield State(widget("histogram", "lanes", by="model", thresholds=limits(None, 5000)), lanes)
    yield State(widget("histogram", "steps", scale="linear"), steps)
    yield State(widget("histogram", "one-size"), [{"from": 100.0, "to": 102.0, "count": 5}])
