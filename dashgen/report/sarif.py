"""SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for code scanning and editors."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from dashgen import messages
from dashgen.diagnostics import Diagnostic, Span
from dashgen.report.base import Located, located

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def render(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """A log with one run; its rules are the codes that occur."""
    found = located(diagnostics)
    codes = sorted({each.diagnostic.code for each in found})
    driver = {"name": "dashgen", "version": _version(), "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, codes.index(each.diagnostic.code)) for each in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    said_by = getattr(messages, code.replace("-", "_"), None)
    about = inspect.getdoc(said_by) if said_by is not None else None
    return {"id": code} | ({"shortDescription": {"text": about.splitlines()[0]}} if about else {})


def _result(found: Located, rule: int) -> dict[str, Any]:
    diagnostic = found.diagnostic
    text = f"{diagnostic.message} {diagnostic.help}" if diagnostic.help else diagnostic.message
    result = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity,
        "message": {"text": text},
    }
    if found.file is None or found.span is None:
        return result
    location = {"artifactLocation": {"uri": _uri(found.file)}, "region": _region(found.span)}
    return result | {"locations": [{"physicalLocation": location}]}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(file.encode("utf-8", "surrogatepass"))


def _version() -> str:
    from importlib import metadata  # 20 ms, which no other format shall wait for

    try:
        return metadata.version("dashgen-compiler")
    except metadata.PackageNotFoundError:
        return "0"
