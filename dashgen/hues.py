"""Which colour a value has: the same in every chart of a page, whatever is filtered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dashgen.theme import CATEGORICAL


class Hues:
    """The values of each dimension, in the order in which a page came to draw them: that is what colours follow.

    Beyond the last colour they begin anew; in one chart no two values share one as long as there are others.
    """

    def __init__(self) -> None:
        self._known: dict[str, dict[str, int]] = {}

    def roles(self, dimension: str, keys: Sequence[str]) -> list[str]:
        """A role for each of the keys of one chart, whose order only counts for those that are new to the page."""
        places = self._known.setdefault(dimension, {})
        for key in keys:
            places.setdefault(key, len(places))
        taken: dict[str, str] = {}
        for key in sorted(keys, key=places.__getitem__):
            taken[key] = _free(places[key], taken)
        return [taken[key] for key in keys]

    def known(self) -> dict[str, list[Any]]:
        """The values that the page has drawn so far, for its script to go on from."""
        return {dimension: [json.loads(key) for key in places] for dimension, places in self._known.items()}


def _free(place: int, taken: dict[str, str]) -> str:
    """The colour at a place, or the next that no other value of the chart has."""
    start = place % len(CATEGORICAL)
    turned = (*CATEGORICAL[start:], *CATEGORICAL[:start])
    return next((role for role in turned if role not in taken.values()), turned[0])
