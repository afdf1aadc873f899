from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashgen import resources, theme

PACKAGE = Path(theme.__file__).parent


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", resources.themes())
def test_text_and_marks_stand_out(name: str) -> None:
    colours = theme.load_theme(name).colours
    for ground in ("surface", "page"):
        for text in ("text", "muted", "accent", "good", "warning", "critical"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for tone in ("good", "warning", "critical"):
        assert contrast(colours[tone], colours[f"{tone}_soft"]) >= 4.5, tone
    for mark in (*theme.CATEGORICAL, "other"):
        assert contrast(colours[mark], colours["surface"]) >= 2.9, mark


@pytest.mark.parametrize("name", resources.themes())
def test_sequential_palettes_go_one_way(name: str) -> None:
    steps = [luminance(theme.load_theme(name).colours[role]) for role in theme.SEQUENTIAL]
    assert steps == sorted(steps) or steps == sorted(steps, reverse=True)


def test_no_colour_is_written_outside_themes() -> None:
    long, short, function = r"#(?:[0-9a-f]{8}|[0-9a-f]{6})\b", r"#[0-9a-f]{3,4}(?=[\x22\x27;])", r"\b(?:rgba?|hsla?)\("
    literal = re.compile(f"{long}|{short}|{function}", re.IGNORECASE)
    files = [path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".css", ".html", ".js"}]
    found = [f"{path.name}: {hit[0]}" for path in files for hit in literal.finditer(path.read_text())]
    assert len(files) > 30
    assert found == []


def test_an_unknown_theme_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        theme.load_theme("sepia")


def test_a_theme_file_of_the_project(tmp_path: Path) -> None:
    text = (resources.folder("themes") / "dark.yaml").read_text()
    (tmp_path / "ours.yaml").write_text(text.replace("title: Dark", "title: Ours"))
    assert theme.open_theme("ours.yaml", tmp_path).title == "Ours"
    assert theme.open_theme("light", tmp_path).name == "light"


def test_a_theme_names_the_colours_that_it_lacks(tmp_path: Path) -> None:
    text = (resources.folder("themes") / "dark.yaml").read_text()
    (tmp_path / "ours.yaml").write_text(re.sub(r"  muted: .*", "  muted: grey", text))
    with pytest.raises(ValueError, match="muted"):
        theme.open_theme("ours.yaml", tmp_path)


def test_inks_become_classes_and_other_colours_stay() -> None:
    written = f' class="a" fill="{theme.ink("c1")}" stroke="none" stroke-width="2"'
    assert theme.ink_classes(written) == ' class="a f-c1" stroke="none" stroke-width="2"'
    assert theme.ink_classes(' fill="none"') == ' fill="none"'


def test_inks_are_distinct_and_no_theme_uses_them() -> None:
    inks = {theme.ink(role) for role in theme.ROLES}
    assert len(inks) == len(theme.ROLES)
    for name in resources.themes():
        assert not inks & set(theme.load_theme(name).colours.values())


def test_paint_replaces_inks_only() -> None:
    light = theme.load_theme("light")
    painted = theme.paint({"a": [theme.ink("text"), "x"], "b": {"c": theme.ink("c2")}, "d": 1}, light)
    assert painted == {"a": [light.colours["text"], "x"], "b": {"c": light.colours["c2"]}, "d": 1}


def test_the_light_theme_turns_dark_and_every_class_has_a_rule() -> None:
    css = theme.stylesheet(theme.load_theme("light"))
    assert "prefers-color-scheme:dark" in css
    assert theme.load_theme("dark").colours["surface"] in css
    for role in theme.ROLES:
        assert f".f-{role}{{fill:var(--{role.replace('_', '-')})}}" in css
