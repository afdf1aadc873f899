"""Looks at folders: a save of any kind, however an editor goes about it, is one report."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

from watchfiles import watch

from dashgen.preview.places import Places

_QUIET = 10
"""Milliseconds without a change after which those before are reported."""
_BURST = 200
"""Milliseconds after which changes are reported even if more are coming."""
_TURN = 50
_WATCHED_AT_ONCE = 5.0
"""Seconds that the system may take to begin."""


class Watcher:
    """Reports changes of the places that it follows. Changes that come while nobody asks are kept."""

    def __init__(self) -> None:
        self._reports: SimpleQueue[frozenset[str]] = SimpleQueue()
        self._places = Places(frozenset())
        self._marks: frozenset[tuple[str, int, int]] = frozenset()
        self._look: _Look | None = None
        self._is_closed = False

    def follow(self, places: Places) -> bool:
        """Look there from now on. True if that is elsewhere than before: what was read until now may be old."""
        self._places = places
        marks = frozenset(_marks(places.folders))
        if marks == self._marks:
            return False
        before, self._marks = self._look, marks
        self._look = _Look([path for path, *_ in marks], self._report)
        if before is not None:
            before.close()
        return True

    def wait(self, seconds: float | None = None) -> frozenset[str]:
        """Paths that changed; waits for some, at most so long. Without a limit there are none only after the end."""
        if self._is_closed and self._reports.empty():
            return frozenset()
        try:
            found = self._reports.get(timeout=seconds)
        except Empty:
            return frozenset()
        return found | self.more()

    def more(self) -> frozenset[str]:
        """Paths that changed and were not told yet."""
        found: frozenset[str] = frozenset()
        while not self._reports.empty():
            found |= self._reports.get()
        return found

    def close(self) -> None:
        """Look no longer; who waits goes on."""
        if self._look is not None:
            self._look.close()
        self._is_closed = True
        self._reports.put(frozenset())

    def _report(self, changed: set[str]) -> None:
        if not changed.isdisjoint(self._places.folders):
            self._marks = frozenset()  # a folder that was made again may look the same, and is not watched
        concerned = frozenset(path for path in changed if self._places.concerns(path))
        if concerned:
            self._reports.put(concerned)


@contextmanager
def watching() -> Iterator[Watcher]:
    """A watcher, which ends with the block."""
    watcher = Watcher()
    try:
        yield watcher
    finally:
        watcher.close()


def _marks(folders: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    """A folder that stands where another one stood is another place, though its name is the same."""
    for folder in folders:
        try:
            state = os.stat(folder)
        except OSError:
            continue
        yield folder, state.st_dev, state.st_ino


class _Look:
    """One set of folders, looked at by a thread until it is closed."""

    def __init__(self, folders: list[str], report: Any) -> None:
        self._folders = folders
        self._report = report
        self._end = Event()
        self._began = Event()
        self._thread = Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()
        self._began.wait(_WATCHED_AT_ONCE)

    def close(self) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        """Where the system has no room for more watches, it is asked again and again instead."""
        polling = None
        while not self._end.is_set():
            try:
                self._watch(polling)
            except FileNotFoundError:  # a folder went meanwhile
                continue
            except (OSError, RuntimeError):
                if polling:
                    raise
                polling = True

    def _watch(self, polling: bool | None) -> None:
        found = watch(
            *filter(os.path.isdir, self._folders),
            watch_filter=None,
            debounce=_BURST,
            step=_QUIET,
            stop_event=self._end,
            rust_timeout=_TURN,
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=polling,
            recursive=False,
            ignore_permission_denied=True,
        )
        for changes in found:
            self._began.set()
            if changes:
                self._report({path for _, path in changes})
