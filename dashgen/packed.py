"""Columns of integers as short texts: what a page decodes quickly and gzip makes small.

A number is written in digits of 44, least significant first, each as one printable character: the first 44 characters
of the alphabet end a number, the other 44 say that more follows. None of them needs an escape in JSON, in a script's
string or in HTML.
"""

from __future__ import annotations

from typing import Any

import numpy as np

BASE = 44
ALPHABET = "".join(chr(code) for code in range(35, 127) if chr(code) not in "'<\\")[: 2 * BASE]
SAFE = 1 << 53
"""From here on a browser's numbers leave some integers out."""

_LETTERS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)


def pack(values: np.ndarray) -> str:
    """Integers from 0 on."""
    rest = np.asarray(values, dtype=np.int64).copy()
    if not len(rest):
        return ""
    lengths = np.ones(len(rest), dtype=np.int64)
    power = BASE
    while power <= int(rest.max()):
        lengths += rest >= power
        power *= BASE
    starts = np.cumsum(lengths) - lengths
    out = np.empty(int(lengths.sum()), dtype=np.uint8)
    for place in range(int(lengths.max())):
        chosen = np.flatnonzero(lengths > place)
        more = lengths[chosen] - 1 > place
        out[starts[chosen] + place] = _LETTERS[rest[chosen] % BASE + BASE * more]
        rest[chosen] //= BASE
    return out.tobytes().decode()


def signed(values: np.ndarray) -> str:
    """Integers of either sign: 0, -1, 1, -2 and so on become 0, 1, 2, 3."""
    found = np.asarray(values, dtype=np.int64)
    return pack((found << 1) ^ (found >> 63))


def steps(values: np.ndarray) -> str:
    """Integers by their differences, the first from 0."""
    return signed(np.diff(np.asarray(values, dtype=np.int64), prepend=0))


def column(values: np.ndarray) -> str | dict[str, Any]:
    """A cube's numbers: as they are; as decimal texts where they or their sum are too large; apart where some lack."""
    found = values.tolist()
    known = [value for value in found if value is not None]
    if sum(map(abs, known)) >= SAFE:
        return {"big": [None if value is None else str(value) for value in found]}
    if len(known) < len(found):
        present = np.array([value is not None for value in found], dtype=np.int64)
        return {"present": pack(present), "values": signed(np.array(known, dtype=np.int64))}
    return signed(values)
