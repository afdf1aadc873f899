"""Checks of `expr:`: its grammar, its names, cycles, sizes and units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic
from dashgen.labels import unit
from dashgen.metrics.expression import Expression, Literally, Malformed, Name, Operation, names, parse
from dashgen.metrics.formula import nature
from dashgen.model import MetricDefinition, Project
from dashgen.resolve.scope import Scope
from dashgen.resolve.soundness import MOST_TERMS, cycles, dependencies, is_too_long, numbers, parsed

LARGEST = 10**15
"""Of the numbers in an expression: what a float holds exactly."""

_UNITS = {"ms": "a duration", "currency": "money"}


def spoken(unit: str) -> str:
    """A unit in people's words, where they have some: `money`, `money/h`."""
    counted, slash, time = unit.partition("/")
    return _UNITS.get(counted, counted) + slash + time


def check(scope: Scope) -> Iterator[Diagnostic]:
    project = scope.project
    expressions = parsed(project)
    for name, metric in project.metrics.items():
        if name in expressions:
            yield from _check_names(metric, expressions[name], scope)
            yield from _check_operations(metric.at / "expr", expressions[name], scope)
            if any(abs(number) > LARGEST for number in numbers(expressions[name])):
                yield messages.number_too_large(metric.at / "expr")
        elif metric.kind == "expr":
            yield from _malformed(metric)
    yield from _check_cycles(project, expressions)
    yield from _check_sizes(scope, expressions)


def _malformed(metric: MetricDefinition) -> Iterator[Diagnostic]:
    at, text = metric.at / "expr", metric.argument or ""
    if is_too_long(text):
        yield messages.expression_too_large(at, metric.name, MOST_TERMS)
        return
    try:
        parse(text)
    except Malformed as error:
        yield messages.expression_syntax(at.part(error.start, error.end), error.found, error.expected)


# ---- names ------------------------------------------------------------------------------------


def _check_names(metric: MetricDefinition, expression: Expression, scope: Scope) -> Iterator[Diagnostic]:
    for name in names(expression):
        mistake = unknown_name(metric.at / "expr", name, scope)
        if mistake is not None:
            yield mistake


def unknown_name(at: At, name: Name, scope: Scope) -> Diagnostic | None:
    """What is wrong with a name inside the text at `at`: the source before the dot, or the metric."""
    sources, middle = scope.project.sources, name.end - len(name.metric)
    if name.source and name.source not in sources:
        return messages.unknown_source(at.part(name.start, middle - 1), name.source, sources)
    if name.metric not in scope.project.metrics:
        return unknown_metric(at.part(middle, name.end), name.metric, scope)
    return None


def unknown_metric(at: At, name: str, scope: Scope) -> Diagnostic:
    """What to say of a name that is no metric, but perhaps a field."""
    metrics = scope.project.metrics
    if name in scope.measured:
        return messages.field_as_metric(at, name, [m.name for m in metrics.values() if m.argument == name])
    return messages.unknown_metric(at, name, metrics)


def _check_cycles(project: Project, expressions: Mapping[str, Expression]) -> Iterator[Diagnostic]:
    """Each cycle once, at a metric of the project."""
    for cycle in cycles(dependencies(project, expressions)):
        start = next(n for n, name in enumerate(cycle) if not project.metrics[name].builtin)
        turned = [*cycle[start:], *cycle[: start + 1]]
        place = next(part for part in names(expressions[turned[0]]) if part.metric == turned[1])
        at = project.metrics[turned[0]].at / "expr"
        yield messages.metric_cycle(at.part(place.start, place.end), turned)


def _check_sizes(scope: Scope, expressions: Mapping[str, Expression]) -> Iterator[Diagnostic]:
    """The first metrics that are too large; those that stand on them say nothing."""
    for name, expression in expressions.items():
        if name not in scope.sound and all(part.metric in scope.sound for part in names(expression)):
            yield messages.expression_too_large(scope.project.metrics[name].at / "expr", name, MOST_TERMS)


# ---- units and natures ------------------------------------------------------------------------


def _check_operations(at: At, expression: Expression, scope: Scope) -> Iterator[Diagnostic]:
    if not isinstance(expression, Operation):
        return
    yield from _check_operations(at, expression.left, scope)
    yield from _check_operations(at, expression.right, scope)
    if expression.operator == "/" and expression.right == Literally(0):
        yield messages.division_by_zero(at)
    if expression.operator in "+-":
        yield from _check_sum(at, expression, scope)


def _check_sum(at: At, sum: Operation, scope: Scope) -> Iterator[Diagnostic]:
    left, right = _unit(sum.left, scope), _unit(sum.right, scope)
    if left and right and left != right:
        verb = "added" if sum.operator == "+" else "subtracted"
        yield messages.unit_mismatch(_span(at, sum), verb, [spoken(left), spoken(right)])
    elif sum.operator == "+" and isinstance(sum.left, Name) and isinstance(sum.right, Name):
        formulas = [scope.formula(side.text) for side in (sum.left, sum.right)]
        if all(formula is not None and nature(formula) == "percentile" for formula in formulas):
            yield messages.sum_of_percentiles(_span(at, sum), sum.left.text, sum.right.text)


def _unit(expression: Expression, scope: Scope) -> str | None:
    """What an expression counts; None for bare numbers and for what is not known."""
    match expression:
        case Name(text):
            formula = scope.formula(text)
            return unit(formula, scope.fields) if formula is not None else None
        case Operation(operator, left, right) if operator in "+-":
            return _unit(left, scope) or _unit(right, scope)
    return None


def _span(at: At, expression: Expression) -> At:
    used = names(expression)
    return at.part(min(name.start for name in used), max(name.end for name in used))
