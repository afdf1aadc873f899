"""Metrics of several sources in one project: what is opened, what is told, and what cannot be answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashgen import MetricUnavailable, compiler, get_dashboard_metrics
from dashgen.diagnostics import Diagnostic
from dashgen.explain import explanation

PROJECT = """\
version: 1
source: gateway
sources:
  gateway: {type: files, path: calls.csv, description: Calls of the gateway.}
  gpu: {type: files, path: gpu.csv, on_error: show, description: Hours of rented machines.}
fields: {hours: {unit: hours, resolution: 1}}
metrics:
  gpu_cost: {sum: cost, source: gpu, format: currency}
  gpu_hours: {sum: hours, source: gpu}
  cost_per_call: {expr: gpu.cost / requests, format: currency}
  five: {expr: "5"}
  calls_of_v: {expr: requests - errors, where: {user: v}}
  all_of_a: {expr: gateway.requests * 10 + gpu.requests, where: {model: a}}
"""
CALLS = """\
time,model,user,status_code
2026-03-01T00:00:00Z,a,u,200
2026-03-02T06:00:00Z,a,v,200
2026-03-02T12:00:00Z,b,u,500
"""
GPU = """\
time,model,cost,hours
2026-03-01T12:00:00Z,a,3,2
2026-03-02T10:00:00Z,b,1,1
"""
BOARD = "version: 1\ntime_range: 2d\nlayout: [{}]\n"

Built = Callable[..., tuple[dict[str, Any], str, list[Diagnostic]]]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Built:
    """Builds a dashboard of these widgets; its `data.json`, its page and everything that was said."""
    monkeypatch.chdir(tmp_path)
    Path("calls.csv").write_text(CALLS)
    Path("gpu.csv").write_text(GPU)
    Path("dashgen.yaml").write_text(PROJECT)

    def run(*widgets: str, head: str = "") -> tuple[dict[str, Any], str, list[Diagnostic]]:
        Path("board.yaml").write_text(BOARD.format(", ".join(f"{{{widget}}}" for widget in widgets)) + head)
        built = compiler.build(["board.yaml"], "dist")
        if not built.is_fine:
            return {}, "", list(built.diagnostics)
        page = Path("dist/board/index.html").read_text()
        return json.loads(Path("dist/board/data.json").read_text()), page, list(built.diagnostics)

    return run


def rows(data: dict[str, Any], widget: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data["widgets"][widget]["rows"]
    return found


def test_numbers_end_where_the_laggard_ends_and_the_page_names_it(build: Built) -> None:
    data, page, _ = build("type: card, metric: requests, id: calls", "type: card, metric: gpu_hours, id: gpu")
    assert data["as_of"] == "2026-03-02T10:00:00.000001+00:00"
    assert (rows(data, "calls"), rows(data, "gpu")) == ([{"requests": 2}], [{"gpu_hours": 3}])
    assert "Numbers end where gpu, the source that lags furthest behind, ends." in page
    assert "Calls of the gateway." in page
    assert "Hours of rented machines." in page


def test_what_no_widget_reads_is_not_opened(build: Built) -> None:
    Path("calls.csv").unlink()
    data, page, said = build("type: card, metric: gpu_hours, id: gpu")
    assert rows(data, "gpu") == [{"gpu_hours": 3}]
    assert "Calls of the gateway." not in page
    assert [d.code for d in said if d.severity == "error"] == []


def test_a_pinned_range_is_held_against_the_sources_that_are_read(build: Built) -> None:
    said = build("type: card, metric: gpu_hours, time_range: {from: 2026-01-01, to: 2026-03-02}")[2]
    [told] = [d for d in said if "2026-01-01" in d.message]
    assert (told.code, "2026-03-01" in told.message) == ("short-data", True)


def test_groups_are_joined_by_their_values(build: Built) -> None:
    data, _, _ = build("type: table, by: model, metrics: [requests, gpu_hours, cost_per_call], id: t")
    assert rows(data, "t") == [
        {"model": "a", "requests": 2, "gpu_hours": 2, "cost_per_call": 1.5},
        {"model": "b", "requests": 0, "gpu_hours": 1, "cost_per_call": None},
    ]


def test_a_number_that_reads_nothing_stands_beside_any(build: Built) -> None:
    data, _, _ = build("type: card, metric: five, id: f", "type: table, by: model, metrics: [gpu_hours, five], id: t")
    assert rows(data, "f") == [{"five": 5}]
    assert [row["five"] for row in rows(data, "t")] == [5, 5]


def test_the_condition_of_an_expression_holds_for_all_that_it_reads(build: Built) -> None:
    data, _, _ = build("type: card, metric: calls_of_v, id: own", "type: card, metric: all_of_a, id: all")
    assert rows(data, "own") == [{"calls_of_v": 1}]
    assert rows(data, "all") == [{"all_of_a": 21}]


@pytest.mark.parametrize(
    ("widget", "pointed", "message"),
    [
        ("type: bar, metric: gpu_hours, by: user", "user", "`gpu`, which `gpu_hours` reads, has no `user`"),
        ("type: card, metric: gpu_hours, where: {user: u}", "user", "`gpu`, which `gpu_hours` reads, has no `user`"),
        ("type: table, by: user, metrics: [requests, cost_per_call]", "user", "`gpu`, which `cost_per_call` reads"),
        (
            "type: table, by: model, metrics: [requests, errors, cost], source: gpu",
            "errors",
            "`gpu` has no `status_code`",
        ),
        ("type: table, by: model, metrics: [gpu_hours, cost]", "cost", "`gateway` has no `cost`"),
    ],
)
def test_a_gap_names_its_source(build: Built, widget: str, pointed: str, message: str) -> None:
    [said] = [d for d in build(widget)[2] if d.severity == "error"]
    assert said.code == "missing-field"
    assert message in said.message
    assert said.at is not None
    line = Path("board.yaml").read_text().splitlines()[said.at.span.line - 1]
    assert line[said.at.span.column - 1 :].startswith(pointed)


def test_a_fixed_condition_holds_for_every_source(build: Built) -> None:
    widget = "type: table, by: model, metrics: [requests, gpu_hours], id: t"
    data, _, _ = build(widget, head="where: {model: a}\n")
    assert rows(data, "t") == [{"model": "a", "requests": 2, "gpu_hours": 2}]
    [said] = [d for d in build(widget, head="where: {user: u}\n")[2] if d.severity == "error"]
    assert "`gpu`, which `gpu_hours` reads, has no `user`" in said.message


def test_what_is_left_out_says_of_which_source(build: Built) -> None:
    bar = "type: bar, metric: gpu_hours, by: user, title: Hours by user, if_missing: hide"
    data, page, _ = build(bar, "type: card, metric: requests, id: calls")
    assert set(data["widgets"]) == {"calls"}
    assert "Hours by user: gpu has no user" in page


def test_a_filter_leaves_a_source_without_its_dimension_unfiltered_and_says_so(build: Built) -> None:
    head = "filters: [{dimension: user, default: u}]\n"
    both = "type: card, metric: cost_per_call, id: both"
    data, page, _ = build(
        both, "type: card, metric: gpu_hours, id: gpu", "type: card, metric: requests, id: c", head=head
    )
    assert [rows(data, name) for name in ("both", "gpu", "c")] == [
        [{"cost_per_call": 4.0}],
        [{"gpu_hours": 3}],
        [{"requests": 1}],
    ]
    assert "gpu is not filtered by user." in page
    assert page.count("Not filtered by user.") == 1
    locked = head.replace("default: u", "default: u, locked: true")
    assert {d.code for d in build(both, head=locked)[2]} >= {"missing-field"}


def test_a_failing_source_breaks_only_the_widgets_that_read_it(build: Built) -> None:
    Path("gpu.csv").unlink()
    data, page, said = build(
        "type: card, metric: requests, id: calls",
        "type: card, metric: cost_per_call, id: both",
        "type: table, by: model, metrics: [gpu_hours], id: gpu",
    )
    assert rows(data, "calls") == [{"requests": 3}]
    assert {name for name, widget in data["widgets"].items() if "failure" in widget} == {"both", "gpu"}
    assert "could not be read" in page
    assert [(d.code, d.severity) for d in said if d.code == "missing-file"] == [("missing-file", "warning")]


def test_explain_shows_the_cubes_of_each_source(build: Built) -> None:
    build("type: card, metric: cost_per_call, id: both")
    with compiler.answered(compiler.validate("board.yaml")) as (found, _):
        assert found is not None
        text = explanation(found, {})
    assert "both: total, " in text
    assert "from cube 1, 2" in text
    assert "cube 1 of gateway: time" in text
    assert "cube 2 of gpu: time" in text


# ---- numbers for programs -------------------------------------------------------------------------


def test_programs_get_the_metrics_of_every_source(build: Built) -> None:
    build("type: card, metric: requests")
    found = get_dashboard_metrics("board.yaml", "2d")
    assert (found["requests"], found["gpu_hours"], found["cost_per_call"]) == (3, 3, 4 / 3)
    with pytest.raises(MetricUnavailable, match="gateway has no cost"):
        found["cost"]
    by_user = get_dashboard_metrics("board.yaml", "2d", {"user": "u"})
    assert by_user["requests"] == 2
    with pytest.raises(MetricUnavailable, match="gpu has no user"):
        by_user["gpu_hours"]


def test_a_broken_source_that_the_dashboard_does_not_read_takes_only_its_metrics(build: Built) -> None:
    build("type: card, metric: requests")
    Path("gpu.csv").unlink()
    found = get_dashboard_metrics("board.yaml", "2d")
    assert found["requests"] == 3
    with pytest.raises(MetricUnavailable, match="gpu cannot be read"):
        found["cost_per_call"]
