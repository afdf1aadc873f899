"""`dashgen preview` and `dashgen build --watch`: one session, two ends."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import perf_counter

from dashgen.preview.app import App, address
from dashgen.preview.hosts import Hosts, is_loopback
from dashgen.preview.server import PORT, listening, serving
from dashgen.preview.session import Options, Session
from dashgen.preview.status import Status
from dashgen.preview.view import View
from dashgen.preview.watching import watching
from dashgen.render import Renderer
from dashgen.targets.base import DeliveryError
from dashgen.targets.directory import deliver


def preview(options: Options, host: str, port: int | None, *, opens: bool = False) -> None:
    """Serve what `options` say until somebody ends it. Raises WorkError where nothing can be served."""
    status = Status()
    listener = listening(host, port)
    number = listener.getsockname()[1]
    app = App(Hosts(host, number))
    where = address(host, number)
    with serving(app, listener), _session(options, status) as session:
        if port is None and number != PORT:
            status.say(f"Port {PORT} is in use; this preview has {number}.")
        if not is_loopback(host):
            status.say(f"Other machines reach this preview on port {number}, and with it every number in it.")
        before = View()
        for view in session.views():
            app.show(view)
            status.shown(view, before)
            if not before.summary.phases:
                status.say(f"Preview: {where} (Ctrl-C ends it)")
                if opens:
                    Thread(target=webbrowser.open, args=(where,), daemon=True).start()
            before = view


def rebuild(options: Options, out: Path) -> None:
    """Write into `out` whenever something changed, until somebody ends it. Errors leave it as it was."""
    status = Status()
    with _session(replace(options, lenient=False), status) as session:
        before, written = View(), None
        for view in session.views():
            done = ""
            if view.is_fine and view.files != written:
                view, done = _delivered(view, out, status, is_first=written is None)
                written = view.files if done else written
            status.shown(view, before, done)
            if not before.summary.phases:
                status.say("Watching for changes (Ctrl-C ends it)")
            before = view


def _delivered(view: View, out: Path, status: Status, *, is_first: bool) -> tuple[View, str]:
    """The view with the time that this took, and where its files are now; nowhere if that could not be, later on."""
    status.phase("deliver")
    began = perf_counter()
    try:
        deliver(view.files, out)
    except DeliveryError as refused:
        if is_first:
            raise
        return replace(view, trouble=str(refused)), ""
    phases = {**view.summary.phases, "deliver": perf_counter() - began}
    return replace(view, summary=replace(view.summary, phases=phases)), str(out)


@contextmanager
def _session(options: Options, status: Status) -> Iterator[Session]:
    """The renderer first: it takes longest to start."""
    with Renderer() as renderer, watching() as watcher:
        try:
            yield Session(options, watcher, renderer, status)
        finally:
            status.ended()
