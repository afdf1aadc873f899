"""The program as people run it: a process of its own, in a folder, with or without a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from json import loads
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
COMMAND = (sys.executable, "-P", "-m", "dashgen")


@dataclass
class Process:
    """A running `dashgen` whose descendants can be told from all other processes."""

    child: subprocess.Popen[str]
    mark: str = field(repr=False)

    def descendants(self) -> list[int]:
        """Living processes that it started, and those they started; itself left out."""
        return [pid for pid in _processes() if pid != self.child.pid and self.mark in _environment(pid)]


def start(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Process:
    mark = f"DASHGEN_TEST={uuid.uuid4()}"
    name, _, value = mark.partition("=")
    child = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        env={**os.environ, **(env or {}), name: value},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    return Process(child, mark)


def run(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    child = start(*arguments, cwd=cwd, env=env).child
    out, err = child.communicate(timeout=300)
    return subprocess.CompletedProcess(arguments, child.returncode, out, err)


def run_in_terminal(
    *arguments: str, cwd: Path, env: Mapping[str, str] | None = None, without: str = ""
) -> tuple[int, str]:
    """Exit code, and what a terminal of 40 columns would be sent. `without` is a variable to leave out."""
    ours, theirs = pty.openpty()
    wanted = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "40", **(env or {})}
    wanted.pop(without, None)
    child = subprocess.Popen([*COMMAND, *arguments], cwd=cwd, env=wanted, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    with open(ours, "rb", buffering=0) as screen:
        sent = b"".join(iter(lambda: _read(screen.fileno()), b""))
    return child.wait(timeout=300), sent.decode().replace("\r\n", "\n")


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65536)
    except OSError:  # the other end is closed
        return b""


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _environment(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check_whole(folder: Path) -> None:
    """A bundle has exactly the files of its manifest, as the manifest has them."""
    files = tree(folder)
    listed = {entry["path"]: entry for entry in loads(files.pop("manifest.json"))["files"]}
    assert files.keys() == listed.keys()
    for path, content in files.items():
        assert (sha256(content).hexdigest(), len(content)) == (listed[path]["sha256"], listed[path]["size"]), path
