"""`count: true`, of events, with `where:` of those that it lets through."""

from __future__ import annotations

from typing import ClassVar

from dashgen.metrics.base import Scope
from dashgen.metrics.formula import Formula, Measure, Value
from dashgen.model import MetricDefinition


class Count:
    name: ClassVar[str] = "count"

    def compile(self, metric: MetricDefinition, scope: Scope) -> Formula:
        return Value(Measure("sum", "events", metric.where))
