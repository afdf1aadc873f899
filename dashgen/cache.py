"""What is kept between runs, in the user's cache folder: an entry is whole, or it is not there."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path


def folder() -> Path | None:
    """Where everything is kept; None on a machine without a home."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dashgen"
    except RuntimeError:
        return None


def read(place: Path | None) -> bytes | None:
    """What is kept there; its first line tells whether the rest is what was written under this name."""
    if place is None:
        return None
    try:
        mark, _, content = place.read_bytes().partition(b"\n")
    except OSError:
        return None
    if mark != _mark(place, content):
        return None
    with suppress(OSError):
        os.utime(place)
    return content


def keep(content: bytes, place: Path | None) -> None:
    """In one step, so that nobody reads half of it. A folder that cannot be written is no reason to fail."""
    if place is None:
        return
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=place.parent, prefix=place.name)
    except OSError:
        return
    with suppress(OSError):
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_mark(place, content) + b"\n" + content)
            os.replace(written, place)
        finally:
            Path(written).unlink(missing_ok=True)


def _mark(place: Path, content: bytes) -> bytes:
    return sha256(place.name.encode() + b"\n" + content).hexdigest().encode()


def trim(place: Path, most: int) -> None:
    """Leave at most so many bytes in a folder; what was not used for the longest time goes first."""
    with suppress(OSError):
        states = {entry.path: entry.stat() for entry in os.scandir(place) if entry.is_file()}
        total = sum(state.st_size for state in states.values())
        for path, state in sorted(states.items(), key=lambda known: known[1].st_mtime_ns):
            if total <= most:
                break
            os.unlink(path)
            total -= state.st_size
