"""What pure functions answered before in this process, by the very objects that they were given.

Only for a process that compiles again and again: what is remembered takes memory.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Memo:
    """The last answers, at most `most` of them. An answer's objects are held, so that no other takes their identity."""

    def __init__(self, most: int = 0) -> None:
        self._most = most
        self._held: dict[Hashable, tuple[Sequence[object], Any]] = {}
        self._lock = Lock()

    def once(self, things: Sequence[object], key: Hashable, make: Callable[[], T]) -> T:
        """`things` are never changed; `key` says the rest, the function among it."""
        if not self._most:
            return make()
        name = (key, *map(id, things))
        with self._lock:
            found = self._held.pop(name, None)
            if found is not None:
                self._held[name] = found
                known: T = found[1]
                return known
        made = make()
        with self._lock:
            self._held[name] = (things, made)
            while len(self._held) > self._most:
                del self._held[next(iter(self._held))]
        return made


NONE = Memo()
"""Remembers nothing."""
