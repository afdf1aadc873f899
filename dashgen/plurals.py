"""The plural category of a written number, by the rules that `cldr` gives as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashgen.digits import Digits, parts


def plural(rules: Mapping[str, Sequence[Any]], number: Digits, after: int) -> str:
    """Of `number`, rounded and written with `after` digits after the point: `one`, `few` … `other`."""
    whole, fraction = parts(number, after)
    shown = fraction.rstrip("0")
    operands = {
        "i": int(whole),
        "v": len(fraction),
        "w": len(shown),
        "f": int(fraction or 0),
        "t": int(shown or 0),
        "n": None if shown else int(whole),
    }
    for category, any_of in rules.items():
        if any(all(_holds(condition, operands) for condition in all_of) for all_of in any_of):
            return category
    return "other"


def _holds(condition: Sequence[Any], operands: Mapping[str, int | None]) -> bool:
    """Exponents (`c`, `e`) are never written: they are 0. A number with a fraction is in no range."""
    operand, divisor, is_inside, ranges = condition
    value = operands.get(operand, 0)
    if value is None:
        return not is_inside
    value = value % divisor if divisor else value
    return is_inside is any(low <= value <= high for low, high in ranges)
