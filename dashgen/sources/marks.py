"""Whether files are still what they were: told without reading them whole."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

_END = 65_536
"""Bytes of a file's head and tail that are looked at."""
_MOST = 4_000_000
"""Bytes of a footer; a longer one is looked at from its end."""
_PARQUET = b"PAR1"
_TICK = 20_000_000
"""Nanoseconds: longer than the steps in which file systems count time."""

Mark = tuple[str, int, int, int, int, int, str]
"""A file's name in its project, device, inode, size, times of its last change (ns), and a hash of head and tail."""


def marks(files: Iterable[tuple[str, str]]) -> tuple[Mark, ...]:
    """Of files by their names in the project and their paths. Raises `OSError` for one that cannot be read."""
    return tuple(_mark(name, Path(path)) for name, path in files)


def _mark(name: str, path: Path) -> Mark:
    """One that was replaced by another of equal size and time is a different file, or has another head or tail."""
    with path.open("rb") as file:
        state = _settled(file.fileno())
        found = sha256(file.read(_END))
        tail = _tail(file.fileno(), state.st_size)
        file.seek(max(0, state.st_size - tail))
        found.update(file.read(tail))
    return (name, state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns, found.hexdigest())


def _settled(handle: int) -> os.stat_result:
    """What was changed this moment could be changed once more without another time: that moment is waited out.

    Once: what is written without a pause has another size each time.
    """
    state = os.fstat(handle)
    if 0 <= time.time_ns() - state.st_ctime_ns < _TICK:
        time.sleep(_TICK / 1e9)
        state = os.fstat(handle)
    return state


def _tail(handle: int, size: int) -> int:
    """How many bytes at the end are looked at: of a parquet file its footer, which knows every column's bounds."""
    end = os.pread(handle, 8, max(0, size - 8))
    footer = int.from_bytes(end[:4], "little") + 8 if end[4:] == _PARQUET else 0
    return min(max(footer, _END), _MOST)
