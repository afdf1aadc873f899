"""The page's script writes numbers, times and names exactly as the build does."""

from __future__ import annotations

import math
import random
import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from dashgen import formats, names, runtime
from dashgen.words import texts
from tests.test_formats import LOCALES, VECTORS, called, label, unmarked, writer

SCRIPT = Path(runtime.__file__).with_name("format.js")
FORMATS = ("number", "percent", "currency", "duration", "bytes", "compact")
UNITS = (None, "ns", "us", "ms", "s", "min", "h", "tokens", "constructor")
COUNT = 120
RANDOM = random.Random(7)


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    """A page that has the script's `formats`."""
    opened = chromium.new_page()
    opened.evaluate("(source) => { globalThis.formats = new Function(`${source}; return formats;`)(); }", _source())
    yield opened
    opened.close()


def _source() -> str:
    return SCRIPT.read_text("utf-8")


def asked(page: Any, locale: str, calls: list[tuple[str, list[Any]]], currency: str = "USD", lang: str = "en") -> Any:
    """What the script's writer answers: texts, and Shown as its three parts."""
    write = formats.writer(locale, currency, lang)
    return page.evaluate(
        """([data, texts, calls]) => {
          const write = formats.writer(data, texts);
          return calls.map(([call, given]) => {
            const answer = call === "words" ? write.words(...given) : write[call](...given);
            return answer && answer.gap !== undefined ? [answer.text, answer.unit, answer.gap, answer.joined] : answer;
          });
        }""",
        [write.script_data, dict(write.words.texts), [list(call) for call in calls]],
    )


def same(page: Any, locale: str, calls: list[tuple[str, list[Any]]], expected: list[Any]) -> None:
    answers = asked(page, locale, calls)
    wrong = [(call, want, got) for call, want, got in zip(calls, expected, answers, strict=True) if want != got]
    assert wrong == []


def test_the_vectors_hold(page: Any) -> None:
    for locale, currency in sorted({(v["locale"], v["currency"]) for v in VECTORS}):
        vectors = [v for v in VECTORS if (v["locale"], v["currency"]) == (locale, currency) and v["call"] != "plural"]
        answers = asked(page, locale, [(v["call"], v["given"]) for v in vectors], currency)
        joined = [unmarked(answer if isinstance(answer, str) else answer[3]) for answer in answers]
        assert [v["gives"] for v in vectors] == joined


def random_numbers(count: int) -> list[float]:
    """Bit patterns, money, ratios, counts, ties, and the edges of every unit."""
    bits = [struct.unpack("<d", RANDOM.randbytes(8))[0] for _ in range(count)]
    found: list[float] = [value for value in bits if math.isfinite(value)]
    found += [RANDOM.choice((-1, 1)) * 10 ** RANDOM.uniform(-12, 20) for _ in range(count)]
    found += [round(RANDOM.uniform(0, 10**6), RANDOM.randrange(4)) for _ in range(count)]
    found += [RANDOM.randrange(10 ** RANDOM.randrange(1, 16)) for _ in range(count)]
    found += [n / 8 for n in range(-40, 40)] + [
        0.0,
        -0.0,
        0.1 + 0.2,
        1.005,
        2**53 + 2,
        1e21,
        1e-7,
        123456789012345680000,
    ]
    for edge in (
        1,
        10,
        100,
        999.5,
        999.95,
        9999.5,
        59.995,
        59_995,
        3_599_500,
        3_600_000,
        1e6,
        999_950,
        99_995_000,
        1e18,
    ):
        found += [edge, math.nextafter(edge, 0), math.nextafter(edge, math.inf), -edge]
    return found


@pytest.mark.parametrize("locale", [*LOCALES, "ar-EG", "fa", "tr", "de-CH", "en-IN", "ie"])
def test_numbers_are_written_alike(page: Any, locale: str) -> None:
    write = writer(locale=locale)
    calls: list[tuple[str, list[Any]]] = []
    expected: list[Any] = []
    for value in random_numbers(COUNT):
        for call in ("number", "whole", "compact", "percent", "points", "money", "money_in_full", "share"):
            calls.append((call, [value]))
            expected.append(getattr(write, call)(value))
        for call in ("duration", "size"):
            shown = getattr(write, call)(value)
            calls.append((call, [value]))
            expected.append([*shown, shown.joined])
        kind, unit = RANDOM.choice(FORMATS), RANDOM.choice(UNITS)
        given = {"format": kind, "unit": unit}
        calls += [("value", [value, given]), ("cell", [value, given])]
        shown = write.value(value, label(kind, unit))
        expected += [[*shown, shown.joined], write.cell(value, label(kind, unit))]
    same(page, locale, calls, expected)


@pytest.mark.parametrize("locale", [*LOCALES, "ar-EG"])
def test_ticks_are_written_alike(page: Any, locale: str) -> None:
    write = writer(locale=locale)
    calls: list[tuple[str, list[Any]]] = []
    expected: list[Any] = []
    for _ in range(COUNT):
        step = RANDOM.choice((1, 2, 2.5, 5, 15, 30, 60)) * 10.0 ** RANDOM.randrange(-6, 12)
        values = [step * n for n in range(RANDOM.choice((0, -2)), RANDOM.randrange(1, 6))]
        kind, unit = RANDOM.choice(FORMATS), RANDOM.choice(UNITS)
        calls.append(("ticks", [values, {"format": kind, "unit": unit}]))
        expected.append(write.ticks(values, label(kind, unit)))
    same(page, locale, calls, expected)


def random_times(count: int) -> list[datetime]:
    zones = [timezone(timedelta(minutes=minutes)) for minutes in (0, 60, 120, -300, 345, -150, 825)]
    zones.append(timezone(timedelta(minutes=49, seconds=56)))
    days = [
        datetime(1990, 1, 1, tzinfo=RANDOM.choice(zones)) + timedelta(days=RANDOM.randrange(20_000))
        for _ in range(count)
    ]
    exact = [day + timedelta(microseconds=RANDOM.choice((0, 1, RANDOM.randrange(86_400_000_000)))) for day in days]
    return [*exact, datetime(2024, 2, 29, tzinfo=UTC), datetime(2024, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)]


@pytest.mark.parametrize("locale", [*LOCALES, "ar-EG", "fa", "zh"])
def test_times_are_written_alike(page: Any, locale: str) -> None:
    write = writer(locale=locale)
    calls: list[tuple[str, list[Any]]] = []
    expected: list[Any] = []

    def add(call: str, given: list[Any], written: str) -> None:
        calls.append((call, given))
        expected.append(written)

    for at in random_times(COUNT):
        iso = at.isoformat()
        later = (at + timedelta(hours=RANDOM.choice((1, 24, 46, 47, 48, 720, 9000)))).isoformat()
        for flag in (True, False):
            add("time", [iso, flag], write.time(iso, year=flag))
            add("bucket", [iso, flag], write.bucket(iso, flag))
        add("range", [iso, later], write.range(iso, later))
        reading = int(at.replace(tzinfo=UTC, microsecond=0).timestamp()) * 1000
        add("day", [reading], write.day(at))
        add("day", [reading, False], write.day(at, year=False))
        add("month", [reading, True], write.month(at, year=True))
        for call in ("clock", "month", "year"):
            add(call, [reading], getattr(write, call)(at))
    for n in range(24):
        add("hour", [n], write.hour(n))
    for n in range(1, 8):
        add("weekday", [n], write.weekday(n))
    add("time", [None], write.time(None))
    add("range", ["", ""], "")
    same(page, locale, calls, expected)


NAMES = [
    None,
    True,
    False,
    {"other": 1},
    {"other": 12_345},
    429,
    "",
    "Other",
    "a\x00b\u202ec\nd\t\te",
    "\u2067a\u2069 \u2066b",
    "\u200fשלום",
    "</script>",
    "\ufeffé👩‍👩‍👧",
    "\ufffe\uffff",
]


@pytest.mark.parametrize(("locale", "lang"), [("en", "en"), ("ar", "en"), ("ar", "ar"), ("hi", "hi")])
def test_names_and_words_are_written_alike(page: Any, locale: str, lang: str) -> None:
    write = formats.writer(locale, "USD", lang)
    said = [["other", {"count": n}] for n in (0, 1, 2, 3, 11, 1234)] + [
        ["grouped", {"what": "a\u202e{b}", "groups": "$&"}]
    ]
    calls = [("name", [name]) for name in NAMES] + [("words", given) for given in said] + [("names", [["a", "b"]])]
    expected = [write.name(name) for name in NAMES]
    expected += [write.words(name, **values) for name, values in said] + [write.names(["a", "b"])]
    assert asked(page, locale, calls, lang=lang) == expected


def test_half_characters_are_replaced_alike(page: Any) -> None:
    """Half of a pair cannot be sent to the page: it is made there."""
    cleaned = page.evaluate("() => formats.clean('a' + String.fromCharCode(0xd800) + 'b')")
    assert cleaned == names.clean("a\ud800b")


def test_names_are_shortened_and_told_apart_alike(page: Any) -> None:
    long = ["é" * 119, "👩" * 120, "👩" * 121, "x" * 300]
    assert page.evaluate("(names) => names.map((name) => formats.shorten(name))", long) == [
        names.shorten(name) for name in long
    ]
    repeated = ["a", "b", "a", "constructor", "a", "constructor", "__proto__", "toString", "prototype"]
    assert page.evaluate("(names) => formats.unique(names)", repeated) == names.unique(repeated)


def test_no_name_is_one_that_objects_inherit(page: Any) -> None:
    inherited = page.evaluate("() => Object.getOwnPropertyNames(Object.prototype)")
    assert not set(inherited) & set(names.unique(inherited))


def test_every_message_can_be_said_by_the_script(page: Any) -> None:
    values = {name: 3 if name == "count" else name for text in texts("en").values() for name in _places(text)}
    calls: list[tuple[str, list[Any]]] = [("words", [name, values]) for name in texts("en")]
    same(page, "it", calls, [writer(locale="it").words(name, **values) for name in texts("en")])


def _places(text: Any) -> list[str]:
    forms = [text] if isinstance(text, str) else list(text.values())
    return [name for form in forms for name in re.findall(r"\{(\w+)\}", form)]


def test_called_knows_every_call_of_the_vectors() -> None:
    assert {v["call"] for v in VECTORS} >= {"whole", "number", "percent", "compact", "money", "size", "range", "plural"}
    assert called(writer("EUR", "it"), "money", [1]) == "1,00\N{NO-BREAK SPACE}€"
