"""What least groups unite: held against the raw rows, by cells that are read out of what a page ships."""

from __future__ import annotations

import json
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dashgen import compiler, project
from dashgen.answers import Answered
from dashgen.diagnostics import Failure
from dashgen.shipments import shipments
from tests.hidden import Row, build, cube, data, explain, texts, write
from tests.oracle.compare import compare_row
from tests.oracle.events import read
from tests.oracle.expect import expect
from tests.scripted import asked, same

pytestmark = pytest.mark.usefixtures("hiding")

DAYS = 10
SECONDS = DAYS * 86_400 - 11 * 3600
"""Of all events: they end at one in the afternoon."""
START = datetime(2025, 6, 1, tzinfo=UTC)
SECOND = 1_000_000


def event(at: datetime, **values: str) -> Row:
    usual = {"model": "m0", "user": "u0", "api_key": "k0", "status_code": "200", "latency": "5", "cost": "0.25"}
    return {"time": at.isoformat(), **usual, **values}


def skewed(seed: int) -> list[Row]:
    """Most events are of a few users and models."""
    chance = Random(seed)
    users, models = [f"user-{n:02d}" for n in range(25)], [f"model-{n}" for n in range(6)]
    return [
        event(
            START + timedelta(seconds=chance.randrange(SECONDS)),
            user=users[min(24, int(chance.paretovariate(0.7)) - 1)],
            model=models[min(5, int(chance.paretovariate(1.0)) - 1)],
            api_key=f"k{chance.randrange(2)}",
            latency=str(chance.randrange(1, 2000)),
            cost=str(chance.randrange(100) / 64),
        )
        for _ in range(1500)
    ]


def sparse(seed: int) -> list[Row]:
    """A few events a day, some days without any."""
    chance = Random(seed)
    return [
        event(START + timedelta(days=day, minutes=chance.randrange(780)), user=f"u{chance.randrange(5)}")
        for day in range(DAYS)
        for _ in range(chance.choice([0, 3, 9, 12]))
    ]


def hourly(seed: int) -> list[Row]:
    """By day only, and one user by night too."""
    chance = Random(seed)
    found = []
    for hour in range(SECONDS // 3600):
        for _ in range(12 if 8 <= hour % 24 < 18 else 1):
            name = f"u{chance.randrange(3)}" if 8 <= hour % 24 < 18 else "u0"
            found.append(event(START + timedelta(hours=hour, minutes=chance.randrange(60)), user=name))
    return found


DATA: dict[str, Callable[[int], list[Row]]] = {"skewed": skewed, "sparse": sparse, "hourly": hourly}
BOARDS: dict[str, dict[str, Any]] = {
    "still": {
        "layout": [
            {"type": "bar", "metric": "requests", "by": "user"},
            {"type": "table", "id": "both", "metrics": ["requests", "cost", "latency_p95"], "by": ["model", "user"]},
            {"type": "card", "metric": "requests", "compare": "previous", "spark": True},
        ],
    },
    "live": {
        "time_ranges": ["4d", "8d"],
        "filters": ["time_range", "model", "user"],
        "layout": [
            {"type": "line", "id": "line", "metric": "requests", "series": "model"},
            {"type": "bar", "metric": "requests", "by": "user"},
            {"type": "pie", "metric": "cost", "by": "model"},
            {"type": "card", "metric": "latency_p95", "compare": "previous"},
        ],
    },
    "conditions": {
        "filters": ["user"],
        "layout": [
            {"type": "bar", "metric": "requests", "by": "user", "where": {"api_key": "k0"}},
            {"type": "line", "metrics": ["requests", "latency_p99"], "every": "2d"},
        ],
    },
}
CASES = [(d, b, k, seed) for d in DATA for b in BOARDS for k in (2, 6, 25) for seed in range(1)]


@dataclass(frozen=True)
class Page:
    """What is shipped of `rows`: `content` is what cube.js has, if there is one."""

    rows: list[Row]
    board: Mapping[str, Any]
    found: Answered
    content: dict[str, Any] | None

    @property
    def widgets(self) -> dict[str, dict[str, Any]]:
        answers = self.found.answers["board"].items()
        return {
            name: json.loads(
                json.dumps({"rows": a.rows, "spark": a.spark, "start": a.start, "end": a.end, "notes": a.notes})
            )
            for name, a in answers
        }

    def told(self, name: str) -> dict[Any, int]:
        """The values that stand anywhere, and how many are folded under None."""
        found: dict[Any, int] = {}
        places = [row[name] for one in self.widgets.values() for row in one["rows"] if name in row]
        for value in places:
            found |= {None: value["other"]} if isinstance(value, dict) else {value: 0}
        known = (self.content or {}).get("dimensions", {}).get(name, {"values": [], "folded": 0})
        found |= dict.fromkeys(known["values"], 0)
        return found | ({None: known["folded"]} if known["folded"] else {})

    def told_of(self, row: Row, name: str) -> Any:
        """A row's value as the page tells it: `...` is the folded rest."""
        told = self.told_values.get(name)
        return row[name] if told is None or row[name] in told else ...

    @property
    def told_values(self) -> dict[str, set[Any]]:
        found = {name: self.told(name) for name in ("user", "model")}
        return {name: {*one} - {None} for name, one in found.items() if None in one}

    def cells(self) -> Iterator[Callable[[Row], Any]]:
        """Each of the page's tables: which of its cells a row is in."""
        for one in (self.content or {}).get("cubes", ()):
            if "edges" in one:
                yield self._cell(list(accumulate(one["edges"])), one["dimensions"])
        widgets = {name: widget for (name, _), widget in zip(self.widgets.items(), self.board["layout"], strict=True)}
        for name, answer in self.widgets.items():
            widget = widgets[name]
            times = {instant(row["time"]) for row in [*answer["rows"], *answer["spark"]] if "time" in row}
            edges = sorted(times | {instant(answer["start"]), instant(answer["end"])})
            by = widget.get("by") or widget.get("series") or []
            for shift in [0, 4] if widget.get("compare") else [0]:
                earlier = [edge - shift * 86_400 * SECOND for edge in edges]
                yield self._cell(earlier, [by] if isinstance(by, str) else by, widget.get("where", {}))

    def _cell(
        self, edges: Sequence[int], by: Sequence[str], where: Mapping[str, str] | None = None
    ) -> Callable[[Row], Any]:
        conditions = where or {}

        def cell(row: Row) -> Any:
            bucket = bisect(edges, instant(row["time"])) - 1
            if not 0 <= bucket < len(edges) - 1:
                return None
            met = [row[name] == value for name, value in conditions.items()]
            return (bucket, *(self.told_of(row, name) for name in by), *met)

        return cell

    def groups(self) -> Counter[Any]:
        """The rows in each cell of all tables together, but those in none."""
        cells = [*self.cells()]
        found = Counter(tuple(cell(row) for cell in cells) for row in self.rows)
        return Counter({inside: n for inside, n in found.items() if any(one is not None for one in inside)})


def instant(text: str) -> int:
    return round((datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def page(rows: list[Row], board: Mapping[str, Any], least: int) -> Page | str:
    """What is shipped, or the code of why nothing is."""
    write(rows)
    written = {"version": 1, "id": "board", "time_range": "4d", **board}
    Path("board.yaml").write_text(json.dumps(written | ({"privacy": {"minimum_group": least}} if least > 1 else {})))
    with compiler.answered(project.read([])) as (found, diagnostics):
        assert found is not None, diagnostics
        try:
            cargo = shipments(found)
        except Failure as failure:
            [code] = {one.code for one in failure.diagnostics}
            return code
        return Page(rows, board, found, json.loads(json.dumps(cargo["board"].content)) if cargo else None)


@pytest.mark.parametrize(("kind", "name", "least", "seed"), CASES)
def test_no_combination_of_numbers_takes_fewer_events_apart(kind: str, name: str, least: int, seed: int) -> None:
    rows = DATA[kind](seed)
    shipped = page(rows, BOARDS[name], least)
    if isinstance(shipped, str):
        assert shipped == "small-groups"
        assert (kind, name) == ("sparse", "conditions") or least == 25, "what is written cannot be merged"
        return
    sizes = shipped.groups()
    assert sizes
    assert min(sizes.values()) >= least
    for dimension, told in shipped.told_values.items():
        values = Counter(row[dimension] for row in rows if any(cell(row) is not None for cell in shipped.cells()))
        shown = shipped.told(dimension)
        assert shown[None] == len(values.keys() - told)
        assert all(values[value] >= least for value in told)
        assert_fewest_folded(shipped, dimension, values, least)


def assert_fewest_folded(shipped: Page, dimension: str, values: Mapping[str, int], least: int) -> None:
    """The largest of the folded values, told apart, would make a group that is too small."""
    told = shipped.told_values[dimension]
    largest = max(sorted(values.keys() - told), key=lambda value: (values[value], value))
    cells = [*shipped.cells()]
    parts = Counter(
        (row[dimension] == largest, *(cell(row) for cell in cells))
        for row in shipped.rows
        if shipped.told_of(row, dimension) is ... and any(cell(row) is not None for cell in cells)
    )
    assert min(parts.values()) < least


@pytest.mark.parametrize(("kind", "name", "least", "seed"), [case for case in CASES if case[1] != "conditions"])
def test_numbers_are_those_of_the_united_rows(kind: str, name: str, least: int, seed: int, hiding: Path) -> None:
    """By the oracle, over events of which all folded values are one."""
    shipped = page(DATA[kind](seed), BOARDS[name], least)
    if isinstance(shipped, str):
        return
    rest = {dimension: f"\U0010ffff{dimension}" for dimension in shipped.told_values}
    setup = {"version": 1, "sources": {"gateway": {"type": "files", "path": "events.csv"}}}
    events = read(hiding, setup)
    for one in events:
        for dimension, told in shipped.told_values.items():
            if one.dimensions[dimension] not in told:
                one.dimensions[dimension] = rest[dimension]
    least_bucket = shipped.found.dashboards[0].merged.least
    every = f"{least_bucket.count}{least_bucket.unit}" if least_bucket else None
    layout = [
        {**one, "every": every} if every and (one["type"] == "line" or "spark" in one) else one
        for one in BOARDS[name]["layout"]
    ]
    board = {"version": 1, "id": "board", "time_range": "4d", **BOARDS[name], "layout": layout}
    right = expect(setup, board, events)["widgets"]
    for widget, answer in shipped.widgets.items():
        for key in ("rows", "spark"):
            wanted = by_group(right[widget].get(key, []), {text: shipped.told(one)[None] for one, text in rest.items()})
            actual = by_group(answer[key], {})
            assert actual.keys() == wanted.keys()
            assert [p for group in wanted for p in compare_row(actual[group], wanted[group], 0.01)] == []
        places = [n for n, row in enumerate(answer["rows"]) if any(isinstance(v, dict) for v in named(row))]
        if shipped.board["layout"][[*shipped.widgets].index(widget)]["type"] != "line":
            assert places == [*range(len(answer["rows"]) - len(places), len(answer["rows"]))], "the rest is last"


def named(row: Mapping[str, Any]) -> list[Any]:
    return [row[name] for name in ("time", "model", "user") if name in row]


def by_group(rows: Sequence[Mapping[str, Any]], rest: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Rows by their time and dimensions, whatever their order."""
    found = [
        {
            key: {"other": rest[value]} if isinstance(value, str) and value in rest else value
            for key, value in row.items()
        }
        for row in rows
    ]
    return {json.dumps(named(row)): row for row in found}


@pytest.mark.npm
@pytest.mark.parametrize("least", [2, 8])
def test_a_page_answers_under_its_filters_as_it_opens(least: int) -> None:
    rows = skewed(3)
    shipped = page(rows, {**BOARDS["live"], "filters": ["time_range", "user", "model"]}, least)
    assert not isinstance(shipped, str)
    assert shipped.content is not None
    assert "user" in shipped.told_values
    values = list(shipped.content["dimensions"]["user"]["values"])
    states: list[dict[str, Any]] = [{}, *({"filters": {"user": [value]}} for value in values)]
    opened, *chosen = asked(shipped.content, [{"state": state, "volumes": ["user"]} for state in states])
    doubts = {}
    for name, answer in shipped.widgets.items():
        assert same(opened["answers"][name]["rows"], answer["rows"]), name
        doubts[name] = any("may belong among these" in note for note in answer["notes"])
        assert opened["answers"][name]["unsure"] is doubts[name], name
    assert {*doubts.values()} == {True, False}
    start = instant(shipped.widgets["bar-requests-by-user"]["start"])
    inside = [row for row in rows if instant(row["time"]) >= start]
    for value, got in zip(values, chosen, strict=True):
        own = [row for row in inside if row["user"] == value]
        models = Counter(shipped.told_of(row, "model") for row in own)
        found = got["answers"]["line"]["rows"]
        totals: Counter[Any] = Counter()
        for row in found:
            totals[... if isinstance(row["model"], dict) else row["model"]] += row["requests"]
        assert +totals == models
        assert all(count == 0 or count >= least for count in totals.values())
        assert [row["requests"] for row in got["answers"]["bar-requests-by-user"]["rows"]] == [len(own)] * bool(own)
    volumes = {json.dumps(one["value"]): one["count"] for one in opened["volumes"]["user"]}
    others = sum(shipped.told_of(row, "user") is ... for row in inside)
    assert sum(volumes.values()) == len(inside)
    assert volumes.get(json.dumps({"other": shipped.told("user").get(None)}), 0) == others


def test_names_of_few_events_are_in_no_file() -> None:
    rows = [*skewed(1), *(event(START + timedelta(days=DAYS - 1, hours=n), user=f"canary-{n}") for n in range(3))]
    rows += [event(START + timedelta(days=8), model="canary-model"), event(START + timedelta(days=8), model="canary-2")]
    shipped = page(rows, BOARDS["live"], 5)
    assert not isinstance(shipped, str)
    files = build(single_file=True)
    assert [path for path, text in texts(files) if "canary" in text] == []
    assert "canary" not in explain("board.yaml")
    told = cube(files)["dimensions"]
    assert told["user"]["folded"] > 3
    assert told["model"]["folded"] >= 2
    exposed = json.loads(files["manifest.json"])["exposure"]["board"]
    assert exposed["merged"]["values"] == {name: told[name]["folded"] for name in ("model", "user")}
    assert exposed["smallest_group"] >= 5
    assert "are one group, as some of them have few events" in files["board/index.html"].decode()
    assert data(files)["bar-requests-by-user"]["rows"][-1]["user"] == {"other": told["user"]["folded"]}


def test_time_that_no_author_wrote_gives_way_first() -> None:
    rows = hourly(0)
    line: dict[str, Any] = {"type": "line", "metric": "requests"}
    board = {"filters": ["time_range", "user"], "time_ranges": ["2d", "4d"], "layout": [line]}
    whole = page(rows, board, 1)
    merged = page(rows, board, 10)
    assert not isinstance(whole, str)
    assert not isinstance(merged, str)
    assert merged.told_values == {}, "users have ten events in every stretch that is left"
    assert len(whole.widgets["line-requests"]["rows"]) == 3 * 24 + 13
    assert [row["time"][11:16] for row in merged.widgets["line-requests"]["rows"]] == ["00:00"] * 4
    assert whole.content is not None
    assert merged.content is not None
    assert whole.content["custom"]
    assert merged.content["custom"] == []
    assert merged.content["ranges"][0]["every"] == [1, "d"]
    hours = page(rows, {**board, "layout": [{**line, "every": "hour"}]}, 10)
    assert hours == "small-groups"


def test_a_filter_with_nothing_to_choose_is_dropped() -> None:
    rows = [event(START + timedelta(minutes=n), user=f"u{n}", model=f"m{n % 2}") for n in range(100)]
    board = {"filters": ["model", "user"], "layout": [{"type": "bar", "metric": "requests", "by": "user"}]}
    shipped = page(rows, board, 10)
    assert not isinstance(shipped, str)
    assert shipped.content is not None
    assert [one["dimension"] for one in shipped.content["filters"]] == ["model"]
    assert shipped.widgets["bar-requests-by-user"]["rows"] == [{"user": {"other": 100}, "requests": 100}]
    assert "  merged: user, 100 of 100 values told as one, no filter" in explain("board.yaml").splitlines()
    files = build()
    assert json.loads(files["manifest.json"])["exposure"]["board"]["merged"]["dropped_filters"] == ["user"]
    assert "its 100 values are one group" in files["board/index.html"].decode()


def test_the_last_of_the_filters_is_folded_first() -> None:
    """Either would do: eleven kinds of twenty events, of which each dimension tells ten and one apart."""
    rows = [event(START + timedelta(minutes=n), user=f"u{n % 20}", model=f"m{n % 20}") for n in range(200)]
    layout = [{"type": "table", "metrics": ["requests"], "by": ["model", "user"]}]
    rows += [event(START + timedelta(minutes=n), user=f"u{n % 20}", model=f"m{(n + 1) % 20}") for n in range(20)]
    for names, folded in ((["model", "user"], "user"), (["user", "model"], "model")):
        shipped = page(rows, {"filters": names, "layout": layout}, 10)
        assert not isinstance(shipped, str)
        assert [*shipped.told_values] == [folded]


def test_what_a_page_opens_with_is_not_folded() -> None:
    rows = [*skewed(0), event(START + timedelta(days=9), user="rare")]
    board = {**BOARDS["live"], "filters": [{"dimension": "user", "default": ["rare"]}]}
    assert page(rows, board, 2) == "small-groups"


def test_values_that_are_counted_are_counted_before_they_are_folded() -> None:
    rows = skewed(0)
    cards = [{"type": "card", "metric": "active_users"}, {"type": "bar", "metric": "requests", "by": "user"}]
    shipped = page(rows, {"layout": cards}, 20)
    assert not isinstance(shipped, str)
    start = instant(shipped.widgets["card-active_users"]["start"])
    users = {row["user"] for row in rows if instant(row["time"]) >= start}
    assert shipped.widgets["card-active_users"]["rows"] == [{"active_users": len(users)}]
    assert len(shipped.widgets["bar-requests-by-user"]["rows"]) < len(users)
    assert page(rows, {"filters": ["user"], "layout": cards}, 20) == "small-groups", "a page would ship each of them"


def test_a_page_without_a_least_group_merges_nothing() -> None:
    shipped = page(skewed(0), BOARDS["live"], 1)
    assert not isinstance(shipped, str)
    assert shipped.told_values == {}


def test_sources_are_folded_alike_and_counted_apart(hiding: Path) -> None:
    """A value that is rare in one of them is one of the rest in both."""
    (hiding / "dashgen.yaml").write_text(
        "version: 1\nsource: gateway\nsources:\n"
        "  gateway: {type: files, path: events.csv}\n  edge: {type: files, path: edge.csv}\n"
    )
    counts = {"busy": (60, 60), "here": (40, 3), "there": (2, 40), "usual": (30, 30)}
    own, other = (
        [event(START + timedelta(minutes=m), user=u) for u, both in counts.items() for m in range(both[n])]
        for n in range(2)
    )
    write(other, "edge.csv")
    bars = [
        {"type": "bar", "id": name, "metric": "requests", "by": "user", "source": name} for name in ("gateway", "edge")
    ]
    shipped = page(own, {"filters": ["user"], "layout": bars}, 10)
    assert not isinstance(shipped, str)
    rows = {
        name: {json.dumps(row["user"]): row["requests"] for row in one["rows"]} for name, one in shipped.widgets.items()
    }
    assert rows == {
        "gateway": {'"busy"': 60, '"usual"': 30, '{"other": 2}': 42},
        "edge": {'"busy"': 60, '"usual"': 30, '{"other": 2}': 43},
    }


def test_what_few_events_have_is_merged_with_what_more_have() -> None:
    rows = [event(START + timedelta(minutes=n), model=f"m{n % 4}", latency="7" if n % 4 else "") for n in range(200)]
    rows[0] |= {"latency": "9"}
    board = {"layout": [{"type": "bar", "metric": "latency_p95", "by": "model"}]}
    shipped = page(rows, board, 20)
    assert not isinstance(shipped, str)
    found = [row["model"] for row in shipped.widgets["bar-latency_p95-by-model"]["rows"]]
    assert sorted(map(str, found)) == ["m2", "m3", "{'other': 2}"]
    plain = page(rows, {"layout": [{"type": "bar", "metric": "requests", "by": "model"}]}, 20)
    assert not isinstance(plain, str)
    assert plain.told_values == {}


METRICS = "metrics:\n  all_latency: {sum: latency}\n  good_latency: {sum: latency, where: {failed: false}}\n"


@pytest.mark.parametrize(
    ("metrics", "failed", "expected"),
    [
        (["all_latency", "good_latency"], 3, "small-groups"),
        (["all_latency", "good_latency"], 20, None),
        (["good_latency", "final_errors"], 3, None),
        (["tokens", "unpriced_tokens"], 3, "small-groups"),
        (["tokens", "unpriced_tokens"], 20, None),
        (["tokens", "input_tokens"], 3, "small-groups"),
        (["tokens", "input_tokens"], 20, None),
    ],
)
def test_a_difference_of_numbers_of_one_field_tells_of_no_few(
    metrics: list[str], failed: int, expected: str | None, hiding: Path
) -> None:
    """Of `failed` events: they failed, are the only ones with a cost, and the only ones with output tokens."""
    (hiding / "dashgen.yaml").write_text(
        f"version: 1\nsources: {{gateway: {{type: files, path: events.csv}}}}\n{METRICS}"
    )
    few = [n < failed for n in range(100)]
    rows = [
        event(START + timedelta(minutes=n), latency=str(n + 1), status_code="500" if one else "200")
        | {"cost": "1" if one else "", "input_tokens": str(n + 1), "output_tokens": str(n + 5) if one else ""}
        for n, one in enumerate(few)
    ]
    found = page(rows, {"layout": [{"type": "card", "metric": metric} for metric in metrics]}, 20)
    assert (found if isinstance(found, str) else None) == expected
