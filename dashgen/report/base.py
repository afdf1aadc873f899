"""What a report is: a way to print diagnostics."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from dashgen.diagnostics import Diagnostic, Span


class Report(Protocol):
    """A format of diagnostics: one module here, one line in the table of formats."""

    def render(self, diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
        """The whole output, ending in a line break unless it is empty. Formats for machines ignore `colour`."""
        ...


@dataclass(frozen=True, slots=True)
class Located:
    """A diagnostic with its position looked up."""

    diagnostic: Diagnostic
    file: str | None
    span: Span | None

    @property
    def place(self) -> str:
        """`FILE:LINE:COLUMN: `, or nothing for a diagnostic without a position."""
        return f"{visible(self.file)}:{self.span.line}:{self.span.column}: " if self.file and self.span else ""


def located(diagnostics: Iterable[Diagnostic]) -> list[Located]:
    """In the order of files, lines and columns, those without a position first, each once."""
    once = {(_order(found), found.span): found for found in map(_locate, diagnostics)}
    return sorted(once.values(), key=_order)


def _locate(diagnostic: Diagnostic) -> Located:
    at = diagnostic.at
    return Located(diagnostic, None, None) if at is None else Located(diagnostic, at.document.name, at.span)


def _order(found: Located) -> tuple[str, int, int, str, str]:
    line, column = (found.span.line, found.span.column) if found.span else (0, 0)
    return found.file or "", line, column, found.diagnostic.code, found.diagnostic.message


def visible(text: str) -> str:
    """The text with control, bidirectional and other invisible characters written as `<U+202E>`."""
    return text if text.isascii() and text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    hidden = unicodedata.category(character) in _HIDDEN
    return f"<U+{ord(character):04X}>" if hidden else character


_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
