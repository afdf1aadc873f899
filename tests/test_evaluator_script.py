"""The rules of the page's evaluator, each on a few cells made by hand; the packed format read by its description."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from math import ceil
from random import Random
from typing import Any, Literal

import pytest

from dashgen.metrics.formula import Average, Binary, Constant, Formula, Known, Measure, Rate, Value, value
from dashgen.model import Every
from dashgen.timeline import Shift, Window, Zone, buckets, ladder
from tests.packing import DAY, HOUR, cube, deltas, histogram, page, widget
from tests.scripted import asked

pytestmark = pytest.mark.npm

MINUTE = HOUR // 60
SUM, COUNT = {"kind": "sum", "cube": 0, "column": 0}, {"kind": "count", "cube": 0, "column": 1}
REQUESTS = {"requests": ["value", 0, 1]}
MODELS = {"model": {"values": ["a", "b", "c", None]}}


def rows(content: dict[str, Any], name: str = "w", **state: Any) -> Any:
    return answer(content, name, **state)["rows"]


def answer(content: dict[str, Any], name: str = "w", **state: Any) -> dict[str, Any]:
    found = one(content, {"state": state, "widgets": [name]})
    assert "error" not in found, found
    got: dict[str, Any] = found["answers"][name]
    return got


def one(content: dict[str, Any], ask: dict[str, Any]) -> dict[str, Any]:
    return asked(content, [ask])[0]


def by_model(cells: list[tuple[Any, ...]], **more: Any) -> dict[str, Any]:
    """One bucket; each cell has a model, requests, and one event."""
    made = cube([0, DAY], ["model"], [(0, model, count, 1) for model, count in cells])
    return page([made], MODELS, {"w": widget("groups", REQUESTS, [SUM, COUNT], by=["model"], **more)})


# ---- what is packed -------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, -1, 43, 44, -44, 2**31, -(2**31) - 1, 2**53 - 1, -(2**53) + 1, -(2**52) - 1])
def test_every_number_is_unpacked(number: int) -> None:
    content = page([cube([0, DAY], [], [(0, number, 1)])], {}, {"w": widget("total", REQUESTS, [SUM, COUNT])})
    assert rows(content) == [{"requests": number}]


def test_sums_too_large_for_numbers_are_exact() -> None:
    """Half of the sum would be lost in numbers: 2^60 + 1 and as many below it."""
    cells = [(0, 0, 2**60 + 1, 1), (0, 1, 1 - 2**60, 1)]
    whole = {"requests": ["value", 0, 1], "half": ["/", ["value", 0, 1], ["number", 4]]}
    content = page([cube([0, DAY], ["model"], cells)], MODELS, {"w": widget("total", whole, [SUM, COUNT])})
    assert rows(content) == [{"requests": 2, "half": 0.5}]
    assert rows(content, filters={"model": ["a"]}) == [{"requests": 2**60, "half": 2**58}]  # what a number can hold


def test_large_quotients_are_rounded_once() -> None:
    """Half way between two numbers, and a billionth more."""
    for more in (-1, 0, 1):
        held = (2**53 + 1) * 10**9 + more
        metrics = {"cost": ["value", 0, 10**9]}
        content = page([cube([0, DAY], [], [(0, held, 1)])], {}, {"w": widget("total", metrics, [SUM, COUNT])})
        assert rows(content) == [{"cost": held / 10**9}]


def test_extremes_of_nothing_are_missing() -> None:
    measures = [{"kind": "min", "cube": 0, "column": 0}, {"kind": "max", "cube": 0, "column": 0}, COUNT]
    metrics = {"least": ["value", 0, 10], "most": ["value", 1, 1]}
    cells = [(0, 0, 30, 1), (0, 0, None, 1), (0, 1, None, 1), (0, 2, -7, 1), (0, 2, 0, 1)]
    made = page([cube([0, DAY], ["model"], cells)], MODELS, {"w": widget("total", metrics, measures)})
    assert rows(made) == [{"least": -0.7, "most": 30}]
    assert rows(made, filters={"model": ["b"]}) == [{"least": None, "most": None}]
    assert rows(made, filters={"model": ["c"]}) == [{"least": -0.7, "most": 0}]


# ---- formulas -------------------------------------------------------------------------------------

SIZES = (3, 1000, 10**9, 2**53 - 1, 2**60)


OPERATORS: tuple[Literal["+", "-", "*", "/"], ...] = ("+", "-", "*", "/")


def random_formula(random: Random, depth: int, measures: list[Measure]) -> Formula:
    pick = random.choice(measures)
    if depth == 0:
        leaves: list[Callable[[], Formula]] = [
            lambda: Constant(random.choice([0, 1, 2, 100, 1_000_000, 0.5, 1e-3])),
            lambda: Value(pick),
            lambda: Value(pick, random.choice([1, 1000, 10**9])),
            lambda: Average(pick, random.choice(measures), random.choice([1, 1000, 10**9])),
        ]
        return random.choice(leaves)()
    inner = random_formula(random, depth - 1, measures)
    if random.random() < 0.1:
        return Known(inner, pick, random.choice(measures))
    if random.random() < 0.1:
        return Rate(Value(pick), random.choice([1, 60, 1440]))
    return Binary(random.choice(OPERATORS), inner, random_formula(random, depth - 1, measures))


def written(formula: Formula, index: dict[Measure, int]) -> list[Any]:
    match formula:
        case Constant(number):
            return ["number", number]
        case Value(measure, scale):
            return ["value", index[measure], scale]
        case Average(total, count, scale):
            return ["average", index[total], index[count], scale]
        case Known(inner, known, unknown):
            return ["known", written(inner, index), index[known], index[unknown]]
        case Rate(inner, minutes):
            return ["rate", written(inner, index), minutes, [0]]
        case Binary(operator, left, right):
            return [operator, written(left, index), written(right, index)]
    raise AssertionError(formula)


def test_formulas_are_pythons_to_the_last_digit() -> None:
    """Of any size: beyond 2^53 integers stay exact, and are divided with one rounding."""
    random = Random(4)
    for _ in range(20):
        measures = [Measure("sum", f"m{n}") for n in range(5)]
        numbers = {
            m: random.randrange(-size if random.random() < 0.2 else 0, size)
            for m, size in zip(measures, SIZES, strict=True)
        }
        index = {measure: n for n, measure in enumerate(measures)}
        formulas = [random_formula(random, random.randint(0, 3), measures) for _ in range(60)]
        metrics = {f"f{n}": written(formula, index) for n, formula in enumerate(formulas)}
        held = [{"kind": "sum", "cube": 0, "column": n} for n in range(5)]
        cells = cube([0, DAY], [], [(0, *numbers.values(), 1)])
        content = page([cells], {}, {"w": widget("total", metrics, [*held, {**COUNT, "column": 5}])})
        right = {f"f{n}": value(formula, numbers, {"": 1440.0}) for n, formula in enumerate(formulas)}
        got = rows(content)[0]
        wrong = {n: (got[n], want, metrics[n], numbers) for n, want in right.items() if got[n] != _near(want)}
        assert wrong == {}


def _near(number: int | float | None) -> int | float | None:
    """What a reader of JSON makes of an integer that is too large for it."""
    return float(number) if isinstance(number, int) and abs(number) > 2**53 else number


@pytest.mark.parametrize("q", ["0.5", "0.95", "0.99", "0.999", "0.001", "1", "0.123456789012345"])
def test_percentiles_have_the_rank_that_was_written(q: str) -> None:
    """0.95 · 20 is 19, and not a hair more."""
    part = Fraction(q)
    counts = [1] * 19 + [2] + [7] * 11 + [10**12]
    keys = [n + (1 << 20) for n in range(len(counts))]
    entries = [(0, n % 3, key, count) for n, (key, count) in enumerate(zip(keys, counts, strict=True))]
    made = [
        cube([0, DAY], ["model"], [(0, 0, 0, 1), (0, 1, 0, 1), (0, 2, 0, 1), (0, 3, 0, 1)]),
        histogram([0, DAY], ["model"], entries, keys),
    ]
    metrics = {"p": ["quantile", 0, part.numerator, part.denominator]}
    known = {"0.01": {"keys": keys, "values": [n + 0.5 for n in range(len(keys))]}}
    measures = [{"kind": "histogram", "cube": 1, "column": 0}, COUNT]
    content = page(made, MODELS, {"w": widget("total", metrics, measures)}, keys=known)
    for chosen in ([], ["a"], ["b", "c"]):
        own = [(n, count) for n, count in enumerate(counts) if not chosen or "abc"[n % 3] in chosen]
        rank = max(1, ceil(part * sum(count for _, count in own)))
        right = next(n for n, _ in own if sum(count for m, count in own if m <= n) >= rank)
        assert rows(content, filters={"model": chosen}) == [{"p": right + 0.5}]
    assert rows(content, filters={"model": [None]}) == [{"p": None}]


# ---- the clock ------------------------------------------------------------------------------------

ZONES = ("Europe/Rome", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Beirut")
MORE_ZONES = ("America/Havana", "Pacific/Apia", "Africa/Monrovia")


def offsets(zone: Zone, low: int, high: int) -> dict[str, Any]:
    return {"name": zone.name, "offsets": [[start, offset] for start, _, offset in zone.segments(low, high)]}


@pytest.mark.parametrize("name", [*ZONES, *MORE_ZONES])
def test_the_clock_is_pythons(name: str) -> None:
    random, zone = Random(name), Zone(name)
    low = 1_300_000_000_000_000 if name != "Africa/Monrovia" else 0
    high = low + 1200 * DAY
    content = page([], {}, {}, zone=offsets(zone, low - 800 * DAY, high))
    starts = [at for at, _ in content["zone"]["offsets"] if at > low]
    near = [at + random.choice((-1, 0, 1)) * random.randrange(3 * HOUR) for at in starts for _ in range(12)]
    instants = [random.randrange(low, high) for _ in range(150)] + near + starts
    instants += [zone.midnight(zone.day(at)) for at in instants]
    calls: list[list[Any]] = []
    right: list[Any] = []
    for at in instants:
        shift = random.choice([{"days": 1}, {"days": 7}, {"months": 1}, {"months": 12}, {"elapsed": 5 * HOUR}])
        wall = zone.wall(at)
        calls += [
            ["iso", at],
            ["back", at, shift],
            ["weekday", at],
            ["hour", at],
            ["midnight", at],
            ["midnight", at, 1],
        ]
        right += [zone.iso(at), Shift(**shift).back(at, zone), wall.isoweekday(), wall.hour]
        right += [zone.midnight(wall.date()), zone.midnight(wall.date() + timedelta(days=1))]
    got: Any = one(content, {"clock": calls})
    wrong = [(call, a, b) for call, a, b in zip(calls, got, right, strict=True) if a != b]
    assert wrong == []


@pytest.mark.parametrize(
    "every", [Every(1, "h"), Every(6, "h"), Every(1, "d"), Every(3, "d"), Every(2, "w"), Every(5, "mo")]
)
def test_buckets_are_counted_from_the_ranges_start(every: Every) -> None:
    zone = Zone("Europe/Rome")
    start = zone.midnight(zone.day(1_743_000_000_000_000)) + 7 * HOUR
    window = Window(start, start + 200 * DAY + 5, start + 200 * DAY + 5, Shift(days=1), zone)
    unit = every if every.unit in ("min", "h") else Every(1, every.unit)
    known = {"every": [unit.count, unit.unit], "since": 0, "edges": deltas(ladder(window, unit))}
    own = {"key": "x", "start": window.start, "end": window.end, "nominal": window.nominal, "shift": {"days": 1}}
    content = page(
        [cube([window.start, window.end], [], [(0, 5, 1)])],
        {},
        {"w": widget("trend", REQUESTS, [SUM, COUNT], every=[every.count, every.unit])},
        ranges=[own],
        ladders=[known],
        zone=offsets(zone, start - DAY, window.end + DAY),
    )
    assert [row["time"] for row in rows(content)] == [zone.iso(at) for at in buckets(window, every)[:-1]]


# ---- what a viewer chooses ------------------------------------------------------------------------


def test_values_are_chosen_as_they_are() -> None:
    content = by_model([(0, 5), (1, 7), (2, 0), (3, 9)])
    assert rows(content, filters={"model": ["b", None]}) == [
        {"model": None, "requests": 9},
        {"model": "b", "requests": 7},
    ]
    assert rows(content, filters={"model": []}) == rows(content)
    assert len(rows(content)) == 4


def test_a_value_that_never_occurs_selects_nothing() -> None:
    content = by_model([(0, 5)])
    content["widgets"]["total"] = widget("total", REQUESTS, [SUM, COUNT])
    got = answer(content, "total", filters={"model": ["nobody"]})
    assert got["rows"] == [{"requests": 0}]
    assert got["empty"] is True
    assert rows(content, filters={"model": ["nobody"]}) == []
    assert answer(content, "total")["empty"] is False


@pytest.mark.parametrize(
    "state",
    [
        {"filters": {"user": ["x"]}},
        {"filters": {"model": "a"}},
        {"filters": {"model": [{"other": 3}]}},
        {"filters": {"model": ["folded"]}},
        {"filters": {"model": ["a", "folded"]}},
        {"filters": {"locked": ["x"]}},
        {"time_range": "9d"},
        {"time_range": 3},
        {"time_range": {"from": "1970-01-01", "to": "1970-01-01"}},
    ],
    ids=json.dumps,
)
def test_what_cannot_be_chosen_is_refused(state: dict[str, Any]) -> None:
    content = by_model([(0, 5), (4, 2)])
    content["dimensions"] = {
        "model": {"values": ["a", "b", "c", None], "folded": 2},
        "locked": {"values": ["x"], "folded": 0},
    }
    content["filters"].append({"dimension": "locked", "default": ["x"], "locked": True, "hidden": False})
    assert one(content, {"state": state})["error"] == "RangeError"


def days(**more: Any) -> dict[str, Any]:
    """Ten days of which one of two ends at noon; ten requests each, and one more a day later."""
    edges = [n * DAY for n in range(10)] + [9 * DAY + DAY // 2]
    cells = [(n, 10 + n, 1) for n in range(10)]
    return page(
        [cube(edges, [], cells)],
        {},
        {"w": widget("total", REQUESTS, [SUM, COUNT], **more)},
        as_of=edges[-1],
        custom=deltas(edges[2:]),
    )


@pytest.mark.parametrize(
    ("asked_for", "first", "last"),
    [
        ({"from": "1970-01-04", "to": "1970-01-05"}, 3, 5),
        ({"from": "1970-01-04T00:00", "to": "1970-01-05T00:00"}, 3, 4),
        ({"from": "1970-01-04T00:00:00.000001Z", "to": "1970-01-05T00:00:00.000001Z"}, 3, 5),
        ({"from": "1970-01-04 02:00:00+02:00", "to": "1970-01-05T23:59"}, 3, 5),
        ({"from": "1969-01-01", "to": "1970-01-03"}, 2, 3),
        ({"from": "1970-01-08", "to": "2999-12-31"}, 7, 10),
        ({"from": "1970-01-08"}, 7, 10),
        ({"from": "1970-01-08", "to": "1970-01-10"}, 7, 10),
        ({"from": "1970-01-08", "to": "1970-01-10T20:00"}, 7, 10),
    ],
    ids=json.dumps,
)
def test_a_range_of_ones_own_snaps_outward(asked_for: dict[str, str], first: int, last: int) -> None:
    state: dict[str, Any] = {"time_range": asked_for}
    assert rows(days(), **state) == [{"requests": sum(10 + n for n in range(first, last))}]
    found = one(days(), {"state": state})["range"]
    assert found["key"] is None
    assert found["isCut"] is ("1969" in asked_for["from"] or "2999" in asked_for.get("to", ""))
    assert found["start"] == f"1970-01-{first + 1:02}T00:00:00+00:00"


@pytest.mark.parametrize(
    "asked_for",
    [
        {"from": "1970-01-06", "to": "1970-01-04"},
        {"from": "1970-01-04T00:00", "to": "1970-01-04T00:00"},
        {"from": "1969-12-01", "to": "1969-12-31"},
        {"from": "1970-02-01", "to": "1970-02-02"},
        {"from": "1970-02-30", "to": "1970-03-02"},
        {"from": "1970-13-01", "to": "1970-14-01"},
        {"from": "1970-01-04T24:00"},
        {"from": "1970-1-4"},
        {"from": "yesterday"},
        {"from": 3},
        {"to": "1970-01-04"},
        {"from": "1970-01-04", "to": None},
    ],
    ids=json.dumps,
)
def test_a_range_that_is_none_is_refused(asked_for: dict[str, Any]) -> None:
    assert one(days(), {"state": {"time_range": asked_for}})["error"] == "RangeError"


def test_a_range_of_ones_own_is_compared_with_as_many_days() -> None:
    own = {"from": "1970-01-05", "to": "1970-01-06"}
    assert rows(days(compare=True), time_range=own) == [{"requests": 29, "previous": 25, "change": 4 / 25}]


def test_there_is_no_comparison_with_edges_that_the_cubes_do_not_have() -> None:
    """The end at noon would be another noon; and what lies before everything is no edge."""
    for asked_for in ({"from": "1970-01-09"}, {"from": "1970-01-03", "to": "1970-01-06"}):
        got = answer(days(compare=True), time_range=asked_for)
        assert got["reaches_back"] is False
        assert (got["rows"][0]["previous"], got["rows"][0]["change"]) == (None, None)


def test_a_pinned_widget_keeps_its_range_and_obeys_the_filters() -> None:
    edges = [0, DAY, 2 * DAY]
    made = cube(edges, ["model"], [(0, 0, 1, 1), (0, 1, 2, 1), (1, 0, 4, 1), (1, 1, 8, 1)])
    pinned = {"start": 0, "end": DAY, "nominal": DAY, "shift": {"days": 1}}
    other = {"key": "last", "start": DAY, "end": 2 * DAY, "nominal": 2 * DAY, "shift": {"days": 1}}
    content = page([made], MODELS, {"w": widget("total", REQUESTS, [SUM, COUNT], pinned=pinned)}, ranges=[other])
    assert rows(content, filters={"model": ["b"]}, time_range="last") == [{"requests": 2}]


def test_a_source_without_a_dimension_stays_unfiltered_and_says_so() -> None:
    content = by_model([(0, 5)])
    content["dimensions"]["user"] = {"values": ["u"], "folded": 0}
    content["filters"].append({"dimension": "user", "default": [], "locked": False, "hidden": False})
    content["widgets"]["w"]["readings"][0]["lacks"] = ["user"]
    got = answer(content, filters={"user": ["u"]})
    assert got["rows"] == [{"model": "a", "requests": 5}]
    assert got["unfiltered"] == [{"source": "gateway", "dimensions": ["user"]}]
    assert answer(content, filters={"model": ["a"]})["unfiltered"] == []


# ---- order and rest -------------------------------------------------------------------------------


def test_ties_are_in_the_order_of_their_texts_missing_last() -> None:
    content = by_model([(0, 5), (1, 5), (2, 5), (3, 5)])
    content["dimensions"]["model"] = {"values": [9, 10, 200, None], "folded": 0, "ties": [2, 0, 1, 3]}
    assert [row["model"] for row in rows(content)] == [10, 200, 9, None]


@pytest.mark.parametrize("descending", [True, False])
def test_missing_is_last_in_both_directions(descending: bool) -> None:
    order = {"name": "model", "descending": descending}
    content = by_model([(0, 1), (1, 2), (2, 3), (3, 4)], order=order)
    known = ["c", "b", "a"] if descending else ["a", "b", "c"]
    assert [row["model"] for row in rows(content)] == [*known, None]
    ratio = {"ratio": ["/", ["value", 0, 1], ["value", 0, 1]]}
    content["widgets"]["w"] = widget(
        "groups", ratio, [SUM, COUNT], by=["model"], order={"name": "ratio", "descending": descending}
    )
    content["cubes"] = [cube([0, DAY], ["model"], [(0, 0, 0, 1), (0, 1, 2, 1), (0, 2, 0, 1), (0, 3, 2, 1)])]
    assert [row["model"] for row in rows(content)] == ["b", None, "a", "c"]


def test_a_group_is_there_if_it_has_an_event() -> None:
    made = cube([0, DAY], ["model"], [(0, 0, 0, 1), (0, 1, 3, 0)])
    content = page([made], MODELS, {"w": widget("groups", REQUESTS, [SUM, COUNT], by=["model"])})
    assert rows(content) == [{"model": "a", "requests": 0}]


def test_the_rest_counts_its_groups() -> None:
    content = by_model([(0, 5), (1, 7), (2, 1), (3, 2)], top=2)
    assert rows(content) == [
        {"model": "b", "requests": 7},
        {"model": "a", "requests": 5},
        {"model": {"other": 2}, "requests": 3},
    ]
    content["widgets"]["w"]["other"] = False
    assert [row["model"] for row in rows(content)] == ["b", "a"]


def folded(**more: Any) -> dict[str, Any]:
    content = by_model([(0, 5), (1, 7), (2, 1), (4, 100)], **more)
    content["dimensions"]["model"] = {"values": ["a", "b", "c", None], "folded": 30}
    return content


def test_what_is_folded_is_a_last_group_of_its_own() -> None:
    assert [row["model"] for row in rows(folded())] == ["b", "a", "c", {"other": 30}]
    assert [row["model"] for row in rows(folded(other=False))] == ["b", "a", "c"]
    assert [row["model"] for row in rows(folded(top=3))] == ["b", "a", "c", {"other": 30}]
    assert [row["model"] for row in rows(folded(), filters={"model": ["a"]})] == ["a"]


def test_what_is_folded_joins_the_rest_of_a_top() -> None:
    assert rows(folded(top=2))[-1] == {"model": {"other": 31}, "requests": 101}
    assert [row["model"] for row in rows(folded(top=2, other=False))] == ["b", "a"]


def test_pairs_without_an_event_are_left_out() -> None:
    dimensions: dict[str, Any] = {"model": {"values": ["a", "b"]}, "user": {"values": ["x", "y"]}}
    cells = [(0, 0, 0, 5, 1), (0, 0, 1, 1, 1), (0, 1, 1, 9, 1), (0, 1, 0, 3, 0)]
    shown = widget("groups", REQUESTS, [SUM, COUNT], by=["model"], series="user")
    content = page([cube([0, DAY], ["model", "user"], cells)], dimensions, {"w": shown})
    assert [(row["model"], row["user"], row["requests"]) for row in rows(content)] == [
        ("b", "y", 9),
        ("a", "y", 1),
        ("a", "x", 5),
    ]


def test_unpriced_tokens_are_told_where_there_are_any() -> None:
    content = by_model([(0, 5), (1, 0)], unpriced=[0], tokens=[0])
    assert [list(row) for row in rows(content)] == [["model", "requests", "unpriced_tokens"], ["model", "requests"]]


# ---- other measures and views ---------------------------------------------------------------------


def test_distinct_values_are_counted_by_their_events_over_an_unfolded_twin() -> None:
    """Two users of the rest, one of them without an event; a missing one is none."""
    dimensions: dict[str, Any] = {"user": {"values": ["x"], "folded": 2}, "#user": {"values": [0, 1, 2, None]}}
    cells = [(0, 0, 0, 2, 1), (0, 1, 1, 3, 1), (0, 1, 2, 0, 1), (0, 1, 3, 4, 1), (1, 0, 0, 1, 1)]
    users = {"kind": "distinct", "cube": 0, "column": 0, "dimension": "#user"}
    content = page(
        [cube([0, DAY // 2, DAY], ["user", "#user"], cells)],
        dimensions,
        {"w": widget("total", {"users": ["value", 0, 1]}, [users, COUNT])},
    )
    content["filters"] = content["filters"][:1]
    assert rows(content) == [{"users": 2}]
    assert rows(content, filters={"user": ["x"]}) == [{"users": 1}]


def test_a_rate_has_the_minutes_since_the_first_event() -> None:
    rate = {"rate": ["rate", ["value", 0, 1], 1, [0]]}
    content = page([cube([0, DAY], [], [(0, 30, 1)])], {}, {"w": widget("total", rate, [SUM, COUNT])})
    content["widgets"]["w"]["readings"][0]["first"] = DAY - 10 * MINUTE
    assert rows(content) == [{"rate": 3}]
    content["widgets"]["w"]["readings"][0]["first"] = None
    assert rows(content) == [{"rate": None}]


def test_a_bucket_under_a_minute_has_no_rate() -> None:
    edges = [0, HOUR, HOUR + MINUTE - 1]
    window = {"key": "x", "start": 0, "end": edges[-1], "nominal": edges[-1], "shift": {"elapsed": HOUR}}
    shown = widget("trend", {"rate": ["rate", ["value", 0, 1], 1, [0]]}, [SUM, COUNT], every=[1, "h"])
    ladders = [{"every": [1, "h"], "since": 0, "edges": deltas([0, HOUR])}]
    content = page([cube(edges, [], [(0, 60, 1), (1, 9, 1)])], {}, {"w": shown}, ranges=[window], ladders=ladders)
    assert [row["rate"] for row in rows(content)] == [1, None]


def records(**more: Any) -> dict[str, Any]:
    shown = {
        "view": "newest",
        "pinned": None,
        "readings": [{"source": "gateway", "first": 0, "lacks": []}],
        "fields": [],
    }
    own = {
        "records": [{"n": 3}, {"n": 2}, {"n": 1}],
        "times": deltas([DAY - 1, HOUR, 0]),
        "codes": {"model": [0, 3, 1]},
    }
    return page([], MODELS, {"w": {**shown, **own, "count": 3, "cut": True}}, **more)


def test_records_are_those_in_the_range_that_match() -> None:
    assert [row["n"] for row in rows(records())] == [3, 2, 1]
    assert [row["n"] for row in rows(records(), filters={"model": ["a", None]})] == [3, 2]
    late = {"key": "late", "start": HOUR, "end": DAY - 1, "nominal": DAY, "shift": {"elapsed": HOUR}}
    assert [row["n"] for row in rows(records(ranges=[late]))] == [2]
    assert answer(records(), filters={"model": ["c"]})["empty"] is True


def test_values_are_counted_under_all_other_filters() -> None:
    dimensions: dict[str, Any] = {"model": {"values": ["a", "b"], "folded": 4}, "user": {"values": ["x", "y"]}}
    cells = [(0, 0, 0, 5), (0, 0, 1, 1), (0, 1, 1, 9), (0, 2, 1, 7)]
    content = page([cube([0, DAY], ["model", "user"], cells)], dimensions, {}, volumes=[{"cube": 0, "column": 0}])
    ask = {"state": {"filters": {"model": ["a"], "user": ["x"]}}, "volumes": ["model", "user"]}
    assert one(content, ask)["volumes"] == {
        "model": [{"value": "a", "count": 5}, {"value": "b", "count": 0}, {"value": {"other": 4}, "count": 0}],
        "user": [{"value": "x", "count": 5}, {"value": "y", "count": 1}],
    }


@pytest.mark.parametrize("lacking", [None, 5, 23, 24])
def test_a_ladder_with_a_gap_gives_way_to_a_coarser_one(lacking: int | None) -> None:
    """Also where only the last edge lacks, a moment before the end."""
    hours = [n * HOUR for n in range(25)]
    edges = [*hours, DAY + 2]
    ladders = [
        {"every": [1, "h"], "since": 0, "edges": deltas([at for at in hours if at != (lacking or -1) * HOUR])},
        {"every": [1, "d"], "since": 0, "edges": deltas([0, DAY])},
    ]
    cells = cube(edges, [], [(n, 1, 1) for n in range(25)])
    content = page(
        [cells],
        {},
        {"w": widget("trend", REQUESTS, [SUM, COUNT])},
        ladders=ladders,
        custom=deltas(edges),
        as_of=DAY + 2,
    )
    counts = [row["requests"] for row in rows(content, time_range={"from": "1970-01-01"})]
    assert counts == ([1] * 25 if lacking is None else [24, 1])
    content["cubes"] = [cube([0, DAY, DAY + 2], [], [(0, 24, 1), (1, 1, 1)])]
    assert [row["requests"] for row in rows(content, time_range={"from": "1970-01-01"})] == [24, 1]
