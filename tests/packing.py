"""What `cube.js` holds, written once more by its description: made-up cubes for the page's evaluator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, groupby
from typing import Any

ALPHABET = [chr(code) for code in range(35, 127) if chr(code) not in ("'", "<", "\\")]
HOUR = 3_600_000_000
DAY = 24 * HOUR


def packed(values: Iterable[int]) -> str:
    """Base 44, least significant first; a digit that is not the last is 44 higher."""
    found = []
    for value in values:
        while value >= 44:
            found.append(ALPHABET[44 + value % 44])
            value //= 44
        found.append(ALPHABET[value])
    return "".join(found)


def signed(values: Iterable[int]) -> str:
    return packed(2 * value if value >= 0 else -2 * value - 1 for value in values)


def read(text: str) -> list[int]:
    """Digits of 44, least significant first; the second half of the letters says that more follows."""
    found, number, place = [], 0, 1
    for letter in text:
        digit = ALPHABET.index(letter)
        number, place = number + digit % 44 * place, place * 44
        if digit < 44:
            found.append(number)
            number, place = 0, 1
    assert place == 1
    return found


def read_signed(text: str) -> list[int]:
    return [-(n + 1) // 2 if n % 2 else n // 2 for n in read(text)]


def deltas(values: Sequence[int]) -> list[int]:
    return [value - before for value, before in zip(values, [0, *values], strict=False)]


def column(values: Sequence[int | None]) -> Any:
    if any(value is None for value in values):
        present = [value for value in values if value is not None]
        return {"present": packed(value is not None for value in values), "values": signed(present)}
    if sum(abs(value or 0) for value in values) >= 2**53:
        return {"big": [str(value) for value in values]}
    return signed(value or 0 for value in values)


def cube(
    edges: Sequence[int],
    dimensions: Sequence[str],
    cells: Sequence[tuple[Any, ...]],
    *,
    source: str = "gateway",
) -> dict[str, Any]:
    """`cells`: bucket, code of each dimension, then the columns' numbers."""
    rows = sorted(cells, key=lambda cell: cell[: len(dimensions) + 1])
    width = len(dimensions) + 1
    return {
        **_head(edges, dimensions, rows, source),
        "columns": [column([row[n] for row in rows]) for n in range(width, len(rows[0]) if rows else width)],
    }


def histogram(
    edges: Sequence[int],
    dimensions: Sequence[str],
    entries: Sequence[tuple[Any, ...]],
    keys: Sequence[int],
    *,
    accuracy: str = "0.01",
    source: str = "gateway",
) -> dict[str, Any]:
    """`entries`: bucket, code of each dimension, key, then the columns' counts."""
    width = len(dimensions) + 1
    rows = sorted(entries, key=lambda entry: entry[: width + 1])
    cells = [(cell, list(own)) for cell, own in groupby(rows, key=lambda row: row[:width])]
    places = {key: n for n, key in enumerate(keys)}
    return {
        **_head(edges, dimensions, [cell for cell, _ in cells], source),
        "columns": [],
        "histogram": {
            "accuracy": accuracy,
            "sizes": packed(len(own) for _, own in cells),
            "keys": signed(deltas([places[row[width]] for row in rows])),
            "counts": [column([row[n] for row in rows]) for n in range(width + 1, len(rows[0]))],
        },
    }


def sketch(cells: Sequence[Mapping[int, int]], size: int) -> dict[str, Any]:
    """Of each cell its registers that are not empty, with their ranks."""
    entries = [entry for cell in cells for entry in sorted(cell.items())]
    return {
        "size": size,
        "sizes": packed(map(len, cells)),
        "registers": signed(deltas([register for register, _ in entries])),
        "ranks": packed(rank for _, rank in entries),
    }


def _head(
    edges: Sequence[int], dimensions: Sequence[str], rows: Sequence[tuple[Any, ...]], source: str
) -> dict[str, Any]:
    counts = [0] * (len(edges) - 1)
    for row in rows:
        counts[row[0]] += 1
    return {
        "source": source,
        "edges": deltas(edges),
        "dimensions": list(dimensions),
        "cells": packed(counts),
        "codes": [signed(deltas([row[n + 1] for row in rows])) for n in range(len(dimensions))],
    }


def page(
    cubes: Sequence[Mapping[str, Any]],
    dimensions: Mapping[str, Mapping[str, Any]],
    widgets: Mapping[str, Any],
    **more: Any,
) -> dict[str, Any]:
    """A page's content; `more` replaces what is usual: a day of UTC that ends at `as_of`."""
    as_of = more.pop("as_of", DAY)
    whole = {"key": "1d", "start": 0, "end": as_of, "nominal": as_of, "shift": {"days": 1}}
    return {
        "format": 1,
        "as_of": as_of,
        "zone": {"name": "UTC", "offsets": [[0, 0]]},
        "ranges": [whole],
        "range": 0,
        "custom": [],
        "ladders": [],
        "dimensions": {name: {"folded": 0, **one} for name, one in dimensions.items()},
        "filters": [{"dimension": name, "default": [], "locked": False, "hidden": False} for name in dimensions],
        "keys": {},
        "cubes": list(cubes),
        "volumes": [],
        "widgets": dict(widgets),
        **more,
    }


def widget(view: str, metrics: Mapping[str, Any], measures: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """Of one source; the last measure counts its events."""
    return {
        "view": view,
        "pinned": None,
        "metrics": list(metrics),
        "formulas": dict(metrics),
        "reads": {name: [0] for name in metrics},
        "by": [],
        "series": None,
        "compare": False,
        "spark": False,
        "every": None,
        "order": None,
        "top": None,
        "other": True,
        "measures": [{"reading": 0, **measure} for measure in measures],
        "events": [len(measures) - 1],
        "unpriced": [],
        "tokens": [],
        "readings": [{"source": "gateway", "first": 0, "lacks": []}],
        **more,
    }


def unpacked(deltas_: Sequence[int]) -> list[int]:
    return list(accumulate(deltas_))
