"""A bar under the last line of a terminal, while something takes long: it comes late and goes without a trace."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from dashgen.query import progress

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE = 1.0
"""Seconds that work may take before it is shown."""
_EVERY = 0.1
_DOING = {"read": "Reading", "query": "Scanning", "draw": "Drawing", "write": "Putting together", "deliver": "Writing"}


def is_interactive() -> bool:
    """Whether somebody looks who wants to see things move."""
    return sys.stderr.isatty() and "CI" not in os.environ and os.environ.get("TERM") != "dumb"


@contextmanager
def working() -> Iterator[Callable[[str], None]]:
    """What is to be told the phases of the work in this block."""
    if not is_interactive():
        yield lambda _: None
        return
    bar = Bar()
    bar.start()
    try:
        yield bar.phase
    finally:
        bar.stop()


class Bar:
    """Says what is done, and of scans how much."""

    def __init__(self) -> None:
        progress.watch()
        self._name = ""
        self._end = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        self.stop()
        self._end = Event()
        self._thread = Thread(target=self._run, args=(self._end,), name="bar", daemon=True)
        self._thread.start()

    def phase(self, name: str) -> None:
        self._name = _DOING.get(name, name)

    def stop(self) -> None:
        self._end.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, end: Event) -> None:
        if end.wait(_PATIENCE):
            return
        drawn, task = _drawn()
        while not end.wait(_EVERY):
            part = progress.part()
            drawn.update(task, description=self._name, total=None if part is None else 1.0, completed=part)
        drawn.stop()


def _drawn() -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    made = Progress(*columns, console=Console(stderr=True), transient=True)
    made.start()
    return made, made.add_task("", total=None)
