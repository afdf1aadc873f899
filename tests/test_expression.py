from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashgen.metrics.expression import Literally, Malformed, Name, Operation, names, parse


def test_products_bind_closer_than_sums_and_both_from_the_left() -> None:
    a, b, c = (Name(text, start, start + 1) for text, start in (("a", 0), ("b", 4), ("c", 8)))
    assert parse("a - b - c") == Operation("-", Operation("-", a, b), c)
    assert parse("a + b * c") == Operation("+", a, Operation("*", b, c))
    assert parse("(a) / .5") == Operation("/", Name("a", 1, 2), Literally(0.5))
    assert parse("-a * 2e3") == Operation("*", Operation("-", Literally(0), Name("a", 1, 2)), Literally(2000.0))


def test_names_come_in_the_order_of_the_text_with_their_places() -> None:
    assert [(n.text, n.start, n.end) for n in names(parse("cost / (gpu.hours + 1)"))] == [
        ("cost", 0, 4),
        ("gpu.hours", 8, 17),
    ]


@pytest.mark.parametrize(
    ("text", "start", "end", "found"),
    [
        ("", 0, 1, "the end"),
        ("cost /", 6, 7, "the end"),
        ("cost requests", 5, 13, "`requests`"),
        ("(cost", 5, 6, "the end"),
        ("cost ** 2", 6, 7, "`*`"),
        ("cost # 2", 5, 6, "`#`"),
        ("1 + )", 4, 5, "`)`"),
        ("a * 1e999", 4, 9, "`1e999`"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, start: int, end: int, found: str) -> None:
    with pytest.raises(Malformed) as raised:
        parse(text)
    assert (raised.value.start, raised.value.end, raised.value.found) == (start, end, found)


def test_deep_nesting_is_refused_rather_than_recursed_into() -> None:
    with pytest.raises(Malformed, match="64 levels"):
        parse("(" * 100_000 + "a")
    with pytest.raises(Malformed, match="64 levels"):
        parse("-" * 100_000 + "a")


@given(st.text(alphabet="ab1.+-*/() e", max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    refused = None
    try:
        parse(text)
    except Malformed as error:
        refused = error
    assert refused is None or 0 <= refused.start < refused.end
