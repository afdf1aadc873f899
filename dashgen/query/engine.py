"""The embedded engine: DuckDB in this process, shut off from everything but the files of one source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import duckdb
from sqlglot import exp

from dashgen.query import progress
from dashgen.query.bound import Columns
from dashgen.sources.base import AT_ONCE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DIALECT = "duckdb"

_PATIENCE = 0.05
"""Seconds that an interrupted query may take to end."""

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}


class Refused(Exception):
    """The engine's own sentence, without its query and without the project's folder."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One database and a few connections to it; a query takes one that is idle."""

    connections: Sequence[DuckDBPyConnection]
    idle: SimpleQueue[DuckDBPyConnection]
    root: str

    def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        """Raises `Refused`, as everything here that asks the engine."""
        found: Sequence[tuple[Any, ...]] = self._run(lambda connection: connection.execute(query).fetchall())
        return found

    def columns(self, query: str) -> Columns:
        found: Columns = self._run(lambda connection: connection.execute(query).fetchnumpy())
        return found

    def kinds(self, select: exp.Select) -> dict[str, str]:
        """Output columns of a query with the engine's types, in their order."""
        return {name: kind for name, kind, *_ in self.rows(f"DESCRIBE {select.sql(DIALECT)}")}

    def confine(self, paths: Sequence[str]) -> None:
        """From now on no query reads another file than these, whatever it names."""
        allowed = exp.array(*(exp.Literal.string(path) for path in paths)).sql(DIALECT)
        for setting in (f"allowed_paths = {allowed}", "enable_external_access = false", "lock_configuration = true"):
            _interruptible(partial(self.connections[0].execute, f"SET {setting}"))

    def close(self) -> None:
        """Ends the queries that run; those that come later fail."""
        for connection in [self._ended() for _ in self.connections]:
            connection.close()
            self.idle.put(connection)

    def _ended(self) -> DuckDBPyConnection:
        """An idle connection. A query that is just about to start cannot be interrupted yet, so that is repeated."""
        while True:
            for connection in self.connections:
                connection.interrupt()
            with suppress(Empty):
                return self.idle.get(timeout=_PATIENCE)

    def _run(self, ask: Callable[[DuckDBPyConnection], Any]) -> Any:
        connection = self.idle.get()
        try:
            with progress.running(connection):
                return _interruptible(lambda: ask(connection))
        except duckdb.Error as error:
            raise Refused(_sentence(str(error), self.root)) from error
        finally:
            self.idle.put(connection)


def start(root: str) -> Engine:
    """An engine for a project in the folder `root`."""
    first = duckdb.connect(config=_CONFIG)
    engine = Engine((first, *(first.cursor() for _ in range(1, AT_ONCE))), SimpleQueue(), root)
    for connection in engine.connections:
        for setting in ("TimeZone = 'UTC'", *progress.settings()):
            _interruptible(partial(connection.execute, f"SET {setting}"))
        engine.idle.put(connection)
    return engine


def _interruptible(ask: Callable[[], Any]) -> Any:
    """Runs a query; the engine turns Ctrl-C into errors of its own."""
    try:
        return ask()
    except (RuntimeError, duckdb.InterruptException) as error:
        if "interrupt" in str(error).lower():
            raise KeyboardInterrupt from error
        raise


_DETAILS = ("Expected Number of Columns", "Invalid unicode", "Value with unterminated quote", "It was not possible")


def _sentence(text: str, root: str) -> str:
    """The first line without its prefix, and of a malformed CSV file what is wrong with it."""
    first, *more = text.strip().splitlines()
    found = [first.split(": ", 1)[-1], *(line for line in more if line.startswith(_DETAILS))]
    return ", ".join(line.strip().rstrip(".") for line in found).replace(f"{root}/", "")
