"""Files beside the project: parquet, CSV, JSON lines, `.duckdb`; which they are, told without reading them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from glob import glob, has_magic
from pathlib import Path
from typing import Any, ClassVar

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic, Failure
from dashgen.model import Source
from dashgen.sources.base import Bound, Surroundings
from dashgen.sources.formats import FORMATS, File, inside, nearby
from dashgen.sources.marks import marks


class Files:
    name: ClassVar[str] = "files"

    def bind(self, source: Source, around: Surroundings) -> Bound:
        from dashgen.sources.embedded import bind

        return bind(source, around, _files(source, around.project.root))

    def state(self, source: Source, root: str) -> Any:
        """Of every file, and of the log beside a database that holds what was not yet written into it."""
        files = [(file.written, file.path) for file in _files(source, root)]
        logs = [(f"{written}.wal", f"{path}.wal") for written, path in files if Path(f"{path}.wal").is_file()]
        return marks([*files, *logs])


def _place(source: Source, index: int) -> At:
    """Where the path of that number is written."""
    return source.at / "path" / index if len(source.path) > 1 else source.at / "path"


def _files(source: Source, root: str) -> list[File]:
    """Every file that the source names, once each; every pattern must find one."""
    found: dict[str, File] = {}
    problems: list[Diagnostic] = []
    for index, text in enumerate(source.path):
        files = [file for file in _matching(text, root) if Path(file.path).is_file()]
        problems += _check_found(files, _place(source, index), text, root)
        for file in files:
            found.setdefault(os.path.realpath(file.path), file)  # a link and its target are one file
    problems += _check_formats(source, list(found.values()))
    if problems:
        raise Failure(problems)
    return sorted(found.values(), key=lambda file: file.path)


def _check_found(files: Sequence[File], at: At, text: str, root: str) -> Iterator[Diagnostic]:
    """A pattern finds files that may be read."""
    closed = _closed(Path(root, text)) if not files else None
    if closed is not None:
        yield messages.no_permission(at, os.path.relpath(closed, root), is_folder=True)
    elif not files and Path(root, text).is_dir():
        yield messages.path_is_folder(at, text, inside(Path(root, text)))
    elif not files:
        yield messages.missing_file(at, text, nearby(Path(root, text)))
    for file in files:
        if not os.access(file.path, os.R_OK):
            yield messages.no_permission(at, file.written, is_folder=False)


def _closed(path: Path) -> Path | None:
    """The first folder on the way to `path` that may not be looked into."""
    folders = [folder for folder in reversed([path, *path.parents]) if not has_magic(folder.name)]
    return next((folder for folder in folders if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK)), None)


def _matching(text: str, root: str) -> Iterator[File]:
    """A file whose name looks like a pattern is meant before what the pattern would find."""
    is_pattern = has_magic(text) and not Path(root, text).is_file()
    for name in glob(text, root_dir=root, recursive=True) if is_pattern else [text]:
        yield File(name, str(Path(root, name)))


def _check_formats(source: Source, files: Sequence[File]) -> Iterator[Diagnostic]:
    formats = {file.format for file in files}
    if None in formats:
        odd = next(file for file in files if file.format is None)
        yield messages.unknown_format(source.at / "path", Path(odd.path).name, list(FORMATS))
    elif len(formats) > 1:
        yield messages.mixed_formats(source.at / "path", sorted(f for f in formats if f))
    elif formats == {"database"} and source.table is None:
        yield messages.database_without_table(source.at / "path")
