"""How wide a text is, near enough to leave room for it: no font is at hand, and the viewer's may be another."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

_NARROW = frozenset("iljtfrI.,:;'|!()[]- \N{NO-BREAK SPACE}")
_BROAD = frozenset("mwMW@%")
_SIZE = 12


def width(text: str, size: int = _SIZE) -> float:
    """In pixels, at `size` pixels per em; rather too wide than too narrow."""
    return sum(map(_em, text)) * size


def _em(letter: str) -> float:
    if combining(letter) or letter == "\N{ZERO WIDTH SPACE}":
        return 0
    if letter in _NARROW:
        return 0.38
    if letter in _BROAD:
        return 0.9
    if east_asian_width(letter) in "WF":
        return 1.05
    return 0.7 if letter.isupper() else 0.6


def shortened(text: str, room: float, size: int = _SIZE) -> str:
    """`text` with its middle left out where it is wider than `room`: beginnings and ends tell names apart."""
    if width(text, size) <= room:
        return text
    left, right = "", ""
    rest = room - width("…", size)
    for before, after in zip(text, reversed(text), strict=True):
        left, right, rest = left + before, after + right, rest - width(before + after, size)
        if rest < width(after, size) * 2:
            break
    return f"{left.rstrip()}…{right.lstrip()}"
