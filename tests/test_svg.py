"""Vega's SVG for a page: flat, small, and as wide as its column."""

from __future__ import annotations

import re

import pytest

from dashgen.svg import embeddable

HEAD = (
    '<svg width="400" height="100"><g transform="translate(40,10)"><g class="mark-group role-frame root">'
    '<g><path class="background" d="M0,0h340v60h-340Z"/>'
)


def drawn(shapes: str, *, fixed: bool = False) -> str:
    """What `shapes` become, without the SVG around them."""
    found = embeddable(f"{HEAD}{shapes}</g></g></g></svg>", "w", fixed=fixed)
    return re.sub(r"^<svg[^>]*>|</svg>$", "", found)


def test_the_plot_fills_the_drawing_but_for_its_paddings() -> None:
    svg = embeddable(f"{HEAD}</g></g></g></svg>", "w")
    assert svg == '<svg class="l10 r5" width="100%" height="100" fill="none"></svg>'


@pytest.mark.parametrize(
    ("anchor", "x", "place"),
    [
        ("middle", 170, 'x="50%"'),
        ("start", 176, 'x="50%" y="10" dx="6"'),
        ("end", 164, 'x="50%" y="10" dx="-6"'),
        ("end", -8, 'x="-8"'),
        ("start", 348, 'x="100%" y="10" dx="8"'),
        ("start", 0.5, 'x="0.5"'),
    ],
)
def test_a_text_keeps_its_distance_from_what_it_stands_beside(anchor: str, x: float, place: str) -> None:
    text = f'<text text-anchor="{anchor}" transform="translate({x},0)" font-size="12px" fill="red">a</text>'
    found = drawn(text)
    assert place in found
    assert 'font-size="12"' in found


def test_slanted_text_is_turned_around_its_own_place() -> None:
    found = drawn('<text transform="translate(170,60) rotate(-40)" fill="red">a</text>')
    assert found.startswith('<svg x="48.24%" y="70"><text transform="rotate(-40)"')


def test_rules_boxes_and_dots_are_in_percent() -> None:
    assert 'x1="0" y1="10" x2="100%" y2="10"' in drawn(
        '<g transform="translate(0.5,0.5)"><line transform="translate(0,-0.5)" x2="340" y2="0" stroke="red"/></g>'
    )
    plain = drawn('<path d="M34,0h68v10h-68Z" fill="red"/>')
    assert 'x="10%" y="10" width="20%" height="10"' in plain
    round_box = "M36,0L100,0C101,0,102,1,102,2L102,8C102,9,101,10,100,10L36,10C35,10,34,9,34,8L34,2C34,1,35,0,36,0Z"
    assert 'x="10%" y="10" width="20%" height="10" rx="2"' in drawn(
        f'<g class="mark-rect"><path d="{round_box}" fill="red"/></g>'
    )
    dot = drawn('<g class="mark-symbol"><path transform="translate(170,5)" d="M3,0A3,3,0,1,1,-3,0Z" fill="red"/></g>')
    assert dot == '<circle cx="50%" cy="15" r="3" fill="red"/>'


def test_lines_and_areas_are_drawn_out_together() -> None:
    found = drawn('<path d="M0,1.2345L340,2" stroke="red"/><path d="M0,0L340,9" stroke="blue"/>')
    assert found.startswith('<svg viewBox="0 0 340 100" preserveAspectRatio="none" width="100%" height="100">')
    assert found.count("<svg") == 1
    assert 'd="M0,1.23L340,2"' in found


def test_a_box_rounded_at_one_end_is_drawn_out() -> None:
    one_end = "M0,0L98,0C99,0,100,1,100,2L100,8C100,9,99,10,98,10L0,10C0,10,0,10,0,10L0,0C0,0,0,0,0,0Z"
    assert drawn(f'<g class="mark-rect"><path d="{one_end}" fill="red"/></g>').startswith("<svg viewBox")


def test_what_is_fixed_keeps_its_size() -> None:
    assert embeddable(f"{HEAD}</g></g></g></svg>", "w", fixed=True).startswith('<svg width="400" height="100" viewBox')
    assert drawn('<path d="M0,0L1,2Z" fill="red"/>', fixed=True) == (
        '<path transform="translate(40,10)" d="M0,0L1,2Z" fill="red"/>'
    )


def test_what_nobody_sees_is_left_out() -> None:
    assert drawn('<path d="" stroke="red"/><path d="M0,0L1,2"/><text> </text><line x2="4" display="none"/>') == ""


def test_text_is_not_taken_for_markup() -> None:
    found = drawn('<text fill="red">fill=&quot;x&quot; &lt;b&gt; url(#a) 1.23456</text>')
    assert '>fill="x" &lt;b&gt; url(#a) 1.23456</text>' in found
