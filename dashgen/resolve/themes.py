"""Checks of a project's own theme files: their schema, what they extend, and whether people can read them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from dashgen import documents, messages, resources, schema
from dashgen.contrast import faint
from dashgen.diagnostics import At, Diagnostic, Failure, has_errors
from dashgen.documents import Document
from dashgen.theme import CATEGORICAL, DIVERGING, SEQUENTIAL, Theme, read_theme

_PALETTES = {"categorical": CATEGORICAL, "sequential": SEQUENTIAL, "diverging": DIVERGING}


def check(at: At, name: str, root: Path) -> Iterator[Diagnostic]:
    """What `theme: name` at `at` may be: a shipped theme, or a file that holds one."""
    if name in resources.themes():
        return
    if not name.endswith((".yaml", ".yml")):
        yield messages.unknown_theme(at, name, resources.themes())
    elif not (root / name).is_file():
        yield messages.unreadable_theme(at, name, "there is no such file")
    else:
        yield from _check_file(root / name)


def _check_file(path: Path) -> Iterator[Diagnostic]:
    try:
        document = documents.read_file(path)
    except Failure as failure:
        yield from failure.diagnostics
        return
    problems = list(schema.check(document, "theme"))
    yield from problems
    if not has_errors(problems):
        yield from check_document(document, path)


def check_document(document: Document, path: Path) -> Iterator[Diagnostic]:
    """What is wrong with a theme beyond its schema."""
    root = At(document)
    try:
        theme = read_theme(path)
    except KeyError as unknown:
        yield messages.unknown_theme(_naming(root, unknown.args[0]), unknown.args[0], resources.themes())
    except OSError as error:
        name = Path(error.filename or path).name
        yield messages.unreadable_theme(_naming(root, name), name, (error.strerror or "it cannot be read").lower())
    except ValueError as error:
        yield messages.unreadable_theme(root / "logo" if "logo" in document.data else root, path.name, str(error))
    else:
        yield from _check_contrast(theme, root)
        for key in ("dark", "contrast"):
            partner = getattr(theme, key)
            if isinstance(document.data.get(key), dict) and partner is not None:
                yield from _check_contrast(partner, root / key)


def _naming(root: At, name: str) -> At:
    """The key that names another file; the whole where none does."""
    named = (key for key in ("extends", "dark", "contrast", "logo") if str(root.document.data.get(key)).endswith(name))
    return next((root / key for key in named), root)


def _check_contrast(theme: Theme, at: At) -> Iterator[Diagnostic]:
    """One for each role, where the file says it, or else the ground that it stands on."""
    for role, group in groupby(faint(theme), lambda pair: pair.role):
        pairs = list(group)
        names = (role, *(pair.ground for pair in pairs))
        places = [place for name in names if (place := _written(at, name))]
        grounds = [(pair.ground, pair.ratio) for pair in pairs]
        yield messages.low_contrast(places[0] if places else at, role, grounds, pairs[0].needed)


def _written(at: At, role: str) -> At | None:
    """Where the file itself says this colour."""
    data = at.document.value(at.path)
    if role in data.get("colours", {}):
        return at / "colours" / role
    for palette, roles in _PALETTES.items():
        if role in roles and palette in data:
            return at / palette / _place(roles.index(role), len(data[palette]), palette)
    return None


def _place(index: int, count: int, palette: str) -> int:
    """The entry of a palette of `count` that gives its role at `index`; of a ramp, where it begins or ends."""
    return index % count if palette == "categorical" else 0 if index == 0 else count - 1
