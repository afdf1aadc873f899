"""Tables: bars behind comparable numbers, heads of rows, and when a table scrolls."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dashgen import tables
from dashgen.widgets import kind
from tests.drawn import answer, context, widget

BAR = re.compile(r'<rect class="f-bar" width="([\d.]+)"')


def drawn(rows: list[dict[str, Any]], **keys: Any) -> str:
    return kind("table").draw(widget("table", by=("model",), **keys), answer(rows), context()).html


def rows(*values: float | None, metric: str = "requests") -> list[dict[str, Any]]:
    return [{"model": f"m{n}", metric: value} for n, value in enumerate(values)]


def test_a_bar_is_a_part_of_the_greatest_value() -> None:
    assert BAR.findall(drawn(rows(200, 50, 0, None), metrics=("requests",))) == ["100", "25", "0"]


@pytest.mark.parametrize(
    ("metric", "values"),
    [
        ("error_rate", (0.2, 0.1)),  # a ratio is no part of a whole
        ("requests", (5,)),  # nothing to compare it with
        ("requests", (-1, 5)),
        ("requests", (0, 0)),
    ],
)
def test_what_cannot_be_compared_as_a_part_has_no_bars(metric: str, values: tuple[float, ...]) -> None:
    html = drawn(rows(*values, metric=metric), metrics=(metric,))
    assert BAR.findall(html) == []
    assert html.count("<tr>") == 1 + len(values)


def test_groups_head_their_rows_and_records_do_not() -> None:
    assert '<th scope="row"><bdi>m0</bdi></th>' in drawn(rows(1, 2), metrics=("requests",))
    record = widget("table", records=("model", "status_code"))
    html = kind("table").draw(record, answer([{"model": "m0", "status_code": 503}]), context()).html
    assert "<td><bdi>m0</bdi></td>" in html
    assert 'scope="row"' not in html


@pytest.mark.parametrize(("code", "tone"), [(200, "good"), (429, "warning"), (503, "critical"), (None, "muted")])
def test_a_status_is_a_pill_with_its_text(code: int | None, tone: str) -> None:
    record = widget("table", records=("status_code",))
    html = kind("table").draw(record, answer([{"status_code": code}]), context()).html
    assert f'<span class="pill {tone}">{code or "none"}</span>' in html


def test_a_long_table_scrolls() -> None:
    column = [tables.Column("A")]
    assert "long" not in tables.table(column, [["x"]] * tables.LONG, "T")
    assert '<div class="scroll long" role="group" tabindex="0" aria-label="T">' in tables.table(
        column, [["x"]] * (tables.LONG + 1), "T"
    )
