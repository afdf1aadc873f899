"""Pages that were made before, by the names of all that they depend on."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dashgen import parts
from dashgen.cache import NOTHING, Store
from dashgen.diagnostics import At, Diagnostic
from dashgen.documents import Document
from dashgen.model import Dashboard
from dashgen.parts import Part

if TYPE_CHECKING:
    from dashgen.graph import Node


@dataclass(frozen=True)
class Known:
    """A page as it was made, what was said of it then, when, and of how many rows of each source."""

    part: Part
    diagnostics: tuple[Diagnostic, ...]
    since: float
    """Seconds since the epoch."""
    rows: Mapping[str, int]


class Pages:
    """What `store` has of the pages of these dashboards, by their ids. `nodes` names each; one without is not kept."""

    def __init__(
        self,
        dashboards: Sequence[Dashboard] = (),
        nodes: Mapping[str, Node] = MappingProxyType({}),
        store: Store = NOTHING,
        main: Document | None = None,
    ) -> None:
        self._documents = {one.id: [one.at.document, *([main] if main else [])] for one in dashboards}
        self._names = {name: node.name for name, node in nodes.items()}
        self.numbers = {name: one.name for name, node in nodes.items() for one in node.inputs if one.kind == "numbers"}
        """The names of what stands on the pages."""
        self._store = store
        found = {name: self._read(name) for name in self._names}
        self.known: Mapping[str, Known] = {name: one for name, one in found.items() if one is not None}

    @property
    def parts(self) -> list[Part]:
        return [one.part for one in self.known.values()]

    @property
    def rows(self) -> dict[str, int]:
        return {name: count for one in self.known.values() for name, count in one.rows.items()}

    @property
    def since(self) -> float | None:
        """When the oldest of them was made."""
        return min((one.since for one in self.known.values()), default=None)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return tuple(one for known in self.known.values() for one in known.diagnostics)

    def keep(self, made: Sequence[Part], diagnostics: Sequence[Diagnostic], rows: Mapping[str, int]) -> None:
        """What fails is made anew each time; so is what was said where no file of its own or of the project says it."""
        for part in (one for one in made if one.id in self._names):
            told = [_written(one, self._documents[part.id]) for one in self._said_of(part.id, diagnostics)]
            if not part.manifest["failures"] and None not in told:
                more = {"diagnostics": told, "since": time.time(), "rows": rows}
                parts.put(part, self._names[part.id], self._store, more)

    def _said_of(self, name: str, diagnostics: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
        """All but what is said in the files of other dashboards."""
        others = [own for key, (own, *_) in self._documents.items() if key != name]
        for one in diagnostics:
            if one.at is None or not any(one.at.document is document for document in others):
                yield one

    def _read(self, name: str) -> Known | None:
        found = parts.get(self._names[name], self._store)
        if found is None:
            return None
        part, more = found
        told = tuple(_diagnostics(more["diagnostics"], self._documents[name]))
        return Known(part, told, more["since"], more["rows"])


def _written(one: Diagnostic, documents: Sequence[Document]) -> dict[str, Any] | None:
    """As JSON; where it points to is told by which of the documents, and by the way through it."""
    told: dict[str, Any] = {"code": one.code, "message": one.message, "help": one.help, "severity": one.severity}
    if one.at is None:
        return told
    number = next((n for n, document in enumerate(documents) if document is one.at.document), None)
    if number is None:
        return None
    return {**told, "at": [number, list(one.at.path), one.at.on, one.at.within]}


def _diagnostics(told: Sequence[Mapping[str, Any]], documents: Sequence[Document]) -> Iterator[Diagnostic]:
    for one in told:
        at = None
        if "at" in one:
            number, path, on, within = one["at"]
            at = At(documents[number], tuple(path), on, tuple(within) if within else None)
        yield Diagnostic(one["code"], one["message"], at, one["help"], one["severity"])
