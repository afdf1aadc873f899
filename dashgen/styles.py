"""A theme as CSS: one variable per role, bound to the viewer's scheme, and the classes that stand for inks."""

from __future__ import annotations

from collections.abc import Iterator

from dashgen.theme import ROLES, Theme, load_theme

_DARK = "(prefers-color-scheme:dark)"
_MORE = "(prefers-contrast:more)"
_FORCED = {
    "page": "Canvas",
    "surface": "Canvas",
    "raised": "Canvas",
    "bar": "Canvas",
    "good_soft": "Canvas",
    "warning_soft": "Canvas",
    "critical_soft": "Canvas",
    "text": "CanvasText",
    "muted": "CanvasText",
    "border": "CanvasText",
    "axis": "CanvasText",
    "grid": "GrayText",
    "accent": "LinkText",
    "good": "CanvasText",
    "warning": "CanvasText",
    "critical": "CanvasText",
}
"""Where the viewer's system chooses the colours: its own names. Palettes stay, since they carry meaning."""


def stylesheet(theme: Theme) -> str:
    """Variables for every scheme, later ones winning, then the ink classes.

    The viewer's preference decides until `data-scheme` on the root element says otherwise. On paper it is light.
    """
    rules = [f":root{{{_variables(theme)}}}", *_schemes(theme), *_paper(theme), _forced(), *_ink_rules()]
    return "\n".join(rules) + "\n"


def _schemes(theme: Theme) -> Iterator[str]:
    dark, contrast = theme.dark, theme.contrast
    dark_contrast = (dark and dark.contrast) or (contrast and contrast.dark)
    if dark:
        yield _screen(f"and {_DARK}", "not([data-scheme=light])", dark)
        yield _screen("", "is([data-scheme=dark])", dark)
    if contrast:
        yield _screen(f"and {_MORE}", "not([data-scheme=dark])", contrast)
        yield _screen("", "is([data-scheme=contrast])", contrast)
    if dark_contrast:
        yield _screen(f"and {_MORE} and {_DARK}", "not([data-scheme=light])", dark_contrast)
        yield _screen(f"and {_MORE}", "is([data-scheme=dark])", dark_contrast)
        yield _screen(f"and {_DARK}", "is([data-scheme=contrast])", dark_contrast)


def _screen(where: str, chosen: str, theme: Theme) -> str:
    media = f"screen {where}".strip()
    return f"@media {media}{{:root:{chosen}{{{_variables(theme)}}}}}"


def _paper(theme: Theme) -> Iterator[str]:
    if theme.scheme == "dark":
        yield f"@media print{{:root{{{_variables(load_theme('light'))}}}}}"


def _forced() -> str:
    colours = ";".join(f"{_name(role)}:{colour}" for role, colour in _FORCED.items())
    return f"@media (forced-colors:active){{:root:root{{{colours}}}}}"


def _variables(theme: Theme) -> str:
    colours = ";".join(f"{_name(role)}:{theme.colours[role]}" for role in ROLES)
    fonts = f"--font:{theme.font};--code-font:{theme.code_font};--radius:{theme.radius}px"
    return f"color-scheme:{theme.scheme};{colours};{fonts}"


def _ink_rules() -> Iterator[str]:
    for role in ROLES:
        variable = f"var({_name(role)})"
        yield f".f-{role}{{fill:{variable}}}.s-{role}{{stroke:{variable}}}.g-{role}{{stop-color:{variable}}}"


def _name(role: str) -> str:
    return f"--{role.replace('_', '-')}"
