"""The sample data is what its script makes, and has the shape that the examples promise."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "examples/data/requests.parquet"
MACHINES = ROOT / "examples/data/machines.csv"
STARTER = ROOT / "dashgen/starter/project/data/requests.csv"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "examples/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module
    spec.loader.exec_module(module)
    return module


def rows(query: str, path: Path = DATA) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(f"FROM (SELECT * FROM '{path}') AS requests {query}").fetchall()


def test_the_script_makes_the_shipped_rows(generator: ModuleType, tmp_path: Path) -> None:
    generator.write(generator.generate(), tmp_path / "again.parquet")
    assert rows("", tmp_path / "again.parquet") == rows("")


def test_the_script_makes_the_starters_rows(generator: ModuleType, tmp_path: Path) -> None:
    generator.write(generator.generate(days=14, rows=1000), tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == STARTER.read_bytes()


def test_the_script_makes_the_shipped_bill(generator: ModuleType, tmp_path: Path) -> None:
    generator.write_machines(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == MACHINES.read_bytes()


def test_the_bill_has_every_hour_of_the_days_that_it_covers() -> None:
    """Also the one that was repeated on 25 October; at least a quarter of a GPU always runs."""
    hours = "SELECT sum(gpu_hours) WHERE region = 'eu-south' AND start = TIMESTAMPTZ '2026-10-{}'"
    nights = ("24 00:00+02", "25 00:00+02", "26 00:00+01")
    assert [rows(hours.format(night), MACHINES) for night in nights] == [[(1.5,)], [(1.75,)], [(1.5,)]]
    assert rows("SELECT DISTINCT model", MACHINES) == [("acme-support-8b",)]


def test_other_arguments_make_other_rows(generator: ModuleType, tmp_path: Path) -> None:
    generator.write(generator.generate(days=14, rows=1001), tmp_path / "other.csv")
    assert (tmp_path / "other.csv").read_bytes() != STARTER.read_bytes()


def test_small_enough_to_ship() -> None:
    assert DATA.stat().st_size < 1_500_000
    assert STARTER.stat().st_size < 100_000


def test_long_enough_to_compare_thirty_days_with_the_thirty_before() -> None:
    [(days,)] = rows("SELECT date_diff('day', min(ts), max(ts))")
    assert days >= 60


@pytest.mark.parametrize(("inner", "outer"), [("api_key", "project"), ("user_id", "api_key")])
def test_each_key_has_one_project_and_each_user_one_key(inner: str, outer: str) -> None:
    assert rows(f"SELECT {inner} WHERE {inner} IS NOT NULL GROUP BY {inner} HAVING count(DISTINCT {outer}) > 1") == []
    assert len(rows(f"SELECT DISTINCT {inner}")) > len(rows(f"SELECT DISTINCT {outer}"))


def test_failures() -> None:
    assert {status for (status,) in rows("SELECT DISTINCT status")} == {200, 400, 401, 429, 500, 503, None}
    failed = "WHERE status IS NULL OR status >= 400"
    assert rows(f"SELECT max(output_tokens), count(ttft_ms) {failed}") == [(0, 0)]
    assert rows("SELECT count(*) WHERE status = 200 AND (output_tokens = 0 OR ttft_ms > latency_ms)") == [(0,)]
    assert rows("SELECT count(*) WHERE latency_ms >= 60000 AND status IS NOT NULL") == [(0,)]
    assert rows("SELECT sum(retries) > 500, max(retries)") == [(True, 2)]


def test_failures_come_in_bursts(generator: ModuleType) -> None:
    """While an incident lasts most of what it touches fails; a day before at the same time hardly anything did."""
    column = {incident.where: "api_key" for incident in generator.INCIDENTS if incident.where in generator.KEYS}
    for incident in generator.INCIDENTS:
        name = column.get(incident.where, "model")
        start, end = generator.instant(incident.start), generator.instant(incident.end)
        share = (
            f"SELECT avg((status = {incident.status} IS TRUE)::INT) WHERE {name} = '{incident.where}' "
            "AND epoch(ts) BETWEEN {} AND {}"
        )
        [(during,)] = rows(share.format(start, end))
        [(before,)] = rows(share.format(start - 7 * 86400, start))
        assert during > 0.5
        assert before < 0.05


def test_exactly_one_model_has_no_price() -> None:
    prices = yaml.safe_load((ROOT / "examples/prices.yaml").read_text())["prices"]
    priced = {price["model"] for price in prices}
    used = {model for (model,) in rows("SELECT DISTINCT model")}
    assert used - priced == {"acme-support-8b"}
    assert priced <= used


def test_a_price_changes_within_the_period() -> None:
    prices = yaml.safe_load((ROOT / "examples/prices.yaml").read_text())["prices"]
    [(first, last)] = rows("SELECT min(ts)::DATE, max(ts)::DATE")
    assert any(first < price["from"] < last for price in prices if "from" in price)


def test_nights_and_weekends_are_quiet_where_people_work() -> None:
    at = "WHERE project = 'code-assist' AND"
    [(working,)] = rows(f"SELECT count(*) {at} isodow(ts) < 6 AND hour(ts) BETWEEN 8 AND 10")
    [(night,)] = rows(f"SELECT count(*) {at} isodow(ts) < 6 AND hour(ts) BETWEEN 0 AND 2")
    [(weekend,)] = rows(f"SELECT count(*) {at} isodow(ts) > 5 AND hour(ts) BETWEEN 8 AND 10")
    assert working > 10 * night
    assert working > 5 * weekend


@pytest.mark.parametrize(("trace", "project"), [("code", "code-assist"), ("conv", "search")])
def test_token_lengths_are_those_of_the_traces(shared_data: Path, trace: str, project: str) -> None:
    levels = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
    for real, ours in (("ContextTokens", "input_tokens"), ("GeneratedTokens", "output_tokens")):
        [(expected,)] = rows(f"SELECT quantile_disc({real}, {levels})", shared_data / f"azure_llm_2023_{trace}.csv")
        [(found,)] = rows(f"SELECT quantile_disc({ours}, {levels}) WHERE project = '{project}' AND status = 200")
        assert found == pytest.approx(expected, rel=0.25, abs=3)
