"""What a metric kind is: how a definition becomes a formula over measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from dashgen.fields import Field
from dashgen.metrics.formula import Formula
from dashgen.model import MetricDefinition


@dataclass(frozen=True, slots=True)
class Scope:
    """What a definition may speak of: the project's fields, and the formulas of other metrics and `source.metric`s."""

    fields: Mapping[str, Field]
    formula: Callable[[str], Formula]


class Kind(Protocol):
    """One file here, one line in the table of kinds, one branch of `schemas/metrics.json`."""

    name: ClassVar[str]

    def compile(self, metric: MetricDefinition, scope: Scope) -> Formula:
        """The formula, `per:` and `source:` left aside; the definition has been checked."""
        ...
