"""Text → Document: plain data, and where each key and value stands in the text."""

from __future__ import annotations

import codecs
import os
import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from dashgen import messages, positions, resources, yaml_syntax, yaml_tree
from dashgen.diagnostics import At, Diagnostic, Failure, Span
from dashgen.diagnostics import Path as NodePath

MOST_BYTES = 5_000_000
MOST_HIDDEN = 20

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_TAG_DIRECTIVE = re.compile(r"^%TAG\b[^\r\n]*", re.MULTILINE)
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


@dataclass(eq=False)
class Document:
    """A file as it was read. Two documents are equal only if they are the same object.

    A value behind a YAML alias is one object in `data` however often it is used: treat `data` as read-only.
    Numbers in it may be infinite or NaN (`.inf`, `1e999`, `.nan`).
    """

    name: str
    """As people see it: relative to the working directory."""
    file: Path | None
    text: str = field(repr=False)
    data: Any = field(repr=False)
    root: positions.Node = field(repr=False)

    def span(self, at: At) -> Span:
        """Lines and columns of a value or key; of its nearest existing ancestor where it is missing."""
        node, key, exists = positions.find(self.root, at.path)
        if at.on == "key" and exists and key is not None:
            return self._span(key.start, key.end)
        if at.within is not None and exists:
            return self._span(*positions.inside(self.text, node, self._content(node, at.path), at.within))
        return self._span(node.start, node.end)

    def written(self, path: NodePath) -> str | None:
        """A scalar as it was written: `1.10` is "1.10". Quoted or block text: its content. None for all else."""
        node, _, exists = positions.find(self.root, path)
        scalar = node.target if isinstance(node, positions.Alias) else node
        return self._content(scalar, path) if exists and isinstance(scalar, positions.Scalar) else None

    def value(self, path: NodePath) -> Any:
        """The plain data of a node that exists."""
        found = self.data
        for step in path:
            found = found[step]
        return found

    def line(self, number: int) -> str:
        """A line of the text, counted from 1, without its line break; empty past the end."""
        starts = self._starts
        if not 0 < number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def _content(self, node: positions.Node, path: NodePath) -> str:
        value = self.value(path)
        if isinstance(value, str):
            return value
        scalar = node.target if isinstance(node, positions.Alias) else node
        return self.text[scalar.start : scalar.end]

    def _span(self, start: int, end: int) -> Span:
        return Span(*self._position(start), *self._position(max(start, end)))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    @cached_property
    def _starts(self) -> Sequence[int]:
        return array("L", chain((0,), (found.end() for found in _LINE_BREAK.finditer(self.text))))


def read(source: str | bytes, name: str, file: Path | None = None) -> Document:
    """The document of a YAML text. Raises `Failure` with everything that is wrong with it."""
    text = _decoded(source, name, file).removeprefix("\ufeff")
    unread = _unread(text, name, file)
    mark = At(unread).part
    refused = _refused(text, mark)
    if refused:
        raise Failure(refused)
    tree = yaml_tree.build(text, mark, partial(yaml_syntax.explain, text, mark))
    if tree.problems:
        raise Failure(tree.problems)
    if tree.data is None and tree.node.start == tree.node.end:
        raise Failure([messages.empty_file(At(unread))])
    return Document(name, file, text, tree.data, tree.node)


def read_file(path: str | os.PathLike[str]) -> Document:
    """The document of a file. Raises `Failure` if it cannot be read."""
    file = Path(path)
    name = shown(file)
    at = At(_unread("", name, file))
    try:
        with file.open("rb") as stream:
            source = stream.read(MOST_BYTES + 1)
            size = max(len(source), os.fstat(stream.fileno()).st_size)
    except FileNotFoundError:
        raise Failure([messages.file_not_found(at, name)]) from None
    except IsADirectoryError:
        raise Failure([messages.file_is_folder(at, name)]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Failure([messages.file_unreadable(at, name, reason)]) from None
    if size > MOST_BYTES:
        raise Failure([messages.file_too_large(at, size, MOST_BYTES)])
    return read(source, name, file)


def shown(path: str | os.PathLike[str]) -> str:
    """A path relative to the working directory, with forward slashes; a shipped dashboard as it is named: `@models`."""
    try:
        if resources.is_shipped(Path(path)):
            return f"@{Path(path).stem}"
        return Path(os.path.relpath(path)).as_posix()
    except (OSError, ValueError):  # another drive, or a working directory that is gone
        return Path(path).as_posix()


def _unread(text: str, name: str, file: Path | None) -> Document:
    """A document without data: one scalar, which is its whole text. Its `At.part` takes offsets of the text."""
    return Document(name, file, text, text, positions.Scalar(0, len(text), ""))


def _refused(text: str, mark: Callable[[int, int], At]) -> list[Diagnostic]:
    """What cannot be handed to the YAML parser."""
    hidden = islice(_NOT_ALLOWED.finditer(text), MOST_HIDDEN)
    found = [messages.control_character(mark(*match.span()), match[0]) for match in hidden]
    directive = _TAG_DIRECTIVE.search(text)  # the parser's time is quadratic in their number
    if directive is not None:
        found.append(messages.yaml_tag(mark(*directive.span()), directive[0]))
    return found


def _decoded(source: str | bytes, name: str, file: Path | None) -> str:
    if len(source) > MOST_BYTES:
        at = At(_unread("", name, file))
        raise Failure([messages.file_too_large(at, len(source), MOST_BYTES)])
    if isinstance(source, str):
        return source
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failure([_not_utf8(source, error.start, name, file)]) from None


def _not_utf8(source: bytes, start: int, name: str, file: Path | None) -> Diagnostic:
    encoding = next((encoding for mark, encoding in _OTHER_ENCODINGS if source.startswith(mark)), None)
    before = source[:start].decode("utf-8-sig")
    text = before + source[start:].decode("utf-8", errors="replace")
    at = At(_unread(text, name, file)).part(len(before), len(before) + 1)
    return messages.not_utf8(at, source[start], encoding)
