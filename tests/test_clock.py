from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from dashgen import clock

ROME = ZoneInfo("Europe/Rome")


def hours(start: datetime, count: int, step: timedelta = timedelta(hours=1)) -> list[str]:
    return [(start + n * step).astimezone(ROME).isoformat() for n in range(count)]


def reading(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%d %H:%M}"


def test_clock_readings_are_the_dashboards_not_the_viewers() -> None:
    at = clock.positions(["2025-06-01T00:00:00+02:00"])["2025-06-01T00:00:00+02:00"]
    assert reading(at) == "01 00:00"


def test_a_repeated_hour_is_squeezed_into_one() -> None:
    times = hours(datetime(2025, 10, 25, 23, tzinfo=UTC), 5)
    assert [text[11:16] for text in times] == ["01:00", "02:00", "02:00", "03:00", "04:00"]
    positions = clock.positions(times)
    assert [reading(positions[text]) for text in times] == ["26 01:00", "26 02:00", "26 02:30", "26 03:00", "26 04:00"]


def test_readings_ascend_over_every_change_and_grain() -> None:
    for month, day in ((10, 25), (3, 29)):
        for minutes in (5, 15, 30, 60, 180):
            times = hours(datetime(2025, month, day, 12, tzinfo=UTC), 200, timedelta(minutes=minutes))
            positions = list(clock.positions(times).values())
            assert all(one < two for one, two in pairwise(positions)), (month, minutes)


def test_a_missing_hour_leaves_a_step() -> None:
    times = hours(datetime(2025, 3, 30, 0, tzinfo=UTC), 2)
    assert [reading(ms) for ms in clock.positions(times).values()] == ["30 01:00", "30 03:00"]


@pytest.mark.parametrize(
    ("days_long", "most", "ticks"),
    [
        (29, 5, ["01 00:00", "08 00:00", "15 00:00", "22 00:00", "29 00:00"]),
        (6, 8, [f"0{n} 00:00" for n in range(1, 8)]),
        (1, 5, ["01 00:00", "01 06:00", "01 12:00", "01 18:00", "02 00:00"]),
    ],
)
def test_ticks_are_round(days_long: int, most: int, ticks: list[str]) -> None:
    first = round(datetime(2025, 6, 1, tzinfo=UTC).timestamp() * 1000)
    assert [reading(ms) for ms in clock.ticks(first, first + days_long * 86_400_000, most)] == ticks


@pytest.mark.parametrize("days_long", [0, 1, 29, 90, 200, 800, 4000, 40_000])
@pytest.mark.parametrize("most", [5, 8, 14])
def test_ticks_are_never_too_many(days_long: int, most: int) -> None:
    first = round(datetime(2019, 5, 17, 9, 30, tzinfo=UTC).timestamp() * 1000)
    last = first + days_long * 86_400_000
    ticks = clock.ticks(first, last, most)
    assert len(ticks) <= most
    assert all(first <= tick <= last for tick in ticks)
    assert days_long < 29 or len(ticks) >= 2
