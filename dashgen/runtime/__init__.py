"""The page's own scripts: plain files, joined into two strict functions that leave one name, `dashgen`.

`scheme.js` stands alone: it runs in the head, before the first paint.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dashgen.words import ENGLISH, texts

FIRST = ("format", "state", "written", "schemes", "find", "alone", "stale", "load", "api")
"""What every page loads at once, in this order; later ones use what earlier ones define."""
LATER = (
    *("zone", "cube", "formula", "held", "ranking", "bins", "evaluate"),
    *("measure", "figures", "categories", "ticks", "clock", "axes", "rules", "twins"),
    *("ends", "markers", "summaries", "heights", "line", "bar", "pie", "heatmap", "histogram", "told", "picks"),
    *("stops", "tip", "hover", "frame", "chart", "live"),
    *("parts", "states", "sparkline", "notes", "card", "tables", "lists", "order", "csv", "tools", "table"),
    *("picked", "show"),
    *("about", "fragment", "menu", "values", "ranges", "filters", "control", "start"),
)
"""What a dashboard's page loads after its first paint: charts, tables, filters."""
PREVIEW = ("shadow", "overlay", "renew", "preview")
"""What only the pages of a preview load: the third one joins when the page's own scripts have come."""
_RENEW = "renew"
PARTS = (*FIRST, *LATER, *PREVIEW)

_FOLDER = Path(__file__).resolve().parent
_MARGIN = re.compile(r"^(?:[ \t]*//.*\n|[ \t]+|\n)", re.MULTILINE)


@cache
def script() -> bytes:
    """What every page loads. It shares with the later script what that uses of it."""
    shared = f"const shared=()=>({{{','.join(_shared())}}});\n"
    return f'(()=>{{"use strict";\n{shared}{_joined(FIRST)}}})();\n'.encode()


@cache
def later_script() -> bytes:
    """The rest: a function of what it uses of the first script."""
    taken = f"const {{{','.join(_shared())}}}=shared;\n"
    inside = f"joining.inside=()=>({{{','.join(_used(LATER))}}});\n"
    return f'dashgen.join((shared)=>{{"use strict";\n{taken}{_joined(LATER)}{inside}return joining;\n}});\n'.encode()


_DEFINED = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
_NAMED = re.compile(r"(?<![.\w$])[A-Za-z_$][\w$]*")


def _shared() -> list[str]:
    """Names of the first script that stand somewhere in the later one, or in what a preview joins."""
    return sorted({*_defined(FIRST)} & {*_NAMED.findall(_joined((*LATER, _RENEW)))})


def _used(parts: Sequence[str]) -> list[str]:
    """Names of these parts that stand in what a preview joins."""
    return sorted({*_defined(parts)} & {*_NAMED.findall(_joined([_RENEW]))})


def _defined(parts: Sequence[str]) -> list[str]:
    return [name for part in parts for name in _DEFINED.findall(_whole(part))]


def _joined(parts: Sequence[str]) -> str:
    return "".join(_read(f"{part}.js") for part in parts)


def _whole(part: str) -> str:
    return (_FOLDER / f"{part}.js").read_text("utf-8")


@cache
def head_script() -> bytes:
    return _read("scheme.js").encode()


@cache
def preview_script() -> bytes:
    """What only a preview has in its pages: it brings them to newer states."""
    taken = f"const {{{','.join(sorted({*_used(FIRST), *_used(LATER)}))}}}=inside;\n"
    joining = f"const renewing=(inside)=>{{{taken}{_joined([_RENEW])}return renew;\n}};\n"
    said = {name: text for name, text in texts(ENGLISH).items() if name.startswith("preview-")}
    words = f"const words={json.dumps(said)};\n"
    return f'(()=>{{"use strict";\n{words}{_joined(PREVIEW[:-2])}{joining}{_joined(PREVIEW[-1:])}}})();\n'.encode()


def notice() -> bytes:
    """The licences of what a bundle contains."""
    return (_FOLDER / "NOTICE.txt").read_bytes()


def page_script(content: Mapping[str, Any]) -> bytes:
    """The script that hands a page its content."""
    return _handed("open", content)


def cube_script(content: Mapping[str, Any]) -> bytes:
    """The script that hands a page the numbers behind its filters."""
    return _handed("fill", content)


def _handed(name: str, content: Mapping[str, Any]) -> bytes:
    """A call with content that is text to be parsed, not code: no name in it means anything.

    `<` is escaped for pages that hold their scripts inside.
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escaped in _ESCAPED.items():
        text = text.replace(character, escaped)
    return f"dashgen.{name}(JSON.parse('{text}'));\n".encode("utf-8", "replace")  # half characters, as data.json


_ESCAPED = {"\\": "\\\\", "'": "\\'", "<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""The backslash first, which the others bring."""


def _read(name: str) -> str:
    """A file without its comments and margins; where lines end is kept, since errors name them."""
    return _MARGIN.sub("", (_FOLDER / name).read_text("utf-8"))
