"""Rows of files as they stand: text from CSV, JSON values from JSON lines, typed values from parquet."""

from __future__ import annotations

import csv
import glob
import gzip
import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

import duckdb

from tests.oracle.rounding import half_even

Row = dict[str, Any]


class Stamp:
    """A time out of a typed column: microseconds since the epoch, of UTC or of a wall clock."""

    def __init__(self, microseconds: int, *, wall: bool) -> None:
        self.microseconds, self.wall = microseconds, wall


class Written(float):
    """A JSON number that remembers how it was written."""

    text: str

    def __new__(cls, text: str) -> Written:
        number = super().__new__(cls, text)
        number.text = text
        return number


def rows(root: Path, path: str | list[str]) -> Iterator[Row]:
    """Every row of every file, the files in the order of their names."""
    patterns = [path] if isinstance(path, str) else path
    files = sorted({found for pattern in patterns for found in glob.glob(str(root / pattern), recursive=True)})
    if not files:
        raise FileNotFoundError(str(path))
    for file in files:
        yield from _reader(Path(file))(Path(file))


def _reader(file: Path) -> Any:
    suffixes = [suffix for suffix in file.suffixes if suffix != ".gz"]
    readers = {".csv": _csv, ".jsonl": _json_lines, ".ndjson": _json_lines, ".parquet": _parquet}
    return readers[suffixes[-1]]


def _open(file: Path) -> IO[str]:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8", newline="")
    return file.open(encoding="utf-8", newline="")


def _csv(file: Path) -> Iterator[Row]:
    with _open(file) as lines:
        for row in csv.DictReader(lines):
            yield {name: value if value != "" else None for name, value in row.items()}


def _json_lines(file: Path) -> Iterator[Row]:
    with _open(file) as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line, parse_float=Written)


def _parquet(file: Path) -> Iterator[Row]:
    with duckdb.connect() as connection:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)]).fetchall()
        kinds = {name: kind for name, kind, *_ in described}
        wanted = ", ".join(_column(name, kind) for name, kind in kinds.items())
        cursor = connection.execute(f"SELECT {wanted} FROM read_parquet(?)", [str(file)])
        while batch := cursor.fetchmany(10_000):
            for values in batch:
                yield {n: _typed(v, kind) for (n, kind), v in zip(kinds.items(), values, strict=True)}


def _column(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if kind == "TIMESTAMP_NS":
        return f"epoch_ns({quoted})"
    return f"epoch_us({quoted})" if kind.startswith("TIMESTAMP") else quoted


def _typed(value: Any, kind: str) -> Any:
    if value is None or not (kind.startswith("TIMESTAMP") or kind == "DATE"):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if kind == "TIMESTAMP_NS":
        value = half_even(Fraction(value, 1000))
    return Stamp(value, wall="TIME ZONE" not in kind)
