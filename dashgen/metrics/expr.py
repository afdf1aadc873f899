"""`expr: "cost / requests"`: arithmetic over other metrics."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from dashgen.metrics.base import Scope
from dashgen.metrics.expression import Expression, Literally, Name, Operation, parse
from dashgen.metrics.formula import Binary, Constant, Formula, mapped
from dashgen.model import MetricDefinition


class Expr:
    name: ClassVar[str] = "expr"

    def compile(self, metric: MetricDefinition, scope: Scope) -> Formula:
        found = _formula(parse(metric.argument or ""), scope)
        return mapped(found, lambda measure: replace(measure, where=(*measure.where, *metric.where)))


def _formula(expression: Expression, scope: Scope) -> Formula:
    match expression:
        case Name(text):
            return scope.formula(text)
        case Literally(number):
            return Constant(number)
        case Operation(operator, left, right):
            return Binary(operator, _formula(left, scope), _formula(right, scope))
