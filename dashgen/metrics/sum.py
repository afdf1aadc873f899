"""`sum: field`."""

from __future__ import annotations

from typing import ClassVar

from dashgen.metrics.base import Scope
from dashgen.metrics.formula import BILLED, UNPRICED, Formula, Known, Measure, Value
from dashgen.model import MetricDefinition


class Sum:
    name: ClassVar[str] = "sum"

    def compile(self, metric: MetricDefinition, scope: Scope) -> Formula:
        field = scope.fields[metric.argument or ""]
        total = Value(Measure("sum", field.name, metric.where), field.scale)
        if field.name != "cost":
            return total
        known, unknown = (Measure("sum", "events", (*metric.where, c)) for c in (BILLED, UNPRICED))
        return Known(total, known, unknown)
