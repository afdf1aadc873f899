"""The page's evaluator answers as Python does, to the last digit: generated dashboards under random choices."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dashgen import answers, project
from dashgen.answers import Answered
from dashgen.diagnostics import has_errors
from dashgen.model import Absolute, Dashboard, Every, TimeRange, Widget
from dashgen.plan import offers
from dashgen.plan.interactive import bucketed, every_of
from dashgen.plan.questions import Question
from dashgen.plan.views import Trend
from dashgen.shipments import shipments
from dashgen.timeline import Window, Zone, buckets, default_every, resolve
from tests.oracle.pairs import pairs
from tests.oracle.specs import Case, cases
from tests.scripted import asked, same

COUNT = 300
STATES = 6
PRESETS = ("24h", "3h", "7d", "2d", "yesterday", "this_week", "last_month", "2w", "3mo", "90min")


@dataclass(frozen=True)
class Choice:
    """What a viewer chose, for the page and for Python."""

    state: dict[str, Any]
    filters: Mapping[str, tuple[Any, ...]]
    time: TimeRange
    is_own: bool


def live(case: Case, random: Random) -> Case:
    """The case's dashboard with filters on what it can be filtered by, and presets."""
    board = dict(case.dashboard)
    known = {(f if isinstance(f, str) else f["dimension"]): f for f in board.get("filters", [])}
    columns: list[str] = [n for n in ("model", "project", "api_key", "user", "region") if n in case.dataset.columns]
    if "status_code" in case.dataset.columns:
        columns += ["status_code", "status_class", "failed"]
    for name in ["time_range", *random.sample(columns, min(len(columns), random.randint(1, 3)))]:
        known.setdefault(name, name)
    board["filters"] = list(known.values())
    board["time_ranges"] = random.sample(PRESETS, 2)
    return replace(case, dashboard=board)


def choices(random: Random, content: Mapping[str, Any], dashboard: Dashboard, as_of: int) -> Iterator[Choice]:
    for number in range(STATES):
        filters = {} if number == 0 else _filters(random, content)
        key, time = _time(random, content, dashboard, as_of) if number else _preset(content, dashboard, None)
        state = {"filters": {name: list(values) for name, values in filters.items()}, "time_range": key}
        yield Choice(state, filters, time, isinstance(key, dict))


def _filters(random: Random, content: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    for chosen in content["filters"]:
        name = chosen["dimension"]
        if name == "time_range" or chosen["locked"] or random.random() < 0.4:
            continue
        values = content["dimensions"][name]["values"]
        count = min(len(values), random.choice([0, 1, 1, 2, 3]))
        picked = random.sample(values, count)
        if random.random() < 0.08 and name != "failed":
            picked.append(299 if name == "status_code" else "nobody at all")
        found[name] = tuple(picked)
    return found


def _preset(content: Mapping[str, Any], dashboard: Dashboard, number: int | None) -> tuple[str, TimeRange]:
    at = content["range"] if number is None else number
    return content["ranges"][at]["key"], offers.ranges(dashboard)[at]


def _time(random: Random, content: Mapping[str, Any], dashboard: Dashboard, as_of: int) -> tuple[Any, TimeRange]:
    days = _days(content, dashboard, as_of)
    if len(days) < 2 or random.random() < 0.5:
        return _preset(content, dashboard, random.randrange(len(content["ranges"])))
    first = random.choice(days)
    last = random.choice([first, random.choice([day for day in days if day >= first]), days[-1]])
    return {"from": first.isoformat(), "to": last.isoformat()}, Absolute(first, last)


def _days(content: Mapping[str, Any], dashboard: Dashboard, as_of: int) -> list[date]:
    """Days that begin on an edge."""
    zone = resolve(dashboard.time_range, as_of, _zone(dashboard)).zone
    edges = _absolute(content["custom"])
    return sorted({zone.day(at) for at in edges[:-1] if zone.midnight(zone.day(at)) == at})


def _zone(dashboard: Dashboard) -> Zone:
    return Zone(dashboard.timezone, dashboard.week_start)


def _absolute(deltas: Sequence[int]) -> list[int]:
    found: list[int] = []
    for step in deltas:
        found.append(step + (found[-1] if found else 0))
    return found


def _edges(content: Mapping[str, Any], number: int) -> set[int]:
    """Of a cube, or of the one whose cells it has."""
    cube = content["cubes"][number]
    return {*_absolute(cube["edges"])} if "edges" in cube else _edges(content, cube["cells"])


def chosen(dashboard: Dashboard, choice: Choice, content: Mapping[str, Any], found: Answered) -> Dashboard:
    """The dashboard whose default view is what the viewer chose."""
    filters = tuple(
        chosen if chosen.locked else replace(chosen, default=choice.filters.get(chosen.dimension, ()))
        for chosen in dashboard.filters
    )
    presets = (*dashboard.time_ranges, dashboard.time_range)
    window = resolve(choice.time, found.dashboards[0].as_of, _zone(dashboard))
    questions = found.dashboards[0].questions
    layout = tuple(dashboard.layout)
    made = replace(dashboard, filters=filters, time_range=choice.time, time_ranges=presets)
    if not choice.is_own:
        return made
    sizes = {
        widget.id: _bucket(content, widget, window)
        for widget in dashboard.widgets
        if widget.id in questions and widget.time_range is None and bucketed(questions[widget.id])
    }
    return replace(made, layout=tuple(_sized(entry, sizes) for entry in layout))


def _sized(entry: Any, sizes: Mapping[str, Every]) -> Any:
    if hasattr(entry, "layout"):
        return replace(entry, layout=tuple(_sized(one, sizes) for one in entry.layout))
    return replace(entry, every=sizes[entry.id]) if entry.id in sizes else entry


_MINUTES = {"min": 1, "h": 60, "d": 1440, "w": 10_080, "mo": 43_200, "y": 525_600}


def _bucket(content: Mapping[str, Any], widget: Widget, window: Window) -> Every:
    """The widget's own size, or the next coarser one of which its cubes have all edges of the range."""
    wanted = every_of(widget.every, window, default_every(window))
    cubes = {m["cube"] for m in content["widgets"][widget.id]["measures"] if m["cube"] >= 0}
    has = [_edges(content, cube) for cube in cubes]
    size = wanted.count * _MINUTES[wanted.unit]
    known = {(count, unit): each for each in content["ladders"] for count, unit in [each["every"]]}
    rung = (wanted.count if wanted.unit in ("min", "h") else 1, wanted.unit)
    if rung in known and _is_whole(known[rung], wanted, window, has):
        return wanted
    for (count, unit), each in known.items():
        if count * _MINUTES[unit] > size and _is_whole(each, Every(count, unit), window, has):
            return Every(count, unit)
    raise AssertionError("no ladder reaches back")


def _is_whole(known: Mapping[str, Any], every: Every, window: Window, cubes: Sequence[set[int]]) -> bool:
    return all({*buckets(window, every)[1:-1]} <= edges for edges in [{*_absolute(known["edges"])}, *cubes])


def reached(rows: list[Any], asked_of: Mapping[str, Any], content: Mapping[str, Any], question: Question) -> list[Any]:
    """Python's rows as far as the page's cubes go back: it asks for the edges that it needs."""
    if not question.compares or question.window.is_empty:
        return rows
    edges = question.edges if isinstance(question.view, Trend) else (question.window.start, question.window.end)
    shifted = {question.window.back(edge) for edge in edges}
    lacking = {
        measure["reading"]
        for measure in asked_of["measures"]
        if measure["cube"] >= 0 and not shifted <= _edges(content, measure["cube"])
    }
    lost = {name for name, reads in asked_of["reads"].items() if lacking & {*reads}}
    return [row | {key: _lost(row[key], asked_of["metrics"], lost) for key in ("previous", "change")} for row in rows]


def _lost(value: Any, names: Sequence[str], lost: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: None if name in lost else one for name, one in value.items()}
    return None if names[0] in lost else value


def differences(case: Case, root: Path, seed: str) -> Iterator[str]:
    random = Random(seed)
    case = live(case, random)
    checked = project.read([str(case.write(root))])
    assert checked.project is not None
    assert not has_errors(checked.diagnostics), [d.message for d in checked.diagnostics]
    catalogue = answers.catalogue_of(checked.project)
    with answers.opened(checked.project, checked.dashboards, catalogue) as (sources, failed):
        assert not failed
        dashboard = checked.dashboards[0]
        found = answers.answer(
            [answers.ask(dashboard, checked.project, catalogue, sources, {})], checked.project, catalogue, sources
        )
        dashboard = found.dashboards[0].dashboard
        content = json.loads(json.dumps(shipments(found)[dashboard.id].content))
        picked = list(choices(random, content, dashboard, found.dashboards[0].as_of))
        answered = asked(content, [{"state": choice.state} for choice in picked])
        for choice, got in zip(picked, answered, strict=True):
            if "error" in got:
                yield f"{choice.state}: {got['error']} {got['message']}"
                continue
            other = chosen(dashboard, choice, content, found)
            right = answers.answer(
                [answers.ask(other, checked.project, catalogue, sources, {})], checked.project, catalogue, sources
            )
            for name, answer in right.answers[other.id].items():
                want = json.loads(json.dumps({"rows": list(answer.rows), "spark": list(answer.spark)}))
                mine, question = got["answers"][name], right.dashboards[0].questions[name]
                want["rows"] = reached(want["rows"], content["widgets"][name], content, question)
                for key in ("rows", "spark"):
                    if not same(want[key], mine[key]):
                        yield f"{name} {key} under {choice.state}: {_first(want[key], mine[key])}"
                for key in ("start", "end"):
                    if mine[key] != getattr(answer, key):
                        yield f"{name} {key} under {choice.state}: {mine[key]}, not {getattr(answer, key)}"


def _first(want: list[Any], got: list[Any]) -> str:
    if len(want) != len(got):
        return f"{len(got)} rows instead of {len(want)}"
    n = next(n for n in range(len(want)) if not same(want[n], got[n]))
    return f"row {n}: {json.dumps(got[n])} instead of {json.dumps(want[n])}"


CASES = cases(COUNT)
PAIRS = pairs()


@pytest.mark.npm
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_row_is_pythons(case: Case, tmp_path: Path) -> None:
    assert list(differences(case, tmp_path, case.name)) == []


@pytest.mark.npm
@pytest.mark.parametrize("case", PAIRS, ids=[case.name for case in PAIRS])
def test_every_row_of_two_sources_is_pythons(case: Case, tmp_path: Path) -> None:
    assert list(differences(case, tmp_path, case.name)) == []
