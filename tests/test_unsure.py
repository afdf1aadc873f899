"""Where values are folded a ranked list may lack some of them: whenever it does, by the oracle, the page says so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dashgen import compiler, evaluate
from dashgen.cells import Dictionary
from dashgen.evaluate.bins import tables
from dashgen.metrics.bounds import is_bounded
from dashgen.metrics.formula import Average, Binary, Constant, Formula, Known, Measure, Quantile, Rate, Value
from dashgen.shipments import shipments
from tests.oracle.events import read_all
from tests.oracle.expect import expect
from tests.oracle.ranking import Ranked
from tests.oracle.specs import Case
from tests.packing import DAY, cube, histogram, page, widget
from tests.scripted import asked
from tests.test_evaluator_truth import CASES, Live, choices, live, opened

pytestmark = pytest.mark.npm


def small(case: Case, random: Random) -> Case:
    """With filters that tell few values apart."""
    made = live(case, random)
    entries = [one if isinstance(one, dict) else {"dimension": one} for one in made.dashboard["filters"]]
    few = [one if one["dimension"] == "time_range" else {**one, "top": random.choice([1, 2, 4])} for one in entries]
    return replace(made, dashboard={**made.dashboard, "filters": few})


def told(case: Case, root: Path) -> Iterator[tuple[bool, bool, bool]]:
    """Of each list by folded values: whether it has a rest, whether it is right, whether the page doubts it."""
    random = Random(f"unsure {case.name}")
    with opened(small(case, random), root) as made:
        picked = list(choices(random, made.content, made.dashboard, made.as_of))
        events = read_all(root, case.project)
        for choice, got in zip(picked, asked(made.content, [{"state": one.state} for one in picked]), strict=True):
            if "error" in got:
                assert "is not told apart" in got["message"]
                continue
            right = expect(case.project, made.written(choice), events, fields=case.fields)["widgets"]
            for name, one in right.items():
                mine, order = got["answers"][name], next(iter(one.get("_orders", ())), None)
                if order is None or order.lenient:
                    continue
                if _is_folded(order, made.content):
                    yield _has_rest(order, mine["rows"]), _is_right(order, mine["rows"]), mine["unsure"]


def _is_folded(order: Ranked, content: Mapping[str, Any]) -> bool:
    return any(content["dimensions"].get(name, {"folded": 0})["folded"] for name in order.columns)


def _has_rest(order: Ranked, rows: list[Any]) -> bool:
    return any(isinstance(row[name], dict) for row in rows for name in order.columns)


def _is_right(order: Ranked, rows: list[Any]) -> bool:
    """The first of the true order: as many as were asked for, or as are there."""
    keys = dict.fromkeys(tuple(row[name] for name in order.columns) for row in rows if not _has_rest(order, [row]))
    return [*keys] == order.order[: order.top or len(keys)]


def test_a_list_that_lacks_folded_values_says_so(tmp_path: Path) -> None:
    """It may say so of one that lacks none, but not of all: sums that the whole rest does not reach are safe."""
    found = Counter(one for case in CASES[::10] for one in told(case, tmp_path / case.name))
    assert found[True, False, False] == found[False, False, False] == 0
    assert found[True, False, True] > 50
    assert found[False, False, True] > 5, "lists without a rest"
    assert found[True, True, False] > 5
    assert found[False, True, False] > 50


def test_python_doubts_what_the_script_doubts(tmp_path: Path) -> None:
    """Of the rows that a page opens with, were they made of the values that it tells apart."""
    found: Counter[tuple[str, bool]] = Counter()
    for case in CASES[3::10]:
        with opened(small(case, Random(f"unsure {case.name}")), tmp_path / case.name) as made:
            found.update(alike(made))
    assert {kind for kind, doubted in found if doubted} == {"Trend", "Groups", "Grid", "Distribution"}
    assert found["Groups", False] > 5


def alike(made: Live) -> Iterator[tuple[str, bool]]:
    known = {name: one for name, one in made.content["dimensions"].items() if "values" in one}
    told = {name: Dictionary(tuple(one["values"]), one["folded"]) for name, one in known.items()}
    open_ = [one for one in made.content["filters"] if one["dimension"] in known and not one["locked"]]
    state = {
        "filters": {
            one["dimension"]: [v for v in one["default"] if v in known[one["dimension"]]["values"]] for one in open_
        }
    }
    [got] = asked(made.content, [{"state": state}])
    for name, question in made.found.dashboards[0].questions.items():
        doubted = evaluate.unsure(evaluate.Evaluation(question, made.found.catalogue, made.found.served.cube, told))
        assert got["answers"][name].get("unsure", False) is doubted, (made.case.name, name)
        yield type(question.view).__name__, doubted


# ---- the rules, each on a few cells

SUM, COUNT = {"kind": "sum", "cube": 0, "column": 0}, {"kind": "count", "cube": 0, "column": 1}
REQUESTS = {"requests": ["value", 0, 1]}
FOLDED = {"model": {"values": ["a", "b", "c", None], "folded": 2}}
REST = 4


def is_unsure(cells: list[tuple[int, int]], **more: Any) -> bool:
    """Of a list of models by requests."""
    made = cube([0, DAY], ["model"], [(0, model, count, 1) for model, count in cells])
    given = {"by": ["model"], "bounded": ["requests"], **more}
    content = page([made], FOLDED, {"w": widget("groups", REQUESTS, [SUM, COUNT], **given)})
    found: bool = asked(content, [{"state": {}}])[0]["answers"]["w"]["unsure"]
    return found


def test_a_sum_is_in_doubt_where_the_rest_is_as_large_as_the_last_row() -> None:
    assert not is_unsure([(0, 9), (1, 5), (REST, 4)])
    assert is_unsure([(0, 9), (1, 5), (REST, 5)]), "names decide then"
    assert is_unsure([(0, 9), (1, 5), (REST, 6)])
    assert not is_unsure([(0, 9), (1, 5), (2, 1), (REST, 4)], top=2)
    assert is_unsure([(0, 9), (1, 5), (2, 1), (REST, 4)], top=3)
    assert is_unsure([(0, 9), (1, 5), (2, 1), (REST, 4)], top=3, other=False)


def test_a_list_is_in_doubt_where_the_rest_would_fill_it() -> None:
    assert is_unsure([(0, 9), (1, 5), (REST, 1)], top=3)
    assert not is_unsure([(0, 9), (1, 5), (REST, 1)], top=2)
    assert is_unsure([(REST, 1)])
    assert not is_unsure([(0, 9), (1, 5)], top=3), "nothing was folded here"


@pytest.mark.parametrize(
    "more",
    [
        {"order": {"name": "requests", "descending": False}},
        {"order": {"name": "model", "descending": False}},
        {"order": {"name": "model", "descending": True}},
        {"bounded": []},
    ],
    ids=json.dumps,
)
def test_other_orders_are_in_doubt_wherever_there_is_a_rest(more: dict[str, Any]) -> None:
    assert is_unsure([(0, 9), (1, 5), (REST, 1)], **more)
    assert not is_unsure([(0, 9), (1, 5)], **more)


def test_counts_of_histograms_are_bounded() -> None:
    keys = [1 << 20]
    for rest, unsure in ((4, False), (5, True)):
        entries = [(0, 0, keys[0], 9), (0, 1, keys[0], 5), (0, REST, keys[0], rest)]
        sizes = widget("distribution", {}, [{"kind": "histogram", "cube": 0, "column": 0}], by=["model"], order=None)
        sizes |= {"scale": "log", "of": "latency", "bins": tables({*keys}, "log", 0.01)}
        known = {"0.01": {"keys": keys, "values": [1.0]}}
        content = page([histogram([0, DAY], ["model"], entries, keys)], FOLDED, {"w": sizes}, keys=known)
        assert asked(content, [{"state": {}}])[0]["answers"]["w"]["unsure"] is unsure


SPENT, SEEN, HELD = Value(Measure("sum", "cost"), 10**9), Value(Measure("count", "time")), Measure("sum", "requests")
LATE = Quantile(Measure("histogram", "latency"), "0.95")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (SEEN, True),
        (SPENT, True),
        (Value(Measure("sum", "credit")), False),
        (Value(Measure("distinct", "user")), True),
        (Value(Measure("max", "latency")), False),
        (Value(Measure("min", "latency")), False),
        (LATE, False),
        (Average(HELD, HELD, 1), False),
        (Rate(SPENT, 60), True),
        (Rate(LATE, 60), False),
        (Known(SPENT, HELD, HELD), True),
        (Binary("+", SPENT, SEEN), True),
        (Binary("+", SPENT, LATE), False),
        (Binary("-", SPENT, SEEN), False),
        (Binary("*", Constant(100), SPENT), True),
        (Binary("*", Constant(-1), SPENT), False),
        (Binary("/", SPENT, Constant(1_000_000)), True),
        (Binary("/", SPENT, Constant(-2)), False),
        (Binary("/", SPENT, SEEN), False),
    ],
    ids=repr,
)
def test_metrics_of_which_no_part_has_more_than_the_whole(formula: Formula, expected: bool) -> None:
    assert is_bounded(formula, lambda measure: measure.field == "credit") is expected


def test_sums_that_are_negative_somewhere_are_not_bounded(tmp_path: Path) -> None:
    """Also where those of the folded values add up to more than nothing."""
    lines = [
        "time,user,credit,debit",
        *(f"2026-10-01T0{n}:00:00Z,u{n},{credit},{n}" for n, credit in enumerate((5, 9, -3, 0))),
    ]
    (tmp_path / "log.csv").write_text("\n".join(lines))
    project: dict[str, Any] = {"version": 1, "sources": {"log": {"type": "files", "path": "log.csv"}}}
    project["fields"] = {name: {"unit": "points"} for name in ("credit", "debit")}
    project["metrics"] = {"credits": {"sum": "credit"}, "debits": {"sum": "debit"}}
    (tmp_path / "dashgen.yaml").write_text(json.dumps(project))
    bar = {"type": "bar", "id": "bar", "metrics": ["debits", "credits"], "by": "user"}
    board = {"version": 1, "filters": [{"dimension": "user", "top": 1}], "layout": [bar]}
    (tmp_path / "board.yaml").write_text(json.dumps(board))
    with compiler.answered(compiler.validate(tmp_path / "board.yaml")) as (found, diagnostics):
        assert found is not None, diagnostics
        [cargo] = shipments(found).values()
        assert cargo.folded
        assert cargo.content["widgets"]["bar"]["bounded"] == ["debits"]
