"""A project and its dashboards as the program uses them: frozen, normalised, free of YAML.

`parse.py` fills these after the schema has passed, so nothing here is optional that the
language gives a default. Positions (`at`) take no part in equality: moving a widget changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from dashgen.diagnostics import At

Scalar = str | int | float | bool
Comparison = Literal["previous"]
IfMissing = Literal["error", "hide"]


# ---- time -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Relative:
    """`7d`: today and the six local days before. Units: min h d w mo y."""

    count: int
    unit: Literal["min", "h", "d", "w", "mo", "y"]


@dataclass(frozen=True, slots=True)
class Calendar:
    """`this_month` and its like."""

    word: str


@dataclass(frozen=True, slots=True)
class Absolute:
    """`{from, to}`: a date `to` includes that day, an instant does not. Without `to`: until `as_of`."""

    start: date | datetime
    end: date | datetime | None


TimeRange = Relative | Calendar | Absolute


@dataclass(frozen=True, slots=True)
class Every:
    """A bucket's size: `5min` is `Every(5, "min")`, `day` is `Every(1, "d")`."""

    count: int
    unit: Literal["min", "h", "d", "w", "mo", "y"]


@dataclass(frozen=True, slots=True)
class AsOf:
    """`now`, `latest`, or an instant."""

    word: Literal["now", "latest", "instant"]
    instant: datetime | None = None


# ---- conditions -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a `where`. All that is given must hold. `None` in a tuple means a missing value."""

    dimension: str
    any_of: tuple[Scalar | None, ...] | None = None
    none_of: tuple[Scalar | None, ...] = ()
    gt: float | None = None
    gte: float | None = None
    lt: float | None = None
    lte: float | None = None
    missing: bool | None = None
    at: At | None = field(default=None, compare=False, repr=False)


Where = tuple[Condition, ...]


# ---- project --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Canonical name → a column or an SQL expression of the source."""

    name: str
    text: str | None
    at: At = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    description: str | None
    """Said in the footer of pages that show it."""
    type: str
    path: tuple[str, ...]
    url: str | None
    table: str | None
    query: str | None
    preset: str
    fields: Mapping[str, FieldMapping]
    units: Mapping[str, str]
    timezone: str
    origin: datetime | None
    on_error: Literal["fail", "show"]
    options: Mapping[str, Any]
    """Keys that only sources of this type have."""
    at: At = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """A measured or named column beyond the canonical ones."""

    name: str
    title: str | None
    description: str | None
    unit: str | None
    resolution: float | None
    at: At = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DimensionDefinition:
    name: str
    title: str
    description: str | None
    at: At | None = field(default=None, compare=False, repr=False)


Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class MetricDefinition:
    """A metric as it was written: `kind` is one of sum count min max average quantile distinct expr."""

    name: str
    kind: str
    argument: str | None
    q: float | None
    source: str | None
    where: Where
    per: Literal["minute", "hour", "day"] | None
    title: str
    description: str | None
    format: str | None
    unit: str | None
    better: Better
    builtin: bool
    at: At = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Price:
    """Currency per million tokens as exact decimal text; `start` and `end` as in an absolute range."""

    model: str
    input: str
    output: str
    start: date | datetime | None
    end: date | datetime | None
    at: At = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    type: str
    options: Mapping[str, Any]
    at: At = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Project:
    root: str
    """The folder that every relative path starts from."""
    source: str | None
    sources: Mapping[str, Source]
    fields: Mapping[str, FieldDefinition]
    dimensions: Mapping[str, DimensionDefinition]
    metrics: Mapping[str, MetricDefinition]
    prices: tuple[Price, ...]
    targets: Mapping[str, Target]
    components: Mapping[str, Any]
    theme: str
    currency: str
    timezone: str
    week_start: Literal["monday", "sunday", "saturday"]
    dashboards: tuple[str, ...]
    at: At = field(compare=False, repr=False)

    @property
    def address(self) -> str:
        """Where the first folder among the targets that says so is served, with no slash at the end; else empty."""
        folders = (target.options for target in self.targets.values() if target.type == "directory")
        return next((str(options["url"]).rstrip("/") for options in folders if "url" in options), "")


# ---- dashboards -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filter:
    """`dimension` may be `time_range`."""

    dimension: str
    default: tuple[Scalar | None, ...]
    locked: bool
    hidden: bool
    top: int | None
    at: At = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """In the metric's own unit: a fraction for a percentage, milliseconds for a duration."""

    warning: float | None
    critical: float | None
    units: frozenset[Literal["percent", "duration"]]
    """Units that were written; plain numbers have none."""
    at: At = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Annotation:
    """What happened at `start`, or from then to `end`; a date `end` includes that day."""

    text: str
    start: date | datetime
    end: date | datetime | None
    at: At = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Order:
    """`-cost` is `Order("cost", descending=True)`; a metric or a dimension."""

    name: str
    descending: bool
    at: At = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """What every widget has; the kinds under `widgets/` add their own keys."""

    type: str
    id: str
    title: str | None
    note: str | None
    width: int | None
    height: int | None
    source: str | None
    time_range: TimeRange | None
    every: Every | None
    where: Where
    if_missing: IfMissing
    allow: frozenset[str]
    at: At = field(compare=False, repr=False)


Stacked = Literal["stack", "share"]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    note: str | None
    layout: tuple[Widget | Section, ...]
    at: At = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Privacy:
    mask: tuple[str, ...]
    minimum_group: int | None


@dataclass(frozen=True, slots=True)
class Dashboard:
    id: str
    title: str
    description: str | None
    source: str | None
    time_range: TimeRange
    time_ranges: tuple[TimeRange, ...]
    history: TimeRange | None
    timezone: str
    week_start: Literal["monday", "sunday", "saturday"]
    as_of: AsOf
    filters: tuple[Filter, ...]
    where: Where
    compare: Comparison | None
    annotations: tuple[Annotation, ...]
    theme: str
    lang: str
    locale: str
    budget: float
    accuracy: float
    privacy: Privacy | None
    audience: Literal["public", "private"]
    refresh: str | None
    if_missing: IfMissing
    layout: tuple[Widget | Section, ...]
    at: At = field(compare=False, repr=False)

    @property
    def is_interactive(self) -> bool:
        """Whether a viewer can choose anything."""
        return not all(one.locked for one in self.filters)

    @property
    def masked(self) -> tuple[str, ...]:
        """Dimensions whose values are told as pseudonyms."""
        return tuple(sorted(self.privacy.mask)) if self.privacy else ()

    @property
    def minimum_group(self) -> int:
        """No fewer events than this may be told apart."""
        return (self.privacy.minimum_group if self.privacy else None) or 1

    @property
    def widgets(self) -> tuple[Widget, ...]:
        """Every widget, in reading order, sections opened."""
        return tuple(_walk(self.layout))


def _walk(layout: tuple[Widget | Section, ...]) -> list[Widget]:
    found: list[Widget] = []
    for entry in layout:
        found.extend(_walk(entry.layout) if isinstance(entry, Section) else [entry])
    return found
