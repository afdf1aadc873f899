"""Charts that were drawn before: answers of the renderer's worker, by what it was asked."""

from __future__ import annotations

from functools import cache as once
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from dashgen import cache, render_worker

MOST = 256_000_000
"""Bytes of all charts that are kept."""


class Drawn:
    """What the user's cache folder has of them. An answer depends on the request, the worker and vl-convert alone."""

    def __init__(self) -> None:
        known = cache.folder()
        self._folder = known / "charts" if known else None
        self._grew = False

    def get(self, request: str) -> str | None:
        found = cache.read(self._place(request))
        return None if found is None else found.decode()

    def put(self, request: str, answer: str) -> None:
        cache.keep(answer.encode(), self._place(request))
        self._grew = True

    def close(self) -> None:
        if self._folder and self._grew:
            cache.trim(self._folder, MOST)

    def _place(self, request: str) -> Path | None:
        return self._folder / sha256(f"{_maker()}\n{request}".encode()).hexdigest() if self._folder else None


@once
def _maker() -> str:
    """The programs that draw."""
    worker = sha256(Path(render_worker.__file__).read_bytes()).hexdigest()
    return f"vl-convert {version('vl-convert-python')}, worker {worker}"
