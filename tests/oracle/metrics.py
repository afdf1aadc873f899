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


Names = frozenset[str]
Length = Callable[[Names], int]
"""How many microseconds these sources, taken together, were watched."""


@dataclass(frozen=True)
class Group:
    """Events of any source, and how long each was watched; a rate needs `least` microseconds."""

    events: list[Event]
    length: Length
    least: int = 1


class Metrics:
    def __init__(self, catalogue: Mapping[str, Definition], project: Mapping[str, Definition]) -> None:
        self.definitions = {**HIDDEN, **catalogue, **project}
        self.leaves = cache(self._leaves)
        self.parse = cache(formula.parse)

    def sources(self, name: str, source: str) -> Names:
        """What a widget of `source` reads for this metric."""
        return frozenset(read for read, _ in self.leaves(name, source))

    def costs(self, name: str, source: str) -> Names:
        """The sources whose cost the metric involves."""
        return frozenset(read for read, field in self.leaves(name, source) if field == "cost")

    def row(self, names: list[str], over: Group, source: str) -> dict[str, Number | None]:
        """The values, and the tokens that no price is known for beside a cost."""
        found = {name: self.value(name, over, source) for name in names}
        costs = {read for name in names for read in self.costs(name, source)}
        unpriced = sum(DERIVED["unpriced_tokens"](event) for event in over.events if event.source in costs)
        return {"unpriced_tokens": unpriced, **found} if unpriced else found

    def value(self, name: str, over: Group, source: str, priced: Names = frozenset()) -> Number | None:
        """Of the sources in `priced` only events with a price count, as on both sides of a ratio with their cost."""
        source, definition = self._nearest(name, source)
        found = self._base(definition, over, source, priced)
        if "per" not in definition:
            return found
        return _rate(found, over, self.sources(name, source), definition["per"])

    def _nearest(self, name: str, source: str) -> tuple[str, Definition]:
        """The source written before the name, else the definition's own, else the given one."""
        prefix, _, metric = name.rpartition(".")
        definition = self.definitions[metric]
        return prefix or definition.get("source") or source, definition

    def _base(self, definition: Definition, over: Group, source: str, priced: Names) -> Number | None:
        if "expr" in definition:
            held = replace(over, events=[event for event in over.events if matches(event, definition.get("where"))])
            found = self._evaluate(self.parse(definition["expr"]), held, source, priced)
            return float(found) if isinstance(found, int) else found
        where = definition.get("where")
        events = [event for event in over.events if event.source == source and matches(event, where)]
        unpriced = any(not event.priced for event in events)
        if definition.get("sum") == "cost" and unpriced and not any(event.billed for event in events):
            return None
        kind = next(kind for kind in KINDS if kind in definition)
        return KINDS[kind]([event for event in events if event.priced or source not in priced], definition)

    def _evaluate(self, node: formula.Node, over: Group, source: str, priced: Names) -> Number | None:
        if isinstance(node, formula.Literal):
            return node.value
        if isinstance(node, formula.Name):
            return self.value(node.name, over, source, priced)
        if node.sign == "/":
            priced = priced.union(*(self.costs(name, source) for name in formula.names(node)))
        left, right = (self._evaluate(side, over, source, priced) for side in (node.left, node.right))
        return arithmetic(node.sign, left, right)

    def _leaves(self, name: str, source: str) -> frozenset[tuple[str, str]]:
        """Every source with a field or dimension of it that the metric is made of."""
        source, definition = self._nearest(name, source)
        if "expr" in definition:
            parts = [self.leaves(other, source) for other in formula.names(self.parse(definition["expr"]))]
            return frozenset[tuple[str, str]]().union(*parts)
        kind = next(kind for kind in KINDS if kind in definition)
        return frozenset({(source, str(definition[kind]))})


def _rate(value: Number | None, over: Group, sources: Names, per: str) -> float | None:
    length = over.length(sources)
    if value is None or length < over.least:
        return None
    return value / PER[per](length / MINUTE)


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
