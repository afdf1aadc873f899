"""How far the engine is: only where somebody looks, and only while a query runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest

from dashgen.query import progress
from dashgen.query.engine import Engine, start

LONG = "SELECT sum(sqrt(i)) FROM range(5000000000) t(i)"


@pytest.fixture
def watched() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(progress, "_watched", False)
    progress.watch()
    yield
    patch.undo()


def running(engine: Engine) -> Thread:
    def ask() -> None:
        with suppress(KeyboardInterrupt):  # as the engine tells that it was closed meanwhile
            engine.rows(LONG)

    thread = Thread(target=ask)
    thread.start()
    return thread


@pytest.mark.usefixtures("watched")
def test_a_scan_tells_how_much_of_it_is_done() -> None:
    assert progress.part() is None
    engine = start("/")
    thread = running(engine)
    end = time.monotonic() + 60
    while not progress.part():
        assert time.monotonic() < end
        time.sleep(0.01)
    assert 0 < (progress.part() or 0) < 1
    engine.close()
    thread.join()
    assert progress.part() is None


def test_nobody_looks_unless_asked() -> None:
    assert progress.settings() == ("enable_progress_bar = false",)
