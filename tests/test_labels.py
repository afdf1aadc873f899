from __future__ import annotations

import pytest

from dashgen.documents import read
from dashgen.fields import registry
from dashgen.labels import metric_label
from dashgen.metrics import Catalogue
from tests import corpus


@pytest.mark.parametrize(
    ("definition", "unit", "style"),
    [
        ("{sum: requests}", "requests", "number"),
        ("{sum: requests, per: hour}", "requests/h", "number"),
        ("{sum: tokens, per: minute, format: compact}", "tokens/min", "compact"),
        ("{count: true, per: day}", "requests/d", "number"),
        ("{distinct: user}", None, "number"),
        ("{sum: requests, per: hour, unit: calls an hour}", "calls an hour", "number"),
        ("{sum: cost, per: hour}", "currency", "currency"),
        ("{sum: requests, per: hour, format: percent}", "requests", "percent"),
        ("{sum: latency, per: day}", "ms", "duration"),
        ("{expr: request_rate + throughput}", "requests/min", "number"),
        ("{expr: request_rate * 60}", "requests", "number"),
        ("{expr: request_rate / 60}", "requests", "number"),
        ("{expr: requests / request_rate}", None, "number"),
        ("{expr: cost_daily_average / request_rate}", "currency", "currency"),
        ("{expr: cost / requests}", "currency", "currency"),
        ("{expr: cost / cost}", None, "number"),
        ("{expr: cost_daily_average / cost}", None, "number"),
    ],
)
def test_what_a_metric_is_counted_in(definition: str, unit: str | None, style: str) -> None:
    project = corpus.made(read(f"version: 1\nmetrics: {{m: {definition}}}", "dashgen.yaml"))
    label = metric_label("m", Catalogue(project.metrics, registry(project)))
    assert (label.unit, label.format) == (unit, style)


@pytest.mark.parametrize(
    ("definition", "formula", "is_approximate"),
    [
        ("{sum: requests}", "sum(requests)", False),
        ("{sum: cost, per: day}", "sum(cost) / day", False),
        ("{count: true}", "count()", False),
        ("{count: true, where: {user: somebody}}", "", False),
        ("{expr: cost / requests}", "cost / requests", False),
        ("{quantile: latency, q: 0.999}", "quantile(latency, 0.999)", True),
        ("{expr: latency_p95 / 1000}", "latency_p95 / 1000", True),
        ("{expr: requests * latency_p95}", "requests * latency_p95", True),
        ("{expr: 1000 / latency_p95}", "1000 / latency_p95", False),
        ("{expr: latency_p99 / latency_p50}", "latency_p99 / latency_p50", False),
    ],
)
def test_a_metric_tells_its_formula_and_whether_a_percentiles_bound_is_its_own(
    definition: str, formula: str, is_approximate: bool
) -> None:
    """Conditions are not told: they hold values."""
    project = corpus.made(read(f"version: 1\nmetrics: {{m: {definition}}}", "dashgen.yaml"))
    label = metric_label("m", Catalogue(project.metrics, registry(project)))
    assert (label.formula, label.approximate) == (formula, is_approximate)
