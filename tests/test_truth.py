"""What the program computes, held against the oracle on generated dashboards and data sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashgen import aggregate, answers, bundle, execute, project
from dashgen.answers import Answered
from dashgen.cube import KEY_OFFSET, Cube, CubeSpec
from dashgen.diagnostics import has_errors
from dashgen.draw import DrawnDashboard, DrawnWidget
from dashgen.evaluate.evaluation import Evaluation
from dashgen.facts import facts
from dashgen.labels import labels
from dashgen.plan.merge import merge, separate
from dashgen.plan.questions import Demand, Question
from dashgen.query import events as query_events
from dashgen.theme import load_theme
from dashgen.timeline import HOUR, Zone
from dashgen.widgets.base import Context, Picture
from tests.oracle.compare import compare
from tests.oracle.datasets import NEW_YORK
from tests.oracle.events import read_all
from tests.oracle.expect import expect
from tests.oracle.pairs import pairs
from tests.oracle.specs import Case, cases
from tests.oracle.zones import MINUTE, microseconds

COUNT = 300
CASES = cases(COUNT)
PAIRS = pairs()


def computed(case: Case, root: Path, planner: execute.Planner = merge) -> dict[str, Any]:
    """The case's data.json, without drawing anything."""
    checked = project.read([str(case.write(root))])
    assert checked.project is not None
    assert not has_errors(checked.diagnostics), [d.message for d in checked.diagnostics]
    catalogue = answers.catalogue_of(checked.project)
    with answers.opened(checked.project, checked.dashboards, catalogue) as (sources, failed):
        assert not failed
        asked = [answers.ask(d, checked.project, catalogue, sources, {}) for d in checked.dashboards]
        found = answers.answer(asked, checked.project, catalogue, sources, planner)
    return _data(found)


def _data(found: Answered) -> dict[str, Any]:
    asked = found.dashboards[0]
    dashboard, answered = asked.dashboard, found.answers[asked.dashboard.id]
    context = Context.of(dashboard, load_theme("light"), found.project.currency, labels(found.project, found.catalogue))
    shown = {w.id: DrawnWidget(w, answered[w.id], Picture(), 12) for w in dashboard.widgets if w.id in answered}
    data = bundle.data(DrawnDashboard(dashboard, context, facts(asked, found, context), shown))
    copied: dict[str, Any] = json.loads(json.dumps(data, allow_nan=False))
    return copied


def differences(case: Case, root: Path, planner: execute.Planner = merge) -> list[str]:
    actual = computed(case, root, planner)
    right = expect(case.project, case.dashboard, read_all(root, case.project), fields=case.fields)
    return compare(actual, right, case.accuracy)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_number_is_the_oracles(case: Case, tmp_path: Path) -> None:
    assert differences(case, tmp_path) == []


@pytest.mark.parametrize("case", PAIRS, ids=[case.name for case in PAIRS])
def test_every_number_of_two_sources_is_the_oracles(case: Case, tmp_path: Path) -> None:
    assert differences(case, tmp_path) == []


@pytest.mark.parametrize("case", [*CASES[::6], *PAIRS[::8]], ids=lambda case: case.name)
def test_the_plan_changes_no_number(case: Case, tmp_path: Path) -> None:
    assert computed(case, tmp_path, merge) == computed(case, tmp_path, separate)


@pytest.mark.parametrize("every", ["5min", "15min", "30min", "hour", "6h"])
@pytest.mark.parametrize("day", ["2025-11-02", "2025-11-03", "2025-03-09", "2025-03-10"])
def test_the_hours_of_a_clock_change_are_compared(every: str, day: str, tmp_path: Path) -> None:
    """Both of a repeated hour with the one of the day before."""
    rows = [row for hour in range(-30, 48, 1) for row in _around(f"{day}T00:00:00-05:00", hour)]
    data = replace(CASES[0].dataset, name="clock", rows=rows, columns=["time", "model"], format="csv", parts=1)
    data = replace(data, time_form="zulu", renamed=False, prices=[], zone=NEW_YORK, latency_unit="ms")
    lines = [{"type": "line", "id": f"w{n}", "every": every, "compare": "previous"} for n in range(3)]
    lines[0] |= {"metrics": ["requests", "request_rate"]}
    lines[1] |= {"metric": "requests", "series": "model", "top": 1}
    lines[2] |= {"metric": "requests", "time_range": {"from": day}}
    board = {"version": 1, "id": "board", "timezone": NEW_YORK, "time_range": "1d", "layout": lines}
    board["as_of"] = f"{day}T23:30"
    project = {"version": 1, "sources": {"gateway": data.source}}
    assert differences(Case("clock", data, project, board), tmp_path) == []


def _around(midnight: str, hour: int) -> Iterator[dict[str, Any]]:
    """Events in an hour after the midnight: so many that no two hours are alike."""
    start = microseconds(datetime.fromisoformat(midnight)) + hour * HOUR
    for n in range(1 + hour % 7):
        yield {"time": start + n * 8 * MINUTE + 1, "model": "ab"[n % 2]}


# ---- planted mistakes: each must be noticed -------------------------------------------------------


def without_the_newest_row(patch: pytest.MonkeyPatch) -> None:
    moment = answers.moment
    patch.setattr(answers, "moment", lambda *given: moment(*given) - 1)


def with_retries_ignored(patch: pytest.MonkeyPatch) -> None:
    number = query_events._number

    def ignoring(name: str, binding: Any, absent: int) -> Any:
        return query_events.big(0) if name == "retries" else number(name, binding, absent)

    patch.setattr(query_events, "_number", ignoring)


def with_days_an_hour_late(patch: pytest.MonkeyPatch) -> None:
    midnight = Zone.midnight
    patch.setattr(Zone, "midnight", lambda zone, day: midnight(zone, day) + HOUR)


def with_a_mean_of_percentiles(patch: pytest.MonkeyPatch) -> None:
    """What tools do that average: each bucket's and group's P95, and then their mean."""
    original = aggregate.aggregate

    def averaged(cube: Cube, demand: CubeSpec, slot: np.ndarray, by: Sequence[str]) -> dict[Any, Any]:
        found = original(cube, demand, slot, by)
        if demand.histogram is None:
            return found
        fine = original(cube, demand, np.where(slot < 0, -1, np.arange(len(slot))), cube.spec.dimensions)
        for key, held in found.items():
            for measure in held:
                parts = [part[measure] for place, part in fine.items() if _inside(place, key, cube, slot, by)]
                held[measure] = _mean([_p95(part) for part in parts if part], held[measure])
        return found

    patch.setattr("dashgen.evaluate.evaluation.aggregate", averaged)


def _inside(place: Any, key: Any, cube: Cube, slot: np.ndarray, by: Sequence[str]) -> bool:
    values = dict(zip(cube.spec.dimensions, place[1:], strict=True))
    return slot[place[0]] == key[0] and all(values[name] == value for name, value in zip(by, key[1:], strict=True))


def _p95(histogram: dict[int, int]) -> int:
    left = 0.95 * sum(histogram.values())
    for key in sorted(histogram):
        left -= histogram[key]
        if left <= 0:
            return key
    return max(histogram)


def _mean(keys: list[int], histogram: dict[int, int]) -> dict[int, int]:
    if not keys:
        return histogram
    level = max(1, sum(key - KEY_OFFSET for key in keys) // len(keys))
    return {level + KEY_OFFSET: sum(histogram.values())}


MISTAKES = (without_the_newest_row, with_retries_ignored, with_days_an_hour_late, with_a_mean_of_percentiles)


def with_one_first_event_for_all_sources(patch: pytest.MonkeyPatch) -> None:
    elapsed = Evaluation.elapsed

    def alike(asked: Evaluation, start: int, end: int) -> dict[str, int]:
        found = elapsed(asked, start, end)
        return dict.fromkeys(found, max(found.values()))

    patch.setattr(Evaluation, "elapsed", alike)


def with_the_widgets_source_for_every_metric(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Evaluation, "_part", _of_the_first)


def _of_the_first(asked: Evaluation, demand: Demand, edges: Sequence[int]) -> dict[Any, Any]:
    """The cube of the same measures of whatever source comes first."""
    other = next(one for _, one in asked.demands if bool(one.cube.histogram) == bool(demand.cube.histogram))
    found = PART(asked, other, edges)
    return {key: {m: held.get(m, 0) for m in demand.cube.measures} for key, held in found.items()}


def with_a_previous_period_where_one_source_has_none(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Question, "reaches_back", lambda question, reading: question.compares)


PART = Evaluation._part
OF_SOURCES = (
    with_one_first_event_for_all_sources,
    with_the_widgets_source_for_every_metric,
    with_a_previous_period_where_one_source_has_none,
)


@pytest.mark.parametrize("plant", OF_SOURCES, ids=lambda plant: plant.__name__)
def test_a_planted_mistake_between_sources_is_noticed(
    plant: Callable[[pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert any(_noticed(case, tmp_path) for case in _each(PAIRS, tmp_path))


@pytest.mark.parametrize("plant", MISTAKES, ids=lambda plant: plant.__name__)
def test_a_planted_mistake_is_noticed(
    plant: Callable[[pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert any(_noticed(case, tmp_path) for case in _each(CASES[:40], tmp_path))


def _noticed(case: Case, root: Path) -> bool:
    """In a row of a widget: what the head of data.json says does not count."""
    return any(not found.startswith(("as_of:", "time_range:")) for found in differences(case, root / case.name))


def _each(found: Sequence[Case], root: Path) -> Iterator[Case]:
    for case in found:
        (root / case.name).mkdir()
        yield case
