"""Finding and reading a project: `dashgen.yaml`, the files it includes, and its dashboards."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from glob import glob
from os import walk
from pathlib import Path

from dashgen import documents, messages, metrics, parse, resolve, resources, schema
from dashgen.diagnostics import At, Diagnostic, Failure, Misuse, has_errors
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


class NoProject(Misuse, LookupError):
    """There is no `dashgen.yaml` here or above."""


class NoDashboards(Misuse, LookupError):
    """There is nothing to build."""


class WrongPath(Misuse, LookupError):
    """A path that was named cannot be meant."""


def find(start: Path) -> Path:
    """The nearest `dashgen.yaml` from `start` upward; raises `NoProject`."""
    folder = start.resolve()
    for place in (folder, *folder.parents):
        if (place / FILE).is_file():
            return place / FILE
    raise NoProject(f"no {FILE} in {start} or above; `dashgen init` starts a project")


def read(paths: Sequence[str]) -> Checked:
    """The project around `paths` and the dashboards they name; all of the project's without any.

    Raises `NoProject`, `WrongPath` for a path that does not exist, and `NoDashboards` for a folder without.
    """
    for path in paths:
        if not path.startswith("@") and not (path and Path(path).exists()):
            raise WrongPath(f"{path or 'an empty path'} does not exist")
    named = [Path(path) for path in paths if not path.startswith("@")]
    found: list[Diagnostic] = []
    file = _around(named)
    project = _project(file, found.append)
    files = _named(paths, project, file, found.append) if paths else _listed(project, file, found.append)
    dashboards = list(_dashboards(files, project, found.append))
    if not paths:
        found += resolve.check_unused(project, dashboards) if project and not has_errors(found) else []
    found += resolve.check_overrides(project, dashboards) if project else []
    found += resolve.check_ids(dashboards)
    return Checked(project, tuple(resolve.first_of_each_id(dashboards)), tuple(found))


def _around(named: Sequence[Path]) -> Path:
    """The one project file of these paths; of the working directory without any."""
    files = {find(path if path.is_dir() else path.parent): path for path in reversed(named)}
    if len(files) > 1:
        first, second, *_ = reversed(files.values())
        raise WrongPath(f"{first} and {second} belong to different projects; name them in separate commands")
    return next(iter(files), None) or find(Path.cwd())


# ---- dashboards -----------------------------------------------------------------------------------


def _named(
    paths: Sequence[str], project: Project | None, file: Path, report: Callable[[Diagnostic], None]
) -> list[Path]:
    """Files as they are, what lies in folders, and `@name` for a shipped dashboard.

    The project's file or folder stands for its dashboards. A file that it includes was checked with it.
    """
    found: list[Path] = []
    included = {path.resolve() for path in own_files(file)}
    for path in paths:
        place = Path(path).resolve()
        if path.startswith("@"):
            found.append(_shipped(path))
        elif place in (file, file.parent):
            found += _listed(project, file, report)
        elif place.is_dir():
            found += _inside(Path(path), included)
        elif place not in included:
            found.append(Path(path))
    return _once(found)


def _shipped(path: str) -> Path:
    names = resources.dashboards()
    if path[1:] not in names:
        raise WrongPath(f"{path} does not exist; there are {', '.join(f'@{name}' for name in names)}")
    return resources.dashboard(path[1:])


def _inside(folder: Path, included: Container[Path]) -> list[Path]:
    found = _held(folder, included)
    if not found:
        raise NoDashboards(f"{folder} holds no dashboards (*.yaml)")
    return found


_SUFFIXES = (".yaml", ".yml")


def _held(folder: Path, included: Container[Path]) -> list[Path]:
    """The YAML files in a folder of dashboards, hidden folders and projects inside it left out."""
    found: list[Path] = []
    for place, folders, names in walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".") and not Path(place, f, FILE).is_file()]
        found += [Path(place, name) for name in names if name.endswith(_SUFFIXES)]
    return sorted(path for path in found if path.resolve() not in included)


def _listed(project: Project | None, file: Path, report: Callable[[Diagnostic], None]) -> list[Path]:
    """What `dashboards:` of the project names; the default patterns where the project file is broken."""
    patterns = project.dashboards if project else parse.DASHBOARDS
    included = {path.resolve() for path in own_files(file)}
    found: list[Path] = []
    for index, pattern in enumerate(patterns):
        if pattern.startswith("@"):
            files = [resources.dashboard(pattern[1:])]
        else:
            files = _matching(pattern, file.parent, included)
        if not files and project and patterns != parse.DASHBOARDS:
            report(messages.no_such_dashboard_file(project.at / "dashboards" / index, pattern))
        found += files
    return _once(found)


def _matching(pattern: str, root: Path, included: Container[Path]) -> list[Path]:
    """A folder stands for what is in it, as on the command line."""
    if (root / pattern).is_dir():
        return _held(root / pattern, included)
    files = [root / path for path in sorted(glob(pattern, root_dir=root, recursive=True))]
    return [path for path in files if path.suffix in _SUFFIXES and path.resolve() not in included]


def _once(files: Iterable[Path]) -> list[Path]:
    """Each file once, however often and by whatever way it was named."""
    return list({file.resolve(): file for file in files}.values())


def own_files(file: Path) -> list[Path]:
    """The project file and those that its `metrics:` and `prices:` name, whether they are there or not."""
    try:
        document = documents.read_file(file)
        return [file, *(file.parent / part.text for part in parse.includes(document))]
    except Failure:
        return [file]


def documents_of(project: Project) -> list[Document]:
    """The project file, and those it includes that define anything."""
    places = [project.at, *(one.at for one in project.prices)]
    places += [one.at for one in project.metrics.values() if not one.builtin]
    return list(dict.fromkeys(place.document for place in places))


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
    project = replace(project, metrics={**builtin_metrics(), **project.metrics})
    problems = list(resolve.check_project(project))
    for problem in problems:
        report(problem)
    return None if has_errors(problems) else project


@cache
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
