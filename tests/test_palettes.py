"""Palettes for every eye: how far apart colours stay for people who lack one kind of cones."""

from __future__ import annotations

from itertools import combinations
from math import dist

import pytest

from dashgen import resources, theme

Triple = tuple[float, float, float]

# Machado, Oliveira and Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency (2009):
# linear RGB → what is seen with the sensitivity of one kind of cones shifted onto another's wholly.
EYES: dict[str, tuple[Triple, Triple, Triple]] = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB = (
    (0.2104542553, 0.793617785, -0.0040720468),
    (1.9779984951, -2.428592205, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.808675766),
)
FIRST, NEIGHBOURS, ANY = 6.5, 9.0, 4.5
"""The least distances, in hundredths of OKLab: about 2 is just seen side by side, 10 is another colour at a glance."""


def product(matrix: tuple[Triple, Triple, Triple], vector: Triple) -> Triple:
    one, two, three = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return one, two, three


def seen(colour: str, eye: str) -> Triple:
    """OKLab, in hundredths."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    shifted = product(EYES[eye], (r, g, b))
    long, middle, short = (max(0.0, min(1.0, part)) for part in shifted)
    cones = product(TO_CONES, (long, middle, short))
    lightness, a, b = product(TO_LAB, (cones[0] ** (1 / 3), cones[1] ** (1 / 3), cones[2] ** (1 / 3)))
    return 100 * lightness, 100 * a, 100 * b


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", resources.themes())
def test_categories_stay_apart(name: str, eye: str) -> None:
    """The first eight from each other, each from the next, and any two."""
    colours = [theme.load_theme(name).colours[role] for role in theme.CATEGORICAL]
    places = [seen(colour, eye) for colour in colours]
    assert min(dist(*pair) for pair in combinations(places[:8], 2)) >= FIRST
    assert min(dist(places[n - 1], places[n]) for n in range(len(places))) >= NEIGHBOURS
    assert min(dist(*pair) for pair in combinations(places, 2)) >= ANY


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", resources.themes())
def test_more_is_seen_as_more(name: str, eye: str) -> None:
    """Lightness goes one way from little to much, and away from the middle to both ends."""
    colours = theme.load_theme(name).colours
    lightness = [seen(colours[role], eye)[0] for role in theme.SEQUENTIAL]
    assert lightness in (sorted(lightness), sorted(lightness, reverse=True))
    around = [seen(colours[role], eye)[0] for role in theme.DIVERGING]
    sign = 1 if around[4] > around[0] else -1
    assert sorted(around[:5], reverse=sign < 0) == around[:5]
    assert sorted(around[4:], reverse=sign > 0) == around[4:]


def test_the_ends_of_diverging_palettes_differ() -> None:
    for name in resources.themes():
        colours = theme.load_theme(name).colours
        for eye in EYES:
            assert dist(seen(colours["d1"], eye), seen(colours["d9"], eye)) > NEIGHBOURS + FIRST, (name, eye)
