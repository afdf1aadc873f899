"""Numbers for programs, held against the oracle on the same data."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
import yaml

import dashgen
from dashgen import Failure, MetricUnavailable, get_dashboard_metrics
from tests.oracle.events import Event, read_all
from tests.oracle.expect import expect
from tests.oracle.metrics import CATALOGUE
from tests.oracle.zones import iso
from tests.program import EXAMPLES

SOME = ("requests", "request_rate", "cost", "error_rate", "latency_p95", "tokens_per_dollar", "active_users")
PERCENTILES = ("latency_p50", "latency_p95", "latency_p99", "ttft_p95")


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdk") / "examples"
    copytree(EXAMPLES, folder, ignore=ignore_patterns("dist", "servers"))
    (folder / "dashboards/fixed.yaml").write_text(FIXED)
    return folder


FIXED = """\
version: 1
title: Fixed conditions
time_range: 3d
timezone: America/New_York
where: {status_code: {not: [200, null]}}
filters:
  - {dimension: region, default: eu-west, locked: true}
  - {dimension: model, default: gpt-5.6}
layout:
  - {type: card, metric: requests}
"""


@pytest.fixture(autouse=True)
def _inside(examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the project: the nearest `dashgen.yaml` upward is found."""
    monkeypatch.chdir(examples / "dashboards")


class AsWritten(yaml.SafeLoader):
    """Dates stay text."""


AsWritten.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in known if not tag.endswith(":timestamp")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.fixture(scope="module")
def project(examples: Path) -> dict[str, Any]:
    files = ("dashgen.yaml", "prices.yaml")
    whole, prices = (yaml.load((examples / name).read_text(), AsWritten) for name in files)
    return {**whole, "prices": prices["prices"]}


@pytest.fixture(scope="module")
def events(examples: Path, project: dict[str, Any]) -> list[Event]:
    return read_all(examples, project)


Oracle = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def oracle(project: dict[str, Any], events: list[Event]) -> Oracle:
    """Metrics as cards of a dashboard: what the oracle says of them."""

    def numbers(time_range: Any, names: Sequence[str] = SOME, **keys: Any) -> dict[str, Any]:
        layout = [{"type": "card", "metric": name, "id": name} for name in names]
        found = expect(project, {"time_range": time_range, "layout": layout, **keys}, events)["widgets"]
        return {name: found[name]["rows"][0][name] for name in names}

    return numbers


def agree(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    for name, wanted in expected.items():
        got = found[name]
        if name in PERCENTILES and wanted is not None:
            assert got == pytest.approx(wanted, rel=0.0101), name
        else:
            assert (got, type(got)) == (wanted, type(wanted)), name


@pytest.fixture(scope="module")
def ended(events: list[Event]) -> str:
    """Where the dashboards over the gateway end, whatever other sources a metric reads."""
    return iso(max(event.time for event in events if event.source == "gateway") + 1, "UTC")


def test_the_call_of_the_documentation(oracle: Oracle, project: dict[str, Any], ended: str) -> None:
    metrics = get_dashboard_metrics(dashboard_id="production", time_range="7d")
    assert isinstance(metrics, Mapping)
    assert metrics["requests"] > 1000  # type: ignore[operator]
    assert 0 < metrics["error_rate"] < 1  # type: ignore[operator]
    assert metrics["cost"] > 0  # type: ignore[operator]
    assert metrics.keys() == {*CATALOGUE, *project["metrics"], "events"}
    agree(metrics, oracle("7d", [*CATALOGUE, *project["metrics"]], as_of=ended))


@pytest.mark.parametrize(
    "time_range",
    [
        "24h",
        "30d",
        "last_month",
        {"from": "2026-10-20", "to": "2026-10-27"},
        {"from": date(2026, 10, 20), "to": date(2026, 10, 27)},
        {"from": "2026-10-25T00:30:00Z", "to": "2026-10-25T03:00:00+01:00"},
    ],
    ids=str,
)
def test_every_kind_of_range(oracle: Oracle, time_range: Any) -> None:
    plain = {key: str(value) for key, value in time_range.items()} if isinstance(time_range, dict) else time_range
    agree(get_dashboard_metrics("cost", time_range), oracle(plain))


@pytest.mark.parametrize(
    ("filters", "where"),
    [
        ({"model": "gpt-5.6"}, {"model": "gpt-5.6"}),
        ({"model": ["gpt-5.6", "claude-haiku-4-5"], "region": ("eu-west",)}, None),
        ({"status_code": 500}, {"status_code": 500}),
        ({"status_code": ["429", 503]}, {"status_code": [429, 503]}),
        ({"failed": True}, {"failed": True}),
        ({"failed": "false", "status_class": ["2xx"]}, {"failed": False, "status_class": "2xx"}),
        ({"user": None}, {"user": {"missing": True}}),
        ({"user": [None, "nobody"]}, {"user": [None, "nobody"]}),
        ({"model": 'it\'s "quoted"; --'}, {"model": 'it\'s "quoted"; --'}),
        ({"project": []}, {}),
        (None, {}),
    ],
    ids=str,
)
def test_filters(oracle: Oracle, filters: dict[str, Any] | None, where: dict[str, Any] | None) -> None:
    chosen = {name: list(v) if isinstance(v, tuple) else v for name, v in (filters or {}).items()}
    agree(get_dashboard_metrics("production", "7d", filters), oracle("7d", where=chosen if where is None else where))


def test_fixed_conditions_and_locked_filters_hold_and_defaults_do_not(oracle: Oracle) -> None:
    where = {"status_code": {"not": [200, None]}, "region": "eu-west"}
    found = get_dashboard_metrics("fixed", "30d")
    agree(found, oracle("30d", where=where, timezone="America/New_York"))
    assert found["requests"] > 0  # type: ignore[operator]


def test_a_path_and_a_shipped_dashboard(examples: Path) -> None:
    by_id = get_dashboard_metrics("production", "7d")
    assert dict(get_dashboard_metrics("production.yaml", "7d")) == dict(by_id)
    assert dict(get_dashboard_metrics(str(examples / "dashboards/production.yaml"), "7d")) == dict(by_id)
    assert dict(get_dashboard_metrics("@overview", "7d")) == dict(by_id)


# ---- mistakes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"colour": "red"}, r"`colour` is no dimension; there are: model, project, .*region"),
        ({"time": "now"}, "`time` is no dimension"),
        ({"latency": 5}, "`latency` is no dimension"),
        ({"priced": True}, "`priced` is no dimension"),
        ({"status_code": "abc"}, "`abc` is no value of `status_code`: it is a whole number"),
        ({"status_code": True}, "`True` is no value of `status_code`"),
        ({"status_code": 5.5}, "whole number"),
        ({"failed": "maybe"}, "`true` or `false`"),
        ({"failed": 1}, "`true` or `false`"),
        ({"status_class": "6xx"}, "one of 1xx, 2xx"),
        ({"model": 4}, "it is text"),
        ({"model": {"not": "gpt-5.6"}}, "it is text"),
        ({"model": "\ud800"}, "it is text"),
    ],
    ids=str,
)
def test_a_wrong_filter_names_what_exists(filters: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        get_dashboard_metrics("production", "7d", filters)


@pytest.mark.parametrize(
    ("time_range", "words"),
    [
        ("7x", "`7x` is not a time range.*this_month"),
        ("7D", "did you mean `7d`"),
        ("", "not a time range"),
        ("0d", "not a time range"),
        ("99999999y", "not a time range"),
        ({"to": "2026-10-01"}, "`from`"),
        ({"from": "2026-10-05", "to": "2026-10-01"}, "before it begins"),
        ({"from": "2026-02-30"}, "not in the calendar"),
        ({"from": "0001-01-01"}, "too far away"),
        ({"from": "2026-10-01", "until": "2026-10-02"}, "`until`"),
        ({"from": Decimal("7.5")}, "not a time range"),
        (7, "7"),
    ],
    ids=str,
)
def test_a_wrong_range_names_what_is_allowed(time_range: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        get_dashboard_metrics("production", time_range)


def test_an_unknown_dashboard_names_those_that_exist() -> None:
    with pytest.raises(LookupError, match="no dashboard has the id `dashboard_123`; there are: conditions, cost, dev"):
        get_dashboard_metrics("dashboard_123")


@pytest.mark.parametrize("name", ["nowhere.yaml", "@nowhere"])
def test_an_unknown_path(name: str) -> None:
    with pytest.raises(LookupError, match=f"{name} does not exist"):
        get_dashboard_metrics(name)


def test_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LookupError, match="dashgen init"):
        get_dashboard_metrics("production")


# ---- what cannot be answered ----------------------------------------------------------------------

SPARSE = "version: 1\nsources: {log: {type: files, path: log.csv}}\n"
BOARD = "version: 1\ntitle: Board\nlayout: [{type: card, metric: requests}]\n"


@pytest.fixture
def sparse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source with times and models only."""
    (tmp_path / "log.csv").write_text("time,model\n2026-01-01T00:00:00Z,a\n2026-01-01T00:10:00Z,b\n")
    (tmp_path / "dashgen.yaml").write_text(SPARSE)
    (tmp_path / "board.yaml").write_text(BOARD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_the_source_lacks_is_unavailable_with_the_reason(sparse: Path) -> None:
    found = get_dashboard_metrics("board", "7d")
    assert found["requests"] == 2
    with pytest.raises(MetricUnavailable, match="`latency_p95` is not available: log has no latency") as caught:
        found["latency_p95"]
    assert (caught.value.metric, caught.value.reason) == ("latency_p95", "log has no latency")
    assert isinstance(caught.value, KeyError)
    assert "latency_p95" not in found
    assert "latency_p95" in found.unavailable
    assert found.get("latency_p95") is None
    with pytest.raises(KeyError, match="nonsense"):
        found["nonsense"]


def test_a_filter_that_the_source_lacks(sparse: Path) -> None:
    with pytest.raises(ValueError, match="`log` cannot be filtered by `user`: it has no user"):
        get_dashboard_metrics("board", "7d", {"user": "a"})


def test_a_fixed_condition_that_the_source_lacks(sparse: Path) -> None:
    (sparse / "board.yaml").write_text(f"{BOARD}where: {{user: a}}\n")
    with pytest.raises(Failure) as caught:
        get_dashboard_metrics("board", "7d")
    assert [d.code for d in caught.value.diagnostics] == ["missing-field"]


def test_a_broken_neighbour_hides_nothing_and_a_broken_dashboard_says_why(sparse: Path) -> None:
    (sparse / "broken.yaml").write_text(BOARD.replace("requests", "reqests"))
    assert get_dashboard_metrics("board", "7d")["requests"] == 2
    with pytest.raises(Failure) as caught:
        get_dashboard_metrics("broken", "7d")
    assert [d.code for d in caught.value.diagnostics] == ["unknown-metric"]


def test_missing_data_is_a_failure(sparse: Path) -> None:
    (sparse / "log.csv").unlink()
    with pytest.raises(Failure, match=r"log\.csv"):
        get_dashboard_metrics("board", "7d")


def test_no_rows_are_no_numbers(sparse: Path) -> None:
    (sparse / "log.csv").write_text("time,model,latency\n")
    found = get_dashboard_metrics("board", "7d")
    assert (found["requests"], found["latency_p95"], found["request_rate"]) == (0, None, None)


def test_never_both_the_service_and_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHGEN_URL", "http://localhost:1")
    with pytest.raises(RuntimeError, match="DASHGEN_URL"):
        get_dashboard_metrics("production")


# ---- the package ----------------------------------------------------------------------------------


def test_the_public_names() -> None:
    assert dashgen.__all__ == [
        "Built",
        "Checked",
        "DashboardMetrics",
        "DeliveryError",
        "Failure",
        "MetricUnavailable",
        "build",
        "get_dashboard_metrics",
        "validate",
    ]
    assert {getattr(dashgen, name).__name__ for name in dashgen.__all__} == set(dashgen.__all__)
    assert set(dashgen.__all__) <= set(dir(dashgen))
    with pytest.raises(AttributeError, match="nonsense"):
        dashgen.nonsense  # noqa: B018


def test_importing_it_is_light() -> None:
    code = "import sys, dashgen; print(*(n for n in sys.modules if not n.startswith('dashgen')), file=sys.stdout)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"duckdb", "numpy", "altair", "sqlglot", "jsonschema", "yaml", "click", "jinja2"}
    assert not heavy & set(loaded)


def test_build_and_validate(sparse: Path) -> None:
    checked = dashgen.validate(["board.yaml"])
    assert [d.id for d in checked.dashboards] == ["board"]
    assert checked.diagnostics == ()
    built = dashgen.build(["board.yaml"], out=Path("one"))
    assert (built.is_fine, built.dashboards, built.rows, built.diagnostics) == (True, 1, 2, ())
    assert built.files == sum(path.is_file() for path in Path("one").rglob("*"))
    for paths in ([], "board.yaml", Path("board.yaml"), [Path("board.yaml")]):
        assert dashgen.build(paths, out="two").is_fine
        assert (sparse / "two/board/data.json").read_bytes() == (sparse / "one/board/data.json").read_bytes()
        assert len(dashgen.validate(paths).dashboards) == 1


def test_a_build_with_errors_says_so_and_writes_nothing(sparse: Path) -> None:
    (sparse / "board.yaml").write_text(BOARD.replace("requests", "latency_p95"))
    built = dashgen.build(["board.yaml"], out="one")
    assert not built.is_fine
    assert [d.code for d in built.diagnostics] == ["missing-field"]
    assert not (sparse / "one").exists()


def test_a_folder_of_somebody_else_is_refused(sparse: Path) -> None:
    with pytest.raises(dashgen.DeliveryError, match="did not write"):
        dashgen.build(["board.yaml"], out=sparse)
