"""One JSON object with every diagnostic, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from dashgen.diagnostics import Diagnostic
from dashgen.report.base import Located, located


def render(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """`{"format": 1, "diagnostics": […]}`; position keys are null for a diagnostic without a position."""
    entries = [_entry(found) for found in located(diagnostics)]
    return json.dumps({"format": 1, "diagnostics": entries}, indent=2) + "\n"


def _entry(found: Located) -> dict[str, Any]:
    diagnostic, span = found.diagnostic, found.span
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "file": found.file,
        "line": span and span.line,
        "column": span and span.column,
        "end_line": span and span.end_line,
        "end_column": span and span.end_column,
    }
