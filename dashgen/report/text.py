"""For people: the position, the message, the line with carets under what is wrong, and the help."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator

from dashgen.diagnostics import Diagnostic, Severity
from dashgen.report.base import Located, located, visible

WIDTH = 100
"""Columns of an excerpt; of a longer line the part around the mistake is shown."""

_TAB = "    "
_CUT = "…"
_BOLD, _BLUE, _CYAN = "1", "1;34", "36"
_COLOURS: dict[Severity, str] = {"error": "1;31", "warning": "1;33"}

_Paint = Callable[[str, str], str]


def render(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """Every diagnostic with its excerpt, and a last line that counts them; empty if there are none."""
    found = located(diagnostics)
    paint = _ansi if colour else _plain
    blocks = ["\n".join(_block(each, paint)) for each in found]
    return "\n\n".join([*blocks, summary(each.diagnostic for each in found)]) + "\n" if found else ""


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`."""
    severities = [diagnostic.severity for diagnostic in diagnostics]
    counts = [(severities.count(severity), severity) for severity in _COLOURS]
    return ", ".join(f"{count} {severity}{'s' * (count > 1)}" for count, severity in counts if count)


def _block(found: Located, paint: _Paint) -> Iterator[str]:
    diagnostic = found.diagnostic
    colour = _COLOURS[diagnostic.severity]
    label = paint(f"{diagnostic.severity}[{diagnostic.code}]", colour)
    yield f"{paint(found.place, _BOLD)}{label}: {visible(diagnostic.message)}"
    excerpt = _excerpt(found)
    if excerpt is not None:
        line, carets = excerpt
        number = str(found.span.line) if found.span else ""
        margin = " " * len(number)
        yield paint(f"{margin} |", _BLUE)
        yield f"{paint(f'{number} |', _BLUE)} {line}"
        yield f"{paint(f'{margin} |', _BLUE)} {carets.replace('^', '')}{paint(carets.strip(), colour)}"
    if diagnostic.help is not None:
        yield f"{paint('help', _CYAN)}: {visible(diagnostic.help)}"


def _excerpt(found: Located) -> tuple[str, str] | None:
    """The first line of the mistake and the carets below it."""
    at, span = found.diagnostic.at, found.span
    line = at.document.line(span.line) if at is not None and span is not None else ""
    if span is None or not line.strip():
        return None
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    return _window(line, min(start, len(line)), max(start, end))


def _window(line: str, start: int, end: int) -> tuple[str, str]:
    """The part of a line around the characters `start` to `end` that fits, with carets in cells of a terminal."""
    first = _first(line, start, end)
    cells = ["" if first == 0 else _CUT]
    before = len(cells[0])
    marked = used = 0
    for index in range(first, len(line)):
        cell = _cell(line[index])
        used += _cells(cell)
        if used > WIDTH:
            cells.append(_CUT)
            break
        cells.append(cell)
        before += _cells(cell) * (index < start)
        marked += _cells(cell) * (start <= index < end)
    return "".join(cells).rstrip(), " " * before + "^" * max(marked, 1)


def _first(line: str, start: int, end: int) -> int:
    """The first character shown: the line's first if the mistake fits then, else some before the mistake."""
    if sum(_cells(_cell(character)) for character in line[: min(end, WIDTH + 1)]) <= WIDTH:
        return 0
    first = start
    left = WIDTH // 3
    while first > 0 and (left := left - _cells(_cell(line[first - 1]))) >= 0:
        first -= 1
    return first


def _cell(character: str) -> str:
    """A character as it is shown."""
    return _TAB if character == "\t" else visible(character)


def _cells(text: str) -> int:
    """The columns that a terminal needs."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _ansi(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if text else ""


def _plain(text: str, colour: str) -> str:
    return text
