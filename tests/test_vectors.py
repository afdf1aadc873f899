"""Both evaluators over the same cells, added up by neither: each gives what the oracle finds in the events."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from random import Random
from typing import Any

import numpy as np
import pytest

from dashgen import cube, evaluate, registers
from dashgen.cube import Cube, CubeSpec
from dashgen.metrics.formula import Measure, costly
from dashgen.model import Condition, Widget
from dashgen.plan.questions import EVENTS, TOKENS, Question, Reading, left_out, measured
from dashgen.plan.reads import metrics
from dashgen.plan.views import Grid, Groups, Total, Trend, ranking, shown
from dashgen.shipped import formula
from dashgen.timeline import Zone, buckets, resolve
from dashgen.widgets import kind
from tests.oracle import folding
from tests.oracle.compare import compare_rows, compare_widget
from tests.oracle.events import Event
from tests.packing import DAY, deltas, histogram, page, widget
from tests.packing import cube as packed_cube
from tests.packing import sketch as packed_sketch
from tests.scripted import asked, same
from tests.vectors_made import (
    ACCURACY,
    DIMENSIONS,
    EDGES,
    END,
    METRICS,
    Asked,
    catalogue,
    cells,
    parsed,
    right,
    standing,
    vectors,
)

CUBES, CHOICES = 56, 4
ZONE = Zone("UTC")


@cache
def made() -> list[Asked]:
    return list(vectors(CUBES, CHOICES))


# ---- questions


def question_of(one: Widget, asked_of: Asked) -> Question:
    view = kind(one.type).view(one)
    assert view is not None
    window = resolve(parsed(asked_of.board).time_range, END, ZONE)
    where = tuple(Condition(name, any_of=tuple(values)) for name, values in asked_of.chosen.items() if values)
    reading = Reading("", "log", where, min((event.time for event in asked_of.events), default=None), True)
    edges = buckets(window, one.every) if one.every else ()
    return Question(view, "log", (reading,), window, edges, ACCURACY)


def measures_of(question: Question) -> list[Measure]:
    names = metrics(question.view, catalogue().definitions)
    return sorted(measured(question, names, catalogue()) | {EVENTS}, key=repr)


# ---- Python's answer


def python(asked_of: Asked) -> dict[str, dict[str, Any]]:
    found = {}
    for one in parsed(asked_of.board).widgets:
        asked = evaluate.Evaluation(question_of(one, asked_of), catalogue(), held(asked_of.events))
        answer = {"rows": evaluate.rows(asked), "spark": evaluate.spark(asked)}
        found[one.id] = json.loads(json.dumps(answer))
    return found


def held(events: Sequence[Event]) -> Callable[[CubeSpec], Cube]:
    """Whatever is asked for, over all dimensions and every hour."""

    def serve(demand: CubeSpec) -> Cube:
        spec = replace(demand, where=(), dimensions=DIMENSIONS, edges=EDGES)
        if demand.histogram is None:
            lines = [(cell, 0, [cell.holds(m) for m in spec.measures]) for cell in cells(events)]
        else:
            (measure,) = spec.measures
            lines = [(cell, key, [n]) for cell in cells(events) for key, n in cell.entries(measure).items()]
        return cube.build(
            spec,
            np.array([cell.bucket for cell, _, _ in lines], dtype=np.int64),
            {name: [cell.values[n] for cell, _, _ in lines] for n, name in enumerate(DIMENSIONS)},
            None if demand.histogram is None else np.array([key for _, key, _ in lines], dtype=np.int64),
            {m: _column([numbers[n] for _, _, numbers in lines]) for n, m in enumerate(spec.measures)},
        )

    return serve


def _column(numbers: Sequence[int | None]) -> np.ndarray:
    return np.array(numbers, dtype=object if None in numbers else np.int64)


# ---- the script's answer


def content(asked_of: Asked, kept: Sequence[Any] | None = None) -> dict[str, Any]:
    """A page of the dashboard; only `kept` models are told apart, if they are given."""
    widgets = parsed(asked_of.board).widgets
    questions = {one.id: question_of(one, asked_of) for one in widgets}
    wanted = sorted({m for question in questions.values() for m in measures_of(question)}, key=repr)
    plain = [m for m in wanted if m.kind not in ("histogram", "distinct")]
    sketched = [m for m in wanted if m.kind == "histogram"]
    values = {name: _values(asked_of.events, n) for n, name in enumerate(DIMENSIONS)}
    folded = [] if kept is None else [value for value in values["model"] if value not in kept]
    told = {**values, "model": [value for value in values["model"] if value not in folded]}
    known = cells(asked_of.events)
    codes = [[_code(told[name], cell.values[n]) for n, name in enumerate(DIMENSIONS)] for cell in known]
    counted = [(cell.bucket, *own, *(cell.holds(m) for m in plain)) for cell, own in zip(known, codes, strict=True)]
    entries = [
        (cell.bucket, *own, key, *(cell.entries(m).get(key, 0) for m in sketched))
        for cell, own in zip(known, codes, strict=True)
        for key in sorted({key for m in sketched for key in cell.entries(m)})
    ]
    keys = sorted({entry[len(DIMENSIONS) + 1] for entry in entries})
    cubes = [packed_cube(EDGES, DIMENSIONS, _merged(counted, len(DIMENSIONS) + 1, plain), source="log")]
    cubes[0]["columns"] = cubes[0]["columns"] or [""] * len(plain)
    if entries:
        merged = _merged(entries, len(DIMENSIONS) + 2, sketched)
        cubes.append(histogram(EDGES, DIMENSIONS, merged, keys, accuracy=str(ACCURACY), source="log"))
    whole = {"key": "1d", "start": DAY, "end": END, "nominal": END, "shift": {"days": 1}}
    return page(
        cubes,
        {name: {"values": told[name], "folded": len(folded) if name == "model" else 0} for name in DIMENSIONS},
        {one.id: _widget(one, questions[one.id], plain, sketched if entries else []) for one in widgets},
        as_of=END,
        ranges=[whole],
        keys=standing(keys),
        ladders=[
            {"every": [1, "h"], "since": 0, "edges": deltas(EDGES)},
            {"every": [6, "h"], "since": 0, "edges": deltas(EDGES[::6])},
        ],
    )


def _values(events: Sequence[Event], n: int) -> list[Any]:
    """In the order of their texts, a missing one last."""
    return sorted({cell.values[n] for cell in cells(events)}, key=lambda value: (value is None, str(value)))


def _code(told: Sequence[Any], value: Any) -> int:
    return told.index(value) if value in told else len(told)


def _merged(lines: Sequence[tuple[Any, ...]], width: int, measures: Sequence[Measure]) -> list[tuple[Any, ...]]:
    """Cells that a fold has made one."""
    found = []
    for place, own in groupby(sorted(lines, key=lambda line: line[:width]), key=lambda line: line[:width]):
        columns = list(zip(*(line[width:] for line in own), strict=True))
        found.append((*place, *(_joined(m, column) for m, column in zip(measures, columns, strict=True))))
    return found


def _joined(measure: Measure, numbers: Sequence[int | None]) -> int | None:
    there = [number for number in numbers if number is not None]
    if measure.kind in ("min", "max"):
        return (min if measure.kind == "min" else max)(there, default=None)
    return sum(there)


def _widget(one: Widget, question: Question, plain: list[Measure], sketched: list[Measure]) -> dict[str, Any]:
    view, names = question.view, metrics(question.view, catalogue().definitions)
    wanted = [*(measure for measure in measures_of(question) if measure != EVENTS), EVENTS]
    index = {measure: n for n, measure in enumerate(wanted)}
    formulas = {name: catalogue().formula(name, "log") for name in names}
    costs = {source for name in shown(view) for source in costly(formulas[name])}
    made = widget(
        type(view).__name__.lower(),
        {name: formula(found, index, {"": 0}) for name, found in formulas.items()},
        [_place(measure, plain, sketched) for measure in wanted],
        **_shape(one, question),
        unpriced=[index[measure] for measure in left_out(question, costs)],
        tokens=[index[measure] for measure in left_out(question, costs, TOKENS)],
        readings=[{"source": "log", "first": question.first, "lacks": []}],
    )
    return {**made, "metrics": list(shown(view))}


def _place(measure: Measure, plain: list[Measure], sketched: list[Measure]) -> dict[str, Any]:
    if measure.kind == "histogram":
        held = measure in sketched
        return {"kind": "histogram", "cube": 1 if held else -1, "column": sketched.index(measure) if held else 0}
    if measure.kind == "distinct":
        return {"kind": "distinct", "cube": 0, "column": plain.index(EVENTS), "dimension": measure.field}
    return {"kind": measure.kind, "cube": 0, "column": plain.index(measure)}


def _shape(one: Widget, question: Question) -> dict[str, Any]:
    view, how = question.view, ranking(question.view)
    order = how.order if how else None
    found: dict[str, Any] = {
        "by": list(view.by) if isinstance(view, Groups) else [],
        "series": view.series if isinstance(view, (Trend, Groups)) else None,
        "compare": question.compares,
        "spark": isinstance(view, Total) and view.spark,
        "every": [one.every.count, one.every.unit] if one.every else None,
        "order": {"name": order.name, "descending": order.descending} if order else None,
        "top": how.top if how else None,
        "other": how.other if how else True,
    }
    return {**found, "rows": view.rows, "columns": view.columns} if isinstance(view, Grid) else found


def script(of: Sequence[Asked], page: Mapping[str, Any] | None = None) -> Iterator[dict[str, dict[str, Any]]]:
    """The answers to all choices over the same cubes."""
    states = [{"state": {"filters": one.chosen, "time_range": "1d"}} for one in of]
    for got in asked(page or content(of[0]), states):
        assert "error" not in got, got
        yield got["answers"]


def alike() -> Iterator[list[Asked]]:
    for _, own in groupby(made(), key=lambda one: one.name.partition(".")[0]):
        yield list(own)


# ---- the vectors


def differences(asked_of: Asked, got: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, wanted in asked_of.right.items():
        actual = {"type": wanted["type"], "rows": got[name]["rows"], "spark": got[name]["spark"]}
        for problem in compare_widget(actual, wanted, ACCURACY):
            yield f"{asked_of.name} {name} under {dict(asked_of.chosen)}: {problem}"


def test_there_are_enough_of_every_kind() -> None:
    vectors = [(one, widget) for one in made() for widget in one.right.values()]
    assert len(vectors) >= 2000
    sizes = [len(one.events) for one in made()]
    assert {0, 1} < {*sizes}
    rows = [row for _, widget in vectors for row in widget["rows"]]
    assert sum(any(isinstance(value, dict) and "other" in value for value in row.values()) for row in rows) > 150
    assert sum("unpriced_tokens" in row for row in rows) > 500
    assert sum(row.get("previous") is not None for row in rows) > 500
    for name in METRICS:
        assert sum(row.get(name) is not None for row in rows) > 20, name
        assert any(name in row and row[name] in (None, 0) for row in rows), name


def test_python_finds_what_the_oracle_finds() -> None:
    assert [problem for one in made() for problem in differences(one, python(one))] == []


@pytest.mark.npm
def test_the_script_finds_what_the_oracle_finds_and_python_to_the_last_digit() -> None:
    for own in alike():
        for one, got in zip(own, script(own), strict=True):
            assert list(differences(one, got)) == []
            for name, answer in python(one).items():
                assert same(answer, {key: got[name][key] for key in ("rows", "spark")}), (one.name, name)


# ---- values that are not told apart

PRECISION = 5
CROWDS = {"ann": 1, "bob": 25, "cleo": 600}
"""Each user stands for so many: from few registers in use to all of them."""


@cache
def crowd(user: str) -> dict[int, int]:
    """The registers of everybody for whom a user stands."""
    own, ranks = registers.places(np.array([_hash(user, n) for n in range(CROWDS[user])], dtype=np.uint64), PRECISION)
    return _highest(zip(own.tolist(), ranks.tolist(), strict=True))


def _hash(user: str, n: int) -> int:
    return Random(f"{user} {n}").getrandbits(64)


def _highest(entries: Iterable[tuple[int, int]]) -> dict[int, int]:
    return dict(sorted(entries))


def sketched(asked_of: Asked) -> dict[str, Any]:
    """The page of the dashboard, its users counted by registers in the cells that have an event."""
    found, at = content(asked_of), DIMENSIONS.index("user")
    values = [_values(asked_of.events, n) for n in range(len(DIMENSIONS))]
    known = sorted(
        cells(asked_of.events),
        key=lambda cell: (cell.bucket, *(own.index(value) for own, value in zip(values, cell.values, strict=True))),
    )
    there = [cell.values[at] if cell.holds(EVENTS) else None for cell in known]
    found["cubes"][0]["sketches"] = [packed_sketch([crowd(user) if user else {} for user in there], 1 << PRECISION)]
    for one in found["widgets"].values():
        for measure in one["measures"]:
            measure |= {"kind": "sketch", "column": 0} if measure["kind"] == "distinct" else {}
    return found


def estimated(users: Collection[Any]) -> int:
    entries = (entry for user in users for entry in crowd(user).items())
    return registers.estimate([*_highest(entries).values()], PRECISION)


@pytest.mark.npm
def test_estimates_of_distinct_values_are_the_same_to_the_last_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is made of them: ratios, orders, comparisons, sparklines."""
    monkeypatch.setattr("dashgen.aggregate.count", estimated)
    counts: set[int] = set()
    for own in alike():
        for one, got in zip(own, script(own, sketched(own[0])), strict=True):
            for name, answer in python(one).items():
                assert same(answer, {key: got[name][key] for key in ("rows", "spark")}), (one.name, name)
                counts.update(row["users"] for row in answer["rows"] if "users" in row)
    assert len(counts) == 6  # who is alone in no register does not show among more


EXACT = ("requests", "cost", "tokens", "error_rate", "cost_per_request", "nested")


@dataclass(frozen=True)
class Folded:
    """The same events with a bar and two tables by model, of which only `kept` are told apart."""

    asked: Asked
    kept: list[Any]
    gone: list[Any]

    def rows(self, shown: Mapping[str, Any]) -> list[dict[str, Any]]:
        return folding.folded(shown, self.kept, self.gone, self._whole)

    def _whole(self, shown: Mapping[str, Any]) -> list[dict[str, Any]]:
        board = {**self.asked.board, "layout": [{**shown, "id": "w"}]}
        rows: list[dict[str, Any]] = right(board, self.asked.chosen, self.asked.events)["w"]["rows"]
        return rows


def folded() -> Iterator[list[Folded]]:
    for own in alike():
        events, random = own[0].events, Random(f"folded {own[0].name}")
        models = _values(events, 0)
        if len(models) < 3:
            continue
        kept = sorted(random.sample(models, random.randint(1, len(models) - 2)), key=models.index)
        gone = [model for model in models if model not in kept]
        widgets: list[dict[str, Any]] = [
            {"type": "bar", "by": "model", "metrics": random.sample(EXACT, 3)},
            {"type": "table", "by": "model", "metrics": random.sample(EXACT, 3), "top": random.randint(1, 3)},
            {"type": "table", "by": "model", "metrics": random.sample(EXACT, 2), "top": 1, "other": False},
        ]
        board = {**own[0].board, "layout": [{"id": f"f{n}", **widget} for n, widget in enumerate(widgets)]}
        choices = [{**one.chosen, "model": [m for m in one.chosen.get("model", ()) if m in kept]} for one in own]
        yield [Folded(replace(own[0], board=board, chosen=chosen), kept, gone) for chosen in choices]


@pytest.mark.npm
def test_what_is_folded_is_the_rest_and_cannot_be_chosen() -> None:
    rests = 0
    for own in folded():
        first = own[0]
        states: list[dict[str, Any]] = [{"filters": one.asked.chosen, "time_range": "1d"} for one in own]
        states += [{"filters": {"model": [value]}} for value in first.gone]
        answers = asked(content(first.asked, first.kept), [{"state": state} for state in states])
        assert [got.get("error") for got in answers[len(own) :]] == ["RangeError"] * len(first.gone)
        for one, got in zip(own, answers, strict=False):
            for entry in one.asked.board["layout"]:
                wanted, actual = one.rows(entry), got["answers"][entry["id"]]["rows"]
                assert compare_rows(actual, wanted, ACCURACY) == [], (one, entry)
                rests += bool(wanted) and isinstance(wanted[-1]["model"], dict)
    assert rests > 100
