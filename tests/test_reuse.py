"""Builds that know earlier ones: what a change reaches is made again, nothing else, and never a byte differs."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dashgen import answers, cache, compiler, draw, making
from dashgen.cache import Store
from dashgen.diagnostics import WorkError
from dashgen.manifest import Bundle
from dashgen.memo import Memo
from dashgen.query.bound import SqlBound
from dashgen.render import Renderer

BOARD = """
version: 1
title: Board
time_range: 7d
as_of: latest
filters: [time_range, model]
layout:
  - {type: card, metric: requests, compare: previous}
  - {type: card, metric: cost}
  - {type: line, metric: cost, every: day}
  - {type: bar, metric: tokens, by: model, title: Tokens}
  - {type: table, records: [time, model, latency], newest: 5}
"""
SECOND = """
version: 1
title: Second
time_range: 7d
as_of: latest
layout:
  - {type: card, metric: latency_p95}
  - {type: pie, metric: requests, by: project}
"""
PROJECT = """
version: 1
sources: {events: {type: files, path: "events*.csv"}}
metrics:
  spent: {title: Spent, expr: cost / requests, format: currency}
"""
HEADER = "time,model,project,status_code,input_tokens,output_tokens,latency,cost\n"
ROWS = "".join(
    f"2026-01-{1 + n % 20:02d}T{n % 24:02d}:10:00Z,{'abc'[n % 3]},{'xyz'[n % 5 // 2]},{200 + 300 * (n % 7 == 0)},"
    f"{n},{n * 2},{n * 1.5 + 3},{n / 100}\n"
    for n in range(600)
)


@dataclass
class Done:
    """What one build did."""

    bundle: Bundle
    kept: int
    questions: list[object] = field(default_factory=list)
    drawn: int = 0
    pages: list[str] = field(default_factory=list)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "dashboards").mkdir()
    for name, text in {
        "dashgen.yaml": PROJECT,
        "dashboards/board.yaml": BOARD,
        "dashboards/second.yaml": SECOND,
        "events.csv": HEADER + ROWS,
    }.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Builds in the working directory and tells what was done for it."""
    done = Done({}, 0)
    for name in ("cube", "records"):
        real = getattr(SqlBound, name)

        def asked(self: SqlBound, question: object, _real: Callable[..., object] = real) -> object:
            done.questions.append(question)
            return _real(self, question)

        monkeypatch.setattr(SqlBound, name, asked)
    answer, finish = Renderer._answer, draw.begin

    def answered(self: Renderer, name: str, request: str) -> str:
        done.drawn += 1
        return answer(self, name, request)

    def begun(dashboard: Any, *rest: Any) -> Any:
        done.pages.append(dashboard.id)
        return finish(dashboard, *rest)

    monkeypatch.setattr(Renderer, "_answer", answered)
    monkeypatch.setattr("dashgen.making.begin", begun)

    def run(**options: Any) -> Done:
        done.questions, done.drawn, done.pages = [], 0, []
        built, bundle = compiler.compiled(**options)
        assert bundle is not None, built.diagnostics
        return Done(bundle, built.kept, list(done.questions), done.drawn, list(done.pages))

    return run


def change(file: str, old: str, new: str) -> None:
    text = Path(file).read_text()
    assert old in text
    Path(file).write_text(text.replace(old, new, 1))


def fresh(build: Callable[..., Done]) -> Bundle:
    return build(cache=False).bundle


@pytest.fixture(params=["new", "staying"])
def process(request: pytest.FixtureRequest, root: Path) -> dict[str, Any]:
    """A process that begins with what the folder has, or one that stays."""
    return {} if request.param == "new" else {"store": Store.of(root, Memo(1000))}


BOARD_FILE, SECOND_FILE = "dashboards/board.yaml", "dashboards/second.yaml"
NOTHING: list[str] = []


@pytest.mark.parametrize(
    ("edit", "pages", "asks", "draws"),
    [
        (lambda: None, NOTHING, False, False),
        (lambda: change(BOARD_FILE, "title: Board", "# a comment\ntitle: Board"), NOTHING, False, False),
        (lambda: change("dashgen.yaml", "metrics:", "\n# a comment\nmetrics:"), NOTHING, False, False),
        (lambda: change(BOARD_FILE, "title: Board", "title: Another"), ["board"], False, False),
        (lambda: change(BOARD_FILE, "title: Tokens", "title: All tokens"), ["board"], False, False),
        (lambda: change(BOARD_FILE, "type: bar", "height: 12, type: bar"), ["board"], False, True),
        (lambda: change(BOARD_FILE, "title: Board", "title: Board\ntheme: dark"), ["board"], False, False),
        (lambda: change(BOARD_FILE, "type: bar", "type: pie"), ["board"], False, True),
        (lambda: change(BOARD_FILE, "metric: requests", "metric: request_rate"), ["board"], False, False),
        (lambda: change(BOARD_FILE, "metric: cost}", "metric: spent}"), ["board"], True, False),
        (lambda: change("dashgen.yaml", "title: Spent", "title: Paid"), ["board", "second"], False, False),
        (lambda: change("dashgen.yaml", "cost / requests", "cost * 2 / requests"), ["board", "second"], False, False),
        (lambda: change(BOARD_FILE, "by: model,", "by: project,"), ["board"], True, True),
        (lambda: change(SECOND_FILE, "time_range: 7d", "time_range: 3d"), ["second"], True, True),
        (
            lambda: change("dashgen.yaml", "metrics:", "timezone: Europe/Rome\nmetrics:"),
            ["board", "second"],
            True,
            True,
        ),
        (lambda: Path("events-2.csv").write_text(HEADER + ROWS), ["board", "second"], True, True),
        (lambda: change("events.csv", ",1,2,", ",3,2,"), ["board", "second"], True, None),
    ],
    ids=[
        *("nothing", "comment", "project-comment", "title", "widget-title", "height", "theme", "kind", "known-metric"),
        *("new-metric", "metric-title", "metric-expression", "group", "range", "timezone", "new-file", "changed-file"),
    ],
)
def test_what_a_change_reaches_is_made_again(
    root: Path,
    process: dict[str, Any],
    build: Callable[..., Done],
    edit: Callable[[], object],
    pages: list[str],
    asks: bool,
    draws: bool | None,
) -> None:
    """Edge by edge: who is not reached is not touched, and all is as if nothing had been known."""
    build(**process)
    edit()
    done = build(**process)
    assert done.pages == pages
    assert bool(done.questions) == asks
    assert draws is None or bool(done.drawn) == draws
    assert done.kept == 2 - len(pages)
    assert done.bundle == fresh(build)
    again = build(**process)
    assert (again.pages, again.questions, again.drawn, again.kept) == ([], [], 0, 2)
    assert again.bundle == done.bundle


def test_a_new_dashboard_leaves_the_others(root: Path, build: Callable[..., Done]) -> None:
    build()
    (root / "dashboards" / "third.yaml").write_text(SECOND.replace("Second", "Third"))
    done = build()
    assert (done.pages, done.kept) == (["third"], 2)
    assert done.bundle == fresh(build)
    (root / "dashboards" / "second.yaml").unlink()
    done = build()
    assert (done.pages, done.kept) == ([], 2)
    assert done.bundle == fresh(build)


def test_a_theme_of_the_project_is_looked_at(root: Path, build: Callable[..., Done]) -> None:
    (root / "themes").mkdir()
    (root / "themes" / "own.yaml").write_text("version: 1\nextends: light\ncolours: {accent: '#0b5fff'}\n")
    change(BOARD_FILE, "title: Board", "title: Board\ntheme: themes/own.yaml")
    build()
    change("themes/own.yaml", "#0b5fff", "#0b4fdd")
    done = build()
    assert (done.pages, done.questions) == (["board"], [])
    assert done.bundle == fresh(build)


def test_what_is_asked_of_the_build_is_in_the_names(root: Path, build: Callable[..., Done]) -> None:
    plain = build()
    alone = build(single_file=True)
    assert alone.pages == ["board", "second"]
    assert alone.bundle.keys() - plain.bundle.keys() == {"board.html", "second.html"}
    assert build(single_file=True).pages == []
    assert build().bundle == plain.bundle


def test_now_is_another_page_each_time(root: Path, build: Callable[..., Done]) -> None:
    change(BOARD_FILE, "as_of: latest", "as_of: now")
    instant = 1_768_900_000_000_000
    build(now=instant)
    assert build(now=instant).pages == []
    later = build(now=instant + 3_600_000_000)
    assert later.pages == ["board"]
    assert later.bundle == build(now=instant + 3_600_000_000, cache=False).bundle


def test_advice_is_given_again(root: Path, build: Callable[..., Done]) -> None:
    """It points to where it is written now."""
    change(BOARD_FILE, "metric: cost}", "metric: cost, where: {model: nobody}}")
    first, _ = compiler.compiled()
    change(BOARD_FILE, "title: Board", "\n\ntitle: Board")
    again, _ = compiler.compiled()
    assert again.kept == 2
    [then], [now] = ([one for one in found.diagnostics if one.code == "absent-value"] for found in (first, again))
    assert now.message == then.message
    assert now.at is not None
    assert then.at is not None
    assert now.at.span.line == then.at.span.line + 2
    strict, bundle = compiler.compiled(strict=True)
    assert bundle is None
    assert {one.severity for one in strict.diagnostics} == {"error"}


def test_a_failing_source_is_tried_again(root: Path, build: Callable[..., Done]) -> None:
    """What failed once is not remembered, and what was kept is no reason to hide that it fails now."""
    change("dashgen.yaml", 'path: "events*.csv"', 'path: "events*.csv", on_error: show')
    good = build()
    shutil.move(root / "events.csv", root / "away")
    for _ in range(2):
        built, bundle = compiler.compiled()
        assert bundle is not None
        assert built.kept == 0
        assert json.loads(bundle["manifest.json"])["dashboards"][0]["failures"]
    shutil.move(root / "away", root / "events.csv")
    assert build().bundle == good.bundle


def test_secrets_are_in_no_name_that_could_be_guessed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A masked page is made again under another secret, and no entry holds the secret."""
    change(BOARD_FILE, "layout:", "privacy: {mask: [model]}\nlayout:")
    pages = []
    for secret in ("a-secret-of-sixteen-bytes", "another-secret-of-sixteen", "a-secret-of-sixteen-bytes"):
        monkeypatch.setenv("DASHGEN_PRIVACY_KEY", secret)
        built, bundle = compiler.compiled()
        assert bundle is not None
        pages.append((built.kept, bundle["board/data.json"]))
    assert [kept for kept, _ in pages] == [0, 0, 2]
    assert pages[0][1] == pages[2][1] != pages[1][1]
    entries = b"".join(path.read_bytes() for path in (root / ".dashgen" / "cache").iterdir())
    assert b"sixteen" not in entries
    assert os.fsencode(root) not in entries


def test_damage_is_a_miss(root: Path, build: Callable[..., Done]) -> None:
    whole = build().bundle
    for path in (root / ".dashgen" / "cache").glob("[!.]*"):
        path.write_bytes(path.read_bytes()[:-3])
    done = build()
    assert done.pages == ["board", "second"]
    assert done.bundle == whole


def test_a_process_that_stays_is_never_wrong(root: Path, build: Callable[..., Done]) -> None:
    """Change upon change, of every kind and back again, without a stop in between."""
    change(BOARD_FILE, "title: Board", "title: Board\nbudget: 0.004")
    store = Store.of(root, Memo(1000))
    changes = [
        (BOARD_FILE, "by: model,", "by: project,"),
        (BOARD_FILE, "type: bar", "type: pie"),
        ("dashgen.yaml", "cost / requests", "cost / (requests + 1)"),
        (BOARD_FILE, "metric: cost}", "metric: spent}"),
        (BOARD_FILE, "filters: [time_range, model]", "filters: [time_range, model, project]"),
        (BOARD_FILE, "compare: previous", "spark: true"),
        (BOARD_FILE, "time_range: 7d", "time_range: 14d"),
        ("events.csv", ",4,8,", ",4,9,"),
        (BOARD_FILE, "title: Tokens", "title: Chips"),
    ]
    for file, old, new in [*changes, *((file, new, old) for file, old, new in reversed(changes))]:
        change(file, old, new)
        assert build(store=store).bundle == fresh(build), (file, new)


def test_the_index_is_in_the_language_of_the_first(root: Path, build: Callable[..., Done]) -> None:
    """Though nothing that it lists is another."""
    change(BOARD_FILE, "title: Board", "title: Board\nlang: en\nlocale: en")
    build()
    change(BOARD_FILE, "lang: en", "lang: de")
    assert build().bundle == fresh(build)


SOURCES = """
version: 1
source: events
sources:
  events: {type: files, path: "events*.csv"}
  other: {type: files, path: other.csv}
"""


def told(**options: Any) -> tuple[list[tuple[str, str, int]], int]:
    """What the data brought of advice, each with its line, and how many pages were kept."""
    built, _ = compiler.compiled(**options)
    found = [(one.code, one.message, one.at.span.line) for one in built.diagnostics if one.at is not None]
    return [one for one in found if one[0] in ("rows-without-time", "unused-price")], built.kept


def test_advice_about_a_source_is_of_the_pages_that_read_it(root: Path) -> None:
    Path("dashgen.yaml").write_text(SOURCES)
    change(BOARD_FILE, "title: Board", "title: Board\nsource: other")
    Path("other.csv").write_text(HEADER + ROWS + ",a,x,200,1,2,3,4\n")
    advice, _ = told()
    assert [code for code, *_ in advice] == ["rows-without-time"]
    assert told() == (advice, 2)
    Path("other.csv").write_text(HEADER + ROWS)
    assert told() == ([], 1)


def test_advice_that_another_page_caused_goes_with_its_cause(root: Path) -> None:
    """A price that nobody uses is told where a page shows tokens without one; it is told where it is written now."""
    Path("dashgen.yaml").write_text(PROJECT + "prices: prices.yaml\n")
    Path("prices.yaml").write_text("version: 1\nprices: [{model: zed, input: 1, output: 2}]\n")
    Path("events.csv").write_text((HEADER + ROWS).replace(",cost\n", ",fee\n"))
    advice, _ = told()
    assert [(code, line) for code, _, line in advice] == [("unused-price", 2)]
    assert told() == (advice, 2)
    Path("prices.yaml").write_text("version: 1\nprices:\n  - {model: zed, input: 1, output: 2}\n")
    assert [(code, line) for code, _, line in told()[0]] == [("unused-price", 3)]
    for _ in range(2):
        change(BOARD_FILE, "metric: cost", "metric: requests")
    assert told()[0] == told(cache=False)[0] == []


def test_a_theme_that_changes_while_a_page_is_made_is_not_taken_for_the_old_one(
    root: Path, build: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "version: 1\ntitle: Own\nextends: light\ncolours: {accent: '#0b5fff'}\n"
    Path("themes").mkdir()
    Path("themes/own.yaml").write_text(own)
    change(BOARD_FILE, "title: Board", "title: Board\ntheme: themes/own.yaml")
    real = making.made

    def made(*given: Any) -> Any:
        Path("themes/own.yaml").write_text(own.replace("5fff", "4fdd"))
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(making, "made", made)
        build()
    Path("themes/own.yaml").write_text(own)
    assert build().bundle == fresh(build)


def test_a_file_that_comes_while_a_page_is_made_and_goes_again_leaves_nothing(
    root: Path, build: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither on the disk nor in the process that stays."""
    store = Store.of(root, Memo(1000))
    real = answers.opened

    def opened(*given: Any, **options: Any) -> Any:
        Path("events-2.csv").write_text(HEADER + ROWS)
        return real(*given, **options)

    with monkeypatch.context() as patch:
        patch.setattr(answers, "opened", opened)
        build(store=store)
    Path("events-2.csv").unlink()
    wanted = fresh(build)
    assert build(store=store).bundle == wanted
    store.close()
    assert build().bundle == wanted


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b"5", b'{"x": 1}\n', b"nonsense", b"\xff\n"])
def test_a_page_that_is_whole_but_nonsense_is_a_miss(root: Path, build: Callable[..., Done], body: bytes) -> None:
    whole = build().bundle
    for node in compiler.nodes(compiler.validate()).values():
        assert node is not None
        cache.keep(body, root / ".dashgen" / "cache" / node.name)
    done = build()
    assert (done.bundle, done.kept) == (whole, 0)


@pytest.mark.parametrize("spoil", ["file", "dangling", "closed"])
def test_a_folder_that_cannot_be_used_keeps_nothing(
    root: Path, build: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    place = root / ".dashgen"
    if spoil == "file":
        place.write_text("mine")
    elif spoil == "dangling":
        place.symlink_to("nowhere")
    else:
        place.mkdir()
        refuse(monkeypatch, place)
    assert build().bundle == fresh(build)
    assert build().kept == 0


def refuse(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """As of a folder that may not be looked into; to those who may do anything nothing is refused."""
    for name in ("stat", "mkdir", "open"):
        real = getattr(os, name)

        def refused(path: Any, *given: Any, _real: Callable[..., Any] = real, **options: Any) -> Any:
            if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(f"{place}/"):
                raise PermissionError(13, "Permission denied", os.fspath(path))
            return _real(path, *given, **options)

        monkeypatch.setattr(os, name, refused)


def test_a_theme_that_is_emptied_meanwhile_is_told_in_a_sentence(root: Path, build: Callable[..., Done]) -> None:
    """As an editor does that writes in two steps, after everything was checked."""
    (root / "themes").mkdir()
    (root / "themes" / "own.yaml").write_text("version: 1\nextends: dark\n")
    change(BOARD_FILE, "title: Board", "title: Board\ntheme: themes/own.yaml")
    checked = compiler.validate()
    (root / "themes" / "own.yaml").write_text("")
    with pytest.raises(WorkError, match=r"the theme themes/own\.yaml changed while it was used: it says nothing"):
        compiler.compiled(checked)


def test_a_cache_that_is_deleted_meanwhile_is_filled_again(root: Path, build: Callable[..., Done]) -> None:
    store = Store.of(root, Memo(1000))
    build(store=store)
    store.close()
    shutil.rmtree(root / ".dashgen")
    change(BOARD_FILE, "title: Board", "title: Other")
    build(store=store)
    store.close()
    assert build().kept == 2, "a new process finds both, with the files that they share"
