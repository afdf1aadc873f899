"""The bar of filters: what it says before any script runs, and how the script calls what viewers choose among."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dashgen.draw import DrawnDashboard
from dashgen.model import Absolute, Calendar, Filter, Relative, Scalar, TimeRange
from dashgen.names import shorten
from dashgen.plan import offers
from dashgen.widgets.base import Context

WORDS = (
    *("all", "filter", "more-chosen", "chosen", "between", "release", "reset", "close"),
    *("active", "none-active", "unavailable"),
    *("search-in", "values-found", "choose-these", "more-values", "no-value-found", "folded"),
    *("own-range", "from-day", "to-day", "range-backwards", "range-outside", "range-widened", "range-cut"),
    *("link-newer", "link-long", "link-strange", "choice-long"),
)
"""What the script says of filters."""
_FEW, _MANY, _LENGTH = 3, 20, 40
"""As in filters.js: so many values stand apart, so many are named at all, in so many letters each."""


@dataclass(frozen=True, slots=True)
class Chip:
    """What the numbers are filtered by. `state` is empty where nothing is chosen."""

    dimension: str
    title: str
    state: str
    names: tuple[str, ...]
    """Of the values that stand below the bar, each as one chip."""
    locked: bool


def chips(drawn: DrawnDashboard) -> Iterator[Chip]:
    """One per filter that shows, in their order; the range of time stands before them."""
    for one in drawn.dashboard.filters:
        if one.dimension != offers.TIME and not one.hidden:
            yield _chip(one, drawn.context)


def _chip(one: Filter, context: Context) -> Chip:
    state = _chosen(one.default, context)
    names = (state,) if len(one.default) > _FEW else tuple(_name(value, context) for value in one.default)
    return Chip(one.dimension, _title(one, context), state, () if one.locked else names, one.locked)


def _title(one: Filter, context: Context) -> str:
    label = context.labels.get(one.dimension)
    return label.title if label else one.dimension


def _chosen(values: Sequence[Scalar | None], context: Context) -> str:
    names = [_name(value, context) for value in values[:_MANY]]
    more = len(values) - len(names)
    return context.write.names([*names, *([context.words("more-chosen", count=more)] if more else [])])


def _name(value: Scalar | None, context: Context) -> str:
    return shorten(context.write.name(value), _LENGTH)


def time_is(drawn: DrawnDashboard) -> str:
    """Whether viewers can choose the range: `open`, `locked`, or nothing where it is no filter."""
    found = [one for one in drawn.dashboard.filters if one.dimension == offers.TIME and not one.hidden]
    return "" if not found else "locked" if found[0].locked else "open"


def content(drawn: DrawnDashboard) -> dict[str, Any]:
    """For the script: the titles of all filters and, in their order, of the ranges; one of fixed dates has none."""
    context, dashboard = drawn.context, drawn.dashboard
    titles = {one.dimension: _title(one, context) for one in dashboard.filters if one.dimension != offers.TIME}
    return {
        "titles": {**titles, offers.TIME: context.words("time")},
        "ranges": [range_title(one, context) for one in offers.ranges(dashboard)],
    }


def range_title(asked: TimeRange, context: Context) -> str:
    match asked:
        case Relative(count, unit):
            return context.words(f"last-{unit}", count=count)
        case Calendar(word):
            return context.words(f"range-{word.replace('_', '-')}")
        case Absolute():
            return ""
