"""One dashboard's share of a bundle: all that a build must know of it when nothing of it has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from dashgen.cache import Store

T = TypeVar("T")

File = tuple[str, int]
"""A file's sha256 and its size."""


def fingerprint(content: bytes) -> File:
    return sha256(content).hexdigest(), len(content)


@dataclass(frozen=True)
class Part:
    """`files` are the dashboard's own, `assets` those that pages share; both by their paths in the bundle."""

    id: str
    files: Mapping[str, bytes]
    assets: Mapping[str, bytes]
    links: Mapping[str, Any]
    """What the index loads where this dashboard is the first, as `pages.Links` has it."""
    entry: Mapping[str, Any]
    """Of the index."""
    manifest: Mapping[str, Any]
    """The entry of the manifest."""
    exposure: Mapping[str, Any]
    versions: Mapping[str, str]
    """Of what this page was made with, beside the program's own."""
    told: Mapping[str, File]
    """Of every file."""

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        yield from self.assets.items()
        yield from self.files.items()


_WRITTEN = ("id", "links", "entry", "manifest", "exposure", "versions")


def put(part: Part, name: str, store: Store, more: Mapping[str, Any]) -> None:
    """Keep it with what else is known of it. Shared files are kept once for all dashboards."""
    told = part.told
    for path, content in part.assets.items():
        _put_shared(f"asset-{told[path][0]}", content, store)
    head = {
        **{name: getattr(part, name) for name in _WRITTEN},
        "files": {path: told[path] for path in part.files},
        "assets": {path: told[path] for path in part.assets},
        "more": more,
    }
    store.put(name, json.dumps(head).encode() + b"\n" + b"".join(part.files.values()))


def _put_shared(name: str, content: bytes, store: Store) -> None:
    """Nothing where it is there; whether it is whole is looked at once in a process."""
    is_known = store.recent.get(name) is not None and store.has(name)
    if not is_known and store.get(name) is None:
        store.put(name, content)
    store.recent.put(name, True, 0)


def get(name: str, store: Store, known: Callable[[Part, Mapping[str, Any]], T]) -> T | None:
    """What `known` makes of the part and of what else was kept with it."""
    return store.told(name, lambda kept: known(*_opened(kept, store)))


def _opened(kept: bytes, store: Store) -> tuple[Part, Mapping[str, Any]]:
    """Raises `LookupError` or `ValueError` for one that is not whole."""
    line, _, content = kept.partition(b"\n")
    head = json.loads(line)
    files, offset = {}, 0
    for path, (_, size) in head["files"].items():
        files[path] = content[offset : offset + size]
        offset += size
    if offset != len(content):
        raise ValueError("other files than it tells of")
    assets = {path: _shared(f"asset-{told[0]}", store) for path, told in head["assets"].items()}
    told = {path: (one[0], one[1]) for path, one in (*head["files"].items(), *head["assets"].items())}
    return Part(**{name: head[name] for name in _WRITTEN}, files=files, assets=assets, told=told), head["more"]


def _shared(name: str, store: Store) -> bytes:
    content = store.get(name)
    if content is None:
        raise LookupError(name)
    return content
