"""Charts that were drawn before: answers of the renderer's worker, by what it was asked."""

from __future__ import annotations

from functools import cache as once
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from dashgen import render_worker
from dashgen.cache import Store
from dashgen.digest import digest


class Drawn:
    """What `store` has of them. An answer depends on the request, the worker and vl-convert alone."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, request: str) -> str | None:
        name = _name(request)
        found: str | None = self._store.recent.get(name)
        if found is None and (found := self._store.told(name, bytes.decode)) is not None:
            self._store.recent.put(name, found, len(found))
        return found

    def put(self, request: str, answer: str) -> None:
        self._store.put(_name(request), answer.encode())


def _name(request: str) -> str:
    return digest("chart", _maker(), request)


@once
def _maker() -> str:
    """The programs that draw."""
    worker = sha256(Path(render_worker.__file__).read_bytes()).hexdigest()
    return f"vl-convert {version('vl-convert-python')}, worker {worker}"
