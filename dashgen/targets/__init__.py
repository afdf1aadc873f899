"""The table of target kinds."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from dashgen.targets.base import Target

TARGETS = {
    "directory": "dashgen.targets.directory:DirectoryTarget",
}


@cache
def target(name: str) -> Target:
    """The target kind called `name`, built in or of an installed package; KeyError if there is none."""
    if name in TARGETS:
        module, _, attribute = TARGETS[name].partition(":")
        made: Target = getattr(import_module(module), attribute)()
        return made
    for point in entry_points(group="dashgen.targets", name=name):
        outside: Target = point.load()()
        return outside
    raise KeyError(name)
