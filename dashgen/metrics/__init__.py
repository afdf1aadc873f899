"""The table of metric kinds, and the catalogue: every metric of a project as a formula."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache

from dashgen.fields import COUNTED, SINGLE_EVENTS, Field, missing
from dashgen.kinds import find
from dashgen.metrics.base import Kind, Scope
from dashgen.metrics.formula import Formula, Rate, fields, measures
from dashgen.model import MetricDefinition

VERSION = 1
"""Of the built-in catalogue: raised when a built-in definition changes its meaning."""

KINDS = {
    "sum": "dashgen.metrics.sum:Sum",
    "count": "dashgen.metrics.count:Count",
    "min": "dashgen.metrics.extreme:Min",
    "max": "dashgen.metrics.extreme:Max",
    "average": "dashgen.metrics.average:Average",
    "quantile": "dashgen.metrics.quantile:Quantile",
    "distinct": "dashgen.metrics.distinct:Distinct",
    "expr": "dashgen.metrics.expr:Expr",
}

_MINUTES = {"minute": 1, "hour": 60, "day": 1440}


@cache
def kind(name: str) -> Kind:
    """The kind called `name`, built in or of an installed package; KeyError if there is none."""
    found: Kind = find(name, KINDS, "dashgen.metrics")
    return found


class Catalogue:
    """The metrics of a project, compiled when first asked for. Definitions have been checked: no cycles."""

    def __init__(self, definitions: Mapping[str, MetricDefinition], registry: Mapping[str, Field]) -> None:
        self.definitions = definitions
        self.fields = registry
        self._formulas: dict[str, Formula] = {}

    def formula(self, name: str) -> Formula:
        if name not in self._formulas:
            metric = self.definitions[name]
            found = kind(metric.kind).compile(metric, Scope(self.fields, self.formula))
            self._formulas[name] = Rate(found, _MINUTES[metric.per]) if metric.per else found
        return self._formulas[name]

    def needs_single_events(self, name: str) -> bool:
        """Percentiles and averages: a row that stands for many events has but one value for all of them."""
        return any(measure.kind in ("histogram", "count") for measure in measures(self.formula(name)))

    def lacking(self, name: str, available: Collection[str]) -> tuple[str, ...]:
        """Fields that the metric needs and that are not there, sorted."""
        found = lacking(fields(self.formula(name)), self.fields, available)
        is_lost = COUNTED in available and self.needs_single_events(name)
        return found or ((SINGLE_EVENTS,) if is_lost else ())


def lacking(names: Iterable[str], registry: Mapping[str, Field], available: Iterable[str]) -> tuple[str, ...]:
    """What is missing among `available` for every field of `names`, sorted."""
    have = frozenset(available)
    return tuple(sorted({gap for name in names for gap in missing(registry[name], have)}))
