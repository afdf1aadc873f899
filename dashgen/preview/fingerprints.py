"""What tells two states of a page apart, widget by widget."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any

_WIDGET = re.compile(rb'<article class="widget [^>]*data-widget="([^"]+)".*?</article>', re.DOTALL)
_ESCAPED = re.compile(r"\\(u[0-9a-f]{4}|.)", re.DOTALL)
INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Of a page's frame (what stands around its widgets), its widgets, and its filters with their numbers."""

    frame: str
    cube: str = ""
    widgets: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> str:
        return _digest(json.dumps([self.frame, self.cube, dict(self.widgets)]).encode())


def fingerprints(
    files: Mapping[str, bytes],
    before: Mapping[str, Fingerprint] = MappingProxyType({}),
    old: Mapping[str, bytes] = MappingProxyType({}),
) -> dict[str, Fingerprint]:
    """By the path of each page. What stood in `old` files as it does now is as it was `before`."""
    pages = [path for path in files if path.endswith("/index.html") and path.count("/") == 1]
    found = {
        page: before[page] if _is_same(page, files, old) and page in before else _of_dashboard(files, page)
        for page in pages
    }
    return found | ({INDEX: Fingerprint(_digest(files[INDEX]))} if INDEX in files else {})


def _is_same(page: str, files: Mapping[str, bytes], old: Mapping[str, bytes]) -> bool:
    folder = page.removesuffix(INDEX)
    return all(files.get(path) == old.get(path) for path in (page, f"{folder}page.js", f"{folder}cube.js"))


def _of_dashboard(files: Mapping[str, bytes], page: str) -> Fingerprint:
    folder, html = page.removesuffix(INDEX), files[page]
    content = handed(files[f"{folder}page.js"])
    drawn = {found[1].decode(): found[0] for found in _WIDGET.finditer(html)}
    held: Mapping[str, Any] = content.pop("widgets")
    around = [_WIDGET.sub(rb"<\1>", html).decode(), content]
    widgets = {name: _digest(shown + _text(held.get(name, {}))) for name, shown in drawn.items()}
    cube = files.get(f"{folder}cube.js")
    filters = "" if cube is None else _digest(cube + _text(content["bar"]))
    return Fingerprint(_digest(_text(around)), filters, widgets)


def handed(script: bytes) -> dict[str, Any]:
    """What `runtime.page_script` was given."""
    text = script.decode()
    text = text[text.index("'") + 1 : text.rindex("'")]
    found: dict[str, Any] = json.loads(_ESCAPED.sub(_unescaped, text) if "\\" in text else text)
    return found


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1][1:], 16)) if len(found[1]) == 5 else found[1]


def _text(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def changes(before: Fingerprint | None, after: Fingerprint) -> Iterator[str]:
    """In words: `line-cost`, `new card-cost`, `without text-2`, the page around them, the filters' numbers."""
    if before is None:
        yield "new"
        return
    for name in after.widgets:
        if before.widgets.get(name) != after.widgets[name]:
            yield name if name in before.widgets else f"new {name}"
    yield from (f"without {name}" for name in before.widgets if name not in after.widgets)
    if before.frame != after.frame:
        yield "page"
    if before.cube != after.cube:
        yield "filters"
