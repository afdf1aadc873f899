"""Seeded dashboards over the data sets: every kind of widget, metric, range and key in every legal pairing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from tests.oracle import calendar
from tests.oracle.calendar import Setting, Shift
from tests.oracle.datasets import Dataset, datasets
from tests.oracle.expect import identified
from tests.oracle.hiding import Hiding, available
from tests.oracle.metrics import CATALOGUE
from tests.oracle.ranges import RANGES, as_ofs, every_of, range_class
from tests.oracle.wheres import FILTERS, FORMS, filter_of, where_of
from tests.oracle.zones import changes

Slot = tuple[str, str, str, str]
"""Kind, metric (or what stands in its place), class of range, feature."""

ADDITIVE = [
    "requests",
    "request_rate",
    "throughput",
    "input_tokens",
    "output_tokens",
    "tokens",
    "cost",
    "cost_daily_average",
    "errors",
    "final_errors",
    "unpriced_tokens",
]
FEATURES = {
    "card": ["plain", "where", "compare", "spark"],
    "line": ["plain", "where", "compare", "every", "series", "top", "no-other"],
    "bar": ["plain", "where", "top", "no-other", "order", "series"],
    "pie": ["plain", "where", "top", "no-other", "order"],
    "heatmap": ["plain", "where", "grid"],
    "table": ["plain", "where", "top", "no-other", "order", "compare", "by-two", "spark"],
    "histogram": ["plain", "where", "by", "top"],
    "records": ["plain", "where"],
}
HIDDEN = ("metric", "first-metric", "records", "order", "widget")
"""What may be missing where `if_missing: hide` leaves it out."""
ORDERED = ("line", "bar", "pie", "table")
"""Kinds that can be ordered by a metric that they do not show."""
CLASSES = ("relative", "calendar", "absolute")
WIDGETS = 8

NEEDS = {
    **dict.fromkeys(("requests", "request_rate", "throughput"), ()),
    **dict.fromkeys(("input_tokens", "output_tokens", "tokens"), ("tokens",)),
    **dict.fromkeys(("cost", "cost_daily_average", "tokens_per_dollar", "unpriced_tokens"), ("tokens", "cost")),
    **dict.fromkeys(("errors", "error_rate"), ("errors",)),
    **dict.fromkeys(("final_errors", "final_error_rate"), ("status_code",)),
    **dict.fromkeys(("latency_avg", "latency_p50", "latency_p95", "latency_p99"), ("latency",)),
    "active_users": ("user",),
    "active_api_keys": ("api_key",),
}
PROJECT_METRICS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "cost_per_request": ({"expr": "cost / requests"}, ("tokens", "cost")),
    "cost_per_million": ({"expr": "cost * 1000000 / (input_tokens + output_tokens)"}, ("tokens", "cost")),
    "spend_rate": ({"sum": "cost", "per": "hour"}, ("cost", "tokens")),
    "dearest": ({"max": "cost"}, ("cost", "tokens")),
    "success_percent": ({"expr": "(requests - errors) * 100 / requests"}, ("errors",)),
    "throttled": ({"count": True, "where": {"status_code": 429}}, ("status_code",)),
    "slow": ({"count": True, "where": {"latency": {"gt": "1s"}}}, ("latency",)),
    "tail_ratio": ({"expr": "latency_p99 / latency_p50"}, ("latency",)),
    "latency_p90": ({"quantile": "latency", "q": 0.9}, ("latency",)),
    "latency_max": ({"max": "latency"}, ("latency",)),
    "latency_min": ({"min": "latency", "where": {"failed": False}}, ("latency", "status_code")),
    "latency_mean": ({"average": "latency"}, ("latency",)),
    "latency_total": ({"sum": "latency"}, ("latency",)),
    "output_per_hour": ({"sum": "output_tokens", "per": "hour"}, ("tokens",)),
    "models_used": ({"distinct": "model"}, ("model",)),
    "tokens_each": ({"expr": "tokens / requests", "where": {"failed": False}}, ("tokens", "status_code")),
    "hourly": ({"expr": "request_rate * 60 - 1"}, ()),
    "ttft_p95": ({"quantile": "ttft", "q": 0.95}, ("ttft",)),
    "ttft_mean": ({"average": "ttft"}, ("ttft",)),
}
PROJECT_ADDITIVE = ["spend_rate", "throttled", "slow", "latency_total", "output_per_hour"]


@dataclass(frozen=True)
class Case:
    name: str
    dataset: Dataset
    project: dict[str, Any]
    dashboard: dict[str, Any]
    others: tuple[Dataset, ...] = ()
    """Of further sources."""

    @property
    def prices(self) -> list[dict[str, Any]]:
        return list(self.project.get("prices", []))

    @property
    def fields(self) -> frozenset[str]:
        return available(self.dataset.columns, prices=bool(self.prices))

    @property
    def accuracy(self) -> float:
        return float(self.dashboard.get("accuracy", 0.01))

    def write(self, root: Path) -> Path:
        """The project with its data under `root`; the dashboard's path. JSON is YAML."""
        for data in (self.dataset, *self.others):
            data.write(root)
        (root / "dashgen.yaml").write_text(_yaml(self.project), encoding="utf-8")
        path = root / "dashboards" / f"{self.dashboard['id']}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(_yaml(self.dashboard), encoding="utf-8")
        return path


def _yaml(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def cases(count: int = 300, seed: int = 1) -> list[Case]:
    """`count` dashboards, the same for the same seed; 300 of them cover `required()`."""
    random = Random(seed)
    sets = datasets(seed)
    deck = sorted(required())
    random.shuffle(deck)
    return [
        _Author(Random(f"{seed}-{number}"), sets[number % len(sets)], deck, number).case() for number in range(count)
    ]


def required() -> set[Slot]:
    """Every pairing that the whole set must contain."""
    found = {slot for kind in FEATURES for slot in product([kind], _subjects(kind), CLASSES, FEATURES[kind])}
    single = {"where": FORMS, "filter": FILTERS, "hide": HIDDEN, "order": ORDERED}
    return found | {(about, form, "any", "any") for about, forms in single.items() for form in forms}


def _subjects(kind: str) -> list[str]:
    own = {"pie": ADDITIVE, "histogram": ["latency"], "records": ["records"]}
    return own.get(kind, list(CATALOGUE))


# ---- writing a dashboard ------------------------------------------------------------------------


class _Author:
    def __init__(self, random: Random, data: Dataset, deck: list[Slot], number: int) -> None:
        self.random, self.data, self.number = random, data, number
        self.deck = deck if len(data.rows) >= 50 else []
        self.has = abilities(data)
        self.dimensions: list[str] = [
            name for name in ("model", "project", "api_key", "user", "region") if name in data.columns
        ]
        if "status_code" in data.columns:
            self.dimensions += ["status_code", "status_class", "failed"]
        self.many = [name for name in self.dimensions if name not in ("failed", "status_class", "region")]
        self.own = {name: given for name, (given, needs) in PROJECT_METRICS.items() if set(needs) <= self.has}
        self.zone = data.zone if random.random() < 0.85 else random.choice(["UTC", "Asia/Kolkata", "America/New_York"])
        self.as_of = random.choice(as_ofs(data.center, self.zone))
        self.form = number

    def case(self) -> Case:
        project, dashboard = self._project(), self._dashboard()
        if self.random.random() < 0.5:
            dashboard["timezone"] = self.zone
        else:
            project["timezone"] = self.zone
        return Case(f"{self.number:03}-{self.data.name}", self.data, project, dashboard)

    def _project(self) -> dict[str, Any]:
        project: dict[str, Any] = {"version": 1, "sources": {"gateway": self.data.source}}
        if self.data.prices:
            project["prices"] = self.data.prices
        if "region" in self.data.columns:
            project["dimensions"] = {"region": {"title": "Region"}}
        if "ttft" in self.data.columns:
            project["fields"] = {"ttft": {"title": "Time to first token", "unit": "ms"}}
        if self.own:
            project["metrics"] = self.own
        if self.random.random() < 0.4:
            project["week_start"] = self.random.choice(["sunday", "saturday", "monday"])
        return project

    def _dashboard(self) -> dict[str, Any]:
        self.class_ = self.random.choice(CLASSES)
        self.spec = self._range(self.class_)
        dashboard: dict[str, Any] = {"version": 1, "id": f"board-{self.number}", "time_range": self.spec}
        if self.as_of != "latest" or self.random.random() < 0.3:
            dashboard["as_of"] = self.as_of
        if self.random.random() < 0.15:
            dashboard["where"] = self._where()
        if self.random.random() < 0.4:
            dashboard["filters"] = self._filters()
        if self.random.random() < 0.2:
            dashboard["if_missing"] = "hide"
        if self.random.random() < 0.1:
            dashboard["compare"] = "previous"
        if self.random.random() < 0.1:
            dashboard["accuracy"] = self.random.choice([0.02, 0.005])
        layout = [self._widget(self._slot(), f"w{at}") for at in range(WIDGETS)]
        layout.append(self._widget(self._own_slot(), f"w{WIDGETS}"))
        if lacking := [name for name in CATALOGUE if not set(NEEDS[name]) <= self.has]:
            layout.append({"id": "hidden", "if_missing": "hide", **self._hiding(lacking)})
        dashboard["layout"] = [*layout[:3], {"section": "More", "layout": layout[3:]}]
        return dashboard

    def _filters(self) -> list[Any]:
        found: list[Any] = self.random.sample(["time_range", *self.dimensions[:4]], 2)
        if self.random.random() < 0.4:
            free = [name for name in self.dimensions if name not in found]
            found.append(filter_of(self.random, self.number, free, self.data.rows))
        return found

    def _hiding(self, lacking: list[str]) -> dict[str, Any]:
        """A widget that asks for something that the source does not have."""
        lost, kept = self.random.choice(lacking), self._others("", 2)
        mixed = [kept[0], lost, kept[1]] if self.random.random() < 0.5 else [lost, *kept]
        by = self.random.choice(self.dimensions)
        made: list[dict[str, Any]] = [
            {"type": "table", "by": by, "metrics": mixed, "top": 5},
            {"type": "table", "by": by, "metrics": mixed, "spark": True},
            {"type": "bar", "by": by, "metrics": mixed[:2]},
            {"type": "line", "metrics": mixed[:2]},
            {"type": "table", "by": by, "metrics": kept, "order": f"-{lost}", "top": 4},
            {"type": "line", "metric": kept[0], "series": by, "order": lost, "top": 2},
            {"type": "table", "records": ["time", by, "latency", "status_code"], "newest": 9},
            {"type": "table", "records": ["time", "latency", "api_key"], "newest": 9},
            {"type": "table", "by": "status_code", "metrics": kept},
            {"type": "card", "metric": lost},
        ]
        return self.random.choice(made)

    # ---- slots ----------------------------------------------------------------------------------

    def _slot(self) -> Slot:
        for at in range(len(self.deck) - 1, -1, -1):
            if self._possible(self.deck[at]):
                return self.deck.pop(at)
        options = [slot for slot in sorted(required()) if self._possible(slot)]
        return self.random.choice(options)

    def _possible(self, slot: Slot) -> bool:
        kind, subject, _, feature = slot
        if kind not in FEATURES:
            return False
        if feature == "grid" and len(self.dimensions) < 2:
            return False
        if kind == "histogram":
            return "latency" in self.has
        return kind == "records" or set(NEEDS[subject]) <= self.has

    def _own_slot(self) -> Slot:
        """A metric of the project's own."""
        name = self.random.choice(list(self.own))
        kinds = ["card", "line", "bar", "table", "heatmap"] + (["pie"] if name in PROJECT_ADDITIVE else [])
        kind = self.random.choice(kinds)
        return kind, name, self.random.choice(CLASSES), self.random.choice(FEATURES[kind])

    # ---- widgets --------------------------------------------------------------------------------

    def _widget(self, slot: Slot, name: str) -> dict[str, Any]:
        kind, subject, class_, feature = slot
        widget = {
            "type": "table" if kind == "records" else kind,
            "id": name,
            **getattr(self, f"_{kind}")(subject, feature),
        }
        if class_ != self.class_ or self.random.random() < 0.1:
            widget["time_range"] = self._range(class_)
        if feature == "where" or (feature != "plain" and self.random.random() < 0.1):
            widget["where"] = self._where()
        if feature == "every" or (feature == "spark" and self.random.random() < 0.2):
            widget["every"] = every_of(self.random, widget.get("time_range", self.spec), self.at)
        return widget

    def _card(self, metric: str, feature: str) -> dict[str, Any]:
        keys: dict[str, dict[str, Any]] = {"compare": {"compare": "previous"}, "spark": {"spark": True}}
        return {"metric": metric, **keys.get(feature, {})}

    def _line(self, metric: str, feature: str) -> dict[str, Any]:
        widget: dict[str, Any] = {"metric": metric}
        if feature == "plain" and self.random.random() < 0.4:
            widget = {"metrics": [metric, *self._others(metric, 1)]}
        if feature in ("series", "top", "no-other"):
            widget["series"] = self.random.choice(self.dimensions if feature == "series" else self.many)
            widget |= self._fold(feature) | self._stack(metric)
            if self.random.random() < 0.25:
                widget["order"] = self._order(metric, widget["series"])
        if feature == "compare" or (feature in ("series", "top") and self.random.random() < 0.2):
            widget["compare"] = "previous"
        return widget

    def _bar(self, metric: str, feature: str) -> dict[str, Any]:
        widget: dict[str, Any] = {"metric": metric, **self._grouped(metric, feature)}
        if feature == "series":
            widget["series"] = self.random.choice([name for name in self.dimensions if name != widget["by"]])
            widget |= self._stack(metric)
            if self.random.random() < 0.5:
                widget["top"] = self.random.randint(1, 4)
        elif self.random.random() < 0.2:
            del widget["metric"]
            widget["metrics"] = [metric, *self._others(metric, 2)]
        if self.random.random() < 0.3:
            widget["horizontal"] = True
        return widget

    def _pie(self, metric: str, feature: str) -> dict[str, Any]:
        return {"metric": metric, **self._grouped(metric, feature)}

    def _table(self, metric: str, feature: str) -> dict[str, Any]:
        widget = self._grouped(metric, feature)
        if feature == "by-two":
            widget["by"] = self.random.sample(self.dimensions, 2)
            if self.random.random() < 0.5:
                widget["top"] = self.random.randint(1, 8)
        widget["metrics"] = [metric, *self._others(metric, self.random.randint(0, 3))]
        if feature in ("compare", "spark"):
            widget |= {"compare": "previous"} if feature == "compare" else {"spark": True}
            if self.random.random() < 0.5:
                widget["top"] = self.random.randint(1, 5)
        return widget

    def _heatmap(self, metric: str, feature: str) -> dict[str, Any]:
        if feature != "grid":
            return {"metric": metric}
        rows, columns = self.random.sample(self.dimensions, 2)
        return {"metric": metric, "rows": rows, "columns": columns}

    def _histogram(self, field: str, feature: str) -> dict[str, Any]:
        field = "ttft" if "ttft" in self.has and self.random.random() < 0.25 else field
        widget: dict[str, Any] = {"of": field}
        if feature in ("by", "top"):
            widget["by"] = self.random.choice(self.many if feature == "top" else self.dimensions)
        if feature == "top":
            widget |= self._fold("top")
        if self.random.random() < 0.4:
            widget["scale"] = self.random.choice(["log", "linear"])
        return widget

    def _records(self, subject: str, feature: str) -> dict[str, Any]:
        numbers: list[str] = [name for name in ("latency", "ttft", "retries") if name in self.data.columns]
        if {"cost", "tokens"} <= self.has:
            numbers.append("cost")
        options = self.dimensions + numbers
        fields = self.random.sample(options, min(len(options), self.random.randint(2, 6)))
        return {
            "records": ["time", *fields] if self.random.random() < 0.85 else fields,
            "newest": self.random.randint(1, 40),
        }

    # ---- parts ----------------------------------------------------------------------------------

    @property
    def at(self) -> Setting:
        newest = max((row["time"] for row in self.data.rows), default=None)
        return Setting(self.zone, calendar.as_of(self.as_of, newest, self.zone))

    def _range(self, class_: str) -> Any:
        return self.random.choice(RANGES[class_])(self.random, self.data.center, self.zone)

    def _grouped(self, metric: str, feature: str) -> dict[str, Any]:
        widget: dict[str, Any] = {
            "by": self.random.choice(self.many if feature in ("top", "no-other") else self.dimensions)
        }
        widget |= self._fold(feature)
        if feature == "order":
            widget["order"] = self._order(metric, widget["by"])
            if self.random.random() < 0.4:
                widget["top"] = self.random.randint(1, 6)
        return widget

    def _fold(self, feature: str) -> dict[str, Any]:
        if feature == "no-other":
            return {"top": self.random.randint(1, 6), "other": False}
        return {"top": self.random.randint(1, 6)} if feature == "top" else {}

    def _order(self, metric: str, by: str) -> str:
        name = self.random.choice([metric, by, *self._others(metric, 1)])
        return self.random.choice(["-", ""]) + name

    def _stack(self, metric: str) -> dict[str, Any]:
        if metric in ADDITIVE + PROJECT_ADDITIVE and self.random.random() < 0.6:
            return {"stacked": self.random.choice([True, "share"])}
        return {}

    def _others(self, metric: str, count: int) -> list[str]:
        options = [name for name in CATALOGUE if name != metric and set(NEEDS[name]) <= self.has]
        return self.random.sample(options + [name for name in self.own if name != metric], count)

    def _where(self) -> dict[str, Any]:
        self.form += 1
        return where_of(self.random, self.form, self.dimensions, self.has, self.data.rows)


def abilities(data: Dataset) -> set[str]:
    """What the columns allow."""
    found = set(data.columns)
    if {"input_tokens", "output_tokens"} <= found:
        found.add("tokens")
    if {"tokens", "model"} <= found and data.prices:
        found.add("cost")
    if {"status_code", "errors"} & found:
        found.add("errors")
    return found


# ---- what was covered ---------------------------------------------------------------------------


def coverage(found: list[Case]) -> set[Slot]:
    """What the dashboards really ask of data worth asking, read off their keys."""
    return {slot for case in found if len(case.dataset.rows) >= 50 for slot in _covered(case)}


def _covered(case: Case) -> Iterator[Slot]:
    for chosen in case.dashboard.get("filters", []):
        for form, recognised in FILTERS.items():
            if isinstance(chosen, dict) and recognised(chosen):
                yield "filter", form, "any", "any"
    hiding = Hiding(case.project, case.fields)
    for _, widget in identified(case.dashboard):
        kind = "records" if "records" in widget else widget["type"]
        class_ = range_class(widget.get("time_range", case.dashboard["time_range"]))
        subjects = widget.get("metrics") or [widget.get("metric") or ("latency" if kind == "histogram" else kind)]
        if widget.get("if_missing", case.dashboard.get("if_missing")) == "hide":
            yield from (("hide", form, "any", "any") for form in _hidden(widget, hiding.fitted(widget)))
        order = widget.get("order", "").lstrip("-")
        if order in {*CATALOGUE, *case.project.get("metrics", {})} - {*subjects}:
            yield "order", kind, "any", "any"
        yield from product([kind], subjects, [class_], _features(kind, widget))
        for form, recognised in FORMS.items():
            if recognised(widget.get("where", {})):
                yield "where", form, "any", "any"


def _hidden(widget: dict[str, Any], fitted: dict[str, Any] | None) -> Iterator[str]:
    """What was left out of it."""
    if fitted is None:
        yield "widget"
        return
    if fitted.get("metrics") != widget.get("metrics"):
        yield "metric" if fitted["metrics"][0] == widget["metrics"][0] else "first-metric"
    if fitted.get("records") != widget.get("records"):
        yield "records"
    if fitted.get("order") != widget.get("order"):
        yield "order"


def _features(kind: str, widget: dict[str, Any]) -> list[str]:
    tests: dict[str, Callable[[], bool]] = {
        "where": lambda: "where" in widget,
        "compare": lambda: widget.get("compare") == "previous",
        "spark": lambda: bool(widget.get("spark")),
        "every": lambda: "every" in widget,
        "series": lambda: "series" in widget,
        "top": lambda: "top" in widget and widget.get("other", True),
        "no-other": lambda: "top" in widget and not widget.get("other", True),
        "order": lambda: "order" in widget,
        "grid": lambda: "rows" in widget,
        "by-two": lambda: isinstance(widget.get("by"), list),
        "by": lambda: "by" in widget,
    }
    found = [name for name, test in tests.items() if test()]
    shown = [name for name in found if name in FEATURES[kind]]
    return shown or ["plain"]


def crossing(found: list[Case]) -> list[Case]:
    """Those with a widget whose range, or the period before it, holds a clock change of the dashboard's zone."""
    return [case for case in found if any(_crosses(case, widget) for _, widget in identified(case.dashboard))]


def _crosses(case: Case, widget: dict[str, Any]) -> bool:
    zone = case.dashboard.get("timezone", case.project.get("timezone", "UTC"))
    newest = max((row["time"] for row in case.dataset.rows), default=None)
    as_of = calendar.as_of(case.dashboard.get("as_of", "latest"), newest, zone)
    at = Setting(zone, as_of, case.project.get("week_start", "monday"))
    spec = widget.get("time_range", case.dashboard["time_range"])
    shown = calendar.resolve(spec, at)
    begin = Shift(spec, shown, at)(shown.start) if widget.get("compare") else shown.start
    return not shown.empty and changes(begin, shown.end, zone)
