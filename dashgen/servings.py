"""Which cube served a demand before: what is planned anew is only what is new.

A widget that is planned without its neighbours would be served by another cube than with them. So each demand, whatever
it measures, remembers the grouping that served it over the same data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from dashgen.cache import Store
from dashgen.cube import CubeSpec
from dashgen.digest import digest
from dashgen.model import Condition
from dashgen.plan.merge import Plan


class Servings:
    """`states` names what each source is now; a source without one remembers nothing."""

    def __init__(self, store: Store, states: Mapping[str, str]) -> None:
        self._store = store
        self._states = states

    def plan(self, demands: Iterable[CubeSpec], make: Callable[[list[CubeSpec]], Plan]) -> Plan:
        """The plan of all demands, of which only those that nobody remembers are given to `make`."""
        wanted = list(dict.fromkeys(demands))
        known = {demand: found for demand in wanted if (found := self._get(demand)) is not None}
        made = make([demand for demand in wanted if demand not in known])
        for demand, spec in made.serving.items():
            self._put(demand, spec, made.estimates[spec])
        return _joined(made, known) if known else made

    def _name(self, demand: CubeSpec) -> str | None:
        state = self._states.get(demand.source)
        return digest("serving", state, _bare(demand)) if state else None

    def _get(self, demand: CubeSpec) -> tuple[CubeSpec, int] | None:
        name = self._name(demand)
        return self._store.told(name, _told) if name else None

    def _put(self, demand: CubeSpec, spec: CubeSpec, cells: int) -> None:
        if name := self._name(demand):
            self._store.put(name, json.dumps({"spec": _plain(_bare(spec)), "cells": cells}).encode())


def _bare(spec: CubeSpec) -> CubeSpec:
    return replace(spec, measures=(), cells=0)


def _joined(made: Plan, known: Mapping[CubeSpec, tuple[CubeSpec, int]]) -> Plan:
    """Every grouping once, with all that is measured of it."""
    groupings = {demand: spec for demand, (spec, _) in known.items()}
    groupings |= {demand: _bare(spec) for demand, spec in made.serving.items()}
    cells = dict(known.values()) | {_bare(one): made.estimates[one] for one in made.cubes}
    whole = {
        bare: replace(
            bare, cells=cells[bare], measures=_measures(demand for demand in groupings if groupings[demand] == bare)
        )
        for bare in dict.fromkeys(groupings.values())
    }
    serving = {demand: whole[bare] for demand, bare in groupings.items()}
    return Plan(tuple(whole.values()), serving, {spec: cells[bare] for bare, spec in whole.items()})


def _measures(demands: Iterable[CubeSpec]) -> tuple[Any, ...]:
    return tuple(sorted({measure for demand in demands for measure in demand.measures}, key=repr))


# ---- a grouping as JSON -------------------------------------------------------------------------


def _plain(spec: CubeSpec) -> dict[str, Any]:
    return {
        "source": spec.source,
        "where": [{name: getattr(one, name) for name in _CONDITION} for one in spec.where],
        "dimensions": spec.dimensions,
        "edges": spec.edges,
        "histogram": spec.histogram,
        "accuracy": spec.accuracy,
        "mask": spec.mask,
    }


_CONDITION = ("dimension", "any_of", "none_of", "gt", "gte", "lt", "lte", "missing")


def _told(kept: bytes) -> tuple[CubeSpec, int]:
    told = json.loads(kept)
    return _spec(told["spec"]), int(told["cells"])


def _spec(told: Mapping[str, Any]) -> CubeSpec:
    return CubeSpec(
        told["source"],
        tuple(_condition(one) for one in told["where"]),
        tuple(told["dimensions"]),
        tuple(told["edges"]),
        (),
        told["histogram"],
        told["accuracy"],
        tuple(told["mask"]),
    )


def _condition(told: Mapping[str, Any]) -> Condition:
    lists = {name: None if told[name] is None else tuple(told[name]) for name in ("any_of", "none_of")}
    return Condition(**{**told, **lists})
