"""A drawing that follows its column: places along the width are percentages of the plot, and text keeps its size.

Rules, boxes, dots and texts say their places themselves. Only lines and areas of any form are drawn out, in a layer of
their own, with strokes that are not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from dashgen.leaves import NUMBER, Ids, Leaf, look, px, short

GAP = 6
"""A text beside a mark stands so far from it, at every width."""
_BOX = re.compile(r"M([^,]*),([^h]*)h([^v]*)v([^h]*)h[^Z]*Z")
_DOT = re.compile(r"M([^,]*),0A")


class Plot:
    """The room between the axes: `left` and `width` in the drawing, `height` of the whole drawing."""

    def __init__(self, left: float, width: float, height: float) -> None:
        self.left = left
        self.width = width
        self.height = height

    def drawn(self, leaves: Sequence[Leaf], ids: Ids) -> str:
        parts = []
        for is_free, run in groupby([(self._placed(leaf, ids), leaf) for leaf in leaves], lambda pair: not pair[0]):
            pairs = list(run)
            parts.append(self._layer([leaf for _, leaf in pairs], ids) if is_free else "".join(svg for svg, _ in pairs))
        return "".join(parts)

    def _layer(self, leaves: Sequence[Leaf], ids: Ids) -> str:
        groups = groupby(leaves, key=lambda leaf: (leaf.x - self.left, leaf.y))
        inside = "".join(_moved(x, y, list(run), ids) for (x, y), run in groups)
        box = f'viewBox="0 0 {px(self.width)} {px(self.height)}" preserveAspectRatio="none"'
        return f'<svg {box} width="100%" height="{px(self.height)}">{inside}</svg>'

    def _placed(self, leaf: Leaf, ids: Ids) -> str:
        """A shape that can say its place; empty for others."""
        match leaf.tag:
            case "text":
                return self._text(leaf, ids)
            case "line":
                return self._line(leaf, ids)
        if leaf.mark == "symbol" and (dot := _DOT.match(leaf.path)):
            at = f'cx="{self._along(leaf.x - self.left)}" cy="{px(leaf.y)}"'
            return f'<circle {at} r="{px(float(dot[1]))}"{look(leaf, ids)}/>'
        return self._box(leaf, ids)

    def _text(self, leaf: Leaf, ids: Ids) -> str:
        at, gap = self._beside(leaf.x - self.left, leaf.element.get("text-anchor", "start"))
        written = f"{look(leaf, ids)}>{leaf.text}</text>"
        if leaf.turn:
            return f'<svg x="{at}" y="{px(leaf.y)}"><text transform="{leaf.turn}"{written}</svg>'
        shift = f' dx="{px(gap)}"' if gap else ""
        return f'<text x="{at}" y="{px(leaf.y)}"{shift}{written}'

    def _beside(self, x: float, anchor: str) -> tuple[str, float]:
        """Outside the plot a text keeps its distance from the edge, inside from what it stands beside."""
        if x < 1:
            return px(x), 0
        gap = {"start": GAP, "end": -GAP}.get(anchor, 0) if x < self.width - 1 else x - self.width
        return self._along(x - gap), gap

    def _line(self, leaf: Leaf, ids: Ids) -> str:
        x, y = leaf.x - self.left, leaf.y
        ends = ((x, y), (x + leaf.number("x2"), y + leaf.number("y2")))
        places = "".join(f' x{n}="{self._along(at)}" y{n}="{px(to)}"' for n, (at, to) in enumerate(ends, 1))
        return f"<line{places}{look(leaf, ids)}/>"

    def _box(self, leaf: Leaf, ids: Ids) -> str:
        found = _bounds(leaf)
        if found is None:
            return ""
        x, y, width, height, radius = found
        place = f'x="{self._along(leaf.x - self.left + x)}" y="{px(leaf.y + y)}"'
        size = f'width="{px(width / self.width * 100)}%" height="{px(height)}"'
        corner = f' rx="{px(radius)}"' if radius else ""
        return f"<rect {place} {size}{corner}{look(leaf, ids)}/>"

    def _along(self, x: float) -> str:
        """In percent; the half pixel that Vega adds to be crisp is dropped at the edges."""
        if abs(x) < 1:
            return "0"
        return "100%" if abs(x - self.width) < 1 else f"{px(x / self.width * 100)}%"


def _moved(x: float, y: float, leaves: Sequence[Leaf], ids: Ids) -> str:
    paths = "".join(f'<path d="{short(leaf.path)}"{look(leaf, ids)}/>' for leaf in leaves)
    return f'<g transform="translate({px(x)},{px(y)})">{paths}</g>' if x or y else paths


def _bounds(leaf: Leaf) -> tuple[float, float, float, float, float] | None:
    """Left, top, width, height and radius of a rectangle; None for one whose corners differ, and other shapes."""
    if plain := _BOX.fullmatch(leaf.path):
        x, y, width, height = (float(number) for number in plain.groups())
        return min(x, x + width), min(y, y + height), abs(width), abs(height), 0
    if leaf.mark != "rect":
        return None
    numbers = [float(number) for number in NUMBER.findall(leaf.path)]
    xs, ys = numbers[::2], numbers[1::2]
    left, radius = xs[0] - min(xs), max(xs) - xs[1]
    if left <= 0 or abs(left - radius) > 0.01:
        return None
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys), radius
