"""`distinct: dimension`: how many different values occur."""

from __future__ import annotations

from typing import ClassVar

from dashgen.metrics.base import Scope
from dashgen.metrics.formula import Formula, Measure, Value
from dashgen.model import MetricDefinition


class Distinct:
    name: ClassVar[str] = "distinct"

    def compile(self, metric: MetricDefinition, scope: Scope) -> Formula:
        return Value(Measure("distinct", metric.argument or "", metric.where))
