"""The shapes and texts of Vega's SVG, out of its nest of groups: where each lies and how it looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from xml.etree.ElementTree import Element

from dashgen.theme import ink_classes

_KEPT = (
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-opacity",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "opacity",
    "font-size",
    "font-weight",
    "text-anchor",
)
_USUAL = {"stroke-width": "1", "opacity": "1", "text-anchor": "start"}
_SHAPES = frozenset({"path", "line", "text"})
_NOTHING = frozenset({"", "M0,0h0v0h0Z"})
_TRANSLATION = re.compile(r"translate\(([^,]*),([^)]*)\)")
_ROTATION = re.compile(r"rotate\([^)]*\)")
NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A shape or a text with its origin; `mark` is what Vega calls its group (`rect`, `line`, …)."""

    element: Element
    x: float
    y: float
    mark: str

    @property
    def tag(self) -> str:
        return local(self.element)

    @property
    def path(self) -> str:
        return self.element.get("d", "")

    @property
    def text(self) -> str:
        return escape("".join(self.element.itertext()), quote=False)

    @property
    def turn(self) -> str:
        """How it is rotated, as SVG writes it."""
        found = _ROTATION.search(self.element.get("transform", ""))
        return found[0] if found else ""

    def number(self, name: str) -> float:
        return float(self.element.get(name, 0))

    @property
    def is_seen(self) -> bool:
        """Vega draws many a path without ink or length."""
        if self.tag == "text":
            return bool(self.text.strip())
        inked = any(self.element.get(key, "none") != "none" for key in ("fill", "stroke"))
        return inked and (self.tag != "path" or self.path not in _NOTHING)


def leaves(group: Element, x: float = 0, y: float = 0, mark: str = "") -> Iterator[Leaf]:
    """What is drawn in `group`, in its order."""
    for child in group:
        right, down = translation(child)
        if local(child) == "g":
            yield from leaves(child, x + right, y + down, _mark(child) or mark)
        elif local(child) in _SHAPES and child.get("display") != "none":
            yield Leaf(child, x + right, y + down, mark)


def _mark(group: Element) -> str:
    found = re.match(r"mark-(\w+)", group.get("class", ""))
    return found[1] if found else ""


def translation(element: Element) -> tuple[float, float]:
    found = _TRANSLATION.search(element.get("transform", ""))
    return (float(found[1]), float(found[2])) if found else (0, 0)


def local(element: Element) -> str:
    """Its name without the namespace."""
    return element.tag.rpartition("}")[2]


# ---- writing --------------------------------------------------------------------------------


class Ids:
    """New ids in order of appearance: Vega counts its own through everything that it ever drew."""

    def __init__(self, prefix: str) -> None:
        self._prefix = re.sub(r"[^A-Za-z0-9_-]", "-", prefix)
        self._known: dict[str, str] = {}

    def __call__(self, old: str) -> str:
        return self._known.setdefault(old, f"{self._prefix}-{len(self._known)}")

    def within(self, value: str) -> str:
        return re.sub(r"url\(#([^)]*)\)", lambda found: f"url(#{self(found[1])})", value)


def look(leaf: Leaf, ids: Ids) -> str:
    """Its attributes but for the place, inks as classes; what is usual goes without saying."""
    given = ((key, leaf.element.get(key)) for key in _KEPT)
    kept = ((key, value.removesuffix("px")) for key, value in given if value is not None and value != _USUAL.get(key))
    return ink_classes("".join(f' {key}="{escape(ids.within(value))}"' for key, value in kept))


def short(path: str) -> str:
    return NUMBER.sub(lambda found: px(float(found[0])), path)


def px(value: float) -> str:
    """Without digits that nobody sees."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written
