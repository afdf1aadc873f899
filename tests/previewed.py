"""A small project that is watched: what the tests of the preview share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from dashgen.preview.session import Options, Session
from dashgen.preview.view import View
from dashgen.preview.watching import watching
from dashgen.render import Renderer
from dashgen.starter import start as start_project

PATIENCE = 60.0
"""Seconds after which a state that does not come is a failure."""

CARDS = """\
version: 1
title: {title}
filters: [time_range, model]
layout:
  - {{type: card, metric: requests}}
  - {{type: card, metric: {metric}}}
"""


def cards(title: str = "Cards", metric: str = "tokens") -> str:
    return CARDS.format(title=title, metric=metric)


PROJECT = """\
version: 1
sources:
  gateway:
    type: files
    path: data/requests.csv
    fields: {time: ts, user: user_id, status_code: status, latency: latency_ms}
prices: prices.yaml
"""


def project(folder: Path, **dashboards: str) -> Path:
    """The starter's data with these dashboards, which may lie in folders."""
    start_project(folder)
    (folder / "dashgen.yaml").write_text(PROJECT)
    for path in (folder / "dashboards").iterdir():
        path.unlink()
    for name, text in dashboards.items():
        (folder / f"dashboards/{name}.yaml").write_text(text)
    return folder


def replace(file: Path, text: str) -> None:
    """As editors save that write beside the file and rename."""
    beside = file.with_name(f".{file.name}.tmp")
    beside.write_text(text)
    os.replace(beside, file)


class Running:
    """A session in a thread of its own; `next` waits for its next state."""

    def __init__(self, views: SimpleQueue[View]) -> None:
        self._views = views

    def next(self) -> View:
        return self._views.get(timeout=PATIENCE)

    def until(self, is_wanted: Callable[[View], object]) -> View:
        """The first state that is so. One save may bring several: what came between must not matter."""
        while True:
            view = self.next()
            if is_wanted(view):
                return view

    def titled(self, *titles: str) -> View:
        """The first state that is fine and whose dashboards are called so."""
        return self.until(lambda view: view.is_fine and titles_of(view) == sorted(titles))


def titles_of(view: View) -> list[str]:
    """Of its dashboards."""
    pages = [view.files[f"{name}/index.html"].decode() for name in view.ids]
    return sorted(page.partition("<title>")[2].partition("</title>")[0] for page in pages)


class Deaf:
    """Listens to nothing."""

    def began(self, causes: Sequence[str]) -> None:
        pass

    def phase(self, name: str) -> None:
        pass


@contextmanager
def running(*paths: str, lenient: bool = True) -> Iterator[Running]:
    """A session of the working directory's project."""
    views: SimpleQueue[View] = SimpleQueue()
    with Renderer() as renderer, watching() as watcher:
        session = Session(Options(paths, lenient=lenient, cache=False), watcher, renderer, Deaf())
        thread = Thread(target=lambda: [views.put(view) for view in session.views()])
        thread.start()
        try:
            yield Running(views)
        finally:
            watcher.close()
            thread.join()
