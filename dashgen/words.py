"""The page's own texts, out of one file of messages per language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LOCALES = Path(__file__).resolve().parent / "locales"

Text = str | Mapping[str, str]
"""One form, or a form per plural category of `{count}`."""


class Words:
    """Call it with a message's name and its values: `words("other", count=3)`. Integers are written as numbers."""

    def __init__(self, texts: Mapping[str, Text], number: Callable[[int], str], plural: Callable[[int], str]) -> None:
        self.texts = texts
        self._number = number
        self._plural = plural

    def __call__(self, name: str, **values: Any) -> str:
        text = self.texts[name]
        form = text if isinstance(text, str) else text.get(self._plural(values["count"]), text["other"])
        return form.format(**{key: self._written(value) for key, value in values.items()})

    def _written(self, value: Any) -> str:
        return self._number(value) if isinstance(value, int) else str(value)


@cache
def texts(lang: str) -> Mapping[str, Text]:
    """The messages of a language; English where there is no file for it."""
    file = LOCALES / f"{lang}.yaml"
    found: Mapping[str, Text] = yaml.load(file.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found
