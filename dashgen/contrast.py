"""Which colours of a theme are too close to what they stand on, by WCAG 2.2 AA."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dashgen.colour import contrast
from dashgen.theme import CATEGORICAL, DIVERGING, SEQUENTIAL, Theme

TEXT, MARK = 4.5, 3.0

_TONES = ("good", "warning", "critical")
_TEXTS = {
    "text": ("page", "surface", "raised", "bar", *(f"{tone}_soft" for tone in _TONES)),
    "muted": ("page", "surface", "raised"),
    "accent": ("page", "surface", "raised"),
    **{tone: ("page", "surface", f"{tone}_soft") for tone in _TONES},
    "surface": ("accent",),
}
_MARKS = (*CATEGORICAL, "other", SEQUENTIAL[-1], DIVERGING[0], DIVERGING[-1])


class Faint(NamedTuple):
    """A role, what it stands on, their ratio, and the ratio that is needed."""

    role: str
    ground: str
    ratio: float
    needed: float


def faint(theme: Theme) -> Iterator[Faint]:
    """Every pair under its limit: texts on their grounds, then marks on the surface. Partners are not looked at.

    A palette that repeats is told once.
    """
    marks = {theme.colours[role]: role for role in reversed(_MARKS)}
    pairs = [(role, ground, TEXT) for role, grounds in _TEXTS.items() for ground in grounds]
    pairs += [(role, "surface", MARK) for role in reversed(marks.values())]
    for role, ground, needed in pairs:
        ratio = contrast(theme.colours[role], theme.colours[ground])
        if ratio < needed:
            yield Faint(role, ground, ratio, needed)
