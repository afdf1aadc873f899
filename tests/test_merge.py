"""The planner: every demand is served, and cheap plans beat dear ones."""

from __future__ import annotations

import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from dashgen.cube import CubeSpec
from dashgen.fields import CANONICAL
from dashgen.metrics.formula import Measure
from dashgen.model import Condition
from dashgen.plan.merge import merge, separate
from dashgen.plan.statistics import Statistics
from dashgen.timeline import DAY, HOUR

MILLION = 1_000_000
KNOWN = {"model": 8, "project": 12, "api_key": 36, "user": 500, "status_code": 6, "failed": 2}
SAMPLE = {name: [(zlib.crc32(f"{name}{n}".encode()) % count) for n in range(4000)] for name, count in KNOWN.items()}
SAMPLE["project"] = [key % 12 for key in SAMPLE["api_key"]]
REQUESTS, COST, LATENCY = Measure("sum", "requests"), Measure("sum", "cost"), Measure("histogram", "latency")
FAILED = Condition("failed", any_of=(True,))
SLOW = Condition("latency", gt=5000)


def known(rows: int) -> dict[str, Statistics]:
    return {"gateway": Statistics(rows, 0, 30 * DAY, SAMPLE)}


def spec(
    *dimensions: str, step: int = 30 * DAY, measures: tuple[Measure, ...] = (REQUESTS,), where=(), histogram=None
) -> CubeSpec:  # type: ignore[no-untyped-def]
    edges = tuple(range(0, 30 * DAY + 1, step))
    return CubeSpec("gateway", where, tuple(sorted(dimensions)), edges, measures, histogram, 0.01 if histogram else 0)


SPECS = st.builds(
    spec,
    *[st.sampled_from(list(KNOWN))] * 2,
    step=st.sampled_from([HOUR, DAY, 30 * DAY]),
    measures=st.sampled_from([(REQUESTS,), (COST,), (COST, REQUESTS)]),
    where=st.sampled_from([(), (FAILED,), (SLOW,)]),
) | st.builds(
    spec,
    st.sampled_from(list(KNOWN)),
    step=st.sampled_from([DAY, 30 * DAY]),
    measures=st.just((LATENCY,)),
    where=st.sampled_from([(), (FAILED,)]),
    histogram=st.just("latency"),
)


def serves(cube: CubeSpec, demand: CubeSpec) -> bool:
    rest = {c.dimension for c in set(demand.where) - set(cube.where)}
    return (
        (cube.source, cube.histogram, cube.accuracy) == (demand.source, demand.histogram, demand.accuracy)
        and set(cube.where) <= set(demand.where)
        and set(demand.dimensions) | rest <= set(cube.dimensions)
        and set(demand.edges) <= set(cube.edges)
        and set(demand.measures) <= set(cube.measures)
    )


@settings(deadline=None, max_examples=80)
@given(st.lists(SPECS, min_size=1, max_size=9), st.sampled_from([0, 1000, MILLION, 100 * MILLION]))
def test_every_demand_is_served_by_a_cube_that_covers_it(demands: list[CubeSpec], rows: int) -> None:
    plan = merge(demands, known(rows), CANONICAL)
    assert set(plan.serving) == set(demands)
    assert set(plan.serving.values()) == set(plan.cubes)
    assert all(serves(cube, demand) for demand, cube in plan.serving.items())
    assert len(plan.cubes) <= len(separate(demands, known(rows), CANONICAL).cubes)


def test_cards_and_lines_over_few_values_share_one_cube() -> None:
    plan = merge([spec(), spec(step=DAY), spec("model", measures=(COST,))], known(MILLION), CANONICAL)
    assert len(plan.cubes) == 1
    assert plan.cubes[0].dimensions == ("model",)


def test_a_condition_on_few_values_becomes_a_dimension() -> None:
    plan = merge([spec("model"), spec("model", where=(FAILED,))], known(MILLION), CANONICAL)
    assert plan.cubes[0].dimensions == ("failed", "model")
    assert plan.cubes[0].where == ()


def test_a_condition_on_a_measured_field_keeps_its_own_cube() -> None:
    assert len(merge([spec("model"), spec("model", where=(SLOW,))], known(MILLION), CANONICAL).cubes) == 2


def test_histograms_and_sums_never_share_a_cube() -> None:
    histogram = spec("model", measures=(LATENCY,), histogram="latency")
    assert len(merge([spec("model"), histogram], known(MILLION), CANONICAL).cubes) == 2


def test_dimensions_that_multiply_stay_apart_where_rows_are_many() -> None:
    fine = [spec("user", "model", step=HOUR), spec("api_key", "status_code", step=HOUR)]
    assert len(merge(fine, known(100 * MILLION), CANONICAL).cubes) == 2


def test_keys_inside_projects_are_no_more_than_the_keys() -> None:
    assert known(MILLION)["gateway"].groups(frozenset({"api_key", "project"})) == 36
    plan = merge([spec("api_key"), spec("project")], known(MILLION), CANONICAL)
    assert len(plan.cubes) == 1
