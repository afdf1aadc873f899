from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashgen.model import Absolute, Calendar, Every, Relative, TimeRange
from dashgen.timeline import DAY, HOUR, MINUTE, Zone, buckets, default_every, hours, resolve, to_instant

ROME = Zone("Europe/Rome")
ZONES = ("UTC", "Europe/Rome", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo")


def at(text: str) -> int:
    return to_instant(datetime.fromisoformat(text))


def written(asked: TimeRange, as_of: str, zone: Zone = ROME) -> tuple[str, str]:
    window = resolve(asked, at(as_of), zone)
    return zone.iso(window.start), zone.iso(window.end)


def previous(asked: TimeRange, as_of: str, zone: Zone = ROME) -> tuple[str, str]:
    start, end = resolve(asked, at(as_of), zone).previous()
    return zone.iso(start), zone.iso(end)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        (Relative(7, "d"), "2025-03-25T00:00:00+01:00", "2025-03-31T12:30:00+02:00"),
        (Relative(24, "h"), "2025-03-30T13:00:00+02:00", "2025-03-31T12:30:00+02:00"),
        (Relative(5, "min"), "2025-03-31T12:25:00+02:00", "2025-03-31T12:30:00+02:00"),
        (Relative(2, "w"), "2025-03-24T00:00:00+01:00", "2025-03-31T12:30:00+02:00"),
        (Relative(1, "mo"), "2025-03-01T00:00:00+01:00", "2025-03-31T12:30:00+02:00"),
        (Relative(1, "y"), "2025-01-01T00:00:00+01:00", "2025-03-31T12:30:00+02:00"),
        (Calendar("today"), "2025-03-31T00:00:00+02:00", "2025-03-31T12:30:00+02:00"),
        (Calendar("yesterday"), "2025-03-30T00:00:00+01:00", "2025-03-31T00:00:00+02:00"),
        (Calendar("last_week"), "2025-03-24T00:00:00+01:00", "2025-03-31T00:00:00+02:00"),
        (Calendar("last_month"), "2025-02-01T00:00:00+01:00", "2025-03-01T00:00:00+01:00"),
        (Calendar("last_year"), "2024-01-01T00:00:00+01:00", "2025-01-01T00:00:00+01:00"),
        (Absolute(date(2025, 3, 1), date(2025, 3, 2)), "2025-03-01T00:00:00+01:00", "2025-03-03T00:00:00+01:00"),
        (Absolute(date(2025, 3, 1), date(2025, 4, 2)), "2025-03-01T00:00:00+01:00", "2025-03-31T12:30:00+02:00"),
    ],
)
def test_a_range_means_these_instants(asked: TimeRange, start: str, end: str) -> None:
    assert written(asked, "2025-03-31T10:30:00+00:00") == (start, end)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        (Relative(7, "d"), "2025-03-18T00:00:00+01:00", "2025-03-24T12:30:00+01:00"),
        (Calendar("today"), "2025-03-30T00:00:00+01:00", "2025-03-30T12:30:00+02:00"),
        (Calendar("this_month"), "2025-02-01T00:00:00+01:00", "2025-03-01T00:00:00+01:00"),
        (Calendar("last_month"), "2025-01-01T00:00:00+01:00", "2025-02-01T00:00:00+01:00"),
        (Absolute(date(2025, 3, 1), date(2025, 3, 2)), "2025-02-27T00:00:00+01:00", "2025-03-01T00:00:00+01:00"),
    ],
)
def test_a_comparison_reaches_back_by_the_calendar(asked: TimeRange, start: str, end: str) -> None:
    assert previous(asked, "2025-03-31T10:30:00+00:00") == (start, end)


@pytest.mark.parametrize(
    ("asked", "as_of", "start", "end"),
    [
        (Calendar("today"), "2024-04-26T10:00:00+03:00", "2024-04-25T00:00:00+02:00", "2024-04-25T10:00:00+02:00"),
        (Relative(1, "d"), "2024-04-26T10:00:00+03:00", "2024-04-25T00:00:00+02:00", "2024-04-25T10:00:00+02:00"),
        (Calendar("yesterday"), "2024-04-26T10:00:00+03:00", "2024-04-24T00:00:00+02:00", "2024-04-25T00:00:00+02:00"),
        (Calendar("today"), "2024-04-27T10:00:00+03:00", "2024-04-26T01:00:00+03:00", "2024-04-26T10:00:00+03:00"),
    ],
)
def test_a_comparison_begins_with_its_day_where_midnight_was_skipped(
    asked: TimeRange, as_of: str, start: str, end: str
) -> None:
    assert previous(asked, as_of, Zone("Africa/Cairo")) == (start, end)


def test_an_instant_stands_for_the_midnight_that_was_skipped() -> None:
    cairo = Zone("Africa/Cairo")
    opening = at("2024-04-26T01:00:00+03:00")
    assert cairo.nominal(opening) == datetime(2024, 4, 26)
    assert cairo.nominal(opening + 1) == datetime(2024, 4, 26, 1, 0, 0, 1)
    assert cairo.nominal(opening - 1) == cairo.wall(opening - 1)


def test_a_wall_time_in_a_gap_moves_to_its_end_and_a_repeated_one_is_the_first() -> None:
    assert ROME.iso(ROME.instant(datetime(2025, 3, 30, 2, 30))) == "2025-03-30T03:00:00+02:00"
    assert ROME.iso(ROME.instant(datetime(2024, 10, 27, 2, 30))) == "2024-10-27T02:30:00+02:00"
    cairo = Zone("Africa/Cairo")
    assert cairo.iso(cairo.midnight(date(2024, 4, 26))) == "2024-04-26T01:00:00+03:00"


@pytest.mark.parametrize(("day", "count"), [(date(2025, 3, 30), 23), (date(2024, 10, 27), 25), (date(2025, 6, 1), 24)])
def test_a_day_has_the_hours_it_has(day: date, count: int) -> None:
    window = resolve(Absolute(day, day), at("2026-01-01T00:00:00+00:00"), ROME)
    assert len(hours(window)) - 1 == count


@pytest.mark.parametrize(
    ("length", "every"),
    [
        (timedelta(hours=3), Every(1, "min")),
        (timedelta(hours=12), Every(5, "min")),
        (timedelta(days=7), Every(1, "h")),
        (timedelta(days=30), Every(1, "d")),
        (timedelta(days=365), Every(1, "w")),
        (timedelta(days=1200), Every(1, "mo")),
    ],
)
def test_the_grain_follows_the_range(length: timedelta, every: Every) -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    window = resolve(Absolute(start, start + length), at("2026-01-01T00:00:00+00:00"), Zone("UTC"))
    assert default_every(window) == every


@settings(deadline=None, max_examples=150)
@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(datetime(2024, 1, 1), datetime(2025, 12, 1)),
    length=st.timedeltas(timedelta(minutes=1), timedelta(days=40)),
    every=st.sampled_from(
        [Every(5, "min"), Every(1, "h"), Every(6, "h"), Every(1, "d"), Every(1, "w"), Every(1, "mo")]
    ),
)
def test_buckets_are_a_partition_on_the_local_clock(
    zone: str, start: datetime, length: timedelta, every: Every
) -> None:
    where, begins = Zone(zone), start.replace(tzinfo=UTC)
    if every.unit == "min":
        length = min(length, timedelta(days=2))
    window = resolve(Absolute(begins, begins + length), at("2030-01-01T00:00:00+00:00"), where)
    edges = buckets(window, every)
    assert edges[0] == window.start
    assert edges[-1] == window.end
    assert all(low < high for low, high in pairwise(edges))
    step = {"min": 5 * MINUTE, "h": HOUR * every.count}.get(every.unit)
    for edge in edges[1:-1]:
        wall = where.wall(edge)
        if step is not None and step <= HOUR:
            assert (wall.minute * MINUTE + wall.second * 1_000_000) % step == 0
        elif step is None:
            assert edge == where.midnight(wall.date())


@settings(deadline=None, max_examples=100)
@given(
    zone=st.sampled_from(ZONES),
    as_of=st.datetimes(datetime(2024, 1, 1), datetime(2025, 12, 1)),
    asked=st.sampled_from(
        [Relative(7, "d"), Relative(24, "h"), Relative(2, "mo"), Calendar("this_month"), Calendar("this_week")]
    ),
)
def test_a_previous_period_ends_where_the_range_begins_or_before(zone: str, as_of: datetime, asked: TimeRange) -> None:
    window = resolve(asked, to_instant(as_of.replace(tzinfo=UTC)), Zone(zone))
    start, end = window.previous()
    assert start <= end <= window.start
    assert window.start - start < 70 * DAY
