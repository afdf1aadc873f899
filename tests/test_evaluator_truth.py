"""The page's evaluator answers as Python does, to the last digit: generated dashboards under random choices."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dashgen import answers, project
from dashgen.answers import Answered
from dashgen.diagnostics import has_errors
from dashgen.model import Absolute, Dashboard, Every, TimeRange, Widget
from dashgen.plan import offers
from dashgen.plan.interactive import every_of
from dashgen.plan.questions import Question
from dashgen.plan.views import Trend, is_bucketed
from dashgen.shipments import shipments
from dashgen.timeline import HOUR, MINUTE, Window, Zone, buckets, default_every, resolve
from tests.oracle.board import walk
from tests.oracle.compare import compare_widget
from tests.oracle.datasets import NEW_YORK
from tests.oracle.events import read_all
from tests.oracle.expect import expect
from tests.oracle.pairs import pairs
from tests.oracle.specs import Case, cases
from tests.oracle.zones import microseconds
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


@dataclass(frozen=True)
class Live:
    """A dashboard with its sources open, and what its page gets."""

    case: Case
    root: Path
    found: Answered
    content: Mapping[str, Any]

    @property
    def dashboard(self) -> Dashboard:
        return self.found.dashboards[0].dashboard

    @property
    def as_of(self) -> int:
        return self.found.dashboards[0].as_of

    def answered(self, dashboard: Dashboard) -> Answered:
        project, catalogue, sources = self.found.project, self.found.catalogue, self.found.sources
        return answers.answer([answers.ask(dashboard, project, catalogue, sources, {})], project, catalogue, sources)

    def window(self, choice: Choice) -> Window:
        return resolve(choice.time, self.as_of, _zone(self.dashboard))

    def sizes(self, choice: Choice) -> dict[str, Every]:
        """The buckets of the widgets that follow the page's range, as its cubes have them."""
        questions, window = self.found.dashboards[0].questions, self.window(choice)
        return {
            widget.id: _bucket(self.content, widget, window, is_own=choice.is_own)
            for widget in self.dashboard.widgets
            if widget.id in questions and widget.time_range is None and is_bucketed(questions[widget.id].view)
        }

    def chosen(self, choice: Choice) -> Dashboard:
        """The dashboard whose default view is what the viewer chose."""
        sizes = self.sizes(choice)
        return replace(
            self.dashboard,
            filters=tuple(
                chosen if chosen.locked else replace(chosen, default=choice.filters.get(chosen.dimension, ()))
                for chosen in self.dashboard.filters
            ),
            time_range=choice.time,
            time_ranges=(*self.dashboard.time_ranges, self.dashboard.time_range),
            layout=tuple(_sized(entry, sizes) for entry in self.dashboard.layout),
        )

    def written(self, choice: Choice) -> dict[str, Any]:
        """The same as the oracle reads it."""
        sizes, board = self.sizes(choice), dict(self.case.dashboard)
        entries = [f if isinstance(f, dict) else {"dimension": f} for f in board["filters"]]
        board["filters"] = [f if f.get("locked") else _filter(f, choice) for f in entries]
        board["time_ranges"] = [*board["time_ranges"], board["time_range"]]
        if not isinstance(choice.state["time_range"], str) or ".." not in choice.state["time_range"]:
            board["time_range"] = choice.state["time_range"]
        board["layout"] = [_sized_text(entry, sizes) for entry in board["layout"]]
        return board


def _filter(given: Mapping[str, Any], choice: Choice) -> dict[str, Any]:
    values = choice.filters.get(given["dimension"])
    bare = {key: value for key, value in given.items() if key != "default"}
    return {**bare, "default": list(values)} if values else bare


@contextmanager
def opened(case: Case, root: Path) -> Iterator[Live]:
    checked = project.read([str(case.write(root))])
    assert checked.project is not None
    assert not has_errors(checked.diagnostics), [d.message for d in checked.diagnostics]
    catalogue = answers.catalogue_of(checked.project)
    with answers.opened(checked.project, checked.dashboards, catalogue) as (sources, failed):
        assert not failed
        asked_of = answers.ask(checked.dashboards[0], checked.project, catalogue, sources, {})
        found = answers.answer([asked_of], checked.project, catalogue, sources)
        cargo = shipments(found)[case.dashboard["id"]]
        yield Live(case, root, found, json.loads(json.dumps(cargo.content)))


def _sized(entry: Any, sizes: Mapping[str, Every]) -> Any:
    if hasattr(entry, "layout"):
        return replace(entry, layout=tuple(_sized(one, sizes) for one in entry.layout))
    return replace(entry, every=sizes[entry.id]) if entry.id in sizes else entry


def _sized_text(entry: dict[str, Any], sizes: Mapping[str, Every]) -> dict[str, Any]:
    if "layout" in entry:
        return {**entry, "layout": [_sized_text(one, sizes) for one in entry["layout"]]}
    size = sizes.get(entry.get("id", ""))
    return {**entry, "every": f"{size.count}{size.unit}"} if size else entry


_MINUTES = {"min": 1, "h": 60, "d": 1440, "w": 10_080, "mo": 43_200, "y": 525_600}


def _bucket(content: Mapping[str, Any], widget: Widget, window: Window, *, is_own: bool) -> Every:
    """The widget's own size, or the next coarser one of which its cubes have all edges of the range."""
    wanted = every_of(widget.every, window, default_every(window))
    if not is_own:
        return wanted
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


def differences(case: Case, root: Path) -> Iterator[str]:
    """From Python's rows, and for some choices from the oracle's."""
    random = Random(case.name)
    with opened(live(case, random), root) as page:
        picked = list(choices(random, page.content, page.dashboard, page.as_of))
        for choice, got in zip(picked, asked(page.content, [{"state": one.state} for one in picked]), strict=True):
            found = [got["message"]] if "error" in got else _differences(page, choice, got["answers"])
            yield from (f"under {choice.state}: {one}" for one in found)


def _differences(page: Live, choice: Choice, got: Mapping[str, Any]) -> Iterator[str]:
    right = page.answered(page.chosen(choice))
    for name, answer in right.answers[page.dashboard.id].items():
        question = right.dashboards[0].questions[name]
        rows = reached(list(answer.rows), page.content["widgets"][name], page.content, question)
        for key, want in (("rows", rows), ("spark", list(answer.spark))):
            if not same(want := json.loads(json.dumps(want)), got[name][key]):
                yield f"{name} {key}: {_first(want, got[name][key])}"
        for key, text in (("start", answer.start), ("end", answer.end)):
            if got[name][key] != text:
                yield f"{name} {key}: {got[name][key]}, not {text}"


def _first(want: list[Any], got: list[Any]) -> str:
    if len(want) != len(got):
        return f"{len(got)} rows instead of {len(want)}"
    n = next(n for n in range(len(want)) if not same(want[n], got[n]))
    return f"row {n}: {json.dumps(got[n])} instead of {json.dumps(want[n])}"


CASES = cases(COUNT)
PAIRS = pairs()
SOME = [*CASES[::8], *PAIRS[::8]]
"""The rest takes a quarter of an hour."""


@pytest.mark.npm
@pytest.mark.parametrize("case", SOME, ids=lambda case: case.name)
def test_every_row_is_pythons(case: Case, tmp_path: Path) -> None:
    assert list(differences(case, tmp_path)) == []


@pytest.mark.npm
@pytest.mark.parametrize("case", SOME[::4], ids=lambda case: case.name)
def test_every_number_is_the_oracles(case: Case, tmp_path: Path) -> None:
    assert list(mistakes(case, tmp_path)) == []


def mistakes(case: Case, root: Path) -> Iterator[str]:
    """By the oracle, which has events and no cubes; what a page says that it does not hold it need not know."""
    random = Random(case.name)
    with opened(live(case, random), root) as page:
        picked = list(choices(random, page.content, page.dashboard, page.as_of))
        events = read_all(root, case.project)
        for choice, got in zip(picked, asked(page.content, [{"state": one.state} for one in picked]), strict=True):
            right = expect(case.project, page.written(choice), events, fields=case.fields)
            for name, widget in right["widgets"].items():
                mine = got["answers"][name]
                assert choice.is_own or not mine["unheld"], choice.state
                if not mine["unheld"]:
                    yield from (f"under {choice.state}: {name}: {one}" for one in _mistaken(case, mine, widget))


def _mistaken(case: Case, mine: Mapping[str, Any], right: Mapping[str, Any]) -> list[str]:
    actual = {"type": right["type"], "rows": mine["rows"], "spark": mine["spark"]}
    return compare_widget(actual, right, case.accuracy)


def _follows(widget: Mapping[str, Any]) -> bool:
    return widget["type"] in ("card", "table") and "compare" in widget and "time_range" not in widget


COMPARED = [case for case in CASES if any(_follows(widget) for widget in walk(case.dashboard["layout"]))]


@pytest.mark.npm
def test_ranges_that_end_in_the_unfinished_day_are_compared(tmp_path: Path) -> None:
    """Each day's with as many days before, until the same wall time, by the oracle; a page has that of every one."""
    found = [previous for case in COMPARED[::4] for previous in _unfinished(case, tmp_path / case.name)]
    assert sum(previous is not None for previous in found) > 100
    assert None in found


def _unfinished(case: Case, root: Path) -> Iterator[Any]:
    """What each range of a viewer's own that begins with a day and ends at `as_of` is compared with."""
    with opened(live(case, Random(case.name)), root) as page:
        days = _days(page.content, page.dashboard, page.as_of)[-12:]
        picked = [Choice({"time_range": {"from": f"{day}"}}, {}, Absolute(day, None), is_own=True) for day in days]
        events = read_all(root, case.project)
        for choice, got in zip(picked, asked(page.content, [{"state": one.state} for one in picked]), strict=True):
            right = expect(case.project, page.written(choice), events, fields=case.fields)
            names = [f"{widget['id']}" for widget in walk(page.case.dashboard["layout"]) if _follows(widget)]
            for name in names:
                mine = got["answers"][name]
                assert not mine["unheld"], (case.name, choice.state, name)
                assert _mistaken(case, mine, right["widgets"][name]) == [], (case.name, choice.state)
                yield from (row["previous"] for row in mine["rows"])


@pytest.mark.npm
@pytest.mark.parametrize("every", ["5min", "30min", "hour", "6h"])
@pytest.mark.parametrize("day", ["2025-11-02", "2025-11-03", "2025-03-09"])
def test_the_hours_of_a_clock_change_are_compared(every: str, day: str, tmp_path: Path) -> None:
    """Both of a repeated hour with the one of the day before."""
    case = clock_change(every, day)
    assert list(differences(replace(case, name=f"{every} {day}"), tmp_path)) == []


def clock_change(every: str, day: str) -> Case:
    midnight = microseconds(datetime.fromisoformat(f"{day}T00:00:00-05:00"))
    rows = [
        {"time": midnight + hour * HOUR + n * 8 * MINUTE + 1, "model": "ab"[n % 2]}
        for hour in range(-30, 48)
        for n in range(1 + hour % 7)
    ]
    data = replace(CASES[0].dataset, name="clock", rows=rows, columns=["time", "model"], format="csv", parts=1)
    data = replace(data, time_form="zulu", renamed=False, prices=[], zone=NEW_YORK, latency_unit="ms")
    lines: list[dict[str, Any]] = [
        {"type": "line", "id": f"w{n}", "every": every, "compare": "previous"} for n in range(3)
    ]
    lines[0] |= {"metrics": ["requests", "request_rate"]}
    lines[1] |= {"metric": "requests", "series": "model", "top": 1}
    lines[2] |= {"metric": "requests", "time_range": {"from": day}}
    board: dict[str, Any] = {"version": 1, "id": "board", "timezone": NEW_YORK, "time_range": "1d", "layout": lines}
    board["as_of"] = f"{day}T23:30"
    return Case("clock", data, {"version": 1, "sources": {"gateway": data.source}}, board)
