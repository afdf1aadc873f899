"""Instants and wall clocks. An instant is an integer of microseconds since the epoch, a wall time a naive datetime."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
QUARTER = 15 * MINUTE
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def utc(instant: int) -> datetime:
    return EPOCH + timedelta(microseconds=instant)


def microseconds(moment: datetime) -> int:
    """The instant of an aware datetime."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def clock(instant: int, zone: str) -> datetime:
    """What a clock on the wall of `zone` shows."""
    return utc(instant).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def offset(instant: int, zone: str) -> timedelta:
    found = utc(instant).astimezone(ZoneInfo(zone)).utcoffset()
    assert found is not None
    return found


def iso(instant: int, zone: str) -> str:
    return utc(instant).astimezone(ZoneInfo(zone)).isoformat()


def quarters(start: int, end: int) -> Iterator[tuple[int, int]]:
    """[start, end) cut at every quarter of an hour: no zone of our days changes its offset inside one."""
    first = start // QUARTER * QUARTER
    for quarter in range(first, end, QUARTER):
        low, high = max(start, quarter), min(end, quarter + QUARTER)
        if low < high:
            yield low, high


@cache
def instant(wall: datetime, zone: str) -> int:
    """The first instant at which the clock shows `wall`, or has jumped past it."""
    naive = microseconds(wall.replace(tzinfo=UTC))
    for low, high in quarters(naive - 16 * HOUR, naive + 16 * HOUR):
        shift = offset(low, zone) // timedelta(microseconds=1)
        if naive < high + shift:
            return max(low, naive - shift)
    raise AssertionError(f"no {wall} in {zone}")


def midnight(day: date, zone: str) -> int:
    return instant(datetime.combine(day, time()), zone)


def changes(start: int, end: int, zone: str) -> bool:
    """Whether the clock of `zone` is changed inside [start, end)."""
    return len({offset(moment, zone) for moment in [*range(start, end, DAY), end - 1]}) > 1
