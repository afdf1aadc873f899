"""Checks between dashboards: ids name folders and links, so each is used once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic
from dashgen.model import Dashboard
from dashgen.resolve.scope import Scope, written

RESERVED = ("assets", "index", "manifest")
"""What a built folder has beside the dashboards."""


def check_ids(dashboards: Iterable[Dashboard]) -> Iterator[Diagnostic]:
    """No two dashboards share an id, not even on a disk that takes `A` and `a` for the same."""
    first: dict[str, Dashboard] = {}
    for dashboard in dashboards:
        name = dashboard.id.casefold()
        if name in first:
            yield messages.duplicate_dashboard_id(_place(dashboard), dashboard.id, first[name].at.document.name)
        first.setdefault(name, dashboard)


def first_of_each_id(dashboards: Iterable[Dashboard]) -> list[Dashboard]:
    """Those that go on: what comes later under an id that is taken has been reported."""
    first: dict[str, Dashboard] = {}
    for dashboard in dashboards:
        first.setdefault(dashboard.id.casefold(), dashboard)
    return list(first.values())


def check_reserved(dashboard: Dashboard, scope: Scope) -> Iterator[Diagnostic]:
    if dashboard.id.casefold() in RESERVED:
        yield messages.reserved_id(_place(dashboard), dashboard.id)


def _place(dashboard: Dashboard) -> At:
    """The written id, else the first line: the file's name is the id."""
    at = dashboard.at / "id"
    return at if written(at) is not None else (dashboard.at / "version").key()
