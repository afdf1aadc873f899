"""Values that are written and never occur: in conditions, defaults of filters, and prices.

Most are found in the sample that the plan was made from; only for the others a source is asked, once each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dashgen import messages, resources
from dashgen.diagnostics import At, Diagnostic
from dashgen.fields import Field
from dashgen.model import Condition, Dashboard, Price, Scalar
from dashgen.plan.ask import Asked, Opened
from dashgen.plan.statistics import Statistics
from dashgen.resolve import all_allow
from dashgen.resolve.scope import item, setting


@dataclass(frozen=True, slots=True)
class Chosen:
    """A text that events are compared with, and the sources whose events those are."""

    dimension: str
    value: str
    at: At | None
    sources: tuple[str, ...]
    masked: bool = False
    """Whether it is a pseudonym, to which no other is near."""


@dataclass(frozen=True)
class Presence:
    """What the sources hold; `samples` are those of the plan."""

    sources: Mapping[str, Opened]
    samples: Mapping[str, Statistics]

    def absent(self, wanted: Iterable[Chosen]) -> Iterator[Diagnostic]:
        """Advice for what no event of any of its sources has."""
        chosen = list(wanted)
        missing = {
            (source, dimension): self.missing(source, dimension, values)
            for (source, dimension), values in self._grouped(chosen).items()
        }
        for one in chosen:
            asked = [source for source in one.sources if (source, one.dimension) in missing]
            if asked and all(one.value in missing[source, one.dimension] for source in asked):
                near = () if one.masked else asked
                known = {value for source in near for value in self.sampled(source, one.dimension)}
                yield messages.absent_value(one.at, one.value, one.dimension, asked, known)

    def missing(self, source: str, dimension: str, values: Collection[str]) -> set[str]:
        """Those of the values that no event has."""
        rare = set(values) - set(self._sample(source, dimension))
        return rare - self.sources[source].bound.occurring(dimension, sorted(rare)) if rare else rare

    def sampled(self, source: str, dimension: str) -> set[str]:
        """Values that some events have; asked for where the plan had no need of them."""
        found, first = self._sample(source, dimension), self.sources[source].probe.first
        if not found and first is not None:
            found = self.sources[source].bound.sample([dimension], [first])[dimension]
        return {value for value in found if isinstance(value, str)}

    def _sample(self, source: str, dimension: str) -> Sequence[object]:
        return self.samples[source].sample.get(dimension, ()) if source in self.samples else ()

    def _grouped(self, chosen: Iterable[Chosen]) -> dict[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for one in chosen:
            for source in one.sources:
                opened = self.sources.get(source)
                if opened is not None and opened.probe.first is not None and one.dimension in opened.bound.available:
                    found.setdefault((source, one.dimension), set()).add(one.value)
        return found


# ---- what dashboards choose ---------------------------------------------------------------------


def chosen(asked: Asked, fields: Mapping[str, Field]) -> Iterator[Chosen]:
    """Every text that a dashboard's conditions and filters name and that is not allowed to be absent."""
    if not resources.is_shipped(asked.dashboard.at.document.file):
        for one in _chosen(asked, fields):
            yield replace(one, masked=one.dimension in asked.dashboard.masked)


def _chosen(asked: Asked, fields: Mapping[str, Field]) -> Iterator[Chosen]:
    dashboard, questions = asked.dashboard, asked.questions
    everywhere = tuple(sorted({source for question in questions.values() for source in question.sources}))
    if not all_allow(messages.ABSENT_VALUE, dashboard):
        for dimension, value, at in _of_dashboard(dashboard):
            yield from texts(dimension, value, at, everywhere, fields)
    for widget in dashboard.widgets:
        if widget.id in questions and messages.ABSENT_VALUE not in widget.allow:
            for dimension, value, at in _conditions(widget.where):
                yield from texts(dimension, value, at, questions[widget.id].sources, fields)


_Written = tuple[str, Scalar | None, At]


def _of_dashboard(dashboard: Dashboard) -> Iterator[_Written]:
    yield from _conditions(dashboard.where)
    for selected in dashboard.filters:
        for n, value in enumerate(selected.default):
            yield selected.dimension, value, item(setting(selected, "default"), n)


def _conditions(where: Iterable[Condition]) -> Iterator[_Written]:
    for condition in where:
        if condition.at is not None:
            for n, value in enumerate(condition.any_of or ()):
                yield condition.dimension, value, item(condition.at, n)
            for n, value in enumerate(condition.none_of):
                yield condition.dimension, value, item(condition.at / "not", n)


def texts(
    dimension: str, value: Scalar | None, at: At | None, sources: tuple[str, ...], fields: Mapping[str, Field]
) -> Iterator[Chosen]:
    """Only of dimensions that name things: that nothing failed, or nobody was refused, is no mistake."""
    field = fields.get(dimension)
    if isinstance(value, str) and field is not None and field.type == "text" and not field.needs:
        yield Chosen(dimension, value, at, sources)


# ---- prices ---------------------------------------------------------------------------------------


def unused_prices(prices: Sequence[Price], source: str, presence: Presence) -> Iterator[Diagnostic]:
    """Prices of models that never occur, in a source that has models without a price.

    Elsewhere a long list of prices is no mistake. A price with a near name is told on its own, the others together.
    """
    names = {price.model for price in prices}
    unpriced = presence.sampled(source, "model") - names
    unused = presence.missing(source, "model", names) if unpriced else set()
    found = [price for price in prices if price.model in unused]
    close = [price for price in found if messages.near(price.model, unpriced)]
    for price in close or found[:1]:
        others = [] if close else sorted(unused - {price.model})
        yield messages.unused_price(price.at / "model", price.model, source, others, unpriced)
