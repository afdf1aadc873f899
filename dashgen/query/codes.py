"""A cell's bucket and values as one integer: what an engine groups by and hands over fastest.

Texts of a cube of many cells would take most of its time. Every value that occurs is asked first, then stands in the
query beside its number. A value that came between the two queries has none, which makes the cell missing: then the
cube must be asked as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from sqlglot import exp

from dashgen.cube import Value, value_order
from dashgen.query.vocabulary import big, column, literal, missing, paren, when

MANY = 20_000
"""Cells from which on the two queries are faster than one."""
MOST = 4_096
"""Values of a dimension that a query's text may hold."""
_LIMIT = 1 << 62


@dataclass(frozen=True)
class Codes:
    """The values of some of a cube's dimensions in their order; a value's place is its code."""

    values: Mapping[str, tuple[Value, ...]]

    def __bool__(self) -> bool:
        return bool(self.values)

    def cells(self, buckets: int) -> int:
        """How many there can be."""
        return buckets * prod(map(len, self.values.values()))

    def cell(self, bucket: exp.Expr) -> exp.Expr:
        found = bucket
        for n, (name, values) in enumerate(self.values.items()):
            scaled = exp.Mul(this=paren(found), expression=big(len(values)))
            found = exp.Add(this=scaled, expression=_code(n, name, values))
        return found

    def joined(self, query: exp.Select) -> exp.Select:
        """With a table of each dimension's values. No field's name has a space in it."""
        for n, (name, values) in enumerate(self.values.items()):
            rows = [exp.Tuple(expressions=[literal(v), exp.convert(c)]) for c, v in enumerate(values) if v is not None]
            names = [exp.to_identifier(f"{part} {n}", quoted=True) for part in ("value", "code")]
            table = exp.Values(expressions=rows, alias=exp.TableAlias(this=_table(n), columns=names))
            on = exp.EQ(this=column(name), expression=column(f"value {n}"))
            query = query.join(table, on=on, join_type="left", copy=False)
        return query

    def decode(self, cell: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Buckets, and the codes of each dimension."""
        codes: dict[str, np.ndarray] = {}
        for name, values in reversed([*self.values.items()]):
            above = cell // len(values)
            codes[name] = (cell - above * len(values)).astype(np.int32)
            cell = above
        return cell.astype(np.int32), codes


PLAIN = Codes({})


def codes(buckets: int, found: Mapping[str, Sequence[Value]]) -> Codes:
    """Of the dimensions whose values are so few that a query may hold them, as many as one integer can tell apart."""
    chosen: dict[str, tuple[Value, ...]] = {}
    size = max(1, buckets)
    for name, values in found.items():
        is_short = 0 < len(values) <= MOST
        if is_short and size * len(values) < _LIMIT:
            size *= len(values)
            chosen[name] = tuple(sorted(values, key=value_order))
    return Codes(chosen)


def _code(number: int, name: str, values: Sequence[Value]) -> exp.Expr:
    """A missing value has the last code."""
    code = column(f"code {number}")
    return when(missing(column(name)), big(len(values) - 1), code) if values[-1] is None else code


def _table(number: int) -> exp.Identifier:
    return exp.to_identifier(f"codes{number}")
