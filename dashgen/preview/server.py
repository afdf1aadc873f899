"""A server on loopback, in a thread of its own: who looks is answered while the next state is compiled."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from dashgen.diagnostics import WorkError
from dashgen.preview.app import App

PORT = 3274
_TRIED = 50


class PortTaken(WorkError):
    """Something else listens there."""


def listening(host: str, port: int | None) -> socket.socket:
    """A socket on this port; without one on the usual port, or the next that is free. Raises WorkError."""
    if port is not None:
        try:
            return _bound(host, port)
        except OSError as problem:
            raise _refused(host, port, problem) from problem
    for candidate in range(PORT, PORT + _TRIED):
        try:
            return _bound(host, candidate)
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise _refused(host, candidate, problem) from problem
    return _bound(host, 0)


def _refused(host: str, port: int, problem: OSError) -> WorkError:
    if problem.errno != errno.EADDRINUSE:
        reason = (problem.strerror or str(problem)).lower()
        return WorkError(f"cannot listen on {host}, port {port}: {reason}")
    free = _next_free(host, port)
    offer = f"; {free} is free: dashgen preview --port {free}" if free else ""
    return PortTaken(f"port {port} is in use{offer}")


def _next_free(host: str, port: int) -> int | None:
    for candidate in range(port + 1, min(port + _TRIED, 65536)):
        try:
            _bound(host, candidate).close()
        except OSError:
            continue
        return candidate
    return None


def _bound(host: str, port: int) -> socket.socket:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    made = socket.socket(family, kind)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(128)
    except BaseException:
        made.close()
        raise
    return made


@contextmanager
def serving(app: App, listener: socket.socket) -> Iterator[None]:
    """Answers until the block ends, and then nobody any more."""
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        http="h11",
        loop="asyncio",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, args=([listener],), name="server", daemon=True)
    thread.start()
    try:
        yield
    finally:
        app.close()
        server.should_exit = True
        thread.join()
        listener.close()
