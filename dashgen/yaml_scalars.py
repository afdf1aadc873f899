"""What an unquoted scalar means by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema)."""

from __future__ import annotations

import math
import re

_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((sign + word for sign in ("", "+") for word in (".inf", ".Inf", ".INF")), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASES = ((re.compile(r"0o[0-7]+"), 8), (re.compile(r"0x[0-9a-fA-F]+"), 16))
_NUMERIC = frozenset("+-.0123456789")
_MOST_DIGITS = 300


def resolve(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar. A number beyond a float's range becomes an infinity, as `1e999` does."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text, 10)
    if _FLOAT.fullmatch(text):
        return float(text)
    for pattern, base in _BASES:
        if pattern.fullmatch(text):
            return _integer(text[2:], base)
    return text


def _integer(digits: str, base: int) -> int | float:
    sign = -1 if digits[0] == "-" else 1
    significant = digits.lstrip("+-0")
    return sign * (int(significant or "0", base) if len(significant) <= _MOST_DIGITS else math.inf)
