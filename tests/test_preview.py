"""`dashgen preview` and `dashgen build --watch` as processes: how they begin, what they say, how they end."""

from __future__ import annotations

import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from tests.previewed import PATIENCE, cards, project, replace
from tests.program import Process, check_whole, run, start, tree

BROKEN = "version: 1\ntitle: Broken\nlayout: [{type: card, metric: reqests}]\n"


class Command:
    """A running command, and what it has said."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._thread = Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        for line in self.process.child.stderr or ():
            self.lines.append(line)

    @property
    def said(self) -> str:
        return "".join(self.lines)

    def wait(self, is_there: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not is_there():
            assert time.monotonic() < end, self.said
            assert self.process.child.poll() is None, self.said
            time.sleep(0.02)

    def hears(self, text: str, times: int = 1) -> None:
        self.wait(lambda: self.said.count(text) >= times)

    @property
    def port(self) -> int:
        found = re.search(r"http://[^/]*:(\d+)/", self.said)
        assert found, self.said
        return int(found[1])

    def end(self, how: signal.Signals = signal.SIGINT) -> int:
        self.process.child.send_signal(how)
        code = self.process.child.wait(PATIENCE)
        self._thread.join()
        return code


@contextmanager
def command(*arguments: str, cwd: Path) -> Iterator[Command]:
    made = Command(start(*arguments, cwd=cwd))
    try:
        yield made
    finally:
        made.process.child.kill()
        made.process.child.wait()
        made._thread.join()
        for stream in (made.process.child.stdout, made.process.child.stderr):
            if stream:
                stream.close()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return project(tmp_path / "shop", one=cards("One"))


def page(port: int, path: str = "/one/") -> str:
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read().decode()


def test_a_preview_says_where_it_is_and_what_it_does(shop: Path) -> None:
    with command("preview", "--port", "0", cwd=shop) as preview:
        preview.hears("Preview: http://127.0.0.1:")
        assert "1 dashboard from 1,022 rows in 2 queries, " in preview.said
        replace(shop / "dashboards/one.yaml", cards("Uno"))
        preview.hears("dashboards/one.yaml → one, ")
        assert "<title>Uno</title>" in page(preview.port)
        replace(shop / "dashboards/one.yaml", BROKEN)
        preview.hears("one: the last good page stands.")
        assert "dashboards/one.yaml:3:31: error[unknown-metric]" in preview.said
        assert "<title>Uno</title>" in page(preview.port)
        replace(shop / "dashboards/one.yaml", cards("Due"))
        preview.hears("No problems any more.")
        assert "\x1b" not in preview.said, "no colours where nobody looks"
        assert preview.end() == 0
    assert not preview.process.descendants()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_and_leaves_nothing(shop: Path, how: signal.Signals) -> None:
    before = tree(shop)
    with command("preview", "--port", "0", cwd=shop) as preview:
        preview.hears("Preview: ")
        listener = socket.create_connection(("127.0.0.1", preview.port))
        listener.sendall(f"GET /.dashgen/news HTTP/1.1\r\nHost: 127.0.0.1:{preview.port}\r\n\r\n".encode())
        assert listener.recv(100).startswith(b"HTTP/1.1 200")
        code = preview.end(how)
        listener.close()
    assert code == (0 if how == signal.SIGINT else -signal.SIGTERM)
    assert "Traceback" not in preview.said
    assert not preview.process.descendants()
    after = {path: content for path, content in tree(shop).items() if not path.startswith(".dashgen/cache/")}
    assert after == before


def test_a_project_that_is_broken_at_first_is_served_once_it_is_mended(shop: Path) -> None:
    replace(shop / "dashboards/one.yaml", BROKEN)
    with command("preview", "--port", "0", cwd=shop) as preview:
        preview.hears("Preview: ")
        assert "There is no page yet." in preview.said
        assert "/.dashgen/preview.js" in page(preview.port, "/")
        replace(shop / "dashboards/one.yaml", cards("Mended"))
        preview.hears("No problems any more.")
        assert "<title>Mended</title>" in page(preview.port)


def test_the_same_port_twice_is_an_error_that_offers_another(shop: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("preview", "--port", str(port), cwd=shop)
    assert done.returncode == 1
    assert re.fullmatch(rf"error: port {port} is in use; (\d+) is free: dashgen preview --port \1\n", done.stderr)


def test_two_previews_and_a_build_go_on_beside_each_other(shop: Path) -> None:
    with command("preview", cwd=shop) as one, command("preview", cwd=shop) as other:
        for preview in (one, other):
            preview.hears("Preview: ")
        assert one.port != other.port
        assert any(re.search(r"Port 3274 is in use; this preview has \d+\.", preview.said) for preview in (one, other))
        for title in ("Uno", "Due", "Tre"):
            replace(shop / "dashboards/one.yaml", cards(title))
            assert run("build", cwd=shop).returncode == 0
            check_whole(shop / "dist")
            content = (shop / "dist/one/page.js").read_text()
            for preview in (one, other):
                shows(preview, title)
                assert page(preview.port, "/one/page.js") == content


def shows(preview: Command, title: str) -> None:
    preview.wait(lambda: f"<title>{title}<" in page(preview.port))


def test_others_are_let_in_with_a_notice_only(shop: Path) -> None:
    with command("preview", "--port", "0", "--host", "0.0.0.0", cwd=shop) as preview:
        preview.hears("Preview: http://127.0.0.1:")
        assert "Other machines reach this preview on port " in preview.said


def test_it_opens_a_browser_where_one_is_asked_for(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = shop / "browser"
    browser.write_text('#!/bin/sh\necho "$1" > opened.new && mv opened.new opened\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    with command("preview", "--port", "0", "--open", cwd=shop) as preview:
        preview.wait(lambda: (shop / "opened").exists())
        assert (shop / "opened").read_text() == f"http://127.0.0.1:{preview.port}/\n"


def test_a_watched_build_that_cannot_write_says_so_and_goes_on(shop: Path) -> None:
    (shop / "dist").mkdir()
    (shop / "dist/own.txt").touch()
    done = run("build", "--watch", cwd=shop)
    assert (done.returncode, (shop / "dist/own.txt").exists()) == (1, True)
    assert "holds `own.txt`, which dashgen did not write" in done.stderr
    (shop / "dist/own.txt").unlink()
    with command("build", "--watch", cwd=shop) as build:
        build.hears("Watching for changes")
        (shop / "dist/own.txt").touch()
        replace(shop / "dashboards/one.yaml", cards("Uno"))
        build.hears("holds `own.txt`")
        (shop / "dist/own.txt").unlink()
        replace(shop / "dashboards/one.yaml", cards("Due"))
        build.hears("→ dist, ", 2)
        check_whole(shop / "dist")


def test_a_watched_build_writes_what_changed_and_keeps_what_was_good(shop: Path) -> None:
    dist = shop / "dist"
    with command("build", "--watch", cwd=shop) as build:
        build.hears("Watching for changes")
        check_whole(dist)
        replace(shop / "dashboards/one.yaml", cards("Uno"))
        build.hears("dashboards/one.yaml → one → dist, ")
        assert "<title>Uno</title>" in (dist / "one/index.html").read_text()
        written = (dist / "manifest.json").stat()
        replace(shop / "dashboards/one.yaml", BROKEN)
        build.hears("the last good page stands.")
        replace(shop / "dashboards/one.yaml", cards("Uno"))
        build.hears("No problems any more.")
        replace(shop / "dashboards/one.yaml", cards("Uno") + "\n")
        build.hears("→ nothing changed, ", 2)
        assert (dist / "manifest.json").stat().st_ino == written.st_ino, "the same is not written again"
        replace(shop / "dashboards/one.yaml", cards("Tre"))
        build.hears("→ dist, ", 3)
        check_whole(dist)
        assert build.end() == 0
    watched = tree(dist)
    assert run("build", "-o", "other", cwd=shop).returncode == 0
    assert tree(shop / "other") == watched


def test_wrong_usage_ends_at_once(shop: Path) -> None:
    for arguments in (("preview", "nowhere.yaml"), ("build", "--watch", "nowhere.yaml"), ("preview", "--port", "x")):
        assert run(*arguments, cwd=shop).returncode == 2
    assert run("preview", cwd=shop.parent).returncode == 2
