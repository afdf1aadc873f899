"""Checks of ranges and buckets against each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from dashgen import messages
from dashgen.diagnostics import Diagnostic
from dashgen.model import Absolute, Calendar, Dashboard, Every, Relative, TimeRange
from dashgen.plan.views import is_bucketed, is_clocked
from dashgen.resolve.scope import Asked, Scope, item, written
from dashgen.timeline import MOST_BUCKETS

MOST_HOURS = 100_000
LONGEST = 101 * 366
"""Days. What is longer than this ends where the data ends, wherever that is."""

_DAYS = {"min": 1 / 1440, "h": 1 / 24, "d": 1.0, "w": 7.0, "mo": 30.44, "y": 365.25}
_WORDS = {"today": 1.0, "yesterday": 1.0, "week": 7.0, "month": 30.44, "year": 365.25}
_DEFAULT_LIMITS = ((0.125, 1 / 1440), (0.5, 5 / 1440), (10.0, 1 / 24), (120.0, 1.0), (800.0, 7.0))


def has_buckets(asked: Asked) -> bool:
    """Whether the widget has a time axis."""
    return asked.view is not None and is_bucketed(asked.view)


def days(asked: TimeRange) -> float | None:
    """About how long a range is; None where only the data can tell."""
    match asked:
        case Relative(count, unit):
            return count * _DAYS[unit]
        case Calendar(word):
            return _WORDS[word.split("_")[-1]]
        case Absolute(start, None):
            return None
        case Absolute(start, end):
            until = _moment(end or start) + timedelta(days=0 if isinstance(end, datetime) else 1)
            return max((until - _moment(start)).total_seconds() / 86400, 0) or None


def _moment(moment: date | datetime) -> datetime:
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return moment.replace(tzinfo=UTC)


def check_buckets(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    """No more buckets than can be drawn; a heatmap of the clock counts hours."""
    widget, view = asked.widget, asked.view
    length = days(widget.time_range or asked.dashboard.time_range)
    if length is None or length > LONGEST:
        return
    if view is not None and is_clocked(view):
        yield from _too_many(asked, ("time_range", "type"), length / _DAYS["h"], MOST_HOURS)
    elif has_buckets(asked):
        yield from _too_many(asked, ("every", "time_range", "type"), length / _size(widget.every, length), MOST_BUCKETS)


def _too_many(asked: Asked, keys: tuple[str, ...], count: float, most: int) -> Iterator[Diagnostic]:
    if count > most:
        key = next(key for key in keys if key in asked)
        yield messages.too_many_buckets(asked.widget.at / key, round(count), most)


def _size(every: Every | None, length: float) -> float:
    if every is not None:
        return every.count * _DAYS[every.unit]
    return next((size for limit, size in _DEFAULT_LIMITS if length <= limit), _DAYS["mo"])


def check_presets(dashboard: Dashboard, scope: Scope) -> Iterator[Diagnostic]:
    """Each preset once, and none longer than the history that is shipped."""
    at, seen = dashboard.at / "time_ranges", set[TimeRange]()
    for n, preset in enumerate(dashboard.time_ranges):
        if preset in seen:
            yield messages.duplicate_range(item(at, n))
        seen.add(preset)
    shipped = days(dashboard.history) if dashboard.history is not None else None
    if shipped is None:
        return
    offered = [
        (dashboard.time_range, dashboard.at / "time_range"),
        *((r, at / n) for n, r in enumerate(dashboard.time_ranges)),
    ]
    for offer, place in offered:
        if written(place) is not None and (days(offer) or 0) > shipped * 1.02:
            yield messages.history_too_short(place)
