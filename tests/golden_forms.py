"""What a build makes, in the form in which goldens keep it: small, without places, one thing per line."""

from __future__ import annotations

import json
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

WIDTH = 120
ROWS = 3
"""Of data and of tables; the numbers themselves are held to the oracle."""


def plan(text: str, root: Path) -> str:
    """What `dashgen explain` prints, its paths relative to `root`.

    Without compressed sizes, which are those of the machine's zlib, and without the queries of page cubes, which other
    tests run.
    """
    text = re.sub(r"[\d,]+ bytes compressed", "BYTES compressed", text.replace(f"{root}/", ""))
    blocks = re.sub(r'"bytes": \d+', '"bytes": BYTES', text).split("\n\n")
    return "\n\n".join(b.partition("\n  query:")[0] if b.startswith("page cube ") else b for b in blocks) + "\n"


# ---- charts ---------------------------------------------------------------------------------------


def charts(specs: dict[str, Any]) -> str:
    """Vega-Lite by widget, with the first rows of its data."""
    return _lines({name: _shortened(spec) for name, spec in specs.items()}) + "\n"


def _shortened(node: Any) -> Any:
    if isinstance(node, list):
        return [_shortened(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _shortened(value) for key, value in node.items()}
    rows = node.get("data", {}).get("values", ())
    if len(rows) > ROWS:
        found["data"] = {"values": [*rows[:ROWS], f"and {len(rows) - ROWS} more"]}
    return found


def _lines(node: Any, indent: str = "") -> str:
    """JSON that breaks only what does not fit into a line."""
    flat = json.dumps(node, ensure_ascii=False)
    if len(indent) + len(flat) <= WIDTH or not node or not isinstance(node, list | dict):
        return flat
    deeper = indent + " "
    if isinstance(node, list):
        parts, ends = [_lines(item, deeper) for item in node], "[]"
    else:
        parts, ends = [f"{json.dumps(key)}: {_lines(value, deeper)}" for key, value in node.items()], "{}"
    return f"{ends[0]}\n{deeper}" + f",\n{deeper}".join(parts) + f"\n{indent}{ends[1]}"


# ---- pages ----------------------------------------------------------------------------------------

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_OPAQUE = {"svg", "script", "style"}


def page(html: str) -> str:
    """A tag per line, indented; pictures, scripts and further rows of tables left out, hashes of files too."""
    reader = _Reader()
    reader.feed(re.sub(r"\.[0-9a-f]{12}\.", ".HASH.", html))
    reader.close()
    return "\n".join(reader.lines) + "\n"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.open: list[str] = []
        self.rows: list[int] = []
        """Of every open table body."""
        self.skipping = 0
        """Open elements of the one that is left out."""

    def handle_decl(self, decl: str) -> None:
        self._write(f"<!{decl}>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipping or self._is_further_row(tag):
            self.skipping += tag not in _VOID
            self._leave_out()
            return
        self.handle_startendtag(tag, attrs)
        if tag not in _VOID:
            self.open.append(tag)
            self.skipping = int(tag in _OPAQUE)
        if tag == "tbody":
            self.rows.append(0)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipping:
            self._leave_out()
        else:
            self._write(f"<{tag}{''.join(_attribute(*one) for one in attrs)}>")

    def handle_endtag(self, tag: str) -> None:
        if self.skipping:
            self.skipping -= 1
            if self.skipping or tag not in _OPAQUE:
                return
        assert self.open[-1:] == [tag], f"</{tag}> closes what is not open, line {self.getpos()[0]}"
        if tag == "tbody" and (more := self.rows.pop() - ROWS) > 0:
            self._write(f"and {more} more rows")
        self.open.pop()
        if self._ends_with(tag):
            self.lines[-1] += f"</{tag}>"
        else:
            self._write(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        text = escape(re.sub(r"[ \n]+", " ", data).strip(" "), quote=False)
        if not text:
            return
        if self.skipping:
            self._leave_out()
        elif self.open and self._ends_with(self.open[-1], -1):
            self.lines[-1] += text
        else:
            self._write(text)

    def _leave_out(self) -> None:
        if self.open[-1] in _OPAQUE and not self.lines[-1].endswith("…"):
            self.lines[-1] += "…"

    def _is_further_row(self, tag: str) -> bool:
        if tag != "tr" or self.open[-1:] != ["tbody"]:
            return False
        self.rows[-1] += 1
        return self.rows[-1] > ROWS

    def _ends_with(self, tag: str, deeper: int = 0) -> bool:
        """The last line begins with this element, which stands at this depth."""
        place = " " * (len(self.open) + deeper)
        return self.lines[-1].startswith(tuple(f"{place}<{tag}{end}" for end in " >"))

    def _write(self, line: str) -> None:
        self.lines.append(" " * len(self.open) + line)


def _attribute(name: str, value: str | None) -> str:
    return f" {name}" if value is None else f' {name}="{escape(value).replace("&#x27;", chr(39))}"'
