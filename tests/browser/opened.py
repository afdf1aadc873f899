"""Pages in a browser, watched: what they say on the console, what they ask for, how they shift."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

WATCH = """
self.shifts = [];
new PerformanceObserver((list) => self.shifts.push(...list.getEntries()))
  .observe({type: "layout-shift", buffered: true});
document.addEventListener("readystatechange", () => {
  if (document.readyState !== "interactive") return;
  const visible = (one) => one.checkVisibility({visibilityProperty: true});
  const seen = [...document.querySelectorAll(".widget")].filter(visible);
  const tops = () => seen.map((one) => one.getBoundingClientRect().top);
  const read = tops();
  requestAnimationFrame(() => requestAnimationFrame((now) => {
    self.whole = now;
    self.moved = tops().filter((top, n) => top !== read[n]).length;
  }));
});
"""
# A page may be painted while it is read, and grows then. The first frame with all of it ends before the next begins;
# what the page's own scripts did until then shows in where the widgets are.
SHIFT = """() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(
  self.shifts.filter((one) => one.startTime > self.whole).reduce((sum, one) => sum + one.value, self.moved)))))"""


class Watched:
    """A tab, and what it did that it should not have done."""

    def __init__(self, tab: Any, inside: str) -> None:
        self.tab = tab
        self.said: list[str] = []
        self.asked: list[str] = []
        tab.on("console", lambda message: self.said.append(message.text))
        tab.on("pageerror", lambda error: self.said.append(str(error)))
        tab.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        tab.on("request", lambda asked: None if asked.url.startswith(inside) else self.asked.append(asked.url))
        tab.add_init_script(WATCH)

    def wait_until_live(self, count: int, frame: Any = None) -> None:
        """Until so many pictures are live; every widget is scrolled into view on the way."""
        place = frame or self.tab
        for picture in place.locator(".pictures:visible").all():
            picture.scroll_into_view_if_needed()
        for _ in range(150):
            if place.locator(".pictures.is-live").count() == count:
                return
            self.tab.wait_for_timeout(100)
        raise AssertionError(f"{place.locator('.pictures.is-live').count()} of {count} are live")

    def shift(self) -> float:
        """What moved since the page was read: by its scripts, not by the browser's reading it piece by piece."""
        shift: float = self.tab.evaluate(SHIFT)
        return shift


@contextmanager
def opened(chromium: Any, url: str, inside: str = "", **options: Any) -> Iterator[Watched]:
    """`url` in a context of its own; what is asked outside of `inside` is noted."""
    context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    watched = Watched(context.new_page(), inside or url.partition("#")[0].rpartition("/")[0].rpartition("/")[0])
    watched.tab.goto(url)
    try:
        yield watched
    finally:
        context.close()


@contextmanager
def live(chromium: Any, url: str, charts: int = 0, **options: Any) -> Iterator[Watched]:
    """A page once its filters can be used and so many charts are live. Whatever it says or asks for is a failure."""
    with opened(chromium, url, **options) as watched:
        watched.tab.evaluate("dashgen.ready")
        if charts:
            watched.wait_until_live(charts)
        yield watched
        assert (watched.said, watched.asked) == ([], [])


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, delay: float, **options: Any) -> None:
        self.delay = delay
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        time.sleep(self.delay)
        super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path, delay: float = 0) -> Iterator[str]:
    """The address of a server of this folder on loopback, so many seconds away."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder), delay=delay))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
