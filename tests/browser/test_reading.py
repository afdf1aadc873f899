"""A page that comes in pieces: what is seen of it stays where it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

pytestmark = pytest.mark.browser

SHIFTS = """
self.shifts = [];
new PerformanceObserver((list) => self.shifts.push(...list.getEntries().map((one) => one.value)))
  .observe({type: "layout-shift", buffered: true});
"""
PAINTED = """() => performance.getEntriesByName("first-contentful-paint").length > 0
  && new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))))"""


class Slow(SimpleHTTPRequestHandler):
    """Sends a page until `cut` and the rest when `goes_on` is set."""

    cut = b""
    goes_on = Event()

    def do_GET(self) -> None:
        if not self.path.endswith("index.html"):
            super().do_GET()
            return
        first, mark, rest = Path(self.translate_path(self.path)).read_bytes().partition(self.cut)
        assert mark
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(first)
        self.wfile.flush()
        assert self.goes_on.wait(30)
        self.wfile.write(mark + rest)

    def log_message(self, *said: Any) -> None:
        pass


@pytest.fixture
def address(built_examples: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Slow, directory=str(built_examples)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/production/index.html"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("width", [390, 1024])
@pytest.mark.parametrize("cut", [b'<div class="schemes', b'data-scheme-choice="dark"'])
def test_the_end_of_the_head_does_not_move(
    chromium: Any, address: str, monkeypatch: pytest.MonkeyPatch, cut: bytes, width: int
) -> None:
    goes_on = Event()
    monkeypatch.setattr(Slow, "cut", cut)
    monkeypatch.setattr(Slow, "goes_on", goes_on)
    tab = chromium.new_page(viewport={"width": width, "height": 800})
    try:
        tab.add_init_script(SHIFTS)
        tab.goto(address, wait_until="commit")
        tab.wait_for_function(PAINTED)
        goes_on.set()
        tab.wait_for_function("() => document.readyState === 'complete'")
        tab.wait_for_function(PAINTED)
        assert tab.locator(".masthead .button").is_visible()
        assert tab.locator(".schemes").is_visible()
        assert tab.evaluate("() => self.shifts") == []
    finally:
        goes_on.set()
        tab.close()
