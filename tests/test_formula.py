from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashgen.cube import KEY_OFFSET, log_gamma, representative
from dashgen.metrics.formula import (
    PRICED,
    UNPRICED,
    Average,
    Binary,
    Constant,
    Known,
    Measure,
    Quantile,
    Rate,
    Sketch,
    Value,
    asked_of,
    bound,
    costly,
    fields,
    nature,
    settled,
    sources,
    value,
)

REQUESTS, ERRORS = Measure("sum", "requests"), Measure("sum", "errors")
COST = Measure("sum", "cost")
PRICED_EVENTS, UNPRICED_EVENTS = (Measure("sum", "events", (c,)) for c in (PRICED, UNPRICED))
LATENCY = Measure("histogram", "latency")
SPENT = Known(Value(COST, 1_000_000_000), PRICED_EVENTS, UNPRICED_EVENTS)


def test_a_sum_stays_an_integer_and_a_fixed_point_sum_is_divided_once() -> None:
    assert value(Value(REQUESTS), {REQUESTS: 7}, {}) == 7
    assert isinstance(value(Value(REQUESTS), {REQUESTS: 7}, {}), int)
    assert value(Value(COST, 1_000_000_000), {COST: 300_000_000}, {}) == 0.3


def test_a_ratio_without_a_denominator_is_null_and_nulls_spread() -> None:
    ratio = Binary("/", Value(ERRORS), Value(REQUESTS))
    assert value(ratio, {ERRORS: 0, REQUESTS: 0}, {}) is None
    assert value(Binary("+", ratio, Constant(1)), {ERRORS: 0, REQUESTS: 0}, {}) is None
    assert value(ratio, {ERRORS: 1, REQUESTS: 4}, {}) == 0.25


@pytest.mark.parametrize(("known", "unknown", "expected"), [(0, 0, 0.0), (1, 1, 0.0), (0, 1, None), (1, 0, 0.0)])
def test_cost_is_null_only_where_everything_is_unpriced(known: int, unknown: int, expected: float | None) -> None:
    assert value(SPENT, {COST: 0, PRICED_EVENTS: known, UNPRICED_EVENTS: unknown}, {}) == expected


def test_a_rate_divides_by_minutes_and_has_none_without_a_window() -> None:
    assert value(Rate(Value(REQUESTS), 1), {REQUESTS: 30}, {"": 15.0}) == 2.0
    assert value(Rate(Value(REQUESTS), 1440), {REQUESTS: 30}, {"": 720.0}) == 60.0
    assert value(Rate(Value(REQUESTS), 1), {REQUESTS: 30}, {"": None}) is None


def test_an_average_is_one_exact_ratio() -> None:
    total, count = Measure("sum", "latency"), Measure("count", "latency")
    assert value(Average(total, count, 1000), {total: 1_000, count: 3}, {}) == 1_000 / 3_000
    assert value(Average(total, count, 1000), {total: 0, count: 0}, {}) is None


@pytest.mark.parametrize(("q", "rank"), [("0.95", 19), ("0.5", 10), ("0.99", 20), ("0.01", 1), ("1.0", 20)])
def test_a_percentile_is_the_nearest_rank_of_the_written_decimal(q: str, rank: int) -> None:
    sketch = Sketch(tuple(float(n) for n in range(1, 21)), tuple(range(1, 21)))
    assert value(Quantile(LATENCY, q), {LATENCY: sketch}, {}) == float(rank)


def test_a_percentile_of_nothing_is_null() -> None:
    assert value(Quantile(LATENCY, "0.5"), {LATENCY: Sketch((), ())}, {}) is None


def test_both_sides_of_a_ratio_with_cost_are_restricted_to_priced_events() -> None:
    restricted = settled(Binary("/", SPENT, Value(REQUESTS)))
    assert restricted == Binary("/", SPENT, Value(Measure("sum", "requests", (PRICED,))))
    assert settled(restricted) == restricted
    assert fields(restricted) == {"cost", "events", "requests", "priced"}
    assert settled(Binary("+", SPENT, Value(REQUESTS))) == Binary("+", SPENT, Value(REQUESTS))


# ---- sources ------------------------------------------------------------------------------------

EDGE = Measure("sum", "requests", source="edge")


def test_a_formula_without_a_source_is_bound_to_the_nearest() -> None:
    total = Binary("+", Value(REQUESTS), Value(EDGE))
    assert sources(total) == {"", "edge"}
    assert sources(bound(total, "gateway")) == {"gateway", "edge"}
    assert bound(bound(total, "gateway"), "other") == bound(total, "gateway")
    assert asked_of(bound(total, "gateway"), "edge") == Binary(
        "+", Value(Measure("sum", "requests", source="gateway")), Value(REQUESTS)
    )


def test_a_ratio_with_cost_restricts_only_the_source_of_the_cost() -> None:
    spent = bound(SPENT, "gpu")
    assert costly(spent) == {"gpu"}
    assert asked_of(Binary("/", spent, Value(REQUESTS)), "gateway") == Binary("/", spent, Value(REQUESTS))
    assert asked_of(Binary("/", spent, Value(REQUESTS)), "") == Binary("/", spent, Value(REQUESTS))
    own = asked_of(Binary("/", spent, bound(Value(REQUESTS), "gpu")), "gpu")
    assert own == Binary("/", SPENT, Value(Measure("sum", "requests", (PRICED,))))


def test_a_rate_divides_by_the_minutes_of_its_own_source() -> None:
    measured = {REQUESTS: 30, EDGE: 30}
    minutes = {"": 15.0, "edge": 3.0}
    assert value(Rate(Value(REQUESTS), 1), measured, minutes) == 2.0
    assert value(Rate(Value(EDGE), 1), measured, minutes) == 10.0
    assert value(Rate(Binary("+", Value(REQUESTS), Value(EDGE)), 1), measured, minutes) == 4.0
    assert value(Rate(Value(EDGE), 1), measured, {"": 15.0, "edge": None}) is None


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (Value(REQUESTS), "additive"),
        (SPENT, "additive"),
        (Rate(Value(REQUESTS), 1), "additive"),
        (Binary("+", Value(REQUESTS), Value(ERRORS)), "additive"),
        (Binary("*", Constant(2), Value(ERRORS)), "additive"),
        (Binary("/", Value(ERRORS), Constant(2)), "additive"),
        (Binary("/", Value(ERRORS), Value(REQUESTS)), "ratio"),
        (Binary("*", Value(ERRORS), Value(REQUESTS)), "ratio"),
        (Binary("+", Value(ERRORS), Constant(1)), "ratio"),
        (Value(Measure("min", "latency"), 1000), "extreme"),
        (Value(Measure("distinct", "user")), "distinct"),
        (Quantile(LATENCY, "0.5"), "percentile"),
        (Binary("*", Constant(2), Quantile(LATENCY, "0.5")), "percentile"),
    ],
)
def test_what_adds_up_and_what_does_not(formula: object, expected: str) -> None:
    assert nature(formula) == expected  # type: ignore[arg-type]


@given(st.floats(1e-9, 1e12), st.sampled_from([0.001, 0.01, 0.05]))
def test_a_bucket_stands_for_its_values_within_the_accuracy(size: float, accuracy: float) -> None:
    from math import ceil, log

    key = ceil(log(size) / log_gamma(accuracy)) + KEY_OFFSET
    assert abs(representative(key, accuracy) - size) <= accuracy * size * (1 + 1e-9)
    assert representative(-key, accuracy) == -representative(key, accuracy)
    assert representative(0, accuracy) == 0.0
