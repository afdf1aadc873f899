"""Whatever the input, the reader ends in a document or in diagnostics, soon and in little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashgen.diagnostics import At, Failure, Path, Span
from dashgen.documents import Document, read
from dashgen.report import FORMATS

EXAMPLES = 1000 if os.environ.get("DASHGEN_FULL") else 150

bounded = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)

PIECES = st.sampled_from(
    [
        *("a", "b: ", "title:", "- ", "? ", ": ", "[", "]", "{", "}", ", ", "\n", "\n  ", "\n    ", "\t", "\r\n", " "),
        *('"', "'", "''", "\\", "\\x4", "|", ">-", "|2\n", "#", " # c", "&x ", "*x", "!t ", "!!str ", "%TAG ! x\n"),
        *("---", "...", "<<: ", "@", "`", "1.10", "0o7", "1e999", ".inf", "~", "true", "é", "日", "😀", "\u2028"),
        *("\ufeff", "\x00", "\x85", "\ud800", "\u202e"),
    ]
)


def walk(data: Any, path: Path = ()) -> Iterator[Path]:
    """Every path of a document."""
    yield path
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in steps:
        yield from walk(value, (*path, step))


def ends_well(source: str | bytes) -> Document | Failure:
    """Read, look at every position, and print all that was found."""
    try:
        document = read(source, "fuzz.yaml")
    except Failure as failure:
        return said_well(failure)
    for path in islice(walk(document.data), 100):
        at = At(document, path)
        for each in (at, at.key(), at / "missing", at / 99, at.part(0, 3), at.part(2, 10**6)):
            within(each.span, document)
        document.written(path)
    return document


def said_well(failure: Failure) -> Failure:
    """Every position lies in the text, and every report can print it."""
    assert failure.diagnostics
    for diagnostic in failure.diagnostics:
        assert diagnostic.at is not None
        within(diagnostic.at.span, diagnostic.at.document)
    for report in FORMATS.values():
        report.render(failure.diagnostics).encode()
    return failure


def within(span: Span, document: Document) -> None:
    """The span lies in the text and does not end before it begins."""
    assert 1 <= span.line <= span.end_line <= document.text.count("\n") + document.text.count("\r") + 1
    assert 1 <= span.column <= len(document.line(span.line)) + 3  # at most behind the line break
    assert (span.line, span.column) <= (span.end_line, span.end_column)


@bounded
@given(st.text(max_size=200))
def test_any_text(source: str) -> None:
    ends_well(source)


@bounded
@given(st.binary(max_size=200))
def test_any_bytes(source: bytes) -> None:
    ends_well(source)


@bounded
@given(st.lists(PIECES, max_size=40).map("".join))
def test_near_yaml(source: str) -> None:
    ends_well(source)


LAYOUT = """\
version: 1
title: "Produc\\u0074ion"   # a comment
filters: &f [time_range, model]
layout:
  - {type: card, metric: 'error_rate', thresholds: {warning: 2%}}
  - type: table
    records: *f
    note: |
      two
      lines
    where: {status_code: [200, 0o17], model: 1.10}
"""


@bounded
@given(st.lists(st.tuples(st.integers(0, len(LAYOUT)), st.integers(0, 3), PIECES), min_size=1, max_size=4))
def test_a_dashboard_with_a_few_mistakes(edits: list[tuple[int, int, str]]) -> None:
    source = LAYOUT
    for at, removed, piece in edits:
        source = source[:at] + piece + source[at + removed :]
    ends_well(source)


TEXT = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@bounded
@given(DATA)
def test_json_reads_as_itself(data: Any) -> None:
    """JSON in ASCII is YAML, but for the surrogate pairs that it writes beyond U+FFFF."""
    source = json.dumps({"data": data})
    document = ends_well(source)
    assert isinstance(document, Document)
    assert document.data == {"data": data}


# ---- attacks --------------------------------------------------------------------------------

MEGABYTE = 1_000_000
NINE_TIMES = "\n".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9 if n else 'x'}]" for n in range(12))
ATTACKS: dict[str, tuple[str | bytes, str | None]] = {
    "open lists": ("[" * 100_000, "nested-too-deep"),
    "open mappings": ("{" * 100_000, "nested-too-deep"),
    "lists and mappings": ("[{a: " * 50_000, "nested-too-deep"),
    "keys in keys": ("? " * 50_000, "nested-too-deep"),
    "dashes": ("- " * 50_000, "nested-too-deep"),
    "deeper and deeper": ("".join(" " * n + "a:\n" for n in range(2_000)), "nested-too-deep"),
    "keys in a row": ("a: " * 50_000, "yaml-syntax"),
    "a billion laughs": (NINE_TIMES, "alias-bomb"),
    "aliases in depth": (
        "\n".join(f"a{n}: &a{n} {'[' * 50}{f'*a{n - 1}' if n else ''}{']' * 50}" for n in range(900)),
        "nested-too-deep",
    ),
    "a long line": ("a: " + "x" * MEGABYTE, None),
    "a long quoted line": ('a: "' + "\\n" * MEGABYTE + '"', None),
    "a long line with a mistake": ("a: [" + "x, " * 15_000 + "{b: 1, b: 2}, " + "y" * MEGABYTE + "]", "duplicate-key"),
    "a long key": ("x" * MEGABYTE + ": 1", "yaml-syntax"),
    "a long number": ("a: " + "9" * MEGABYTE, None),
    "many values": ("- 1\n" * MEGABYTE, "too-many-values"),
    "many duplicates": ("a: 1\n" * MEGABYTE, "duplicate-key"),
    "many tag directives": ("".join(f"%TAG !a{n}! x\n" for n in range(250_000)), "yaml-tag"),
    "many later tag directives": ("a: 1\n...\n" + "%TAG !a! x\n" * 400_000, "yaml-tag"),
    "many documents": ("---\n" * MEGABYTE, "several-documents"),
    "many blank lines": ("\n" * 4 * MEGABYTE, "empty-file"),
    "many anchors": ("&a " * MEGABYTE, "yaml-syntax"),
    "many unknown aliases": ("- *a\n" * MEGABYTE, "unknown-alias"),
    "zero bytes": (b"\0" * MEGABYTE, "control-character"),
    "no text at all": (b"\xff" * MEGABYTE, "not-utf8"),
    "tabs": ("\t" * MEGABYTE, "yaml-syntax"),
    "folded lines": ("a: >\n" + "  x\n" * MEGABYTE, None),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_answered(name: str) -> None:
    source, code = ATTACKS[name]
    ended = ends_well(source)
    assert (ended.diagnostics[0].code if isinstance(ended, Failure) else None) == code


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))
from tests.test_fuzz_reader import ATTACKS, ends_well
resource.setrlimit(resource.RLIMIT_CPU, (int(resource.getrusage(resource.RUSAGE_SELF).ru_utime) + 3,) * 2)
ends_well(ATTACKS[sys.argv[1]][0])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of memory and time are POSIX")
@pytest.mark.parametrize("name", ["open lists", "a billion laughs", "many values", "a long quoted line"])
def test_attacks_are_answered_within_limits(name: str) -> None:
    """Two to three seconds of computing and 500 MB for the whole process; more ends it with a signal or an error."""
    done = subprocess.run([sys.executable, "-c", LIMITED, name], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
