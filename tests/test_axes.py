from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashgen import axes, measure
from dashgen.categories import Categories
from dashgen.widgets.base import Frame, Label
from tests.drawn import LABELS, context

WRITE = context().write
FRAME = Frame(left=52, right=16)


def texts(values: list[Any], label: Label = LABELS["cost"]) -> list[str]:
    return list(axes.values(values, label, WRITE).texts[0])


@pytest.mark.parametrize(
    ("values", "label", "found"),
    [
        ([3.2], "cost", ["$0", "$1", "$2", "$3", "$4"]),
        ([1], "errors", ["0", "1"]),
        ([0.031], "error_rate", ["0%", "1%", "2%", "3%", "4%"]),
        ([9 * 60_000], "latency_p95", ["0", "2 min", "4 min", "6 min", "8 min", "10 min"]),
        ([0, None], "cost", ["$0"]),
        ([], "cost", ["$0"]),
    ],
)
def test_values_are_written_as_the_page_writes_them(values: list[Any], label: str, found: list[str]) -> None:
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts(values, LABELS[label])] == found


def test_where_all_is_zero_there_is_room_above() -> None:
    found = axes.values([0, 0], LABELS["errors"], WRITE)
    assert (found.low, found.high) == (0, 1)


def test_negative_values_are_enclosed() -> None:
    found = axes.values([-7, 12], LABELS["cost"], WRITE)
    assert found.low <= -7
    assert found.high >= 12
    assert 0 in found.ticks[0]


def clock(days: float, step: timedelta = timedelta(days=1)) -> list[int]:
    first = datetime(2025, 6, 1, tzinfo=UTC)
    return [round((first + n * step).timestamp() * 1000) for n in range(round(timedelta(days=days) / step))]


@pytest.mark.parametrize("days", [1, 2, 7, 30, 90, 365, 2000])
def test_a_phone_has_fewer_times_than_a_desk_and_none_touch(days: int) -> None:
    found = axes.time(clock(days, timedelta(hours=1) if days < 3 else timedelta(days=1)), WRITE, FRAME)
    phone, desk = found.texts
    assert 1 <= len(phone) <= len(desk)
    for column, shown in ((axes.PHONE, phone), (480, desk)):
        assert sum(measure.width(text) + 8 for text in shown) <= column - FRAME.left - FRAME.right + 8
    assert found.wide == 480 - FRAME.left - FRAME.right


def test_times_of_day_and_days_are_told_apart() -> None:
    found = axes.time(clock(2, timedelta(hours=1)), WRITE, FRAME)
    assert {"Jun 1", "Jun 2"} < set(found.texts[1])
    assert any(":" in text for text in found.texts[1])


def test_months_and_years_begin_a_year_of_months() -> None:
    first = [datetime(2024 + n // 12, n % 12 + 1, 1, tzinfo=UTC) for n in range(30)]
    found = axes.time([round(at.timestamp() * 1000) for at in first], WRITE, FRAME)
    assert "2025" in found.texts[0]
    assert "Jul" in found.texts[1]


def test_one_bucket_stands_in_the_middle() -> None:
    (at,) = clock(1)
    found = axes.time([at], WRITE, FRAME)
    assert found.place(at) == 0.5


def test_names_are_shortened_and_keep_their_full_selves() -> None:
    long = "a-very-long-name-of-a-model-that-somebody-gave-in-haste-v2"
    found = axes.names(Categories.of([long, "b"], WRITE), 100, name="b_axis")
    assert found.ticks[0] == (long, "b")
    assert "…" in found.texts[0][0]
    assert found.room <= 112 + 4


def test_along_the_width_a_phone_has_every_second_value() -> None:
    found = axes.lying(axes.shares(WRITE), Frame(left=120, right=20))
    assert list(found.texts[0]) == ["0%", "50%", "100%"]
    assert list(found.texts[1]) == ["0%", "25%", "50%", "75%", "100%"]


@pytest.mark.parametrize("pixels", range(0, 60, 7))
def test_room_is_in_the_steps_that_the_page_has_classes_for(pixels: int) -> None:
    assert axes.room(pixels) % 4 == 0
    assert axes.room(pixels) > pixels
