from __future__ import annotations

import pytest

from dashgen import measure


def test_wide_letters_are_wider() -> None:
    assert measure.width("iii") < measure.width("aaa") < measure.width("MMM")
    assert measure.width("漢") > measure.width("a")
    assert measure.width("é") == measure.width("e\N{COMBINING ACUTE ACCENT}")
    assert measure.width("a\N{ZERO WIDTH SPACE}") == measure.width("a")


def test_what_fits_stays() -> None:
    assert measure.shortened("gpt-5.6", 100) == "gpt-5.6"


@pytest.mark.parametrize("room", [40, 80, 120])
@pytest.mark.parametrize(
    "text", ["a-very-long-name-of-a-model-v2", "短い名前のモデルではありません", "iiiiiiiiiiiiiiiiMMMMMMMMMMM"]
)
def test_beginning_and_end_stay(text: str, room: float) -> None:
    found = measure.shortened(text, room)
    assert measure.width(found) <= room
    before, _, after = found.partition("…")
    assert before
    assert after
    assert text.startswith(before)
    assert text.endswith(after)
