"""Traces and logs that real software wrote, mapped by `fields:` alone: every number against the oracle, and what a
trace lacks is left out and named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashgen import compiler, resources
from tests.oracle.compare import compare
from tests.oracle.events import Override, read
from tests.oracle.expect import expect, walk

SHIPPED = ("overview", "models", "projects")
LAYOUTS: dict[str, Any] = yaml.safe_load(
    """
    development:
      time_range: 7d
      layout:
        - {type: line, metric: requests}
        - {type: card, metric: errors}
        - {type: card, metric: latency_p99}
        - {type: bar, metric: tokens, by: model, title: Tokens by model}
    production:
      time_range: 30d
      compare: previous
      layout:
        - {type: card, metric: request_rate}
        - {type: card, metric: error_rate}
        - {type: card, metric: latency_p95}
        - {type: card, metric: latency_p99}
        - {type: line, metric: cost, title: Cost trend}
        - {type: pie, metric: tokens, by: model, title: Tokens by model}
        - type: table
          title: Recent errors
          records: [time, model, status_code, latency]
          where: {failed: true}
          newest: 50
    cost:
      time_range: 30d
      layout:
        - {type: line, metric: cost, every: day, title: Daily cost}
        - {type: pie, metric: cost, by: model, title: Cost by model}
        - {type: card, metric: tokens_per_dollar}
        - {type: bar, metric: cost, by: user, top: 12, title: Cost by user}
        - {type: table, by: model, metrics: [cost, requests, tokens], order: -cost, title: Top models}
    """
)
DASHBOARDS = (*SHIPPED, *LAYOUTS)

NEEDS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("requests", "request_rate"), frozenset()),
    **dict.fromkeys(("cost", "cost_daily_average"), frozenset({"cost"})),
    **dict.fromkeys(("errors", "error_rate", "failed"), frozenset({"status_code"})),
    **dict.fromkeys(("latency_avg", "latency_p50", "latency_p95", "latency_p99"), frozenset({"latency"})),
    "tokens": frozenset({"input_tokens", "output_tokens"}),
    "tokens_per_dollar": frozenset({"input_tokens", "output_tokens", "cost"}),
    "unpriced_tokens": frozenset({"input_tokens", "output_tokens", "cost"}),
    "active_users": frozenset({"user"}),
    "active_api_keys": frozenset({"api_key"}),
}
"""What a metric is made of, without a price table; any other name is a field itself."""


@dataclass(frozen=True)
class Trace:
    """A source as its user would write it; `overrides` say by hand what its expressions give."""

    path: str | list[str]
    source: Mapping[str, Any]
    requests: int
    """How many there are, by the data's own description."""
    overrides: Mapping[str, Override] = field(default_factory=dict)
    timezone: str = "UTC"

    def project(self, folder: Path) -> dict[str, Any]:
        """One source and a time zone, and nothing else."""
        path: Any = (
            [str(folder / name) for name in self.path] if isinstance(self.path, list) else str(folder / self.path)
        )
        source = {"type": "files", "path": path, **self.source}
        return {"version": 1, "timezone": self.timezone, "sources": {"trace": source}}

    @property
    def fields(self) -> set[str]:
        return set(self.source["fields"])


TRACES = {
    "azure": Trace(
        ["azure_llm_2023_code.csv", "azure_llm_2023_c*v.csv"],
        {"fields": {"time": "TIMESTAMP", "input_tokens": "ContextTokens", "output_tokens": "GeneratedTokens"}},
        8_819 + 19_366,
    ),
    "mooncake": Trace(
        "mooncake_conversation_1h.csv",
        {
            # Its hour begins half an hour before the clocks of Rome go forward.
            "origin": "2025-03-30T01:30:00+01:00",
            "units": {"time": "ms"},
            "fields": {"time": "timestamp_ms", "input_tokens": "input_length", "output_tokens": "output_length"},
        },
        12_031,
        timezone="Europe/Rome",
    ),
    "servegen": Trace(
        "servegen_client_requests_10min.parquet",
        {
            "origin": "2025-03-01T00:00:00Z",
            "fields": {"time": "offset_s", "requests": "requests", "model": "model", "user": "client"},
        },
        3_824_907_861,
    ),
    "litellm": Trace(
        "litellm_1.106.2_spendlogs_success.jsonl.gz",
        {
            "fields": {
                "time": "startTime",
                "model": "model_group",
                "project": "nullif(team_id, '')",
                "api_key": "api_key",
                "user": "end_user",
                "status_code": "case when status = 'failure' then 500 else 200 end",
                "retries": "cast(metadata->>'attempted_retries' as integer)",
                "input_tokens": "prompt_tokens",
                "output_tokens": "completion_tokens",
                "cost": "spend",
                "latency": "request_duration_ms",
            }
        },
        1_527 + 67,
        {
            "project": lambda row: row["team_id"] or None,
            "status_code": lambda row: 500 if row["status"] == "failure" else 200,
            "retries": lambda row: json.loads(row["metadata"])["attempted_retries"],
        },
    ),
    "nginx": Trace(
        "nginx_access_llm_retries.jsonl",
        {
            "units": {"latency": "s"},
            "fields": {
                "time": "ts",
                "api_key": "key",
                "user": "user",
                "status_code": "status",
                "retries": "length(upstream_status) - length(replace(upstream_status, ',', ''))",
                "latency": "request_time",
            },
        },
        600 + 320,
        {"retries": lambda row: row["upstream_status"].count(",")},
    ),
}


def dashboard(name: str) -> dict[str, Any]:
    if name in SHIPPED:
        loaded: dict[str, Any] = yaml.safe_load(resources.dashboard(name).read_text(encoding="utf-8"))
        return loaded
    return {"version": 1, "title": name, "if_missing": "hide", **LAYOUTS[name]}


def lacking(widget: Mapping[str, Any], trace: Trace) -> set[str]:
    """The fields that a widget needs and the trace does not have."""
    names = [widget[key] for key in ("metric", "by", "series", "of") if key in widget]
    names += [*widget.get("metrics", ()), *widget.get("records", ()), *widget.get("where", ())]
    names += [widget["order"].lstrip("-")] if "order" in widget else []
    return _missing(names, trace)


def _missing(names: list[str], trace: Trace) -> set[str]:
    return {need for name in names for need in NEEDS.get(name, {name})} - trace.fields


@dataclass(frozen=True)
class Fitted:
    """What a widget is over a trace, None if nothing of it is left; and what is said of what is missing, in order."""

    widget: dict[str, Any] | None
    told: list[tuple[str, set[str]]]
    """The end of each name, and the fields."""


def fit(widget: dict[str, Any], trace: Trace) -> Fitted:
    """Columns that lack their fields go, and the order by one of them; the widget where no column would be left."""
    lacks, title = lacking(widget, trace), widget.get("title", "")
    if not lacks:
        return Fitted(widget, [])
    key = "records" if "records" in widget else "metrics"
    kept = [name for name in widget.get(key, ()) if not _missing([name], trace)]
    rest = {name: value for name, value in widget.items() if name != "order"} | {key: kept}
    if not set(kept) - {"time"} or lacking(rest, trace):
        return Fitted(None, [(title, lacks)])
    order = widget.get("order", "").lstrip("-")
    if "order" in widget and not _missing([order], trace):
        rest["order"] = widget["order"]
    gone = [name for name in dict.fromkeys([*widget[key], *([order] if order else [])]) if _missing([name], trace)]
    return Fitted(rest, [(f" in {title}" if title else "", _missing([name], trace)) for name in gone])


@dataclass(frozen=True)
class Built:
    trace: Trace
    project: Mapping[str, Any]
    root: Path

    def data(self, name: str) -> Any:
        return json.loads((self.root / "dist" / name / "data.json").read_text(encoding="utf-8"))

    def page(self, name: str) -> str:
        return (self.root / "dist" / name / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=TRACES)
def built(request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """All six dashboards over one trace, compiled into a folder."""
    trace, root = TRACES[request.param], tmp_path_factory.mktemp(request.param)
    project = trace.project(shared_data)
    (root / "dashgen.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
    (root / "dashboards").mkdir()
    for name in LAYOUTS:
        (root / "dashboards" / f"{name}.yaml").write_text(yaml.safe_dump(dashboard(name)), encoding="utf-8")
    done = compiler.build([str(root / "dashboards"), *(f"@{name}" for name in SHIPPED)], root / "dist")
    assert done.is_fine, [d.message for d in done.diagnostics]
    assert done.dashboards == len(DASHBOARDS)
    return Built(trace, project, root)


@pytest.fixture(scope="module")
def events(built: Built) -> Any:
    return read(built.root, dict(built.project), overrides=built.trace.overrides)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_number_is_the_oracles(built: Built, events: Any, name: str) -> None:
    data, board = built.data(name), dashboard(name)
    kept = [rest for widget in walk(board["layout"]) if (rest := fit(widget, built.trace).widget)]
    board["layout"] = [{**widget, "id": id} for id, widget in zip(data["widgets"], kept, strict=True)]
    assert compare(data, expect(dict(built.project), board, events)) == []


@pytest.mark.parametrize("name", DASHBOARDS)
def test_what_the_trace_lacks_is_left_out_and_named(built: Built, name: str) -> None:
    wanted = [one for widget in walk(dashboard(name)["layout"]) for one in fit(widget, built.trace).told]
    told = re.findall(r"<li>([^<]+): trace has no ([^<]+)</li>", unescape(built.page(name)))
    assert [set(fields.split(", ")) for _, fields in told] == [fields for _, fields in wanted]
    assert all(name.endswith(end) for (name, _), (end, _) in zip(told, wanted, strict=True))


def test_the_trace_is_complete(built: Built) -> None:
    (row,) = built.data("overview")["widgets"]["card-requests"]["rows"]
    assert row["requests"] == built.trace.requests


def test_each_trace_answers_something_and_only_one_answers_all() -> None:
    asked = {
        name: [lacking(w, trace) for d in DASHBOARDS for w in walk(dashboard(d)["layout"])]
        for name, trace in TRACES.items()
    }
    assert all(set() in missing for missing in asked.values())
    assert [name for name, missing in asked.items() if not any(missing)] == ["litellm"]
