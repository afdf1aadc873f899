"""Charts to SVG and to Vega, in a process of its own: starting V8 takes a third of a second and holds Python's lock."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

from dashgen import render_worker
from dashgen.diagnostics import WorkError
from dashgen.drawn import Drawn
from dashgen.svg import embeddable

T = TypeVar("T")


_TRIES = 2


class RenderError(WorkError):
    """A chart could not be drawn; the message names it, `reason` says why."""

    def __init__(self, name: str, reason: str) -> None:
        self.reason = reason
        super().__init__(f"`{name}` cannot be drawn: {reason}")


class Renderer:
    """A context manager around the worker. Enter it early: the process warms up on its own.

    `submit` returns at once, so the next chart can be built while this one is drawn. Leaving the block ends the
    process whatever happened in it; if this process is killed, the worker sees the end of its input and ends too.
    A worker that ends by itself is replaced. What `drawn` has is not drawn again.
    """

    def __init__(self, drawn: Drawn | None = None) -> None:
        self.drawn = drawn
        self._process: subprocess.Popen[bytes] | None = None
        self._replacing = Lock()
        self._thread = ThreadPoolExecutor(1, "renderer")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the worker unless it runs."""
        if self._process is None:
            self._process = _started()

    def stop(self) -> None:
        """End the worker and wait until it is gone. What was submitted and not drawn yet is dropped."""
        with self._replacing:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
        self._thread.shutdown(cancel_futures=True)
        if process is not None:
            _collect(process)

    def submit(self, name: str, spec: dict[str, Any], *, fixed: bool = False) -> Future[str]:
        """A future SVG, ready to stand in a page. `name` tells its ids from others and names it in errors."""
        return self._later(name, render_worker.DRAW, spec, lambda svg: embeddable(svg, name, fixed=fixed))

    def compile(self, name: str, spec: dict[str, Any]) -> Future[dict[str, Any]]:
        """The chart as Vega, which the page draws live: its size is in signals, so any width will do."""
        return self._later(name, render_worker.COMPILE, spec, json.loads)

    def draw(self, name: str, spec: dict[str, Any]) -> str:
        """As `submit`, but waits."""
        return self.submit(name, spec).result()

    def picture(self, name: str, spec: dict[str, Any]) -> str:
        """The chart as an SVG of its own; waits."""
        return self._later(name, render_worker.DRAW, spec, str).result()

    def convert(self, name: str, svg: str, style: Literal["png", "pdf"]) -> bytes:
        """An SVG as PNG, two pixels for one, or as PDF; waits."""
        wanted = {"png": render_worker.PNG, "pdf": render_worker.PDF}[style]
        return self._later(name, wanted, svg, b64decode).result()

    def _later(self, name: str, wanted: str, spec: dict[str, Any] | str, made: Callable[[str], T]) -> Future[T]:
        if self._process is None:
            raise RenderError(name, "the renderer is not running")
        request = wanted + json.dumps(spec, allow_nan=False)
        known = self.drawn.get(request) if self.drawn else None
        if known is not None:
            return _done(made(known))
        return self._thread.submit(lambda: made(self._answer(name, request)))

    def _answer(self, name: str, request: str) -> str:
        answer = self._ask(name, request)
        if answer.startswith("-"):
            raise RenderError(name, answer[1:].strip())
        if self.drawn:
            self.drawn.put(request, answer[1:])
        return answer[1:]

    def _ask(self, name: str, request: str) -> str:
        """A worker that ends on a request may have been ended by somebody else: another one is asked once more."""
        code = 0
        for _ in range(_TRIES):
            process = self._process
            answer = _exchange(process, request) if process else None
            if answer is not None:
                return answer
            code = self._replace(name, process)
        raise RenderError(name, f"the renderer ended on it, twice, with {_ending(code)}")

    def _replace(self, name: str, ended: subprocess.Popen[bytes] | None) -> int:
        """A new worker instead of one that ended; its exit code."""
        with self._replacing:
            if ended is None or self._process is not ended:
                raise RenderError(name, "the renderer was stopped")
            self._process = _started()
        return _collect(ended)


def _started() -> subprocess.Popen[bytes]:
    """A worker. A session of its own keeps a terminal's Ctrl-C from it."""
    return subprocess.Popen(
        [sys.executable, "-P", render_worker.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def _exchange(process: subprocess.Popen[bytes], request: str) -> str | None:
    """The answer; nothing where the worker has ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        render_worker.write_frame(process.stdin, request)
        return render_worker.read_frame(process.stdout)
    except (OSError, ValueError):
        return None


def _collect(process: subprocess.Popen[bytes]) -> int:
    """The exit code of a worker that has ended or is about to."""
    code = process.wait()
    for pipe in (process.stdin, process.stdout):
        _close(pipe.close if pipe else None)
    return code


def _ending(code: int) -> str:
    return f"signal {-code} ({signal.strsignal(-code)})" if code < 0 else f"code {code}"


def _done(result: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(result)
    return future


def _close(close: Callable[[], None] | None) -> None:
    try:
        if close:
            close()
    except OSError:
        pass  # a request was still in the buffer of a pipe that nobody reads any more
