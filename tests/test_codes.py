"""Cubes of many cells are asked for by codes: whatever the values are, they are the cubes of the plain query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import pytest

from dashgen import compiler
from dashgen.cube import Cube, CubeSpec
from dashgen.metrics.formula import Measure
from dashgen.model import Condition
from dashgen.query import codes, entries
from dashgen.query.bound import Columns, Listed, SqlBound
from dashgen.query.codes import PLAIN
from dashgen.query.statements import cube_query

HOSTILE = [
    None,
    "",
    " ",
    "a",
    "A",
    "a ",
    "a\0b",
    "a\0",
    "\0",
    "'",
    "''",
    '"',
    "\\",
    "\\'",
    "a'); DROP TABLE rows; --",
    "NULL",
    "null",
    "None",
    "1",
    "1.0",
    "\n",
    "\r\n\t",
    "é",
    "e\u0301",
    "\U0001f600",
    "\U0010ffff",
    "\uffff",
    "\u202ecba",
    "\u200b",
    "{{x}}",
    "%s",
    "$1",
    "?",
    "x" * 5000,
]
DAY = 86_400_000_000
BEGIN = 1_767_225_600_000_000
EDGES = (BEGIN, BEGIN + DAY, BEGIN + 2 * DAY, BEGIN + 5 * DAY // 2, BEGIN + 9 * DAY)
SUMS = (Measure("sum", "events"), Measure("sum", "tokens"), Measure("min", "latency"), Measure("max", "latency"))
HISTOGRAM = (Measure("histogram", "latency"),)
SOME = (
    *(Measure("histogram", "latency", (Condition("status_code", any_of=(200, None)),)), *HISTOGRAM),
    Measure("histogram", "latency", (Condition("failed", any_of=(True,)), Condition("model", none_of=(None,)))),
)
MANY = 10**9


@pytest.fixture(scope="module")
def bound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlBound]:
    folder = tmp_path_factory.mktemp("codes")
    rows = [
        (BEGIN + n * 7_919_000_000 % (9 * DAY), one, HOSTILE[n * 5 % 7], n % 4 * 100 + 200 if n % 11 else None, n)
        for n, one in enumerate(HOSTILE * 30)
    ]
    connection = duckdb.connect()
    connection.execute("CREATE TABLE log (t BIGINT, user_name TEXT, model TEXT, status INT, n BIGINT)")
    connection.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?)", rows)
    connection.execute(
        'COPY (SELECT make_timestamp(t) AS time, user_name AS "user", model, status AS status_code, n input_tokens, '
        "CASE WHEN n % 13 <> 0 THEN (n % 17 - 3)::DOUBLE END AS latency, (1::BIGINT << 61) AS output_tokens "
        f"FROM log) TO '{folder}/log.parquet' (FORMAT parquet)"
    )
    (folder / "dashgen.yaml").write_text("version: 1\nsources: {log: {type: files, path: log.parquet}}\n")
    (folder / "board.yaml").write_text(
        "version: 1\ntitle: B\nas_of: 2026-02-01T00:00\nlayout: [{type: card, metric: tokens}]\n"
    )
    with compiler.answered(compiler.validate(folder / "board.yaml")) as (found, diagnostics):
        assert found is not None, diagnostics
        bound = found.sources["log"].bound
        assert isinstance(bound, SqlBound)
        yield bound


def spec(*dimensions: str, histogram: str | None = None, where: tuple[Condition, ...] = ()) -> CubeSpec:
    return CubeSpec("log", where, dimensions, EDGES, HISTOGRAM if histogram else SUMS, histogram)


SPECS = {
    "texts": spec("model", "user"),
    "numbers": spec("status_code", "user"),
    "derived": spec("failed", "model", "status_class"),
    "histogram": spec("model", "status_code", "user", histogram="latency"),
    "conditions": spec(
        "model", "user", where=(Condition("user", none_of=("a", None)), Condition("failed", any_of=(False,)))
    ),
    "nothing": spec("model", "user", where=(Condition("user", any_of=("nobody",)),)),
    "one bucket": replace(spec("user"), edges=(EDGES[0], EDGES[-1])),
    "no dimension": spec(),
}


def same(one: Cube, other: Cube) -> None:
    assert one.values == other.values
    assert {name: [type(value) for value in values] for name, values in one.values.items()} == {
        name: [type(value) for value in values] for name, values in other.values.items()
    }
    pairs = [(one.bucket, other.bucket), *((one.codes[name], other.codes[name]) for name in one.spec.dimensions)]
    pairs += [(one.columns[measure], other.columns[measure]) for measure in one.spec.measures]
    if one.key is not None and other.key is not None:
        pairs.append((one.key, other.key))
    for a, b in pairs:
        assert a.dtype == b.dtype
        assert a.tolist() == b.tolist()
    assert (one.key is None) == (other.key is None)
    assert [*one.codes] == [*other.codes] == [*one.spec.dimensions]


@pytest.mark.parametrize("asked", SPECS.values(), ids=SPECS)
def test_a_cube_by_codes_is_the_plain_one(bound: SqlBound, asked: CubeSpec) -> None:
    plain, coded = bound.cube(asked), bound.cube(replace(asked, cells=MANY))
    same(plain, coded)
    assert len(plain) > 20 or asked.where or not asked.dimensions


def test_cubes_of_one_page_list_the_values_of_a_dimension_once(bound: SqlBound) -> None:
    asked: list[str] = []

    def rows(query: str) -> Sequence[tuple[Any, ...]]:
        asked.append(query)
        return bound.rows(query)

    watched = replace(bound, rows=rows, listed=Listed())
    for name in ("texts", "histogram"):
        same(watched.cube(replace(SPECS[name], cells=MANY)), bound.cube(SPECS[name]))
    assert len(asked) == len(set(asked)) == 3


def test_by_codes_no_text_is_fetched(bound: SqlBound) -> None:
    asked = SPECS["histogram"]
    known = bound._codes(asked)
    assert [*known.values] == ["model", "status_code", "user"]
    assert known.values["user"][-1] is None
    query = cube_query(asked, bound.binding, known)
    assert query.named_selects == ["cell", "key", "m0"]
    assert not np.ma.is_masked(bound.fetch(query.sql(bound.dialect))["cell"])


@pytest.mark.parametrize("most", [2, 10])
def test_dimensions_of_too_many_values_come_as_they_are(
    bound: SqlBound, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "MOST", most)
    asked = SPECS["histogram"]
    assert [*bound._codes(asked).values] == (["model", "status_code"] if most == 10 else [])
    same(bound.cube(asked), bound.cube(replace(asked, cells=MANY)))


def test_dimensions_that_one_integer_cannot_hold_come_as_they_are(
    bound: SqlBound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "_LIMIT", 100)
    asked = SPECS["histogram"]
    assert [*bound._codes(asked).values] == ["model"]
    same(bound.cube(asked), bound.cube(replace(asked, cells=MANY)))


HISTOGRAMS = {
    "histogram": SPECS["histogram"],
    "some events": replace(SPECS["histogram"], measures=SOME),
    "only some events": replace(SPECS["histogram"], measures=SOME[:1]),
    "conditions": replace(SPECS["conditions"], measures=SOME, histogram="latency"),
    "nothing": replace(spec(histogram="latency", where=SPECS["nothing"].where), measures=SOME),
    "one bucket": replace(SPECS["one bucket"], measures=HISTOGRAM, histogram="latency"),
    "no dimension": spec(histogram="latency"),
}


@pytest.mark.parametrize("asked", HISTOGRAMS.values(), ids=HISTOGRAMS)
def test_a_histogram_of_single_events_is_the_grouped_one(bound: SqlBound, asked: CubeSpec) -> None:
    queries: list[str] = []

    def fetch(query: str) -> Columns:
        queries.append(query)
        return bound.fetch(query)

    same(bound.cube(asked), replace(bound, fetch=fetch).cube(replace(asked, cells=MANY, rows=100 * MANY)))
    assert len(queries) == 1
    assert "GROUP BY" not in queries[0]


def test_only_a_histogram_of_many_cells_is_not_grouped(bound: SqlBound) -> None:
    asked = SPECS["histogram"]
    known = bound._codes(asked)
    assert [
        bound._is_ungrouped(replace(asked, cells=MANY, rows=rows), known) for rows in (0, 1, 100 * MANY, 100 * MANY + 1)
    ] == [False, True, True, False]
    assert not bound._is_ungrouped(replace(asked, cells=MANY, rows=1), PLAIN)
    assert not bound._is_ungrouped(replace(SPECS["texts"], cells=MANY, rows=1), bound._codes(SPECS["texts"]))


def test_a_histogram_whose_entries_one_integer_cannot_hold_is_grouped(
    bound: SqlBound, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(SPECS["histogram"], cells=MANY, rows=1)
    known = bound._codes(asked)
    most = known.cells(len(asked.edges))
    assert most == len(EDGES) * len(known.values["model"]) * len(known.values["status_code"]) * len(HOSTILE)
    monkeypatch.setattr(entries, "_LIMIT", (most << 23) + 1)
    assert bound._is_ungrouped(replace(asked, measures=SOME[:1]), known)
    assert not bound._is_ungrouped(replace(asked, measures=SOME), known)


@pytest.mark.parametrize("rows", [0, MANY])
@pytest.mark.parametrize("lost", ["a", None, "\0"])
def test_values_that_came_meanwhile_are_not_taken_for_missing(
    bound: SqlBound, lost: str | None, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = SqlBound._distinct
    monkeypatch.setattr(SqlBound, "_distinct", lambda *at: [value for value in found(*at) if value != lost])
    for asked in (spec("user"), spec("user", histogram="latency")):
        same(bound.cube(asked), bound.cube(replace(asked, cells=MANY, rows=rows)))


def test_sums_that_need_more_than_64_bits(bound: SqlBound) -> None:
    cube = bound.cube(replace(spec("model"), cells=MANY))
    tokens = cube.columns[Measure("sum", "tokens")].tolist()
    assert sum(tokens) == len(HOSTILE) * 30 * (1 << 61) + sum(range(len(HOSTILE) * 30))
    assert max(tokens) > 1 << 63


def test_order_is_the_same_where_columns_do_not_fit_one_integer(
    bound: SqlBound, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = SPECS["histogram"]
    plain = bound.cube(asked)
    monkeypatch.setattr("dashgen.cube.joined", lambda parts, limits: None)
    same(plain, bound.cube(asked))


def test_keys_of_either_sign_are_in_order(bound: SqlBound) -> None:
    cube = bound.cube(replace(spec("model", histogram="latency"), cells=MANY))
    assert cube.key is not None
    assert {-1, 0, 1} == {*np.sign(cube.key).tolist()}
    rows = list(zip(cube.bucket.tolist(), cube.codes["model"].tolist(), cube.key.tolist(), strict=True))
    assert rows == sorted(set(rows))
