"""The page's own texts, out of one file of messages per language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dashgen.digits import digits_of
from dashgen.names import clean
from dashgen.plurals import plural

LOCALES = Path(__file__).resolve().parent / "locales"
ENGLISH = "en"

Text = str | Mapping[str, str]
"""One form, or a form per plural category of `{count}`."""

_DIRECTIONS = {"ltr": "\N{LEFT-TO-RIGHT ISOLATE}", "rtl": "\N{RIGHT-TO-LEFT ISOLATE}"}
_FIRST, _LAST = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


class Words:
    """Call it with a message's name and its values: `words("other", count=3)`. Integers are written as numbers.

    Where directions mix, every value is `isolated` to keep its own order, and so is a text on a page of the other one:
    `inside` is that text's own direction.
    """

    def __init__(
        self,
        texts: Mapping[str, Text],
        plurals: Mapping[str, Any],
        number: Callable[[int], str],
        *,
        lang: str = ENGLISH,
        isolated: bool = False,
        inside: str = "",
    ) -> None:
        self.texts = texts
        self.lang = lang
        """The language of these texts: English where there are none in the dashboard's."""
        self.plurals = plurals
        self.isolated = isolated
        self.inside = inside
        self._number = number

    def __call__(self, name: str, /, **values: Any) -> str:
        text = self.texts[name]
        form = text if isinstance(text, str) else self._form(text, values["count"])
        said = re.sub(r"\{(\w+)\}", lambda found: self._written(values[found[1]]), form)
        return f"{_DIRECTIONS[self.inside]}{said}{_LAST}" if self.inside else said

    def _form(self, forms: Mapping[str, str], count: int) -> str:
        return forms.get(plural(self.plurals, digits_of(count), 0), forms["other"])

    def _written(self, value: Any) -> str:
        text = self._number(value) if isinstance(value, int) else clean(str(value))
        return f"{_FIRST}{text}{_LAST}" if self.isolated else text


def spoken(lang: str) -> str:
    """The language in which the page's own words can be said to a reader of `lang`: itself, or English."""
    tags = (lang, lang.partition("-")[0])
    return next((tag for tag in tags if (LOCALES / f"{tag}.yaml").exists()), ENGLISH)


@cache
def texts(lang: str) -> Mapping[str, Text]:
    """The messages of a language that has a file; what it lacks is English."""
    found: Mapping[str, Text] = yaml.load(
        (LOCALES / f"{lang}.yaml").read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    return found if lang == ENGLISH else {**texts(ENGLISH), **found}
