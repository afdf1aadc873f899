"""Where instants stand on a time axis, and where its ticks are.

Vega draws time in the viewer's zone. So an axis holds the *clock reading* in the dashboard's zone as if it were UTC, on
a UTC scale: every viewer sees the dashboard's hours. A local hour that comes twice is squeezed into one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime


def positions(times: Sequence[str]) -> dict[str, int]:
    """ISO times with offsets, ascending → clock readings as milliseconds, strictly ascending too.

    Where clocks go back, both passes of the repeated stretch share its place on the axis, each at half its length.
    """
    distinct = list(dict.fromkeys(times))
    moments = [datetime.fromisoformat(text) for text in distinct]
    readings = [reading(at) for at in moments]
    for n in range(1, len(readings)):
        if readings[n] <= readings[n - 1]:
            _squeeze(readings, moments, n)
    return dict(zip(distinct, readings, strict=True))


def reading(at: datetime) -> int:
    """What the clock shows, as if it were UTC."""
    return round(at.replace(tzinfo=UTC).timestamp() * 1000)


def _squeeze(readings: list[int], moments: Sequence[datetime], turn: int) -> None:
    """`turn` is the first moment after the change. Both passes cover [start, start + 2·back) of real time."""
    back = _offset(moments[turn - 1]) - _offset(moments[turn])
    start = _real(moments[turn]) - back
    clock = readings[turn]
    for n, at in enumerate(moments):
        if start <= _real(at) < start + 2 * back:
            readings[n] = clock + (_real(at) - start) // 2


def _offset(at: datetime) -> int:
    return reading(at) - _real(at)


def _real(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def unfinished(times: Sequence[str], end: str) -> str:
    """The last bucket where the range's `end` cuts it short; empty if it is whole, or nothing tells how long it is."""
    if len(times) < 2 or not end:
        return ""
    before, last, until = (datetime.fromisoformat(text) for text in (*times[-2:], end))
    # Months, and days on which clocks change, are up to a tenth shorter than their neighbours.
    return times[-1] if until - last < 0.9 * (last - before) else ""


def is_daily(times: Iterable[str]) -> bool:
    """Whether every bucket begins at a local midnight."""
    return all(text[11:19] == "00:00:00" for text in times)


_HOUR = 3_600_000
_DAY = 24 * _HOUR
_STEPS = (
    *(_HOUR * minutes // 60 for minutes in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * hours for hours in (1, 2, 3, 6, 12)),
    *(_DAY * days for days in (1, 2, 3, 4, 7, 14)),
)


def ticks(first: int, last: int, most: int) -> list[int]:
    """At most `most` round clock readings from `first` to `last`: times of day, every so many days, months."""
    for step in _STEPS:
        anchor = first if step >= _DAY and first % _DAY == 0 else -(-first // step) * step
        if (last - anchor) // step < most:
            return list(range(anchor, last + 1, step))
    months = _month_starts(first, last)
    step = next(step for step in (1, 2, 3, 6, *range(12, 12_000, 12)) if len(months[::step]) <= most)
    return [reading(at) for at in months if (at.year * 12 + at.month - 1) % step == 0]


def _month_starts(first: int, last: int) -> list[datetime]:
    begin = datetime.fromtimestamp(first / 1000, UTC)
    months = range(begin.year * 12 + begin.month - 1, 12 * 9999)
    starts = (datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in months)
    inside = itertools.takewhile(lambda at: reading(at) <= last, starts)
    return [at for at in inside if reading(at) >= first]
