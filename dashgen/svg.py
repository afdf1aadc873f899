"""Vega's SVG made fit to stand in a page: no style attributes, colours as classes, ids of its own."""

from __future__ import annotations

import re

from dashgen.theme import ink_classes

_TAG = re.compile(r"<([a-zA-Z]+)((?: [\w:-]+=\"[^\"]*\")*)(/?)>")
_ID = re.compile(r' id="([^"]*)"|url\(#([^)]*)\)')
_STYLE = re.compile(r' style="([^"]*)"')
_DROPPED = re.compile(
    r" (?:xmlns|xmlns:xlink|version|pointer-events|aria-hidden|aria-roledescription|role|font-family|stroke-miterlimit)"
    r'="[^"]*"| (?:opacity|stroke-width)="1"| class="(?:mark|role|background|foreground)[^"]*"'
)
_EMPTY = re.compile(r'<path[^>]* d="(?:M0,0h0v0h0Z|)"[^>]*/>|<g>\s*</g>')
_LONG = re.compile(r"(\d+\.\d{2})\d+")


def embeddable(svg: str, name: str) -> str:
    """`svg` for a page under a policy without inline style, its ids prefixed by `name`.

    Text is the page's own font in the size it was drawn at; classes, roles and empty groups that only Vega needs go.
    """
    ids = _Ids(re.sub(r"[^A-Za-z0-9_-]", "-", name))
    drawn = _TAG.sub(lambda tag: f"<{tag[1]}{_attributes(tag[2], ids)}{tag[3]}>", svg)
    while (smaller := _EMPTY.sub("", drawn)) != drawn:
        drawn = smaller
    return drawn


class _Ids:
    """New ids in order of appearance: Vega counts its own through everything that it ever drew."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._known: dict[str, str] = {}

    def __call__(self, found: re.Match[str]) -> str:
        old = found[1] or found[2]
        new = self._known.setdefault(old, f"{self._prefix}-{len(self._known)}")
        return f' id="{new}"' if found[1] else f"url(#{new})"


def _attributes(written: str, ids: _Ids) -> str:
    kept = _DROPPED.sub("", _STYLE.sub(_presentation, written))
    return ink_classes(_ID.sub(ids, _LONG.sub(r"\1", kept)))


def _presentation(style: re.Match[str]) -> str:
    pairs = (pair.partition(":") for pair in style[1].split(";") if ":" in pair)
    return "".join(f' {name.strip()}="{value.strip()}"' for name, _, value in pairs)
