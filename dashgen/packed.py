"""Columns of integers as short texts: what a page decodes quickly and gzip makes small.

A number is written in digits of 44, least significant first, each as one printable character: the first 44 characters
of the alphabet end a number, the other 44 say that more follows. None of them needs an escape in JSON, in a script's
string or in HTML.

A column of a cube's numbers is one such text, or `{"unit": n, "values": …}` where all are multiples of n,
`{"present": …, "values": …}` where some lack (1 or 0 for each cell, then the numbers that are there), or
`{"big": [texts]}`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np

BASE = 44
ALPHABET = "".join(chr(code) for code in range(35, 127) if chr(code) not in "'<\\")[: 2 * BASE]
SAFE = 1 << 53
"""From here on a browser's numbers leave some integers out."""

_LETTERS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)


def pack(values: np.ndarray) -> str:
    """Integers from 0 on."""
    found = np.asarray(values, dtype=np.int64)
    if not len(found):
        return ""
    largest = int(found.max())
    if largest < BASE:
        return _LETTERS.take(found).tobytes().decode()
    letters = _PAIRS.take(found) if largest < len(_PAIRS) else _letters(found, largest)
    return letters.tobytes().translate(None, b"\0").decode()


def _letters(values: np.ndarray, largest: int) -> np.ndarray:
    """A row of letters for each number, 0 after its last one."""
    places = 1
    while BASE**places <= largest:
        places += 1
    out = np.zeros((len(values), places), dtype=np.uint8)
    rest, chosen = values, np.arange(len(values))
    for place in range(places):
        above = rest // BASE
        more = above > 0
        out[chosen, place] = _LETTERS[rest - above * BASE + BASE * more]
        rest, chosen = above[more], chosen[more]
    return out


_PAIRS = _letters(np.arange(BASE * BASE), BASE * BASE - 1).view(np.uint16).ravel()
"""Most numbers are small: the letters of each as one item."""


def signed(values: np.ndarray) -> str:
    """Integers of either sign: 0, -1, 1, -2 and so on become 0, 1, 2, 3."""
    found = np.asarray(values, dtype=np.int64)
    return pack((found << 1) ^ (found >> 63))


def steps(values: np.ndarray) -> str:
    """Integers by their differences, the first from 0."""
    return signed(np.diff(np.asarray(values, dtype=np.int64), prepend=0))


def deltas(instants: Iterable[int]) -> list[int]:
    """The first, then the differences: no text, since most lists of instants are short."""
    found = list(instants)
    return [*found[:1], *(b - a for a, b in pairwise(found))]


def column(values: np.ndarray) -> str | dict[str, Any]:
    """A cube's numbers: as they are, or as multiples of a unit where all are; as decimal texts where they or their sum
    are too large; apart where some lack.
    """
    if values.dtype != object and max(int(values.max(initial=0)), -int(values.min(initial=0))) * len(values) < SAFE:
        unit = _unit(values)
        return {"unit": unit, "values": signed(values // unit)} if unit > 1 else signed(values)
    found = values.tolist()
    known = [value for value in found if value is not None]
    if sum(map(abs, known)) >= SAFE:
        return {"big": [None if value is None else str(value) for value in found]}
    if len(known) < len(found):
        present = np.array([value is not None for value in found], dtype=np.int64)
        return {"present": pack(present), "values": signed(np.array(known, dtype=np.int64))}
    return signed(values)


def _unit(values: np.ndarray) -> int:
    """What all are multiples of; most columns show by their first numbers that it is 1."""
    return 1 if np.gcd.reduce(values[:50]) == 1 else int(np.gcd.reduce(values))
