"""A value keeps its colour: in every chart of a page, and whatever else is drawn."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from dashgen.categories import Categories
from dashgen.hues import Hues
from dashgen.theme import CATEGORICAL
from dashgen.widgets import kind
from tests.drawn import answer, context, days, picture, widget
from tests.redrawn import scripted


def test_a_value_keeps_its_colour_in_another_order_and_alone() -> None:
    hues = Hues()
    assert hues.roles("model", ["a", "b", "c"]) == ["c1", "c2", "c3"]
    assert hues.roles("model", ["c", "a"]) == ["c3", "c1"]
    assert hues.roles("model", ["b"]) == ["c2"]


def test_a_value_that_is_new_takes_the_next_colour_and_keeps_it() -> None:
    hues = Hues()
    hues.roles("model", ["a", "b"])
    assert hues.roles("model", ["new", "b"]) == ["c3", "c2"]
    assert hues.roles("model", ["newer", "new"]) == ["c4", "c3"]


def test_dimensions_have_colours_of_their_own() -> None:
    hues = Hues()
    hues.roles("model", ["a", "b"])
    assert hues.roles("project", ["b"]) == ["c1"]


def test_more_values_than_colours_share_them_only_where_a_chart_has_no_other() -> None:
    hues = Hues()
    many = [f"v{n:02}" for n in range(30)]
    assert hues.roles("user", many) == [CATEGORICAL[n % 12] for n in range(30)]
    assert hues.roles("user", ["v12"]) == ["c1"]
    assert hues.roles("user", ["v12", "v00", "v01"]) == ["c3", "c1", "c2"]
    assert len(set(hues.roles("user", many[6:18]))) == 12
    assert hues.roles("user", many[6:12]) == list(CATEGORICAL[6:])


def test_the_rest_is_neutral_and_takes_no_colour() -> None:
    hues = Hues()
    rest: Any = {"other": 3}
    found = Categories.of([rest, "a", None], context().write, hues, "model")
    assert found.roles == ("other", "c1", "c2")
    assert hues.known() == {"model": ["a", None]}


def test_charts_of_one_page_agree() -> None:
    """A pie ranks the models otherwise than the line above it."""
    shared = context()
    rows = [{"time": t, "model": m, "cost": 1} for t in days(2) for m in ("a", "b")]
    line, pie = widget("line", series="model"), widget("pie")
    kind("line").draw(line, answer(rows), shared)
    slices = [{"model": "b", "tokens": 9}, {"model": "c", "tokens": 2}, {"model": "a", "tokens": 1}]
    legend = kind("pie").draw(pie, answer(slices), shared).legend
    assert [legend.index(f"f-c{n}") for n in (2, 3, 1)] == sorted(legend.index(f"f-c{n}") for n in (1, 2, 3))
    assert picture(pie, slices).legend.index("f-c1") < picture(pie, slices).legend.index("f-c2")


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    yield from scripted(chromium)


def test_the_page_gives_the_same_colours_as_the_build(page: Any) -> None:
    """Pages of random size, brought to other values again and again."""
    chance, write = random.Random(3), context().write
    for _ in range(40):
        values: list[Any] = [None, {"other": 2}, 429, "429", *(f"v{n}" for n in range(chance.randrange(2, 40)))]
        hues = Hues()
        Categories.of(chance.sample(values, chance.randrange(len(values))), write, hues, "model")
        known = hues.known()
        draws = [chance.sample(values, chance.randrange(len(values))) for _ in range(6)]
        expected = [list(Categories.of(one, write, hues, "model").roles) for one in draws]
        found = page.evaluate(
            """([hues, draws]) => {
              open({ hues });
              return draws.map((values) => categories.of(values, "model").roles);
            }""",
            [known, draws],
        )
        assert found == expected
