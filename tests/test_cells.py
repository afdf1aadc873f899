"""A cube's cells under a page's dictionaries, beside sums made one row after the other."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import numpy as np
import pytest

from dashgen import cells as module
from dashgen.cells import TWIN, Dictionary, cells
from dashgen.cube import Cube, CubeSpec, Value, build
from dashgen.metrics.formula import Measure
from dashgen.model import Condition

VALUES: dict[str, list[Value]] = {"model": ["m", "n", None], "user": [f"u{n:03}" for n in range(150)]}
TOLD = {"model": Dictionary(("m", "n", None)), "user": Dictionary(("u003", "u070", "u149"), 147)}
TWINS = {**TOLD, f"{TWIN}user": Dictionary(tuple(VALUES["user"]))}
COUNT = Measure("histogram", "latency")
SOME = Measure("histogram", "latency", (Condition("failed", any_of=(True,)),))
WIDE = 1 << 40

Row = tuple[int, dict[str, Value], int, dict[Measure, int]]


def rows(count: int, measures: tuple[Measure, ...], most: int = 3) -> list[Row]:
    draw = Random(count)
    found: dict[Any, Row] = {}
    for _ in range(count):
        chosen = {name: draw.choice(values) for name, values in VALUES.items()}
        bucket, key = draw.randrange(4), draw.choice([-1_048_580, 0, 1_048_570, 1_048_576, 1_048_577])
        row = bucket, chosen, key, {measure: draw.randrange(n == 0, most) for n, measure in enumerate(measures)}
        found[bucket, *chosen.values(), key] = row
    return draw.sample([*found.values()], len(found))


def cube(made: list[Row], measures: tuple[Measure, ...], histogram: str | None) -> Cube:
    spec = CubeSpec("log", (), ("model", "user"), (0, 10, 20, 30, 40), measures, histogram)
    return build(
        spec,
        np.array([bucket for bucket, *_ in made], dtype=np.int32),
        {name: [chosen[name] for _, chosen, *_ in made] for name in VALUES},
        np.array([key for *_, key, _ in made], dtype=np.int32) if histogram else None,
        {measure: np.array([counts[measure] for *_, counts in made], dtype=np.int64) for measure in measures},
    )


def expected(made: list[Row], told: dict[str, Dictionary], measure: Measure, histogram: str | None) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for bucket, chosen, key, counts in made:
        codes = {name: one.codes([chosen[name.removeprefix(TWIN)]]).item() for name, one in told.items()}
        found[bucket, *(codes[name] for name in sorted(codes)), key if histogram else 0] += counts[measure]
    return found


@pytest.mark.parametrize("told", [TOLD, TWINS, {"model": Dictionary((), 3), "user": Dictionary((), 150)}])
@pytest.mark.parametrize("measures", [(COUNT,), (SOME,), (COUNT, SOME)])
@pytest.mark.parametrize("count", [0, 1, 3_000])
@pytest.mark.parametrize("most", [2, WIDE])
@pytest.mark.parametrize("histogram", ["latency", None])
@pytest.mark.parametrize("is_narrow", [True, False])
def test_what_is_folded_is_added(
    told: dict[str, Dictionary],
    measures: tuple[Measure, ...],
    count: int,
    most: int,
    histogram: str | None,
    is_narrow: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where the columns are too many for one integer."""
    if not is_narrow:
        monkeypatch.setattr(module, "joined", lambda parts, limits: None)
    made = rows(count, measures, most)
    found = cells(cube(made, measures, histogram), told)
    names = sorted(found.codes)
    keys = found.key if found.key is not None else np.zeros(len(found), dtype=int)
    places = list(zip(*(one.tolist() for one in (found.bucket, *(found.codes[n] for n in names), keys)), strict=True))
    for measure in measures:
        sums = dict(zip(places, found.columns[measure].tolist(), strict=True))
        assert sums == dict(expected(made, told, measure, histogram))
    ordered = [found.bucket, *found.codes.values(), keys]
    assert np.lexsort(ordered[::-1]).tolist() == list(range(len(found)))
    assert len(set(places)) == len(places) == len(found)
    assert len(found.begins) == len({place[:-1] for place in places})
