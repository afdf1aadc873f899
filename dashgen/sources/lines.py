"""The first lines of CSV files, and lines that differ from them: what a header should have been."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic
from dashgen.sources.formats import File

_LONGEST = 1_000_000
"""Characters of a line that is looked at."""

_DELIMITERS = ",;\t|"
_DATA = re.compile(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2}.*")
"""A number, a date or a time: what no column is called."""


def first_line(file: File) -> str | None:
    """Without its line break; empty for an empty file, None for one that cannot be looked into."""
    return next(_lines(file), "") if not file.path.lower().endswith(".zst") else None


def fault(at: At, file: File, columns: Sequence[str], needed: Sequence[str]) -> Diagnostic | None:
    """Why a file whose header has `columns` lacks `needed` ones, where its lines tell."""
    name, line = Path(file.path).name, first_line(file)
    delimiter = max(_DELIMITERS, key=(line or "").count)
    if line == "":
        return messages.empty_data_file(at, name)
    if line is not None and len(columns) == 1 and delimiter in line:
        ragged = _ragged(file, delimiter)
        if ragged is not None:
            return messages.ragged_file(at, name, *ragged)
    if any(_DATA.fullmatch(column) for column in columns):
        return messages.headerless_file(at, name, line or ",".join(columns), needed)
    return None


def _ragged(file: File, delimiter: str) -> tuple[int, int, int] | None:
    """Cells of the first line, the first line that has another number of them, and that number."""
    reader = csv.reader(_lines(file), delimiter=delimiter)
    with suppress(csv.Error):
        first = len(next(reader, []))
        for row in reader:
            if row and len(row) != first:
                return first, reader.line_num, len(row)
    return None


def _lines(file: File) -> Iterator[str]:
    opened = gzip.open if file.path.lower().endswith(".gz") else open
    with (
        suppress(OSError, EOFError),
        opened(file.path, "rt", encoding="utf-8-sig", errors="replace", newline="") as text,
    ):
        while line := text.readline(_LONGEST):
            yield line.rstrip("\r\n")
