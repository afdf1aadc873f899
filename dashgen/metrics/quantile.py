"""`quantile: field` with `q:`, nearest rank, from a histogram."""

from __future__ import annotations

from typing import ClassVar

from dashgen.metrics.base import Scope
from dashgen.metrics.formula import Formula, Measure
from dashgen.metrics.formula import Quantile as Rank
from dashgen.model import MetricDefinition


class Quantile:
    name: ClassVar[str] = "quantile"

    def compile(self, metric: MetricDefinition, scope: Scope) -> Formula:
        return Rank(Measure("histogram", metric.argument or "", metric.where), repr(metric.q))
