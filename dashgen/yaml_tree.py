"""YAML text → plain data and a tree of positions beside it, in one pass over the parser's events.

Building from events instead of PyYAML's nodes keeps the stack flat, so nesting is only a counter, and
lets the reader be stricter than YAML: no tags, no merge keys, no duplicate or untyped keys, one document.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic
from dashgen.positions import Alias, Keyed, Mapping, Node, Scalar, Sequence
from dashgen.yaml_scalars import resolve

MOST_LEVELS = 64
MOST_VALUES = 50_000
MOST_PROBLEMS = 100

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_TAG = re.compile(r"![^\s,\[\]{}]*")


@dataclass(frozen=True, slots=True)
class Tree:
    data: Any
    node: Node
    problems: tuple[Diagnostic, ...]


@dataclass(slots=True)
class _Anchored:
    """What an alias stands for. Without data while it is still open."""

    data: Any = None
    node: Node | None = None
    values: int = 1
    levels: int = 0


@dataclass(slots=True)
class _Frame:
    """A collection that is still open."""

    data: Any
    node: Mapping | Sequence
    anchored: _Anchored
    values_before: int
    flow: bool
    levels: int = 1
    key: Keyed | None = None
    """The key that waits for its value."""
    name: str | None = None
    """The key's text; None drops the value."""


class _Stop(Exception):
    """Reading on would be useless or dangerous; the reason is among the problems."""


class _Builder:
    def __init__(self, text: str, mark: Callable[[int, int], At]) -> None:
        self.text = text
        self.mark = mark
        self.problems: list[Diagnostic] = []
        self.frames: list[_Frame] = []
        self.anchors: dict[str, _Anchored] = {}
        self.values = 0
        self.documents = 0
        self.quote = 0
        """Where the last quoted scalar began, for a parser's error behind it."""
        self.data: Any = None
        self.node: Node = Scalar(0, 0, "")

    def build(self, loader: Any) -> None:
        steps: dict[type[Any], Callable[[Any], None]] = {
            yaml.ScalarEvent: self.scalar,
            yaml.MappingStartEvent: self.open_mapping,
            yaml.SequenceStartEvent: self.open_sequence,
            yaml.MappingEndEvent: self.close,
            yaml.SequenceEndEvent: self.close,
            yaml.AliasEvent: self.alias,
            yaml.DocumentStartEvent: self.open_document,
        }
        next_event = loader.get_event
        while (event := next_event()) is not None:
            step = steps.get(type(event))
            if step is not None:
                step(event)

    # ---- events

    def open_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            start = event.start_mark.index
            self.report(messages.several_documents(self.mark(start, start + 3)))
            raise _Stop

    def scalar(self, event: Any) -> None:
        start, end, style = event.start_mark.index, event.end_mark.index, event.style or ""
        if event.anchor is not None or event.tag is not None:
            start = self.skip_properties(event, start, end)
        if style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip())
        elif style:
            self.quote = start
        value = event.value if style else resolve(event.value)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(value, Scalar(start, end, style))
        frame = self.frames[-1] if self.frames else None
        if frame is not None and frame.key is None and type(frame.node) is Mapping:
            self.scalar_key(frame, value, event.value, style, start, end)
        else:
            self.place(value, Scalar(start, end, style))

    def open_mapping(self, event: Any) -> None:
        self.open(event, {}, Mapping(0, 0, {}))

    def open_sequence(self, event: Any) -> None:
        self.open(event, [], Sequence(0, 0, []))

    def open(self, event: Any, data: Any, node: Mapping | Sequence) -> None:
        node.start, node.end = event.start_mark.index, event.end_mark.index
        if event.anchor is not None or event.tag is not None:
            node.start = self.skip_properties(event, node.start, len(self.text))
        anchored = _Anchored()
        if event.anchor is not None:
            self.anchors[event.anchor] = anchored
        self.frames.append(_Frame(data, node, anchored, self.values, event.flow_style))
        self.check_depth(len(self.frames), node.start)

    def close(self, event: Any) -> None:
        frame = self.frames.pop()
        if frame.flow:
            frame.node.end = event.end_mark.index
        done = frame.anchored
        done.data, done.node = frame.data, frame.node
        done.values, done.levels = self.values - frame.values_before + 1, frame.levels
        self.place_below(frame.data, frame.node, frame.levels)

    def alias(self, event: Any) -> None:
        start, end, name = event.start_mark.index, event.end_mark.index, event.anchor
        found = self.anchors.get(name)
        if found is None:
            self.report(messages.unknown_alias(self.mark(start, end), name, self.anchors))
            found = _Anchored(None, Scalar(start, end, ""))
        if found.node is None:
            self.report(messages.recursive_alias(self.mark(start, end), name))
            raise _Stop
        if self.values + found.values > MOST_VALUES:
            self.report(messages.alias_bomb(self.mark(start, end), name, MOST_VALUES))
            raise _Stop
        self.check_depth(len(self.frames) + found.levels, start)
        self.values += found.values - 1
        self.place_below(found.data, Alias(start, end, found.node), found.levels)

    # ---- placing

    def place_below(self, data: Any, node: Node, levels: int) -> None:
        """Put a collection or an alias into the open collection; a key it cannot be."""
        if self.frames:
            frame = self.frames[-1]
            frame.levels = max(frame.levels, levels + 1)
            if frame.key is None and type(frame.node) is Mapping:
                self.collection_key(frame, node)
                return
        self.place(data, node)

    def place(self, data: Any, node: Node) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            self.report(messages.too_many_values(self.mark(node.start, node.start + 1), MOST_VALUES))
            raise _Stop
        if not self.frames:
            self.data, self.node = data, node
            return
        frame = self.frames[-1]
        if node.end > frame.node.end:
            frame.node.end = node.end
        if isinstance(frame.node, Sequence):
            frame.data.append(data)
            frame.node.children.append(node)
            return
        key, frame.key = frame.key, None
        if key is not None and frame.name is not None:
            key.node = node
            frame.data[frame.name] = data
            frame.node.children[frame.name] = key

    # ---- keys

    def scalar_key(self, frame: _Frame, value: Any, written: str, style: str, start: int, end: int) -> None:
        if type(value) is str and value not in frame.data and (value != "<<" or style):
            frame.key, frame.name = Keyed(start, end, frame.node), value
            return
        self.report(self.key_problem(frame, value, written, style, self.mark(start, end)))
        frame.key, frame.name = Keyed(start, end, frame.node), None

    def key_problem(self, frame: _Frame, value: Any, written: str, style: str, at: At) -> Diagnostic:
        if not isinstance(value, str):
            return messages.key_not_text(at, written)
        if value == "<<" and not style:
            return messages.merge_key(at)
        assert isinstance(frame.node, Mapping)
        first = frame.node.children[value]
        return messages.duplicate_key(at, value, self.mark(first.start, first.end).span.line)

    def collection_key(self, frame: _Frame, node: Node) -> None:
        found = {Mapping: "a mapping", Sequence: "a list"}.get(type(node), "an alias")
        self.report(messages.key_not_text(self.mark(node.start, node.end), found))
        frame.key, frame.name = Keyed(node.start, node.end, node), None

    # ---- checks

    @property
    def open_bracket(self) -> int | None:
        return self.frames[-1].node.start if self.frames and self.frames[-1].flow else None

    def skip_properties(self, event: Any, start: int, end: int) -> int:
        """The offset behind anchor and tag; a tag is reported."""
        tag = _TAG.search(self.text, start, end) if event.tag is not None else None
        if event.tag is not None:
            span = tag.span() if tag is not None else (start, end)
            self.report(messages.yaml_tag(self.mark(*span), self.text[slice(*span)]))
        found = _PROPERTIES.match(self.text, start, end)
        return found.end() if found is not None else start

    def check_depth(self, levels: int, start: int) -> None:
        if levels > MOST_LEVELS:
            self.report(messages.nested_too_deep(self.mark(start, start + 1), MOST_LEVELS))
            raise _Stop

    def report(self, problem: Diagnostic) -> None:
        self.problems.append(problem)
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Stop


Explain = Callable[[yaml.YAMLError, int | None, int], Diagnostic]
"""Makes a diagnostic of the parser's error, and the offsets of the innermost open bracket and the last quote."""


def build(text: str, mark: Callable[[int, int], At], explain: Explain) -> Tree:
    """The data of a YAML text, where everything stands, and all that is wrong with it.

    `mark` makes a position of two offsets.
    """
    builder = _Builder(text, mark)
    try:
        builder.build(_LOADER(text))
    except yaml.YAMLError as error:
        builder.problems.append(explain(error, builder.open_bracket, builder.quote))
    except _Stop:
        pass
    return Tree(builder.data, builder.node, tuple(builder.problems))
