"""The arithmetic of `expr:`: names, numbers, `+ - * /` and parentheses, parsed with positions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isinf
from typing import Literal

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<sign>[-+*/()]))"
)
_LIMIT = 64
"""Parentheses deeper than this are refused rather than recursed into."""


@dataclass(frozen=True, slots=True)
class Name:
    """`cost`, or `gateway.cost`."""

    text: str
    start: int
    end: int

    @property
    def source(self) -> str:
        """Nothing where none is written."""
        return self.text.rpartition(".")[0]

    @property
    def metric(self) -> str:
        return self.text.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Literally:
    number: int | float


@dataclass(frozen=True, slots=True)
class Operation:
    operator: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression


Expression = Name | Literally | Operation


class Malformed(Exception):
    """The text is no expression: what was found at `start` to `end`, and what was expected."""

    def __init__(self, start: int, end: int, found: str, expected: str) -> None:
        super().__init__(f"found {found}, expected {expected}")
        self.start, self.end, self.found, self.expected = start, end, found, expected


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def parse(text: str) -> Expression:
    """`cost / requests` as a tree; raises `Malformed` with offsets into `text`."""
    return _Parser(_tokens(text)).whole()


def names(expression: Expression) -> list[Name]:
    """Every name, in the order of the text."""
    match expression:
        case Name():
            return [expression]
        case Operation(_, left, right):
            return names(left) + names(right)
    return []


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if not match:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise Malformed(start, start + 1, f"`{text[start]}`", "a metric, a number, + - * / or parentheses")
        kind = match.lastgroup or ""
        found.append(_Token(kind, match[kind], match.start(kind), match.end(kind)))
        at = match.end()
    return [*found, _Token("end", "", len(text), len(text))]


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def whole(self) -> Expression:
        found = self.sum()
        if self.next.kind != "end":
            raise self.malformed("an operator + - * / or the end")
        return found

    def sum(self) -> Expression:
        found = self.product()
        while self.next.text in ("+", "-"):
            found = Operation(self.take().text, found, self.product())  # type: ignore[arg-type]
        return found

    def product(self) -> Expression:
        found = self.factor()
        while self.next.text in ("*", "/"):
            found = Operation(self.take().text, found, self.factor())  # type: ignore[arg-type]
        return found

    def factor(self) -> Expression:
        token = self.next
        if token.kind == "name":
            self.take()
            return Name(token.text, token.start, token.end)
        if token.kind == "number":
            number = int(token.text) if token.text.isdigit() and len(token.text) < 16 else float(token.text)
            if isinf(number):
                raise self.malformed("a number that is not beyond all bounds")
            self.take()
            return Literally(number)
        if token.text == "-":
            self.take()
            return Operation("-", Literally(0), self.nested(self.factor))
        if token.text == "(":
            self.take()
            found = self.nested(self.sum)
            if self.next.text != ")":
                raise self.malformed("`)`")
            self.take()
            return found
        raise self.malformed("a metric, a number or `(`")

    def nested(self, rule: Callable[[], Expression]) -> Expression:
        self.depth += 1
        if self.depth > _LIMIT:
            raise self.malformed(f"at most {_LIMIT} levels of parentheses")
        found = rule()
        self.depth -= 1
        return found

    def malformed(self, expected: str) -> Malformed:
        token = self.next
        found = "the end" if token.kind == "end" else f"`{token.text}`"
        return Malformed(token.start, max(token.end, token.start + 1), found, expected)
