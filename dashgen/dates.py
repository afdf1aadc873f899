"""Days and times as a locale writes them, out of the data of `cldr`. The page's script has the same: runtime/format.js.

A time is ISO 8601 text with an offset, and is written in it. The time of day always has 24 hours.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

_SHORT = 47 * 3600
"""Seconds from which on a range is told in days."""


class Dates:
    """Writes the days and times of one locale; `own` writes digits as it does."""

    def __init__(self, data: Mapping[str, Any], own: Callable[[str], str]) -> None:
        self.data = data
        self._own = own

    def weekday(self, number: int) -> str:
        """1 is Monday."""
        name: str = self.data["weekdays"][number - 1]
        return name

    def hour(self, number: int) -> str:
        """A full hour on the clock: `05:00`."""
        return self.clock(datetime(1, 1, 1, number))

    def clock(self, at: datetime) -> str:
        return self._filled(self.data["dates"]["minutes"], at)

    def month(self, at: datetime, *, year: bool = False) -> str:
        return self._filled(self.data["dates"]["month" if year else "shortMonth"], at)

    def year(self, at: datetime) -> str:
        return self._filled(self.data["dates"]["year"], at)

    def day(self, at: datetime, *, year: bool = True) -> str:
        return self._filled(self.data["dates"]["day" if year else "shortDay"], at)

    def time(self, iso: str, *, year: bool = True) -> str:
        """With seconds."""
        at = datetime.fromisoformat(iso)
        return self._both("day" if year else "shortDay", "seconds", at)

    def bucket(self, iso: str, daily: bool) -> str:
        """The start of a bucket: a day with its weekday, or with its time too."""
        at = datetime.fromisoformat(iso)
        if daily:
            return self._filled(self.data["dates"]["dayOfWeek"], at)
        return self._both("dayOfWeek", "minutes", at)

    def range(self, start: str, end: str) -> str:
        """A half-open range as days; with times of day when either end is not a midnight and it is short."""
        first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
        is_short = math.floor(last.timestamp()) - math.floor(first.timestamp()) < _SHORT
        if is_short and not (_is_midnight(first) and _is_midnight(last)):
            return self._minutes(first, last)
        return self._days(first, last - timedelta(days=1) if _is_midnight(last) else last)

    def _days(self, first: datetime, last: datetime) -> str:
        if first.date() >= last.date():
            return self.day(first)
        size = "years" if first.year != last.year else "months" if first.month != last.month else "days"
        begin, end = self.data["ranges"][size]
        return self._filled(begin, first) + self._filled(end, last)

    def _minutes(self, first: datetime, last: datetime) -> str:
        if first.date() == last.date():
            begin, end = self.data["ranges"]["minutes"]
            return self._glued(self.day(first), self._filled(begin, first) + self._filled(end, last))
        ends = [self._both("day", "minutes", at) for at in (first, last)]
        text: str = self.data["ranges"]["any"]
        return text.replace("{from}", ends[0]).replace("{to}", ends[1])

    def _both(self, day: str, time: str, at: datetime) -> str:
        dates = self.data["dates"]
        return self._glued(self._filled(dates[day], at), self._filled(dates[time], at))

    def _glued(self, date: str, time: str) -> str:
        text: str = self.data["dates"]["both"]
        return text.replace("{date}", date).replace("{time}", time)

    def _filled(self, pattern: str, at: datetime) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: self._field(found[1], at), pattern)

    def _field(self, field: str, at: datetime) -> str:
        match field:
            case "MMM":
                name: str = self.data["months"][at.month - 1]
                return name
            case "E":
                return self.weekday(at.isoweekday())
        number = {"y": at.year, "M": at.month, "d": at.day, "H": at.hour, "m": at.minute, "s": at.second}[field[0]]
        return self._own(str(number).rjust(len(field), "0"))


def _is_midnight(at: datetime) -> bool:
    return (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)
