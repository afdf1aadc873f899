"""Writers of a cache that are killed, each at a moment of its own: `python -m tests.killed KIND FOLDER MOST STEP`.

A copy of this process fills the cache, leaves `MOST` bytes in it, and is killed on the way: after so many lines of
Python, or so many bytes of a file. The next one lives `STEP` longer, until one comes to its end. An `N` in the folder's
name stands for the number of the writer.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

from dashgen import cache

NAMES = tuple(f"entry-{size}" for size in (0, 1, 900, 9_000, 40_000, 200_000))
ALL = 251_000
"""Bytes in which all of them find room."""


def content(name: str) -> bytes:
    """What stands under a name, which ends with its size."""
    size = int(name.partition("-")[2])
    return (name.encode() * size)[:size]


def work(folder: Path) -> None:
    """As builds do: look for an entry, keep it, trim in the end."""
    store = cache.Store(folder)
    for name in NAMES:
        store.get(name)
        store.put(name, content(name))
    store.close()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after_lines(number: int) -> None:
    """Die before another line is run, wherever it stands: in the cache, or in the library under it."""
    left = count(number, -1)

    def line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line" and next(left) <= 0:
            _die()
        return line

    threading.settrace(line)
    sys.settrace(line)


def after_bytes(number: int) -> None:
    """Die while a file is written that becomes longer: the system has taken exactly so many bytes of it."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))


KINDS = {"LINES": after_lines, "BYTES": after_bytes}


def is_killed(folder: Path, kill: Callable[[int], None], number: int) -> bool:
    """Whether the writer met its end before that of its work."""
    writer = os.fork()
    if not writer:
        try:
            kill(number)
            work(folder)
        except BaseException:
            sys.settrace(None)
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    _, state = os.waitpid(writer, 0)
    if os.WIFEXITED(state) and os.WEXITSTATUS(state):
        sys.exit("a writer failed")
    return os.WIFSIGNALED(state)


class Reader:
    """Looks at what there is, and remembers what there was."""

    def __init__(self, is_lasting: bool) -> None:
        self._is_lasting = is_lasting
        self._known: set[str] = set()

    def problems(self, folder: Path) -> list[str]:
        store = cache.Store(folder)
        found = {name: held for name in NAMES if (held := store.get(name)) is not None}
        wrong = [f"{name} is not what was written" for name, held in found.items() if held != content(name)]
        lost = [f"{name} is there no more" for name in self._known - found.keys() if self._is_lasting]
        self._known |= found.keys()
        return wrong + lost


def main(kind: str, folder: str, most: str, step: str) -> None:
    """Prints how many were killed."""
    cache.MOST = int(most)
    reader = Reader(is_lasting=int(most) >= ALL and "N" not in folder)
    for number in count():
        place = Path(folder.replace("N", str(number)))
        is_over = not is_killed(place, KINDS[kind], number * int(step))
        if found := reader.problems(place):
            sys.exit(f"{kind} {number * int(step)}: {', '.join(found)}")
        if is_over:
            print(number)
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
