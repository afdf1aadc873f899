"""Arithmetic of colours written `#rrggbb`: contrast as WCAG 2.2 has it, and ramps in OKLab."""

from __future__ import annotations

import re
from collections.abc import Sequence

COLOUR = re.compile(r"#[0-9a-f]{6}")

_Triple = tuple[float, float, float]


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> _Triple:
    red, green, blue = (_decoded(int(colour[n : n + 2], 16) / 255) for n in (1, 3, 5))
    return red, green, blue


def _decoded(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def ramp(colours: Sequence[str], count: int) -> list[str]:
    """`count` colours from the first to the last through all of them, in even steps as people see them."""
    if len(colours) == count:
        return list(colours)
    stops = [_to_lab(_linear(colour)) for colour in (colours if len(colours) > 1 else [*colours] * 2)]
    places = [n * (len(stops) - 1) / (count - 1) for n in range(count)]
    return [_written(_to_linear(_between(stops, place))) for place in places]


def _between(stops: Sequence[_Triple], place: float) -> _Triple:
    start = min(int(place), len(stops) - 2)
    part = place - start
    first, second, third = (a + (b - a) * part for a, b in zip(stops[start], stops[start + 1], strict=True))
    return first, second, third


def _written(linear: _Triple) -> str:
    return "#" + "".join(f"{round(255 * min(max(_encoded(part), 0), 1)):02x}" for part in linear)


def _encoded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)


# ---- OKLab (Björn Ottosson, 2020) -------------------------------------------------------------


def _to_lab(linear: _Triple) -> _Triple:
    r, g, b = linear
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _to_linear(lab: _Triple) -> _Triple:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
