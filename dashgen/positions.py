"""Where the values of a document stand in its text: a tree beside the data, searched only on demand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashgen.diagnostics import Path


@dataclass(slots=True)
class Scalar:
    """Where a scalar stands: character offsets, without anchor or tag, quotes included."""

    start: int
    end: int
    style: str
    """Empty for a plain one, else its quote or block mark."""


@dataclass(slots=True)
class Keyed:
    """A value with its key: where the key stands, and the value's node."""

    start: int
    end: int
    node: Node


@dataclass(slots=True)
class Mapping:
    start: int
    end: int
    children: dict[str, Keyed]


@dataclass(slots=True)
class Sequence:
    start: int
    end: int
    children: list[Node]


@dataclass(slots=True)
class Alias:
    start: int
    end: int
    target: Node


Node = Scalar | Mapping | Sequence | Alias


def find(root: Node, path: Path) -> tuple[Node, Keyed | None, bool]:
    """The node at a path, its key if it has one, and whether the whole path exists; else the nearest ancestor's."""
    node, key = root, None
    for step in path:
        parent = node.target if isinstance(node, Alias) else node
        if isinstance(parent, Mapping) and isinstance(step, str) and step in parent.children:
            key = parent.children[step]
            node = key.node
        elif isinstance(parent, Sequence) and isinstance(step, int) and 0 <= step < len(parent.children):
            key, node = None, parent.children[step]
        else:
            return node, key, False
    return node, key, True


def inside(text: str, node: Node, value: str, within: tuple[int, int]) -> tuple[int, int]:
    """Where a stretch of a scalar's value stands in the text. Of a collection: all of it."""
    scalar = node.target if isinstance(node, Alias) else node
    if not isinstance(scalar, Scalar):
        return scalar.start, scalar.end
    first, last = (min(max(offset, 0), len(value)) for offset in within)
    if not scalar.style and scalar.end - scalar.start == len(value):
        return scalar.start + first, scalar.start + max(first, last)
    characters = _characters(text, scalar, value)
    start = characters[first][0]
    return start, characters[last - 1][1] if last > first else start


_ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|.)", re.DOTALL)
_CONTINUATION = re.compile(r"(?:\\(?:\r\n|\r|\n)\s*)+")
_BLOCK_HEADER = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")


def _characters(text: str, scalar: Scalar, value: str) -> list[tuple[int, int]]:
    """Where each character of a value stands in the text, and one empty stretch behind the last.

    Visible characters keep their order in every style, so folding and indentation are only white space to skip.
    """
    at, end = _content(text, scalar)
    found = []
    for character in value:
        start = _skip(text, scalar.style, character, at, end)
        at = min(start + _width(text, scalar.style, start, end), end)
        found.append((start, at))
    return [*found, (at, at)]


def _content(text: str, scalar: Scalar) -> tuple[int, int]:
    """The offsets without quotes or block header."""
    if scalar.style in ('"', "'"):
        return scalar.start + 1, scalar.end - 1
    header = _BLOCK_HEADER.match(text, scalar.start, scalar.end) if scalar.style else None
    return header.end() if header is not None else scalar.start, scalar.end


def _skip(text: str, style: str, character: str, at: int, end: int) -> int:
    """Past the white space in the text that is not in the value."""
    if style == '"' and (continuation := _CONTINUATION.match(text, at, end)):
        at = continuation.end()
    if not character.isspace():
        while at < end and text[at].isspace():
            at += 1
    return at


def _width(text: str, style: str, at: int, end: int) -> int:
    """How many characters of the text make one of the value."""
    if style == '"' and (escape := _ESCAPE.match(text, at, end)):
        return escape.end() - at
    return 2 if style == "'" and text.startswith("''", at) else 1
