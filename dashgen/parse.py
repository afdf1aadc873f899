"""Documents that the schema accepts → a project, its metrics and prices, and dashboards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, Literal

from dashgen import fields, values
from dashgen.diagnostics import At
from dashgen.documents import Document
from dashgen.model import (
    AsOf,
    Dashboard,
    DimensionDefinition,
    FieldDefinition,
    FieldMapping,
    Filter,
    MetricDefinition,
    Price,
    Privacy,
    Project,
    Relative,
    Section,
    Source,
    Target,
    Widget,
)
from dashgen.node import Node, Types
from dashgen.widgets import kind

DASHBOARDS = ("dashboards/**/*.yaml", "*.yaml")
"""Where a project's dashboards are looked for unless it says."""

METRIC_KINDS = ("sum", "count", "min", "max", "average", "quantile", "distinct", "expr")

_SOURCE_KEYS = frozenset(
    (
        "type",
        "description",
        "path",
        "url",
        "table",
        "query",
        "preset",
        "fields",
        "units",
        "timezone",
        "origin",
        "on_error",
    )
)


# ---- the project ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Include:
    """A file of metrics or prices that the project names."""

    text: str
    kind: Literal["metrics", "prices"]
    at: At


def includes(document: Document) -> Iterator[Include]:
    """The files that a project's `metrics:` and `prices:` name; of any document, checked or not."""
    data = document.data if isinstance(document.data, dict) else {}
    kinds: tuple[Literal["metrics", "prices"], ...] = ("metrics", "prices")
    for key in kinds:
        match data.get(key):
            case str(text):
                yield Include(text, key, At(document) / key)
            case list(entries):
                for index, text in enumerate(entries):
                    if isinstance(text, str):
                        yield Include(text, key, At(document) / key / index)


def parse_project(document: Document, included: Iterable[Document] = ()) -> Project:
    """The project of a checked `dashgen.yaml` and the checked files that it includes, in their order."""
    node = Node(At(document), document.data, {})
    project = Project(
        root=str(document.file.parent) if document.file else ".",
        source=node.text("source"),
        sources={name: parse_source(name, child) for name, child in node.children("sources")},
        fields={name: _field(name, child) for name, child in node.children("fields")},
        dimensions={name: _dimension(name, child) for name, child in node.children("dimensions")},
        metrics={},
        prices=(),
        targets={name: _target(name, child) for name, child in node.children("targets")},
        components=node.get("components", {}),
        theme=node.get("theme", "light"),
        currency=node.get("currency", "USD"),
        timezone=node.get("timezone", "UTC"),
        week_start=node.get("week_start", "monday"),
        dashboards=node.names("dashboards") or DASHBOARDS,
        at=node.at,
    )
    parts = [*included, document]
    metrics = {name: metric for part in parts for name, metric in _metrics_of(part, field_types(project)).items()}
    return replace(project, metrics=metrics, prices=tuple(price for part in parts for price in _prices_of(part)))


def field_types(project: Project) -> Types:
    """Every field and dimension of a project → its type."""
    return {name: field.type for name, field in fields.registry(project).items()}


def parse_source(name: str, node: Node) -> Source:
    """A source of a checked project. What `${NAME}` stands in is only final once the environment has filled it."""
    mapped, origin = node.get("fields", {}), node.text("origin")
    return Source(
        name=name,
        description=node.text("description"),
        type=node.get("type"),
        path=node.names("path"),
        url=node.text("url"),
        table=node.text("table"),
        query=node.text("query"),
        preset=node.get("preset", "requests"),
        fields={key: FieldMapping(key, text, node.at / "fields" / key) for key, text in mapped.items()},
        units=node.get("units", {}),
        timezone=node.get("timezone", "UTC"),
        origin=values.instant(origin) if origin and not values.variables(origin) else None,
        on_error=node.get("on_error", "fail"),
        options={key: value for key, value in node.data.items() if key not in _SOURCE_KEYS},
        at=node.at,
    )


def _field(name: str, node: Node) -> FieldDefinition:
    return FieldDefinition(
        name, node.text("title"), node.text("description"), node.text("unit"), node.get("resolution"), node.at
    )


def _dimension(name: str, node: Node) -> DimensionDefinition:
    return DimensionDefinition(name, node.text("title") or _spoken(name), node.text("description"), node.at)


def _target(name: str, node: Node) -> Target:
    return Target(name, node.get("type"), {key: value for key, value in node.data.items() if key != "type"}, node.at)


def _spoken(name: str) -> str:
    """`cost_per_request` → `Cost per request`."""
    words = re.sub("[_-]+", " ", name).strip() or name
    return words[0].upper() + words[1:]


# ---- metrics and prices -----------------------------------------------------------------------


def parse_metrics(document: Document, types: Types | None = None, builtin: bool = False) -> dict[str, MetricDefinition]:
    """The metrics of a checked file, or of a project that has them inline."""
    node = Node(At(document), document.data, types or {name: f.type for name, f in fields.CANONICAL.items()})
    return {name: _metric(name, child, builtin) for name, child in node.children("metrics")}


def _metrics_of(document: Document, types: Types) -> dict[str, MetricDefinition]:
    return parse_metrics(document, types) if isinstance(document.data.get("metrics"), dict) else {}


def _metric(name: str, node: Node, builtin: bool) -> MetricDefinition:
    how = next(key for key in METRIC_KINDS if key in node)
    return MetricDefinition(
        name=name,
        kind=how,
        argument=None if how == "count" else node.get(how),
        q=node.get("q"),
        source=node.text("source"),
        where=node.where(),
        per=node.get("per"),
        title=node.text("title") or _spoken(name),
        description=node.text("description"),
        format=node.text("format"),
        unit=node.text("unit"),
        better=node.get("better", "neither"),
        builtin=builtin,
        at=node.at,
    )


def _prices_of(document: Document) -> Iterator[Price]:
    entries = document.data.get("prices")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict):
            yield _price(Node(At(document) / "prices" / index, entry, {}))


def _price(node: Node) -> Price:
    start, end = (values.moment(node.get(key)) if key in node else None for key in ("from", "to"))
    return Price(node.get("model"), _decimal(node, "input"), _decimal(node, "output"), start, end, node.at)


def _decimal(node: Node, key: str) -> str:
    """The exact number as it was written: a float between would lose digits."""
    return node.at.document.written((*node.at.path, key)) or str(node.get(key))


# ---- dashboards -------------------------------------------------------------------------------


def parse_dashboard(document: Document, project: Project) -> Dashboard:
    """The dashboard of a checked document; what it leaves open is the project's, or the language's default."""
    node = Node(At(document), document.data, field_types(project))
    name = node.text("id") or _stem(document)
    lang = node.get("lang", "en")
    return Dashboard(
        id=name,
        title=node.text("title") or _spoken(name),
        description=node.text("description"),
        source=node.text("source"),
        time_range=node.time_range("time_range") or Relative(7, "d"),
        time_ranges=tuple(values.time_range(entry) for entry in node.get("time_ranges", [])),
        history=node.time_range("history"),
        timezone=node.get("timezone", project.timezone),
        week_start=project.week_start,
        as_of=values.as_of(node.get("as_of")) if "as_of" in node else AsOf("latest"),
        filters=tuple(_filter(node, index, entry) for index, entry in enumerate(node.get("filters", []))),
        where=node.where(),
        compare=node.compare(),
        annotations=node.annotations(),
        theme=node.get("theme", project.theme),
        lang=lang,
        locale=node.get("locale", lang),
        budget=node.get("budget", 2),
        accuracy=values.quantity(node.get("accuracy", 0.01)),
        privacy=_privacy(node.child("privacy")) if "privacy" in node else None,
        audience=node.get("audience", "private"),
        refresh=node.text("refresh"),
        if_missing=node.get("if_missing", "error"),
        layout=_layout(replace(node, inherited=node.data), Names(_given_ids(document.data))),
        at=node.at,
    )


def _stem(document: Document) -> str:
    """The file's name as an id: what an id cannot hold becomes a hyphen."""
    stem = PurePath(document.file.name if document.file else document.name).stem
    return re.sub("[^A-Za-z0-9_-]+", "-", stem).strip("-")[:64] or "dashboard"


def _filter(node: Node, index: int, entry: str | Mapping[str, Any]) -> Filter:
    data = {"dimension": entry} if isinstance(entry, str) else entry
    given = Node(node.at / "filters" / index, data, node.types)
    name = given.get("dimension")
    return Filter(
        dimension=name,
        default=given.scalars("default", name),
        locked=given.flag("locked", False),
        hidden=given.flag("hidden", False),
        top=given.integer("top"),
        at=given.at if isinstance(entry, str) else given.at / "dimension",
    )


def _privacy(node: Node) -> Privacy:
    return Privacy(node.names("mask"), node.integer("minimum_group"))


# ---- widgets ----------------------------------------------------------------------------------


class Names:
    """Gives every widget an id of its own; those that were written stay."""

    def __init__(self, given: Iterable[str]) -> None:
        self._taken = set(given)

    def free(self, wanted: str) -> str:
        """`wanted`, or the first of `wanted-2`, `wanted-3` … that is free."""
        number, name = 1, wanted
        while name in self._taken:
            number += 1
            name = f"{wanted}-{number}"
        self._taken.add(name)
        return name


def _given_ids(data: Mapping[str, Any]) -> Iterator[str]:
    for entry in data.get("layout", []):
        if "section" in entry:
            yield from _given_ids(entry)
        elif "id" in entry:
            yield entry["id"]


def _layout(node: Node, names: Names) -> tuple[Widget | Section, ...]:
    entries = node.items("layout")
    return tuple(_section(entry, names) if "section" in entry else _widget(entry, names) for entry in entries)


def _section(node: Node, names: Names) -> Section:
    return Section(node.get("section"), node.text("note"), _layout(node, names), node.at)


def _widget(node: Node, names: Names) -> Widget:
    common = {
        "type": node.get("type"),
        "id": node.text("id") or names.free(default_id(node)),
        "title": node.text("title"),
        "note": node.text("note"),
        "width": node.integer("width"),
        "height": node.integer("height"),
        "source": node.text("source"),
        "time_range": node.time_range("time_range"),
        "every": node.every(),
        "where": node.where(),
        "if_missing": node.get("if_missing", node.inherited.get("if_missing", "error")),
        "allow": frozenset(node.names("allow")),
        "at": node.at,
    }
    return kind(node.get("type")).parse(node, common)


def default_id(node: Node) -> str:
    """`card-cost`, `bar-tokens-by-model`, `text-read-me-first`: stable while the widget asks the same."""
    by = node.names("by") or node.names("series") or (*node.names("rows"), *node.names("columns"))
    parts = [node.get("type"), _subject(node), *(["by", *by] if by else [])]
    return re.sub("[^A-Za-z0-9_-]+", "-", "-".join(part for part in parts if part))[:58].strip("-")


def _subject(node: Node) -> str:
    if "records" in node:
        return "records"
    if "text" in node:
        return "-".join(re.findall("[a-z0-9]+", node.get("text").casefold())[:5])
    found: Sequence[str] = node.metrics() or node.names("of")
    return found[0] if found else ""
