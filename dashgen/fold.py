"""Which values of a dimension a page tells apart when it cannot hold them all: the first by every ranking of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dashgen.aggregate import Held, aggregate, distinct, finished
from dashgen.cells import TWIN, Dictionary
from dashgen.cube import Cube, CubeSpec, Value, value_order
from dashgen.metrics import Catalogue
from dashgen.metrics.formula import Measure, value
from dashgen.model import Scalar
from dashgen.plan.interactive import Interactive, LiveQuestion
from dashgen.plan.needs import Place
from dashgen.plan.views import Distribution, Newest, ranking, shown

Cubes = Mapping[CubeSpec, Cube]
Score = dict[Value, Any]


def rankings(live: Interactive, cubes: Cubes, dimension: str, catalogue: Catalogue) -> list[list[Value]]:
    """The dimension's values in each order that matters: by requests, and as the widgets that group by it rank them."""
    volumes = [_volumes(live, cubes, place, dimension) for place in live.volumes.values()]
    asked = [
        _scores(one, live, cubes, dimension, catalogue) for one in live.questions.values() if _ranks(one, dimension)
    ]
    return [_ordered(scores, descending) for scores, descending in [*((one, True) for one in volumes), *asked]]


def kept(
    orders: Sequence[Sequence[Value]], known: Dictionary, count: int, named: Collection[Scalar | None] = ()
) -> Dictionary:
    """The first `count` of each order and those that are `named`; the others become one."""
    first: set[Scalar | None] = {*named, *(one for order in orders for one in order[:count])}
    values = tuple(one for one in known.values if one in first)
    folded = known.folded + len(known.values) - len(values)
    return known if folded == known.folded + 1 else Dictionary(values, folded)  # one value alone is no rest


def _ranks(one: LiveQuestion, dimension: str) -> bool:
    return not isinstance(one.question.view, Newest) and dimension in one.question.dimensions


def _ordered(scores: Score, descending: bool) -> list[Value]:
    """Missing scores last; ties by the values' order."""

    def place(one: Value) -> tuple[bool, Any, tuple[Any, ...]]:
        score = scores[one]
        return score is None, 0 if score is None else -score if descending else score, value_order(one)

    return sorted(scores, key=place)


def _volumes(live: Interactive, cubes: Cubes, place: Place, dimension: str) -> Score:
    return {one: held[place.measure] for one, held in _held(live, cubes, place, dimension).items()}


def _held(live: Interactive, cubes: Cubes, place: Place, dimension: str) -> dict[Value, Held]:
    """What a measure is for each value, over all that is shipped."""
    spec = live.serving.get(place.need)
    if spec is None or dimension not in spec.dimensions:
        return {}
    cube, demand = cubes[spec], replace(spec, measures=(place.measure,))
    everywhere = np.zeros(len(spec.edges) - 1, dtype=np.int64)
    return {key[1]: held for key, held in aggregate(cube, demand, everywhere, [dimension]).items()}


def _distinct(live: Interactive, cubes: Cubes, place: Place, dimension: str, of: Measure) -> dict[Value, Held]:
    spec = live.serving.get(place.need)
    if spec is None:
        return {}
    everywhere = np.zeros(len(spec.edges) - 1, dtype=np.int64)
    found = distinct(cubes[spec], replace(spec, measures=(place.measure,)), everywhere, [dimension], of)
    return {key[1]: held for key, held in found.items()}


def _scores(
    one: LiveQuestion, live: Interactive, cubes: Cubes, dimension: str, catalogue: Catalogue
) -> tuple[Score, bool]:
    how, question = ranking(one.question.view), one.question
    order = how.order if how else None
    held: dict[Value, Held] = {}
    for measure, place in one.places.items():
        is_distinct = measure.kind == "distinct"
        parts = (
            _distinct(live, cubes, place, dimension, measure) if is_distinct else _held(live, cubes, place, dimension)
        )
        for found, part in parts.items():
            held.setdefault(found, {})[measure] = part[measure if is_distinct else place.measure]
    if isinstance(question.view, Distribution):
        measure = next(iter(one.places))
        return {found: sum(part[measure].values()) for found, part in held.items()}, True
    name = order.name if order and order.name in catalogue.definitions else shown(question.view)[0]
    formula = catalogue.formula(name, question.source)
    minutes = {reading.name: 1.0 for reading in question.readings}
    ready = {found: finished(part, one.places, question.accuracy) for found, part in held.items()}
    scores = {found: value(formula, part, minutes) for found, part in ready.items()}
    return scores, order.descending if order and order.name in catalogue.definitions else True


def candidates(dictionaries: Mapping[str, Dictionary]) -> Iterator[str]:
    """Dimensions that may be folded, most values first."""
    large = [name for name, known in dictionaries.items() if len(known.values) > NEVER and not name.startswith(TWIN)]
    yield from sorted(large, key=lambda name: (-len(dictionaries[name].values), name))


NEVER = 64
"""A dimension with so many values or fewer is not folded unless its filter says `top:`."""
LEAST = 20
"""So many values are kept at least."""
