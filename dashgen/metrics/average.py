"""`average: field`, over the events that have a value."""

from __future__ import annotations

from typing import ClassVar

from dashgen.metrics.base import Scope
from dashgen.metrics.formula import Average as Ratio
from dashgen.metrics.formula import Formula, Measure
from dashgen.model import MetricDefinition


class Average:
    name: ClassVar[str] = "average"

    def compile(self, metric: MetricDefinition, scope: Scope) -> Formula:
        field = scope.fields[metric.argument or ""]
        total, count = (Measure(kind, field.name, metric.where) for kind in ("sum", "count"))
        return Ratio(total, count, field.scale)
