"""Reading: values by YAML 1.2, positions of everything, and a diagnostic for whatever is refused."""

from __future__ import annotations

import errno
import math
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashgen import yaml_tree
from dashgen.diagnostics import At, Failure, Span
from dashgen.documents import MOST_BYTES, Document, read, read_file


def document(text: str) -> Document:
    return read(textwrap.dedent(text), "dashboard.yaml")


def value(scalar: str) -> Any:
    return read(f"x: {scalar}\n", "dashboard.yaml").data["x"]


def found(source: str | bytes) -> list[tuple[str, str]]:
    """The codes of what is wrong, each with the text that it points at."""
    with pytest.raises(Failure) as caught:
        read(source, "dashboard.yaml")
    return [(diagnostic.code, pointed(diagnostic.at)) for diagnostic in caught.value.diagnostics]


def only(source: str | bytes) -> tuple[str, str | None, Span]:
    with pytest.raises(Failure) as caught:
        read(source, "dashboard.yaml")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.at is not None
    return diagnostic.message, diagnostic.help, diagnostic.at.span


def pointed(at: At | None) -> str:
    assert at is not None
    span, source = at.span, at.document
    if span.line == span.end_line:
        return source.line(span.line)[span.column - 1 : span.end_column - 1]
    between = [source.line(number) for number in range(span.line + 1, span.end_line)]
    return "\n".join(
        [source.line(span.line)[span.column - 1 :], *between, source.line(span.end_line)[: span.end_column - 1]]
    )


# ---- values ---------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["yes", "no", "on", "off", "Yes", "NO", "y", "n", "tRUE", "nULL", "2025-06-01"])
def test_words_and_dates_of_other_yaml_versions_are_text(written: str) -> None:
    assert value(written) == written


@pytest.mark.parametrize("written", ["1_000", "1:30", "0b11", "0o8", "0xg", "+0x1", "1e", ".", "-", "+", "2%", "5s"])
def test_what_only_looks_like_a_number_is_text(written: str) -> None:
    assert value(written if written != "-" else '"-"') == written


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("12", 12),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("-0", 0),
        ("+7", 7),
        ("1.10", 1.1),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1e3", -1000.0),
        ("1e999", math.inf),
        ("-.INF", -math.inf),
        ("+.inf", math.inf),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("Null", None),
        ("", None),
        ('"12"', "12"),
        ("'true'", "true"),
        ("9" * 30, int("9" * 30)),
        ("0" * 9000 + "1", 1),
        ("9" * 9000, math.inf),
        ("-" + "9" * 9000, -math.inf),
        ("0x" + "f" * 9000, math.inf),
    ],
)
def test_core_schema(written: str, expected: Any) -> None:
    assert value(written) == expected
    assert type(value(written)) is type(expected)


def test_not_a_number() -> None:
    assert math.isnan(value(".NaN"))


def test_plain_data() -> None:
    read_back = document("""\
        title: Überblick 日本
        list:
        - a
        - [1, {b: c}]
        text: |
          two
          lines
        """)
    assert read_back.data == {"title": "Überblick 日本", "list": ["a", [1, {"b": "c"}]], "text": "two\nlines\n"}


def test_an_alias_stands_for_its_anchor() -> None:
    assert document("a: &x [1, 2]\nb: *x\nc: &y z\nd: *y\n").data == {"a": [1, 2], "b": [1, 2], "c": "z", "d": "z"}


def test_an_anchor_can_be_given_anew() -> None:
    assert document("[&x 1, *x, &x 2, *x]").data == [1, 1, 2, 2]


def test_the_pure_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: &x [1, 'é']\nb: {c: *x}\nd: >\n  folded\n  text\n"
    fast = read(text, "f")
    monkeypatch.setattr(yaml_tree, "_LOADER", yaml.SafeLoader)
    pure = read(text, "f")
    assert pure.data == fast.data
    assert pure.root == fast.root
    assert found("a: @b\n") == [("yaml-syntax", "@")]


# ---- positions ------------------------------------------------------------------------------

LAYOUT = """\
version: 1
title: "Überblick"   # a comment
layout:
  - type: card
    metric: &m cost

  - {type: bar, by: [model, user]}
spare: *m
empty:
"""


@pytest.mark.parametrize(
    ("path", "on", "line", "column", "text"),
    [
        (("version",), "key", 1, 1, "version"),
        (("version",), "value", 1, 10, "1"),
        (("title",), "value", 2, 8, '"Überblick"'),
        (("layout",), "key", 3, 1, "layout"),
        (("layout", 0), "value", 4, 5, "type: card\n    metric: &m cost"),
        (("layout", 0, "metric"), "value", 5, 16, "cost"),
        (("layout", 1), "value", 7, 5, "{type: bar, by: [model, user]}"),
        (("layout", 1), "key", 7, 5, "{type: bar, by: [model, user]}"),
        (("layout", 1, "by"), "key", 7, 17, "by"),
        (("layout", 1, "by"), "value", 7, 21, "[model, user]"),
        (("layout", 1, "by", 1), "value", 7, 29, "user"),
        (("spare",), "value", 8, 8, "*m"),
        (("empty",), "value", 9, 7, ""),
        ((), "value", 1, 1, LAYOUT.removesuffix("\n")),
    ],
)
def test_spans(path: tuple[str | int, ...], on: Any, line: int, column: int, text: str) -> None:
    at = At(document(LAYOUT), path, on)
    assert (at.span.line, at.span.column, pointed(at)) == (line, column, text)


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        (("layout", 1, "metric"), "{type: bar, by: [model, user]}"),
        (("layout", 1, "by", 7, "x"), "[model, user]"),
        (("layout", 1, "by", "x"), "[model, user]"),
        (("version", "x"), "1"),
        (("layout", 0, 0), "type: card\n    metric: &m cost"),
    ],
)
@pytest.mark.parametrize("on", ["key", "value"])
def test_what_is_missing_is_found_at_its_nearest_ancestor(path: tuple[str | int, ...], on: Any, nearest: str) -> None:
    assert pointed(At(document(LAYOUT), path, on)) == nearest


def test_a_path_through_an_alias_leads_to_the_anchor() -> None:
    read_back = document("a: &x {b: [1, 2]}\nc: *x\n")
    assert pointed(At(read_back, ("c",))) == "*x"
    assert read_back.span(At(read_back, ("c", "b", 1))) == Span(1, 15, 1, 16)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_breaks_of_every_system(line_break: str) -> None:
    read_back = read(LAYOUT.replace("\n", line_break), "dashboard.yaml")
    assert read_back.data == document(LAYOUT).data
    assert read_back.span(At(read_back, ("layout", 1, "by"))) == Span(7, 21, 7, 34)
    assert read_back.line(7) == "  - {type: bar, by: [model, user]}"


def test_columns_count_characters() -> None:
    read_back = read("{日本: 😀, b: c}", "dashboard.yaml")
    assert read_back.span(At(read_back, ("b",))) == Span(1, 12, 1, 13)


@pytest.mark.parametrize(
    "text",
    [
        "x: cost / requsts",
        "x: cost /\n  requsts",
        "x: 'it''s cost / requsts'",
        'x: "\\u00e9\\t\\U0001F600\\x41\\\\ cost / requsts"',
        'x: "cost\n\n  / \\\n   requsts"',
        "x: |\n    cost\n      / requsts\n",
        "x: >- # folded\n    cost\n\n    / requsts\n\n",
        "x: &anchor cost / requsts",
        "y: &anchor cost / requsts\nx: *anchor",
        "x: 日本 / requsts",
    ],
)
def test_a_part_of_a_scalar_in_every_style(text: str) -> None:
    at = At(read(text, "dashboard.yaml"), ("x",))
    start = at.document.data["x"].index("requsts")
    assert pointed(at.part(start, start + 7)) == "requsts"
    assert pointed(at.part(start + 1, start + 3)) == "eq"
    assert pointed(at.part(start, start)) == ""
    whole, empty = at.part(start, start + 7).span, at.part(start, start).span
    assert (empty.line, empty.column) == (whole.line, whole.column)


def test_a_part_beyond_the_text_ends_with_it() -> None:
    at = At(read("x: 12.5\n", "dashboard.yaml"), ("x",))
    assert pointed(at.part(1, 99)) == "2.5"
    assert at.part(50, 99).span == Span(1, 8, 1, 8)


@pytest.mark.parametrize(
    ("scalar", "written"),
    [
        ("1.10", "1.10"),
        ("010", "010"),
        ("1e999", "1e999"),
        ("True", "True"),
        ("~", "~"),
        ("", ""),
        ("'1.10'", "1.10"),
        ("&a 1.10", "1.10"),
        ("|\n  two\n  lines", "two\nlines"),
        ("[1.10]", None),
    ],
)
def test_written(scalar: str, written: str | None) -> None:
    read_back = read(f"x: {scalar}", "dashboard.yaml")
    assert read_back.written(("x",)) == written
    assert read_back.written(("y",)) is None


def test_written_through_an_alias() -> None:
    assert document("a: &v 1.10\nb: *v\n").written(("b",)) == "1.10"


def test_lines() -> None:
    read_back = read("a: 1\r\n\r\nb: 2", "dashboard.yaml")
    assert [read_back.line(number) for number in range(5)] == ["", "a: 1", "", "b: 2", ""]


# ---- what is refused ------------------------------------------------------------------------


def test_a_duplicate_key_points_at_the_second_and_names_the_first() -> None:
    message, help, span = only("title: a\nlayout: []\n'title': b\n")
    assert (message, help) == ("The key `title` is already given on line 1.", "Keep one of the two.")
    assert span == Span(3, 1, 3, 8)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("200: x\ntrue: y\n~: z\n1.5: q\n", ["200", "true", "~", "1.5"]),
        ("? [a]\n: b\n? {c: d}\n: e\n", ["[a]", "{c: d}"]),
        ("a: &x y\n*x : b\n", ["*x"]),
        ("a: {{ name }}\n", ["{ name }"]),
        ("? \n: 1\n", [""]),
    ],
)
def test_keys_that_are_not_text(text: str, problems: list[str]) -> None:
    assert found(text) == [("key-not-text", problem) for problem in problems]


def test_what_is_said_of_a_key_that_is_not_text() -> None:
    assert only("200: x")[:2] == ("A key must be text; `200` was found.", 'Put it in quotes: `"200"`.')
    assert only("? [a]\n: b")[:2] == ("A key must be text; a list was found.", "Write the key out as text.")


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: {<<: {b: 1}}\n", [("merge-key", "<<")]),
        ("a: !!python/object/apply:os.system [x]\n", [("yaml-tag", "!!python/object/apply:os.system")]),
        ("a: !!str 1\nb: ! 2\nc: &x !y {}\n", [("yaml-tag", "!!str"), ("yaml-tag", "!"), ("yaml-tag", "!y")]),
        ("a: !x!y 1\n", [("yaml-tag", "!x!y")]),
        ("%TAG ! x\n---\na: 1\n", [("yaml-tag", "%TAG ! x")]),
        ("a: 1\n--- \nb: 1\n", [("several-documents", "---")]),
        ("a: &x [b, *x]\n", [("recursive-alias", "*x")]),
        ("a: *x\nb: &x 1\n", [("unknown-alias", "*x")]),
        ("a: b\u0007\u2028c\n", [("control-character", "\u0007"), ("control-character", "\u2028")]),
        ("a: b\ud800c\n", [("control-character", "\ud800")]),
        (b"a: 1\nb: \xc3\xa9\xe9\n", [("not-utf8", "\ufffd")]),
    ],
)
def test_refused(text: str | bytes, problems: list[tuple[str, str]]) -> None:
    assert found(text) == problems


def test_a_quoted_merge_key_is_only_a_name() -> None:
    assert document('"<<": 1\n').data == {"<<": 1}


def test_everything_is_reported_at_once() -> None:
    assert found("a: !x 1\na: 2\n3: 4\n<<: {}\nb: [\n") == [
        ("yaml-tag", "!x"),
        ("duplicate-key", "a"),
        ("key-not-text", "3"),
        ("merge-key", "<<"),
        ("yaml-syntax", "["),
    ]


@pytest.mark.parametrize("text", ["", "\n \n", "# only a comment\n", "---\n", "\ufeff", b"\xef\xbb\xbf"])
def test_empty(text: str | bytes) -> None:
    message, help, _ = only(text)
    assert (message, help) == ("The file is empty.", "Begin it with `version: 1`.")


def test_the_byte_that_is_not_utf8() -> None:
    message, _, span = only("title: é\nnote: ".encode() + b"caf\xe9\n")
    assert message == "The file is not UTF-8: the byte 0xE9 is out of place here."
    assert span == Span(2, 10, 2, 11)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_another_encoding_is_named(encoding: str) -> None:
    assert only("version: 1\n".encode(encoding))[0] == f"The file is not UTF-8: it looks like {encoding.upper()}."


def test_a_byte_order_mark_is_skipped() -> None:
    read_back = read(b"\xef\xbb\xbfa: 1\n", "dashboard.yaml")
    assert read_back.data == {"a": 1}
    assert read_back.span(At(read_back, ("a",), "key")) == Span(1, 1, 1, 2)


# ---- limits ---------------------------------------------------------------------------------


def test_sixty_four_levels_are_allowed_and_one_more_is_not() -> None:
    assert read("[" * 64 + "]" * 64, "dashboard.yaml").data
    assert found("[" * 65 + "]" * 65) == [("nested-too-deep", "[")]


def test_levels_behind_an_alias_count() -> None:
    half = "[" * 31 + "{}" + "]" * 31
    assert read(f"a: &x {half}\nb: {'[' * 31}*x{']' * 31}\n", "dashboard.yaml").data
    message, _, span = only(f"a: &x {half}\nb: {'[' * 32}*x{']' * 32}\n")
    assert message == "The nesting is deeper than 64 levels here."
    assert (span.line, span.column) == (2, 36)


def test_aliases_expand_to_fifty_thousand_values_at_most() -> None:
    row = f"a: &x [{', '.join('1' * 999)}]\n"  # 1,000 values with the list itself
    fits = row + "b: [" + ", ".join(["*x"] * 48) + "]\n"  # the two lists and the mapping count too
    assert len(read(fits, "dashboard.yaml").data["b"]) == 48
    assert found(fits.replace("b: [", "b: [*x, *x, ")) == [("alias-bomb", "*x")]


def test_a_document_has_fifty_thousand_values_at_most() -> None:
    assert len(read("- 1\n" * 49_999, "dashboard.yaml").data) == 49_999
    assert found("- 1\n" * 50_001) == [("too-many-values", "1")]


def test_a_hundred_problems_are_enough() -> None:
    assert len(found("- !x 1\n" * 500)) == 100


# ---- mistakes of writing --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "at", "message"),
    [
        ("a:\n\tb: 1\n", "2:1", "\t", "A tab is used for indentation."),
        ("a: 1\n\tb: 2", "2:1", "\t", "A tab is used for indentation."),
        ("title: foo: bar\n", "1:11", ":", "A second `: ` stands on this line, inside the value of `title`."),
        (
            "version: 1\ntitle:foo\nlayout: []\n",
            "2:1",
            "title:foo",
            "The colon after `title` is not followed by a space.",
        ),
        ("version: 1\ntitle\nlayout: 1", "2:1", "title", "`title` has no colon after it."),
        ("a: 1\ntitle:foo", "2:1", "title:foo", "The colon after `title` is not followed by a space."),
        (
            "layout:\n  - type: card\n    metric: cost\n   title: x\n",
            "4:4",
            "title:",
            "The indentation of this line fits nothing above it.",
        ),
        ("a: [1, 2\nb: 3\n", "1:4", "[", "`[` is not closed with `]`, or a comma is missing."),
        ("a: {b: 1\nc: 2\n", "1:4", "{", "`{` is not closed with `}`, or a comma is missing."),
        ("a: [1, 2", "1:4", "[", "`[` is not closed with `]`, or a comma is missing."),
        ("a: {b: 1", "1:4", "{", "`{` is not closed with `}`, or a comma is missing."),
        ('a: "foo\nb: 1\n', "1:4", '"', "The quote that opens here is never closed."),
        ("a: 'it's'\n", "1:8", "s'", "Text follows the closing quote."),
        (
            "a: 1\nb: 'x\nc: 2\nd: 'y'\n",
            "2:4",
            "'",
            "The quote that opens here is closed only on line 4, and text follows it there.",
        ),
        ("a: 'foo", "1:4", "'", "The quote that opens here is never closed."),
        ("a: - b\n", "1:4", "-", "A list written with `-` cannot begin on the line of its key."),
        ('a: "C:\\dir"\n', "1:7", "\\d", "`\\d` is not an escape that YAML knows."),
        ('a: "\\xzz"\n', "1:5", "\\x", "`\\x` is not an escape that YAML knows."),
        ('a: "x\\ud83d\\ude00"\n', "1:6", "\\ud83d", "`\\ud83d` is no character."),
        (
            "p: *.parquet\n",
            "1:4",
            "*.parquet",
            "`*.parquet` begins with `*`, which YAML keeps for aliases and anchors.",
        ),
        ("p: @overview\n", "1:4", "@", "No value can begin with `@` in YAML."),
        ("p: `x`\n", "1:4", "`", "No value can begin with a backtick in YAML."),
        ("p: %x\n", "1:4", "%", "No value can begin with `%` in YAML."),
        ("  a: 1\nb: 2\n", "2:1", "b:", "The indentation of this line fits nothing above it."),
        (
            "a: 1\n  b: 2\n",
            "2:3",
            "b",
            "`b` is indented deeper than its neighbours, below a key that has a value already.",
        ),
        ("- a\nb: 1\n", "2:1", "b:", "A list entry and a key stand side by side in the same block."),
        ("a: 1\n- b\n", "2:1", "-", "A list entry and a key stand side by side in the same block."),
        ("a: [1, , 2]\n", "1:8", ",", "A value is missing at this comma."),
        ("a: |foo\n  x\n", "1:5", "foo", "Text follows `|` on the same line."),
        ("a: |\n\tx\n", "2:1", "\t", "A tab is used for indentation."),
        ("%FOO x\n---\na: 1", "1:1", "%FOO x", "`%FOO x` is not a directive that dashgen knows."),
        ("%YAML 2.0\n---\na: 1", "1:1", "%YAML 2.0", "`%YAML 2.0` is not a directive that dashgen knows."),
        (": 1\n", "1:1", ":", "A key is missing before this colon."),
        ("a: 1\n: 2\n", "2:1", ":", "A key is missing before this colon."),
        ("a: ]\n", "1:4", "]", "`]` closes nothing that is open."),
        ("a: }\n", "1:4", "}", "`}` closes nothing that is open."),
        ("a: [1]]\n", "1:7", "]", "`]` closes nothing that is open."),
        ('a: "x" y\n', "1:8", "y", "Text follows the closing quote."),
        ("- - a\n - b", "2:2", "-", "The indentation of this line fits nothing above it."),
        ("a: >x\n b", "1:5", "x", "Text follows `>` on the same line."),
        ("{a: 1}\nb: 2", "2:1", "b:", "The indentation of this line fits nothing above it."),
        ("a: ,b\n", "1:4", ",", "A value is missing at this comma."),
        ("x: [a: b: c]", "1:9", ":", "Between `[` and `]` a comma is missing here."),
        ('a: "foo\n---\nb"', "1:4", '"', "The quote that opens here is never closed."),
        ("a: 'x\n...\n", "1:4", "'", "The quote that opens here is never closed."),
        ("a: &\n", "1:4", "&", "`&` begins with `&`, which YAML keeps for aliases and anchors."),
        ("a:\n  - b\n c: d\n", "3:2", "c:", "The indentation of this line fits nothing above it."),
        ("metrics: [a b: c\n", "1:10", "[", "`[` is not closed with `]`, or a comma is missing."),
        ("key: 'a' # x\n  foo: b\n", "2:3", "foo:", "The indentation of this line fits nothing above it."),
        ("a: [\n  b\nc: d", "1:4", "[", "`[` is not closed with `]`, or a comma is missing."),
        ("\ta: 1", "1:1", "\t", "A tab is used for indentation."),
        ("a: 'x'b", "1:7", "b", "Text follows the closing quote."),
        ("- a\n-b: 1\n", "2:1", "-", "The dash is not followed by a space."),
        ("a: [\n", "1:4", "[", "`[` is not closed with `]`, or a comma is missing."),
        ("a: {b: [1,\n", "1:8", "[", "`[` is not closed with `]`, or a comma is missing."),
        ("{: 1}", "1:2", ":", "A key is missing before this colon."),
        ("a:\n  - [1\n  - 2\n", "2:5", "[", "`[` is not closed with `]`, or a comma is missing."),
        ("a: b: 'c'", "1:5", ":", "A second `: ` stands on this line, inside the value of `a`."),
        ("k: 'a': b", "1:7", ":", "A second `: ` stands on this line, inside the value of `k`."),
        ('a: "\\', "1:5", "\\", "`\\` is not an escape that YAML knows."),
        ("a: '", "1:4", "'", "The quote that opens here is never closed."),
    ],
)
def test_a_mistake_of_writing(text: str, place: str, at: str, message: str) -> None:
    said, help, span = only(text)
    assert (f"{span.line}:{span.column}", found(text), said) == (place, [("yaml-syntax", at)], message)
    assert help


def test_a_key_can_be_too_long_for_the_parser() -> None:
    message, _, span = only("x" * 2000 + ": 1\n")
    assert message == f"`{'x' * 60}…` is too long for a key."
    assert span == Span(1, 1, 1, 2001)


# ---- files ----------------------------------------------------------------------------------


def failure(path: Path) -> tuple[str, str]:
    with pytest.raises(Failure) as caught:
        read_file(path)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.at is not None
    assert diagnostic.at.span == Span(1, 1, 1, 1)
    return f"{diagnostic.at.document.name}: {diagnostic.code}", diagnostic.message


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def test_a_file_is_named_relative_to_the_working_directory(folder: Path) -> None:
    file = folder / "here" / "a.yaml"
    file.write_text("a: 1\n", encoding="utf-8")
    read_back = read_file(file)
    assert (read_back.name, read_back.file, read_back.data) == ("a.yaml", file, {"a": 1})
    (folder / "b.yaml").write_text("a: 1\n", encoding="utf-8")
    assert read_file(folder / "b.yaml").name == "../b.yaml"


def test_a_missing_file(folder: Path) -> None:
    assert failure(Path("no.yaml")) == ("no.yaml: file-not-found", "The file `no.yaml` does not exist.")


def test_a_folder_is_no_file(folder: Path) -> None:
    assert failure(folder) == ("..: file-is-folder", "`..` is a folder; a file is needed.")


def test_an_impossible_name(folder: Path) -> None:
    assert failure(Path("a\0b"))[0] == "a\0b: file-unreadable"


def test_a_name_that_is_too_long(folder: Path) -> None:
    code, message = failure(Path("x" * 5000))
    assert code.endswith(": file-unreadable")
    assert message == f"The file `{'x' * 60}…` cannot be read: File name too long."


def test_an_unreadable_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    expected = "a.yaml: file-unreadable", "The file `a.yaml` cannot be read: Permission denied."
    assert failure(Path("a.yaml")) == expected


def test_a_file_that_is_too_large(folder: Path) -> None:
    Path("a.yaml").write_bytes(b"# " + b"x" * MOST_BYTES)
    assert failure(Path("a.yaml")) == (
        "a.yaml: file-too-large",
        "The file has 5,000,002 bytes; at most 5,000,000 are read.",
    )
    assert found("# " + "x" * MOST_BYTES)[0][0] == "file-too-large"


def test_a_file_of_the_largest_size(folder: Path) -> None:
    Path("a.yaml").write_bytes(b"a: " + b"x" * (MOST_BYTES - 3))
    assert len(read_file("a.yaml").data["a"]) == MOST_BYTES - 3
