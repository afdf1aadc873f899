"""How a locale writes numbers and dates: the few pieces of CLDR that pages need, taken from Babel, as plain JSON.

The page's script gets the same data and has the same algorithm, so both write alike. An *affix* is what stands around
a number: `[before, gap, after]`, where the gap is the space between the number and what follows it. A date's pattern
holds its fields in braces: `{d} {MMM} {y}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

Data = dict[str, Any]
Affix = list[str]

_ENGLISH = Path(__file__).resolve().parent / "locales" / "cldr-en.json"
"""Taken from Babel once: most pages need no other locale, and Babel takes 50 ms to load one."""

_AMERICAN = ("en", "en-US")
_NBSP = "\N{NO-BREAK SPACE}"


def data(locale: str, currency: str) -> Data:
    """Everything that writing in `locale` needs, as JSON for the page too. LookupError for an unknown locale."""
    return _narrowed(_english() if locale in _AMERICAN else locale_data(locale), currency)


def tags() -> list[str]:
    """The language tags of all locales."""
    from babel.localedata import locale_identifiers

    return sorted(identifier.replace("_", "-") for identifier in locale_identifiers())


def is_known(tag: str) -> bool:
    """Whether there is such a locale: `it`, `it-IT`, `zh-TW`."""
    return tag in _AMERICAN or _identifier(tag) is not None


def direction(lang: str) -> str:
    """`rtl` for a language that is written from the right, else `ltr`."""
    if lang.partition("-")[0] == "en":
        return "ltr"
    order = _Reader(_identifier(lang) or "en")("character_order")
    return "rtl" if order == "right-to-left" else "ltr"


@cache
def _identifier(tag: str) -> str | None:
    """Babel's name of the locale that a tag means."""
    from babel.core import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        return None


@cache
def _english() -> Data:
    found: Data = json.loads(_ENGLISH.read_text("utf-8"))
    return found


# ---- out of Babel -------------------------------------------------------------------------------


@cache
def locale_data(locale: str) -> Data:
    """The data for every currency, which `data` narrows to one."""
    from babel.core import get_cldr_version

    identifier = _identifier(locale)
    if identifier is None:
        raise LookupError(locale)
    read = _Reader(identifier)
    system = read("default_numbering_system")
    symbols = {**read("number_symbols", "latn"), **read("number_symbols", system)}
    return {
        "cldr": get_cldr_version(),
        "locale": locale,
        "direction": direction(locale),
        "digits": "".join(chr(_ZEROS[system] + n) for n in range(10)),
        "decimal": symbols["decimal"],
        "group": symbols["group"],
        "grouping": list(read("decimal_formats", None).grouping),
        "minus": symbols["minusSign"],
        "exponent": symbols["exponential"],
        "percent": _affixes(read("percent_formats", None), symbols),
        "money": _affixes(read("currency_formats", "standard"), symbols),
        "compact": _compact(read("compact_decimal_formats", "short"), symbols),
        "compactMoney": _compact(read("compact_currency_formats", "short"), symbols),
        "units": _units(read),
        "months": [read("months", "format", "abbreviated", n) for n in range(1, 13)],
        "weekdays": [read("days", "format", "abbreviated", n) for n in range(7)],
        "dates": _dates(read),
        "ranges": _ranges(read),
        "plurals": _plurals(read("plural_form").abstract),
        "currencies": _currencies(read),
    }


class _Reader:
    """Looks up what one locale says or inherits, by keys.

    Babel's own view of the data keeps what an alias meant where other locales see it, so that a locale's names could
    depend on which were read before; this one only reads.
    """

    def __init__(self, identifier: str) -> None:
        from babel.localedata import load

        self._all = load(identifier)

    def __call__(self, *keys: Any) -> Any:
        found: Any = self._all
        for key in keys:
            found = self._plain(found[key])
        return found

    def _plain(self, value: Any) -> Any:
        """The value with its alias resolved: an alias alone, or with what differs from it."""
        from babel.localedata import Alias

        if isinstance(value, Alias):
            return self(*value.keys)
        if isinstance(value, tuple) and value and isinstance(value[0], Alias):
            return {**self(*value[0].keys), **value[1]}
        return value


_ZEROS = {
    "latn": 0x30,
    "arab": 0x660,
    "arabext": 0x6F0,
    "nkoo": 0x7C0,
    "deva": 0x966,
    "beng": 0x9E6,
    "tibt": 0xF20,
    "mymr": 0x1040,
    "olck": 0x1C50,
    "mtei": 0xABF0,
    "cakm": 0x11136,
    "hmnp": 0x1E140,
    "adlm": 0x1E950,
}
"""The digit zero of the numbering systems that locales write with unless told otherwise."""


def _affixes(pattern: Any, symbols: Mapping[str, str]) -> list[Affix]:
    """What stands around a positive and a negative number."""
    return [_affix(pattern.prefix[n], pattern.suffix[n], symbols) for n in (0, 1)]


def _affix(prefix: str, suffix: str, symbols: Mapping[str, str]) -> Affix:
    after = _literal(suffix, symbols)
    rest = after.lstrip()
    return [_literal(prefix, symbols), after[: len(after) - len(rest)].replace(" ", _NBSP), rest]


def _literal(text: str, symbols: Mapping[str, str]) -> str:
    """A pattern's text as it is written: signs are the locale's, quoted ones stay."""
    signs = {"%": symbols["percentSign"], "-": symbols["minusSign"], "+": symbols["plusSign"]}
    parts = re.split("'([^']*)'", text)
    return "".join(
        (part or "'") if n % 2 else "".join(signs.get(letter, letter) for letter in part)
        for n, part in enumerate(parts)
    )


def _compact(forms: Mapping[str, Mapping[str, Any]], symbols: Mapping[str, str]) -> list[list[Any]]:
    """From so many digits before the point on: the power of ten that is left out, and the affix per plural form."""
    found: list[list[Any]] = []
    for size in sorted(map(int, forms["other"])):
        patterns = {form: sizes[str(size)] for form, sizes in sorted(forms.items()) if str(size) in sizes}
        affixes = {form: _affix(p.prefix[0], p.suffix[0], symbols) for form, p in patterns.items()}
        if any("".join(affix).strip("\N{RIGHT-TO-LEFT MARK}¤") for affix in affixes.values()):
            kept = re.sub("'[^']*'", "", patterns["other"].pattern).count("0")
            said = [len(str(size)) - kept, _distinct(affixes)]
            found += [[len(str(size)), *said]] if not found or found[-1][1:] != said else []
    return found


def _distinct(affixes: Mapping[str, Affix]) -> dict[str, Affix]:
    """Without the plural forms that are written like the general one."""
    return {form: affix for form, affix in affixes.items() if form == "other" or affix != affixes["other"]}


_UNITS = {
    "ms": "duration-millisecond",
    "s": "duration-second",
    "min": "duration-minute",
    "h": "duration-hour",
    "B": "digital-byte",
    "kB": "digital-kilobyte",
    "MB": "digital-megabyte",
    "GB": "digital-gigabyte",
    "TB": "digital-terabyte",
    "PB": "digital-petabyte",
}


def _units(read: _Reader) -> dict[str, Affix]:
    """Units by their symbol: the one that CLDR writes after a slash (`5/s`), else the short form."""
    return {name: _unit(read, key) for name, key in _UNITS.items()}


def _unit(read: _Reader, key: str) -> Affix:
    short = read("unit_patterns", key, "short")
    before, _, after = short["other"].partition("{0}")
    rest = after.lstrip()
    gap = after[: len(after) - len(rest)].replace(" ", _NBSP)
    per = short.get("per", "")
    return ["", gap, per[4:].strip()] if per.startswith("{0}/") and rest else [before, gap, rest]


# ---- dates --------------------------------------------------------------------------------------


def _dates(read: _Reader) -> dict[str, str]:
    def pattern(skeleton: str) -> str:
        return _fields(read("datetime_skeletons", skeleton).pattern)

    glue = _unquoted(read("datetime_formats", "medium"))
    return {
        "day": pattern("yMMMd"),
        "shortDay": pattern("MMMd"),
        "dayOfWeek": pattern("yMMMEd"),
        "month": pattern("yMMM"),
        "shortMonth": pattern("MMM"),
        "year": pattern("y"),
        "minutes": pattern("Hm"),
        "seconds": pattern("Hms"),
        "both": glue.replace("{1}", "{date}").replace("{0}", "{time}"),
    }


def _ranges(read: _Reader) -> dict[str, Any]:
    """Within a month, within a year, over years, within a day; and any two texts."""
    days, hours = read("interval_formats", "yMMMd"), read("interval_formats", "Hm")
    found: dict[str, Any] = {
        name: [_fields(part) for part in days[key]] for name, key in (("days", "d"), ("months", "M"), ("years", "y"))
    }
    found["minutes"] = [_fields(part) for part in hours["m"]]
    first, _, second = _unquoted(read("interval_formats", None)).partition("{1}")
    found["any"] = f"{first}{{to}}{second}".replace("{0}", "{from}")
    return found


_FIELDS = {
    "y": "y",
    "Y": "y",
    "M": "M",
    "MM": "MM",
    "L": "M",
    "LL": "MM",
    "d": "d",
    "dd": "dd",
    "H": "H",
    "HH": "HH",
    "m": "m",
    "mm": "mm",
    "s": "s",
    "ss": "ss",
}


def _fields(pattern: str) -> str:
    """`d. MMM y` → `{d}. {MMM} {y}`; names of months and weekdays are always the abbreviated ones."""
    pieces = re.split(r"('[^']*'|([A-Za-z])\2*)", pattern)
    return "".join(_field(piece) for n, piece in enumerate(pieces) if n % 3 != 2 and piece)


def _field(piece: str) -> str:
    if piece.startswith("'"):
        return _unquoted(piece)
    if piece[0] not in "yYMLdHmsEc":
        return piece
    name = _FIELDS.get(piece, "E" if piece[0] in "Ec" else "MMM")
    return f"{{{name}}}"


def _unquoted(text: str) -> str:
    return re.sub("'([^']*)'", lambda found: found[1] or "'", text)


# ---- plurals ------------------------------------------------------------------------------------


def _plurals(rules: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    """Category → conditions: any of, of which all of `[operand, divisor, is inside, ranges]` must hold."""
    return {category: _any(rule) for category, rule in rules}


def _any(rule: Any) -> list[Any]:
    name, parts = rule
    return [all_of for part in parts for all_of in _any(part)] if name == "or" else [_all(rule)]


def _all(rule: Any) -> list[Any]:
    name, parts = rule
    if name == "and":
        return [condition for part in parts for condition in _all(part)]
    if name == "not":
        operand, divisor, inside, ranges = _all(parts[0])[0]
        return [[operand, divisor, not inside, ranges]]
    _, operand, (_, ranges) = parts
    name, of = operand
    divisor = of[1][1][0] if name == "mod" else 0
    return [[of[0][0] if name == "mod" else name, divisor, True, [[low[1][0], high[1][0]] for low, high in ranges]]]


# ---- one currency -------------------------------------------------------------------------------


def _currencies(read: _Reader) -> dict[str, Any]:
    from babel.core import get_global

    precisions = get_global("currency_fractions")
    return {
        "symbols": {code: symbol for code, symbol in sorted(read("currency_symbols").items()) if code != symbol},
        "digits": {code: digits[0] for code, digits in sorted(precisions.items()) if digits[0] != 2},
    }


def _narrowed(found: Data, currency: str) -> Data:
    """With one currency in the patterns of money instead of all."""
    symbol = found["currencies"]["symbols"].get(currency, currency)
    if found["direction"] == "rtl" and re.search("[A-Z]", symbol) and not symbol[-1].isalpha():
        symbol += "\N{LEFT-TO-RIGHT MARK}"  # else the $ of US$ would turn to the other side
    rest = {name: value for name, value in found.items() if name != "currencies"}
    return {
        **rest,
        "currency": currency,
        "money": [_with_symbol(affix, symbol) for affix in found["money"]],
        "moneyDigits": found["currencies"]["digits"].get(currency, 2),
        "compactMoney": [
            [size, power, {form: _with_symbol(affix, symbol) for form, affix in forms.items()}]
            for size, power, forms in found["compactMoney"]
        ],
    }


def _with_symbol(affix: Affix, symbol: str) -> Affix:
    """A symbol keeps away from letters, and one of letters from digits, as CLDR says."""
    before, gap, after = affix
    if before.endswith("¤") and symbol[-1].isalpha():
        before += _NBSP
    if after.startswith("¤") and not gap and symbol[0].isalpha():
        gap = _NBSP
    return [before.replace("¤", symbol), gap, re.sub(r"(?<=[^\W\d_])¤", f"{_NBSP}¤", after).replace("¤", symbol)]
