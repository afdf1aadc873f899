"""Numbers of distinct values that a page cannot count one by one: estimated within what it states."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from math import sqrt
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from dashgen import compiler, registers
from dashgen.answers import Answered
from dashgen.diagnostics import Failure
from dashgen.explain import explanation
from dashgen.exposure import exposure
from dashgen.shipments import Cargo, shipments
from tests.scripted import asked

# ---- registers


def held(values: Sequence[Any], precision: int, of: Sequence[Any] | None = None) -> list[int]:
    """The ranks that are not empty, of these values among all."""
    known = registers.hashes(values if of is None else of)
    return ranks_of(np.array([known[value] for value in values], dtype=np.uint64), precision)


def ranks_of(hashes: np.ndarray, precision: int) -> list[int]:
    own, ranks = registers.places(hashes, precision)
    found = registers.gathered(np.zeros(len(hashes), dtype=np.int64), own, ranks, 1, precision)
    return [int(rank) for rank in found.ranks]


def test_a_value_is_in_the_register_of_its_first_bits_and_has_the_rank_of_the_next_one() -> None:
    hashes = np.array([0, 1 << 63, 1 << 55, 3 << 54, (1 << 64) - 1, 1 << 20], dtype=np.uint64)
    own, ranks = registers.places(hashes, 8)
    assert own.tolist() == [0, 128, 0, 0, 255, 0]
    assert ranks.tolist() == [32, 32, 1, 1, 1, 32]
    assert registers.places(np.array([1 << 54, 1 << 53], dtype=np.uint64), 8)[1].tolist() == [2, 3]


def test_registers_hold_the_greatest_rank_of_each_cell() -> None:
    cell, own, ranks = (np.array(column) for column in ([2, 0, 2, 2, 0], [7, 3, 7, 1, 3], [4, 1, 9, 2, 1]))
    found = registers.gathered(cell, own, ranks, 4, 8)
    assert found.sizes.tolist() == [1, 0, 2, 0]
    assert found.registers.tolist() == [3, 1, 7]
    assert found.ranks.tolist() == [1, 2, 9]


@pytest.mark.parametrize("precision", registers.PRECISIONS)
def test_estimates_are_as_near_as_is_stated(precision: int) -> None:
    """Numbers of values around and far beyond the registers', each of them many times."""
    for count in (3, 40, 300, 2_000, 12_000):
        trials = [[f"{trial}/{n}" for n in range(count)] for trial in range(20)]
        errors = [registers.estimate(held(values, precision), precision) / count - 1 for values in trials]
        root = sqrt(sum(error * error for error in errors) / len(errors))
        assert root < 1.3 * registers.standard_error(precision), count
        assert max(map(abs, errors)) < 3.5 * registers.standard_error(precision) + 0.5 / count, count


def test_few_values_are_counted_exactly() -> None:
    assert registers.estimate([], 8) == 0
    for precision in registers.PRECISIONS:
        assert [registers.estimate([1] * count, precision) for count in (1, 2, 3, 5)] == [1, 2, 3, 5]


def test_sketches_of_parts_merge_to_that_of_the_whole() -> None:
    values = [f"u{n}" for n in range(5_000)]
    parts = [values[:3_000], values[1_000:]]
    known = registers.hashes(values)
    merged: dict[int, int] = {}
    for part in parts:
        own, ranks = registers.places(np.array([known[one] for one in part], dtype=np.uint64), 10)
        for register, rank in zip(own.tolist(), ranks.tolist(), strict=True):
            merged[register] = max(rank, merged.get(register, 0))
    assert sorted(merged.values()) == sorted(held(values, 10))


def test_who_lacks_a_value_cannot_repeat_a_hash() -> None:
    """Else a page would tell of a name whether it is among those that are only counted."""
    few, more = registers.hashes(["ann", "bob"]), registers.hashes(["ann", "bob", "cleo"])
    assert few["ann"] != more["ann"]
    assert registers.hashes(["bob", "ann", None]) == few


# ---- pages

PROJECT = "version: 1\nsources:\n  log: {type: files, path: log.csv}\n"
LAYOUT = """[{type: card, metric: active_users, id: card, compare: previous},
  {type: line, metric: active_users, id: line, every: day},
  {type: bar, metrics: [active_users, requests], by: model, id: bar, top: 2},
  {type: card, metric: requests, id: requests}]"""
KEYS = "time_range: 6d\ntime_ranges: [3d, 6d]\nfilters: [time_range, model, status_code]"
BUDGET = 0.02
LAST = 14
"""The last day."""
MODELS, STATUSES = ("m0", "m1", "m2", "m3"), (200, 429, 500)


@cache
def events() -> list[tuple[int, str, str, int]]:
    """Day, model, user and status: most users are rare, a model has its own hundred beside them."""
    draw = Random(11)
    found = []
    for n in range(30_000):
        model = draw.choice(MODELS)
        user = f"user-{draw.randrange(9_000)}" if draw.random() < 0.9 else f"{model}-{draw.randrange(100)}"
        found.append((1 + n % LAST, model, user, draw.choice(STATUSES)))
    return found


def lines() -> list[str]:
    """The same as a file."""
    rows = (f"2026-10-{day:02}T08:00:00Z,{model},{user},{status}" for day, model, user, status in events())
    return ["time,model,user,status_code", *rows]


def distinct(days: range, models: Sequence[str] = MODELS, statuses: Sequence[int] = STATUSES) -> int:
    chosen = (user for day, model, user, status in events() if day in days and model in models and status in statuses)
    return len(set(chosen))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sketches")
    (folder / "dashgen.yaml").write_text(PROJECT)
    (folder / "log.csv").write_text("\n".join(lines()))
    return folder


@contextmanager
def shipped(project: Path, keys: str = "", layout: str = LAYOUT, base: str = KEYS) -> Iterator[tuple[Cargo, Answered]]:
    (project / "board.yaml").write_text(f"version: 1\ntitle: Board\n{base}\n{keys}\nlayout: {layout}\n")
    with compiler.answered(compiler.validate(project / "board.yaml")) as (found, diagnostics):
        assert found is not None, diagnostics
        yield shipments(found)["board"], found


def test_values_are_counted_one_by_one_while_they_fit(project: Path) -> None:
    with shipped(project) as (cargo, found):
        assert cargo.shipment.standard_error == 0
        assert "sketch" not in json.dumps(cargo.content)
        assert "estimated" not in exposure(found, {"board": cargo})["board"]


def test_what_does_not_fit_is_estimated_as_exactly_as_fits(project: Path) -> None:
    errors = []
    for budget in (0.03, 0.02):
        with shipped(project, f"budget: {budget}") as (cargo, found):
            assert cargo.size <= budget * 1e6
            errors.append(cargo.shipment.standard_error)
            assert exposure(found, {"board": cargo})["board"]["estimated"] == {"user": errors[-1]}
            assert f"standard error {errors[-1]:.2%}" in explanation(found, {"board": cargo})
    assert errors == [registers.standard_error(precision) for precision in (10, 8)]


@pytest.mark.parametrize("budget", [1, BUDGET])
def test_no_name_is_in_a_page_that_only_counts_them(project: Path, budget: float) -> None:
    with shipped(project, f"budget: {budget}") as (cargo, _):
        assert ("user" in cargo.shipment.dictionaries) == (budget == 1)
        assert "user-" not in json.dumps(cargo.content)


@pytest.mark.npm
def test_without_their_names_values_are_counted_exactly(project: Path) -> None:
    with shipped(project) as (cargo, _):
        states = [{"time_range": "6d", "filters": {"model": [model]}} for model in MODELS]
        answers = asked(json.loads(json.dumps(cargo.content)), [{"state": state} for state in states])
    counts = [got["answers"]["card"]["rows"][0]["active_users"] for got in answers]
    assert counts == [distinct(range(LAST - 5, LAST + 1), [model]) for model in MODELS]


@pytest.mark.npm
@pytest.mark.parametrize("top", ["", ", top: 1"])
def test_a_missing_value_is_none_of_those_that_are_counted(tmp_path: Path, top: str) -> None:
    (tmp_path / "dashgen.yaml").write_text(PROJECT)
    users = ["ann", "bob", "", "cleo", "dora", ""]
    rows = [f"2026-10-{14 - n % 3}T08:00:00Z,m{n % 2},{user},200" for n, user in enumerate(users)]
    (tmp_path / "log.csv").write_text("\n".join(["time,model,user,status_code", *rows]))
    base = f"time_range: 6d\nfilters: [model{f', {{dimension: user{top}}}' if top else ''}]"
    with shipped(tmp_path, base=base) as (cargo, _):
        answers = asked(json.loads(json.dumps(cargo.content)), [{"state": {"filters": {"model": ["m0"]}}}, {}])
    counted = [got["answers"]["card"]["rows"][0]["active_users"] for got in answers]
    assert counted == [2, 4]


def test_with_a_least_group_nothing_is_estimated(project: Path) -> None:
    """A register may be of one user alone."""
    with pytest.raises(Failure) as failure, shipped(project, f"budget: {BUDGET}\nprivacy: {{minimum_group: 2}}"):
        pass
    [diagnostic] = failure.value.diagnostics
    assert diagnostic.code == "over-budget"
    assert "never estimated: every `user` is counted" in str(diagnostic.help)


def test_pseudonyms_are_estimated_as_names_are(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHGEN_PRIVACY_KEY", "of sixteen bytes or more")
    with shipped(project, f"budget: {BUDGET}\nprivacy: {{mask: [user]}}") as (cargo, _):
        assert cargo.shipment.standard_error == registers.standard_error(8)
        assert "user-" not in json.dumps(cargo.content)


BY_USER = "{type: table, metrics: [active_users, requests], by: user, id: users, top: 3}"


@pytest.mark.npm
def test_a_dimension_that_is_chosen_and_counted_is_told_in_part_and_estimated(project: Path) -> None:
    """One that is told apart is one value; of an order by estimates nothing is sure beside a folded rest."""
    layout = f"{LAYOUT[:-1]}, {BY_USER}]"
    keys = f"{KEYS.replace('status_code]', 'user]')}\nbudget: {BUDGET}"
    with shipped(project, keys, layout, base="") as (cargo, _):
        told = cargo.shipment.dictionaries["user"]
        assert told.folded > 8_000
        assert not [name for name in cargo.shipment.dictionaries if name.startswith("#")]
        content = json.loads(json.dumps(cargo.content))
    one, two = told.values[:2]
    states = [{"time_range": "6d", "filters": {"user": users}} for users in ([one], [one, two], [])]
    answers = asked(content, [{"state": state} for state in states])
    users = [got["answers"]["card"]["rows"][0]["active_users"] for got in answers]
    days = range(LAST - 5, LAST + 1)
    assert users[:2] == [_among(days, {one}), _among(days, {one, two})]
    near(users[2], distinct(days), cargo.shipment.standard_error)
    assert content["widgets"]["users"]["bounded"] == ["requests"]
    assert answers[2]["answers"]["users"]["unsure"]


def _among(days: range, users: set[Any]) -> int:
    return len({user for day, _, user, _ in events() if day in days and user in users})


@pytest.mark.npm
def test_the_page_estimates_within_what_it_states(project: Path) -> None:
    with shipped(project, f"budget: {BUDGET}") as (cargo, _):
        states: list[dict[str, Any]] = [
            {"time_range": "6d", "filters": {}},
            {"time_range": "3d", "filters": {"model": ["m1", "m2"]}},
            {"time_range": "6d", "filters": {"status_code": [429], "model": ["m3"]}},
            {"time_range": "3d", "filters": {"status_code": [999]}},
        ]
        answers = asked(json.loads(json.dumps(cargo.content)), [{"state": state} for state in states])
    error = cargo.shipment.standard_error
    for state, got in zip(states, answers, strict=True):
        days = range(LAST + 1 - int(state["time_range"][0]), LAST + 1)
        chosen = (state["filters"].get("model", MODELS), state["filters"].get("status_code", STATUSES))
        near(got["answers"]["card"]["rows"][0]["active_users"], distinct(days, *chosen), error)
        for row in got["answers"]["bar"]["rows"]:
            if isinstance(row["model"], str):
                near(row["active_users"], distinct(days, [row["model"]], chosen[1]), error)
        assert {name: one.get("estimated") for name, one in got["answers"].items()} == {
            **dict.fromkeys(("card", "line", "bar"), error),
            "requests": None,
        }
    by_day = answers[0]["answers"]["line"]["rows"]
    assert len(by_day) == 6
    for day, row in zip(range(LAST - 5, LAST + 1), by_day, strict=True):
        near(row["active_users"], distinct(range(day, day + 1)), error)
    assert answers[3]["answers"]["card"]["rows"][0]["active_users"] == 0
    previous = answers[0]["answers"]["card"]["rows"][0]["previous"]
    near(previous, distinct(range(LAST - 11, LAST - 5)), error)


def near(estimate: int, exact: int, error: float) -> None:
    """Nothing random is in the data or in the hash: all of these few are within three standard errors."""
    assert isinstance(estimate, int)
    assert abs(estimate - exact) <= 3 * error * exact, (estimate, exact)
