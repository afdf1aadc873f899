"""The table of source kinds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dashgen.kinds import find

if TYPE_CHECKING:
    from dashgen.sources.base import Kind

KINDS = {"files": "dashgen.sources.files:Files"}


@cache
def kind(name: str) -> Kind:
    """The kind called `name`, built in or of an installed package; KeyError if there is none."""
    found: Kind = find(name, KINDS, "dashgen.sources")
    return found
