"""The embedded engine's connections: alike, shut off alike, and stopped when it is closed."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Thread

import duckdb
import pytest

from dashgen.query.engine import Engine, Refused, start
from dashgen.sources.base import AT_ONCE

ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"


def test_all_connections_are_set_up_alike(tmp_path: Path) -> None:
    engine = start(str(tmp_path))
    settings = "SELECT current_setting('TimeZone'), current_setting('enable_progress_bar')"
    assert [c.execute(settings).fetchall() for c in engine.connections] == [[("UTC", False)]] * AT_ONCE
    engine.close()


def test_all_connections_are_confined(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n\n1\n")
    (tmp_path / "b.csv").write_text("n\n2\n")
    engine = start(str(tmp_path))
    engine.confine([str(tmp_path / "a.csv")])
    for connection in engine.connections:
        assert connection.execute(f"SELECT n FROM '{tmp_path}/a.csv'").fetchall() == [(1,)]
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"SELECT n FROM '{tmp_path}/b.csv'")
    engine.close()


def test_closing_ends_what_still_runs(tmp_path: Path) -> None:
    engine, ended = start(str(tmp_path)), list[type[BaseException]]()
    threads = [Thread(target=_asks, args=(engine, ended)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 60
    while not engine.idle.empty():
        assert time.monotonic() < end
        time.sleep(0.01)
    engine.close()
    for thread in threads:
        thread.join(5)
    assert ended == [KeyboardInterrupt] * AT_ONCE


def _asks(engine: Engine, ended: list[type[BaseException]]) -> None:
    try:
        engine.rows(ENDLESS)
    except BaseException as error:
        ended.append(type(error))


def test_who_asks_after_the_end_is_refused(tmp_path: Path) -> None:
    engine = start(str(tmp_path))
    engine.close()
    with pytest.raises(Refused):
        engine.rows("SELECT 1")
