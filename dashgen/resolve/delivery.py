"""Checks of what a project's pages look like and where they go: theme, targets, shipped dashboards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

from dashgen import messages, resources
from dashgen.diagnostics import Diagnostic
from dashgen.model import Dashboard
from dashgen.resolve import themes
from dashgen.resolve.scope import Scope, item, written
from dashgen.values import variables

_ADDRESS = re.compile(r"https?://[^\s${}\"'<>]+")
TARGETS = ("directory",)
LATER = ("hosted",)
"""Kinds of the language that this release does not have."""


def check(scope: Scope) -> Iterator[Diagnostic]:
    project = scope.project
    yield from themes.check(project.at / "theme", project.theme, Path(project.root))
    for target in project.targets.values():
        if variables(target.type):
            continue
        if target.type in LATER:
            help = "This release delivers to a `directory`."
            yield messages.later_release(target.at / "type", f"Targets of type `{target.type}`", help)
        elif target.type not in TARGETS and not entry_points(group="dashgen.targets", name=target.type):
            yield messages.unknown_target_type(target.at / "type", target.type, TARGETS)
        elif target.type == "directory" and "path" not in target.options:
            yield messages.missing_key(target.at / "type", "A target of type `directory`", ["path"])
        elif target.type == "directory" and not _ADDRESS.fullmatch(target.options.get("url", "https://host")):
            yield messages.page_address(target.at / "url")
    shipped = [f"@{name}" for name in resources.dashboards()]
    for n, name in enumerate(project.dashboards):
        if name.startswith("@") and name not in shipped:
            yield messages.unknown_shipped_dashboard(item(project.at / "dashboards", n), name, shipped)


def check_theme(dashboard: Dashboard, scope: Scope) -> Iterator[Diagnostic]:
    """The dashboard's own theme; the project's has been checked."""
    at = dashboard.at / "theme"
    if written(at) is not None:
        yield from themes.check(at, dashboard.theme, Path(scope.project.root))
