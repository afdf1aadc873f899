"""Markdown to HTML: raw HTML is shown as text, pictures are left out, links lead to web, mail and the page only."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from dashgen.names import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_ALLOWED = frozenset({"http", "https", "mailto"})


def markdown(text: str) -> str:
    """HTML of CommonMark with tables. Headings begin below the widget's own."""
    html: str = _parser().render("\n".join(clean(line) for line in text.expandtabs(4).splitlines()))
    return html


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.validateLink = _is_allowed  # type: ignore[method-assign]
    parser.core.ruler.push("page", _fit_page)
    return parser


def _is_allowed(url: str) -> bool:
    """Relative, or of a harmless scheme; characters that browsers ignore inside a scheme do not hide one."""
    scheme = _SCHEME.match(re.sub(r"[\x00-\x20]", "", url))
    return scheme is None or scheme[1].lower() in _ALLOWED


def _fit_page(state: StateCore) -> None:
    """Headings below the widget's own; a column's alignment as a class, since the page's policy forbids styles."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
        alignment = str(token.attrs.pop("style", ""))
        if alignment.endswith(("right", "center")):
            token.attrs["class"] = "num" if alignment.endswith("right") else "center"
