"""Pseudonyms: short names for values that are not to be told, the same for the same value and the same secret."""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from dashgen.model import Condition, Scalar, Where

V = TypeVar("V")

SHORT = 8
"""Letters behind the dimension's name: forty bits, so that among 20,000 values it is hardly ever too few."""


@dataclass(frozen=True)
class Pseudonyms:
    """For each masked dimension every value that occurs and its pseudonym; no two values share one."""

    key: bytes = field(repr=False)
    names: Mapping[str, Mapping[str, str]] = field(repr=False)

    @staticmethod
    def of(key: bytes, values: Mapping[str, Iterable[str]]) -> Pseudonyms:
        return Pseudonyms(key, {name: _distinct(key, name, set(found)) for name, found in values.items()})

    @property
    def dimensions(self) -> frozenset[str]:
        return frozenset(self.names)

    def hide(self, dimension: str, value: V) -> V | str:
        """Missing stays missing; what came to the source after the names were given has all letters."""
        if not isinstance(value, str):
            return value
        return self.names[dimension].get(value) or f"{dimension}-{digest(self.key, dimension, value)}"

    def reveal(self, dimension: str, name: str) -> str:
        """What `hide` undone is; what is no pseudonym stays as it is."""
        return self._values[dimension].get(name, name)

    def hidden(self, where: Where, dimensions: Collection[str]) -> Where:
        """The same conditions, on the pseudonyms of these dimensions."""
        return tuple(_renamed(one, self.names[one.dimension]) if one.dimension in dimensions else one for one in where)

    def revealed(self, where: Where, dimensions: Collection[str]) -> Where:
        """What `hidden` undone is."""
        return tuple(
            _renamed(one, self._values[one.dimension]) if one.dimension in dimensions else one for one in where
        )

    @cached_property
    def _values(self) -> Mapping[str, Mapping[str, str]]:
        return {dimension: {name: value for value, name in names.items()} for dimension, names in self.names.items()}


def digest(key: bytes, dimension: str, value: str) -> str:
    """HMAC-SHA256 of `dimension`, a zero byte and `value`, in base 32 (RFC 4648) with small letters and no padding."""
    made = hmac.digest(key, f"{dimension}\0{value}".encode("utf-8", "surrogatepass"), "sha256")
    return b32encode(made).decode().rstrip("=").lower()


def _distinct(key: bytes, dimension: str, values: Collection[str]) -> dict[str, str]:
    """`user-4f3k2qab`; values whose names would be alike all get as many letters more as tell them apart."""
    letters = {value: digest(key, dimension, value) for value in values}
    found: dict[str, str] = {}
    length, rest = SHORT, letters
    while rest:
        alike: dict[str, list[str]] = {}
        for value, name in rest.items():
            alike.setdefault(name[:length], []).append(value)
        found |= {group[0]: f"{dimension}-{name}" for name, group in alike.items() if len(group) == 1}
        rest = {value: letters[value] for group in alike.values() if len(group) > 1 for value in group}
        length += 1
    return found


def _renamed(condition: Condition, names: Mapping[str, str]) -> Condition:
    def name(value: Scalar | None) -> Scalar | None:
        return names.get(value, value) if isinstance(value, str) else value

    any_of = None if condition.any_of is None else tuple(map(name, condition.any_of))
    return replace(condition, any_of=any_of, none_of=tuple(map(name, condition.none_of)))
