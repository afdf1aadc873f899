"""The chart script of a page: Vega out of the installed vl-convert, made once and kept in the user's cache folder.

It is the same for every dashboard and depends on nothing but vl-convert's version and the snippet that is bundled.
"""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self

from dashgen import cache, chart_script_worker
from dashgen.diagnostics import WorkError


class ChartScriptError(WorkError):
    """The installed vl-convert does not give the script."""


class ChartScript:
    """A context manager around its making. Enter it early: where the cache has none, a process makes it meanwhile."""

    def __init__(self) -> None:
        self._kept: bytes | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._kept = cache.read(_place())
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
            cache.keep(self._kept, _place())
        return self._kept

    def _made(self) -> bytes:
        process = self._process
        assert process is not None
        script, said = process.communicate()
        self._process = None
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


def _place() -> Path | None:
    """Where it is kept."""
    snippet = sha256(chart_script_worker.SNIPPET.encode()).hexdigest()[:12]
    folder = cache.folder()
    return folder / f"vega-{_version()}-{snippet}.js" if folder else None
