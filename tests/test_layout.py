"""Charts of a row end together."""

from __future__ import annotations

from dashgen import layout, legends
from tests.drawn import widget


def test_rows_are_what_stands_side_by_side() -> None:
    widgets = [*(widget("card", str(n)) for n in range(4)), widget("line", width=8), widget("pie")]
    assert [[span for _, span in row] for row in layout.rows(widgets)] == [[3, 3, 3, 3], [8, 4]]
    assert [one for row in layout.rows(widgets) for one, _ in row] == widgets


def test_the_lowest_end_is_everyones() -> None:
    assert layout.levelled([(260, 0), (260, 60)]) == [320, 260]
    assert layout.levelled([(300, 20), (260, 60)]) == [300, 260]
    assert layout.levelled([]) == []


def test_no_chart_grows_out_of_proportion_or_shrinks() -> None:
    assert layout.levelled([(100, 0), (1100, 0)]) == [160, 1100]


def test_about_how_high_a_legend_is() -> None:
    entry = '<li><bdi class="name">{}</bdi></li>'
    legend = '<ul class="legend">{}</ul>'
    assert legends.height("", 400) == 0
    assert legends.height(legend.format(entry.format("a")), 400) == 35
    assert legends.height(legend.format(entry.format("a" * 60) * 2), 400) == 85
    assert legends.height(legend.replace("legend", "legend labelled").format(entry.format("a")), 400) == 0
    assert legends.height(legend.replace("legend", "legend valued").format(entry.format("a" * 60) * 8), 400) == 200
