"""The environment's values in a source: filled in when it is opened, and never told to anybody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dashgen import parse, schema
from dashgen.diagnostics import At, Diagnostic, Failure
from dashgen.model import Project, Source
from dashgen.node import Node
from dashgen.resolve.soundness import scope_of
from dashgen.resolve.sources import check_source
from dashgen.sources.base import Probe, RecordQuery, Wrapped
from dashgen.values import expand, variables

if TYPE_CHECKING:
    from dashgen.cube import Cube, CubeSpec

PRIVACY_KEY = "DASHGEN_PRIVACY_KEY"
"""The variable of the secret by which masked values are named."""

_SHORT = 4
"""Characters. A shorter value is a secret of nobody, and may be a part of any word."""


# ---- hiding -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Secrets:
    """Values of variables → how they are written: `${NAME}`."""

    written: Mapping[str, str] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        """The text with every value as it was written; those that `messages.tick` cut short too."""
        for value in sorted(self.written, key=len, reverse=True):
            name = self.written[value]
            whole = re.escape(value) if len(value) >= _SHORT else rf"(?<!\w){re.escape(value)}(?!\w)"
            text = re.sub(whole, name.replace("\\", r"\\"), text)
            starts = (value[:length] + "…" for length in range(len(value) - 1, _SHORT - 1, -1))
            cut = next((start for start in starts if start in text), None) if "…" in text else None
            text = text.replace(cut, f"{name}…") if cut else text
        return text

    def hidden(self, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        for found in diagnostics:
            yield replace(found, message=self.hide(found.message), help=found.help and self.hide(found.help))

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Failures inside tell no value."""
        try:
            yield
        except Failure as failure:
            raise Failure(self.hidden(failure.diagnostics)) from None


@dataclass(frozen=True, slots=True)
class Discreet(Wrapped):
    """A bound source whose failures and queries are told without the environment's values."""

    secrets: Secrets

    @property
    def remarks(self) -> Sequence[Diagnostic]:
        return tuple(self.secrets.hidden(self.bound.remarks))

    def probe(self) -> Probe:
        with self.secrets.kept():
            return self.bound.probe()

    def sample(self, dimensions: Sequence[str], after: Sequence[int]) -> Mapping[str, Sequence[Any]]:
        with self.secrets.kept():
            return self.bound.sample(dimensions, after)

    def occurring(self, dimension: str, values: Collection[str]) -> frozenset[str]:
        with self.secrets.kept():
            return self.bound.occurring(dimension, values)

    def cube(self, spec: CubeSpec) -> Cube:
        with self.secrets.kept():
            return self.bound.cube(spec)

    def records(self, query: RecordQuery) -> Sequence[tuple[Any, ...]]:
        with self.secrets.kept():
            return self.bound.records(query)

    def text(self, spec: CubeSpec | RecordQuery) -> str:
        return self.secrets.hide(self.bound.text(spec))


# ---- filling in -----------------------------------------------------------------------------------


def filled(source: Source, project: Project, environ: Mapping[str, str]) -> tuple[Source, Secrets]:
    """The source with the environment's values wherever `${NAME}` stands in it, and those values.

    Raises `Failure` for variables that are not set, and for values that do not fit where they stand.
    """
    given, problems = source.at.document.value(source.at.path), list[Diagnostic]()
    data = _filled(given, source.at, environ, problems)
    if problems:
        raise Failure(problems)
    if data == given:
        return source, Secrets()
    secrets = Secrets(_values(given, environ))
    with secrets.kept():
        return _checked(source, data, project), secrets


def may_fail(source: Source, environ: Mapping[str, str]) -> bool:
    """Whether its `on_error:` says `show`, in words or by a variable."""
    try:
        return expand(source.on_error, source.at / "on_error", environ) == "show"
    except Failure:
        return False


def _checked(source: Source, data: Any, project: Project) -> Source:
    """The source of these data; what could not be checked without the environment is checked now."""
    document, path = source.at.document, source.at.path
    whole = {**document.data, "sources": {**document.data["sources"], source.name: data}}
    problems = [
        replace(found, at=At(document, found.at.path, found.at.on))
        for found in schema.check(replace(document, data=whole), "project")
        if found.at is not None and found.at.path[: len(path)] == path
    ]
    if problems:
        raise Failure(problems)
    made = parse.parse_source(source.name, Node(source.at, data, {}))
    problems = list(check_source(made, scope_of(project)))
    if problems:
        raise Failure(problems)
    return made


def _filled(given: Any, at: At, environ: Mapping[str, str], problems: list[Diagnostic]) -> Any:
    match given:
        case str():
            try:
                return expand(given, at, environ)
            except Failure as failure:
                problems += failure.diagnostics
        case dict():
            return {key: _filled(value, at / key, environ, problems) for key, value in given.items()}
        case list():
            return [_filled(value, at / index, environ, problems) for index, value in enumerate(given)]
    return given


def _values(given: Any, environ: Mapping[str, str]) -> dict[str, str]:
    """What was filled in; of a path also the file's name, which is told without its folder."""
    found: dict[str, str] = {}
    for name in variables(given):
        value = environ[name]
        last = value.rpartition("/")[2]
        spellings = (value, " ".join(value.split()), last if "." in last else "")
        found |= {spelling: f"${{{name}}}" for spelling in spellings if spelling}
    return found
