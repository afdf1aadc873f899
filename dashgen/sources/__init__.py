"""The table of source kinds."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashgen.sources.base import Kind

KINDS = {"files": "dashgen.sources.files:Files"}


@cache
def kind(name: str) -> Kind:
    """The kind called `name`, built in or of an installed package; KeyError if there is none."""
    if name in KINDS:
        module, _, attribute = KINDS[name].partition(":")
        made: Kind = getattr(import_module(module), attribute)()
        return made
    for point in entry_points(group="dashgen.sources", name=name):
        outside: Kind = point.load()()
        return outside
    raise KeyError(name)
