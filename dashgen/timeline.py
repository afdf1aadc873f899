"""Instants, ranges and buckets: everything that needs a calendar, computed here and nowhere else.

An instant is an `int`: microseconds since the epoch, UTC. A wall time is a naive `datetime`. Engines
only ever compare instants with edges made here, so no engine's time zone code decides a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dashgen.model import Absolute, Calendar, Every, Relative, TimeRange

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEKDAYS = {"monday": 0, "saturday": 5, "sunday": 6}
_ELAPSED = {"min": MINUTE, "h": HOUR}
_WORD_UNITS = {"today": "d", "yesterday": "d", "week": "w", "month": "mo", "year": "y"}


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone with the first day of its weeks."""

    name: str
    week_start: str = "monday"

    def offset(self, instant: int) -> int:
        """Microseconds that local clocks are ahead of UTC."""
        return _offset(self.name, instant // SECOND) * SECOND

    def wall(self, instant: int) -> datetime:
        """What a clock on the wall shows."""
        return _naive(instant + self.offset(instant))

    def instant(self, wall: datetime) -> int:
        """The first instant with this wall time; inside a gap, the end of the gap."""
        zone = ZoneInfo(self.name)
        early = to_instant(wall.replace(tzinfo=zone, fold=0))
        if self.wall(early) == wall:
            return early
        late = to_instant(wall.replace(tzinfo=zone, fold=1))
        return self._transition(late, early)

    def midnight(self, day: date) -> int:
        return self.instant(datetime(day.year, day.month, day.day))

    def nominal(self, instant: int) -> datetime:
        """The wall time that an instant stands for: midnight for the first of a day, even if the clock skipped it."""
        wall = self.wall(instant)
        opening = datetime(wall.year, wall.month, wall.day)
        return opening if self.instant(opening) == instant else wall

    def day(self, instant: int) -> date:
        return self.wall(instant).date()

    def week(self, day: date) -> date:
        """The first day of the week that holds `day`."""
        return day - timedelta(days=(day.weekday() - _WEEKDAYS[self.week_start]) % 7)

    def segments(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Stretches of `[start, end)` with one offset each: (from, to, offset)."""
        at = start
        while at < end:
            offset, low, stop = self.offset(at), at, end
            while low < end - 1:
                high = min(low + 7 * DAY, end - 1)
                if self.offset(high) != offset:
                    stop = self._transition(low, high)
                    break
                low = high
            yield at, stop, offset
            at = stop

    def _transition(self, low: int, high: int) -> int:
        """The first instant after `low` with another offset; transitions fall on whole seconds."""
        before, low, high = self.offset(low), low // SECOND, high // SECOND
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.offset(middle * SECOND) == before else (low, middle)
        return high * SECOND

    def iso(self, instant: int) -> str:
        """ISO 8601 with this zone's offset; a fraction only where there is one."""
        return _aware(instant).astimezone(ZoneInfo(self.name)).isoformat()


@lru_cache(maxsize=65536)
def _offset(zone: str, second: int) -> int:
    found = (_EPOCH + timedelta(seconds=second)).astimezone(ZoneInfo(zone)).utcoffset()
    return int(found.total_seconds()) if found else 0


def _aware(instant: int) -> datetime:
    return _EPOCH + timedelta(microseconds=instant)


def _naive(instant: int) -> datetime:
    return _aware(instant).replace(tzinfo=None)


def to_instant(moment: datetime) -> int:
    """Microseconds since the epoch of an aware datetime."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def now() -> int:
    """The clock's instant."""
    return to_instant(datetime.now(UTC))


# ---- ranges ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shift:
    """How far back the previous period lies: wall days, wall months, or elapsed microseconds."""

    days: int = 0
    months: int = 0
    elapsed: int = 0

    def back(self, instant: int, zone: Zone) -> int:
        if self.elapsed:
            return instant - self.elapsed
        wall = zone.nominal(instant)
        if self.days:
            return zone.instant(wall - timedelta(days=self.days))
        return zone.instant(_months_back(wall, self.months))


def _months_back(wall: datetime, months: int) -> datetime:
    """The same day and wall time `months` earlier; a day that month does not have becomes its end."""
    month = wall.year * 12 + wall.month - 1 - months
    first = datetime(month // 12, month % 12 + 1, 1)
    following = _first_of(first.date(), 1)
    moved = first + timedelta(days=wall.day - 1)
    if moved.date() >= following:
        return datetime(following.year, following.month, 1)
    return datetime.combine(moved.date(), wall.time())


@dataclass(frozen=True, slots=True)
class Window:
    """A resolved range `[start, end)`, never beyond `as_of`; `nominal` is the end before that cut."""

    start: int
    end: int
    nominal: int
    shift: Shift
    zone: Zone

    @property
    def is_empty(self) -> bool:
        return self.start >= self.end

    def back(self, instant: int) -> int:
        """The same moment of the previous period."""
        return min(self.shift.back(instant, self.zone), self.start)

    def previous(self) -> tuple[int, int]:
        return self.back(self.start), self.back(self.end)


def resolve(asked: TimeRange, as_of: int, zone: Zone) -> Window:
    """The instants that a written range means at `as_of` (`SEMANTICS.md`, Time)."""
    match asked:
        case Relative(count, unit) if unit in _ELAPSED:
            start = _floor(as_of - 1, _ELAPSED[unit], zone) - (count - 1) * _ELAPSED[unit]
            return _window(start, as_of, as_of, Shift(elapsed=count * _ELAPSED[unit]), zone)
        case Relative(count, unit):
            first = _step(_first(zone.day(as_of - 1), unit, zone), unit, 1 - count)
            return _window(zone.midnight(first), as_of, as_of, _calendar_shift(unit, count), zone)
        case Calendar(word):
            return _calendar(word, as_of, zone)
        case Absolute():
            return _absolute(asked, as_of, zone)


def _window(start: int, nominal: int, as_of: int, shift: Shift, zone: Zone) -> Window:
    return Window(start, min(nominal, as_of), nominal, shift, zone)


def _calendar(word: str, as_of: int, zone: Zone) -> Window:
    unit = _WORD_UNITS[word.split("_")[-1]]
    this = _first(zone.day(as_of - 1), unit, zone)
    shift = _calendar_shift(unit, 1)
    if word in ("yesterday",) or word.startswith("last_"):
        before = _step(this, unit, -1)
        return _window(zone.midnight(before), zone.midnight(this), as_of, shift, zone)
    return _window(zone.midnight(this), as_of, as_of, shift, zone)


def _absolute(asked: Absolute, as_of: int, zone: Zone) -> Window:
    start = edge(asked.start, zone)
    nominal, until = _until(asked.end, as_of, zone)
    if until is None or isinstance(asked.start, datetime):
        return _window(start, nominal, as_of, Shift(elapsed=nominal - start), zone)
    return _window(start, nominal, as_of, Shift(days=(until - asked.start).days), zone)


def _until(end: date | datetime | None, as_of: int, zone: Zone) -> tuple[int, date | None]:
    """Where a written range ends, and the first day after it if it ends with a day."""
    if isinstance(end, datetime):
        return edge(end, zone), None
    if end is None:
        return as_of, zone.day(as_of - 1) + timedelta(days=1)
    until = end + timedelta(days=1)
    return zone.midnight(until), until


def edge(moment: date | datetime, zone: Zone) -> int:
    """A written date (its local midnight) or instant (without an offset: local)."""
    if not isinstance(moment, datetime):
        return zone.midnight(moment)
    return zone.instant(moment) if moment.tzinfo is None else to_instant(moment)


def _calendar_shift(unit: str, count: int) -> Shift:
    days, months = {"d": (1, 0), "w": (7, 0), "mo": (0, 1), "y": (0, 12)}[unit]
    return Shift(days=days * count, months=months * count)


def _first(day: date, unit: str, zone: Zone) -> date:
    """The first day of the day, week, month or year that holds `day`."""
    match unit:
        case "w":
            return zone.week(day)
        case "mo":
            return day.replace(day=1)
        case "y":
            return day.replace(month=1, day=1)
    return day


def _step(first: date, unit: str, count: int) -> date:
    """`count` units after a unit's first day."""
    match unit:
        case "d":
            return first + timedelta(days=count)
        case "w":
            return first + timedelta(days=7 * count)
        case "mo":
            return _first_of(first, count)
    return first.replace(year=first.year + count)


def _first_of(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


def _floor(instant: int, step: int, zone: Zone) -> int:
    offset = zone.offset(instant)
    return (instant + offset) // step * step - offset


# ---- buckets --------------------------------------------------------------------------------

_DEFAULT_EVERY = (
    (3 * HOUR, Every(1, "min")),
    (12 * HOUR, Every(5, "min")),
    (10 * DAY, Every(1, "h")),
    (120 * DAY, Every(1, "d")),
    (800 * DAY, Every(1, "w")),
)


def default_every(window: Window) -> Every:
    """Hours for a week, days for months, minutes for hours."""
    whole = window.nominal - window.start
    return next((every for limit, every in _DEFAULT_EVERY if whole <= limit), Every(1, "mo"))


_LENGTHS = {"min": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY, "mo": 30 * DAY, "y": 365 * DAY}


MOST_BUCKETS = 5000
"""Of a line or a sparkline; more cannot be drawn."""


def roughly(window: Window, every: Every) -> int:
    """About how many buckets `buckets` would make."""
    return (window.end - window.start) // length(every)


def length(every: Every) -> int:
    """About how long a bucket of this size is, in microseconds."""
    return every.count * _LENGTHS[every.unit]


def longer(a: Every, b: Every) -> Every:
    """The longer of two sizes."""
    return max(a, b, key=length)


def buckets(window: Window, every: Every) -> tuple[int, ...]:
    """Edges of the buckets that meet the window, its own start and end included."""
    if window.is_empty:
        return ()
    inner = _edges(window, every)
    return (window.start, *(e for e in inner if window.start < e < window.end), window.end)


def ladder(window: Window, every: Every) -> tuple[int, ...]:
    """Where buckets of this size begin by the local clock, from the one on that holds the window's start."""
    return tuple(_edges(window, every))


def hours(window: Window) -> tuple[int, ...]:
    """Edges of the local clock's hours."""
    return buckets(window, Every(1, "h"))


def _edges(window: Window, every: Every) -> Iterator[int]:
    zone = window.zone
    if every.unit in _ELAPSED:
        step = every.count * _ELAPSED[every.unit]
        return _aligned(window, step) if step <= HOUR else _from_midnights(window, step)
    return _calendar_edges(window, every, zone)


def _aligned(window: Window, step: int) -> Iterator[int]:
    for start, stop, offset in window.zone.segments(window.start, window.end):
        yield from range(-(-(start + offset) // step) * step - offset, stop, step)


def _from_midnights(window: Window, step: int) -> Iterator[int]:
    day = window.zone.day(window.start)
    midnight = window.zone.midnight(day)
    while midnight < window.end:
        day += timedelta(days=1)
        following = window.zone.midnight(day)
        yield from range(midnight, following, step)
        midnight = following


def _calendar_edges(window: Window, every: Every, zone: Zone) -> Iterator[int]:
    first = _first(zone.day(window.start), every.unit, zone)
    while (at := zone.midnight(first)) < window.end:
        yield at
        first = _step(first, every.unit, every.count)
