"""What was asked before is not asked again, and is never anything else than what would be answered now."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dashgen import answers, execute, project
from dashgen.cache import NOTHING, Store
from dashgen.cube import Cube, CubeSpec
from dashgen.metrics.formula import Measure
from dashgen.plan.ask import Opened
from dashgen.query.bound import SqlBound
from dashgen.sources.base import RecordQuery
from dashgen.sources.marks import marks

HEADER = "time,model,user,status_code,input_tokens,output_tokens,latency,cost\n"
ROWS = [
    f"2026-01-{1 + n % 9:02d}T0{n % 7}:30:00Z,{['a', 'b', 'c'][n % 3]},{['ann', '', 'bob'][n % 3]},{200 + n % 2 * 300},"
    f"{n},{n * 2},{n * 3.5 + 1},{n * 0.001 if n % 4 else ''}\n"
    for n in range(200)
]
PROJECT = """
version: 1
sources: {events: {type: files, path: "events*.csv"}}
"""
DAY = 86_400_000_000
START = 1_767_225_600_000_000
EDGES = tuple(START + n * DAY for n in range(10))
REQUESTS, TOKENS, COST, SLOWEST, FAST = (
    Measure("sum", "events"),
    Measure("sum", "tokens"),
    Measure("sum", "cost"),
    Measure("max", "latency"),
    Measure("histogram", "latency"),
)
SPEC = CubeSpec("events", (), ("model", "user", "status_code"), EDGES, (REQUESTS, TOKENS, COST, SLOWEST))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "dashgen.yaml").write_text(PROJECT)
    (tmp_path / "events.csv").write_text(HEADER + "".join(ROWS))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every cube and every list of records that the engine is asked for."""
    found: list[object] = []
    for name in ("cube", "records", "probe", "sample"):
        real = getattr(SqlBound, name)

        def noted(self: SqlBound, *question: object, _real: Callable[..., object] = real, _name: str = name) -> object:
            found.append(question[0] if question else _name)
            return _real(self, *question)

        monkeypatch.setattr(SqlBound, name, noted)
    return found


@contextmanager
def opened(store: Store) -> Iterator[Opened]:
    Path("board.yaml").write_text("version: 1\ntitle: Board\nlayout: [{type: card, metric: requests}]\n")
    whole = project.read(["board.yaml"]).project
    assert whole is not None
    catalogue = answers.catalogue_of(whole)
    [(_, found)] = execute.open_sources(whole, ["events"], catalogue.fields, os.environ, store)
    assert isinstance(found, Opened)
    try:
        yield found
    finally:
        found.bound.close()
        store.close()


def same(one: Cube, other: Cube) -> bool:
    arrays = [
        [cube.bucket, *cube.codes.values(), *cube.columns.values(), *([] if cube.key is None else [cube.key])]
        for cube in (one, other)
    ]
    kinds = [[array.dtype for array in found] for found in arrays]
    equal = all(np.array_equal(a, b) for a, b in zip(*arrays, strict=True))
    return equal and kinds[0] == kinds[1] and one.spec == other.spec and one.values == other.values


def plain(spec: CubeSpec) -> Cube:
    with opened(NOTHING) as source:
        return source.bound.cube(spec)


@pytest.mark.parametrize(
    "spec",
    [
        SPEC,
        replace(SPEC, dimensions=()),
        replace(SPEC, measures=(FAST,), histogram="latency"),
        replace(SPEC, edges=(START - 9 * DAY, START - 8 * DAY)),
    ],
    ids=["cells", "whole", "histogram", "empty"],
)
def test_a_cube_comes_back_as_it_was(root: Path, asked: list[object], spec: CubeSpec) -> None:
    wanted = plain(spec)
    with opened(Store.of(root)) as source:
        assert same(source.bound.cube(spec), wanted)
    asked.clear()
    with opened(Store.of(root)) as source:
        assert same(source.bound.cube(spec), wanted)
    assert asked == []


def test_nothing_is_opened_where_all_is_known(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(Store.of(root)) as source:
        source.bound.cube(SPEC)
    monkeypatch.setattr("dashgen.sources.embedded.start", lambda root: pytest.fail("an engine was started"))
    with opened(Store.of(root)) as source:
        source.bound.cube(SPEC)
        assert "model" in source.bound.available
        assert "user" in source.bound.columns


def test_fewer_measures_are_not_asked(root: Path, asked: list[object]) -> None:
    with opened(Store.of(root)) as source:
        source.bound.cube(SPEC)
        asked.clear()
        fewer = replace(SPEC, measures=(COST, REQUESTS))
        assert same(source.bound.cube(fewer), plain(fewer))
    assert asked.count(fewer) == 1  # the plain one


def test_only_measures_that_lack_are_asked(root: Path, asked: list[object]) -> None:
    with opened(Store.of(root)) as source:
        source.bound.cube(replace(SPEC, measures=(TOKENS, REQUESTS)))
        wanted = plain(SPEC)
        asked.clear()
        assert same(source.bound.cube(SPEC), wanted)
    assert asked == [replace(SPEC, measures=(COST, SLOWEST))]


def test_large_and_missing_numbers_come_back(root: Path) -> None:
    (root / "events.csv").write_text(
        HEADER + f"2026-01-01,a,x,200,1,1,,{8 * 10**9}\n" * 3 + "2026-01-02,b,x,200,1,1,5,0\n"
    )
    for _ in range(2):
        with opened(Store.of(root)) as source:
            cube = source.bound.cube(replace(SPEC, dimensions=()))
    assert cube.columns[COST].tolist() == [3 * 8 * 10**9 * 10**9, 0]
    assert cube.columns[SLOWEST].tolist() == [None, 5000]


def test_records_and_samples_come_back(root: Path, asked: list[object]) -> None:
    query = RecordQuery(("time", "model", "user", "latency", "cost"), 20, EDGES[0], EDGES[-1], ())
    found = []
    for _ in range(2):
        with opened(Store.of(root)) as source:
            found.append((source.bound.records(query), source.bound.sample(["user"], [EDGES[0]]), source.probe))
    assert found[0] == found[1]
    assert len(found[0][0]) == 20
    assert [one for one in asked if one == query] == [query]


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "events.csv").write_text(HEADER + "".join(ROWS[:-1])),
        lambda root: (root / "events-2.csv").write_text(HEADER + ROWS[0]),
        lambda root: (root / "dashgen.yaml").write_text(PROJECT + "timezone: Europe/Rome\n"),
        lambda root: (root / "dashgen.yaml").write_text(PROJECT + "prices: [{model: a, input: 3, output: 4}]\n"),
        lambda root: (root / "dashgen.yaml").write_text(PROJECT.replace("}}", ", units: {latency: s}}}")),
    ],
    ids=["rows", "file", "timezone", "prices", "units"],
)
def test_what_answers_depend_on_is_in_their_names(
    root: Path, asked: list[object], change: Callable[[Path], object]
) -> None:
    with opened(Store.of(root)) as source:
        source.bound.cube(SPEC)
    asked.clear()
    change(root)
    with opened(Store.of(root)) as source:
        found = source.bound.cube(SPEC)
    assert asked[-1] == SPEC
    assert same(found, plain(SPEC))


def test_a_file_of_equal_size_and_time_is_another(root: Path) -> None:
    """Replaced by rename, its middle changed and its times put back."""
    file = root / "events.csv"
    with opened(Store.of(root)) as source:
        before = source.bound.cube(SPEC)
    state = file.stat()
    text = file.read_text()
    (root / "new").write_text(text.replace(",199,", ",198,"))
    os.utime(root / "new", ns=(state.st_atime_ns, state.st_mtime_ns))
    os.replace(root / "new", file)
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (state.st_size, state.st_mtime_ns)
    with opened(Store.of(root)) as source:
        found = source.bound.cube(SPEC)
    assert same(found, plain(SPEC))
    assert not same(found, before)


def test_a_large_file_changed_in_its_middle_in_place_is_another(tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(b"x" * 1_000_000)
    before, state = marks([("large", str(file))]), file.stat()
    with file.open("r+b") as stream:
        stream.seek(500_000)
        stream.write(b"y")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert marks([("large", str(file))]) != before


def test_data_that_change_while_they_are_asked_are_asked_whole(root: Path) -> None:
    """A column of other cells than those that are known is never put beside them."""
    with opened(Store.of(root)) as source:
        source.bound.cube(replace(SPEC, measures=(REQUESTS,)))
    with opened(Store.of(root)) as source:
        (root / "events.csv").write_text(HEADER + "".join(ROWS[:150]))
        found = source.bound.cube(SPEC)
    assert same(found, plain(SPEC))


@pytest.mark.parametrize("spoil", ["cut", "foreign", "gone", "folder"])
def test_a_spoiled_entry_is_none(root: Path, spoil: str) -> None:
    with opened(Store.of(root)) as source:
        source.bound.cube(SPEC)
    entries = [path for path in (root / ".dashgen" / "cache").iterdir() if not path.name.startswith(".")]
    assert len(entries) == 3 + len(SPEC.measures)
    for path in entries:
        content = path.read_bytes()
        path.unlink()
        if spoil == "cut":
            path.write_bytes(content[: len(content) // 2])
        elif spoil == "foreign":
            path.write_bytes(b'{"version": 99}\n')
        elif spoil == "folder":
            path.mkdir()
    with opened(Store.of(root)) as source:
        assert same(source.bound.cube(SPEC), plain(SPEC))


def test_another_folder_is_another_source(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A project that was copied with its cache reads its own data."""
    with opened(Store.of(root)) as source:
        source.bound.cube(SPEC)
    copy = tmp_path_factory.mktemp("copy") / "copy"
    shutil.copytree(root, copy)
    os.chdir(copy)
    (copy / "events.csv").write_text(HEADER + ROWS[3])
    with opened(Store.of(copy)) as source:
        assert same(source.bound.cube(SPEC), plain(SPEC))


def test_git_does_not_see_the_cache(root: Path) -> None:
    with opened(Store.of(root)) as source:
        source.bound.cube(SPEC)
    assert (root / ".dashgen" / "cache" / ".gitignore").read_text().endswith("*\n")
