"""The schema that `dashgen schema` writes, in a real YAML language server: what an editor's user sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dashgen import documents, parse, project
from dashgen.editor import project_schema
from tests.editor.server import Server

pytestmark = [pytest.mark.npm, pytest.mark.usefixtures("language_server")]

PROJECT = """
version: 1
sources:
  gateway: {type: files, path: data.csv, fields: {region: region, ttft: ttft}}
  batch: {type: files, path: batch.csv}
fields:
  ttft: {title: Time to first token, unit: ms}
dimensions:
  region: {title: Region}
metrics:
  cost_per_request: {title: Cost per request, description: What one costs., expr: cost / requests}
"""
DASHBOARD = "version: 1\ntitle: A\nlayout:\n"
KINDS = ["card", "line", "bar", "pie", "heatmap", "histogram", "table", "text"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    read = parse.parse_project(documents.read(PROJECT, "dashgen.yaml"))
    whole = replace(read, metrics=project.builtin_metrics() | dict(read.metrics))
    file: Path = tmp_path_factory.mktemp("editor") / "schema.json"
    file.write_text(json.dumps(project_schema(whole)), "utf-8")
    with Server(file) as running:
        yield running


def test_widget_types_are_offered(server: Server) -> None:
    assert server.completions(DASHBOARD + "  - type: |") == KINDS
    assert server.completions(DASHBOARD + "  - section: S\n    layout:\n      - type: |") == KINDS


def test_metrics_are_offered_the_projects_own_among_them(server: Server) -> None:
    for widget in ("card\n    metric: |", "line\n    metrics:\n      - |", "table\n    by: model\n    metrics: [|]"):
        assert {"requests", "latency_p95", "cost_per_request"} <= set(
            server.completions(f"{DASHBOARD}  - type: {widget}")
        )


def test_dimensions_are_offered_the_projects_own_among_them(server: Server) -> None:
    by = server.completions(DASHBOARD + "  - type: pie\n    metric: cost\n    by: |")
    assert {"model", "user", "region"} <= set(by)
    assert "time_range" not in by
    assert "region" in server.completions(DASHBOARD + "  - type: card\n    metric: cost\n    where:\n      |")
    assert {"weekday", "region"} <= set(server.completions(DASHBOARD + "  - type: heatmap\n    rows: |"))
    assert {"time_range", "region"} <= set(server.completions("version: 1\ntitle: A\nfilters: [|]"))


def test_fields_and_sources_are_offered(server: Server) -> None:
    assert "ttft" in server.completions(DASHBOARD + "  - type: histogram\n    of: |")
    assert "ttft" in server.completions(DASHBOARD + "  - type: table\n    records: [|]")
    assert server.completions("version: 1\ntitle: A\nsource: |") == ["gateway", "batch"]


def test_keys_of_the_widget_are_offered(server: Server) -> None:
    keys = server.completions(DASHBOARD + "  - type: bar\n    metric: cost\n    |")
    assert {"by", "series", "stacked", "time_range"} <= set(keys)
    assert "spark" not in keys


def test_a_file_that_has_begun_may_become_anything(server: Server) -> None:
    assert {"layout", "sources", "metrics", "colours", "a dashboard"} <= set(server.completions("version: 1\n|"))


def test_keys_and_values_of_a_theme_are_offered(server: Server) -> None:
    theme = "version: 1\nextends: light\n"
    keys = set(server.completions(f"{theme}|"))
    assert {"colours", "logo", "dark"} <= keys
    assert not {"layout", "sources"} & keys
    assert {"accent", "good_soft"} <= set(server.completions(f"{theme}colours:\n  |"))
    assert {"light", "high-contrast"} <= set(server.completions("version: 1\ncolours: {}\nextends: |"))


def test_nothing_is_offered_that_has_no_text(server: Server) -> None:
    for text in ("time_range: |", "where: |", "filters: [|]", "privacy: |", "where:\n  model: |"):
        assert not [label for label in server.completions(f"version: 1\ntitle: A\n{text}") if "[object" in label]


@pytest.mark.parametrize(
    ("text", "lesson"),
    [
        ("version: 1\ntim|e_range: 7d\nlayout: []\n", "What the page shows when it opens"),
        (DASHBOARD + "  - type: card\n    metric: cost\n    tim|e_range: 7d\n", "pins this widget"),
        (DASHBOARD + "  - type: bar\n    metric: cost\n    by: model\n    stac|ked: true\n", "Only what adds up"),
        (DASHBOARD + "  - type: card\n    met|ric: cost_per_request\n", "What one costs."),
    ],
)
def test_hovering_teaches(server: Server, text: str, lesson: str) -> None:
    assert lesson in server.hover(text)


@pytest.mark.parametrize(
    ("text", "under"),
    [
        (DASHBOARD + "  - {type: card, metric: cost, staked: true}\n", "staked"),
        (DASHBOARD + "  - {type: crad, metric: cost}\n", "crad"),
        (DASHBOARD + "  - {type: card, metric: coost}\n", "coost"),
        (DASHBOARD + "  - {type: card, metric: cost, time_range: 7 days}\n", "7 days"),
        ("version: 1\nsources: {a: {type: files, path: x, paths: y}}\n", "paths"),
        ("version: 1\nmetrics: {a: {expr: cost, sun: cost}}\n", "sun"),
        ("version: 1\ntitle: A\ncolours: {acent: '#7a1fa2'}\n", "acent"),
    ],
)
def test_mistakes_are_underlined(server: Server, text: str, under: str) -> None:
    assert any(problem.startswith(f"{under}: ") for problem in server.problems(text)), server.problems(text)


def test_nothing_is_underlined_where_nothing_is_wrong(server: Server) -> None:
    assert server.problems(PROJECT) == []
    assert server.problems("version: 1\nmetrics: {a: {expr: cost / requests}}\n") == []
    assert server.problems("version: 1\nprices: [{model: a, input: 1, output: 2}]\n") == []
    assert server.problems("version: 1\ntitle: A\nextends: light\ndark: null\nradius: 4\n") == []
    assert server.problems(DASHBOARD + "  - {type: card, metric: cost, where: {model: a, region: [b, null]}}\n") == []
