"""What was found wrong, and where: one value that every checker yields and every report prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dashgen.documents import Document

Path = tuple[str | int, ...]
"""Keys and list indexes from a document's root to a node."""

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a file: lines and columns count from 1, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class At:
    """A node of a document. Line and column are looked up only when somebody prints them."""

    document: Document
    path: Path = ()
    on: Literal["value", "key"] = "value"
    within: tuple[int, int] | None = None
    """Offsets inside the node's written text, for a mistake in the middle of an expression."""

    def __truediv__(self, step: str | int) -> At:
        return At(self.document, (*self.path, step))

    def key(self) -> At:
        """The key of this node instead of its value."""
        return At(self.document, self.path, "key")

    def part(self, start: int, end: int) -> At:
        """Characters `start` to `end` of this node's text."""
        return At(self.document, self.path, "value", (start, end))

    @property
    def span(self) -> Span:
        return self.document.span(self)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake or piece of advice. `code` is kebab-case and never renamed; made by `messages.py` only."""

    code: str
    message: str
    at: At | None = None
    help: str | None = None
    severity: Severity = "error"

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


class WorkError(Exception):
    """Something outside the input went wrong: the message says what in one sentence, and nothing was changed."""


class Failure(Exception):
    """Raised where work cannot go on: carries the diagnostics that say why."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(d.message for d in self.diagnostics))


class Misuse(Exception):
    """The question was wrong, whatever the files say; its text says what would be right."""


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(d.is_error for d in diagnostics)
