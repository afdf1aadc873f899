"""Vega's SVG made fit to stand in a page: no style attributes, colours as classes, ids of its own, flat and small."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from dashgen.leaves import Ids, Leaf, leaves, local, look, px, short, translation
from dashgen.plot import Plot
from dashgen.theme import ink_classes

STEP = 4
"""The room left and right of a plot is a multiple of it, in pixels: each is a class (`l13` is 52 on the left)."""
_WIDEST = 256


def embeddable(svg: str, name: str, *, fixed: bool = False) -> str:
    """`svg` for a page under a policy without inline style; `name` makes its ids its own.

    It follows the width that it is given and keeps its height. A `fixed` one keeps both.
    """
    root = ElementTree.fromstring(svg)
    ids = Ids(name)
    shapes = [leaf for leaf in leaves(root) if leaf.is_seen]
    width, height = (float(root.get(side, 0)) for side in ("width", "height"))
    if fixed:
        box = f'width="{px(width)}" height="{px(height)}" viewBox="0 0 {px(width)} {px(height)}"'
        return _closed(box, root, "".join(_kept(leaf, ids) for leaf in shapes), ids)
    left, inner = _room(root)
    pads = f"l{round(left / STEP)} r{round((width - left - inner) / STEP)}"
    box = f'class="{pads}" width="100%" height="{px(height)}"'
    return _closed(box, root, Plot(left, inner, height).drawn(shapes, ids), ids)


def stylesheet() -> str:
    """What drawings need: the room beside their plots, strokes that keep their width, crisp rules."""
    sides = (("l", "left"), ("r", "right"))
    pads = (f".{at}{n}{{padding-{side}:{n * STEP}px}}" for at, side in sides for n in range(1, _WIDEST // STEP + 1))
    rules = (
        ".drawing svg{overflow:visible}",
        ".drawing svg svg *{vector-effect:non-scaling-stroke}",
        ".drawing line{shape-rendering:crispEdges}",
    )
    return f"{''.join(pads)}\n{''.join(rules)}\n"


def _closed(box: str, root: Element, shapes: str, ids: Ids) -> str:
    gradients = "".join(_gradient(one, ids) for one in root.iter() if local(one) == "linearGradient")
    return f'<svg {box} fill="none">{f"<defs>{gradients}</defs>" if gradients else ""}{shapes}</svg>'


def _room(root: Element) -> tuple[float, float]:
    """Where the plot begins, and its width: that of its background."""
    left = translation(next(element for element in root if local(element) == "g"))[0]
    ground = next(element for element in root.iter() if element.get("class") == "background")
    return left, float(re.findall(r"h([\d.]+)", ground.get("d", ""))[0])


def _gradient(element: Element, ids: Ids) -> str:
    ends = "".join(f' {key}="{escape(element.get(key, "0"))}"' for key in ("x1", "y1", "x2", "y2"))
    stops = "".join(_stop(stop.attrib.items()) for stop in element)
    return f'<linearGradient id="{ids(element.get("id", ""))}"{ends}>{stops}</linearGradient>'


def _stop(attributes: Iterable[tuple[str, str]]) -> str:
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes)
    return f"<stop{ink_classes(written)}/>"


def _kept(leaf: Leaf, ids: Ids) -> str:
    """Where and as large as it was drawn."""
    place = f'transform="translate({px(leaf.x)},{px(leaf.y)}){leaf.turn}"'
    match leaf.tag:
        case "text":
            return f"<text {place}{look(leaf, ids)}>{leaf.text}</text>"
        case "line":
            ends = "".join(f' {key}="{px(leaf.number(key))}"' for key in ("x2", "y2"))
            return f"<line {place}{ends}{look(leaf, ids)}/>"
    return f'<path {place} d="{short(leaf.path)}"{look(leaf, ids)}/>'
