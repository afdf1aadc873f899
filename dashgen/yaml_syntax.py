"""The YAML parser's errors in plain words, at the place where the mistake was made."""

from __future__ import annotations

import re
from collections.abc import Callable

import yaml

from dashgen import messages
from dashgen.diagnostics import At, Diagnostic

_WORD = re.compile(r"[^\s,\[\]{}]+|\S")
_KEY = re.compile(r"\s*(?:- +)*([^\s:#][^:#\r\n]*?) *:(?: |$)", re.MULTILINE)
_NO_SPACE = re.compile(r"""([^\s:"']+):(\S[^\r\n]*)""")
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.?)", re.DOTALL)
_LONGEST_KEY = 1024
_GLUED_DASH = re.compile(r"""[ ]*(?:- +)*(-)([{\["'A-Za-z_][^\r\n]*)""")
_STRUCTURAL = (
    "mapping values are not allowed",
    "could not find expected ':'",
    "expected '-' indicator",
    "expected key",
)
"""Problems that a dash without a space leads to."""


class _Error:
    """What the parser complains of, with offsets instead of marks."""

    def __init__(self, text: str, error: yaml.YAMLError, bracket: int | None, quote: int) -> None:
        self.text = text
        self.bracket = bracket
        self.quote = quote
        self.problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML")
        self.context = str(getattr(error, "context", None) or "")
        marks = (getattr(error, "problem_mark", None), getattr(error, "context_mark", None))
        at = marks[0].index if marks[0] is not None else getattr(error, "position", 0)
        self.at = min(at, len(text))
        self.opened = marks[1].index if marks[1] is not None else self.at

    @property
    def at_end(self) -> bool:
        return not self.text[self.at :].strip()

    @property
    def character(self) -> str:
        return self.text[self.at : self.at + 1]

    @property
    def line(self) -> str:
        """The whole line of the problem."""
        return self.before + re.split(r"[\r\n]", self.text[self.at :], maxsplit=1)[0]

    @property
    def before(self) -> str:
        """The line of the problem up to the problem."""
        return re.split(r"[\r\n]", self.text[: self.at])[-1]

    def word(self, at: int) -> tuple[int, int]:
        """The word at an offset; at the end of the text the end of what is written."""
        found = _WORD.match(self.text, at)
        if found is not None:
            return found.span()
        last = len(self.text[:at].rstrip())
        return (last, last) if not self.text[at:].strip() else (at, at + 1)


_Mistake = tuple[int, int, str, dict[str, str]]
"""Start, end, the name in `messages.SYNTAX`, and what fills its text."""


def explain(
    text: str, mark: Callable[[int, int], At], error: yaml.YAMLError, bracket: int | None, quote: int
) -> Diagnostic:
    """The diagnostic of a parser's error, told where the innermost open bracket and the last quoted scalar began."""
    found = _Error(text, error, bracket, quote)
    if "tag" in found.context or "tag handle" in found.problem:
        start, end = found.word(found.opened)
        return messages.yaml_tag(mark(start, end), text[start:end])
    for problem, read in (*((problem, _glued_dash) for problem in _STRUCTURAL), *_READERS):
        if problem in found.problem:
            mistake = read(found)
            if mistake is not None:
                start, end, name, details = mistake
                return messages.yaml_syntax(mark(start, end), name, **details)
    return messages.yaml_syntax(mark(*found.word(found.at)), "other", problem=found.problem)


def _no_token(error: _Error) -> _Mistake:
    if error.character == "\t":
        return _tab(error)
    return error.at, error.at + 1, "reserved", {"mark": _shown(error.character)}


def _tab(error: _Error) -> _Mistake:
    return error.at, error.at + 1, "tab", {}


def _glued_dash(error: _Error) -> _Mistake | None:
    """`-{type: card}` on the line of the problem or above it: the parser takes the dash for the beginning of a text."""
    begin = error.at - len(error.before)
    above = error.text.rfind("\n", 0, max(len(error.text[:begin].rstrip()), 0)) + 1
    found = next((match for at in (begin, above) if (match := _GLUED_DASH.match(error.text, at))), None)
    if found is None or error.bracket is not None:
        return None
    return found.start(1), found.end(1), "dash", {"fixed": messages.tick(f"- {found[2].rstrip()}")}


def _second_colon(error: _Error) -> _Mistake:
    key = _KEY.match(error.before)
    if key is not None:
        return error.at, error.at + 1, "colon-in-value", {"key": messages.tick(key[1])}
    written = error.before.lstrip(" -")
    mistake = "deeper" if len(written) <= _LONGEST_KEY else "long-key"
    return error.at - len(written), error.at, mistake, {"key": messages.tick(written)}


def _simple_key(error: _Error) -> _Mistake:
    line = re.split(r"[\r\n]", error.text[error.opened :], maxsplit=1)[0].rstrip()
    start, end = error.opened, error.opened + len(line)
    spaceless = _NO_SPACE.fullmatch(line)
    if spaceless is None:
        return start, end, "no-colon", {"key": messages.tick(line)}
    fixed = messages.tick(f"{spaceless[1]}: {spaceless[2]}")
    return start, end, "no-space", {"key": messages.tick(spaceless[1]), "fixed": fixed}


def _quote(error: _Error) -> _Mistake | None:
    if "quoted scalar" not in error.context:
        return None
    return error.opened, error.opened + 1, "unclosed-quote", {"mark": _shown(error.text[error.opened])}


def _separator(error: _Error) -> _Mistake:
    if "\n" in error.text[error.opened : error.at] or error.at_end:
        return _unclosed(error.text, error.opened)
    return *error.word(error.at), "no-separator", _brackets(error.text[error.opened])


def _unclosed(text: str, opened: int) -> _Mistake:
    return opened, opened + 1, "unclosed-bracket", _brackets(text[opened])


def _brackets(opening: str) -> dict[str, str]:
    return {"open": opening, "close": "}" if opening == "{" else "]"}


def _no_content(error: _Error) -> _Mistake | None:
    if error.at_end and error.bracket is not None:
        return _unclosed(error.text, error.bracket)
    return _stray(error)


def _stray(error: _Error) -> _Mistake | None:
    mistake = {"]": "closes-nothing", "}": "closes-nothing", ",": "comma", ":": "no-key"}.get(error.character)
    return (error.at, error.at + 1, mistake, {"mark": error.character}) if mistake is not None else None


def _no_key(error: _Error) -> _Mistake:
    stray = _stray(error)
    if stray is not None:
        return stray
    if error.before.rstrip().endswith(('"', "'")):
        return _after_quote(error)
    return _misplaced(error)


def _after_quote(error: _Error) -> _Mistake:
    lines = len(re.findall(r"\r\n|\r|\n", error.text[error.quote : error.at]))
    if lines == 0 or error.text[error.quote] not in ('"', "'"):
        return *error.word(error.at), "after-quote", {}
    line = lines + 1 + len(re.findall(r"\r\n|\r|\n", error.text[: error.quote]))
    return error.quote, error.quote + 1, "quote-over-lines", {"line": str(line)}


def _misplaced(error: _Error) -> _Mistake:
    start_of_line = error.text.rfind("\n", 0, error.opened) + 1
    mixed = error.opened < error.at and error.opened - start_of_line == len(error.before)
    return *error.word(error.at), "mixed" if mixed else "indentation", {}


def _alias(error: _Error) -> _Mistake | None:
    mark = error.text[error.opened]
    if mark not in ("*", "&"):
        return None
    start, end = error.word(error.opened)
    return start, end, "anchor", {"found": messages.tick(error.text[start:end]), "mark": mark}


def _escape(error: _Error, mistake: str = "escape") -> _Mistake:
    slash = error.text.rfind("\\", error.opened, error.at + 1)
    start = slash if slash >= 0 else error.at
    found = _ESCAPE.match(error.text, start)
    end = found.end() if found is not None else start + 1
    return start, end, mistake, {"found": messages.tick(error.text[start:end])}


def _half_character(error: _Error) -> _Mistake:
    """Half of a surrogate pair, as JSON writes characters beyond U+FFFF, or a number beyond all characters."""
    return _escape(error, "half-character")


def _dash(error: _Error) -> _Mistake:
    return error.at, error.at + 1, "dash-after-key", {}


def _block_header(error: _Error) -> _Mistake | None:
    if "block scalar" not in error.context:
        return None
    return *error.word(error.at), "after-block-mark", {"mark": _shown(error.text[error.opened])}


def _directive(error: _Error) -> _Mistake:
    start = error.at - len(error.before)
    end = start + len(error.line.rstrip())
    return start, end, "directive", {"found": messages.tick(error.line)}


def _shown(mark: str) -> str:
    return f"`{mark}`" if mark != "`" else "a backtick"


_READERS: tuple[tuple[str, Callable[[_Error], _Mistake | None]], ...] = (
    ("cannot start any token", _no_token),
    ("found a tab character", _tab),
    ("mapping values are not allowed", _second_colon),
    ("could not find expected ':'", _simple_key),
    ("unexpected end of stream", _quote),
    ("unexpected document", _quote),
    ("expected ','", _separator),
    ("expected node content", _no_content),
    ("expected key", _no_key),
    ("expected '-' indicator", _misplaced),
    ("expected <document start>", _misplaced),
    ("alphabetic or numeric", _alias),
    ("escape character", _escape),
    ("expected hexdecimal", _escape),
    ("invalid Unicode character", _half_character),
    ("sequence entries are not allowed", _dash),
    ("expected comment or line break", _block_header),
    ("directive", _directive),
    ("incompatible YAML document", _directive),
)
"""Part of the parser's text → who knows which mistake that is. The first that does wins."""
