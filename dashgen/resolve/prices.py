"""Checks of prices: a model has one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import inf

from dashgen import messages
from dashgen.diagnostics import Diagnostic
from dashgen.model import Price
from dashgen.resolve.scope import Scope
from dashgen.timeline import Zone, edge


def check(scope: Scope) -> Iterator[Diagnostic]:
    by_model: dict[str, list[Price]] = {}
    for price in scope.project.prices:
        by_model.setdefault(price.model, []).append(price)
    for prices in by_model.values():
        yield from _check_overlap(prices, Zone(scope.project.timezone))


def _check_overlap(prices: list[Price], zone: Zone) -> Iterator[Diagnostic]:
    """Of two that overlap, the one that begins later is reported; of equals the later written one."""
    last, until = None, -inf
    for start, end, _, price in sorted((*_period(p, zone), n, p) for n, p in enumerate(prices)):
        if last is not None and start < until:
            document = last.at.document.name if last.at.document is not price.at.document else None
            yield messages.overlapping_prices(price.at, price.model, last.at.span.line, document)
        if end > until:
            last, until = price, end


def _period(price: Price, zone: Zone) -> tuple[float, float]:
    start = -inf if price.start is None else edge(price.start, zone)
    if price.end is None:
        return start, inf
    return start, edge(price.end if isinstance(price.end, datetime) else price.end + timedelta(days=1), zone)
