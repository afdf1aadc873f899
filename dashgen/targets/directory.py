"""A folder. It changes as a whole: whoever looks sees the old files or the new ones, even after a kill."""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen.targets.base import DeliveryError

if TYPE_CHECKING:
    from dashgen.manifest import Bundle

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_MANIFEST = "manifest.json"
_GENERATOR = "dashgen"
_FILES_AT_ONCE = 4
_LITTER = frozenset({".DS_Store", "Thumbs.db"})


class DirectoryTarget:
    name: ClassVar[str] = "directory"

    def push(self, bundle: Bundle, options: Mapping[str, Any], root: Path) -> None:
        deliver(bundle, root / options["path"])


def deliver(bundle: Bundle, folder: Path) -> None:
    """Make `folder` hold exactly the bundle.

    The files are written beside it, forced to the disk and swapped in by one rename; what was there goes last. Files
    that are there already are taken over, and nothing is touched where all are.
    Raises DeliveryError, with `folder` untouched, where it holds files that no earlier bundle brought.
    """
    folder = Path(os.path.realpath(folder))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _recover(folder)
        _refuse_strangers(folder)
        if not all(_is_there(folder / path, content) for path, content in bundle.items()):
            _replace(bundle, folder)
    except OSError as problem:
        raise DeliveryError(f"cannot write to `{folder}`: {problem.strerror or problem}") from problem


# ---- beside the folder ----------------------------------------------------------------------


def _replace(bundle: Bundle, folder: Path) -> None:
    """Write a new folder next to `folder` and swap. It is locked meanwhile: nobody takes it for litter."""
    made = folder.with_name(f"{_prefix(folder)}{secrets.token_hex(6)}")
    lock: int | None = None
    try:
        made.mkdir()
        lock = _lock(made)
        _write(bundle, made, folder)
        _swap(made, folder)
    finally:
        try:
            shutil.rmtree(made, ignore_errors=True)
        except KeyboardInterrupt:  # pressed now, or once more
            shutil.rmtree(made, ignore_errors=True)
            raise
        finally:
            if lock is not None:
                os.close(lock)


def _prefix(folder: Path) -> str:
    return f".{folder.name}.dashgen-"


def _kept(folder: Path) -> Path:
    """Where the old output stands for the moment between two renames, on systems that cannot exchange."""
    return folder.with_name(f"{_prefix(folder)}previous")


def _lock(path: Path) -> int | None:
    """An open lock on a folder; None if another process has it. A kill releases it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _recover(folder: Path) -> None:
    """Clear up after a delivery that was killed: put an old output back, drop what was never finished."""
    kept = _kept(folder)
    if kept.exists() and not folder.exists():
        kept.rename(folder)
    for left in [path for path in folder.parent.iterdir() if path.name.startswith(_prefix(folder))]:
        lock = _lock(left)
        if lock is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)


# ---- what may be replaced -------------------------------------------------------------------


def _refuse_strangers(folder: Path) -> None:
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise DeliveryError(f"`{folder}` is a file; the output needs a folder")
    stranger = next(_strangers(folder), None)
    if stranger is not None:
        raise DeliveryError(
            f"`{folder}` holds `{stranger}`, which dashgen did not write; name another folder or take it away"
        )


def _strangers(folder: Path) -> Iterator[str]:
    """Files that are not in the folder's own manifest; every file where there is none."""
    own = _own_files(folder)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name not in own and path.name not in _LITTER:
            yield name


def _own_files(folder: Path) -> set[str]:
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        if manifest["generator"] == _GENERATOR:
            return {_MANIFEST, *(entry["path"] for entry in manifest["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return set()


# ---- writing and swapping -------------------------------------------------------------------


def _is_there(file: Path, content: bytes) -> bool:
    try:
        return file.stat().st_size == len(content) and file.read_bytes() == content
    except OSError:
        return False


def _write(bundle: Bundle, made: Path, before: Path) -> None:
    """Several files at once: a disk takes most of the time, and forces many as fast as one."""
    for folder in {(made / path).parent for path in bundle}:
        folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(_FILES_AT_ONCE, "write") as pool:
        files = [(made / path, before / path, content) for path, content in bundle.items()]
        for _ in pool.map(lambda file: _put(*file), files):
            pass


def _put(file: Path, before: Path, content: bytes) -> None:
    """What stands on the disk already gets one name more; where file systems know no such names it is written."""
    if not before.is_symlink() and _is_there(before, content):
        with suppress(OSError):
            os.link(before, file)
            return
    _force(file, content)


def _force(file: Path, content: bytes) -> None:
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _swap(made: Path, folder: Path) -> None:
    """Put `made` in the place of `folder`; in the end the old one, if there was one, is called `made`."""
    if not folder.exists():
        made.rename(folder)
    elif not _exchange(made, folder):
        kept = _kept(folder)
        folder.rename(kept)
        try:
            made.rename(folder)
        except BaseException:
            kept.rename(folder)
            raise
        kept.rename(made)
    _sync(folder.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step, where the system knows how to (Linux)."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    at_working_folder, exchange = -100, 2
    done: int = rename(at_working_folder, os.fsencode(one), at_working_folder, os.fsencode(other), exchange)
    return done == 0


def _sync(folder: Path) -> None:
    """Force the new names to the disk, on systems where a folder can be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
