"""Masks: no byte of what is made tells a masked value, and every number is what it would be without them."""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import re
from base64 import b32encode
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dashgen import compiler, privacy, project, pseudonyms
from dashgen.cube import value_order
from dashgen.diagnostics import Diagnostic, Failure
from dashgen.explain import explanation
from dashgen.model import Condition
from dashgen.pseudonyms import Pseudonyms
from dashgen.sdk import get_dashboard_metrics
from dashgen.shipments import shipments
from tests.program import run, tree

KEY = "a secret of 24 bytes ..."
USERS = ("alice-canary", "bob-canary", "carol canary", "Dénis O'Canary", "eve-canary")
KEYS = ("sk-canary-1", "sk-canary-2", "sk-canary-3")
PROJECT = "version: 1\nsources: {gateway: {type: files, path: events.csv}}\n"
MASK = "privacy: {mask: [user, api_key]}\n"
WIDGETS = """\
layout:
  - {type: card, metric: active_users, spark: true, compare: previous, id: users}
  - {type: card, metric: requests, where: {user: {not: carol canary}}, id: others}
  - {type: bar, metric: requests, by: user, top: 3, id: bars}
  - {type: bar, metric: requests, by: model, series: user, stacked: true, id: stacks}
  - {type: pie, metric: tokens, by: api_key, id: pie}
  - {type: line, metric: requests, series: user, every: day, id: lines}
  - {type: heatmap, metric: requests, rows: user, columns: api_key, id: cells}
  - {type: histogram, of: latency, by: user, id: sizes}
  - {type: table, metrics: [requests, latency_p95], by: [user, model], order: user, id: groups}
  - {type: table, records: [time, user, model], where: {api_key: [sk-canary-1, sk-canary-2]}, newest: 15, id: newest}
  - {type: table, records: [user, status_code], newest: 7, id: untimed}
"""
FILTERS = "filters: [time_range, {dimension: user, default: [bob-canary, alice-canary, eve-canary]}, api_key, model]\n"
BOARD = f"version: 1\nid: board\ntime_range: 7d\ntime_ranges: [2d, 7d]\n{FILTERS}"

Row = dict[str, str]


def events() -> list[Row]:
    """Many at one instant, so that ties have to be broken by names; some without a user."""
    return [
        {
            "time": f"2025-06-{1 + n % 14:02d}T{n % 24 // 6 * 6:02d}:00:00Z",
            "model": f"m{n % 3}",
            "user": (*USERS, "")[(n * n + n // 7) % 11 % 6],
            "api_key": KEYS[n % 7 % 3],
            "status_code": "500" if n % 9 == 0 else "200",
            "latency": str(n % 50 + 1),
            "input_tokens": str(n % 7),
            "output_tokens": str(n % 5),
        }
        for n in range(900)
    ]


def write(rows: Sequence[Mapping[str, str]], name: str = "events.csv") -> None:
    with open(name, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv(privacy.VARIABLE, KEY)
    Path("dashgen.yaml").write_text(PROJECT)
    return tmp_path


def build(**options: Any) -> dict[str, bytes]:
    built = compiler.build((), "dist", **options)
    assert built.is_fine, built.diagnostics
    return tree(Path("dist"))


def data(files: Mapping[str, bytes], name: str = "board") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files[f"{name}/data.json"])["widgets"]
    return found


def explain(*paths: str) -> str:
    with compiler.answered(project.read([*paths])) as (found, diagnostics):
        assert found is not None, diagnostics
        return explanation(found, shipments(found))


def said() -> list[Diagnostic]:
    with compiler.answered(project.read([])) as (_, diagnostics):
        return list(diagnostics)


# ---- by hand ----------------------------------------------------------------------------------


def pseudonym(dimension: str, value: str, key: str = KEY) -> str:
    """As SEMANTICS.md has it."""
    made = hmac.new(key.encode(), dimension.encode() + b"\0" + value.encode(), hashlib.sha256).digest()
    return f"{dimension}-{b32encode(made).decode()[:8].lower()}"


def renamed(text: str) -> str:
    names = {user: pseudonym("user", user) for user in USERS} | {key: pseudonym("api_key", key) for key in KEYS}
    return re.sub("|".join(map(re.escape, names)), lambda found: names[found[0]], text)


def texts(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """What stands in each file, also as what scripts read out of it."""
    for path, content in files.items():
        text = content.decode("utf-8", "replace")
        yield path, text
        for handed in re.findall(r"JSON\.parse\('((?:[^'\\]|\\.)*)'\)", text):
            yield path, "\n".join(strings(json.loads(re.sub(r"\\(u[0-9a-f]{4}|.)", _unescaped, handed))))


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1][1:], 16)) if len(found[1]) > 1 else found[1]


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from value
            for one in value.values():
                yield from strings(one)
        case list():
            for one in value:
                yield from strings(one)


def telling(files: Mapping[str, bytes], word: str = "canary") -> list[str]:
    return sorted({path for path, text in texts(files) if word in text.lower()})


# ---- pseudonyms -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dimension", "value", "name"),
    [
        ("user", "alice", "user-nfth4dpr"),
        ("user", "Zoë", "user-dxb2tvsp"),
        ("api_key", "alice", "api_key-rx4rxk7d"),
        ("user", "", "user-a6zadopu"),
    ],
)
def test_a_pseudonym_is_the_same_on_every_machine(dimension: str, value: str, name: str) -> None:
    found = Pseudonyms.of(b"0123456789abcdef", {dimension: [value]})
    assert found.hide(dimension, value) == name == pseudonym(dimension, value, "0123456789abcdef")
    assert found.reveal(dimension, name) == value


def test_missing_stays_missing() -> None:
    assert Pseudonyms.of(b"k", {"user": []}).hide("user", None) is None


def test_another_key_gives_other_pseudonyms() -> None:
    one, other = (Pseudonyms.of(key, {"user": USERS}) for key in (b"one", b"other"))
    assert not {*one.names["user"].values()} & {*other.names["user"].values()}


def test_pseudonyms_that_begin_alike_get_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pseudonyms, "SHORT", 1)
    values = [f"u{n}" for n in range(300)]
    names = Pseudonyms.of(b"key", {"user": values}).names["user"]
    assert names == Pseudonyms.of(b"key", {"user": reversed(values)}).names["user"]
    assert len({*names.values()}) == 300
    letters = {value: pseudonyms.digest(b"key", "user", value) for value in values}
    for value, name in names.items():
        short = name.removeprefix("user-")
        assert letters[value].startswith(short)
        others = [other for other in values if other != value and letters[other].startswith(short[:-1])]
        assert len(short) == 1 or others, "no longer than is needed"


def test_a_value_that_came_later_has_a_name_too() -> None:
    name = Pseudonyms.of(b"key", {"user": ["a"]}).hide("user", "b")
    assert isinstance(name, str)
    assert re.fullmatch("user-[a-z2-7]{52}", name)


def test_conditions_go_there_and_back() -> None:
    names = Pseudonyms.of(b"key", {"user": ["a", "b"]})
    where = (Condition("user", any_of=("a", None), none_of=("b",)), Condition("model", any_of=("a",)))
    hidden = names.hidden(where, ["user"])
    assert hidden[0].any_of == (names.hide("user", "a"), None)
    assert hidden[0].none_of == (names.hide("user", "b"),)
    assert hidden[1] == where[1]
    assert names.revealed(hidden, ["user"]) == where


# ---- the secret -------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "words"), [(None, "is not set"), ("fifteen bytes..", "has 15 bytes")])
def test_masks_need_a_secret(key: str | None, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(events())
    Path("board.yaml").write_text(BOARD + MASK + WIDGETS)
    if key is None:
        monkeypatch.delenv(privacy.VARIABLE)
    else:
        monkeypatch.setenv(privacy.VARIABLE, key)
    (found,) = said()
    assert (found.code, found.severity) == ("privacy-key", "error")
    assert words in found.message
    assert found.at is not None
    assert found.at.span.line == 6
    built = compiler.build((), "dist")
    assert [one.code for one in built.diagnostics] == ["privacy-key"]
    assert not Path("dist").exists()
    assert compiler.validate().diagnostics == ()


def test_a_secret_of_sixteen_bytes_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(privacy.VARIABLE, "é" * 8)
    write(events())
    Path("board.yaml").write_text(BOARD + MASK + WIDGETS)
    assert [one.code for one in said()] == []


def test_nobody_needs_a_secret_without_masks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(privacy.VARIABLE)
    write(events())
    Path("board.yaml").write_text(BOARD + WIDGETS)
    assert said() == []


# ---- what is made -----------------------------------------------------------------------------


def test_no_byte_tells_a_masked_value(folder: Path) -> None:
    write(events())
    Path("dashgen.yaml").write_text(
        PROJECT + "metrics: {alices: {title: Of one, count: true, where: {user: alice-canary}}}\n"
        "prices: [{model: m0, input: 1, output: 1}]\n"
    )
    widgets = WIDGETS + "  - {type: card, metric: alices, id: one}\n"
    Path("board.yaml").write_text(BOARD + MASK + widgets)
    files = build(single_file=True, image="svg")
    assert "board.html" in files
    assert "board/cube.js" in files
    assert len([path for path in files if path.endswith(".svg")]) > 5
    assert telling(files) == []
    assert telling(tree(folder / "cache")) == []
    assert "canary" not in explain("board.yaml").lower()
    assert telling(files, KEY) == telling(tree(folder / "cache"), KEY) == [], "nor the secret"
    alice = pseudonym("user", "alice-canary")
    assert alice in [one["user"] for one in data(files)["bars"]["rows"]]
    assert alice in explain("board.yaml")
    assert {path for path, text in texts(files) if alice in text} >= {
        "board.html",
        "board/charts/bars.vl.json",
        "board/cube.js",
        "board/data.json",
        "board/images/bars.svg",
        "board/index.html",
        "board/page.js",
    }, "the search sees what it looks for"


def test_every_number_is_what_it_is_over_renamed_events() -> None:
    """Rankings, the rest, ties, records, filters: all of it to the last byte."""
    write(events())
    Path("board.yaml").write_text(BOARD + MASK + WIDGETS)
    masked = build(image="svg")
    write([{name: renamed(value) for name, value in row.items()} for row in events()])
    Path("board.yaml").write_text(renamed(BOARD + WIDGETS))
    plain = build(image="svg")
    assert masked.keys() == plain.keys()
    assert telling(plain) == []
    pages = {"manifest.json", "board/index.html"}  # where masks are mentioned
    assert [path for path in masked if masked[path] != plain[path]] == [p for p in masked if p in pages]


def test_the_same_key_gives_the_same_bytes_and_another_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(events())
    Path("board.yaml").write_text(BOARD + MASK + WIDGETS)
    first = build()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    assert build() == first
    monkeypatch.setenv(privacy.VARIABLE, KEY[::-1])
    other = build()
    assert [row["requests"] for row in data(other)["bars"]["rows"]] == [
        row["requests"] for row in data(first)["bars"]["rows"]
    ]
    shown = re.compile("(?:user|api_key)-[a-z2-7]{8}")
    named = [{name for text in files.values() for name in shown.findall(text.decode())} for files in (first, other)]
    assert len(named[0]) == len(named[1]) == len(USERS) + len(KEYS)
    assert not named[0] & named[1]


def test_dashboards_of_one_project_mask_what_they_say() -> None:
    write(events())
    top = "version: 1\ntime_range: 7d\nfilters: [user, api_key]\n"
    both = "layout: [{type: bar, metric: requests, by: user, id: a}, {type: bar, metric: requests, by: api_key, id: b}]"
    for name, mask in {"none": "", "users": "privacy: {mask: [user]}\n", "all": MASK}.items():
        Path(f"{name}.yaml").write_text(top + mask + both)
    files = build()

    def shown(name: str, widget: str) -> list[tuple[Any, int]]:
        return sorted((next(iter(row.values())) or "", row["requests"]) for row in data(files, name)[widget]["rows"])

    def hidden(rows: list[tuple[Any, int]], dimension: str) -> list[tuple[Any, int]]:
        return sorted((pseudonym(dimension, value) if value else "", count) for value, count in rows)

    users, keys = shown("none", "a"), shown("none", "b")
    assert {value for value, _ in users} == {*USERS, ""}
    assert {value for value, _ in keys} == {*KEYS}
    assert (shown("users", "a"), shown("users", "b")) == (hidden(users, "user"), keys)
    assert (shown("all", "a"), shown("all", "b")) == (hidden(users, "user"), hidden(keys, "api_key"))
    assert telling({path: text for path, text in files.items() if path.startswith("all/")}) == []
    assert not [path for user in USERS for path in telling(files, user.lower()) if path.startswith("users/")]
    assert telling(files, "sk-canary-1"), "the search sees what it looks for"


def test_masked_cubes_are_sorted_as_all_cubes_are() -> None:
    write(events())
    Path("board.yaml").write_text(BOARD + MASK + WIDGETS)
    with compiler.answered(project.read([])) as (found, diagnostics):
        assert found is not None, diagnostics
        cubes = [one for one in found.served.cubes.values() if "user" in one.codes]
    assert any(one.key is not None for one in cubes)
    for one in cubes:
        assert one.values["user"] == tuple(sorted(one.values["user"], key=value_order))
        columns = [one.bucket, *one.codes.values(), *([] if one.key is None else [one.key])]
        rows = list(zip(*(column.tolist() for column in columns), strict=True))
        assert len(rows) > 100
        assert rows == sorted(rows)


def test_written_values_choose_what_they_name() -> None:
    """In conditions of dashboards, of widgets and of metrics, and in the defaults of filters."""
    rows = events()
    write(rows)
    Path("dashgen.yaml").write_text(
        PROJECT + "metrics: {alices: {title: Of one, count: true, where: {user: alice-canary}}}\n"
    )
    Path("board.yaml").write_text(
        "version: 1\nid: board\ntime_range: 30d\nfilters: [{dimension: user, default: [alice-canary, bob-canary]}]\n"
        f"where: {{api_key: {{not: sk-canary-3}}}}\n{MASK}layout:\n"
        "  - {type: card, metric: requests, id: all}\n"
        "  - {type: card, metric: requests, where: {user: bob-canary}, id: bob}\n"
        "  - {type: card, metric: alices, id: alices}\n"
    )
    found = {name: widget["rows"][0] for name, widget in data(build()).items()}

    def count(chosen: Callable[[Row], bool]) -> int:
        return sum(chosen(row) for row in rows if row["api_key"] != "sk-canary-3")

    bob, alice = count(lambda row: row["user"] == USERS[1]), count(lambda row: row["user"] == USERS[0])
    assert bob > alice > 0 or alice > bob > 0
    assert found == {"all": {"requests": alice + bob}, "bob": {"requests": bob}, "alices": {"alices": alice}}


def test_a_value_that_never_occurs_is_told_by_its_pseudonym() -> None:
    write(events())
    Path("board.yaml").write_text(
        "version: 1\nid: board\nfilters: [user]\n" + MASK + "layout:\n"
        "  - {type: card, metric: requests, where: {user: alice-canari}}\n"
        "  - {type: bar, metric: requests, by: user, where: {user: bob-canary}}\n"
    )
    (found,) = said()
    assert found.code == "absent-value"
    assert pseudonym("user", "alice-canari") in found.message
    assert "canar" not in f"{found.message} {found.help}"


def test_what_an_engine_cannot_read_is_not_quoted() -> None:
    write(events())
    Path("dashgen.yaml").write_text(
        "version: 1\nsources: {gateway: {type: files, path: events.csv, "
        'fields: {user: "CAST(CAST(\\"user\\" AS INTEGER) AS VARCHAR)"}}}\n'
    )
    Path("board.yaml").write_text(
        "version: 1\nid: board\n" + MASK + "layout: [{type: bar, metric: requests, by: user}]"
    )
    found = said()
    assert [one.code for one in found] == ["unreadable-field"]
    assert "canary" not in found[0].message.lower()
    Path("board.yaml").write_text("version: 1\nid: board\nlayout: [{type: bar, metric: requests, by: user}]")
    assert "canary" in said()[0].message.lower(), "there was something to hide"


def test_a_value_has_one_pseudonym_in_all_sources() -> None:
    rows = events()
    write(rows)
    write([{"time": row["time"], "user": row["user"]} for row in rows if row["user"] in USERS[:2]], "edge.csv")
    write([{"time": row["time"], "model": row["model"]} for row in rows], "lone.csv")
    sources = ", ".join(f"{name}: {{type: files, path: {name}.csv}}" for name in ("events", "edge", "lone"))
    Path("dashgen.yaml").write_text(f"version: 1\nsource: events\nsources: {{{sources}}}\n")
    Path("board.yaml").write_text(
        f"version: 1\nid: board\ntime_range: 30d\nfilters: [user]\n{MASK}layout:\n"
        "  - {type: bar, metric: requests, by: user, id: events}\n"
        "  - {type: bar, metric: requests, by: user, id: edge, source: edge}\n"
        "  - {type: bar, metric: requests, by: model, id: lone, source: lone}\n"
    )
    files = build()
    assert telling(files) == []
    shown = {name: {row["user"] for row in data(files)[name]["rows"]} for name in ("events", "edge")}
    assert shown["edge"] == {pseudonym("user", user) for user in USERS[:2]}
    assert shown["edge"] < shown["events"]


def test_a_source_that_may_fail_does_so_without_telling() -> None:
    write(events())
    write(events(), "good.csv")
    Path("dashgen.yaml").write_text(
        "version: 1\nsource: good\nsources:\n  good: {type: files, path: good.csv}\n"
        "  bad:\n    {type: files, path: events.csv, on_error: show,\n"
        "    fields: {user: 'CAST(CAST(\"user\" AS INT) AS VARCHAR)'}}\n"
    )
    Path("board.yaml").write_text(
        f"version: 1\nid: board\n{MASK}layout:\n"
        "  - {type: bar, metric: requests, by: user, id: good}\n"
        "  - {type: bar, metric: requests, by: user, id: bad, source: bad}\n"
    )
    built = compiler.build((), "dist")
    assert [(one.code, one.severity) for one in built.diagnostics] == [("unreadable-field", "warning")]
    assert "canary" not in built.diagnostics[0].message.lower()
    files = tree(Path("dist"))
    assert telling(files) == []
    assert data(files)["bad"]["failure"]
    assert data(files)["good"]["rows"]


def test_programs_ask_by_the_names_they_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is published, and no name is printed: it takes no secret."""
    monkeypatch.delenv(privacy.VARIABLE)
    write(events())
    Path("board.yaml").write_text(BOARD + MASK + WIDGETS)
    found = get_dashboard_metrics("board", {"from": "2025-06-01"}, {"user": ["alice-canary"]})
    assert found["requests"] == sum(row["user"] == "alice-canary" for row in events()) > 0


# ---- what is outside ----------------------------------------------------------------------------

SHIELDED = """\
version: 1
id: board
title: Board
time_range: 7d
time_ranges: [2d, 7d]
compare: previous
where: {project: inside}
filters: [time_range, user, {dimension: model, default: [m0, m1], locked: true}, api_key, status_code]
layout:
  - {type: card, metric: cost, spark: true}
  - {type: card, metric: active_users}
  - {type: card, metric: premium, where: {api_key: sk-1}}
  - {type: line, metric: requests, series: model}
  - {type: bar, metric: latency_p95, by: user}
  - {type: pie, metric: tokens, by: api_key}
  - {type: heatmap, metric: error_rate}
  - {type: histogram, of: latency, by: model}
  - {type: table, metrics: [requests, latency_avg], by: [model, user]}
  - {type: table, records: [time, user, model, latency], newest: 200}
"""
SHIELDED_PROJECT = """\
version: 1
sources:
  gateway:
    type: files
    path: folder-canary/events-canary.csv
    fields: {user: "lower(person_canary)", region: zone_canary}
dimensions: {region: {title: Region}, team_canary: {title: Team}}
metrics:
  premium: {title: Premium, sum: tokens, where: {api_key: [sk-1, sk-2]}}
  unused: {title: Unused canary, count: true, where: {user: canary}}
prices:
  - {model: m0, input: 1, output: 2}
  - {model: m1, input: 3, output: 4}
  - {model: model-canary, input: 5, output: 6}
"""


def shielded(outside: bool) -> list[Row]:
    """Rows within `where:` and the locked filter; `outside` puts as many others between them."""
    found = []
    for n in range(600):
        row = {
            "time": f"2025-06-{1 + n // 43:02d}T{n % 24:02d}:{n % 60:02d}:00Z",
            "project": "inside",
            "model": f"m{n % 2}",
            "person_canary": f"U{n % 5}",
            "zone_canary": f"zone-canary-{n % 3}",
            "api_key": f"sk-{n % 3}",
            "status_code": ("200", "429", "500")[n % 7 % 3],
            "latency": str(n % 50 + 1),
            "input_tokens": str(n % 70),
            "output_tokens": str(n % 50),
            "team_canary": "team-canary",
            "prompt_canary": f"prompt-canary-{n}",
        }
        found.append(row)
        if outside and 0 < n < 599:
            away = {"project": "project-canary"} if n % 2 else {"model": "model-canary"}
            more = {"person_canary": f"user-canary-{n % 20}", "api_key": f"sk-canary-{n}", "status_code": "599"}
            found.append({**row, **more, **away, "latency": "98765.4", "input_tokens": "987654"})
    return sorted(found, key=lambda row: row["time"])


def test_nothing_outside_the_fixed_conditions_is_in_any_byte(folder: Path) -> None:
    """Nor what no widget uses, nor where the data lies, nor how it is asked."""
    Path("folder-canary").mkdir()
    Path("dashgen.yaml").write_text(SHIELDED_PROJECT)
    Path("board.yaml").write_text(SHIELDED)
    write(shielded(outside=True), "folder-canary/events-canary.csv")
    files = build(single_file=True, image="svg")
    assert telling(files) == []
    assert telling(tree(folder / "cache")) == []
    known = {name: one["values"] for name, one in cube(files)["dimensions"].items()}
    assert known["status_code"] == [200, 429, 500]
    assert known["user"] == [f"u{n}" for n in range(5)]
    for word in ("read_csv", "lower(", "epoch_us", str(folder).lower()):
        assert telling(files, word) == [], word
    assert {one["user"] for one in data(files)["table-records"]["rows"]} == {f"u{n}" for n in range(5)}
    assert data(files)["table-records"]["rows"][0]["time"] == "2025-06-14T23:59:00+00:00"
    write(shielded(outside=False), "folder-canary/events-canary.csv")
    assert build(single_file=True, image="svg") == files, "what is outside changes nothing at all"


def cube(files: Mapping[str, bytes]) -> dict[str, Any]:
    (text,) = re.findall(r"JSON\.parse\('(.*)'\)", files["board/cube.js"].decode())
    found: dict[str, Any] = json.loads(re.sub(r"\\(u[0-9a-f]{4}|.)", _unescaped, text))
    return found


# ---- what is told of it -----------------------------------------------------------------------


def test_the_page_and_the_manifest_say_what_is_masked() -> None:
    write(events())
    Path("board.yaml").write_text(BOARD + MASK + WIDGETS)
    Path("open.yaml").write_text("version: 1\nlayout: [{type: bar, metric: requests, by: user}]")
    files = build()
    exposed = json.loads(files["manifest.json"])["exposure"]
    assert exposed["board"]["masked"] == ["api_key", "user"]
    assert "masked" not in exposed["open"]
    note = "Pseudonyms instead of names: API key, User."
    assert note in files["board/index.html"].decode()
    assert "Pseudonyms" not in files["open/index.html"].decode()
    assert '"masked": [\n' in explain("board.yaml")


# ---- least groups -----------------------------------------------------------------------------


def crowd() -> list[Row]:
    """Some events of every kind each day, of some kinds only a few; the last day ends at noon."""
    found: list[Row] = []
    for day in range(1, 15):
        for kind in range(8):
            for n in range(4 + (day * kind + kind) % 5):
                found.append(
                    {
                        "time": f"2025-06-{day:02d}T{n:02d}:{kind:02d}:00Z",
                        "model": f"m{kind % 2}",
                        "user": f"u{kind // 2 % 2}",
                        "api_key": f"k{kind // 4}",
                        "status_code": "500" if n == 0 else "200",
                        "latency": str(n + 1),
                    }
                )
    return [*found, {**found[-1], "time": "2025-06-14T12:00:00Z"}]


def packed(text: str) -> list[int]:
    """Small integers in text, least digit first; as the page's script reads them."""
    alphabet = [chr(code) for code in range(35, 127) if chr(code) not in "'<\\"]
    found: list[int] = []
    value, weight = 0, 1
    for letter in text:
        digit = alphabet.index(letter)
        value, weight = value + digit % 44 * weight, weight * 44
        if digit < 44:
            found, value, weight = [*found, value], 0, 1
    return found


def instant(row: Row) -> int:
    return round(datetime.fromisoformat(row["time"]).timestamp()) * 1_000_000


def least(rows: Sequence[Row], cells: Sequence[Callable[[Row], Any]]) -> int:
    """The smallest group of events that no combination of the numbers of all these cells takes apart."""
    groups = Counter(tuple(cell(row) for cell in cells) for row in rows)
    return min(count for inside, count in groups.items() if any(one is not None for one in inside))


def cell_of(cube: Mapping[str, Any]) -> Callable[[Row], Any]:
    edges = list(accumulate(cube["edges"]))

    def cell(row: Row) -> Any:
        bucket = bisect(edges, instant(row)) - 1
        return (bucket, *(row[name] for name in cube["dimensions"])) if 0 <= bucket < len(edges) - 1 else None

    return cell


def refused(board: str, group: int, more: str = "") -> list[str]:
    """Codes of what stands against a dashboard with a least group."""
    Path("board.yaml").write_text(f"version: 1\nid: board\nprivacy: {{minimum_group: {group}{more}}}\n{board}")
    with compiler.answered(project.read([])) as (found, diagnostics):
        assert found is not None, diagnostics
        try:
            shipments(found)
        except Failure as failure:
            return [one.code for one in failure.diagnostics]
        return [one.code for one in diagnostics if one.severity == "error"]


LIVE = """\
time_range: 7d
time_ranges: [3d, 7d]
filters: [time_range, {dimension: user, default: [u0]}, model]
layout:
  - {type: line, metric: requests, every: day, compare: previous}
  - {type: bar, metric: latency_p95, by: model}
  - {type: card, metric: requests, where: {api_key: k1}, time_range: 2d}
"""
STILL = """\
time_range: 7d
layout:
  - {type: line, metric: requests, series: model, every: 2d}
  - {type: pie, metric: requests, by: user}
  - {type: card, metric: latency_p99, where: {api_key: k1}}
"""


def test_numbers_of_a_page_with_filters_cannot_be_subtracted_to_a_smaller_group() -> None:
    """As many events as the smallest group that all cells of all cubes together leave are allowed, and no more."""
    rows = crowd()
    write(rows)
    Path("board.yaml").write_text(f"version: 1\nid: board\n{LIVE}")
    cubes = cube(build())["cubes"]
    assert len(cubes) > 1
    for one in cubes:
        assert sum(packed(one["cells"])) == len({cell_of(one)(row) for row in rows} - {None}), "cells are understood"
    smallest = least(rows, [*map(cell_of, cubes), lambda row: row["api_key"] if row["time"] >= "2025-06-08" else None])
    assert 2 < smallest < 20
    assert refused(LIVE, smallest) == []
    assert build().keys() == {*tree(Path("dist"))}
    assert refused(LIVE, smallest + 1) == ["small-groups"]
    built = compiler.build((), "none")
    assert [one.code for one in built.diagnostics] == ["small-groups"]
    assert f"fewer than {smallest + 1} events" in built.diagnostics[0].message
    assert f"has {smallest}." in built.diagnostics[0].message
    assert not Path("none").exists()


def test_what_viewers_can_choose_makes_groups_too() -> None:
    rows = [*crowd(), {**crowd()[0], "api_key": "rare"}, {**crowd()[0], "time": "2025-06-03T00:00:00Z"}]
    write(rows)
    board = "time_range: 30d\nlayout: [{type: card, metric: requests}]"
    assert refused(board, 20) == []
    assert refused(f"filters: [api_key]\n{board}", 2) == ["small-groups"]
    few = min(Counter(row["time"][:10] for row in rows).values())
    assert refused(f"filters: [time_range]\n{board}", few) == []
    assert refused(f"filters: [time_range]\n{board}", few + 1) == ["small-groups"], "ranges from any midnight"


@pytest.mark.parametrize("seed", range(6))
def test_numbers_of_a_page_without_filters_cannot_either(seed: int) -> None:
    chance = Random(seed)
    rows = [row for row in crowd() if chance.random() < (0.5, 0.8, 0.97)[seed % 3]]
    write(rows)
    days = sorted({row["time"][:10] for row in rows})[-7:]

    def inside(read: Callable[[Row], Any]) -> Callable[[Row], Any]:
        return lambda row: read(row) if row["time"][:10] >= days[0] else None

    smallest = least(
        rows,
        [
            inside(lambda row: (days.index(row["time"][:10]) // 2, row["model"])),
            inside(lambda row: row["user"]),
            inside(lambda row: row["api_key"] == "k1"),
        ],
    )
    assert refused(STILL, smallest) == []
    assert refused(STILL, smallest + 1) == ["small-groups"]


def test_a_value_that_few_events_of_a_group_have_is_told_of_few() -> None:
    board = "time_range: 30d\nlayout: [{type: bar, metric: latency_p95, by: model}]"
    rows = crowd()
    write(rows)
    assert refused(board, 20) == []
    first = next(row for row in rows if row["model"] == "m0")
    write([{**row, "latency": "" if row["model"] == "m0" and row is not first else row["latency"]} for row in rows])
    assert refused(board, 2) == ["small-groups"]
    assert refused(board.replace("latency_p95", "requests"), 20) == []
    write([{**row, "latency": "" if row["model"] == "m0" else row["latency"]} for row in rows])
    assert refused(board, 20) == [], "what none has tells of nobody"


def test_numbers_of_failures_are_of_as_many_failures() -> None:
    """How many of a group failed is told; how long a few failures took is not."""
    Path("dashgen.yaml").write_text(
        f"{PROJECT}metrics: {{slow: {{title: Slow, quantile: latency, q: 0.9, where: {{failed: true}}}}}}\n"
    )
    rows = [{**row, "status_code": "200"} for row in crowd()]
    write([{**rows[0], "status_code": "500"}, *rows])
    board = "time_range: 30d\nlayout: [{type: bar, metric: final_errors, by: model}]"
    assert refused(board, 20) == []
    assert refused(board.replace("final_errors", "latency_p95"), 20) == []
    assert refused(board.replace("final_errors", "slow"), 2) == ["small-groups"]
    assert refused(board.replace("by: model", "by: model, where: {failed: true}"), 2) == ["small-groups"]
    write([{**row, "status_code": "500"} for row in rows])
    assert refused(board.replace("final_errors", "slow"), 20) == []


def test_a_row_counts_for_the_events_that_it_stands_for() -> None:
    board = "time_range: 30d\nlayout: [{type: table, metrics: [requests, cost], by: model}]"
    Path("dashgen.yaml").write_text(PROJECT.replace("events.csv}", "events.csv, fields: {requests: calls}}"))
    row = {"time": "2025-06-01T00:00:00Z", "model": "a", "calls": "50", "cost": "1"}
    write([row, {**row, "calls": "60"}])
    assert refused(board, 110) == []
    assert refused(board, 111) == ["small-groups"]
    write([row, {**row, "calls": "0", "cost": "7"}, {**row, "model": "b", "calls": "0"}])
    assert refused(board, 2) == ["small-groups"], "a cost of no events at all"


def test_only_what_the_dashboard_is_about_is_counted() -> None:
    """Its `where:` and locked filters leave groups out; a widget's own condition makes two of one."""
    rows = [*crowd(), {**crowd()[0], "model": "rare"}, {**crowd()[0], "user": "rare"}]
    write(rows)
    card = "layout: [{type: bar, metric: requests, by: model}]"
    assert refused(f"time_range: 30d\n{card}", 2) == ["small-groups"]
    assert refused(f"time_range: 30d\nwhere: {{model: [m0, m1]}}\n{card}", 20) == []
    locked = "filters: [{dimension: model, default: [m0, m1], locked: true}]"
    assert refused(f"time_range: 30d\n{locked}\n{card}", 20) == []
    assert refused(f"time_range: 30d\n{locked.replace(', locked: true', '')}\n{card}", 2) == ["small-groups"]
    chosen = card.replace("model}", "model, where: {user: {not: rare}}}")
    assert refused(f"time_range: 30d\nwhere: {{model: [m0, m1]}}\n{chosen}", 2) == ["small-groups"]


def test_conditions_that_cannot_be_counted_are_refused() -> None:
    write(crowd())
    card = "layout: [{type: card, metric: requests, where: {latency: {gt: 3}}}]"
    assert refused(f"time_range: 30d\n{card}", 2) == ["later-release"]
    assert refused("time_range: 30d\nwhere: {latency: {gt: 3}}\nlayout: [{type: card, metric: requests}]", 2) == []


def test_masked_dimensions_are_counted_too() -> None:
    rows = [*crowd(), {**crowd()[0], "user": "alice-canary"}]
    write(rows)
    bars = "layout: [{type: bar, metric: requests, by: user}]"
    board = f"time_range: 30d\nfilters: [{{dimension: user, default: [u0]}}]\n{bars}"
    assert refused(board, 2, ", mask: [user]") == ["small-groups"]
    write(crowd())
    assert refused(board, 20, ", mask: [user]") == []
    write(rows)
    assert refused(board.replace("filters", "where: {user: {not: alice-canary}}\nfilters"), 20, ", mask: [user]") == []


def test_records_are_refused() -> None:
    write(crowd())
    Path("board.yaml").write_text(
        "version: 1\nprivacy: {minimum_group: 2}\nlayout: [{type: table, records: [time, model]}]"
    )
    assert [one.code for one in said()] == ["records-refused"]


def test_the_page_and_the_manifest_say_how_small_groups_can_be() -> None:
    write(crowd())
    assert refused("time_range: 30d\nlayout: [{type: bar, metric: requests, by: model}]", 20) == []
    files = build()
    assert json.loads(files["manifest.json"])["exposure"]["board"]["minimum_group"] == 20
    assert "No group in this page has fewer than 20 events." in files["board/index.html"].decode()


def test_explain_refuses_as_a_build_does(folder: Path) -> None:
    write(crowd())
    assert refused("layout: [{type: bar, metric: requests, by: user, time_range: 30d}]", 10_000) == ["small-groups"]
    found = run("explain", "board.yaml", cwd=folder)
    assert found.returncode == 1
    assert "error[small-groups]" in found.stderr
    assert found.stdout == ""
