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
