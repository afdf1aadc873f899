"""What tokens cost where a source does not say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.calendar import is_date, read_instant
from tests.oracle.rounding import exact, half_even
from tests.oracle.zones import midnight


@dataclass(frozen=True)
class Price:
    model: str
    input: Fraction
    """Per million tokens."""
    output: Fraction
    start: int | None
    end: int | None

    def valid(self, model: str | None, time: int) -> bool:
        if model != self.model:
            return False
        return (self.start is None or self.start <= time) and (self.end is None or time < self.end)


def price_list(project: dict[str, Any]) -> list[Price]:
    zone = project.get("timezone", "UTC")
    return [
        Price(
            entry["model"],
            exact(entry["input"]),
            exact(entry["output"]),
            None if entry.get("from") is None else read_instant(entry["from"], zone),
            None if entry.get("to") is None else _end(entry["to"], zone),
        )
        for entry in project.get("prices", [])
    ]


def _end(written: str, zone: str) -> int:
    if is_date(written):
        return midnight(date.fromisoformat(written) + timedelta(days=1), zone)
    return read_instant(written, zone)


def cost_of(prices: list[Price], model: str | None, time: int, input_tokens: int, output_tokens: int) -> int | None:
    """Billionths of the currency, or None without a valid price."""
    for price in prices:
        if price.valid(model, time):
            return half_even((input_tokens * price.input + output_tokens * price.output) / 10**6 * 10**9)
    return None
