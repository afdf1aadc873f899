"""`min: field` and `max: field`."""

from __future__ import annotations

from typing import ClassVar

from dashgen.metrics.base import Scope
from dashgen.metrics.formula import Formula, Measure, Value
from dashgen.model import MetricDefinition


class Min:
    name: ClassVar[str] = "min"

    def compile(self, metric: MetricDefinition, scope: Scope) -> Formula:
        field = scope.fields[metric.argument or ""]
        return Value(Measure("min", field.name, metric.where), field.scale)


class Max:
    name: ClassVar[str] = "max"

    def compile(self, metric: MetricDefinition, scope: Scope) -> Formula:
        field = scope.fields[metric.argument or ""]
        return Value(Measure("max", field.name, metric.where), field.scale)
