"""Themes: colours, fonts and palettes, read from YAML. No colour is written anywhere else.

Charts are drawn once for every scheme. The renderer is given *inks*, one made-up colour per role, and
`ink_classes` turns them in the finished SVG into classes that the stylesheet binds to the theme's variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

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
    "good",
    "warning",
    "critical",
    "good_soft",
    "warning_soft",
    "critical_soft",
)
CATEGORICAL = tuple(f"c{n}" for n in range(1, CATEGORIES + 1))
SEQUENTIAL = tuple(f"h{n}" for n in range(1, STEPS + 1))
ROLES = PLAIN_ROLES + CATEGORICAL + SEQUENTIAL

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FIRST_INK = 0xD0D000
_INK_OF_ROLE = {role: f"#{_FIRST_INK + n:06x}" for n, role in enumerate(ROLES)}
_ROLE_OF_INK = {ink: role for role, ink in _INK_OF_ROLE.items()}
_NAMES = frozenset({"domain", "text"})
_CLASS_OF_PAINT = {"fill": "f", "stroke": "s", "stop-color": "g"}


@dataclass(frozen=True, slots=True)
class Theme:
    """`colours` has every role: the plain ones, `c1` … `c12` for categories, `h1` … `h9` from little to much."""

    name: str
    title: str
    scheme: str
    dark: str | None
    font: str
    code_font: str
    radius: int
    colours: Mapping[str, str]


@cache
def load_theme(name: str) -> Theme:
    """The shipped theme `name`; KeyError if there is none."""
    if name not in themes():
        raise KeyError(name)
    return read_theme(folder("themes") / f"{name}.yaml")


def open_theme(written: str, root: Path) -> Theme:
    """What `theme:` names: a shipped theme, or a file of the project. Raises KeyError, OSError or ValueError."""
    return read_theme(root / written) if written.endswith((".yaml", ".yml")) else load_theme(written)


def read_theme(path: Path) -> Theme:
    """The theme in one file. ValueError names what is missing or not a colour."""
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    colours = dict(_colours(data))
    wrong = [role for role in ROLES if not re.fullmatch(r"#[0-9a-f]{6}", str(colours.get(role, "")))]
    if wrong:
        raise ValueError(f"{path.name}: no colour like #rrggbb for {', '.join(wrong)}")
    fonts = data["fonts"]
    return Theme(
        name=path.stem,
        title=data["title"],
        scheme=data["scheme"],
        dark=data.get("dark"),
        font=fonts["text"],
        code_font=fonts["code"],
        radius=data["radius"],
        colours=colours,
    )


def _colours(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from data["colours"].items()
    yield from zip(CATEGORICAL, data["categorical"], strict=False)
    yield from zip(SEQUENTIAL, data["sequential"], strict=False)


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


# ---- stylesheet -----------------------------------------------------------------------------


def stylesheet(theme: Theme) -> str:
    """The theme as CSS variables, for dark surroundings too if it names a dark partner, and the ink classes."""
    parts = [f":root{{color-scheme:{theme.scheme};{_variables(theme)}}}"]
    if theme.dark:
        dark = load_theme(theme.dark)
        parts.append(f"@media (prefers-color-scheme:dark){{:root{{color-scheme:{dark.scheme};{_variables(dark)}}}}}")
        parts.append(f"@media print{{:root{{color-scheme:{theme.scheme};{_variables(theme)}}}}}")
    parts.extend(_ink_rules())
    return "\n".join(parts) + "\n"


def _variables(theme: Theme) -> str:
    colours = "".join(f"--{role.replace('_', '-')}:{theme.colours[role]};" for role in ROLES)
    return f"{colours}--font:{theme.font};--code-font:{theme.code_font};--radius:{theme.radius}px;"


def _ink_rules() -> Iterator[str]:
    for role in ROLES:
        variable = f"var(--{role.replace('_', '-')})"
        yield f".f-{role}{{fill:{variable}}}.s-{role}{{stroke:{variable}}}.g-{role}{{stop-color:{variable}}}"
