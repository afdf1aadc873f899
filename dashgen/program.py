"""Which program made something: this one as it stands on the disk, and the libraries that shape its output."""

from __future__ import annotations

import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from os import scandir
from pathlib import Path

from dashgen import resources
from dashgen.digest import digest

_LIBRARIES = (
    *("dashgen-compiler", "altair", "babel", "duckdb", "jinja2", "jsonschema", "markdown-it-py", "numpy"),
    *("pyyaml", "sqlglot", "tzdata", "vl-convert-python"),
)
_PACKAGE = Path(__file__).resolve().parent


@cache
def fingerprint() -> str:
    """Another one for every version, and for every change to a file of a checkout."""
    libraries = [installed(name) for name in _LIBRARIES]
    folders = (_PACKAGE, resources.folder("schemas"), resources.folder("themes"))
    return digest(sys.version, libraries, [list(_files(folder)) for folder in folders])


def installed(name: str) -> str:
    """The version of a distribution; `0` where it is not installed as one."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "0"


def _files(folder: Path) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for entry in sorted(scandir(folder), key=lambda one: one.name):
        if entry.is_dir() and entry.name != "__pycache__":
            found += [(f"{entry.name}/{name}", size, time) for name, size, time in _files(Path(entry.path))]
        elif entry.is_file():
            state = entry.stat()
            found.append((entry.name, state.st_size, state.st_mtime_ns))
    return found
