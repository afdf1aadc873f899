"""What is taken from CLDR: for every locale, the same in whatever order, and quick where it is mostly needed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from babel.core import get_cldr_version

from dashgen import cldr
from dashgen.cldr import locale_data

FIELDS = {"y", "M", "MM", "MMM", "d", "dd", "E", "H", "HH", "m", "mm", "s", "ss", "date", "time", "from", "to"}


def test_the_shipped_english_is_babels() -> None:
    shipped = json.loads(cldr._ENGLISH.read_text("utf-8"))
    remedy = f"Babel has CLDR {get_cldr_version()}: `python -m tests.test_cldr` writes the shipped English anew"
    assert shipped["cldr"] == get_cldr_version(), remedy
    assert shipped == locale_data("en"), remedy


@pytest.mark.parametrize("start", range(0, 1100, 100))
def test_every_locale_is_whole(start: int) -> None:
    for tag in cldr.tags()[start : start + 100]:
        _check_whole(tag, locale_data(tag))


def _check_whole(tag: str, data: dict[str, Any]) -> None:
    assert len(set(data["digits"])) == 10, tag
    assert all(int(digit) == n for n, digit in enumerate(data["digits"])), tag
    assert [len(data["months"]), len(data["weekdays"])] == [12, 7], tag
    assert all((*data["months"], *data["weekdays"], data["decimal"], data["minus"])), tag
    patterns = json.dumps([data["dates"], data["ranges"]], ensure_ascii=False)
    assert set(re.findall(r"\{(\w+)\}", patterns)) <= FIELDS, tag
    assert "'" not in patterns, tag
    assert all("y" in data["dates"][name] and "{d" in data["dates"][name] for name in ("day", "dayOfWeek")), tag
    for kind in (("ms", "s", "min", "h"), ("B", "kB", "MB", "GB", "TB", "PB")):
        units = [data["units"][name][0] + data["units"][name][2] for name in kind]
        assert all(units), tag
        assert len(set(units)) == len(units), tag
    sizes = [size for size, _, _ in data["compact"]]
    assert sizes == sorted(sizes), tag
    assert all("¤" in before + after for before, _, after in data["money"]), tag


def test_the_order_of_reading_changes_nothing() -> None:
    """Babel's own look-ups would let a locale see names of another that was read before."""
    code = "import sys, json; from dashgen import cldr; print(json.dumps([cldr.locale_data(t) for t in sys.argv[1:]]))"
    one, other = (
        subprocess.run([sys.executable, "-c", code, *tags], capture_output=True, text=True, check=True).stdout
        for tags in (("ja", "sw", "pt", "he"), ("he", "pt", "sw", "ja"))
    )
    assert json.loads(one) == json.loads(other)[::-1]


def test_english_pages_do_without_babel() -> None:
    code = (
        "import sys; from dashgen import formats, cldr; formats.writer('en', 'EUR').money(3); cldr.direction('en-GB');"
        "print('babel' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize("tag", ["en", "it", "it-IT", "pt-BR", "zh-TW", "zh-Hant-HK", "sr-RS", "no", "EN-gb", "es-419"])
def test_known_tags(tag: str) -> None:
    assert cldr.is_known(tag)
    assert cldr.data(tag, "USD")["months"]


@pytest.mark.parametrize("tag", ["xx", "it-XX", "english", "", "e", "_", "en_"])
def test_unknown_tags(tag: str) -> None:
    assert not cldr.is_known(tag)


@pytest.mark.parametrize(("lang", "direction"), [("en", "ltr"), ("en-GB", "ltr"), ("it", "ltr"), ("ja", "ltr")])
def test_from_the_left(lang: str, direction: str) -> None:
    assert cldr.direction(lang) == direction


@pytest.mark.parametrize("lang", ["ar", "ar-EG", "he", "fa", "ur", "ps", "sd", "ckb", "yi", "ug", "dv"])
def test_from_the_right(lang: str) -> None:
    assert cldr.direction(lang) == "rtl"


def test_one_currency_is_shipped() -> None:
    data = cldr.data("de", "JPY")
    assert (data["currency"], data["moneyDigits"], "currencies" in data) == ("JPY", 0, False)
    assert "¤" not in json.dumps(data, ensure_ascii=False)
    assert len(json.dumps(data, ensure_ascii=False)) < 3000


if __name__ == "__main__":
    cldr._ENGLISH.write_text(json.dumps(locale_data("en"), ensure_ascii=False, indent=1) + "\n", "utf-8")
