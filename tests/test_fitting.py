"""What `if_missing: hide` leaves of widgets over a log of times, models, tokens and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashgen import compiler
from dashgen.plan.ask import Asked
from dashgen.plan.views import Groups

PROJECT = "{version: 1, sources: {log: {type: files, path: log.csv}}}"
LOG = """\
time,model,input_tokens,output_tokens
2025-06-01T00:00:00Z,a,5,1
2025-06-01T01:00:00Z,b,1,9
2025-06-01T02:00:00Z,b,1,9
"""


def ask(root: Path, *widgets: dict[str, Any], if_missing: str = "hide") -> Asked:
    (root / "log.csv").write_text(LOG)
    (root / "dashgen.yaml").write_text(PROJECT)
    board = {"version": 1, "title": "Board", "if_missing": if_missing, "layout": [{"section": "S", "layout": widgets}]}
    (root / "board.yaml").write_text(json.dumps(board))
    with compiler.answered(compiler.validate(root / "board.yaml")) as (found, _):
        assert found is not None
        return found.dashboards[0]


def table(**keys: Any) -> dict[str, Any]:
    return {"type": "table", "id": "w", "by": "model", **keys}


def left_out(asked: Asked) -> list[tuple[str | None, str]]:
    return [(gap.column, ", ".join(gap.lacks)) for gap in asked.gaps]


def only(asked: Asked) -> Any:
    assert list(asked.questions) == ["w"]
    return asked.dashboard.widgets[0]


def test_a_metric_that_lacks_its_field_is_dropped(tmp_path: Path) -> None:
    asked = ask(tmp_path, table(metrics=["requests", "latency_p95", "tokens", "cost"]))
    assert only(asked).metrics == ("requests", "tokens")
    view = asked.questions["w"].view
    assert isinstance(view, Groups)
    assert view.metrics == ("requests", "tokens")
    assert left_out(asked) == [("latency_p95", "latency"), ("cost", "cost")]


@pytest.mark.parametrize("kind", [{"type": "line"}, {"type": "bar", "by": "model"}])
def test_of_lines_and_bars_too(kind: dict[str, Any], tmp_path: Path) -> None:
    asked = ask(tmp_path, {**kind, "id": "w", "metrics": ["latency_p50", "requests"]})
    assert only(asked).metrics == ("requests",)
    assert left_out(asked) == [("latency_p50", "latency")]


def test_a_field_of_records_is_dropped_but_times_alone_are_no_table(tmp_path: Path) -> None:
    records = {"type": "table", "id": "w", "records": ["time", "model", "latency"]}
    asked = ask(tmp_path, records)
    assert only(asked).records == ("time", "model")
    assert left_out(asked) == [("latency", "latency")]
    asked = ask(tmp_path, {**records, "records": ["time", "user", "latency"]})
    assert (dict(asked.questions), left_out(asked)) == ({}, [(None, "latency, user")])


@pytest.mark.parametrize(
    "widget",
    [
        table(by="user", metrics=["requests"]),
        table(by=["model", "user"], metrics=["requests", "tokens"]),
        table(metrics=["requests", "tokens"], where={"user": "x"}),
        table(metrics=["latency_p95", "cost"]),
        {"type": "line", "id": "w", "metric": "requests", "series": "user"},
        {"type": "card", "id": "w", "metric": "cost"},
        {"type": "histogram", "id": "w", "of": "latency", "by": "model"},
    ],
    ids=lambda widget: json.dumps({key: widget[key] for key in list(widget)[2:]}),
)
def test_without_its_dimension_its_condition_or_every_metric_the_widget_goes(
    widget: dict[str, Any], tmp_path: Path
) -> None:
    asked = ask(tmp_path, widget, {"type": "card", "id": "other", "metric": "requests"})
    assert list(asked.questions) == ["other"]
    assert [(gap.widget.id, gap.column) for gap in asked.gaps] == [("w", None)]


@pytest.mark.parametrize("metrics", [["requests", "cost"], ["requests", "tokens"]])
def test_an_order_by_what_is_not_there_is_the_usual_one(metrics: list[str], tmp_path: Path) -> None:
    asked = ask(tmp_path, table(metrics=metrics, order="-cost", top=1))
    assert (only(asked).order, only(asked).top) == (None, 1)
    assert left_out(asked) == [("cost", "cost")]


def test_an_order_by_what_is_there_stays(tmp_path: Path) -> None:
    asked = ask(tmp_path, table(metrics=["latency_p95", "requests"], order="-tokens"))
    assert only(asked).order.name == "tokens"


@pytest.mark.parametrize(("metrics", "stays"), [(["tokens", "errors"], True), (["errors", "tokens"], False)])
def test_thresholds_go_with_their_metric(metrics: list[str], stays: bool, tmp_path: Path) -> None:
    asked = ask(tmp_path, {"type": "line", "id": "w", "metrics": metrics, "thresholds": {"warning": 10}})
    assert (only(asked).thresholds is not None) == stays


def test_what_may_not_hide_is_an_error(tmp_path: Path) -> None:
    asked = ask(tmp_path, table(metrics=["requests", "cost"]), if_missing="error")
    assert dict(asked.questions) == {}
    with compiler.answered(compiler.validate(tmp_path / "board.yaml")) as (_, diagnostics):
        assert [(d.code, d.severity) for d in diagnostics] == [("missing-field", "error")]


def test_the_page_and_explain_name_the_column(tmp_path: Path) -> None:
    from dashgen.explain import explanation
    from dashgen.shipments import shipments

    ask(tmp_path, table(title="By model", metrics=["requests", "cost"]))
    with compiler.answered(compiler.validate(tmp_path / "board.yaml")) as (found, _):
        assert found is not None
        assert "  w: cost left out, log has no cost" in explanation(found, shipments(found)).splitlines()
    compiler.build(tmp_path / "board.yaml", tmp_path / "dist")
    page = (tmp_path / "dist/board/index.html").read_text(encoding="utf-8")
    assert "<li>Cost in By model: log has no cost</li>" in page
    assert '<th scope="col" class="num">Requests</th></tr>' in page
