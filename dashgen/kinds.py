"""Kinds of things by name: built in, or an entry point of an installed package, which has the same form."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any


def find(name: str, table: Mapping[str, str], group: str) -> Any:
    """An instance of the kind called `name`: of `table` (`module:Class`), else of the entry points `group`.

    Raises KeyError if there is none.
    """
    if name in table:
        module, _, attribute = table[name].partition(":")
        return getattr(import_module(module), attribute)()
    from importlib.metadata import entry_points

    for point in entry_points(group=group, name=name):
        return point.load()()
    raise KeyError(name)
