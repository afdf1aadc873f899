from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashgen import colour, contrast, resources, styles, theme

PACKAGE = Path(theme.__file__).parent


@pytest.mark.parametrize("name", resources.themes())
def test_a_shipped_theme_can_be_read(name: str) -> None:
    assert list(contrast.faint(theme.load_theme(name))) == []


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.478), ("#123456", "#123456", 1)]
)
def test_contrast_is_that_of_the_guidelines(one: str, other: str, ratio: float) -> None:
    assert colour.contrast(one, other) == pytest.approx(ratio, abs=0.001)
    assert colour.contrast(other, one) == colour.contrast(one, other)


def test_ramps_keep_their_stops_and_go_evenly() -> None:
    assert colour.ramp(["#000000", "#ffffff"], 3) == ["#000000", "#636363", "#ffffff"]
    ramp = colour.ramp(["#a8400b", "#f1f3f7", "#2c45bf"], 9)
    assert (ramp[0], ramp[4], ramp[8]) == ("#a8400b", "#f1f3f7", "#2c45bf")
    assert len(set(ramp)) == 9


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


def write(folder: Path, text: str, name: str = "ours.yaml") -> theme.Theme:
    (folder / name).write_text(f"version: 1\n{text}\n")
    return theme.open_theme(name, folder)


def test_a_theme_of_the_project_names_only_what_differs(tmp_path: Path) -> None:
    ours, light = write(tmp_path, "title: Ours\ncolours: {accent: '#7a1fa2'}\nradius: 4"), theme.load_theme("light")
    assert (ours.title, ours.radius, ours.scheme) == ("Ours", 4, "light")
    assert ours.colours == {**light.colours, "accent": "#7a1fa2"}
    assert ours.dark is not None
    assert ours.dark.colours == theme.load_theme("dark").colours
    assert write(tmp_path, "scheme: dark").colours == theme.load_theme("dark").colours


def test_partners_are_named_or_differ_or_are_none(tmp_path: Path) -> None:
    text = "dark: {extends: dark, colours: {accent: '#d59cf0'}}\ncontrast: null"
    base = write(tmp_path, text, "base.yaml")
    assert base.dark is not None
    assert base.dark.colours["accent"] == "#d59cf0"
    assert base.dark.colours["page"] == theme.load_theme("dark").colours["page"]
    assert base.contrast is None
    over = write(tmp_path, "extends: base.yaml\ndark: {colours: {page: '#000000'}}")
    assert over.dark is not None
    assert (over.dark.colours["accent"], over.dark.colours["page"]) == ("#d59cf0", "#000000")
    assert write(tmp_path, "dark: base.yaml", "light.yaml").dark is not None


def test_short_palettes_repeat_or_are_mixed(tmp_path: Path) -> None:
    ours = write(tmp_path, "categorical: ['#3f54e7', '#409782']\nsequential: ['#eef2ff', '#2c45bf']").colours
    assert ours["c1"] == ours["c3"] == ours["c11"] == "#3f54e7"
    assert (ours["h1"], ours["h9"]) == ("#eef2ff", "#2c45bf")
    assert len({ours[role] for role in theme.SEQUENTIAL}) == 9


def test_a_theme_names_the_colours_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="muted"):
        write(tmp_path, "colours: {muted: grey}")


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def test_a_logo_is_kept_as_it_is(tmp_path: Path) -> None:
    text = SVG.format('<defs><path id="a" d="M0 0h1"/></defs><use href="#a" fill="url(#b)"/><text>Acme</text>')
    (tmp_path / "acme.svg").write_text(text)
    assert write(tmp_path, "logo: acme.svg").logo == text
    assert theme.load_theme("light").logo == ""


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<g><foreignObject/></g>", "<foreignObject>"),
        ('<path onload="alert(1)"/>', "onload"),
        ('<image href="https://example.org/x.png"/>', "stand alone"),
        ('<use xlink:href="other.svg#a"/>', "stand alone"),
        ('<path fill="url(https://example.org/#a)"/>', "stand alone"),
        ("<style>@import 'x.css';</style>", "stand alone"),
        ("<path>", "is no SVG"),
    ],
)
def test_a_logo_that_could_do_something_is_refused(content: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "acme.svg").write_text(SVG.format(content))
    with pytest.raises(ValueError, match=re.escape(why)):
        write(tmp_path, "logo: acme.svg")


@pytest.mark.parametrize(
    "text", ["<html/>", "x", '<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "<svg>" + " " * 60_000 + "</svg>"]
)
def test_what_is_no_small_svg_is_no_logo(text: str, tmp_path: Path) -> None:
    (tmp_path / "acme.svg").write_text(text)
    with pytest.raises(ValueError, match=r"acme\.svg"):
        write(tmp_path, "logo: acme.svg")


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


def test_every_scheme_has_its_variables_and_every_ink_a_rule() -> None:
    light = theme.load_theme("light")
    css = styles.stylesheet(light)
    assert light.dark is not None
    assert light.contrast is not None
    dark, contrast = light.dark.colours["text"], light.contrast.colours["muted"]
    assert "@media screen and (prefers-color-scheme:dark){:root:not([data-scheme=light]){" in css
    assert css.count(f"--text:{dark}") == 2
    assert css.count(f"--muted:{contrast}") == 2
    for role in theme.ROLES:
        assert f".f-{role}{{fill:var(--{role.replace('_', '-')})}}" in css


def test_paper_is_light() -> None:
    page = theme.load_theme("light").colours["page"]
    assert f"@media print{{:root{{color-scheme:light;--page:{page};" in styles.stylesheet(theme.load_theme("dark"))
    assert "@media print" not in styles.stylesheet(theme.load_theme("light"))
