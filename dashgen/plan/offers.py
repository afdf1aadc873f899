"""What a page offers its viewers: filters that they can change, ranges to choose from, and how much of the past."""

from __future__ import annotations

from collections.abc import Iterator

from dashgen.model import Dashboard, Filter, Scalar, TimeRange
from dashgen.timeline import Window, Zone, resolve

TIME = "time_range"


def open_filters(dashboard: Dashboard) -> Iterator[Filter]:
    """Those that are not locked; one that is hidden can still be set by a link."""
    return (chosen for chosen in dashboard.filters if not chosen.locked)


def dimensions(dashboard: Dashboard) -> tuple[str, ...]:
    """What can be filtered by, in the order of the filters."""
    return tuple(chosen.dimension for chosen in open_filters(dashboard) if chosen.dimension != TIME)


def default(dashboard: Dashboard, dimension: str) -> tuple[Scalar | None, ...]:
    """What the page opens with: values that must be there to be chosen."""
    return next((chosen.default for chosen in dashboard.filters if chosen.dimension == dimension), ())


def chooses_time(dashboard: Dashboard) -> bool:
    return any(chosen.dimension == TIME for chosen in open_filters(dashboard))


def ranges(dashboard: Dashboard) -> tuple[TimeRange, ...]:
    """The presets, the dashboard's own range among them."""
    if not chooses_time(dashboard):
        return (dashboard.time_range,)
    own = () if dashboard.time_range in dashboard.time_ranges else (dashboard.time_range,)
    return (*dashboard.time_ranges, *own)


def windows(dashboard: Dashboard, as_of: int) -> tuple[Window, ...]:
    """The presets at `as_of`."""
    zone = _zone(dashboard)
    return tuple(resolve(one, as_of, zone) for one in ranges(dashboard))


def since(dashboard: Dashboard, as_of: int) -> int:
    """Where the shipped past begins: with the longest preset, or earlier if `history:` says so."""
    found = [window.start for window in windows(dashboard, as_of)]
    if dashboard.history and chooses_time(dashboard):
        found.append(resolve(dashboard.history, as_of, _zone(dashboard)).start)
    return min(found)


def _zone(dashboard: Dashboard) -> Zone:
    return Zone(dashboard.timezone, dashboard.week_start)
