"""What `dashgen init` writes: the files under `project/`, a small project with generated data."""

from __future__ import annotations

from pathlib import Path

import click

from dashgen import compiler

_FILES = Path(__file__).resolve().parent / "project"
_RENAMED = {"gitignore": ".gitignore"}
"""Under its own name this file would be obeyed here."""
_SCHEMA = ".dashgen/schema.json"
"""Where the files look for what editors complete from; kept out of git, since `dashgen schema` writes it anew."""


def start(folder: Path) -> tuple[str, ...]:
    """Write the starter project into `folder`, which is made; the files' names, sorted.

    Raises click's UsageError, and writes nothing, where one of them exists already.
    """
    files = {_target(source): source.read_bytes() for source in sorted(_FILES.rglob("*")) if source.is_file()}
    files[_SCHEMA] = f"{compiler.schema(_FILES)}\n".encode()
    taken = [name for name in sorted(files) if (folder / name).exists()]
    if taken:
        raise click.UsageError(f"{folder} has {', '.join(taken)} already; nothing was written")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tuple(sorted(files))


def _target(source: Path) -> str:
    name = source.relative_to(_FILES).as_posix()
    return _RENAMED.get(name, name)
