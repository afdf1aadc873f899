"""Diagnostics for the page: what the terminal says, in parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashgen.diagnostics import Diagnostic, Span
from dashgen.report.base import Located, located, visible

_AROUND = 1
_LONG = 240
"""Characters of a line."""


def problems(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Errors before advice, each as files, lines and columns order them."""
    found = sorted(located(diagnostics), key=lambda one: not one.diagnostic.is_error)
    return [_problem(one) for one in found]


def _problem(one: Located) -> dict[str, Any]:
    diagnostic = one.diagnostic
    return {
        "severity": diagnostic.severity,
        "code": diagnostic.code,
        "message": visible(diagnostic.message),
        "help": visible(diagnostic.help or ""),
        "place": one.place.removesuffix(": "),
        "frame": _frame(one),
    }


def _frame(one: Located) -> list[dict[str, Any]]:
    """The lines around the mistake; `marked` are the first character and the one after the last that are wrong."""
    at, span = one.diagnostic.at, one.span
    if at is None or span is None or not at.document.line(span.line).strip():
        return []
    numbers = range(max(1, span.line - _AROUND), span.line + _AROUND + 1)
    lines = [(number, at.document.line(number)) for number in numbers]
    return [
        {"number": number, "text": text[:_LONG], **({"marked": _marked(span, text)} if number == span.line else {})}
        for number, text in lines
        if text.strip() or number == span.line
    ]


def _marked(span: Span, text: str) -> list[int]:
    end = span.end_column - 1 if span.end_line == span.line else len(text.rstrip())
    return [span.column - 1, max(span.column, end)]
