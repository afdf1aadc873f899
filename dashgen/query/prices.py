"""The project's price table as rows that a query can join."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from dashgen.model import Price
from dashgen.query.events import PriceRow
from dashgen.timeline import Zone, edge

_EVER = 1 << 61
_PER_TOKEN = 1_000_000_000
"""Currency per million tokens × 10^9 is billionths of the currency per token × 10^6."""


def rows(prices: Iterable[Price], zone: Zone) -> tuple[PriceRow, ...]:
    """Each price with its validity as instants."""
    return tuple(
        PriceRow(price.model, _exact(price.input), _exact(price.output), *validity(price, zone)) for price in prices
    )


def validity(price: Price, zone: Zone) -> tuple[int, int]:
    """From when until when a price holds; a date `to` includes that day."""
    start = edge(price.start, zone) if price.start is not None else -_EVER
    if price.end is None:
        return start, _EVER
    if isinstance(price.end, datetime):
        return start, edge(price.end, zone)
    return start, edge(price.end + timedelta(days=1), zone)


def _exact(text: str) -> int:
    return int(Decimal(text) * _PER_TOKEN)
