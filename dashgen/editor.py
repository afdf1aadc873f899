"""One JSON Schema for a project's files, for editors: the language with the project's own names in it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import Any

from dashgen import fields, resources
from dashgen.model import Project

_FILES = ("common", "dashgen", "dashboard", "metrics", "prices", "theme")
_WIDGETS = ("card", "line", "bar", "pie", "heatmap", "histogram", "table", "text")


def project_schema(project: Project) -> dict[str, Any]:
    """A schema for every file of the project, which tells them apart by their keys. It refers to no other file."""
    parts = {name: _bundled(resources.schema(name), name) for name in _FILES}
    parts |= {name: _bundled(_without_examples(f"widgets/{name}"), f"widgets/{name}") for name in _WIDGETS}
    _name(parts["common"]["$defs"], project)
    parts["theme"]["properties"]["extends"]["examples"] = [*resources.themes()]
    _join(parts["metrics"]["$defs"]["metric"]["properties"]["expr"], project)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dashgen: the files of this project",
        "description": "Written by `dashgen schema`; write it anew when the project's metrics or sources change.",
        "type": "object",
        **_told_apart(parts),
        "$defs": parts,
    }


def _without_examples(name: str) -> dict[str, Any]:
    """The layout's own snippets offer whole widgets."""
    return {key: value for key, value in resources.schema(name).items() if key != "examples"}


# ---- one file out of many -----------------------------------------------------------------------


def _bundled(node: Any, file: str) -> Any:
    """A copy of a schema of `file` whose references point into the bundle."""
    if isinstance(node, list):
        return [_bundled(item, file) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _bundled(value, file) for key, value in node.items() if key != "$schema"}
    if isinstance(node.get("$ref"), str):
        made["$ref"] = _moved(node["$ref"], file)
    if isinstance(node.get("examples"), list):
        made |= _offered(made.pop("examples"), made.get("defaultSnippets", []))
    return made


def _offered(examples: list[Any], snippets: list[Any]) -> dict[str, Any]:
    """Editors offer examples by their text, which a mapping does not have: it becomes a snippet."""
    mappings = [{"label": _flow(example), "body": example} for example in examples if isinstance(example, dict)]
    offered = {"examples": [example for example in examples if not isinstance(example, dict)]}
    offered["defaultSnippets"] = snippets or mappings
    return {key: value for key, value in offered.items() if value}


def _flow(value: Any) -> str:
    """A value on one line, in YAML's flow style."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case bool():
            return str(value).lower()
    return str(value)


def _moved(reference: str, file: str) -> str:
    """`../common.json#/$defs/id` → `#/$defs/common/$defs/id`."""
    place, _, fragment = reference.partition("#")
    target = posixpath.basename(place).removesuffix(".json") if place else posixpath.basename(file)
    return f"#/$defs/{target}{fragment}"


def _told_apart(parts: Mapping[str, Any]) -> dict[str, Any]:
    """A theme, a dashboard or a project by a key that only it has; what is left by its metrics or prices."""
    dashboard, project, theme = (frozenset(parts[name]["properties"]) for name in ("dashboard", "dashgen", "theme"))
    return _chosen(
        _begun(parts),
        (_any_key(theme - dashboard - project), "theme"),
        (_any_key(dashboard - project), "dashboard"),
        (_any_key(project - dashboard - {"metrics", "prices"}), "dashgen"),
        ({"required": ["metrics"], "properties": {"metrics": {"type": "object"}}}, "metrics"),
        ({"required": ["prices"], "properties": {"prices": {"type": "array"}}}, "prices"),
    )


def _any_key(names: Iterable[str]) -> dict[str, Any]:
    return {"anyOf": [{"required": [name]} for name in sorted(names)]}


def _chosen(otherwise: dict[str, Any], *cases: tuple[dict[str, Any], str]) -> dict[str, Any]:
    """The schema of the first case that holds."""
    if not cases:
        return otherwise
    (condition, name), *others = cases
    return {"if": condition, "then": {"$ref": f"#/$defs/{name}"}, "else": _chosen(otherwise, *others)}


def _begun(parts: Mapping[str, Any]) -> dict[str, Any]:
    """A file that may still become a dashboard, a project or a theme. Of a key that several have, the first's holds."""
    kinds = ("dashboard", "dashgen", "theme")
    keys = [(key, name) for name in reversed(kinds) for key in parts[name]["properties"]]
    return {
        "properties": {key: {"$ref": f"#/$defs/{name}/properties/{key}"} for key, name in keys},
        "defaultSnippets": [snippet for name in kinds for snippet in parts[name]["defaultSnippets"]],
    }


# ---- the project's names ------------------------------------------------------------------------


def _name(common: dict[str, Any], project: Project) -> None:
    """Puts the project's metrics, dimensions, fields, sources and themes where the language takes them."""
    known = fields.registry(project)
    titles = {name: field.title for name, field in known.items()}
    dimensions = [*fields.DIMENSIONS, *project.dimensions]
    measures = [name for name, field in known.items() if field.is_measured and name not in dimensions]
    metrics = {name: _about(metric.title, metric.description) for name, metric in project.metrics.items()}
    _only(common["metric"], metrics)
    for place, more in (("dimension", ()), ("series", ()), ("axis", ("weekday", "hour")), ("filter", ("time_range",))):
        _only(common[place], {name: titles.get(name, name) for name in (*more, *dict.fromkeys(dimensions))})
    _only(common["measure"], {name: titles[name] for name in measures})
    _only(common["field"], titles)
    _only(common["source"], dict.fromkeys(project.sources, "A source of this project."))
    common["theme"]["examples"] = [*resources.themes()]
    common["order"]["examples"] = [*(f"-{name}" for name in metrics), *dimensions]
    _conditions(common["where"]["properties"], project, measures, titles)


def _join(expression: dict[str, Any], project: Project) -> None:
    """Where there are several sources, what an expression can read of each."""
    if len(project.sources) > 1:
        own = [name for name, metric in project.metrics.items() if metric.source is None]
        expression["examples"] += [f"{source}.{metric}" for source in project.sources for metric in own]


def _only(place: dict[str, Any], names: Mapping[str, str]) -> None:
    place.pop("examples", None)
    if names:
        place |= {"enum": [*names], "enumDescriptions": [*names.values()]}


def _conditions(where: dict[str, Any], project: Project, measures: Iterable[str], titles: Mapping[str, str]) -> None:
    for name in (*project.dimensions, *measures):
        where.setdefault(name, {"description": f"{titles[name]}.", "$ref": "#/$defs/common/$defs/condition"})


def _about(title: str, description: str | None) -> str:
    return f"{title}: {description}" if description else title
