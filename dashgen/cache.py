"""What is kept between runs, in the user's cache folder or the project's: an entry is whole, or it is not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from threading import Lock
from time import time
from typing import Any, Self, TypeVar

from dashgen.memo import NONE, Memo

T = TypeVar("T")

_PART = ".part-"
_ABANDONED = 3600
"""Seconds after which a part that is still there is nobody's."""


def folder() -> Path | None:
    """Where everything is kept; None on a machine without a home."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dashgen"
    except RuntimeError:
        return None


def read(place: Path | None) -> bytes | None:
    """What is kept there; its first line tells whether the rest is what was written under this name."""
    if place is None:
        return None
    try:
        mark, _, content = place.read_bytes().partition(b"\n")
    except OSError:
        return None
    if mark != _mark(place, content):
        return None
    with suppress(OSError):
        os.utime(place)
    return content


def keep(content: bytes, place: Path | None) -> None:
    """In one step, so that nobody reads half of it. A folder that cannot be written is no reason to fail."""
    if place is not None:
        _write(_mark(place, content) + b"\n" + content, place)


def _write(content: bytes, place: Path) -> None:
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=place.parent, prefix=_PART)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(part, place)
        finally:
            Path(part).unlink(missing_ok=True)


def _mark(place: Path, content: bytes) -> bytes:
    return sha256(place.name.encode() + b"\n" + content).hexdigest().encode()


def trim(place: Path, most: int) -> None:
    """Leave at most so many bytes in a folder; what was not used for the longest time goes first.

    What writers left that were killed goes too, once it is so old that none of them can be at work.
    """
    known = _states(place)
    entries = [one for one in known if not one[0].name.startswith(".")]
    total = sum(state.st_size for _, state in entries)
    for path, state in sorted(entries, key=lambda one: one[1].st_mtime_ns):
        if total <= most:
            break
        _remove(path)
        total -= state.st_size
    for path, state in known:
        if path.name.startswith(_PART) and state.st_mtime < time() - _ABANDONED:
            _remove(path)


def _states(place: Path) -> list[tuple[Path, os.stat_result]]:
    """The files of a folder, from which others may take some meanwhile."""
    found = []
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                state = entry.stat(follow_symlinks=False)
                if S_ISREG(state.st_mode):
                    found.append((Path(entry.path), state))
    return found


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


MOST = 1_000_000_000
"""Bytes of a project's cache."""
_STAYING, _LEAVING = 400_000_000, 20_000_000
"""Bytes that a process has in its hands, where it stays and where it ends with one build."""
_HIDDEN = b"# Made by dashgen; may be deleted at any time.\n*\n"


class Store:
    """What a project's builds leave to later ones in `.dashgen/cache`: contents by names that say all of what they are.

    Safe under several processes at once and whenever one is killed: an entry is whole or it is not there. What is not
    an entry of this name is a miss. `None` as the folder keeps nothing.
    """

    def __init__(self, folder: Path | None, memo: Memo = NONE) -> None:
        self._folder = folder
        self._grew = 0
        self.recent = Recent(_STAYING if memo is not NONE else _LEAVING)
        self.memo = memo
        """What a process that stays remembers."""
        self.queries = 0
        """Cubes that were asked of sources, since they were not here."""
        self._waiting: dict[str, bytes] = {}
        self._writer = ThreadPoolExecutor(1, "cache")

    @classmethod
    def of(cls, root: str | Path, memo: Memo = NONE) -> Store:
        """That of the project in the folder `root`."""
        return cls(Path(root) / ".dashgen" / "cache", memo)

    def __bool__(self) -> bool:
        return self._folder is not None

    @property
    def is_there(self) -> bool:
        """Whether anything was ever kept."""
        return self._folder is not None and os.path.isdir(self._folder)

    def has(self, name: str) -> bool:
        """Whether there is an entry, whole or not."""
        return self._folder is not None and (name in self._waiting or os.path.isfile(self._folder / name))

    def get(self, name: str) -> bytes | None:
        return self._waiting.get(name) or read(self._folder / name) if self._folder else None

    def told(self, name: str, read: Callable[[bytes], T]) -> T | None:
        """The content as `read` takes it; what cannot be taken so is of somebody else, and none."""
        content = self.get(name)
        try:
            return None if content is None else read(content)
        except (ValueError, TypeError, LookupError, AttributeError):
            return None

    def put(self, name: str, content: bytes) -> None:
        """At once for who asks this store, and on the disk a little later: nobody waits for that."""
        if self._folder is not None:
            self._waiting[name] = content
            self._writer.submit(self._write, self._folder, name, content)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def _write(self, folder: Path, name: str, content: bytes) -> None:
        hidden = folder / ".gitignore"  # so that no project has to tell git
        if not os.path.isfile(hidden):
            _write(_HIDDEN, hidden)
        keep(content, folder / name)
        self._grew += len(content)
        self._waiting.pop(name, None)

    def close(self) -> None:
        """Wait until all is on the disk; then what was not used for the longest time goes, if there is too much."""
        if self._folder:
            self._writer.submit(int).result()
        if self._folder and self._grew:
            trim(self._folder, MOST)
            self._grew = 0


class Recent:
    """What this process has in its hands already, by name; what was not used for longest is dropped first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[str, tuple[Any, int]] = {}
        self._size = 0
        self._lock = Lock()

    def get(self, name: str) -> Any:
        with self._lock:
            found = self._held.pop(name, None)
            if found is None:
                return None
            self._held[name] = found
            return found[0]

    def put(self, name: str, value: Any, size: int) -> None:
        """`size` is about how many bytes it takes."""
        with self._lock:
            _, before = self._held.pop(name, (None, 0))
            self._held[name] = (value, size)
            self._size += size - before
            while self._size > self._most and len(self._held) > 1:
                oldest = next(iter(self._held))
                self._size -= self._held.pop(oldest)[1]

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._size = 0


NOTHING = Store(None)
"""Keeps nothing."""
