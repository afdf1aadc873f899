"""How far the embedded engine is with its scans, where somebody looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_watched = False
_running: list[DuckDBPyConnection] = []


def watch() -> None:
    """From now on engines that are started keep account of it."""
    global _watched
    _watched = True


def settings() -> tuple[str, ...]:
    """What a connection is told: nothing is ever drawn by the engine itself."""
    if _watched:
        return "enable_progress_bar = true", "enable_progress_bar_print = false"
    return ("enable_progress_bar = false",)


@contextmanager
def running(connection: DuckDBPyConnection) -> Iterator[None]:
    """A query runs on it in this block."""
    _running.append(connection)
    try:
        yield
    finally:
        _running.remove(connection)


def part() -> float | None:
    """How much of the running queries is done, from 0 to 1; None where none runs, or none knows."""
    known = [done for connection in tuple(_running) if (done := _done(connection)) is not None]
    return min(known) if known else None


def _done(connection: DuckDBPyConnection) -> float | None:
    with suppress(Exception):  # it may be closed at this very moment
        done: float = connection.query_progress()
        return done / 100 if done >= 0 else None
    return None
