"""What the index shows of each dashboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dashgen import previews
from dashgen.draw import DrawnDashboard, draw
from dashgen.model import Widget
from dashgen.render import Renderer
from dashgen.widgets.base import Answer, Row
from tests.drawn import answer, context, dashboard, days, widget
from tests.test_pages import FACTS


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as started:
        yield started


def drawn(renderer: Renderer, *widgets: tuple[Widget, list[Row] | Answer]) -> DrawnDashboard:
    board = dashboard(*(one for one, _ in widgets))
    answers = {one.id: rows if isinstance(rows, Answer) else answer(rows) for one, rows in widgets}
    return draw(board, answers, context(board), FACTS, renderer)


def test_the_first_four_cards_are_its_figures(renderer: Renderer) -> None:
    cards = [(widget("card", f"c{n}", title=f"Card {n}"), [{"requests": n}]) for n in range(6)]
    failed = (widget("card", "failed"), Answer((), failure="gone"))
    found = list(previews.figures(drawn(renderer, failed, *cards)))
    assert [(title, shown.text) for title, shown in found] == [(f"Card {n}", str(n)) for n in range(4)]


def test_series_that_add_up_are_added(renderer: Renderer) -> None:
    def line(metric: str) -> str:
        rows = [{"time": t, "model": m, metric: n} for n, t in enumerate(days(3)) for m in ("a", "b", "c")]
        rows[0][metric] = 30
        return previews.picture(drawn(renderer, (widget("line", metrics=(metric,), series="model"), rows)))

    added, first = line("requests"), line("error_rate")
    assert 'class="line s-c1"' in added
    assert added != first, "ratios are not added: the first series stands for them"


@pytest.mark.parametrize(
    ("one", "rows", "heights"),
    [
        (widget("bar"), [{"model": m, "tokens": n} for m, n in (("a", 4), ("b", 2), ("c", None))], ["40", "20", "0"]),
        (
            widget("histogram"),
            [{"from": n, "to": n + 1, "count": count} for n, count in ((2.0, 1), (1.0, 4))],
            ["40", "10"],
        ),
        (
            widget("table", by=("model",), metrics=("requests",)),
            [{"model": "a", "requests": 8}, {"model": "b", "requests": 4}],
            ["40", "20"],
        ),
    ],
    ids=["bar", "histogram", "table"],
)
def test_columns_stand_for_groups(renderer: Renderer, one: Widget, rows: list[Row], heights: list[str]) -> None:
    assert re.findall(r'height="([\d.]+)"', previews.picture(drawn(renderer, (one, rows)))) == heights


def test_slices_keep_their_colours(renderer: Renderer) -> None:
    rows = [{"model": m, "tokens": 1} for m in ("a", "b", {"other": 2})]
    assert re.findall(r"f-(\w+)", previews.picture(drawn(renderer, (widget("pie"), rows)))) == ["c1", "c2", "other"]


def test_a_heatmap_is_one_of_nine_shades_a_cell(renderer: Renderer) -> None:
    rows = [{"weekday": d, "hour": h, "requests": d * h} for d in range(1, 8) for h in range(24)]
    shades = re.findall(r"f-(\w+)", previews.picture(drawn(renderer, (widget("heatmap"), rows))))
    assert len(shades) == 168
    assert (shades[0], shades[-1]) == ("h1", "h9")


def test_nothing_to_see_is_no_picture(renderer: Renderer) -> None:
    records = (widget("table", "records", records=("model",)), [{"model": "a"}])
    nothing = (widget("line"), [{"time": t, "cost": None} for t in days(3)])
    zero = (widget("bar"), [{"model": "a", "tokens": 0}])
    assert previews.picture(drawn(renderer, records, nothing, zero)) == ""
