"""Masks: no byte of what is made tells a masked value, and every number is what it would be without them."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from base64 import b32encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dashgen import compiler, environment, project, pseudonyms
from dashgen.cube import value_order
from dashgen.model import Condition
from dashgen.pseudonyms import Pseudonyms
from dashgen.sdk import get_dashboard_metrics
from tests.hidden import KEY, PROJECT, Row, build, cube, data, explain, said, texts, write
from tests.program import tree

pytestmark = pytest.mark.usefixtures("hiding")

USERS = ("alice-canary", "bob-canary", "carol canary", "Dénis O'Canary", "eve-canary")
KEYS = ("sk-canary-1", "sk-canary-2", "sk-canary-3")
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


# ---- by hand ----------------------------------------------------------------------------------


def pseudonym(dimension: str, value: str, key: str = KEY) -> str:
    """As SEMANTICS.md has it."""
    made = hmac.new(key.encode(), dimension.encode() + b"\0" + value.encode(), hashlib.sha256).digest()
    return f"{dimension}-{b32encode(made).decode()[:8].lower()}"


def renamed(text: str) -> str:
    names = {user: pseudonym("user", user) for user in USERS} | {key: pseudonym("api_key", key) for key in KEYS}
    return re.sub("|".join(map(re.escape, names)), lambda found: names[found[0]], text)


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
        monkeypatch.delenv(environment.PRIVACY_KEY)
    else:
        monkeypatch.setenv(environment.PRIVACY_KEY, key)
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
    monkeypatch.setenv(environment.PRIVACY_KEY, "é" * 8)
    write(events())
    Path("board.yaml").write_text(BOARD + MASK + WIDGETS)
    assert [one.code for one in said()] == []


def test_nobody_needs_a_secret_without_masks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(environment.PRIVACY_KEY)
    write(events())
    Path("board.yaml").write_text(BOARD + WIDGETS)
    assert said() == []


# ---- what is made -----------------------------------------------------------------------------


def test_no_byte_tells_a_masked_value(hiding: Path) -> None:
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
    assert telling(tree(hiding / "cache")) == []
    assert "canary" not in explain("board.yaml").lower()
    assert telling(files, KEY) == telling(tree(hiding / "cache"), KEY) == [], "nor the secret"
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
    monkeypatch.setenv(environment.PRIVACY_KEY, KEY[::-1])
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
    monkeypatch.delenv(environment.PRIVACY_KEY)
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


def test_nothing_outside_the_fixed_conditions_is_in_any_byte(hiding: Path) -> None:
    """Nor what no widget uses, nor where the data lies, nor how it is asked."""
    Path("folder-canary").mkdir()
    Path("dashgen.yaml").write_text(SHIELDED_PROJECT)
    Path("board.yaml").write_text(SHIELDED)
    write(shielded(outside=True), "folder-canary/events-canary.csv")
    files = build(single_file=True, image="svg")
    assert telling(files) == []
    assert telling(tree(hiding / "cache")) == []
    known = {name: one["values"] for name, one in cube(files)["dimensions"].items()}
    assert known["status_code"] == [200, 429, 500]
    assert known["user"] == [f"u{n}" for n in range(5)]
    for word in ("read_csv", "lower(", "epoch_us", str(hiding).lower()):
        assert telling(files, word) == [], word
    assert {one["user"] for one in data(files)["table-records"]["rows"]} == {f"u{n}" for n in range(5)}
    assert data(files)["table-records"]["rows"][0]["time"] == "2025-06-14T23:59:00+00:00"
    write(shielded(outside=False), "folder-canary/events-canary.csv")
    assert build(single_file=True, image="svg") == files, "what is outside changes nothing at all"


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
