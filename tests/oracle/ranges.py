"""Seeded time ranges, buckets and ends of time around an instant of interest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from tests.oracle import calendar
from tests.oracle.calendar import Setting
from tests.oracle.zones import DAY, HOUR, MINUTE, clock, iso, midnight

Maker = Callable[[Random, int, str], Any]

LENGTHS = [
    "15min",
    "90min",
    "3h",
    "12h",
    "24h",
    "36h",
    "1d",
    "2d",
    "7d",
    "7d",
    "10d",
    "30d",
    "45d",
    "1w",
    "2w",
    "4w",
    "1mo",
    "2mo",
    "3mo",
    "1y",
]
WORDS = ["today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_year", "last_year"]
LONGEST = {"week": 7, "month": 31, "year": 366}
EVERY = {
    "1min": MINUTE, "minute": MINUTE, "5min": 5 * MINUTE, "20min": 20 * MINUTE, "30min": 30 * MINUTE,
    "hour": HOUR, "1h": HOUR, "2h": 2 * HOUR, "90min": 90 * MINUTE, "6h": 6 * HOUR, "12h": 12 * HOUR,
    "day": DAY, "2d": 2 * DAY, "3d": 3 * DAY, "week": 7 * DAY, "2w": 14 * DAY, "month": 30 * DAY, "2mo": 60 * DAY,
}  # fmt: skip


def _dates(random: Random, center: int, zone: str) -> dict[str, str]:
    day = clock(center, zone).date()
    start = day - timedelta(days=random.randint(0, 12))
    return {"from": start.isoformat(), "to": (start + timedelta(days=random.randint(0, 14))).isoformat()}


def _open(random: Random, center: int, zone: str) -> dict[str, str]:
    return {"from": _dates(random, center, zone)["from"]}


def _instants(random: Random, center: int, zone: str) -> dict[str, str]:
    start = center - random.randint(0, 20 * 60) * MINUTE
    end = start + random.randint(30, 40 * 60) * MINUTE
    return {"from": iso(start, zone), "to": iso(end, "UTC").replace("+00:00", "Z")}


def _walls(random: Random, center: int, zone: str) -> dict[str, str]:
    """On the dashboard's own clock, some of them in the hour that is missing or repeated."""
    wall = clock(center, zone).replace(minute=30) - timedelta(hours=random.choice([0, 1, 2, 26]))
    end = wall + timedelta(hours=random.choice([2, 25, 24, 72]))
    return {"from": wall.isoformat(timespec="minutes"), "to": end.isoformat(timespec="minutes")}


def _mixed(random: Random, center: int, zone: str) -> dict[str, str]:
    return {"from": _dates(random, center, zone)["from"], "to": iso(center + 90 * MINUTE, zone)}


RANGES: dict[str, list[Maker]] = {
    "relative": [lambda random, center, zone: random.choice(LENGTHS)],
    "calendar": [lambda random, center, zone: random.choice(WORDS)],
    "absolute": [_dates, _dates, _open, _instants, _walls, _mixed],
}


def range_class(spec: Any) -> str:
    if isinstance(spec, dict):
        return "absolute"
    return "relative" if spec[0].isdigit() else "calendar"


def as_ofs(center: int, zone: str) -> list[str]:
    """Ends of time: the newest event, and instants at, soon after and some days after the instant of interest."""
    after = midnight(clock(center, zone).date() + timedelta(days=1), zone)
    instants = [
        center + 30 * MINUTE,
        center + 90 * MINUTE,
        center + 5 * HOUR,
        after,
        after + DAY + 1,
        after + 4 * DAY + 17 * HOUR,
    ]
    walls = [(clock(center, zone) + timedelta(hours=3)).isoformat(timespec="minutes")]
    return ["latest"] * 4 + [iso(instant, zone) for instant in instants] + walls


def every_of(random: Random, spec: Any, at: Setting) -> str:
    """A bucket size that gives neither one bucket only nor thousands."""
    range_ = calendar.resolve(spec, at)
    length = max(HOUR, range_.nominal_end - range_.start)
    options = [name for name, step in EVERY.items() if 2 <= length // step <= 300]
    return random.choice([name for name in options if _whole(spec) // EVERY[name] <= 5000] or ["day"])


def _whole(spec: Any) -> int:
    """How long a range of calendar units can become, however early in them `as_of` lies."""
    if isinstance(spec, dict):
        return 0
    count, unit = calendar.parse_length(spec) if spec not in WORDS else (1, spec.rpartition("_")[2])
    return count * next((days * DAY for name, days in LONGEST.items() if unit in (name, name[0], f"{name[0]}o")), 0)
