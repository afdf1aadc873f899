"""Finding and reading a project: `dashgen.yaml`, the files it includes, and its dashboards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from glob import glob
from pathlib import Path

from dashgen import documents, messages, metrics, parse, resolve, resources, schema
from dashgen.diagnostics import At, Diagnostic, Failure, has_errors
from dashgen.documents import Document
from dashgen.model import Dashboard, MetricDefinition, Project
from dashgen.schema import DocumentKind

FILE = "dashgen.yaml"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was read and found clean, and everything that was found wrong. Broken documents are left out."""

    project: Project | None
    dashboards: tuple[Dashboard, ...]
    diagnostics: tuple[Diagnostic, ...]


class NoProject(Exception):
    """There is no `dashgen.yaml` here or above."""


class NoSuchPath(Exception):
    """A path that was named does not exist; `known` is what could have been meant."""

    def __init__(self, path: str, known: Sequence[str] = ()) -> None:
        super().__init__(path)
        self.path, self.known = path, known


def find(start: Path) -> Path:
    """The nearest `dashgen.yaml` from `start` upward; raises `NoProject`."""
    folder = start.resolve()
    for place in (folder, *folder.parents):
        if (place / FILE).is_file():
            return place / FILE
    raise NoProject(str(start))


def read(paths: Sequence[str]) -> Checked:
    """The project around `paths` and the dashboards they name; all of the project's without any.

    Raises `NoProject`, and `NoSuchPath` for a path that does not exist.
    """
    named = [Path(path) for path in paths if not path.startswith("@")]
    for path in named:
        if not path.exists():
            raise NoSuchPath(str(path))
    found: list[Diagnostic] = []
    file = find(_start(named))
    project = _project(file, found.append)
    files = _named(paths) if paths else _listed(project, file, found.append)
    dashboards = list(_dashboards(files, project, found.append))
    if not paths:
        found += resolve.check_unused(project, dashboards) if project and not has_errors(found) else []
    found += resolve.check_ids(dashboards)
    return Checked(project, tuple(dashboards), tuple(found))


def _start(named: Sequence[Path]) -> Path:
    if not named:
        return Path.cwd()
    return named[0] if named[0].is_dir() else named[0].parent


# ---- dashboards -----------------------------------------------------------------------------------


def _named(paths: Sequence[str]) -> list[Path]:
    """Files as they are, the YAML files of folders, and `@name` for a shipped dashboard."""
    found: list[Path] = []
    for path in paths:
        if path.startswith("@"):
            if path[1:] not in resources.dashboards():
                raise NoSuchPath(path, [f"@{name}" for name in resources.dashboards()])
            found.append(resources.dashboard(path[1:]))
        elif Path(path).is_dir():
            found += sorted(file for file in Path(path).rglob("*.y*ml") if _may_be_dashboard(file))
        else:
            found.append(Path(path))
    return list(dict.fromkeys(found))


def _listed(project: Project | None, file: Path, report: Callable[[Diagnostic], None]) -> list[Path]:
    """What `dashboards:` of the project names; the default patterns where the project file is broken."""
    patterns = project.dashboards if project else parse.DASHBOARDS
    included = {path.resolve() for path in _included(file)}
    found: list[Path] = []
    for index, pattern in enumerate(patterns):
        if pattern.startswith("@"):
            files = [resources.dashboard(pattern[1:])]
        else:
            files = [Path(p) for p in sorted(glob(str(file.parent / pattern), recursive=True))]
            files = [p for p in files if p.suffix in (".yaml", ".yml") and p.resolve() not in included]
        if not files and project and patterns != parse.DASHBOARDS:
            report(messages.no_such_dashboard_file(project.at / "dashboards" / index, pattern))
        found += files
    return list(dict.fromkeys(found))


def _may_be_dashboard(file: Path) -> bool:
    """A folder that is named may hold the project's own files; they are no dashboards."""
    return file.name != FILE and file.resolve() not in {path.resolve() for path in _included(find(file.parent))}


def _included(file: Path) -> list[Path]:
    try:
        document = documents.read_file(file)
        return [file, *(file.parent / part.text for part in parse.includes(document))]
    except Failure:
        return [file]


def _dashboards(
    files: Iterable[Path], project: Project | None, report: Callable[[Diagnostic], None]
) -> Iterator[Dashboard]:
    """Each file that is clean; without a project its schema is checked and no more can be said."""
    for file in files:
        document = _document(file, "dashboard", report)
        if document is None or project is None:
            continue
        dashboard = parse.parse_dashboard(document, project)
        problems = list(resolve.check_dashboard(dashboard, project))
        for problem in problems:
            report(problem)
        if not has_errors(problems):
            yield dashboard


# ---- the project file ---------------------------------------------------------------------------


def _project(file: Path, report: Callable[[Diagnostic], None]) -> Project | None:
    document = _document(file, "project", report)
    if document is None:
        return None
    included, whole = [], True
    for path in parse.includes(document):
        part = _document(file.parent / path.text, path.kind, report, path.at)
        whole = whole and part is not None
        if part is not None:
            included.append(part)
    if not whole:
        return None
    project = parse.parse_project(document, included)
    project = replace(project, metrics=builtin_metrics() | dict(project.metrics))
    problems = list(resolve.check_project(project))
    for problem in problems:
        report(problem)
    return None if has_errors(problems) else project


def builtin_metrics() -> dict[str, MetricDefinition]:
    """The catalogue that ships with the program."""
    return parse.parse_metrics(documents.read_file(Path(metrics.__file__).with_name("catalogue.yaml")), builtin=True)


def _document(
    file: Path, kind: DocumentKind, report: Callable[[Diagnostic], None], named: At | None = None
) -> Document | None:
    """The file as a document that its schema accepts. `named` is where a missing one was asked for."""
    if named is not None and not file.is_file():
        report(messages.missing_include(named, file.name))
        return None
    try:
        document = documents.read_file(file)
    except Failure as failure:
        for problem in failure.diagnostics:
            report(problem)
        return None
    problems = list(schema.check(document, kind))
    for problem in problems:
        report(problem)
    return None if has_errors(problems) else document
