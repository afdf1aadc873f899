"""What a widget kind is: how it is read, what it asks, and how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from dashgen.model import Dashboard, Widget

if TYPE_CHECKING:
    from dashgen.parse import Node
    from dashgen.plan.views import View
    from dashgen.theme import Theme

Row = dict[str, Any]
"""One row of data.json: metric and dimension ids to values."""


@dataclass(frozen=True, slots=True)
class Label:
    """How a metric or a field is shown. `unit` is what the value is counted in, `format` how it is written."""

    title: str
    description: str | None
    unit: str | None
    format: str
    better: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the evaluator found for one widget."""

    rows: Sequence[Row]
    spark: Sequence[Row] = ()
    start: str = ""
    end: str = ""
    """The range asked, ISO 8601 in the dashboard's zone."""
    notes: tuple[str, ...] = ()
    """Sentences that the page shows under the widget."""


@dataclass(frozen=True, slots=True)
class Context:
    """What drawing may know beside the widget and its answer."""

    dashboard: Dashboard
    theme: Theme
    currency: str
    labels: Mapping[str, Label]
    """Metrics, dimensions and fields by id."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn widget: HTML written here, or a Vega-Lite chart (with its data) that the renderer draws."""

    html: str = ""
    chart: dict[str, Any] | None = None


class Kind(Protocol):
    """A kind of widget: one file here, one schema under `schemas/widgets/`, one line in the table of kinds."""

    name: ClassVar[str]
    spec: ClassVar[type[Widget]]

    def parse(self, node: Node, common: dict[str, Any]) -> Widget: ...

    def view(self, widget: Any) -> View | None:
        """What it asks; None for a widget without numbers."""
        ...

    def draw(self, widget: Any, answer: Answer, context: Context) -> Picture: ...
