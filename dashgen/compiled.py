"""Templates as Python's bytecode: it takes longer to make than to fill, and is kept as Python keeps that of modules."""

from __future__ import annotations

from functools import cache as once
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from dashgen import cache, markup

MOST = 10_000_000
"""Bytes of all compiled templates that are kept."""


class Compiled(BytecodeCache):
    """For the library that fills templates."""

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = cache.read(self._place(bucket))
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        place = self._place(bucket)
        cache.keep(bucket.bytecode_to_string(), place)
        if place:
            cache.trim(place.parent, MOST)

    def _place(self, bucket: Bucket) -> Path | None:
        """The key stands for the template's path; its source is compared by the library."""
        folder = cache.folder()
        return folder / "templates" / f"{bucket.key}-{_compiler()}" if folder else None


@once
def _compiler() -> str:
    """The library and the room that says how it is used."""
    return sha256(version("jinja2").encode() + Path(markup.__file__).read_bytes()).hexdigest()
