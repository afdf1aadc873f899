"""Tables of the page: the widget of that kind, and the numbers behind every chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashgen.markup import render


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    numeric: bool = False
    bound: str = ""
    """How far its values may be off, `±1%`."""


LONG = 12
"""Rows beyond which a table scrolls inside its widget."""
FEW = 8
"""Rows beyond which a table can be searched."""
PAGE = 25
"""Rows that are seen at once, where scripts run."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`tone` colours it (good, warning, critical, muted); a `pill` is a tone on a ground of its own.

    `bar` is how much of the column's greatest value it is, in percent.
    """

    text: str
    tone: str = ""
    pill: bool = False
    spark: tuple[str, str] | None = None
    bar: float | None = None


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell | str]],
    caption: str,
    *,
    headed: bool = True,
    paged: bool = False,
) -> str:
    """HTML; the first column heads its row unless not `headed`. Too large a table scrolls inside its widget.

    `paged` has the room for the script's page numbers.
    """
    cells = [[Cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    return render(
        "table.html",
        columns=columns,
        rows=cells,
        caption=caption,
        headed=headed,
        long=LONG,
        paged=paged and len(rows) > PAGE,
    )
