"""What one widget asks of the cubes. Every widget kind says its question in one of these shapes."""

from __future__ import annotations

from dataclasses import dataclass

from dashgen.model import Order


@dataclass(frozen=True, slots=True)
class Ranking:
    """Display order and the fold: the first `top` groups, the rest as one row unless `other` is false."""

    order: Order | None = None
    top: int | None = None
    other: bool = True


@dataclass(frozen=True, slots=True)
class Total:
    """One row over the whole range; with `spark`, a series beside it."""

    metrics: tuple[str, ...]
    compare: bool = False
    spark: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """A row per bucket, and per value of `series`."""

    metrics: tuple[str, ...]
    series: str | None = None
    ranking: Ranking = Ranking()
    compare: bool = False


@dataclass(frozen=True, slots=True)
class Groups:
    """A row per group of `by`, and per value of `series` inside it."""

    metrics: tuple[str, ...]
    by: tuple[str, ...]
    series: str | None = None
    ranking: Ranking = Ranking()
    compare: bool = False
    spark: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A row per cell of two dimensions, or of `weekday` and `hour`."""

    metric: str
    rows: str
    columns: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """Counts of a measured field by its size."""

    of: str
    by: str | None
    scale: str
    ranking: Ranking = Ranking()


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest events themselves."""

    fields: tuple[str, ...]
    count: int


View = Total | Trend | Groups | Grid | Distribution | Newest

CLOCK = ("weekday", "hour")
"""Dimensions that come from the time axis instead of a column."""


def shown(view: View) -> tuple[str, ...]:
    """Its metrics, as their values stand in its rows."""
    match view:
        case Total(metrics) | Trend(metrics) | Groups(metrics):
            return metrics
        case Grid(metric):
            return (metric,)
    return ()


def is_bucketed(view: View) -> bool:
    """Whether it is a line or has sparklines."""
    return isinstance(view, Trend) or (isinstance(view, (Total, Groups)) and view.spark)


def is_clocked(view: View) -> bool:
    """Whether it needs every hour of its range."""
    return isinstance(view, Grid) and not {view.rows, view.columns}.isdisjoint(CLOCK)


def ranking(view: View) -> Ranking | None:
    return view.ranking if isinstance(view, (Trend, Groups, Distribution)) else None
