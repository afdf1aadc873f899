"""The chart script of a page: Vega out of the installed vl-convert, made once and kept in the user's cache folder.

It is the same for every dashboard and depends on nothing but vl-convert's version and the snippet that is bundled.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self

from dashgen import chart_script_worker
from dashgen.diagnostics import WorkError


class ChartScriptError(WorkError):
    """The installed vl-convert does not give the script."""


class ChartScript:
    """A context manager around its making. Enter it early: where the cache has none, a process makes it meanwhile."""

    def __init__(self) -> None:
        self._kept: bytes | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._kept = _read(_place())
        if self._kept is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", chart_script_worker.__file__],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, if nobody waited for it."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def content(self) -> bytes:
        """The script; waits for it. Raises ChartScriptError."""
        if self._kept is None:
            self._kept = self._made()
            _keep(self._kept, _place())
        return self._kept

    def _made(self) -> bytes:
        process, self._process = self._process, None
        assert process is not None
        script, said = process.communicate()
        if process.returncode:
            reason = said.decode(errors="replace").strip().rpartition("\n")[2]
            raise ChartScriptError(f"vl-convert {_version()} gives no chart script: {reason}")
        return script


def content() -> bytes:
    """The script, for those who cannot begin early."""
    with ChartScript() as script:
        return script.content()


def _version() -> str:
    return version("vl-convert-python")


# ---- cache ----------------------------------------------------------------------------------


def _place() -> Path | None:
    """Where it is kept; None on a machine without a home."""
    snippet = sha256(chart_script_worker.SNIPPET.encode()).hexdigest()[:12]
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return None
    return folder / "dashgen" / f"vega-{_version()}-{snippet}.js"


def _read(place: Path | None) -> bytes | None:
    """What is kept, if it is whole: its first line is the hash of the rest."""
    try:
        mark, _, script = place.read_bytes().partition(b"\n") if place else (b"", b"", b"")
    except OSError:
        return None
    return script if mark == _mark(script) else None


def _mark(script: bytes) -> bytes:
    return f"// {sha256(script).hexdigest()}".encode()


def _keep(script: bytes, place: Path | None) -> None:
    """In one step, so that no other build reads half of it. A folder that cannot be written is no reason to fail."""
    if place is None:
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=place.parent, prefix=place.name)
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_mark(script) + b"\n" + script)
        os.replace(written, place)
    except OSError:
        Path(written).unlink(missing_ok=True)
