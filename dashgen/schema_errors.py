"""A validator's errors as diagnostics: one for each mistake, at the smallest stretch of text that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic
from dashgen.structure import VALUE_CHECKS
from dashgen.values import CALENDAR_WORDS, EVERY_WORDS


class SchemaError(Protocol):
    """What is used of `jsonschema.ValidationError`."""

    @property
    def validator(self) -> Any: ...
    @property
    def validator_value(self) -> Any: ...
    @property
    def instance(self) -> Any: ...
    @property
    def schema(self) -> Any: ...
    @property
    def context(self) -> Any: ...
    @property
    def absolute_path(self) -> Iterable[str | int]: ...
    @property
    def relative_path(self) -> Any: ...
    @property
    def relative_schema_path(self) -> Any: ...


_NEAR = {"time range": CALENDAR_WORDS, "bucket size": tuple(EVERY_WORDS), "end of time": ("now", "latest")}
"""Words that a text of this form may be: a misspelt one is named."""

_UNITS = {"m": "min", "min": "min", "minute": "min", "h": "h", "hr": "h", "hour": "h", "d": "d", "day": "d"}
_UNITS |= {"w": "w", "wk": "w", "week": "w", "mo": "mo", "mon": "mo", "month": "mo", "y": "y", "yr": "y", "year": "y"}


def explain(error: SchemaError, root: At) -> Iterator[Diagnostic]:
    """What `error` says, with `root` being where its document begins."""
    if error.validator in ("oneOf", "not") and not isinstance(error.instance, dict):
        return  # keys of what is no mapping: its type is the mistake
    at = At(root.document, tuple(error.absolute_path))
    if "propertyNames" in error.relative_schema_path:
        at = (at / error.instance).key()
    yield from _EXPLAINED[str(error.validator)](error, at)


def is_unknown_widget(error: SchemaError) -> bool:
    """Whether a widget's `type:` is a text that names no own kind."""
    return error.validator == "enum" and error.schema.get("title") == "Widget kind" and isinstance(error.instance, str)


def _unknown_keys(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    for key in _unknown(error):
        yield messages.unknown_key((at / key).key(), key, _free(error))


def _unknown(error: SchemaError) -> list[str]:
    return [key for key in error.instance if key not in error.schema["properties"]]


def _free(error: SchemaError) -> list[str]:
    taken = _ruled_out(error) | error.instance
    return [key for key in error.schema["properties"] if key not in taken]


def _ruled_out(error: SchemaError) -> dict[str, str]:
    """Keys that cannot stand beside one that is given, and that one."""
    ways = [set(branch["required"]) for branch in error.schema.get("oneOf", ())]
    found: dict[str, str] = {}
    for way in ways:
        for key in [key for key in error.instance if key in way]:
            found |= dict.fromkeys(set().union(*ways) - way, key)
    return found


def _misspelt(error: SchemaError) -> set[str | None]:
    """Keys that are not there because they are misspelt: that is told of where they stand."""
    if error.schema.get("additionalProperties") is not False:
        return set()
    return {messages.near(key, _free(error)) for key in _unknown(error)}


def _missing(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    misspelt = _misspelt(error)
    for key in error.validator_value:
        if key not in error.instance and key not in misspelt:
            yield messages.missing_key(_owner(error, at), _owner_words(error, at), [key])


def _owner(error: SchemaError, at: At) -> At:
    """Where something is missing: the kind of a widget, the name of an entry, else the mapping."""
    if isinstance(error.instance.get("type"), str):
        return at / "type"
    return at.key() if at.path and isinstance(at.path[-1], str) else at


def _owner_words(error: SchemaError, at: At) -> str:
    kind = error.instance.get("type")
    if "layout" in at.path[-2:]:
        return f"A widget of type {messages.tick(kind)}" if isinstance(kind, str) else "A widget"
    if not at.path:
        return "The file"
    return messages.tick(at.path[-1]) if isinstance(at.path[-1], str) else "This entry"


def _one_of(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    """`oneOf` is only used for keys that exclude each other."""
    keys = [branch["required"][0] for branch in error.validator_value]
    given = [key for key in error.instance if key in keys]
    begun = {key for branch in error.validator_value for key in branch["required"]} & set(error.instance)
    if not begun and _misspelt(error).isdisjoint(keys):
        yield messages.missing_key(_owner(error, at), _owner_words(error, at), keys)
    for key in given[1:]:
        yield messages.conflicting_keys((at / key).key(), key, given[0])


def _excluded(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    """`not` is only used for pairs of keys that exclude each other."""
    pair = error.validator_value["required"]
    first, second = (key for key in error.instance if key in pair)
    yield messages.conflicting_keys((at / second).key(), second, first)


def _dependent(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    there, ruled_out = _misspelt(error) | set(error.instance), _ruled_out(error)
    for key, needed in error.validator_value.items():
        for other in needed:
            if key in error.instance and other in ruled_out:
                yield messages.conflicting_keys((at / key).key(), key, ruled_out[other])
            elif key in error.instance and other not in there:
                yield messages.missing_key((at / key).key(), _owner_words(error, at), [other], because=key)


def _type(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    allowed = error.validator_value
    types = [allowed] if isinstance(allowed, str) else allowed
    yield messages.wrong_type(at, error.instance, _written(at), types)


def _enum(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    if is_unknown_widget(error):
        yield messages.unknown_widget(at, error.instance, error.validator_value)
    else:
        yield messages.not_one_of(at, error.instance, _written(at), error.validator_value)


def _const(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    yield messages.not_one_of(at, error.instance, _written(at), [error.validator_value])


_BOUNDS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "greater than",
}


def _bound(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    limit = messages.what(error.validator_value).strip("`")
    yield messages.out_of_range(at, _written(at) or "", f"{_BOUNDS[str(error.validator)]} {limit}")


def _empty(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    yield messages.empty_value(at, error.instance)


def _repeated(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    for index, item in enumerate(error.instance):
        if item in error.instance[:index]:
            yield messages.repeated_item(at / index, _written(at / index) or "")


def _pattern(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    noun, forms = error.schema["title"], error.schema["patternErrorMessage"]
    yield messages.wrong_form(at, error.instance, noun, forms, _abbreviated(noun, error.instance), _NEAR.get(noun, ()))


def _abbreviated(noun: str, text: str) -> str | None:
    """`7 days` as the language writes it: `7d`."""
    spelled = re.fullmatch(r"(?:(?:last|past) )?([1-9][0-9]{0,3}) ?([a-z]+?)s?", text.casefold())
    if spelled is None or noun not in ("time range", "bucket size", "refresh interval"):
        return None
    unit = _UNITS.get(spelled[2])
    return f"{spelled[1]}{unit}" if unit else None


def _format(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    yield from VALUE_CHECKS[error.validator_value](error.instance, at)


def _any_of(error: SchemaError, at: At) -> Iterator[Diagnostic]:
    """The branches differ in type: what is wrong is told by the branch that has the value's type."""
    branches: dict[int, list[SchemaError]] = {}
    for inner in error.context or ():
        branches.setdefault(int(inner.relative_schema_path[0]), []).append(inner)
    fitting = [found for found in branches.values() if not any(_is_type_error(inner) for inner in found)]
    if not fitting:
        types = [name for branch in error.validator_value for name in _types(branch)]
        yield messages.wrong_type(at, error.instance, _written(at), types, _missing_value(error, at))
        return
    for inner in min(fitting, key=len):
        yield from explain(inner, At(at.document))


def _missing_value(error: SchemaError, at: At) -> str | None:
    """How to speak of events without a value, where nothing was written for it."""
    if error.instance is None and at.path[-2:-1] == ("where",):
        return f"For events without a value write `{at.path[-1]}: {{missing: true}}`."
    if error.instance is None and at.path[-1:] == ("default",):
        return "For a missing value write `[null]`."
    return None


def _is_type_error(error: SchemaError) -> bool:
    return error.validator == "type" and not error.relative_path


def _types(branch: Mapping[str, Any]) -> list[str]:
    if "anyOf" in branch:
        return [name for inner in branch["anyOf"] for name in _types(inner)]
    types = branch["type"]
    return [types] if isinstance(types, str) else list(types)


def _written(at: At) -> str | None:
    return at.document.written(at.path)


_EXPLAINED: dict[str, Callable[[SchemaError, At], Iterator[Diagnostic]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing,
    "oneOf": _one_of,
    "not": _excluded,
    "dependentRequired": _dependent,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _bound,
    "maximum": _bound,
    "exclusiveMinimum": _bound,
    "minLength": _empty,
    "minItems": _empty,
    "minProperties": _empty,
    "uniqueItems": _repeated,
    "pattern": _pattern,
    "format": _format,
    "anyOf": _any_of,
}
