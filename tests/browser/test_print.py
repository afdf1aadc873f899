"""Paper: what is higher or wider than a sheet is not cut, and no bar ends in the middle of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashgen import compiler
from tests.browser.opened import opened

pytestmark = pytest.mark.browser

SHEETS = {"A4": (703, 1031), "Letter": (725, 964)}
"""Pixels inside the margins."""
OWN = [f"own_{n}" for n in range(20)]
ADDRESS = "ada.lovelace@analytical-engines.example.com"
PROJECT = f"""\
version: 1
sources:
  gateway: {{type: files, path: log.csv, fields: {{{", ".join(f"{name}: {name}" for name in OWN)}}}}}
dimensions: {{{", ".join(f"{name}: {{}}" for name in OWN)}}}
"""
BOARD = f"""\
version: 1
layout:
  - {{type: card, metric: requests, id: card}}
  - {{type: card, metric: tokens, id: other}}
  - {{type: bar, metric: tokens, by: user, top: 25, horizontal: true, id: high, width: 12}}
  - {{type: bar, metric: tokens, by: user, top: 40, horizontal: true, id: higher, width: 12}}
  - {{type: bar, metric: tokens, by: user, horizontal: true, id: highest, width: 12}}
  - {{type: table, records: [time, model, {", ".join(OWN)}, latency], id: wide}}
  - {{type: table, records: [time, model, project, latency], id: long}}
  - {{type: table, by: model, metrics: [requests, latency_p95], id: bounded}}
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("paper")
    (folder / "dashgen.yaml").write_text(PROJECT, "utf-8")
    (folder / "board.yaml").write_text(BOARD, "utf-8")
    head = ["time", "model", "project", "user", *OWN, "input_tokens", "output_tokens", "latency"]
    rows = [_row(n) for n in range(130)]
    (folder / "log.csv").write_text("\n".join(",".join(row) for row in (head, *rows)), "utf-8")
    compiler.build(folder / "board.yaml", folder / "dist")
    return Path(folder, "dist/board/index.html").as_uri()


def _row(n: int) -> list[str]:
    texts = ["some words" if name != "own_3" else ADDRESS for name in OWN]
    project = "x" * 10_000 if n % 2 else "word " * 2_000
    return ["2025-06-01T00:00:00Z", "a-model-2025", project, f"user {n}", *texts, str(n + 1), "7", "1234.5"]


@pytest.fixture(params=SHEETS)
def sheet(request: pytest.FixtureRequest, chromium: Any, page: str) -> Any:
    """The page as it is laid out for paper, without scripts."""
    width, height = SHEETS[request.param]
    size = {"width": width, "height": height}
    with opened(chromium, page, viewport=size, java_script_enabled=False) as watched:
        watched.tab.emulate_media(media="print")
        yield watched.tab


def height(sheet: Any, selector: str) -> float:
    return float(sheet.locator(selector).bounding_box()["height"])


def test_a_chart_that_is_higher_than_a_sheet_is_made_smaller(sheet: Any) -> None:
    for name in ("high", "higher"):
        assert height(sheet, f"[data-widget={name}]") < sheet.viewport_size["height"]
        assert sheet.locator(f"[data-widget={name}] .pictures").is_visible()
        assert not sheet.locator(f"[data-widget={name}] table").is_visible()
    size = sheet.locator("[data-widget=higher] .drawing:visible text").first.bounding_box()["height"]
    assert size > 8


def test_of_one_that_cannot_be_the_numbers_are_printed(sheet: Any) -> None:
    widget = sheet.locator("[data-widget=highest]")
    assert not widget.locator(".pictures").is_visible()
    assert not widget.locator("summary").is_visible()
    rows = widget.locator("tbody tr")
    assert rows.count() == 130
    assert rows.last.is_visible()
    assert height(sheet, "[data-widget=highest]") > rows.count() * 10


def test_cards_stay_beside_each_other(sheet: Any) -> None:
    one, other = (sheet.locator(f"[data-widget={name}]").bounding_box() for name in ("card", "other"))
    assert one["y"] == other["y"]


def test_a_wide_table_ends_on_the_sheet_and_breaks_no_number(sheet: Any) -> None:
    cells = sheet.locator("[data-widget=wide] tbody tr").first.locator("td, th")
    assert cells.count() == len(OWN) + 3
    edge = sheet.locator("[data-widget=wide]").bounding_box()
    boxes = [cell.bounding_box() for cell in cells.all()]
    assert all(box["width"] > 4 for box in boxes)
    assert boxes[-1]["x"] + boxes[-1]["width"] <= edge["x"] + edge["width"]
    assert cells.last.inner_text().strip() == "1.23\N{NO-BREAK SPACE}s"
    assert cells.last.locator("bdi").bounding_box()["height"] < 14


def test_a_long_cell_takes_a_few_lines(sheet: Any) -> None:
    rows = sheet.locator("[data-widget=long] tbody tr")
    assert rows.count() == 50
    assert all(100 < row.bounding_box()["height"] < 300 for row in rows.all()[:4])


def test_what_the_numbers_mean_is_printed(sheet: Any) -> None:
    definitions = sheet.locator(".definitions")
    assert definitions.get_attribute("open") is None
    assert definitions.locator("dd").first.is_visible()


def test_no_border_lies_on_the_edge_of_the_paper(sheet: Any) -> None:
    """Where it would be cut away."""
    for box in (one.bounding_box() for one in sheet.locator(".widget").all()):
        assert box["x"] >= 1
        assert box["x"] + box["width"] <= sheet.viewport_size["width"] - 1


def test_headings_of_tables_are_of_one_size(sheet: Any) -> None:
    sizes = sheet.evaluate(
        "[...document.querySelectorAll('thead .bound')].map((one) => "
        "[one, one.closest('th')].map((part) => getComputedStyle(part).fontSize))"
    )
    assert len(sizes) == 1
    assert all(one == other for one, other in sizes)
