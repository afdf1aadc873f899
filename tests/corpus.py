"""Bad documents with their expectations, and the way that a document takes through the checker.

An expectation is a comment on the line that it is about, or on lines of its own above it:
`# error[code]@COLUMN: words`. `@COLUMN` may be left out; the words stand in the message or the help.
A comment `# project: NAME` chooses another project than `base/dashgen.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from dashgen import documents, parse, resolve, schema
from dashgen.diagnostics import Diagnostic, Failure, has_errors
from dashgen.documents import Document
from dashgen.model import Project
from dashgen.project import builtin_metrics
from dashgen.resolve import themes
from dashgen.schema import DocumentKind

FOLDER = Path(__file__).parent / "diagnostics"
KINDS: dict[str, DocumentKind] = {"projects": "project", "metrics": "metrics", "prices": "prices", "themes": "theme"}

_EXPECTATION = re.compile(r"# (error|warning)\[([a-z0-9-]+)\](?:@(\d+))?: (.*?)(?=\s+# (?:error|warning)\[|$)")
_PROJECT = re.compile(r"^# project: (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Expectation:
    line: int
    severity: str
    code: str
    column: int | None
    words: str

    def is_met_by(self, found: Diagnostic) -> bool:
        assert found.at is not None
        span = found.at.span
        said = f"{found.message} {found.help or ''}"
        return (
            (span.line, found.severity, found.code) == (self.line, self.severity, self.code)
            and self.column in (None, span.column)
            and self.words in said
        )


def paths() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*.yaml") if path.parent.name != "base")


def expectations(path: Path) -> list[Expectation]:
    lines = path.read_bytes().decode(errors="replace").splitlines()
    found, waiting = [], list[re.Match[str]]()
    for number, line in enumerate(lines, 1):
        matches = list(_EXPECTATION.finditer(line))
        if line.lstrip().startswith("#") and number < len(lines):
            waiting += matches
            continue
        found += [_expected(match, number) for match in (*waiting, *matches)]
        waiting = []
    return found


def _expected(match: re.Match[str], line: int) -> Expectation:
    severity, code, column, words = match.groups()
    return Expectation(line, severity, code, int(column) if column else None, words.strip())


# ---- the way of a document ----------------------------------------------------------------------


def diagnose(path: Path) -> list[Diagnostic]:
    """What is said of a document of the corpus, in its project."""
    content = path.read_bytes()
    chosen = _PROJECT.search(content.decode(errors="replace"))
    return check(content, KINDS.get(path.parent.name, "dashboard"), path, chosen[1] if chosen else "dashgen")


def check(content: bytes | str, kind: DocumentKind, path: Path, project: str = "dashgen") -> list[Diagnostic]:
    """Read, schema, parse, resolve: what `dashgen validate` does with one document."""
    try:
        document = documents.read(content, path.name, path)
    except Failure as failure:
        return list(failure.diagnostics)
    found = list(schema.check(document, kind))
    if has_errors(found):
        return found
    match kind:
        case "project":
            return [*found, *resolve.check_project(made(document))]
        case "metrics" | "prices":
            return [*found, *resolve.check_project(made(base(project), [document]))]
        case "theme":
            return [*found, *themes.check_document(document, path)]
    whole = made(base(project))
    return [*found, *resolve.check_dashboard(parse.parse_dashboard(document, whole), whole)]


def made(document: Document, included: Iterable[Document] = ()) -> Project:
    project = parse.parse_project(document, included)
    return replace(project, metrics=_catalogue() | dict(project.metrics))


_catalogue = cache(builtin_metrics)


@cache
def base(name: str) -> Document:
    return documents.read_file(FOLDER / "base" / f"{name}.yaml")
