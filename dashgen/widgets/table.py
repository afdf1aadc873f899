"""Groups with several metrics, or the newest records themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen import formats, sparkline, states, tables
from dashgen.model import Comparison, Order, Thresholds, Widget
from dashgen.plan.views import Groups, Newest, Ranking
from dashgen.titles import title
from dashgen.widgets.base import Answer, Context, Figure, Picture, Row

if TYPE_CHECKING:
    from dashgen.node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Widget):
    by: tuple[str, ...]
    metrics: tuple[str, ...]
    top: int | None
    other: bool
    order: Order | None
    compare: Comparison | None
    spark: bool
    thresholds: Thresholds | None
    records: tuple[str, ...]
    newest: int


class TableKind:
    name: ClassVar[str] = "table"
    spec: ClassVar[type[Widget]] = Table

    def parse(self, node: Node, common: dict[str, Any]) -> Table:
        return Table(
            by=node.names("by"),
            metrics=node.metrics(),
            top=node.integer("top"),
            other=node.flag("other", True),
            order=node.order(),
            compare=node.compare(),
            spark=node.flag("spark", False),
            thresholds=node.thresholds(),
            records=node.names("records"),
            newest=node.get("newest", 50),
            **common,
        )

    def view(self, widget: Table) -> Groups | Newest:
        if widget.records:
            return Newest(widget.records, widget.newest)
        ranking = Ranking(widget.order, widget.top, widget.other)
        return Groups(
            widget.metrics,
            widget.by,
            None,
            ranking,
            widget.compare is not None,
            widget.spark,
        )

    def draw(self, widget: Table, answer: Answer, context: Context) -> Picture:
        caption = title(widget, context.labels, context.words) or context.words("table")
        columns, rows = (_records if widget.records else _groups)(widget, answer, context)
        html = tables.table(columns, rows, caption, headed=not widget.records, paged=True)
        return Picture(html, figure=Figure("table", {"columns": columns, "rows": rows}), empty=not answer.rows)


Parts = tuple[list[tables.Column], list[list[tables.Cell]]]


def _records(widget: Table, answer: Answer, context: Context) -> Parts:
    columns = [tables.Column(_title(name, context), _is_numeric(name, context)) for name in widget.records]
    years = {row["time"][:4] for row in answer.rows if row.get("time")} | {answer.end[:4]}
    rows = [[_field(name, row[name], context, len(years) > 1) for name in widget.records] for row in answer.rows]
    return columns, rows


def _title(name: str, context: Context) -> str:
    return context.labels[name].title if name in context.labels else name


def _is_numeric(name: str, context: Context) -> bool:
    return name in context.labels and context.labels[name].format not in {"text", "time"} and name not in _DIMENSIONS


_DIMENSIONS = frozenset({"time", "model", "project", "api_key", "user", "status_code", "status_class", "failed"})


def _field(name: str, value: Any, context: Context, year: bool) -> tables.Cell:
    """One field of a record: times and names as text, measured fields as numbers, a status on its colour."""
    if name == "time":
        return tables.Cell(context.write.time(value, year=year))
    if name == "status_code":
        return tables.Cell(
            context.write.name(value) if value is not None else context.words("none"), _status(value), pill=True
        )
    if isinstance(value, int | float) and not isinstance(value, bool) and _is_numeric(name, context):
        return tables.Cell(context.write.cell(value, context.labels[name]))
    return tables.Cell(formats.MISSING if value is None else context.write.name(value))


def _status(code: Any) -> str:
    if not isinstance(code, int):
        return "muted"
    return "critical" if code >= 500 else "warning" if code >= 400 else "good"


def _groups(widget: Table, answer: Answer, context: Context) -> Parts:
    columns = [tables.Column(_title(name, context)) for name in widget.by]
    for metric in widget.metrics:
        columns.append(tables.Column(_title(metric, context), numeric=True, bound=context.bound(metric)))
        if widget.compare:
            columns.append(tables.Column(context.words("change"), numeric=True))
    if widget.spark:
        columns.append(tables.Column(context.words("trend"), numeric=True))
    wholes = _wholes(answer.rows, widget, context)
    return columns, [_line(row, widget, context, wholes) for row in answer.rows]


def _wholes(rows: Sequence[Row], widget: Table, context: Context) -> dict[str, float]:
    """The greatest value of each metric whose bars can be compared: it adds up, and has more than one value."""
    found = {}
    for metric in widget.metrics:
        values = [row[metric] for row in rows if row[metric] is not None]
        if context.labels[metric].additive and len(values) > 1 and min(values) >= 0 < max(values):
            found[metric] = max(values)
    return found


def _line(row: Row, widget: Table, context: Context, wholes: Mapping[str, float]) -> list[tables.Cell]:
    cells = [tables.Cell(context.write.name(row[name])) for name in widget.by]
    for n, metric in enumerate(widget.metrics):
        label = context.labels[metric]
        tone = states.state(row[metric], widget.thresholds, label.better) if n == 0 else ""
        bar = _part(row[metric], wholes.get(metric)) if not tone else None
        cells.append(tables.Cell(context.write.cell(row[metric], label), tone, pill=bool(tone), bar=bar))
        if widget.compare:
            cells.append(_change(row, metric, context))
    if widget.spark:
        cells.append(_spark(row, widget.metrics[0]))
    return cells


def _part(value: float | None, whole: float | None) -> float | None:
    return floor(1000 * value / whole + 0.5) / 10 if value is not None and whole is not None else None


def _change(row: Row, metric: str, context: Context) -> tables.Cell:
    change = states.change(row, metric, context)
    return tables.Cell(change.text if change.before else formats.MISSING, change.tone)


def _spark(row: Row, metric: str) -> tables.Cell:
    return tables.Cell("", spark=sparkline.paths([point[metric] for point in row.get("spark", ())]))
