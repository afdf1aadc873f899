"""Pages that were made before, by the names of all that they depend on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashgen import parts
from dashgen.cache import NOTHING, Store
from dashgen.diagnostics import At, Diagnostic
from dashgen.digest import digest
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
    """What `store` has of the pages of these dashboards, by their ids.

    `look` tells the node of each as it is at the moment; one without is not kept. `shared` are the project's own files.
    """

    def __init__(
        self,
        dashboards: Sequence[Dashboard] = (),
        look: Callable[[], Mapping[str, Node]] = dict,
        store: Store = NOTHING,
        shared: Sequence[Document] = (),
    ) -> None:
        self._documents = {one.id: [one.at.document, *shared] for one in dashboards}
        self._look = look
        nodes = look()
        self._names = {name: node.name for name, node in nodes.items()}
        self._sources = {name: frozenset(_sources(node)) for name, node in nodes.items()}
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
        """What fails is made anew each time; so is what was said where no file of its own or of the project says it.

        What changed while it was made is of neither state.
        """
        new = [one for one in made if one.id in self._names]
        now = {name: node.name for name, node in self._look().items()} if new else {}
        if any(now.get(one.id) != self._names[one.id] for one in new):
            self._store.recent.clear()
        beside = sorted(self._names[one.id] for one in new)
        for part in (one for one in new if now.get(one.id) == self._names[one.id]):
            said = list(self._said_of(part.id, diagnostics))
            told = [_written(one, self._documents[part.id]) for one in said]
            if not part.manifest["failures"] and None not in told:
                more = {"diagnostics": told, "since": time.time(), "rows": rows}
                if not all(self._is_own(part.id, one) for one in said):
                    more |= {"beside": beside, "written": _texts(self._documents[part.id])}
                parts.put(part, self._names[part.id], self._store, more)

    def _said_of(self, name: str, diagnostics: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
        """All but what is said in the files of other dashboards, and of sources that it does not read."""
        others = [own for key, (own, *_) in self._documents.items() if key != name]
        for one in diagnostics:
            if one.at is None or not any(one.at.document is document for document in others):
                source = self._source(name, one)
                if source is None or source in self._sources[name]:
                    yield one

    def _is_own(self, name: str, said: Diagnostic) -> bool:
        """Whether nothing but what the page depends on can make it unsaid, or move it."""
        own = said.at is not None and said.at.document is self._documents[name][0]
        return own or self._source(name, said) is not None

    def _source(self, name: str, said: Diagnostic) -> str | None:
        """The source that it is said of."""
        if said.at is None or said.at.document is self._documents[name][0]:
            return None
        match said.at.path:
            case ("sources", str(source), *_):
                return source
        return None

    def _read(self, name: str) -> Known | None:
        return parts.get(self._names[name], self._store, lambda part, more: self._known(name, part, more))

    def _known(self, name: str, part: Part, more: Mapping[str, Any]) -> Known | None:
        """None where what was said may be said no more: where another page was the cause, or the text is another."""
        documents = self._documents[name]
        if "beside" in more and (more["written"] != _texts(documents) or not self._are_all(more["beside"])):
            return None
        return Known(part, tuple(_diagnostics(more["diagnostics"], documents)), more["since"], more["rows"])

    def _are_all(self, names: Sequence[str]) -> bool:
        return {*names} <= {*self._names.values()}


def _sources(page: Node) -> Iterator[str]:
    return (node.label for _, node in page.walk() if node.kind == "source")


def _texts(documents: Sequence[Document]) -> list[str]:
    return [digest(document.text) for document in documents]


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
