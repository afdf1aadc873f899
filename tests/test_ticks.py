from __future__ import annotations

from itertools import pairwise

import pytest

from dashgen.ticks import FEW, MANY, ticks
from dashgen.widgets.base import Label

NUMBER = Label("n", None, None, "number", "neither")
DURATION = Label("d", None, "ms", "duration", "lower")
MINUTE, HOUR = 60_000, 3_600_000


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (0, 3.7, [0, 1, 2, 3, 4]),
        (0, 0.3, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]),
        (-30, 80, [-40, -20, 0, 20, 40, 60, 80]),
        (0, 0, [0]),
    ],
)
def test_ticks_are_round(low: float, high: float, found: list[float]) -> None:
    assert ticks(low, high, NUMBER) == found


@pytest.mark.parametrize(
    ("high", "found"), [(1, [0, 1]), (2, [0, 1, 2]), (4, [0, 1, 2, 3, 4]), (25, [0, 5, 10, 15, 20, 25])]
)
def test_what_is_counted_has_whole_ticks(high: int, found: list[int]) -> None:
    assert ticks(0, high, NUMBER, counted=True) == found


@pytest.mark.parametrize(
    ("high", "found"),
    [
        (1_500, [0, 250, 500, 750, 1000, 1250, 1500]),
        (170_000, [0, 30_000, 60_000, 90_000, 120_000, 150_000, 180_000]),
        (9 * MINUTE, [0, 2 * MINUTE, 4 * MINUTE, 6 * MINUTE, 8 * MINUTE, 10 * MINUTE]),
        (20 * HOUR, [0, 4 * HOUR, 8 * HOUR, 12 * HOUR, 16 * HOUR, 20 * HOUR]),
    ],
)
def test_durations_step_by_the_clock(high: float, found: list[float]) -> None:
    assert ticks(0, high, DURATION) == found


@pytest.mark.parametrize("power", range(-9, 13))
@pytest.mark.parametrize("digit", [1, 1.01, 1.9, 2.6, 4.9, 7.3, 9.99])
@pytest.mark.parametrize("label", [NUMBER, DURATION])
def test_they_enclose_any_range_with_little_to_spare(power: int, digit: float, label: Label) -> None:
    high = digit * 10.0**power
    found = ticks(0, high, label)
    assert found[0] == 0
    assert high <= found[-1] * (1 + 1e-9) <= 1.6 * high
    assert FEW <= len(found) - 1 <= MANY
    steps = [b - a for a, b in pairwise(found)]
    assert max(steps) - min(steps) < 1e-6 * max(steps)
