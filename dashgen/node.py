"""A mapping of a checked document, read key by key: what `parse.py` and the widget kinds build from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashgen import values
from dashgen.diagnostics import At
from dashgen.model import Annotation, Comparison, Condition, Every, Order, Scalar, Stacked, Thresholds, TimeRange, Where

Types = Mapping[str, str]
"""Dimension or field → its type, one of those in `fields.py`; what is not in it is text."""


@dataclass(frozen=True, slots=True)
class Node:
    """The schema has passed: a key that is there has the right form."""

    at: At
    data: Mapping[str, Any]
    types: Types
    inherited: Mapping[str, Any] = field(default_factory=dict)
    """The dashboard's own keys, for those that its widgets take over."""

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def get(self, key: str, default: Any = None) -> Any:
        return self.data.get(key, default)

    def text(self, key: str) -> str | None:
        found: str | None = self.data.get(key)
        return found

    def integer(self, key: str) -> int | None:
        found: int | None = self.data.get(key)
        return found

    def flag(self, key: str, default: bool) -> bool:
        return bool(self.data.get(key, default))

    def names(self, key: str) -> tuple[str, ...]:
        """One name or a list of them."""
        found = self.data.get(key, [])
        return (found,) if isinstance(found, str) else tuple(found)

    def metrics(self) -> tuple[str, ...]:
        """Of `metric:` or `metrics:`."""
        return self.names("metric") or self.names("metrics")

    def child(self, key: str) -> Node:
        """The mapping below `key`; empty where there is nothing."""
        return Node(self.at / key, self.data.get(key) or {}, self.types, self.inherited)

    def children(self, key: str) -> Iterator[tuple[str, Node]]:
        """The mappings below `key` by their names."""
        parent = self.child(key)
        return ((name, parent.child(name)) for name in parent.data)

    def items(self, key: str) -> Iterator[Node]:
        """The mappings of the list below `key`."""
        for index, item in enumerate(self.data.get(key, [])):
            yield Node(self.at / key / index, item, self.types, self.inherited)

    # ---- values -------------------------------------------------------------------------------

    def time_range(self, key: str) -> TimeRange | None:
        return values.time_range(self.data[key]) if key in self.data else None

    def every(self) -> Every | None:
        return values.every(self.data["every"]) if "every" in self.data else None

    def order(self) -> Order | None:
        text = self.text("order")
        return Order(text.removeprefix("-"), text.startswith("-"), self.at / "order") if text else None

    def stacked(self) -> Stacked | None:
        match self.data.get("stacked"):
            case True:
                return "stack"
            case "share":
                return "share"
        return None

    def compare(self) -> Comparison | None:
        return self.data.get("compare") or None

    def compare_or_inherited(self) -> Comparison | None:
        """What the widget says, else the dashboard."""
        return self.data.get("compare", self.inherited.get("compare")) or None

    def thresholds(self) -> Thresholds | None:
        given: Mapping[str, float | str] = self.data.get("thresholds", {})
        if not given:
            return None
        found = {name: values.quantity(value) for name, value in given.items()}
        units = frozenset(unit for value in given.values() if (unit := values.quantity_unit(value)))
        return Thresholds(found.get("warning"), found.get("critical"), units, self.at / "thresholds")

    def annotations(self) -> tuple[Annotation, ...]:
        return tuple(_annotation(one) for one in self.items("annotations"))

    def where(self) -> Where:
        given = self.data.get("where", {})
        return tuple(
            _condition(name, condition, self.at / "where" / name, self.types) for name, condition in given.items()
        )

    def scalars(self, key: str, dimension: str) -> tuple[Scalar | None, ...]:
        """One value or a list of values of a dimension."""
        return _scalars(self.data.get(key, []), self.at / key, self.types.get(dimension, "text"))


def _annotation(given: Node) -> Annotation:
    start = values.moment(given.get("at", given.get("from")))
    return Annotation(given.get("text"), start, values.moment(given.get("to")) if "to" in given else None, given.at)


def _condition(dimension: str, data: Any, at: At, types: Types) -> Condition:
    kind = types.get(dimension, "text")
    if not isinstance(data, dict):
        return Condition(dimension, any_of=_scalars(data, at, kind), at=at)
    none_of = _scalars(data["not"], at / "not", kind) if "not" in data else ()
    gt, gte, lt, lte = (values.quantity(data[key]) if key in data else None for key in ("gt", "gte", "lt", "lte"))
    return Condition(dimension, None, none_of, gt, gte, lt, lte, data.get("missing"), at)


def _scalars(data: Any, at: At, kind: str) -> tuple[Scalar | None, ...]:
    if isinstance(data, list):
        return tuple(_scalar(value, at / index, kind) for index, value in enumerate(data))
    return (_scalar(data, at, kind),)


def _scalar(data: Scalar | None, at: At, kind: str) -> Scalar | None:
    """Text keeps what was written, so that `1.10` is not `1.1`; a measured field takes numbers with units."""
    if data is None or kind == "boolean":
        return data
    if kind == "text":
        return at.document.written(at.path)
    try:
        return values.quantity(data)
    except (KeyError, ValueError):  # a text that is no quantity: the number types are checked later
        return data
