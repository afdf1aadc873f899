"""Names for values: what is equal has one name, on every machine and in every process, and what differs has another.

Where something was written (`At`) is in no name, as it is in no comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Any


def digest(*values: Any) -> str:
    """64 hexadecimal digits. Raises `TypeError` for what has no name, so that nothing is ever left out of one."""
    found = sha256()
    for part in _parts(values):
        found.update(part)
    return found.hexdigest()


def _parts(value: Any) -> Iterator[bytes]:
    """Each value begins with its kind and its length, so that no two sequences of values run into the same bytes."""
    match value:
        case None | bool() | int() | float():
            yield _plain(type(value).__name__, repr(value).encode())
        case str():
            yield _plain("str", value.encode("utf-8", "surrogatepass"))
        case bytes():
            yield _plain("bytes", value)
        case datetime() | date():
            yield _plain(type(value).__name__, value.isoformat().encode())
        case tuple() | list():
            yield _plain("list", str(len(value)).encode())
            for one in value:
                yield from _parts(one)
        case Mapping():
            yield _plain("mapping", str(len(value)).encode())
            for key, one in value.items():
                yield from _parts(key)
                yield from _parts(one)
        case Set():
            names = sorted(digest(one) for one in value)
            yield _plain("set", "".join(names).encode())
        case Enum():
            yield _plain(type(value).__qualname__, value.name.encode())
        case _ if is_dataclass(value):
            yield _plain("of", f"{type(value).__module__}.{type(value).__qualname__}".encode())
            for name in _compared(value.__class__):
                yield from _parts(getattr(value, name))
        case _:
            raise TypeError(f"{type(value).__name__} has no name")


def _plain(kind: str, content: bytes) -> bytes:
    return b"%s %d %s\n" % (kind.encode(), len(content), content)


@cache
def _compared(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.compare)
