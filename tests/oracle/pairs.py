"""Seeded dashboards over two sources: `source:` at every level, and metrics that join both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

from tests.oracle import calendar
from tests.oracle.board import Board
from tests.oracle.calendar import Setting
from tests.oracle.datasets import BEIRUT, CAIRO, NEW_YORK, ROME, Dataset, dataset, partner
from tests.oracle.expect import identified
from tests.oracle.metrics import CATALOGUE
from tests.oracle.ranges import RANGES, as_ofs, every_of
from tests.oracle.specs import NEEDS, Case, abilities
from tests.oracle.wheres import where_of

GATEWAY, EDGE = "gateway", "edge"
ZONES = (ROME, CAIRO, NEW_YORK, BEIRUT)
CLASSES = ("relative", "calendar", "calendar", "absolute")

Wants = tuple[tuple[str, ...], tuple[str, ...]]
"""What a metric needs of the gateway and of the edge."""

OWN: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "edge_requests": ({"sum": "requests", "source": EDGE}, ()),
    "edge_rate": ({"sum": "requests", "per": "hour", "source": EDGE}, ()),
    "edge_errors": ({"count": True, "where": {"failed": True}, "source": EDGE}, ("status_code",)),
    "edge_cost": ({"sum": "cost", "source": EDGE}, ("tokens", "cost")),
    "edge_p90": ({"quantile": "latency", "q": 0.9, "source": EDGE}, ("latency",)),
    "edge_mean": ({"average": "latency", "source": EDGE}, ("latency",)),
    "edge_slowest": ({"max": "latency", "source": EDGE}, ("latency",)),
    "edge_models": ({"distinct": "model", "source": EDGE}, ()),
    "edge_cost_each": ({"expr": "cost / requests", "source": EDGE}, ("tokens", "cost")),
}
"""Metrics with a source of their own."""

JOINED: dict[str, tuple[dict[str, Any], Wants]] = {
    "per_edge": ({"expr": "gateway.requests / edge.requests"}, ((), ())),
    "all_requests": ({"expr": "gateway.requests + edge.requests"}, ((), ())),
    "good_requests": (
        {"expr": "gateway.requests + edge.requests", "where": {"failed": False}},
        (("status_code",), ("status_code",)),
    ),
    "all_rate": ({"expr": "gateway.requests + edge.requests", "per": "minute"}, ((), ())),
    "rates": ({"expr": "gateway.request_rate + edge.request_rate"}, ((), ())),
    "error_gap": ({"expr": "gateway.error_rate - edge.error_rate"}, (("errors",), ("errors",))),
    "tails": ({"expr": "gateway.latency_p95 / edge.latency_p50"}, (("latency",), ("latency",))),
    "cost_share": ({"expr": "gateway.cost / (gateway.cost + edge.cost)"}, (("tokens", "cost"), ("tokens", "cost"))),
    "cost_per_edge": ({"expr": "gateway.cost / edge.requests"}, (("tokens", "cost"), ())),
    "edge_cost_per_call": (
        {"expr": "edge.cost / (gateway.requests - gateway.errors)"},
        (("errors",), ("tokens", "cost")),
    ),
    "users": ({"expr": "gateway.active_users + edge.active_users"}, (("user",), ("user",))),
    "nested": ({"expr": "per_edge * 2 + edge_requests - gateway.edge_requests"}, ((), ())),
    "bound": ({"expr": "requests / gateway.requests", "source": EDGE}, ((), ())),
}
"""Metrics of both."""

ADDITIVE = ("edge_requests", "edge_errors", "edge_cost", "all_requests", "all_rate")
KINDS = ("card", "line", "bar", "pie", "table", "heatmap")
LEVELS = ("project", "dashboard", "widget")
FEATURES = {
    "card": ("plain", "compare", "spark", "where"),
    "line": ("plain", "compare", "series", "every"),
    "bar": ("plain", "top", "series", "order"),
    "pie": ("plain", "top"),
    "table": ("plain", "compare", "top", "by-two"),
    "heatmap": ("plain", "grid"),
}


def pairs(count: int = 80, seed: int = 1) -> list[Case]:
    """`count` dashboards over two sources, the same for the same seed."""
    return [_Author(Random(f"pair-{seed}-{number}"), seed, number).case() for number in range(count)]


class _Author:
    def __init__(self, random: Random, seed: int, number: int) -> None:
        self.random, self.number = random, number
        self.data = {GATEWAY: dataset(seed, _usable(number), ZONES[number % 4])}
        self.data[EDGE] = partner(self.data[GATEWAY], seed, _usable(3 * number + 1))
        self.zone = self.data[GATEWAY].zone
        self.has = {name: _has(data, self.data[GATEWAY]) for name, data in self.data.items()}
        self.metrics = self._metrics()
        self.as_of = random.choice(as_ofs(self.data[GATEWAY].center, self.zone))

    def case(self) -> Case:
        """`source:` stands on the project, on the dashboard, or on every widget."""
        level = ("project", "dashboard", "widget")[self.number % 3]
        project: dict[str, Any] = {
            "version": 1,
            "sources": {name: data.source for name, data in self.data.items()},
            "metrics": self.metrics,
            "dimensions": {"region": {"title": "Region"}},
            "fields": {"ttft": {"title": "Time to first token", "unit": "ms"}},
        }
        if self.data[GATEWAY].prices:
            project["prices"] = self.data[GATEWAY].prices
        self.spec = self._range()
        dashboard: dict[str, Any] = {"version": 1, "id": f"pair-{self.number}", "time_range": self.spec}
        dashboard |= {"as_of": self.as_of, "timezone": self.zone}
        self.source: str | None = None
        if level != "widget":
            self.source = self.random.choice([GATEWAY, EDGE])
            (project if level == "project" else dashboard)["source"] = self.source
        if level == "dashboard" and self.random.random() < 0.5:
            project["source"] = GATEWAY if self.source == EDGE else EDGE
        if self.random.random() < 0.3:
            dashboard["filters"] = [self._filter()]
        dashboard["layout"] = [self._widget(f"w{at}") for at in range(9)]
        if self.number % 4 == 0:
            dashboard["layout"].append(
                self._source(EDGE) | {"type": "table", "id": "newest", "records": ["time", "model"]}
            )
        return Case(
            f"{self.number:03}-{self.zone.split('/')[-1].lower()}",
            self.data[GATEWAY],
            project,
            dashboard,
            (self.data[EDGE],),
        )

    def _metrics(self) -> dict[str, Any]:
        own = {name: given for name, (given, needs) in OWN.items() if set(needs) <= self.has[EDGE]}
        joined = {
            name: given
            for name, (given, needs) in JOINED.items()
            if all(set(wants) <= self.has[source] for wants, source in zip(needs, (GATEWAY, EDGE), strict=True))
        }
        return own | joined

    def _filter(self) -> dict[str, Any]:
        """One that a source may lack: it stays unfiltered."""
        name = self.random.choice(["region", "api_key", "model"])
        values = sorted({row[name] for data in self.data.values() for row in data.rows if row[name] is not None})
        return {"dimension": name, "default": self.random.sample(values, min(4, len(values))) or ["nobody"]}

    # ---- widgets --------------------------------------------------------------------------------

    def _widget(self, name: str) -> dict[str, Any]:
        kind = self.random.choice(KINDS)
        feature = self.random.choice(FEATURES[kind])
        source = self._source(self.random.choice([GATEWAY, EDGE]))
        own = source.get("source") or self.source or GATEWAY
        metric = self._metric(kind, own)
        widget = {"type": kind, "id": name, **source, **getattr(self, f"_{kind}")(metric, feature, own)}
        if feature == "where" or self.random.random() < 0.15:
            widget["where"] = self._where()
        if self.random.random() < 0.25:
            widget["time_range"] = self._range()
        if feature == "every":
            widget["every"] = every_of(self.random, widget.get("time_range", self.spec), self._at())
        return widget

    def _source(self, name: str) -> dict[str, Any]:
        return {"source": name} if self.source is None or self.random.random() < 0.3 else {}

    def _metric(self, kind: str, own: str) -> str:
        named = [name for name in self.metrics if kind != "pie" or name in ADDITIVE]
        return self.random.choice(named if self.random.random() < 0.8 else self._bare(own, kind))

    def _bare(self, own: str, kind: str = "card") -> list[str]:
        if kind == "pie":
            return ["requests"]
        return [name for name in CATALOGUE if set(NEEDS[name]) <= self.has[own]]

    def _card(self, metric: str, feature: str, own: str) -> dict[str, Any]:
        keys: dict[str, dict[str, Any]] = {"compare": {"compare": "previous"}, "spark": {"spark": True}}
        return {"metric": metric, **keys.get(feature, {})}

    def _line(self, metric: str, feature: str, own: str) -> dict[str, Any]:
        if feature == "series":
            return {
                "metric": metric,
                "series": self.random.choice(self._dimensions()),
                "top": self.random.randint(1, 4),
            }
        compared = {"compare": "previous"} if feature == "compare" else {}
        return {"metrics": [metric, *self._others(metric, own, 1)], **compared}

    def _bar(self, metric: str, feature: str, own: str) -> dict[str, Any]:
        widget = {"metric": metric, "by": self.random.choice(self._dimensions())}
        if feature == "series":
            return widget | {"series": self._dimensions(widget["by"])[0]}
        return widget | self._ranked(metric, feature, own)

    def _pie(self, metric: str, feature: str, own: str) -> dict[str, Any]:
        return {"metric": metric, "by": self.random.choice(self._dimensions()), **self._ranked(metric, feature, own)}

    def _table(self, metric: str, feature: str, own: str) -> dict[str, Any]:
        several = self.random.sample(self._dimensions(), 2)
        widget = {
            "by": several if feature == "by-two" else several[0],
            "metrics": [metric, *self._others(metric, own, self.random.randint(0, 2))],
        }
        return widget | self._ranked(metric, feature, own) | ({"compare": "previous"} if feature == "compare" else {})

    def _heatmap(self, metric: str, feature: str, own: str) -> dict[str, Any]:
        rows, columns = self.random.sample(self._dimensions(), 2)
        return {"metric": metric} | ({"rows": rows, "columns": columns} if feature == "grid" else {})

    def _ranked(self, metric: str, feature: str, own: str) -> dict[str, Any]:
        top = {"top": self.random.randint(1, 5)} if feature == "top" else {}
        ordered = {"order": f"-{self._others(metric, own, 1)[0]}"} if feature == "order" else {}
        return {**top, **ordered}

    # ---- parts ----------------------------------------------------------------------------------

    def _dimensions(self, without: str = "") -> list[str]:
        """What both sources can be grouped by."""
        found = [name for name in ("model", "project", "user", "api_key") if self._both(name) and name != without]
        self.random.shuffle(found)
        return found

    def _both(self, name: str) -> bool:
        return all(name in data.columns for data in self.data.values())

    def _others(self, metric: str, own: str, count: int) -> list[str]:
        options = [name for name in (*self.metrics, *self._bare(own)) if name != metric]
        return self.random.sample(options, count)

    def _where(self) -> dict[str, Any]:
        shared = self.has[GATEWAY] & self.has[EDGE]
        rows = [row for data in self.data.values() for row in data.rows]
        return where_of(self.random, self.random.randrange(40), sorted(self._dimensions()), shared, rows)

    def _range(self) -> Any:
        return self.random.choice(RANGES[self.random.choice(CLASSES)])(
            self.random, self.data[GATEWAY].center, self.zone
        )

    def _at(self) -> Setting:
        newest = max((row["time"] for data in self.data.values() for row in data.rows), default=None)
        return Setting(self.zone, calendar.as_of(self.as_of, newest, self.zone))


def _usable(number: int) -> int:
    """The number of a data set with rows."""
    return number if number % 40 not in (9, 10) else number + 2


def _has(data: Dataset, priced: Dataset) -> set[str]:
    """What a source's columns and the project's prices allow; counted rows have no single events."""
    found = abilities(data)
    if {"tokens", "model"} <= found and priced.prices:
        found.add("cost")
    return found - {"latency"} if "requests" in data.columns else found


# ---- what was covered ---------------------------------------------------------------------------

Slot = tuple[str, ...]


def required() -> set[Slot]:
    """Every kind of widget with every way to a second source and every feature; every metric."""
    ways = ("own", "foreign", "joined")
    found: set[Slot] = set(product(["kind"], KINDS, ways))
    found |= {("feature", kind, feature, "joined") for kind in KINDS for feature in FEATURES[kind]}
    found |= set(product(["level"], LEVELS, ways))
    return found | {("metric", name) for name in (*OWN, *JOINED)} | {("unfiltered",), ("late",), ("lagging",)}


def coverage(found: list[Case]) -> set[Slot]:
    """What the dashboards really ask, read off their keys."""
    return {slot for case in found for slot in _covered(case)}


def _covered(case: Case) -> Iterator[Slot]:
    board = Board(case.project, case.dashboard, [], CATALOGUE, None)
    firsts = [min((row["time"] for row in data.rows), default=0) for data in (case.dataset, *case.others)]
    newest = [max((row["time"] for row in data.rows), default=0) for data in (case.dataset, *case.others)]
    if len(board.sources()) > 1 and case.dashboard["as_of"] == "latest" and newest[0] != newest[1]:
        yield ("lagging",)
    level = next(
        (name for name, at in (("dashboard", case.dashboard), ("project", case.project)) if "source" in at), ""
    )
    for _, widget in identified(case.dashboard):
        own, read = board.own(widget), board.read(widget)
        way = "joined" if len(read) > 1 else "own" if own in read else "foreign"
        if "records" in widget:
            continue
        yield "kind", widget["type"], way
        yield "level", "widget" if "source" in widget else level, way
        yield from (("feature", widget["type"], name, way) for name in _features(widget))
        yield from (("metric", name) for name in widget.get("metrics", [widget.get("metric")]))
        if way == "joined" and abs(firsts[0] - firsts[1]) > 86_400_000_000:
            yield ("late",)
        if any(
            set(data.columns) & {f["dimension"]} == set()
            for f in case.dashboard.get("filters", [])
            for data in case.others
        ):
            yield ("unfiltered",)


def _features(widget: dict[str, Any]) -> list[str]:
    keys = {"compare": "compare", "spark": "spark", "where": "where", "series": "series", "every": "every"}
    keys |= {"top": "top", "order": "order", "grid": "rows"}
    found = [name for name, key in keys.items() if key in widget]
    return [*found, *(["by-two"] if isinstance(widget.get("by"), list) else [])] or ["plain"]
