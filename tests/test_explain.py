"""What `dashgen explain` says is so: its queries run, and count what it counts."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import duckdb
import pytest

from dashgen import compiler
from dashgen.explain import explanation
from dashgen.shipments import shipments
from tests.program import EXAMPLES


def explain(*paths: str | Path) -> str:
    with compiler.answered(compiler.validate(paths)) as (found, diagnostics):
        assert found is not None, diagnostics
        return explanation(found, shipments(found))


@dataclass(frozen=True)
class Block:
    """A cube or a table of records: its heading, its facts and its query."""

    heading: str
    facts: dict[str, str]
    query: str


def blocks(text: str) -> list[Block]:
    found = []
    for part in text.split("\n\n"):
        heading, *lines = part.splitlines()
        if heading.startswith(("cube ", "page cube ", "records ")):
            start = lines.index("  query:")
            facts = dict(re.split(r":\s+", line.strip(), maxsplit=1) for line in lines[:start])
            found.append(Block(heading, facts, dedent("\n".join(lines[start + 1 :]))))
    return found


def rows(query: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def overview() -> str:
    return explain(EXAMPLES / "dashboards/overview.yaml", EXAMPLES / "dashboards/models.yaml")


def test_the_queries_are_those_that_run(overview: str) -> None:
    found = blocks(overview)
    cubes = [block for block in found if block.heading.startswith("cube ")]
    assert [block.heading.split(" of ")[0] for block in cubes] == [f"cube {n}" for n in range(1, len(cubes) + 1)]
    assert len(cubes) >= 3
    for block in cubes:
        cells = int(block.facts["cells"].split(" ")[0].replace(",", ""))
        assert len(rows(block.query)) == cells > 0, block.heading
        assert re.fullmatch(r"[\d,]+ \(estimated [\d,]+\), [\d,]+ bytes", block.facts["cells"])


def test_what_a_page_ships_for_its_filters(overview: str) -> None:
    found = [block for block in blocks(overview) if block.heading.startswith("page cube ")]
    assert len(found) >= 4
    for block in found:
        counts = re.fullmatch(r"([\d,]+) \(estimated [\d,]+\)(?:, ([\d,]+) entries)?", block.facts["cells"])
        assert counts, block.facts
        assert len(rows(block.query)) == int((counts[2] or counts[1]).replace(",", "")) > 0, block.heading
        assert ("bucket" in block.heading) == bool(counts[2])
    assert re.search(r"filters of overview: time_range, project, model, region\n  size:     [\d,]+ bytes", overview)


def test_records_have_their_query_too(overview: str) -> None:
    [block] = [block for block in blocks(overview) if block.heading.startswith("records ")]
    assert block.heading == "records of gateway: overview table-records"
    newest, _, fields = block.facts["newest"].partition(" with ")
    found = rows(block.query)
    assert (len(found), len(found[0])) == (int(newest), len(fields.split(", ")))


def test_every_widget_says_what_serves_it(overview: str) -> None:
    cubes = len([block for block in blocks(overview) if block.heading.startswith("cube ")])
    widgets = [w for d in compiler.validate([EXAMPLES / "dashboards"]).dashboards for w in d.widgets]
    lines = dict(line.strip().split(": ", 1) for line in overview.split("\n\n")[0].splitlines() if line[0] == " ")
    assert len(lines) > 20
    assert set(lines) <= {widget.id for widget in widgets}
    served = set()
    for name, line in lines.items():
        numbers = re.search(r" from (cube ([\d, ]+)|its own query)$", line)
        assert numbers, name
        served |= {int(number) for number in (numbers[2] or "").split(", ") if number}
    assert served == set(range(1, cubes + 1))


def test_what_is_exposed(overview: str) -> None:
    exposed = json.loads(overview.rpartition("\nexposure\n")[2])
    assert exposed["models"]["dimensions"]["model"] > 3
    assert exposed["models"]["folded"] == {}
    assert exposed["models"]["smallest_group"] >= 1
    assert exposed["models"]["bytes"] < 2_000_000
    assert {"model", "project"} <= set(exposed["models"]["cubes"][0]["dimensions"])
    assert exposed["overview"]["records"]["table-records"]["chosen_by"] == ["region"]
    [records] = [block for block in blocks(overview) if block.heading.startswith("records ")]
    shown = exposed["overview"]["records"]["table-records"]
    told = [*shown["fields"], *shown["chosen_by"]]
    assert f"{shown['rows']} with {', '.join(told)}" == records.facts["newest"]


def test_it_is_the_same_every_time(overview: str) -> None:
    assert explain(EXAMPLES / "dashboards/overview.yaml", EXAMPLES / "dashboards/models.yaml") == overview


PROJECT = """\
version: 1
source: log
sources:
  log: {type: files, path: log.csv}
  gone: {type: files, path: gone.csv, on_error: show}
"""
BOARD = """\
version: 1
title: Board
if_missing: hide
layout:
  - {type: card, metric: requests}
  - {type: card, metric: latency_p95}
  - {type: card, metric: requests, source: gone, id: elsewhere}
"""


@pytest.mark.parametrize("events", ["2026-01-01T00:00:00Z,a\n", ""])
def test_gaps_failures_and_a_source_without_rows(tmp_path: Path, events: str) -> None:
    (tmp_path / "log.csv").write_text(f"time,model\n{events}")
    (tmp_path / "dashgen.yaml").write_text(PROJECT)
    (tmp_path / "board.yaml").write_text(BOARD)
    text = explain(tmp_path / "board.yaml")
    assert re.search(r"^  card-requests: total, .* from cube 1$", text, re.MULTILINE)
    assert "  card-latency_p95: left out, log has no latency" in text
    assert "  elsewhere: failed, No file matches `gone.csv`." in text
    [cube] = blocks(text)
    assert len(rows(cube.query)) == int(cube.facts["cells"].split(" ")[0]) == len(events.splitlines())


def test_conditions_are_readable(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("time,model,user,status_code,latency,cost\n2025-06-01T10:00:00Z,a,u,200,5,1\n")
    (tmp_path / "dashgen.yaml").write_text(
        """version: 1
sources: {a: {type: files, path: a.csv}}
metrics:
  slow: {count: true, where: {latency: {gte: 1.5s, lt: 1h}, failed: false, status_code: [429, null]}}
"""
    )
    (tmp_path / "board.yaml").write_text(
        """version: 1
where: {model: {not: [b, c]}, user: {missing: false}}
layout: [{type: card, metric: slow}]
"""
    )
    text = explain(tmp_path / "board.yaml")
    slow = "latency >= 1500 and latency < 3600000 and not failed and status_code is one of 429, missing"
    assert f"sum events where {slow}" in text
    assert "  where:    model is not one of b, c and user is not missing\n" in text


def test_what_a_page_depends_on_is_named() -> None:
    """The names under which things are kept: those that a change leaves are those of what is not made again."""
    path = EXAMPLES / "dashboards" / "cost.yaml"
    checked = compiler.validate(path)
    with compiler.answered(checked) as (found, _):
        assert found is not None
        text = explanation(found, {}, compiler.nodes(checked))
    [part] = [part for part in text.split("\n\n") if part.startswith("depends ")]
    first, *lines = part.splitlines()
    assert first == "depends cost"
    page = compiler.nodes(checked)["cost"]
    assert page is not None
    assert [(line.split()[0], line.split()[2]) for line in lines if " serves " not in line] == [
        (node.kind, node.name[:12]) for _, node in page.walk()
    ]
    assert "        serves cube 1" in part
