"""Ranges, previous periods, buckets and the hours of the week, by looking at clocks rather than by arithmetic."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from tests.oracle.zones import DAY, HOUR, MINUTE, clock, instant, microseconds, midnight, quarters

WEEK_STARTS = {"monday": 0, "sunday": 6, "saturday": 5}
WORDS = {"minute": "1min", "hour": "1h", "day": "1d", "week": "1w", "month": "1mo", "year": "1y"}


@dataclass(frozen=True)
class Setting:
    """What a range is relative to."""

    zone: str
    as_of: int
    week_start: str = "monday"

    @property
    def last(self) -> int:
        return self.as_of - 1

    @property
    def today(self) -> date:
        return clock(self.last, self.zone).date()


@dataclass(frozen=True)
class Range:
    start: int
    end: int
    """Clipped to `as_of`."""
    nominal_end: int

    @property
    def empty(self) -> bool:
        return self.start >= self.end


def parse_length(text: str) -> tuple[int, str]:
    found = re.fullmatch(r"(\d+)(min|h|d|w|mo|y)", WORDS.get(text, text))
    assert found, text
    return int(found[1]), found[2]


def is_date(value: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None


def read_instant(value: str, zone: str) -> int:
    """A date (its local midnight), a local wall time, or a time with an offset."""
    if is_date(value):
        return midnight(date.fromisoformat(value), zone)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        return instant(moment, zone)
    return microseconds(moment)


def as_of(spec: str, newest: int | None, zone: str, now: int | None = None) -> int:
    if spec == "latest":
        return 0 if newest is None else newest + 1
    if spec == "now":
        assert now is not None
        return now
    return read_instant(spec, zone)


# ---- days ---------------------------------------------------------------------------------------


def week_of(day: date, week_start: str) -> date:
    """The first day of the week of `day`."""
    while day.weekday() != WEEK_STARTS[week_start]:
        day -= timedelta(days=1)
    return day


def months_before(day: date, months: int) -> date:
    """The first of the month that lies `months` before the month of `day`; negative goes forward."""
    day = day.replace(day=1)
    for _ in range(abs(months)):
        near = day - timedelta(days=1) if months > 0 else day + timedelta(days=31)
        day = near.replace(day=1)
    return day


def first_of_year(day: date, years_before: int = 0) -> date:
    return date(day.year - years_before, 1, 1)


# ---- ranges -------------------------------------------------------------------------------------


def resolve(spec: Any, at: Setting) -> Range:
    if isinstance(spec, dict):
        start, nominal = _absolute(spec, at)
    elif spec[0].isdigit():
        start, nominal = _relative(spec, at), at.as_of
    else:
        start, nominal = _word(spec, at)
    return Range(start, min(nominal, at.as_of), nominal)


def _absolute(spec: dict[str, str], at: Setting) -> tuple[int, int]:
    start = read_instant(spec["from"], at.zone)
    to = spec.get("to")
    if to is None:
        return start, at.as_of
    if is_date(to):
        return start, midnight(date.fromisoformat(to) + timedelta(days=1), at.zone)
    return start, read_instant(to, at.zone)


def _relative(spec: str, at: Setting) -> int:
    count, unit = parse_length(spec)
    if unit in ("min", "h"):
        return _clock_start(at.last, unit, at.zone) - (count - 1) * (HOUR if unit == "h" else MINUTE)
    day = {
        "d": lambda: at.today - timedelta(days=count - 1),
        "w": lambda: week_of(at.today, at.week_start) - timedelta(weeks=count - 1),
        "mo": lambda: months_before(at.today, count - 1),
        "y": lambda: first_of_year(at.today, count - 1),
    }[unit]()
    return midnight(day, at.zone)


def _clock_start(moment: int, unit: str, zone: str) -> int:
    """The newest instant up to `moment` at which the clock showed a full minute or hour."""
    moment = moment // MINUTE * MINUTE
    while unit == "h" and clock(moment, zone).minute != 0:
        moment -= MINUTE
    return moment


def _word(word: str, at: Setting) -> tuple[int, int]:
    today = at.today
    starts = {
        "today": (today, None),
        "yesterday": (today - timedelta(days=1), today),
        "this_week": (week_of(today, at.week_start), None),
        "last_week": (week_of(today, at.week_start) - timedelta(days=7), week_of(today, at.week_start)),
        "this_month": (months_before(today, 0), None),
        "last_month": (months_before(today, 1), months_before(today, 0)),
        "this_year": (first_of_year(today), None),
        "last_year": (first_of_year(today, 1), first_of_year(today)),
    }
    first, until = starts[word]
    return midnight(first, at.zone), at.as_of if until is None else midnight(until, at.zone)


# ---- the period before --------------------------------------------------------------------------


class Shift:
    """Moves an instant of a range into the period before it."""

    def __init__(self, spec: Any, range_: Range, at: Setting) -> None:
        self.zone, self.limit = at.zone, range_.start
        self.days = self.months = self.elapsed = 0
        if isinstance(spec, dict):
            self._absolute(spec, range_, at)
        elif spec[0].isdigit():
            self._length(*parse_length(spec))
        else:
            length = {"today": "day", "yesterday": "day"}.get(spec) or spec.split("_")[1]
            self._length(*parse_length(length))

    def _length(self, count: int, unit: str) -> None:
        self.elapsed = count * {"min": MINUTE, "h": HOUR}.get(unit, 0)
        self.days = count * {"d": 1, "w": 7}.get(unit, 0)
        self.months = count * {"mo": 1, "y": 12}.get(unit, 0)

    def _absolute(self, spec: dict[str, str], range_: Range, at: Setting) -> None:
        to = spec.get("to")
        if is_date(spec["from"]) and (to is None or is_date(to)):
            last = at.today if to is None else date.fromisoformat(to)
            self.days = (last + timedelta(days=1) - date.fromisoformat(spec["from"])).days
        else:
            self.elapsed = range_.nominal_end - range_.start

    def __call__(self, moment: int) -> int:
        return min(self._moved(moment), self.limit)

    def _moved(self, moment: int) -> int:
        if self.elapsed:
            return moment - self.elapsed
        wall = clock(moment, self.zone)
        if moment == midnight(wall.date(), self.zone):
            wall = datetime.combine(wall.date(), time())  # that day the clock skipped midnight, or it is midnight
        if self.months:
            return instant(_months_earlier(wall, self.months), self.zone)
        return instant(wall - timedelta(days=self.days), self.zone)


def _months_earlier(wall: datetime, months: int) -> datetime:
    """Same day and time; a day that the month lacks becomes the next month's first midnight."""
    first = months_before(wall.date(), months)
    day = first + timedelta(days=wall.day - 1)
    if (day.year, day.month) != (first.year, first.month):
        return datetime.combine(months_before(first, -1), time())
    return datetime.combine(day, wall.time())


def previous(spec: Any, range_: Range, at: Setting) -> Range:
    """The period that `range_` is compared with."""
    shift = Shift(spec, range_, at)
    end = shift(range_.end)
    return Range(shift(range_.start), end, end)


# ---- buckets ------------------------------------------------------------------------------------


def default_every(range_: Range) -> str:
    length = range_.nominal_end - range_.start
    steps = [(3 * HOUR, "1min"), (12 * HOUR, "5min"), (10 * DAY, "1h"), (120 * DAY, "1d"), (800 * DAY, "1w")]
    return next((every for most, every in steps if length <= most), "1mo")


@cache
def buckets(range_: Range, every: str | None, zone: str, week_start: str = "monday") -> list[tuple[int, int]]:
    """Every bucket of the range, the first and the last cut to it."""
    if range_.empty:
        return []
    count, unit = parse_length(every or default_every(range_))
    inner = [edge for edge in _edges(range_, count, unit, zone, week_start) if range_.start < edge < range_.end]
    edges = [range_.start, *inner, range_.end]
    return list(itertools.pairwise(edges))


def _edges(range_: Range, count: int, unit: str, zone: str, week_start: str) -> list[int]:
    minutes = count * {"min": 1, "h": 60}.get(unit, 0)
    if not minutes:
        return _calendar_edges(range_, count, unit, zone, week_start)
    if minutes <= 60:
        return _clock_edges(range_, minutes, zone)
    return _elapsed_edges(range_, minutes, zone)


def _clock_edges(range_: Range, minutes: int, zone: str) -> list[int]:
    """Every instant at which the clock's minutes since midnight are a multiple."""
    found = []
    for low, high in quarters(range_.start // MINUTE * MINUTE, range_.end):
        wall = clock(low, zone)
        shown = wall.hour * 60 + wall.minute
        found += [low + i * MINUTE for i in range(-(-(high - low) // MINUTE)) if (shown + i) % minutes == 0]
    return found


def _elapsed_edges(range_: Range, minutes: int, zone: str) -> list[int]:
    found = []
    for day in _days(range_, zone):
        opening, closing = midnight(day, zone), midnight(day + timedelta(days=1), zone)
        found += list(range(opening, closing, minutes * MINUTE))
    return found


def _days(range_: Range, zone: str) -> list[date]:
    """The local days that the range meets."""
    day, last = clock(range_.start, zone).date(), clock(range_.end - 1, zone).date()
    found = [day]
    while day < last:
        day += timedelta(days=1)
        found.append(day)
    return found


def _calendar_edges(range_: Range, count: int, unit: str, zone: str, week_start: str) -> list[int]:
    day = clock(range_.start, zone).date()
    if unit == "w":
        day = week_of(day, week_start)
    elif unit in ("mo", "y"):
        day = months_before(day, 0) if unit == "mo" else first_of_year(day)
    found = []
    while (edge := midnight(day, zone)) < range_.end:
        found.append(edge)
        day = _step(day, count, unit)
    return found


def _step(day: date, count: int, unit: str) -> date:
    if unit in ("d", "w"):
        return day + timedelta(days=count * (7 if unit == "w" else 1))
    return months_before(day, -count * (12 if unit == "y" else 1))


# ---- the hours of the week ----------------------------------------------------------------------


def cell(moment: int, zone: str) -> tuple[int, int]:
    """ISO weekday and hour on the clock."""
    wall = clock(moment, zone)
    return wall.isoweekday(), wall.hour


@cache
def cell_lengths(start: int, end: int, zone: str) -> dict[tuple[int, int], int]:
    """How long, in microseconds, the clock showed each hour of the week between two instants."""
    found: dict[tuple[int, int], int] = {}
    for low, high in quarters(start, end):
        key = cell(low, zone)
        found[key] = found.get(key, 0) + high - low
    return found
