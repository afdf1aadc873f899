"""What `if_missing: hide` leaves of a widget, by the last section of SEMANTICS.md."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tests.oracle import formula
from tests.oracle.metrics import CATALOGUE, Definition

MADE_OF: dict[str, tuple[str, ...]] = {
    "requests": (),
    "events": (),
    "final_errors": ("status_code",),
    "failed": ("status_code",),
    "status_class": ("status_code",),
    "tokens": ("input_tokens", "output_tokens"),
    "unpriced_tokens": ("input_tokens", "output_tokens", "cost"),
    "weekday": (),
    "hour": (),
}
"""Of any other name the field itself."""
KINDS = ("sum", "min", "max", "average", "quantile", "distinct")


def available(columns: Collection[str], *, prices: bool) -> frozenset[str]:
    """The fields that a source has, among them what follows from others."""
    found = {*columns}
    if {"status_code", "errors"} & found:
        found.add("errors")
    if prices and {"model", "input_tokens", "output_tokens"} <= found:
        found.add("cost")
    return frozenset(found)


class Hiding:
    """`fields` are those that the source has."""

    def __init__(self, project: Mapping[str, Any], fields: Collection[str]) -> None:
        self.fields = frozenset(fields)
        self.definitions: dict[str, Definition] = {**CATALOGUE, **project.get("metrics", {})}

    def fitted(self, widget: dict[str, Any]) -> dict[str, Any] | None:
        """The widget with the columns that can be answered; None if nothing is left."""
        if any(self.lacks(name) for name in _shared(widget)):
            return None
        found = {key: value for key, value in widget.items() if key != "order" or not self._is_lost(value)}
        for key, lacks in (("metrics", self.lacks_metric), ("records", self.lacks)):
            if key in widget:
                found[key] = [name for name in widget[key] if not lacks(name)]
                if found[key] != widget[key] and not set(found[key]) - {"time"}:
                    return None
        return None if "metric" in widget and self.lacks_metric(widget["metric"]) else found

    def _is_lost(self, order: str) -> bool:
        name = order.lstrip("-")
        return name in self.definitions and self.lacks_metric(name)

    def lacks(self, field: str) -> bool:
        return not {*MADE_OF.get(field, (field,))} <= self.fields

    def lacks_metric(self, name: str) -> bool:
        return any(self.lacks(field) for field in self._fields(self.definitions[name]))

    def _fields(self, definition: Definition) -> Iterator[str]:
        yield from definition.get("where", {})
        if "expr" in definition:
            for name in formula.names(formula.parse(definition["expr"])):
                yield from self._fields(self.definitions.get(name, {"sum": name}))
        yield from (definition[kind] for kind in KINDS if kind in definition)


def _shared(widget: dict[str, Any]) -> Iterator[str]:
    """What every column needs: dimensions, and the fields of conditions and of a histogram."""
    yield from widget.get("where", {})
    for key in ("by", "series", "rows", "columns", "of"):
        value = widget.get(key, [])
        yield from value if isinstance(value, list) else [value]
