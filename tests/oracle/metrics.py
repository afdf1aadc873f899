"""The value of a metric over a group of events, by walking through the events."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

from tests.oracle import formula
from tests.oracle.conditions import matches
from tests.oracle.events import COUNTS, Event
from tests.oracle.near import Number, arithmetic, percentile
from tests.oracle.rounding import exact
from tests.oracle.zones import MINUTE

Definition = Mapping[str, Any]

CATALOGUE: dict[str, Definition] = {
    "requests": {"sum": "requests"},
    "request_rate": {"sum": "requests", "per": "minute"},
    "throughput": {"sum": "requests", "per": "minute"},
    "input_tokens": {"sum": "input_tokens"},
    "output_tokens": {"sum": "output_tokens"},
    "tokens": {"sum": "tokens"},
    "cost": {"sum": "cost"},
    "cost_daily_average": {"sum": "cost", "per": "day"},
    "errors": {"sum": "errors"},
    "error_rate": {"expr": "errors / requests"},
    "final_errors": {"sum": "final_errors"},
    "final_error_rate": {"expr": "final_errors / events"},
    "latency_avg": {"average": "latency"},
    "latency_p50": {"quantile": "latency", "q": 0.5},
    "latency_p95": {"quantile": "latency", "q": 0.95},
    "latency_p99": {"quantile": "latency", "q": 0.99},
    "tokens_per_dollar": {"expr": "tokens / cost"},
    "unpriced_tokens": {"sum": "unpriced_tokens"},
    "active_users": {"distinct": "user"},
    "active_api_keys": {"distinct": "api_key"},
}
HIDDEN: dict[str, Definition] = {"events": {"sum": "events"}}
PER: dict[str, Callable[[float], float]] = {
    "minute": lambda minutes: minutes,
    "hour": lambda minutes: minutes / 60,
    "day": lambda minutes: minutes / 1440,
}

DERIVED: dict[str, Callable[[Event], int]] = {
    "events": lambda event: event.events,
    "requests": lambda event: event.requests,
    "errors": lambda event: event.errors,
    "final_errors": lambda event: event.events if event.failed else 0,
    "tokens": lambda event: event.tokens,
    "unpriced_tokens": lambda event: 0 if event.priced else event.tokens,
}


@dataclass(frozen=True)
class Group:
    """Events, and how long they were watched: None where a rate has no meaning."""

    events: list[Event]
    length: int | None


def group(events: list[Event], length: int, least: int = 1) -> Group:
    """A group watched for `length` microseconds; `least` is what a rate needs."""
    return Group(events, length if length >= least else None)


class Metrics:
    def __init__(self, catalogue: Mapping[str, Definition], project: Mapping[str, Definition]) -> None:
        self.definitions = {**HIDDEN, **catalogue, **project}
        self.involves_cost = cache(self._involves_cost)
        self.parse = cache(formula.parse)

    def row(self, names: list[str], over: Group) -> dict[str, Number | None]:
        """The values, and the tokens that no price is known for beside a cost."""
        found = {name: self.value(name, over) for name in names}
        unpriced = sum(DERIVED["unpriced_tokens"](event) for event in over.events)
        if unpriced and any(self.involves_cost(name) for name in names):
            found["unpriced_tokens"] = unpriced
        return found

    def value(self, name: str, over: Group, *, priced: bool = False) -> Number | None:
        """`priced` leaves out every event without a price, as both sides of a ratio with cost do."""
        definition = self.definitions[name]
        if "where" in definition:
            over = replace(over, events=[event for event in over.events if matches(event, definition["where"])])
        found = self._base(definition, over, priced)
        return _rate(found, over, definition["per"]) if "per" in definition else found

    def _base(self, definition: Definition, over: Group, priced: bool) -> Number | None:
        if "expr" in definition:
            found = self._evaluate(self.parse(definition["expr"]), over, priced)
            return float(found) if isinstance(found, int) else found
        events = [event for event in over.events if event.priced] if priced else over.events
        kind = next(kind for kind in KINDS if kind in definition)
        unpriced = any(not event.priced for event in over.events)
        if definition.get("sum") == "cost" and unpriced and not any(event.billed for event in over.events):
            return None
        return KINDS[kind](events, definition)

    def _evaluate(self, node: formula.Node, over: Group, priced: bool) -> Number | None:
        if isinstance(node, formula.Literal):
            return node.value
        if isinstance(node, formula.Name):
            return self.value(node.name, over, priced=priced)
        if node.sign == "/":
            priced = priced or any(self.involves_cost(name) for name in formula.names(node))
        left, right = (self._evaluate(side, over, priced) for side in (node.left, node.right))
        return arithmetic(node.sign, left, right)

    def _involves_cost(self, name: str) -> bool:
        definition = self.definitions[name]
        if "expr" in definition:
            return any(self.involves_cost(other) for other in formula.names(self.parse(definition["expr"])))
        return any(definition.get(kind) == "cost" for kind in ("sum", "min", "max", "average", "quantile"))


def _rate(value: Number | None, over: Group, per: str) -> float | None:
    if value is None or over.length is None:
        return None
    return value / PER[per](over.length / MINUTE)


# ---- kinds --------------------------------------------------------------------------------------


def _held(events: list[Event], name: str) -> tuple[list[int], int | Fraction]:
    """The integers of the events that have the field, and how many of them make one."""
    if name in DERIVED:
        return [DERIVED[name](event) for event in events], 1
    values = [value for event in events if (value := event.fields[name]) is not None]
    return values, events[0].scales[name] if events else 1


def _divided(total: int, scale: int | Fraction, count: int = 1) -> Number:
    """One exact ratio, rounded once; a count stays an integer."""
    if scale == 1 and count == 1:
        return total
    ratio = Fraction(total) / Fraction(scale * count)
    return ratio.numerator / ratio.denominator


def _sum(events: list[Event], definition: Definition) -> Number:
    name = definition["sum"]
    if not events:
        return 0 if name in DERIVED or name in COUNTS else 0.0
    values, scale = _held(events, name)
    return _divided(sum(values), scale)


def _count(events: list[Event], definition: Definition) -> int:
    return sum(event.events for event in events)


def _average(events: list[Event], definition: Definition) -> Number | None:
    values, scale = _held(events, definition["average"])
    return float(_divided(sum(values), scale, len(values))) if values else None


def _extreme(kind: str, choose: Callable[[list[int]], int]) -> Callable[[list[Event], Definition], Number | None]:
    def extreme(events: list[Event], definition: Definition) -> Number | None:
        values, scale = _held(events, definition[kind])
        return _divided(choose(values), scale) if values else None

    return extreme


def _quantile(events: list[Event], definition: Definition) -> Number | None:
    values, scale = _held(events, definition["quantile"])
    if not values:
        return None
    return percentile(float(_divided(nearest_rank(values, definition["q"]), scale)))


def nearest_rank(values: list[int], q: float | str) -> int:
    """The value at position max(1, ceil(q·n)), q being the decimal that was written."""
    return sorted(values)[max(1, math.ceil(exact(q) * len(values))) - 1]


def _distinct(events: list[Event], definition: Definition) -> int:
    return len({event.dimensions[definition["distinct"]] for event in events} - {None})


KINDS: dict[str, Callable[[list[Event], Definition], Number | None]] = {
    "sum": _sum,
    "count": _count,
    "min": _extreme("min", min),
    "max": _extreme("max", max),
    "average": _average,
    "quantile": _quantile,
    "distinct": _distinct,
}
