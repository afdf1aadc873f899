"""The values of a dimension as a chart knows them: distinct names in the order of the rows, an ink each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dashgen import names as naming
from dashgen.formats import Writer
from dashgen.hues import Hues
from dashgen.theme import category_role, ink


@dataclass(frozen=True, slots=True)
class Categories:
    """The values of a dimension in the order of their rows, with distinct names and an ink each."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    roles: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[Any], write: Writer, hues: Hues | None = None, dimension: str = "") -> Categories:
        """In the colours that `hues` has for the dimension's values, else by their order."""
        distinct = {category_key(value): value for value in values}
        names = naming.unique([naming.shorten(write.name(value)) for value in distinct.values()])
        coloured = [key for key, value in distinct.items() if not naming.is_other(value)]
        roles = dict(zip(coloured, (hues or Hues()).roles(dimension, coloured), strict=True))
        return cls(tuple(distinct), tuple(names), tuple(roles.get(key, "other") for key in distinct))

    @classmethod
    def of_metrics(cls, metrics: Sequence[str], titles: Iterable[str]) -> Categories:
        """Metrics by their titles, of which two may be the same."""
        names = naming.unique([naming.shorten(title) for title in titles])
        return cls(tuple(metrics), tuple(names), tuple(category_role(n) for n in range(len(names))))

    def part(self, keys: Sequence[str]) -> Categories:
        """Those of `keys`, in their own inks."""
        kept = [n for n, key in enumerate(self.keys) if key in keys]
        return Categories(*(tuple(group[n] for n in kept) for group in (self.keys, self.names, self.roles)))

    def index(self, value: Any) -> int:
        return self.keys.index(category_key(value))

    def name(self, value: Any) -> str:
        return self.names[self.index(value)]

    @property
    def inks(self) -> list[str]:
        return [ink(role) for role in self.roles]

    @property
    def longest(self) -> int:
        """Characters of the longest name."""
        return max(map(len, self.names), default=0)


def category_key(value: Any) -> str:
    """One text per value: 429 and "429", null and "null" stay apart."""
    return json.dumps(value, sort_keys=True)
