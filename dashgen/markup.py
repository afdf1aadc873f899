"""HTML out of templates, escaped. The one room where text becomes markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashgen.names import clean

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_TEMPLATES = Path(__file__).resolve().parent / "templates"


@cache
def environment() -> Environment:
    """The templates, with autoescape on and unknown names refused."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from dashgen.compiled import Compiled

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        bytecode_cache=Compiled(),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def icons() -> Mapping[str, str]:
    """The paths of the page's small signs, by name."""
    shapes: Mapping[str, str] = vars(environment().get_template("icons.html").module)["shapes"]
    return shapes


def load() -> None:
    """Compile every template now, for whoever has to wait for something else."""
    for name in environment().list_templates():
        environment().get_template(name)


def _finalize(value: Any) -> Any:
    """Text from outside loses what it could do to its neighbours; markup is what this program wrote."""
    return clean(value) if type(value) is str else value


def render(template: str, **values: Any) -> str:
    """The template called `template`, filled; everything that is not `Markup` is escaped."""
    return environment().get_template(template).render(values)


def trusted(html: str) -> Markup:
    """What `render`, the renderer, the Markdown parser or `held` made: the only exception to escaping."""
    from markupsafe import Markup

    return Markup(html)


_ENDINGS = re.compile(r"<(?=/(?:script|style)|!--)", re.IGNORECASE)


def held(text: str) -> Markup:
    """A script or style of ours inside a page: no text in it may end its element."""
    return trusted(_ENDINGS.sub(r"\\x3c", text))
