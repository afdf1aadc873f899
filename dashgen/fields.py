"""The canonical fields of an event, and what is derived from them: types, units, and what each one needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from dashgen.model import FieldDefinition, Project

FieldType = Literal["time", "text", "integer", "real", "boolean"]


@dataclass(frozen=True, slots=True)
class Field:
    """`scale`: how many held units make one shown unit (latency is held in µs and shown in ms: 1000)."""

    name: str
    type: FieldType
    title: str
    unit: str | None = None
    scale: int = 1
    needs: tuple[tuple[str, ...], ...] = ()
    """Alternatives: the field exists where all of one tuple's fields do. Empty: mapped from a column."""
    source_unit: str = "ms"
    """What a duration's column is counted in unless the source's `units:` says otherwise."""

    @property
    def is_measured(self) -> bool:
        return self.type in ("integer", "real")

    @property
    def is_dimension(self) -> bool:
        return self.type in ("text", "boolean") or self.name == "status_code"


BILLION = 1_000_000_000
_COST = (("cost",), ("model", "input_tokens", "output_tokens", "prices"))

CANONICAL = {
    field.name: field
    for field in (
        Field("time", "time", "Time"),
        Field("model", "text", "Model"),
        Field("project", "text", "Project"),
        Field("api_key", "text", "API key"),
        Field("user", "text", "User"),
        Field("status_code", "integer", "Status"),
        Field("retries", "integer", "Retries"),
        Field("input_tokens", "integer", "Input tokens", "tokens"),
        Field("output_tokens", "integer", "Output tokens", "tokens"),
        Field("cost", "real", "Cost", "currency", BILLION, _COST),
        Field("latency", "real", "Latency", "ms", 1000),
        Field("requests", "integer", "Requests", "requests", needs=((),)),
        Field("errors", "integer", "Errors", "requests", needs=(("status_code",), ("errors",))),
        Field("events", "integer", "Events", "requests", needs=((),)),
        Field("tokens", "integer", "Tokens", "tokens", needs=(("input_tokens", "output_tokens"),)),
        Field("failed", "boolean", "Failed", needs=(("status_code",),)),
        Field("status_class", "text", "Status class", needs=(("status_code",),)),
        Field("priced", "boolean", "Priced", needs=_COST),
        Field("billed", "boolean", "Billed", needs=_COST),
    )
}

COUNTED = "counted"
"""Stands among what a source has where its rows stand for many events each."""
SINGLE_EVENTS = "rows that are single events"

COUNTS = ("requests", "errors")
"""Fields that make a row stand for many events: taken only where a source names them, never by a column's name."""

MAPPED = (*(name for name, field in CANONICAL.items() if not field.needs), "cost", *COUNTS)
"""What a source's `fields:` may name beside the project's own."""

DIMENSIONS = ("model", "project", "api_key", "user", "status_code", "failed", "status_class")

_DURATIONS = ("s", "ms", "us", "ns")
MICROSECONDS = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}

LIKELY = (631_152_000_000_000, 4_102_444_800_000_000)
"""Microseconds from 1990 to 2100: when requests to a model are logged, with room to spare."""


def likely_unit(instant: int, unit: str) -> str | None:
    """The unit in which the number that gave `instant` when read in `unit` would be a likely time."""
    if LIKELY[0] <= instant < LIKELY[1]:
        return None
    times = {other: instant / MICROSECONDS[unit] * factor for other, factor in MICROSECONDS.items()}
    return next((other for other, time in times.items() if LIKELY[0] <= time < LIKELY[1]), None)


def custom(definition: FieldDefinition) -> Field:
    """A measured field of the project: durations are held in µs and shown in ms, like latency."""
    title = definition.title or definition.name.replace("_", " ").capitalize()
    if definition.unit in _DURATIONS:
        return Field(definition.name, "real", title, "ms", 1000, source_unit=definition.unit)
    if definition.unit == "currency":
        return Field(definition.name, "real", title, "currency", BILLION)
    scale = round(1 / definition.resolution) if definition.resolution else 1_000_000
    return Field(definition.name, "real", title, definition.unit, scale)


def registry(project: Project) -> Mapping[str, Field]:
    """Every field that this project can speak of: canonical, its dimensions, its measured fields."""
    found = dict(CANONICAL)
    found |= {name: Field(name, "text", d.title) for name, d in project.dimensions.items() if name not in found}
    found |= {name: custom(d) for name, d in project.fields.items() if name not in found}
    mapped = {name for source in project.sources.values() for name in source.fields}
    for name in sorted(mapped - set(found) - set(MAPPED)):
        found[name] = custom(FieldDefinition(name, None, None, None, None, project.at))
    return found


def missing(field: Field, available: Iterable[str]) -> tuple[str, ...]:
    """What lacks for `field` where `available` fields (and `prices`) exist; empty if nothing does."""
    have = set(available)
    if not field.needs:
        return () if field.name in have else (field.name,)
    lacking = [tuple(need for need in way if need not in have) for way in field.needs]
    return min(lacking, key=len)
