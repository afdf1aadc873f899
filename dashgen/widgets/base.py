"""What a widget kind is: how it is read, what it asks, and how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from dashgen.hues import Hues
from dashgen.model import Dashboard, Widget
from dashgen.names import clean

if TYPE_CHECKING:
    from dashgen.formats import Writer
    from dashgen.node import Node
    from dashgen.plan.views import View
    from dashgen.theme import Theme
    from dashgen.words import Words

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
    additive: bool = False
    """Whether the values of groups add up to the whole, so that they can be compared as its parts."""
    approximate: bool = False
    """Whether it is read from a histogram, and so within the dashboard's `accuracy:` of the exact value."""
    formula: str = ""
    """What it is computed from, as it was written: `errors / requests`."""

    def cleaned(self) -> Label:
        """With words that a chart can measure: the renderer ends at a control character."""
        return replace(self, title=clean(self.title), unit=self.unit and clean(self.unit))


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
    reaches_back: bool = True
    """Whether the data begins before the previous period, where one was asked for."""
    newest: int = 0
    """Of how many shipped records these are those that the filters leave, where older ones are not shipped."""
    failure: str = ""
    """Why there is no answer, for a source that is allowed to fail."""


@dataclass(frozen=True, slots=True)
class Context:
    """What drawing may know beside the widget and its answer."""

    dashboard: Dashboard
    theme: Theme
    labels: Mapping[str, Label]
    """Metrics, dimensions and fields by id."""
    write: Writer
    """Numbers, times and names as the dashboard's `locale` writes them."""
    words: Words
    """The page's own texts in the dashboard's `lang`."""
    hues: Hues = field(default_factory=Hues)
    """The colours of the values that the page has drawn so far."""

    def bound(self, metric: str) -> str:
        """How far a metric's value may be off, `±1%`; nothing for an exact one."""
        is_exact = metric not in self.labels or not self.labels[metric].approximate
        return "" if is_exact else self.words("bound", bound=self.write.percent(self.dashboard.accuracy))

    @classmethod
    def of(cls, dashboard: Dashboard, theme: Theme, currency: str, labels: Mapping[str, Label]) -> Context:
        from dashgen import formats

        write = formats.writer(dashboard.locale, currency, dashboard.lang)
        harmless = {name: label.cleaned() for name, label in labels.items()}
        return cls(dashboard, theme, harmless, write, write.words)


@dataclass(frozen=True, slots=True)
class Frame:
    """Pixels: the height of a chart with its axes, and the room around the plot."""

    height: int = 260
    left: int = 52
    right: int = 14
    top: int = 12
    bottom: int = 28
    width: int | None = None
    """For charts of one size, which do not follow their column."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A Vega-Lite chart with its data and without size and config, its colours inks (`theme.ink`)."""

    spec: dict[str, Any]
    frame: Frame = Frame()


@dataclass(frozen=True, slots=True)
class Figure:
    """A card or a table for a file of its own: the SVG template and what it shows."""

    template: Literal["card", "table"]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn widget: HTML written here, or a Vega-Lite chart (with its data) that the renderer draws.

    HTML comes out of `markup.render`, which escapes. `legend` stands beside a chart, `table` holds its numbers,
    `summary` says in words what it shows, `attributes` go on the widget's element (`data-value`).
    """

    html: str = ""
    chart: dict[str, Any] | None = None
    frame: Frame = Frame()
    narrow: Drawing | None = None
    """Another chart where there is little room; else the same one narrower."""
    legend: str = ""
    table: str = ""
    summary: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    """Sentences under it: what it does not show."""
    figure: Figure | None = None
    empty: bool = False
    """There is nothing to see: the page says so instead of showing bare axes."""
    waiting: Picture | None = None
    """The chart that other rows would have, where these have none."""


class Kind(Protocol):
    """A kind of widget: one file here, one schema under `schemas/widgets/`, one line in the table of kinds."""

    name: ClassVar[str]
    spec: ClassVar[type[Widget]]

    def parse(self, node: Node, common: dict[str, Any]) -> Widget: ...

    def view(self, widget: Any) -> View | None:
        """What it asks; None for a widget without numbers."""
        ...

    def draw(self, widget: Any, answer: Answer, context: Context) -> Picture: ...
