"""What pages ship for their filters: planned, fitted to the budget, and nothing that it should not hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import numpy as np
import pytest

from dashgen import compiler
from dashgen.cells import Cells
from dashgen.diagnostics import Failure
from dashgen.metrics.formula import Measure
from dashgen.shipments import Cargo, shipments

PROJECT = """\
version: 1
sources:
  log: {type: files, path: log.csv}
"""
USERS = 300


def rows() -> Iterator[str]:
    """User n calls less often the greater n is; the least busy one of all pays most."""
    draw = Random(7)
    yield "time,model,user,status_code,cost,latency"
    for n in range(6_000):
        user = int(USERS * draw.random() ** 3) if n else USERS - 1
        cost = 90 if user == USERS - 1 else round(draw.random(), 6)
        status, latency = draw.choice([200, 200, 200, 429, 500]), draw.randint(1, 9_000)
        yield f"2026-10-{1 + n % 28:02}T{n % 24:02}:00:00Z,m{n % 3},u{user},{status},{cost},{latency}"


def users() -> int:
    return len({line.split(",")[2] for line in list(rows())[1:]})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shipments")
    (folder / "dashgen.yaml").write_text(PROJECT)
    (folder / "log.csv").write_text("\n".join(rows()))
    return folder


@contextmanager
def shipped(project: Path, keys: str, layout: str = "[{type: bar, metric: cost, by: user, top: 3}]") -> Iterator[Cargo]:
    board = project / "board.yaml"
    length = "" if "time_range: " in keys else "time_range: 30d\n"
    board.write_text(f"version: 1\ntitle: Board\n{length}{keys}\nlayout: {layout}\n")
    with compiler.answered(compiler.validate(board)) as (found, diagnostics):
        assert found is not None, diagnostics
        yield shipments(found)["board"]


FILTERS = "filters: [time_range, model, user, status_code]"


def test_nothing_is_folded_while_it_fits(project: Path) -> None:
    with shipped(project, FILTERS) as cargo:
        assert cargo.folded == {}
        assert len(cargo.shipment.dictionaries["user"].values) == users()
        assert cargo.size < 2_000_000


def test_the_dimension_with_most_values_is_folded_to_the_first_of_every_order(project: Path) -> None:
    with shipped(project, f"{FILTERS}\nbudget: 0.012") as cargo:
        [(name, told)] = cargo.folded.items()
        assert name == "user"
        assert 20 <= len(told.values) < USERS / 2
        assert f"u{USERS - 1}" in told.values  # few requests, the greatest cost
        assert cargo.size <= 12_000
        assert len(told.values) + told.folded == users()


def test_what_cannot_fit_is_an_error_that_names_the_ways_out(project: Path) -> None:
    with pytest.raises(Failure) as failure, shipped(project, f"{FILTERS}\nbudget: 0.001"):
        pass
    [diagnostic] = failure.value.diagnostics
    assert (diagnostic.code, diagnostic.at and diagnostic.at.path) == ("over-budget", ("budget",))
    assert "user (" in str(diagnostic.help)
    assert "budget:" in str(diagnostic.help)


def test_a_filter_says_how_many_values_are_told(project: Path) -> None:
    with shipped(project, "filters: [time_range, {dimension: user, top: 5}, {dimension: model, top: 1}]") as cargo:
        assert 5 <= len(cargo.folded["user"].values) <= 10
        assert cargo.folded["model"].folded == 2


def test_folded_cells_add_up(project: Path) -> None:
    """Whatever is folded, sums stay, and values that are counted stay apart."""
    top = "filters: [time_range, model, {dimension: user, top: 20}, status_code]"
    cards = "{type: card, metric: active_users}, {type: card, metric: latency_p95}"
    layout = f"[{{type: bar, metric: cost, by: user, top: 3}}, {cards}]"
    with shipped(project, top, layout) as small, shipped(project, FILTERS, layout) as large:
        assert small.folded
        assert not large.folded
        for one, other in zip(small.shipment.live.cubes, large.shipment.live.cubes, strict=True):
            few, many = small.shipment.cells[one], large.shipment.cells[other]
            assert len(few) <= len(many)
            for measure in one.measures:
                assert int(np.sum(few.columns[measure])) == int(np.sum(many.columns[measure]))
        counted = [found.codes["#user"] for found in small.shipment.cells.values() if "#user" in found.codes]
        assert [len(np.unique(codes)) for codes in counted] == [len(large.shipment.dictionaries["user"].values)]


def test_locked_filters_are_applied_before_and_shipped_nowhere(project: Path) -> None:
    with shipped(project, "filters: [time_range, user, {dimension: model, default: [m1], locked: true}]") as cargo:
        assert "model" not in cargo.shipment.dictionaries
        assert "'m2'" not in str(cargo.content)
        assert all(spec.where for spec in cargo.shipment.live.cubes)


def test_a_widgets_own_conditions_are_columns(project: Path) -> None:
    layout = "[{type: card, metric: cost, where: {latency: {gt: 300}}}, {type: card, metric: cost}]"
    with shipped(project, FILTERS, layout) as cargo:
        [spec] = cargo.shipment.live.cubes
        costs = [measure for measure in spec.measures if measure.field == "cost"]
        assert sorted(len(measure.where) for measure in costs) == [0, 1]
        assert Measure("sum", "events") in spec.measures


def test_without_filters_nothing_is_shipped(project: Path) -> None:
    board = project / "plain.yaml"
    board.write_text("version: 1\ntitle: Plain\nlayout: [{type: card, metric: cost}]\n")
    with compiler.answered(compiler.validate(board)) as (found, _):
        assert found is not None
        assert shipments(found) == {}


def test_cells_come_in_the_order_of_their_codes(project: Path) -> None:
    with shipped(project, FILTERS) as cargo:
        for spec, found in cargo.shipment.cells.items():
            assert spec.edges
            parts = [found.bucket, *found.codes.values(), *([] if found.key is None else [found.key])]
            rows = list(zip(*(part.tolist() for part in parts), strict=True))
            assert rows == sorted(set(rows))


def test_what_a_page_opens_with_is_never_folded(project: Path) -> None:
    rare = min(range(USERS), key=lambda n: sum(f",u{n}," in row for row in rows()) or USERS)
    with shipped(project, f"filters: [{{dimension: user, top: 2, default: [u{rare}]}}]") as cargo:
        assert f"u{rare}" in cargo.folded["user"].values


def test_time_is_coarser_where_that_is_what_fits(project: Path) -> None:
    """First for ranges of the viewer's own, at last for presets that the page does not open with."""
    card = "[{type: card, metric: latency_p95, spark: true}, {type: line, metric: requests, every: day}]"
    keys = f"time_ranges: [5d, 30d]\n{FILTERS}"
    with shipped(project, keys, card) as fine, shipped(project, f"{keys}\nbudget: 0.014", card) as coarse:
        assert [(one.count, one.unit) for one in fine.shipment.live.every] == [(1, "h"), (1, "d")]
        assert [(one.count, one.unit) for one in coarse.shipment.live.every] == [(1, "d"), (1, "d")]
        assert coarse.size <= 14_000 < fine.size


COMPARED = "[{type: card, metric: cost, compare: previous}, {type: line, metric: requests, every: hour}]"


def test_what_unfinished_days_are_compared_with_is_given_up_first(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else is coarser then, and what is left is what a query would have found."""
    keys = f"time_range: 7d\nas_of: 2026-10-28T12:30\n{FILTERS}"
    with shipped(project, keys, COMPARED) as fine:
        less = f"{keys}\nbudget: {(fine.size - 1) / 1_000_000}"
        with shipped(project, less, COMPARED) as coarse:
            edges, fewer = ({edge for spec in one.shipment.live.cubes for edge in spec.edges} for one in (fine, coarse))
            assert len(edges - fewer) == 6
            assert not fewer - edges
            assert coarse.shipment.live.custom == fine.shipment.live.custom
            assert not coarse.folded
        monkeypatch.setattr("dashgen.shipments.coarser", lambda *_: None)
        with shipped(project, less, COMPARED) as queried:
            assert queried.content == coarse.content


LATENCIES = "[{type: card, metric: cost}, {type: card, metric: latency_p95}]"


def test_a_histogram_lies_in_the_cells_of_the_cube_that_has_the_same(project: Path) -> None:
    with shipped(project, FILTERS, LATENCIES) as cargo:
        sums, histogram = sorted(cargo.content["cubes"], key=lambda one: "histogram" in one)
        assert histogram["cells"] == cargo.content["cubes"].index(sums)
        assert "codes" not in histogram
        held = next(found for found in cargo.shipment.cells.values() if found.key is not None)
        assert len(histogram["histogram"]["sizes"]) >= len(held.begins)


def test_cells_that_lie_among_others() -> None:
    few = grid([0, 0, 2], [1, 3, 0], [7, 9, 7])
    many = grid([0, 0, 1, 2], [1, 3, 3, 0], None)
    places = few.within(many)
    assert places is not None
    assert places.tolist() == [0, 1, 3]
    assert grid([0, 1], [1, 1], [7, 7]).within(many) is None
    assert many.within(few) is None
    assert grid([0, 0, 0], [1, 1, 3], [7, 8, 7]).begins.tolist() == [0, 2]


def grid(bucket: list[int], code: list[int], key: list[int] | None) -> Cells:
    return Cells(np.array(bucket), {"user": np.array(code)}, None if key is None else np.array(key), {})


@pytest.mark.parametrize(("sample", "is_rough"), [(100, True), (3_000, False)])
def test_an_estimate_only_chooses_what_is_measured(
    project: Path, monkeypatch: pytest.MonkeyPatch, sample: int, is_rough: bool
) -> None:
    """However rough it is, the page fits; where it is not, the page holds what the largest that fits does."""
    keys = f"{FILTERS}\nbudget: 0.026"
    with shipped(project, keys, LATENCIES) as measured:
        assert measured.folded
    monkeypatch.setattr("dashgen.shipments._LARGE", 0)
    monkeypatch.setattr("dashgen.cells._SAMPLE", sample)
    with shipped(project, keys, LATENCIES) as estimated:
        assert estimated.estimate not in (None, estimated.size)
        assert estimated.size <= 26_000
        assert is_rough or estimated.content == measured.content
