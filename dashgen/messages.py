"""Everything that dashgen says about a mistake: one function per code, named after it.

Rules of wording:

- The first sentence names the thing in backticks and says what was found, then what is allowed.
  It is short, ends in a full stop and blames nobody.
- `help` is the remedy as one sentence: the near name if there is one, else what to write instead.
- Values are shown as they are written in YAML, never as Python writes them: use `tick`, `what`, `listing`.
- The span is the smallest that is wrong: the key for an unknown key, the value for a wrong value.
- A code is the function's name in kebab-case; once released it is never renamed or reused.
- The docstring's first line says what the rule is about; SARIF viewers show it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from dashgen.diagnostics import At, Diagnostic

# ---- helpers --------------------------------------------------------------------------------

_LONGEST = 60


def tick(text: object) -> str:
    """The text in backticks, on one line, cut when it is long."""
    line = " ".join(str(text).split())
    return f"`{line}`" if len(line) <= _LONGEST else f"`{line[:_LONGEST]}…`"


def what(value: Any) -> str:
    """A value of a document in YAML's words: `true`, `12`, `text`, a list, a mapping, nothing."""
    match value:
        case None:
            return "nothing"
        case bool():
            return tick(str(value).lower())
        case list():
            return "a list" if value else "an empty list"
        case dict():
            return "a mapping" if value else "an empty mapping"
        case "":
            return "empty text"
        case _:
            return tick(value)


def listing(names: Iterable[str], *, last: str = "and", limit: int = 12) -> str:
    """Names as prose: "`a`, `b` and `c`"; past the limit "`a`, `b` and 12 more"."""
    ticked = [tick(name) for name in names]
    if len(ticked) > limit + 1:
        return f"{', '.join(ticked[:limit])} and {len(ticked) - limit} more"
    if len(ticked) < 2:
        return "".join(ticked)
    return f"{', '.join(ticked[:-1])} {last} {ticked[-1]}"


def near(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `name` probably meant: other case or dashes, a typing mistake, or a part of just one."""
    if not 0 < len(name) <= _LONGEST:
        return None
    plain = _plain(name)
    spelled: dict[str, str] = {}
    for candidate in sorted(set(candidates) - {name}):
        spelled.setdefault(_plain(candidate), candidate)
    close = [plain] if plain in spelled else difflib.get_close_matches(plain, spelled, n=1, cutoff=0.72)
    if not close and len(plain) > 2:
        close = [other for other in spelled if plain in other.split("_")]
    return spelled[close[0]] if len(close) == 1 else None


def did_you_mean(name: str, candidates: Iterable[str], otherwise: str | None = None) -> str | None:
    """A help line: the near name, else the other remedy."""
    found = near(name, candidates)
    return f"did you mean {tick(found)}?" if found is not None else otherwise


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


# ---- reading --------------------------------------------------------------------------------


def file_not_found(at: At, name: str) -> Diagnostic:
    """A file that is named does not exist."""
    return Diagnostic("file-not-found", f"The file {tick(name)} does not exist.", at, "Check the path.")


def file_is_folder(at: At, name: str) -> Diagnostic:
    """A folder stands where a file is needed."""
    return Diagnostic("file-is-folder", f"{tick(name)} is a folder; a file is needed.", at, "Name a file inside it.")


def file_unreadable(at: At, name: str, reason: str) -> Diagnostic:
    """The system refuses to read a file."""
    message = f"The file {tick(name)} cannot be read: {reason}."
    return Diagnostic("file-unreadable", message, at, "Check its permissions.")


def file_too_large(at: At, size: int, limit: int) -> Diagnostic:
    """A document is larger than dashgen reads."""
    message = f"The file has {size / 1e6:.1f} MB; at most {limit / 1e6:.0f} MB are read."
    return Diagnostic("file-too-large", message, at, "Split it, or check that it is a dashboard and not data.")


def empty_file(at: At) -> Diagnostic:
    """A document has no content."""
    return Diagnostic("empty-file", "The file is empty.", at, "Begin it with `version: 1`.")


def not_utf8(at: At, byte: int, encoding: str | None) -> Diagnostic:
    """A document is not encoded as UTF-8."""
    found = f"it looks like {encoding}" if encoding else f"the byte 0x{byte:02X} is out of place here"
    return Diagnostic("not-utf8", f"The file is not UTF-8: {found}.", at, "Save it with the encoding UTF-8.")


def control_character(at: At, character: str) -> Diagnostic:
    """A document contains an invisible character that YAML does not allow."""
    code = f"{ord(character):04X}"
    escape = f"\\u{code}" if len(code) == 4 else f"\\U{code:0>8}"
    message = f"The invisible character U+{code} is not allowed."
    return Diagnostic("control-character", message, at, f"Delete it, or write `{escape}` inside double quotes.")


SYNTAX = {
    "after-block-mark": (
        "Text follows {mark} on the same line.",
        "Begin the text on the next line, indented; to begin a value with {mark}, put it in quotes.",
    ),
    "after-quote": (
        "Text follows the closing quote.",
        "Put the whole value in quotes; inside single quotes an apostrophe is written `''`.",
    ),
    "anchor": ("{found} begins with `{mark}`, which YAML keeps for aliases and anchors.", "Put the value in quotes."),
    "closes-nothing": ("`{mark}` closes nothing that is open.", "Remove it, or put the value in quotes."),
    "colon-in-value": (
        "A second `: ` stands on this line, inside the value of {key}.",
        "Put the value in quotes, or begin a new line for a new key.",
    ),
    "comma": ("A value is missing at this comma.", "Remove the comma, or put the value in quotes."),
    "dash-after-key": (
        "A list written with `-` cannot begin on the line of its key.",
        "Begin the list on the next line, or write it as `[a, b]`.",
    ),
    "deeper": (
        "{key} is indented deeper than its neighbours, below a key that has a value already.",
        "Let it begin in the same column as the key above.",
    ),
    "directive": ("{found} is not a directive that dashgen knows.", "Remove the line."),
    "escape": (
        "{found} is not an escape that YAML knows.",
        "Write a backslash in double quotes as `\\\\`, or use single quotes.",
    ),
    "indentation": (
        "The indentation of this line fits nothing above it.",
        "Let all entries of a list or mapping begin in the same column.",
    ),
    "long-key": ("{key} is too long for a key.", "Put a line break after the colon that was meant, or use quotes."),
    "mixed": (
        "A list entry and a key stand side by side in the same block.",
        "Indent what belongs to the line above; a block is either a list or a mapping.",
    ),
    "no-colon": ("{key} has no colon after it.", "Write `key: value`."),
    "no-separator": ("Between `{open}` and `{close}` a comma is missing here.", "Write `{close}` or a comma."),
    "no-space": ("The colon after {key} is not followed by a space.", "Write {fixed}."),
    "other": ("The YAML breaks off here: {problem}.", "Check quotes, brackets and indentation on this line."),
    "reserved": ("No value can begin with {mark} in YAML.", "Put the value in quotes."),
    "tab": ("A tab is used for indentation.", "Indent with spaces; YAML allows no tabs here."),
    "unclosed-bracket": ("`{open}` is not closed with `{close}`, or a comma is missing.", "Add `{close}`."),
    "unclosed-quote": ("The quote that opens here is never closed.", "Close it with {mark}."),
}
"""The commonest mistakes of writing: what is said and the help, filled with what was found."""


def yaml_syntax(at: At, mistake: str, **found: str) -> Diagnostic:
    """The text of a document is not well-formed YAML."""
    message, help = SYNTAX[mistake]
    return Diagnostic("yaml-syntax", message.format(**found), at, help.format(**found))


def yaml_tag(at: At, tag: str) -> Diagnostic:
    """A document uses a YAML tag."""
    return Diagnostic("yaml-tag", f"The tag {tick(tag)} is not allowed.", at, "Remove it; to make text, use quotes.")


def several_documents(at: At) -> Diagnostic:
    """A file contains more than one YAML document."""
    message = "A second document begins here; a file holds one."
    return Diagnostic("several-documents", message, at, "Move what follows into a file of its own.")


def duplicate_key(at: At, key: str, first_line: int) -> Diagnostic:
    """A key stands twice in the same mapping."""
    message = f"The key {tick(key)} is already given on line {first_line}."
    return Diagnostic("duplicate-key", message, at, "Keep one of the two.")


def merge_key(at: At) -> Diagnostic:
    """A document uses the merge key of YAML 1.1."""
    message = "The merge key `<<` belongs to YAML 1.1; dashgen reads YAML 1.2, which has none."
    return Diagnostic("merge-key", message, at, "Write the keys out, or share the widget under `components:`.")


def key_not_text(at: At, found: str) -> Diagnostic:
    """A key is a number, a truth value, a collection, an alias or missing."""
    quoted = f'Put it in quotes: `"{found}"`.' if re.fullmatch(r"[\w.+-]{1,40}|~", found) else None
    message = f"A key must be text; {tick(found) if quoted else found or 'nothing'} was found."
    return Diagnostic("key-not-text", message, at, quoted or "Write the key out as text.")


def nested_too_deep(at: At, limit: int) -> Diagnostic:
    """Lists and mappings are nested deeper than dashgen reads."""
    return Diagnostic("nested-too-deep", f"The nesting is deeper than {limit} levels here.", at, "Flatten it.")


def too_many_values(at: At, limit: int) -> Diagnostic:
    """A document has more values than dashgen reads."""
    message = f"The document has more than {limit:,} values."
    return Diagnostic("too-many-values", message, at, "Split it, or check that it is a dashboard and not data.")


def alias_bomb(at: At, alias: str, limit: int) -> Diagnostic:
    """Aliases expand to more values than dashgen reads."""
    message = f"With the alias {tick('*' + alias)} expanded, the document has more than {limit:,} values."
    return Diagnostic("alias-bomb", message, at, "Use fewer aliases.")


def recursive_alias(at: At, alias: str) -> Diagnostic:
    """An alias stands inside the value that it names."""
    message = f"The alias {tick('*' + alias)} stands inside its own anchor {tick('&' + alias)}."
    return Diagnostic("recursive-alias", message, at, "Write the value out.")


def unknown_alias(at: At, alias: str, anchors: Iterable[str]) -> Diagnostic:
    """An alias has no anchor before it."""
    message = f"The alias {tick('*' + alias)} has no anchor {tick('&' + alias)} before it."
    help = did_you_mean(alias, anchors, "Define the anchor above, or put the text in quotes.")
    return Diagnostic("unknown-alias", message, at, help)


# ---- schema ---------------------------------------------------------------------------------

# ---- names ----------------------------------------------------------------------------------

# ---- numbers --------------------------------------------------------------------------------

# ---- time -----------------------------------------------------------------------------------

# ---- data -----------------------------------------------------------------------------------


def missing_file(at: At, text: str, nearby: Sequence[str]) -> Diagnostic:
    """A source's path names no file."""
    here = f"Beside it are {listing(nearby)}." if len(nearby) > 1 else f"Beside it is {listing(nearby)}."
    other = here if nearby else "No file that can be read lies beside it; paths start from the project's folder."
    return Diagnostic("missing-file", f"No file matches {tick(text)}.", at, did_you_mean(text, nearby, other))


def unknown_format(at: At, name: str, suffixes: Sequence[str]) -> Diagnostic:
    """A source's file has an ending that dashgen does not read."""
    message = f"The ending of {tick(name)} names no known format; known are {listing(suffixes)}."
    return Diagnostic("unknown-format", message, at, "Rename the file, or convert it; `.gz` and `.zst` may follow.")


def mixed_formats(at: At, formats: Sequence[str]) -> Diagnostic:
    """The files of one source have different formats."""
    message = f"The files of one source must have one format; {listing(formats)} were found."
    return Diagnostic("mixed-formats", message, at, "Make the pattern narrower, or use a source for each format.")


def database_without_table(at: At) -> Diagnostic:
    """A database file is read without saying which table."""
    message = "A database file holds several tables; `table:` must name one."
    return Diagnostic("database-without-table", message, at, "Add `table:` beside `path:`.")


def unreadable_source(at: At, names: Sequence[str], sentence: str) -> Diagnostic:
    """The engine cannot read a source's files."""
    message = f"{listing(names, limit=3)} cannot be read: {sentence}."
    return Diagnostic("unreadable-source", message, at, "Check that the content is what the file's ending says.")


def bad_sql(at: At, text: str, sentence: str) -> Diagnostic:
    """A field is mapped to an expression that the engine refuses."""
    message = f"{tick(text)} is no column and no expression over columns: {sentence.rstrip('.')}."
    return Diagnostic("bad-sql", message, at, 'Name a column, or write SQL; put an unusual column name in "quotes".')


def not_a_row_expression(at: At, part: str) -> Diagnostic:
    """A field is mapped to an expression that looks at more than one row."""
    message = f"{tick(part)} is not allowed here: a field is computed from the columns of its own row."
    return Diagnostic("not-a-row-expression", message, at, "Use columns, operators and functions of single values.")


def missing_column(at: At, name: str, source: str, columns: Sequence[str]) -> Diagnostic:
    """A field is mapped to a column that the source does not have."""
    message = f"The source {tick(source)} has no column {tick(name)}; it has {listing(columns)}."
    return Diagnostic("missing-column", message, at, did_you_mean(name, columns))


def source_without_time(at: At, source: str, columns: Sequence[str]) -> Diagnostic:
    """A source does not say when its events happened."""
    message = f"The source {tick(source)} has no column `time`; it has {listing(columns)}."
    found = near("time", columns) or next((c for c in columns if _plain(c) in _TIMES), None)
    return Diagnostic("source-without-time", message, at, f"Map it: `fields: {{time: {found or 'COLUMN'}}}`.")


_TIMES = frozenset({"ts", "timestamp", "datetime", "date", "created", "created_at", "start_time", "starttime", "at"})


def wrong_field_type(at: At, field: str, found_type: str, expected: str) -> Diagnostic:
    """A field is mapped to a column of a type that it cannot be read from."""
    message = f"The field {tick(field)} comes from a column of type {tick(found_type)}; {expected} is needed."
    return Diagnostic("wrong-field-type", message, at, "Map another column, or convert it with an expression.")


def source_failed(at: At, source: str, sentence: str) -> Diagnostic:
    """A source fails while it is read."""
    message = f"The source {tick(source)} failed: {sentence}."
    return Diagnostic("source-failed", message, at, "With `on_error: show` its widgets state the failure instead.")


def missing_field(at: At, lacks: Sequence[str], source: str, have: Sequence[str]) -> Diagnostic:
    """A widget needs fields that its source does not have."""
    fields = [name for name in have if name != "prices"]
    message = f"The source {tick(source)} has no {listing(lacks, last='or')}; it has {listing(fields)}."
    prices = " or give `prices:`" if {"cost", "prices"} & {*lacks} else ""
    help = f"Map it under the source's `fields:`{prices}, or say `if_missing: hide`."
    return Diagnostic("missing-field", message, at, help)


# ---- project --------------------------------------------------------------------------------

# ---- advice ---------------------------------------------------------------------------------
