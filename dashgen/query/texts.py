"""Columns of texts in expressions: where an expression needs a number, the column is read as one, and only there."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import Any

from sqlglot import exp

from dashgen.query.engine import Engine, Refused
from dashgen.query.mapping import Mapped, raw
from dashgen.query.purity import nodes

_MOST = 6
"""Columns of texts in one expression: beyond that there are too many ways to read them."""

_TEXT = "VARCHAR"
_ORDERED = frozenset(f"COMPARE_{name}THAN{end}" for name in ("GREATER", "LESS") for end in ("", "OREQUALTO"))
_EQUAL = frozenset(f"COMPARE_{name}" for name in ("EQUAL", "NOTEQUAL", "DISTINCT_FROM", "NOT_DISTINCT_FROM", "IN"))
_ARITHMETIC = frozenset("+-*/%") | {"//", "**"}
_SELECT = b"SELECT "


def numbers_where_needed(
    fields: Mapping[str, Mapped], kinds: Mapping[str, str], guess: Callable[[], Mapping[str, str]], engine: Engine
) -> dict[str, Mapped]:
    """Fields of expressions such as `cents / 100` over texts, with the columns cast that have to be numbers.

    `kinds` are the columns' types; `guess` looks into the texts and says what types they seem to have.
    """
    return {name: _fitted(field, kinds, guess, engine) for name, field in fields.items()}


def _fitted(field: Mapped, kinds: Mapping[str, str], guess: Callable[[], Mapping[str, str]], engine: Engine) -> Mapped:
    if not isinstance(field.expression, exp.Var):
        return field
    found = _Reading.of(field.text, kinds, engine)
    names = found.names
    if not 0 < len(names) <= _MOST:
        return field
    needed = {name for name in found.compared if guess().get(name) not in (None, _TEXT)}
    ways = chain.from_iterable(combinations(names, count) for count in range(len(names) + 1))
    for way in (set(way) for way in ways if needed <= set(way)):
        kind = _kind(found.cast(way), kinds, engine)
        if kind is not None and (kind != _TEXT or not field.field.is_measured):
            return replace(field, expression=raw(found.cast(way)))
    return field


@dataclass(frozen=True, slots=True)
class _Reading:
    """An expression and where columns of texts stand in it, as offsets of its UTF-8 bytes."""

    text: bytes
    places: Mapping[int, str]
    compared: Collection[str]
    """Columns of texts on both sides of `<` or `>`: as texts, "9" comes after "10"."""
    equalled: Collection[int]
    """Places of those that are to equal a number: left to itself, the engine rounds "2.4" to compare it with 2."""

    @staticmethod
    def of(text: str, kinds: Mapping[str, str], engine: Engine) -> _Reading:
        texts = {name.lower(): name for name, kind in kinds.items() if kind == _TEXT}
        parsed = nodes(text, engine)
        places = {node["query_location"] - len(_SELECT): name for node in parsed if (name := _column(node, texts))}
        pairs = [
            [_column(node[side], texts) for side in ("left", "right")] for node in parsed if node["type"] in _ORDERED
        ]
        compared = {name for pair in pairs if all(pair) for name in pair if name}
        sets = [sides for node in parsed if any(map(_is_number, sides := _equal(node)))]
        equalled = {side["query_location"] - len(_SELECT) for sides in sets for side in sides if _column(side, texts)}
        return _Reading(text.encode(), places, compared, equalled)

    @property
    def names(self) -> Sequence[str]:
        return sorted(set(self.places.values()))

    def cast(self, numbers: Collection[str]) -> str:
        """The expression with these columns read as numbers, and with every text that is to equal one."""
        return b"".join(self._parts(numbers)).decode()

    def _parts(self, numbers: Collection[str]) -> Iterator[bytes]:
        end = 0
        for start, name in sorted(self.places.items()):
            written = _WRITTEN.match(self.text, start)
            if (name in numbers or start in self.equalled) and written is not None:
                yield self.text[end:start] + b"CAST(NULLIF(" + written[0] + b", '') AS DOUBLE)"
                end = written.end()
        yield self.text[end:]


_WRITTEN = re.compile(rb'"(?:[^"]|"")*"|[\w$\x80-\xff]+')
"""A column's name as it stands in an expression."""


def _column(node: Mapping[str, object], texts: Mapping[str, str]) -> str | None:
    """The column of texts that the engine's node is."""
    parts = node.get("column_names")
    return texts.get(str(parts[0]).lower()) if isinstance(parts, list) and len(parts) == 1 else None


def _equal(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What the engine's node holds to be equal or not."""
    if node["class"] == "FUNCTION" and node["function_name"] == "nullif":
        return [argument["expression"] for argument in node["arguments"]]
    if node["type"] not in _EQUAL:
        return []
    return list(node["children"]) if "children" in node else [node["left"], node["right"]]


def _is_number(node: Mapping[str, Any]) -> bool:
    if node["class"] == "CONSTANT":
        return node["literal"]["kind"] in ("INTEGER", "NUMERIC")
    return node["class"] == "FUNCTION" and node["function_name"] in _ARITHMETIC


def _kind(text: str, kinds: Mapping[str, str], engine: Engine) -> str | None:
    """The type that an expression over such columns has; None for one that the engine refuses."""
    shape = ", ".join(f"NULL::{kind} AS {exp.to_identifier(name, quoted=True).sql()}" for name, kind in kinds.items())
    try:
        return str(engine.rows(f"DESCRIBE SELECT ({text}\n) AS value FROM (SELECT {shape})")[0][1])
    except Refused:
        return None
