"""Themes: colours, fonts and palettes, read from YAML. No colour is written anywhere else.

Charts are drawn once for every scheme. The renderer is given *inks*, one made-up colour per role, and
`ink_classes` turns them in the finished SVG into classes that the stylesheet binds to the theme's variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from dashgen.colour import COLOUR, ramp
from dashgen.logo import read_logo
from dashgen.resources import folder, themes

CATEGORIES = 12
STEPS = 9

PLAIN_ROLES = (
    "page",
    "surface",
    "raised",
    "border",
    "text",
    "muted",
    "accent",
    "grid",
    "axis",
    "other",
    "bar",
    "shadow",
    "good",
    "warning",
    "critical",
    "good_soft",
    "warning_soft",
    "critical_soft",
)
CATEGORICAL = tuple(f"c{n}" for n in range(1, CATEGORIES + 1))
SEQUENTIAL = tuple(f"h{n}" for n in range(1, STEPS + 1))
DIVERGING = tuple(f"d{n}" for n in range(1, STEPS + 1))
ROLES = PLAIN_ROLES + CATEGORICAL + SEQUENTIAL + DIVERGING

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FIRST_INK = 0xD0D000
_INK_OF_ROLE = {role: f"#{_FIRST_INK + n:06x}" for n, role in enumerate(ROLES)}
_ROLE_OF_INK = {ink: role for role, ink in _INK_OF_ROLE.items()}
_NAMES = frozenset({"data", "domain", "params", "signals", "text"})
_CLASS_OF_PAINT = {"fill": "f", "stroke": "s", "stop-color": "g"}


@dataclass(frozen=True, slots=True)
class Marks:
    """How charts draw where a widget does not say: pixels, and the opacity of the area under a line."""

    line_width: float
    area_opacity: float
    bar_radius: float


@dataclass(frozen=True, slots=True)
class Theme:
    """`colours` has every role: plain ones, `c1` … for categories, `h1` … from little to much, `d1` … around a middle.

    `dark` and `contrast` are its partners for viewers who prefer dark or more contrast; `logo` is SVG text.
    """

    name: str
    title: str
    scheme: Literal["light", "dark"]
    font: str
    code_font: str
    radius: int
    marks: Marks
    logo: str
    colours: Mapping[str, str]
    dark: Theme | None
    contrast: Theme | None


@cache
def load_theme(name: str) -> Theme:
    """The shipped theme `name`; KeyError if there is none."""
    if name not in themes():
        raise KeyError(name)
    return read_theme(folder("themes") / f"{name}.yaml")


def open_theme(written: str, root: Path) -> Theme:
    """What `theme:` names: a shipped theme, or a file of the project. Raises KeyError, OSError or ValueError."""
    return read_theme(root / written) if _is_file(written) else load_theme(written)


def read_theme(path: Path) -> Theme:
    """The theme in one file and what it extends. ValueError names what is missing or not a colour."""
    return _theme(path.stem, _read(path), _DEEP)


# ---- reading --------------------------------------------------------------------------------

_Data = dict[str, Any]
_GROUPS = ("colours", "fonts", "charts")
_PARTNERS = ("dark", "contrast")
_DEEP = 2
"""The dark partner of a theme's contrast partner is wanted, but not its partners again."""


@dataclass(frozen=True, slots=True)
class _Partner:
    """A theme by name, seen from the folder of the file that names it, and what is written over it."""

    name: str
    beside: Path
    differing: tuple[_Data, ...] = ()


def _read(path: Path, above: tuple[Path, ...] = ()) -> _Data:
    """What the file says over what it extends."""
    if path in above:
        raise ValueError("it extends itself")
    own: _Data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    if not isinstance(own, dict):
        raise ValueError("it says nothing")
    base = str(own.get("extends", own.get("scheme", "light")))
    is_whole = path == folder("themes") / f"{base}.yaml"
    inherited = {} if is_whole else _read(_path(base, path.parent), (*above, path))
    return _over(inherited, own, path.parent)


def _path(name: str, beside: Path) -> Path:
    if _is_file(name):
        return beside / name
    if name not in themes():
        raise KeyError(name)
    return folder("themes") / f"{name}.yaml"


def _is_file(name: str) -> bool:
    return name.endswith((".yaml", ".yml"))


def _over(inherited: _Data, own: _Data, beside: Path) -> _Data:
    """`own` wins, in groups colour by colour; paths in it become whole."""
    found = {**inherited, **own}
    found |= {key: {**inherited.get(key, {}), **own.get(key, {})} for key in _GROUPS}
    found |= {key: _partner(inherited.get(key), own[key], beside) for key in _PARTNERS if key in own}
    if own.get("logo"):
        found["logo"] = str(beside / own["logo"])
    return found


def _partner(inherited: _Partner | None, own: Any, beside: Path) -> _Partner | None:
    """A name, or what differs from the inherited partner, or nothing to have none."""
    if own is None or isinstance(own, str):
        return _Partner(own, beside) if own else None
    if "extends" in own or inherited is None:
        return _Partner(own.get("extends", "dark"), beside, (own,))
    return replace(inherited, differing=(*inherited.differing, own))


def _met(partner: _Partner) -> _Data:
    data = _read(_path(partner.name, partner.beside))
    for own in partner.differing:
        data = _over(data, own, partner.beside)
    return data


def _theme(name: str, data: _Data, deep: int) -> Theme:
    colours = dict(_colours(data))
    wrong = [role for role in ROLES if not COLOUR.fullmatch(str(colours.get(role, "")))]
    if wrong:
        raise ValueError(f"{name}: no colour like #rrggbb for {', '.join(wrong)}")
    partners = {
        key: _theme(f"{name}-{key}", _met(partner), deep - 1) if deep and (partner := data.get(key)) else None
        for key in _PARTNERS
    }
    return Theme(
        name=name,
        title=data["title"],
        scheme=data["scheme"],
        font=data["fonts"]["text"],
        code_font=data["fonts"]["code"],
        radius=data["radius"],
        marks=Marks(**data["charts"]),
        logo=read_logo(Path(data["logo"])) if data.get("logo") else "",
        colours=colours,
        **partners,
    )


def _colours(data: _Data) -> Iterator[tuple[str, str]]:
    yield from ((role, data["colours"][role]) for role in PLAIN_ROLES if role in data["colours"])
    palette = data["categorical"]
    yield from ((role, palette[n % len(palette)]) for n, role in enumerate(CATEGORICAL))
    yield from zip(SEQUENTIAL, ramp(data["sequential"], STEPS), strict=True)
    yield from zip(DIVERGING, ramp(data["diverging"], STEPS), strict=True)


# ---- inks -----------------------------------------------------------------------------------


def ink(role: str) -> str:
    """The made-up colour that stands for `role` while a chart is drawn."""
    return _INK_OF_ROLE[role]


def category_role(index: int) -> str:
    """The role of the series or slice at `index`, counted from 0; the palette repeats."""
    return CATEGORICAL[index % CATEGORIES]


def paint(spec: Any, theme: Theme) -> Any:
    """`spec` with the theme's colours in place of inks. Give it a chart without its data; names in it stay."""
    if isinstance(spec, dict):
        return {key: value if key in _NAMES else paint(value, theme) for key, value in spec.items()}
    if isinstance(spec, list):
        return [paint(value, theme) for value in spec]
    role = _ROLE_OF_INK.get(spec) if isinstance(spec, str) else None
    return theme.colours[role] if role else spec


_PAINTED = re.compile(r' (fill|stroke|stop-color)="(#[0-9a-f]{6})"')
_CLASS = re.compile(r' class="([^"]*)"')


def ink_classes(attributes: str) -> str:
    """The attributes of one SVG tag with inks as classes: ` fill="<ink of c1>"` becomes ` class="f-c1"`."""
    inked = [(kind, _ROLE_OF_INK[value]) for kind, value in _PAINTED.findall(attributes) if value in _ROLE_OF_INK]
    if not inked:
        return attributes
    had = _CLASS.search(attributes)
    names = ([had[1]] if had else []) + [f"{_CLASS_OF_PAINT[kind]}-{role}" for kind, role in inked]
    bare = _PAINTED.sub(lambda found: "" if found[2] in _ROLE_OF_INK else found[0], _CLASS.sub("", attributes))
    return f' class="{" ".join(names)}"{bare}'
