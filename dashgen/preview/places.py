"""Where the files lie that a project is read from, and which changes there concern it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from glob import has_magic
from pathlib import Path, PurePath

from dashgen import documents, parse, project
from dashgen.diagnostics import Failure
from dashgen.environment import filled
from dashgen.model import Project
from dashgen.project import Checked
from dashgen.sources.formats import FORMATS

_YAML = frozenset((".yaml", ".yml"))
_DATA = frozenset((*FORMATS, ".wal"))
_PACKED = frozenset((".gz", ".zst"))
_FOREIGN = frozenset(("node_modules", "__pycache__", "venv", "env", "site-packages"))
_MOST = 5_000
"""Folders. A pattern that reaches further finds the rest at the next start."""


@dataclass(frozen=True, slots=True)
class Places:
    """Folders to look at, each without those inside it; of their files the YAML and the data, and some by name.

    Of folders that come and go those matter that lie in `deep` ones, or on the way to an `awaited` one.
    """

    folders: frozenset[str]
    files: frozenset[str] = frozenset()
    deep: frozenset[str] = frozenset()
    awaited: frozenset[str] = frozenset()

    def concerns(self, path: str) -> bool:
        """Whether a change of this path may change a page. Hidden files are editors' and none of ours."""
        name = PurePath(path)
        if name.name.startswith(".") or name.name.endswith("~"):
            return path in self.files
        return is_data(path) or name.suffix in _YAML or path in self.files or self._is_folder(path)

    def _is_folder(self, path: str) -> bool:
        if path in self.folders or any(f"{wanted}/".startswith(f"{path}/") for wanted in self.awaited):
            return True
        return os.path.dirname(path) in self.deep and os.path.isdir(path)


def is_data(path: str) -> bool:
    """Whether it holds rows, as far as its name tells. Such files are often written for a while."""
    name = PurePath(path.lower())
    return (PurePath(name.stem).suffix if name.suffix in _PACKED else name.suffix) in _DATA


def places(paths: Sequence[str], checked: Checked | None, before: Places | None = None) -> Places:
    """What is read for `paths`; of a project that is broken what is known of it, and what it was `before`."""
    files = set(map(os.path.realpath, _files(paths, checked)))
    bases = {Path(file).parent: False for file in files} | dict(_bases(paths, checked))
    deep = {str(place) for base, is_deep in bases.items() if is_deep and base.is_dir() for place in _inside(base)}
    folders = {str(_existing(base)) for base in bases} | deep
    awaited = {str(base) for base in bases if not base.is_dir()}
    found = Places(frozenset(folders), frozenset(files), frozenset(deep), frozenset(awaited))
    return _joined(found, before) if before and (checked is None or checked.project is None) else found


def _joined(one: Places, other: Places) -> Places:
    folders = one.folders | {folder for folder in other.folders if os.path.isdir(folder)}
    return Places(folders, one.files | other.files, one.deep | other.deep, one.awaited | other.awaited)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that there is: in it the missing one will appear."""
    return next(place for place in (folder, *folder.parents) if place.is_dir())


# ---- files ----------------------------------------------------------------------------------------


def _files(paths: Sequence[str], checked: Checked | None) -> Iterator[Path]:
    for file in _project_files(paths):
        yield from project.own_files(file)
    yield from (Path(path) for path in paths if not path.startswith("@") and not Path(path).is_dir())
    if checked is None:
        return
    yield from (one.at.document.file for one in checked.diagnostics if one.at and one.at.document.file)
    if checked.project is None:
        return
    root = Path(checked.project.root)
    for dashboard in checked.dashboards:
        if dashboard.at.document.file is not None:
            yield dashboard.at.document.file
    for theme in {checked.project.theme, *(dashboard.theme for dashboard in checked.dashboards)}:
        yield from _theme_files(root, theme, set())
    for pattern in _data_patterns(checked.project):
        if not has_magic(pattern):
            yield root / pattern


def _project_files(paths: Sequence[str]) -> Iterator[Path]:
    named = [Path(path) for path in paths if not path.startswith("@")]
    for place in named or [Path()]:
        with suppress(project.NoProject):
            yield project.find(place if place.is_dir() else place.parent)
            return


def _theme_files(beside: Path, name: object, seen: set[Path]) -> Iterator[Path]:
    """A theme that is a file, the files that it extends, and their logos."""
    if not isinstance(name, str) or PurePath(name).suffix not in _YAML or beside / name in seen:
        return
    file = beside / name
    seen.add(file)
    yield file
    with suppress(Failure):
        data = documents.read_file(file).data
        given = data if isinstance(data, dict) else {}
        yield from _named_by_theme(given, file.parent, seen)
        for key in ("dark", "contrast"):
            yield from _named_by_theme(given[key], file.parent, seen) if isinstance(given.get(key), dict) else ()


def _named_by_theme(given: dict[str, object], beside: Path, seen: set[Path]) -> Iterator[Path]:
    for key in ("extends", "dark", "contrast"):
        yield from _theme_files(beside, given.get(key), seen)
    if isinstance(given.get("logo"), str):
        yield beside / str(given["logo"])


def _data_patterns(known: Project) -> Iterator[str]:
    """With the environment's values; a source that lacks one reads nothing anyway."""
    for source in known.sources.values():
        with suppress(Failure):
            yield from (path for path in filled(source, known, os.environ)[0].path if "://" not in path)


# ---- folders --------------------------------------------------------------------------------------


def _bases(paths: Sequence[str], checked: Checked | None) -> Iterator[tuple[Path, bool]]:
    """Folders in which files may come and go, and whether in those inside them too."""
    for path in paths:
        if not path.startswith("@") and Path(path).is_dir():
            yield Path(path).resolve(), True
    known = checked.project if checked else None
    if not paths:
        for file in _project_files(paths):
            patterns = known.dashboards if known else parse.DASHBOARDS
            yield from (_base(file.parent, pattern) for pattern in patterns if not pattern.startswith("@"))
    for pattern in _data_patterns(known) if known else ():
        yield _base(Path(known.root if known else "."), pattern)


def _base(root: Path, pattern: str) -> tuple[Path, bool]:
    """Where a pattern begins to look, and whether it looks into folders there. A folder stands for all in it."""
    parts = (root / pattern).parts
    fixed = next((n for n, part in enumerate(parts) if has_magic(part)), len(parts))
    base = Path(os.path.realpath(Path(*parts[:fixed])))
    if fixed == len(parts):
        is_file = bool(base.suffix) and not base.is_dir()
        return (base.parent, False) if is_file else (base, True)
    return base, len(parts) - fixed > 1


def _inside(folder: Path) -> Iterator[Path]:
    """The folder and those in it; not what is hidden, nor what package managers and Python put there."""
    count = 0
    for place, folders, files in os.walk(folder):
        if "pyvenv.cfg" in files or count == _MOST:
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _FOREIGN]
        count += 1
        yield Path(place)
