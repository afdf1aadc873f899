"""Workflow commands, which GitHub Actions shows as annotations in a pull request."""

from __future__ import annotations

from collections.abc import Iterable

from dashgen.diagnostics import Diagnostic
from dashgen.report.base import Located, located, visible


def render(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """One command a line. Its message begins with the position, for people who read the log."""
    return "".join(_command(found) + "\n" for found in located(diagnostics))


def _command(found: Located) -> str:
    diagnostic = found.diagnostic
    properties = ",".join(f"{name}={_property(value)}" for name, value in _properties(found).items())
    lines = [found.place + visible(diagnostic.message)]
    if diagnostic.help is not None:
        lines.append(f"help: {visible(diagnostic.help)}")
    return f"::{diagnostic.severity} {properties}::{_data(chr(10).join(lines))}"


def _properties(found: Located) -> dict[str, str]:
    properties: dict[str, str] = {}
    span = found.span
    if found.file is not None and span is not None:
        properties = {"file": visible(found.file), "line": str(span.line), "endLine": str(span.end_line)}
        if span.line == span.end_line:  # GitHub drops columns that are on different lines
            properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    return properties | {"title": found.diagnostic.code}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
