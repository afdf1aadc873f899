"""Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dashgen.markdown import markdown
from dashgen.model import Widget
from dashgen.widgets.base import Answer, Context, Picture

if TYPE_CHECKING:
    from dashgen.node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Widget):
    text: str


class TextKind:
    name: ClassVar[str] = "text"
    spec: ClassVar[type[Widget]] = Text

    def parse(self, node: Node, common: dict[str, Any]) -> Text:
        return Text(text=node.get("text"), **common)

    def view(self, widget: Text) -> None:
        return None

    def draw(self, widget: Text, answer: Answer, context: Context) -> Picture:
        return Picture(markdown(widget.text))
