"""Checks of the names that a project gives to fields and dimensions."""

from __future__ import annotations

from collections.abc import Iterator

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic
from dashgen.fields import CANONICAL, DIMENSIONS
from dashgen.plan.views import CLOCK
from dashgen.resolve.scope import Scope

RESERVED = ("time_range", *CLOCK, "from", "to", "count", "previous", "change", "spark", "prices")
"""What the rows and keys of the language mean already."""


def check(scope: Scope) -> Iterator[Diagnostic]:
    project = scope.project
    for name, dimension in project.dimensions.items():
        if dimension.at is None:
            continue
        at = dimension.at.key()
        if name in project.fields:
            yield messages.name_taken(at, name, "a measured field of the project")
        elif name in project.metrics:
            yield messages.name_taken(at, name, "a metric")
        else:
            yield from _check_name(at, name, DIMENSIONS)
    for name, field in project.fields.items():
        yield from _check_name(field.at.key(), name)


def _check_name(at: At, name: str, may_be_titled: tuple[str, ...] = ()) -> Iterator[Diagnostic]:
    if name in RESERVED:
        yield messages.reserved_name(at, name)
    elif name in CANONICAL and name not in may_be_titled:
        yield messages.name_taken(at, name, "a built-in field")
