"""`cost / (requests - errors)`: a reader of its own for the expressions of metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|([A-Za-z_][\w.]*)|([-+*/()]))")


@dataclass(frozen=True)
class Literal:
    value: int | float


@dataclass(frozen=True)
class Name:
    name: str


@dataclass(frozen=True)
class Operation:
    sign: str
    left: Node
    right: Node


Node = Literal | Name | Operation


def parse(text: str) -> Node:
    tokens = list(_tokens(text))
    node, rest = _sum(tokens)
    assert not rest, f"unread in {text}: {rest}"
    return node


def names(node: Node) -> Iterator[str]:
    if isinstance(node, Name):
        yield node.name
    elif isinstance(node, Operation):
        yield from names(node.left)
        yield from names(node.right)


def _tokens(text: str) -> Iterator[str]:
    text, at = text.rstrip(), 0
    while at < len(text):
        found = TOKEN.match(text, at)
        assert found, f"cannot read {text[at:]!r}"
        yield found[0].strip()
        at = found.end()


def _sum(tokens: list[str]) -> tuple[Node, list[str]]:
    node, tokens = _product(tokens)
    while tokens and tokens[0] in "+-":
        right, rest = _product(tokens[1:])
        node, tokens = Operation(tokens[0], node, right), rest
    return node, tokens


def _product(tokens: list[str]) -> tuple[Node, list[str]]:
    node, tokens = _atom(tokens)
    while tokens and tokens[0] in "*/":
        right, rest = _atom(tokens[1:])
        node, tokens = Operation(tokens[0], node, right), rest
    return node, tokens


def _atom(tokens: list[str]) -> tuple[Node, list[str]]:
    first, rest = tokens[0], tokens[1:]
    if first == "(":
        node, rest = _sum(rest)
        assert rest[0] == ")"
        return node, rest[1:]
    if first == "-":
        node, rest = _atom(rest)
        return Operation("-", Literal(0), node), rest
    if first[0].isdigit() or first[0] == ".":
        return Literal(int(first) if first.isdigit() else float(first)), rest
    return Name(first), rest
