"""Rows of a source as plain events, by the table at the head of SEMANTICS.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.oracle import raw
from tests.oracle.prices import Price, cost_of, price_list
from tests.oracle.rounding import BILLION, exact, half_even, scaled
from tests.oracle.zones import EPOCH, instant, microseconds

TEXTS = ("model", "project", "api_key", "user")
COUNTS = ("retries", "input_tokens", "output_tokens")
CANONICAL = ("time", *TEXTS, "status_code", *COUNTS, "cost", "latency")
PER_SECOND = {"s": 1, "ms": 1000, "us": 10**6, "ns": 10**9}
LATENCY_FACTOR = {"s": 1_000_000, "ms": 1000, "us": 1, "ns": 0.001}


@dataclass(slots=True)
class Event:
    time: int
    dimensions: dict[str, Any]
    """Texts, `status_code`, `failed`, `status_class` and the project's own."""
    fields: dict[str, int | None]
    """Measured fields as integers in their own resolution; None is missing."""
    events: int
    requests: int
    errors: int
    tokens: int
    priced: bool
    billed: bool
    """Its cost is known: it was written, or its model had a price."""
    scales: Mapping[str, int | Fraction] = field(repr=False, default_factory=dict)
    """How many of a field's integers make one of its display units."""
    source: str = ""
    known: frozenset[str] = field(repr=False, default_factory=frozenset)
    """The columns that its source has, by field."""

    @property
    def failed(self) -> bool:
        return bool(self.dimensions["failed"])


Override = Callable[[raw.Row], Any]


def read(
    root: Path, project: dict[str, Any], source: str | None = None, overrides: Mapping[str, Override] | None = None
) -> list[Event]:
    """The events of a source of the project in `root`. `overrides` compute what is mapped by an expression."""
    name = source or project.get("source") or next(iter(project["sources"]))
    spec = project["sources"][name]
    found = events(list(raw.rows(root, spec["path"])), spec, project, overrides or {})
    return [replace(event, source=name) for event in found]


def read_all(root: Path, project: dict[str, Any]) -> list[Event]:
    """The events of all sources, in the order of time."""
    found = [event for name in project["sources"] for event in read(root, project, name)]
    return sorted(found, key=lambda event: event.time)


def events(
    rows: list[raw.Row], spec: dict[str, Any], project: dict[str, Any], overrides: Mapping[str, Override] | None = None
) -> list[Event]:
    """Rows to events, in the order of time."""
    reader = _Reader(rows, spec, project, overrides or {})
    found = [reader.event(row) for row in rows]
    return sorted((event for event in found if event is not None), key=lambda event: event.time)


class _Reader:
    def __init__(
        self,
        rows: list[raw.Row],
        spec: dict[str, Any],
        project: dict[str, Any],
        overrides: Mapping[str, Override],
    ) -> None:
        self.spec, self.overrides = spec, overrides
        self.mapping: dict[str, str | None] = spec.get("fields", {})
        self.units: dict[str, str] = spec.get("units", {})
        self.zone = spec.get("timezone", "UTC")
        self.columns = {column for row in rows for column in row}
        self.prices: list[Price] = price_list(project)
        self.own_dimensions = [name for name in project.get("dimensions", {}) if name not in CANONICAL]
        self.own_fields: dict[str, dict[str, Any]] = {
            name: given or {} for name, given in project.get("fields", {}).items() if name not in CANONICAL
        }
        self.scales: dict[str, int | Fraction] = {"cost": BILLION, "latency": 1000, **dict.fromkeys(COUNTS, 1)}
        self.factors = {name: self._factor(name, rows) for name in self.own_fields}
        self.known = frozenset(name for name in (*CANONICAL, *self.own_dimensions, *self.own_fields) if self.has(name))

    def has(self, name: str) -> bool:
        if name in self.overrides or self.mapping.get(name) is not None:
            return True
        return name not in self.mapping and name in self.columns

    def value(self, row: raw.Row, name: str) -> Any:
        if name in self.overrides:
            return self.overrides[name](row)
        column = self.mapping.get(name, name)
        return None if column is None else row.get(column)

    def event(self, row: raw.Row) -> Event | None:
        time = self._time(self.value(row, "time"))
        if time is None:
            return None
        dimensions: dict[str, Any] = {name: text(self.value(row, name)) for name in (*TEXTS, *self.own_dimensions)}
        status = integer(self.value(row, "status_code"))
        failed = status is None or status >= 400
        dimensions |= {"status_code": status, "failed": failed, "status_class": status_class(status)}
        fields: dict[str, int | None] = {name: integer(self.value(row, name)) for name in COUNTS}
        fields["latency"] = measured(self.value(row, "latency"), LATENCY_FACTOR[self.units.get("latency", "ms")])
        fields |= {name: measured(self.value(row, name), factor) for name, factor in self.factors.items()}
        count = 1 if "requests" not in self.mapping else integer(self.value(row, "requests")) or 0
        retries = fields["retries"] or 0
        errors = retries + (count if failed else 0)
        if "errors" in self.mapping:
            errors = integer(self.value(row, "errors")) or 0
        tokens = (fields["input_tokens"] or 0) + (fields["output_tokens"] or 0)
        fields["cost"] = self._cost(row, time, dimensions["model"], fields)
        priced = fields["cost"] is not None
        return Event(
            time,
            dimensions,
            fields,
            count,
            count + retries,
            errors,
            tokens,
            priced,
            self._is_billed(row, time, dimensions["model"]),
            self.scales,
            known=self.known,
        )

    def _is_billed(self, row: raw.Row, time: int, model: str | None) -> bool:
        return measured(self.value(row, "cost"), 1e9) is not None or cost_of(self.prices, model, time, 0, 0) is not None

    def _cost(self, row: raw.Row, time: int, model: str | None, fields: dict[str, int | None]) -> int | None:
        """In billionths; None for an unpriced event."""
        own = measured(self.value(row, "cost"), 1e9)
        if own is not None:
            return own
        tokens = fields["input_tokens"] or 0, fields["output_tokens"] or 0
        priced = cost_of(self.prices, model, time, *tokens)
        if priced is not None:
            return priced
        return 0 if sum(tokens) == 0 else None

    def _factor(self, name: str, rows: list[raw.Row]) -> float | None:
        """What a value is multiplied with before it is rounded; None for integers as they are."""
        unit = self.units.get(name, self.own_fields[name].get("unit"))
        if unit in LATENCY_FACTOR:
            self.scales[name] = 1000
            return LATENCY_FACTOR[unit]
        if all(is_integer(self.value(row, name)) for row in rows):
            self.scales[name] = 1
            return None
        resolution = self.own_fields[name].get("resolution", 1e-6)
        self.scales[name] = 1 / exact(resolution)
        return float(self.scales[name])

    # ---- time -----------------------------------------------------------------------------------

    def _time(self, value: Any) -> int | None:
        if value is None:
            return None
        if isinstance(value, raw.Stamp):
            return self._wall(value.microseconds) if value.wall else value.microseconds
        if isinstance(value, str) and not re.fullmatch(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?", value):
            return self._written(value)
        return self._origin() + self._number(value)

    def _number(self, value: Any) -> int:
        per_second = PER_SECOND[self.units.get("time", "s")]
        if is_integer(value):
            return half_even(Fraction(int(value) * 10**6, per_second))
        found = scaled(float(value), 10**6 / per_second)
        assert found is not None
        return found

    def _origin(self) -> int:
        origin = self.spec.get("origin")
        return 0 if origin is None else self._written(origin)

    def _written(self, value: str) -> int:
        """ISO 8601, with an offset or on the source's clock, digits beyond the microsecond cut off."""
        found = re.fullmatch(
            r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?)?\s*(Z|[-+]\d\d(?::?\d\d)?)?", value
        )
        assert found, value
        day, clock, decimals, offset = found.groups()
        whole = datetime.fromisoformat(f"{day}T{clock or '00:00'}")
        part = int((decimals or ".")[1:7].ljust(6, "0"))
        if offset is None:
            return instant(whole + timedelta(microseconds=part), self.zone)
        aware = datetime.fromisoformat(f"{whole.isoformat()}{_full(offset)}")
        return microseconds(aware) + part

    def _wall(self, naive: int) -> int:
        return instant(EPOCH.replace(tzinfo=None) + timedelta(microseconds=naive), self.zone)


def _full(offset: str) -> str:
    digits = offset.replace(":", "")
    return "+00:00" if offset == "Z" else f"{digits[:3]}:{digits[3:] or '00'}"


# ---- cells --------------------------------------------------------------------------------------


def text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.text if isinstance(value, raw.Written) else str(value)


def is_integer(value: Any) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"[-+]?\d+", value) is not None
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def integer(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) or is_integer(value):
        return int(value)
    number = float(value)
    return int(number) if number.is_integer() else None


def measured(value: Any, factor: float | None) -> int | None:
    if value is None or factor is None:
        return integer(value)
    return scaled(float(value), factor)


def status_class(status: int | None) -> str:
    return f"{status // 100}xx" if status is not None and 100 <= status <= 599 else "none"
