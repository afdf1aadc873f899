"""How wide a text is, near enough to leave room for it: no font is at hand, and the viewer's may be another."""

from __future__ import annotations

import re
from unicodedata import category

_NARROW = frozenset("iljtfrI.,:;'|!()[]- \N{NO-BREAK SPACE}")
_BROAD = frozenset("mwMW@%")
_INVISIBLE = "\N{ZERO WIDTH SPACE}"
_FULL = re.compile(
    "[\u1100-\u115f\u231a\u231b\u23e9-\u23f3\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff"
    "\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\U00017000-\U00018cff\U0001b000-\U0001b2ff"
    "\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001faff\U00020000-\U0003fffd]"
)
"""Letters of the width of an em: those of Chinese, Japanese and Korean, and pictures."""
_SIZE = 12


def width(text: str, size: int = _SIZE) -> float:
    """In pixels, at `size` pixels per em; rather too wide than too narrow."""
    return sum(map(_em, text)) * size / 100


def _em(letter: str) -> int:
    """In hundredths, so that the page's script adds up to the same."""
    if letter in _INVISIBLE or category(letter) in ("Mn", "Me"):
        return 0
    if letter in _NARROW:
        return 38
    if letter in _BROAD:
        return 90
    if _FULL.match(letter):
        return 105
    return 70 if letter.isupper() else 60


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
