"""Every format's exact output for the same diagnostics."""

from __future__ import annotations

import json
import re
import unicodedata
from urllib.parse import quote

import pytest

from dashgen.diagnostics import At, Diagnostic
from dashgen.documents import Document, read
from dashgen.positions import Scalar
from dashgen.report import FORMATS
from dashgen.report.text import WIDTH

TEXT = """\
version: 1
title: 日本
layout:
- type: bar
  staked: true
"""


def document(text: str = TEXT, name: str = "dashboards/a.yaml") -> Document:
    return read(text, name)


def some() -> list[Diagnostic]:
    """Out of order, on purpose."""
    at = At(document())
    bar = at / "layout" / 0
    return [
        Diagnostic("unknown-key", "`bar` has no key `staked`.", (bar / "staked").key(), "did you mean `stacked`?"),
        Diagnostic("long-title", "The title is cut.", (at / "title").part(1, 2), severity="warning"),
        Diagnostic("missing-key", "`metric` is missing.", bar, "Add `metric:`."),
        Diagnostic("no-dashboards", "Nothing was found,\n100% sure.", None, "Look: elsewhere.", "warning"),
        Diagnostic("empty-file", "The file is empty.", At(document("a: 1", "b.yaml"))),
    ]


def text(diagnostics: list[Diagnostic]) -> str:
    return FORMATS["text"].render(diagnostics)


def excerpt_at(at: At) -> tuple[str, str]:
    lines = text([Diagnostic("code", "Message.", at)]).splitlines()
    return lines[2].removeprefix("1 | "), lines[3].removeprefix("  | ")


def _part(line: str, wrong: str) -> At:
    """A stretch of a line that need not be YAML."""
    unread = Document("f", None, line, line, Scalar(0, len(line), ""))
    start = line.index(wrong)
    return At(unread).part(start, start + len(wrong))


# ---- text -----------------------------------------------------------------------------------


def test_text() -> None:
    assert (
        text(some())
        == """\
warning[no-dashboards]: Nothing was found,<U+000A>100% sure.
help: Look: elsewhere.

b.yaml:1:1: error[empty-file]: The file is empty.
  |
1 | a: 1
  | ^^^^

dashboards/a.yaml:2:9: warning[long-title]: The title is cut.
  |
2 | title: 日本
  |          ^^

dashboards/a.yaml:4:3: error[missing-key]: `metric` is missing.
  |
4 | - type: bar
  |   ^^^^^^^^^
help: Add `metric:`.

dashboards/a.yaml:5:3: error[unknown-key]: `bar` has no key `staked`.
  |
5 |   staked: true
  |   ^^^^^^
help: did you mean `stacked`?

3 errors, 2 warnings
"""
    )


def test_colour_only_adds_escapes() -> None:
    coloured = FORMATS["text"].render(some(), colour=True)
    assert "\x1b[1;31merror[unknown-key]\x1b[0m" in coloured
    assert "\x1b[1;33mwarning[long-title]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(some())
    assert "\x1b" not in text(some())


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_found(name: str) -> None:
    rendered = FORMATS[name].render([])
    assert rendered == "" if name in ("text", "github") else json.loads(rendered)


@pytest.mark.parametrize(
    ("severities", "line"),
    [("e", "1 error"), ("w", "1 warning"), ("ee", "2 errors"), ("ww", "2 warnings"), ("wewe", "2 errors, 2 warnings")],
)
def test_summary(severities: str, line: str) -> None:
    found = [
        Diagnostic("code", f"Message {number}.", severity="error" if severity == "e" else "warning")
        for number, severity in enumerate(severities)
    ]
    assert text(found).splitlines()[-1] == line


def test_the_same_twice_is_printed_once() -> None:
    """A mistake behind an anchor is found at each of its aliases."""
    at = At(document("a: &x {b: 1}\nc: *x\n"))
    found = [Diagnostic("code", "Message.", at / key / "b") for key in ("a", "c")]
    assert text(found).endswith("\n1 error\n")


def test_wide_and_combining_characters_and_tabs_are_aligned() -> None:
    line = "e\u0301\t日本 x"
    printed, carets = excerpt_at(_part(line, "x"))
    assert printed == "e\u0301    日本 x"
    assert carets == " " * 10 + "^"
    assert excerpt_at(_part(line, "日本"))[1] == " " * 5 + "^^^^"


def test_invisible_characters_are_shown() -> None:
    printed, carets = excerpt_at(_part("a\u202eb\u200bc", "c"))
    assert printed == "a<U+202E>b<U+200B>c"
    assert carets == " " * 18 + "^"
    assert excerpt_at(_part("a\u202eb", "\u202e"))[1] == " ^^^^^^^^"


def test_nothing_in_a_message_or_name_can_steer_the_terminal() -> None:
    at = At(document("a: 1", "evil\x1b[2J.yaml"))
    found = [Diagnostic("code", "Message \x1b[31m \u202e\ud800.", at, "Help\x07.")]
    for name in ("text", "github"):
        rendered = FORMATS[name].render(found)
        assert all(
            unicodedata.category(character) not in ("Cc", "Cf", "Cs") for character in rendered.replace("\n", "")
        )
        rendered.encode()
    for name in ("json", "sarif"):
        assert FORMATS[name].render(found).isascii()


def test_an_empty_stretch_has_one_caret() -> None:
    assert excerpt_at(At(document("a:", "f")) / "a") == ("a:", "  ^")


def test_a_stretch_over_lines_is_marked_to_the_end_of_its_first() -> None:
    assert excerpt_at(At(document("a: [1,   \n  2]", "f")) / "a") == ("a: [1,", "   ^^^")


@pytest.mark.parametrize("before", [0, 30, 99, 100, 101, 500, 4000])
@pytest.mark.parametrize("after", [0, 30, 4000])
@pytest.mark.parametrize("filler", ["y", "日", "\t"])
def test_long_lines_show_the_part_around_the_mistake(before: int, after: int, filler: str) -> None:
    line = filler * before + "wrong" + filler * after
    printed, carets = excerpt_at(_part(line, "wrong"))
    cells = "".join(character * (2 if unicodedata.east_asian_width(character) in "WF" else 1) for character in printed)
    assert len(cells) <= WIDTH + 2  # a mark where something was cut, at either end
    assert cells[carets.index("^") : len(carets)] == "wrong"


def test_a_stretch_longer_than_the_line_shows_its_beginning() -> None:
    printed, carets = excerpt_at(_part("ab" + "x" * 5000, "x" * 5000))
    assert printed == "ab" + "x" * 98 + "…"
    assert carets == "  " + "^" * 98


# ---- json -----------------------------------------------------------------------------------


def test_json() -> None:
    rendered = json.loads(FORMATS["json"].render(some()))
    assert rendered["format"] == 1
    assert [entry["code"] for entry in rendered["diagnostics"]] == [
        "no-dashboards",
        "empty-file",
        "long-title",
        "missing-key",
        "unknown-key",
    ]
    assert rendered["diagnostics"][0] == {
        "code": "no-dashboards",
        "severity": "warning",
        "message": "Nothing was found,\n100% sure.",
        "help": "Look: elsewhere.",
        "file": None,
        "line": None,
        "column": None,
        "end_line": None,
        "end_column": None,
    }
    assert rendered["diagnostics"][3] == {
        "code": "missing-key",
        "severity": "error",
        "message": "`metric` is missing.",
        "help": "Add `metric:`.",
        "file": "dashboards/a.yaml",
        "line": 4,
        "column": 3,
        "end_line": 5,
        "end_column": 15,
    }


# ---- github ---------------------------------------------------------------------------------


def test_github() -> None:
    at = (At(document(name="a,b:c%.yaml")) / "layout" / 0 / "staked").key()
    found = [*some(), Diagnostic("unknown-key", "100% `staked`.", at)]
    assert FORMATS["github"].render(found).splitlines() == [
        "::warning title=no-dashboards::Nothing was found,<U+000A>100%25 sure.%0Ahelp: Look: elsewhere.",
        "::error file=a%2Cb%3Ac%25.yaml,line=5,endLine=5,col=3,endColumn=9,title=unknown-key"
        "::a,b:c%25.yaml:5:3: 100%25 `staked`.",
        "::error file=b.yaml,line=1,endLine=1,col=1,endColumn=5,title=empty-file::b.yaml:1:1: The file is empty.",
        "::warning file=dashboards/a.yaml,line=2,endLine=2,col=9,endColumn=10,title=long-title"
        "::dashboards/a.yaml:2:9: The title is cut.",
        "::error file=dashboards/a.yaml,line=4,endLine=5,title=missing-key"
        "::dashboards/a.yaml:4:3: `metric` is missing.%0Ahelp: Add `metric:`.",
        "::error file=dashboards/a.yaml,line=5,endLine=5,col=3,endColumn=9,title=unknown-key"
        "::dashboards/a.yaml:5:3: `bar` has no key `staked`.%0Ahelp: did you mean `stacked`?",
    ]


# ---- sarif ----------------------------------------------------------------------------------


def test_sarif() -> None:
    at = At(document(name="dash boards/ü.yaml")) / "title"
    found = [Diagnostic("empty-file", "No.", at, "Yes."), Diagnostic("made-up", "None.", severity="warning")]
    log = json.loads(FORMATS["sarif"].render(found))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("/sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "dashgen"
    assert driver["version"]
    assert driver["rules"] == [
        {"id": "empty-file", "shortDescription": {"text": "A document has no content."}},
        {"id": "made-up"},
    ]
    assert run["results"] == [
        {"ruleId": "made-up", "ruleIndex": 1, "level": "warning", "message": {"text": "None."}},
        {
            "ruleId": "empty-file",
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": "No. Yes."},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote("dash boards/ü.yaml")},
                        "region": {"startLine": 2, "startColumn": 8, "endLine": 2, "endColumn": 10},
                    }
                }
            ],
        },
    ]


def test_sarif_names_a_file_outside_by_a_file_uri() -> None:
    log = json.loads(FORMATS["sarif"].render([Diagnostic("code", "No.", At(document("a: 1", "/tmp/a b.yaml")))]))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "file:///tmp/a%20b.yaml"}
