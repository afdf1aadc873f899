"""The table of metric kinds, and the catalogue: every metric of a project as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from dashgen.fields import COUNTED, SINGLE_EVENTS, Field, missing
from dashgen.kinds import find
from dashgen.metrics.base import Kind, Scope
from dashgen.metrics.formula import Formula, Measure, Rate, asked_of, bound, fields, measures, sources
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
    """The metrics of a project, compiled when first asked for. Definitions have been checked: no cycles.

    What a metric reads is of the nearest source: the one written before its name, else the one of its definition,
    else the one of the widget that asks.
    """

    def __init__(self, definitions: Mapping[str, MetricDefinition], registry: Mapping[str, Field]) -> None:
        self.definitions = definitions
        self.fields = registry
        self._named: dict[str, Formula] = {}
        self._asked: dict[tuple[str, str], Formula] = {}

    def formula(self, name: str, source: str = "") -> Formula:
        """The metric for a widget of `source`, whose own measures carry no source's name."""
        if (name, source) not in self._asked:
            self._asked[name, source] = asked_of(self._formula(name), source)
        return self._asked[name, source]

    def _formula(self, name: str) -> Formula:
        """Of a metric, or of `source.metric`."""
        if name not in self._named:
            source, _, metric = name.rpartition(".")
            definition = self.definitions[metric]
            found = kind(definition.kind).compile(definition, Scope(self.fields, self._formula))
            whole = Rate(found, _MINUTES[definition.per]) if definition.per else found
            self._named[name] = bound(whole, source or definition.source or "")
        return self._named[name]

    def sources(self, name: str, source: str) -> frozenset[str]:
        """What a widget of `source` reads for this metric; itself for a number that reads nothing."""
        return frozenset(read or source for read in sources(self.formula(name, source))) or frozenset({source})

    def lacking(self, name: str, source: str, read: str, available: frozenset[str]) -> tuple[str, ...]:
        """Fields that the metric of a widget of `source` needs of the source `read` and that are not there, sorted."""
        formula, own = self.formula(name, source), "" if read == source else read
        found = lacking(fields(formula, own), self.fields, available)
        is_lost = COUNTED in available and any(needs_single_events(m) for m in measures(formula) if m.source == own)
        return found or ((SINGLE_EVENTS,) if is_lost else ())

    def known(self, names: Iterable[str], available: Iterable[str]) -> frozenset[str]:
        """Those of these fields that exist where `available` ones do."""
        return frozenset(name for name in names if not lacking([name], self.fields, available))


def needs_single_events(measure: Measure) -> bool:
    """Percentiles and averages: a row that stands for many events has but one value for all of them."""
    return measure.kind in ("histogram", "count")


def lacking(names: Iterable[str], registry: Mapping[str, Field], available: Iterable[str]) -> tuple[str, ...]:
    """What is missing among `available` for every field of `names`, sorted."""
    have = frozenset(available)
    return tuple(sorted({gap for name in names for gap in missing(registry[name], have)}))
