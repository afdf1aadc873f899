"""The small line under a number, as the build and the page's script have it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashgen import runtime
from dashgen.sparkline import paths


@pytest.mark.parametrize("values", [[], [3], [None], [None, 3, None], [0]])
def test_a_single_value_has_no_course(values: list[Any]) -> None:
    assert paths(values) is None


def test_a_course_goes_from_edge_to_edge() -> None:
    assert paths([0, 10, 5]) == ("M0,37L100,3L200,20", "M0,40L0,37L100,3L200,20L200,40Z")


def test_a_value_between_gaps_is_a_dot_beside_others() -> None:
    assert paths([1, None, 1]) == ("M0,3L0.01,3M200,3L200.01,3", "")


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    opened = chromium.new_page()
    source = (Path(runtime.__file__).parent / "sparkline.js").read_text("utf-8")
    opened.evaluate("(source) => { self.sparkline = new Function(`${source}; return sparkline;`)(); }", source)
    yield opened
    opened.close()


def test_the_page_draws_the_same_line(page: Any) -> None:
    chance = random.Random(8)
    asked = [
        [chance.choice((None, 0, 7, chance.random() * 1e6)) for _ in range(chance.randrange(9))] for _ in range(300)
    ]
    expected = [found and list(found) for found in map(paths, asked)]
    assert None in expected
    assert page.evaluate("(asked) => asked.map(sparkline.paths)", asked) == expected
