"""The gate: a document against the JSON Schema of its kind, and every mistake as one exact diagnostic."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal

from dashgen import messages, resources
from dashgen.diagnostics import At, Diagnostic
from dashgen.documents import Document
from dashgen.schema_errors import explain, is_unknown_widget
from dashgen.structure import check_dashboard
from dashgen.values import variables

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

DocumentKind = Literal["project", "dashboard", "metrics", "prices", "theme"]

VERSION = 1
"""Of the language: what `version:` must say."""

_FILES: Mapping[DocumentKind, str] = {
    "project": "dashgen",
    "dashboard": "dashboard",
    "metrics": "metrics",
    "prices": "prices",
    "theme": "theme",
}
_EDITORS_ONLY = frozenset(("$schema", "description", "examples", "defaultSnippets"))


def check(document: Document, kind: DocumentKind) -> Iterator[Diagnostic]:
    """Every mistake that can be told from the document alone, in the order of the text."""
    at = At(document)
    foreign = _foreign_version(at)
    if foreign:
        yield foreign
        return
    found = [d for error in _errors(document, kind) for d in explain(error, at)]
    if kind == "dashboard":
        found += check_dashboard(at)
    yield from sorted(dict.fromkeys(found), key=_position)


def _foreign_version(at: At) -> Diagnostic | None:
    """A file of another language version is not measured by this one's rules."""
    data = at.document.data
    version = data.get("version") if isinstance(data, dict) else None
    if type(version) is not int or version < 1 or version == VERSION:
        return None
    message = messages.newer_version if version > VERSION else messages.older_version
    return message(at / "version", version, VERSION)


def _errors(document: Document, kind: DocumentKind) -> Iterator[ValidationError]:
    for error in _validator(_FILES[kind]).iter_errors(document.data):
        if kind == "project" and _is_left_to_the_environment(error):
            continue
        outside = _outside_kind(error)
        if outside is None:
            yield error
        else:
            yield from _outside_errors(error, outside, document.data)


def _is_left_to_the_environment(error: ValidationError) -> bool:
    """Whether a text is wrong that `${NAME}` will complete: it is checked when somebody needs it."""
    place = next(iter(error.absolute_path), None)
    return place in ("sources", "targets") and isinstance(error.instance, str) and bool(variables(error.instance))


def _position(diagnostic: Diagnostic) -> tuple[int, int]:
    assert diagnostic.at is not None
    span = diagnostic.at.span
    return span.line, span.column


# ---- widget kinds of installed packages -------------------------------------------------------


def _outside_kind(error: ValidationError) -> dict[str, Any] | None:
    """The schema of the widget kind that an installed package has under the name that no own kind has."""
    if not is_unknown_widget(error):
        return None
    from importlib.metadata import entry_points

    for point in entry_points(group="dashgen.widgets", name=str(error.instance)):
        schema: dict[str, Any] = getattr(point.load(), "schema", {})
        return schema
    return None


def _outside_errors(error: ValidationError, schema: dict[str, Any], data: Any) -> Iterator[ValidationError]:
    path = tuple(error.absolute_path)[:-1]
    for step in path:
        data = data[step]
    for inner in _make_validator(_link(schema, "widgets/", {})).iter_errors(data):
        inner.relative_path.extendleft(reversed(path))
        yield inner


# ---- validators -------------------------------------------------------------------------------


@cache
def _validator(name: str) -> Validator:
    return _make_validator(linked(name))


def _make_validator(schema: dict[str, Any]) -> Validator:
    return _validator_class()(schema)


@cache
def _validator_class() -> type[Validator]:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    types = Draft202012Validator.TYPE_CHECKER.redefine_many({"number": _is_number, "integer": _is_integer})
    keywords = {"format": _check_format, "pattern": _check_pattern, "required": _check_required}
    made: type[Validator] = extend(  # type: ignore[no-untyped-call]
        Draft202012Validator, keywords, type_checker=types
    )
    return made


def _is_number(checker: object, value: object) -> bool:
    """Neither true or false, nor `.inf`, nor `.nan`."""
    return _is_integer(checker, value) or (isinstance(value, float) and isfinite(value))


def _is_integer(checker: object, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_required(
    validator: Validator, required: list[str], instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """One error for all that is missing; the library's own says it key by key, in prose only."""
    from jsonschema import ValidationError

    if isinstance(instance, dict) and not set(required) <= set(instance):
        yield ValidationError("required")


def _check_pattern(
    validator: Validator, pattern: str, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    if isinstance(instance, str) and not _matches(pattern, instance):
        yield ValidationError("pattern")


def _matches(pattern: str, text: str) -> bool:
    """As JSON Schema means it: in Python `$` also matches before a last line break."""
    return re.search(re.sub(r"\$$", r"\\Z", pattern), text) is not None


def _check_format(
    validator: Validator, name: str, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """Every value of the right form is handed on: `schema_errors.py` says whether what it means is wrong."""
    from jsonschema import ValidationError

    if validator.is_type(instance, schema["type"]) and (
        "pattern" not in schema or _matches(schema["pattern"], instance)
    ):
        yield ValidationError("format")


# ---- one schema out of many files -------------------------------------------------------------


@cache
def linked(name: str) -> dict[str, Any]:
    """The schema `name` with every `$ref` replaced by what it names: a graph, since layouts hold layouts.

    In the shipped schemas no keyword but a description stands beside a `$ref`.
    """
    made: dict[str, Any] = _link(resources.schema(name), name, {})
    return made


def _link(node: Any, file: str, done: dict[int, Any]) -> Any:
    """`done` has what was already linked by identity, so that a cycle ends where it began."""
    if isinstance(node, list):
        return [_link(item, file, done) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _link(*_named(node["$ref"], file), done)
    if id(node) not in done:
        made: dict[str, Any] = {}
        done[id(node)] = made
        made |= {key: _link(value, file, done) for key, value in node.items() if not _is_for_editors(key, value)}
    return done[id(node)]


def _is_for_editors(key: str, value: Any) -> bool:
    """A property that is called `description` has a schema, a description is text."""
    return key == "$defs" or (key in _EDITORS_ONLY and isinstance(value, str | list))


def _named(reference: str, file: str) -> tuple[dict[str, Any], str]:
    """What a `$ref` written in `file` names, and the file that it stands in."""
    place, _, fragment = reference.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(file), place)).removesuffix(".json") if place else file
    node = resources.schema(target)
    for step in fragment.strip("/").split("/") if fragment else []:
        node = node[step]
    return node, target
