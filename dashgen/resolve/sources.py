"""Checks of a project's sources."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Any

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic
from dashgen.fields import CANONICAL, MAPPED
from dashgen.model import Dashboard, Source
from dashgen.resolve.names import RESERVED
from dashgen.resolve.scope import Scope, written
from dashgen.sources import KINDS
from dashgen.values import malformed, variables

LATER = ("postgres", "clickhouse", "spark", "sqlite", "duckdb", "trino", "prometheus")
"""Kinds of the language that this release does not have."""

PRESETS = ("requests",)


def check(scope: Scope) -> Iterator[Diagnostic]:
    project = scope.project
    if project.source is not None and project.source not in project.sources:
        yield messages.unknown_source(project.at / "source", project.source, project.sources)
    for key in ("sources", "targets"):
        yield from _check_variables(written(project.at / key), project.at / key)
    for source in project.sources.values():
        yield from check_source(source, scope)


def check_source(source: Source, scope: Scope) -> Iterator[Diagnostic]:
    """What is wrong with one source; texts that the environment will complete are passed over."""
    if not variables(source.type):
        yield from _check_type(source)
    yield from _check_paths(source)
    yield from _check_fields(source)
    yield from _check_units(source, scope)
    if source.preset not in PRESETS and not variables(source.preset):
        yield messages.unknown_preset(source.at / "preset", source.preset, PRESETS)


def _check_variables(data: Any, at: At) -> Iterator[Diagnostic]:
    match data:
        case str():
            yield from malformed(data, at)
        case dict() | list():
            for step, part in data.items() if isinstance(data, dict) else enumerate(data):
                yield from _check_variables(part, at / step)


def _check_type(source: Source) -> Iterator[Diagnostic]:
    at = source.at / "type"
    if source.type in KINDS or entry_points(group="dashgen.sources", name=source.type):
        if source.type == "files" and source.query is not None:
            help = "Use `path:`, and expressions in `fields:`."
            yield messages.later_release((source.at / "query").key(), "Queries over files", help)
    elif source.type in LATER:
        yield messages.later_release(at, f"Sources of type `{source.type}`", "This release reads `files`.")
    else:
        yield messages.unknown_source_type(at, source.type, (*KINDS, *LATER))


def _check_paths(source: Source) -> Iterator[Diagnostic]:
    for index, path in enumerate(source.path if source.type == "files" else ()):
        scheme, separator, _ = path.partition("://")
        if separator:
            at = source.at / "path" / index if len(source.path) > 1 else source.at / "path"
            yield messages.later_release(at, f"Paths like `{scheme}://…`", "Name files of this machine.")


def _check_fields(source: Source) -> Iterator[Diagnostic]:
    for name, mapping in source.fields.items():
        if name in CANONICAL and name not in MAPPED:
            parts = sorted({part for way in CANONICAL[name].needs for part in way if part in MAPPED})
            yield messages.derived_field(mapping.at.key(), name, parts)
        elif name in RESERVED:
            yield messages.reserved_name(mapping.at.key(), name)


def _check_units(source: Source, scope: Scope) -> Iterator[Diagnostic]:
    durations = ["time", *(name for name, field in scope.fields.items() if field.unit == "ms")]
    for name in source.units:
        if name not in durations:
            yield messages.unit_of_no_duration((source.at / "units" / name).key(), name, durations)


def check_dashboard(dashboard: Dashboard, scope: Scope) -> Iterator[Diagnostic]:
    """The dashboard's source exists, and the project has one at all."""
    sources = scope.project.sources
    if not sources:
        yield messages.no_source((dashboard.at / "layout").key())
    elif dashboard.source is not None and dashboard.source not in sources:
        yield messages.unknown_source(dashboard.at / "source", dashboard.source, sources)
