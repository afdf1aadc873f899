"""Whole pages as PNG or PDF through an installed Chromium, spoken to over its DevTools pipe.

Nothing listens on a port. Scripts are off: a page is complete without them, and looks the same every time.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from dashgen.diagnostics import WorkError

if sys.platform != "win32":
    import fcntl

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_WIDTH = 1440
_PATIENCE = 60.0
"""Seconds for one answer."""
_FREE = 10
"""Descriptors from here on are in nobody's way."""


Sheet = tuple[float, float]
"""Inches: the width and height of paper."""
LETTER: Sheet = (8.5, 11.0)
A4: Sheet = (8.27, 11.69)


class BrowserError(WorkError):
    """Chromium could not take a picture; the message says of what."""


def find() -> str | None:
    """The path of a browser that can take pictures; None where there is none, or no way to speak to it."""
    if sys.platform == "win32":
        return None
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """One tab. `capture` opens a file in it and gives its picture."""

    def __init__(self, requests: int, answers: int) -> None:
        self._requests, self._answers = requests, answers
        self._read, self._sent = b"", 0
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._ask("Page.enable")
        self._ask("Emulation.setScriptExecutionDisabled", value=True)

    def capture(self, page: Path, style: Literal["png", "pdf"], sheet: Sheet) -> bytes:
        self._size(900)
        self._ask("Page.navigate", url=page.as_uri())
        self._wait("Page.loadEventFired")
        if style == "pdf":
            paper = {"paperWidth": sheet[0], "paperHeight": sheet[1], "preferCSSPageSize": True}
            return b64decode(self._ask("Page.printToPDF", printBackground=True, **paper)["data"])
        height = round(self._ask("Page.getLayoutMetrics")["cssContentSize"]["height"])
        self._size(height)
        return b64decode(self._ask("Page.captureScreenshot", format="png")["data"])

    def _size(self, height: int) -> None:
        self._ask("Emulation.setDeviceMetricsOverride", width=_WIDTH, height=height, deviceScaleFactor=1, mobile=False)

    # ---- the pipe: JSON messages that end in a zero byte ----

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._sent += 1
        session = {"sessionId": self._session} if hasattr(self, "_session") else {}
        os.write(self._requests, json.dumps({"id": self._sent, "method": method, "params": params, **session}).encode())
        os.write(self._requests, b"\0")
        answer = next(message for message in self._messages() if message.get("id") == self._sent)
        if "error" in answer:
            raise BrowserError(f"Chromium refuses {method}: {answer['error'].get('message', '')}")
        result: dict[str, Any] = answer["result"]
        return result

    def _wait(self, event: str) -> None:
        next(message for message in self._messages() if message.get("method") == event)

    def _messages(self) -> Iterator[dict[str, Any]]:
        """As they come; raises BrowserError where none comes any more."""
        until = monotonic() + _PATIENCE
        while True:
            while b"\0" not in self._read:
                ready, _, _ = select.select([self._answers], [], [], max(0.0, until - monotonic()))
                part = os.read(self._answers, 1 << 20) if ready else b""
                if not part:
                    raise BrowserError("Chromium gives no answer" if not ready else "Chromium ended")
                self._read += part
            message, _, self._read = self._read.partition(b"\0")
            yield json.loads(message)


@contextmanager
def opened(program: str) -> Iterator[Browser]:
    """A browser with a profile of its own, gone with all it wrote when the block is left."""
    with tempfile.TemporaryDirectory(prefix="dashgen-", ignore_cleanup_errors=True) as profile:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        process = _start(program, profile, theirs_in, theirs_out)
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Browser(ours_out, ours_in)
        except BrokenPipeError as gone:
            raise BrowserError("Chromium ended") from gone
        finally:
            os.close(ours_out)
            os.close(ours_in)
            with suppress(ProcessLookupError):
                os.killpg(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _start(program: str, profile: str, requests: int, answers: int) -> int:
    """Chromium reads requests from descriptor 3 and writes answers to 4. A session of its own: it ends as a whole."""
    arguments = [
        program,
        "--headless",
        "--remote-debugging-pipe",
        f"--user-data-dir={profile}",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--hide-scrollbars",
        "--no-first-run",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),  # its sandbox does not start as root
    ]
    with Path(os.devnull).open("r+b") as nothing:
        quiet = [(os.POSIX_SPAWN_DUP2, nothing.fileno(), n) for n in (0, 1, 2)]
        spare = [fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, _FREE) for handle in (requests, answers)]
        pipes = [(os.POSIX_SPAWN_DUP2, spare[0], 3), (os.POSIX_SPAWN_DUP2, spare[1], 4)]
        try:
            return os.posix_spawn(program, arguments, os.environ, file_actions=[*quiet, *pipes], setsid=True)
        finally:
            for handle in spare:
                os.close(handle)
