"""How metrics, dimensions and fields are called and counted: what drawing and formatting need to know of them."""

from __future__ import annotations

from collections.abc import Mapping

from dashgen.fields import Field
from dashgen.metrics import Catalogue
from dashgen.metrics.formula import (
    Average,
    Binary,
    Constant,
    Formula,
    Known,
    Quantile,
    Rate,
    Value,
    measures,
    nature,
)
from dashgen.model import MetricDefinition, Project
from dashgen.widgets.base import Label

_FORMATS = {"currency": "currency", "ms": "duration", "bytes": "bytes"}
_TIMES = {1: "min", 60: "h", 1440: "d"}


def labels(project: Project, catalogue: Catalogue) -> Mapping[str, Label]:
    """Every metric, dimension and field by id; a metric wins over a field of its name."""
    found = {name: _field(field) for name, field in catalogue.fields.items()}
    for name, dimension in project.dimensions.items():
        found[name] = Label(dimension.title, dimension.description, None, "text", "neither")
    return found | {name: metric_label(name, catalogue) for name in catalogue.definitions}


def metric_label(name: str, catalogue: Catalogue) -> Label:
    metric = catalogue.definitions[name]
    formula = catalogue.formula(name)
    counted = unit(formula, catalogue.fields)
    bare, _ = _timeless(counted)
    style = metric.format or _FORMATS.get(bare or "", "number")
    written = metric.unit or (counted if style in ("number", "compact") else bare)
    return Label(
        metric.title,
        metric.description,
        written,
        style,
        metric.better,
        additive=nature(formula) == "additive",
        approximate=_is_percentile(formula),
        formula=_written(metric),
    )


def _is_percentile(formula: Formula) -> bool:
    """Whether the error of a percentile is its own: it is one, or one by an exact number."""
    match formula:
        case Quantile():
            return True
        case Binary("*", left, right):
            return (_is_percentile(left) and _is_exact(right)) or (_is_exact(left) and _is_percentile(right))
        case Binary("/", left, right):
            return _is_percentile(left) and _is_exact(right)
        case _:
            return False


def _is_exact(formula: Formula) -> bool:
    return all(measure.kind != "histogram" for measure in measures(formula))


def _written(metric: MetricDefinition) -> str:
    """`errors / requests`, `quantile(latency, 0.95)`, `sum(cost) / day`; nothing where there are conditions.

    A condition holds values, and a page has none that its numbers do not need.
    """
    if metric.where:
        return ""
    if metric.kind == "expr":
        return metric.argument or ""
    given = [metric.argument or "", *([f"{metric.q:g}"] if metric.q is not None else [])]
    return f"{metric.kind}({', '.join(given)})" + (f" / {metric.per}" if metric.per else "")


def _field(field: Field) -> Label:
    style = _FORMATS.get(field.unit or "", "number") if field.is_measured else "text"
    return Label(field.title, None, field.unit, style, "neither")


def unit(formula: Formula, fields: Mapping[str, Field]) -> str | None:
    """What the value is counted in, `requests`, or `requests/h` for a rate; None for a bare number."""
    match formula:
        case Value(measure, _):
            return None if measure.kind in ("count", "distinct") else fields[measure.field].unit
        case Quantile(measure, _):
            return fields[measure.field].unit
        case Average(total, _, _):
            return fields[total.field].unit
        case Known(inner, _, _):
            return unit(inner, fields)
        case Rate(inner, minutes):
            return f"{unit(inner, fields) or ''}/{_TIMES[minutes]}"
        case Constant():
            return None
        case Binary(operator, left, right):
            return _combined(operator, unit(left, fields), unit(right, fields))


def _combined(operator: str, left: str | None, right: str | None) -> str | None:
    """A sum keeps its unit, a product the only one there is; a ratio of equals is a bare number.

    A rate times a number may well be one of another time, which is not told.
    """
    if operator in "+-":
        return left or right
    if operator == "*":
        return _timeless(left or right)[0] if left is None or right is None else None
    counted, time = _timeless(left)
    if right is None:
        return counted
    divisor, unit_of_time = _timeless(right)
    if counted == "currency" != divisor:
        return counted if time == unit_of_time else left
    return None


def _timeless(unit: str | None) -> tuple[str | None, str]:
    """`requests/h` → `requests` and `h`."""
    counted, _, time = (unit or "").rpartition("/")
    return (counted or None, time) if time in _TIMES.values() else (unit, "")
