"""Names as the page shows them: harmless, not too long, told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_CONTROLS = "\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
_DIRECTIONS = "\u2028-\u202e\ufeff"
_BREAKS = re.compile(r"[\t\n\r]+")
_UNPRINTABLE = re.compile(f"[{_CONTROLS}{_DIRECTIONS}]")
_ISOLATES = re.compile("[\u2066-\u2069]")
_INHERITED = (
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
)
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean(text: str) -> str:
    """Text that can neither break out of its line nor turn its neighbours around.

    Marks of direction and isolates that end are harmless, and languages that are written from the right need them.
    """
    plain = _UNPRINTABLE.sub(_REPLACEMENT, _BREAKS.sub(" ", text))
    return plain if _is_balanced(plain) else _ISOLATES.sub(_REPLACEMENT, plain)


def _is_balanced(text: str) -> bool:
    """Whether every isolate that begins in the text also ends in it."""
    depth = 0
    for mark in _ISOLATES.findall(text):
        depth += -1 if mark == "\N{POP DIRECTIONAL ISOLATE}" else 1
        if depth < 0:
            return False
    return depth == 0


def shorten(text: str, most: int = 120) -> str:
    """Text that a chart can still measure and place."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def is_other(value: Any) -> bool:
    """Whether a dimension's value is the folded rest, not a value that is spelled so."""
    return isinstance(value, dict)


def unique(names: Sequence[str]) -> list[str]:
    """The names with an invisible mark on those that repeat: charts know a category by its text.

    Those that every object of JavaScript knows have one too, since Vega stacks by keys of an object.
    """
    seen = dict.fromkeys(_INHERITED, 1)
    marked = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        marked.append(name + "\N{ZERO WIDTH SPACE}" * (seen[name] - 1))
    return marked
