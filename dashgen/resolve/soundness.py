"""Which metrics can be computed at all: known names all the way down, no cycle, not too large."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

from dashgen.metrics.expression import Expression, Literally, Malformed, Operation, names, parse
from dashgen.model import MetricDefinition, Project
from dashgen.resolve.scope import Scope

MOST_TERMS = 200
MOST_LEVELS = 40
LONGEST = 4000
"""Characters of one expression."""

Graph = Mapping[str, tuple[str, ...]]
"""Metric → the metrics that its expression names, of whatever source."""


def scope_of(project: Project) -> Scope:
    bare = Scope(project, frozenset())
    measurable = [m.name for m in project.metrics.values() if m.kind != "expr" and _is_measurable(m, bare)]
    return Scope(project, _sound(project, parsed(project), measurable))


def _is_measurable(metric: MetricDefinition, scope: Scope) -> bool:
    match metric.kind:
        case "sum" | "min" | "max" | "average":
            return metric.argument in scope.measured
        case "quantile":
            return metric.argument in scope.distributed
        case "distinct":
            return metric.argument in scope.dimensions
    return True


def is_too_long(text: str) -> bool:
    """Whether parsing it would go too deep."""
    return len(text) > LONGEST or sum(text.count(sign) for sign in "+-*/") > MOST_TERMS


def parsed(project: Project) -> dict[str, Expression]:
    """Every well-formed expression by its metric."""
    found = {}
    for name, metric in project.metrics.items():
        text = metric.argument or ""
        if metric.kind == "expr" and not is_too_long(text):
            try:
                found[name] = parse(text)
            except Malformed:
                continue
    return found


def _sound(project: Project, expressions: Mapping[str, Expression], measurable: list[str]) -> frozenset[str]:
    terms, levels = dict.fromkeys(measurable, 1), dict.fromkeys(measurable, 1)
    for name in _ordered(dependencies(project, expressions)):
        used = [part.metric for part in names(expressions[name])] if name in expressions else []
        if name not in expressions or not all(part in terms for part in used):
            continue
        size = sum(terms[part] for part in used) + sum(1 for _ in numbers(expressions[name]))
        level = 1 + max((levels[part] for part in used), default=0)
        if size <= MOST_TERMS and level <= MOST_LEVELS:
            terms[name], levels[name] = size, level
    return frozenset(terms)


def numbers(expression: Expression) -> Iterator[int | float]:
    """Every number that the expression writes out."""
    match expression:
        case Literally(number):
            yield number
        case Operation(_, left, right):
            yield from numbers(left)
            yield from numbers(right)


def dependencies(project: Project, expressions: Mapping[str, Expression]) -> Graph:
    return {
        name: tuple(part.metric for part in names(expressions[name]) if part.metric in project.metrics)
        if name in expressions
        else ()
        for name in project.metrics
    }


def _ordered(graph: Graph) -> list[str]:
    """Metrics after those that they stand on; without the ones that stand on a cycle."""
    sorter, found = TopologicalSorter(graph), list[str]()
    with suppress(CycleError):
        sorter.prepare()
    while ready := sorter.get_ready():
        found += ready
        sorter.done(*ready)
    return found


def cycles(graph: Graph) -> Iterator[list[str]]:
    """Cycles without a metric in common, each metric naming the following one."""
    left = graph.keys() - set(_ordered(graph))
    following = {name: next(part for part in graph[name] if part in left) for name in graph if name in left}
    seen: set[str] = set()
    for name in following:
        walk: dict[str, None] = {}
        while name not in seen:
            seen.add(name)
            walk[name] = None
            name = following[name]
        if name in walk:
            on_walk = list(walk)
            yield on_walk[on_walk.index(name) :]
