"""The table of target kinds."""

from __future__ import annotations

from functools import cache

from dashgen.kinds import find
from dashgen.targets.base import Target

TARGETS = {
    "directory": "dashgen.targets.directory:DirectoryTarget",
}


@cache
def target(name: str) -> Target:
    """The target kind called `name`, built in or of an installed package; KeyError if there is none."""
    found: Target = find(name, TARGETS, "dashgen.targets")
    return found
