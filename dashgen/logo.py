"""A theme's logo: an SVG that stands in the page as a picture and can do nothing."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

MOST_BYTES = 50_000

_ACTIVE = frozenset(("script", "foreignObject", "iframe", "embed", "object", "audio", "video", "handler", "listener"))
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#|['\"]?data:image/)|@import|javascript:", re.IGNORECASE)


def read_logo(path: Path) -> str:
    """The SVG in `path`. ValueError says why it cannot stand in a page; OSError if it cannot be read."""
    with path.open("rb") as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(f"the logo {path.name} is over {MOST_BYTES // 1000} kB")
    fault = _fault(content)
    if fault:
        raise ValueError(f"the logo {path.name} {fault}")
    return content.decode("utf-8")


def _fault(content: bytes) -> str:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return "has a document type; leave it out"
    try:
        content.decode("utf-8")
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, UnicodeDecodeError):
        return "is no SVG"
    if _local(root.tag) != "svg":
        return "is no SVG"
    return next((fault for element in root.iter() if (fault := _fault_of(element))), "")


def _fault_of(element: ElementTree.Element) -> str:
    if _local(element.tag) in _ACTIVE:
        return f"has a <{_local(element.tag)}>; only shapes and text may be in it"
    for name, value in element.attrib.items():
        if _local(name).lower().startswith("on"):
            return f"has the event handler {_local(name)}"
        if _local(name) == "href" and not value.startswith(("#", "data:image/")):
            return "names another file; it must stand alone"
    words = " ".join((*element.attrib.values(), element.text or ""))
    return "names another file; it must stand alone" if _OUTSIDE.search(words) else ""


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]
