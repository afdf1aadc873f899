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
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from dashgen.diagnostics import At, Diagnostic

# ---- helpers --------------------------------------------------------------------------------

_LONGEST = 60
_MOST_CANDIDATES = 1000
"""Among more than these a near name takes too long to look for: a document may hold thousands of mistakes."""


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
    given = [*names]
    shown = given[:limit] if len(given) > limit + 1 else given
    ticked = [tick(name) for name in shown]
    if len(shown) < len(given):
        return f"{', '.join(ticked)} and {len(given) - limit} more"
    if len(ticked) < 2:
        return "".join(ticked)
    return f"{', '.join(ticked[:-1])} {last} {ticked[-1]}"


def near(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `name` probably meant: other case or dashes, a typing mistake, or a part of just one."""
    others = set(candidates) - {name}
    if not 0 < len(name) <= _LONGEST or len(others) > _MOST_CANDIDATES:
        return None
    plain = _plain(name)
    spelled: dict[str, str] = {}
    for candidate in sorted(others):
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
    message = f"The file has {size:,} bytes; at most {limit:,} are read."
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
    "dash": ("The dash is not followed by a space.", "Write {fixed}."),
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
    "half-character": ("{found} is no character.", "Write the character itself, or `\\U0001F600` with eight digits."),
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
    "no-key": ("A key is missing before this colon.", "Write `key: value`, or put the value in quotes."),
    "no-separator": ("Between `{open}` and `{close}` a comma is missing here.", "Write `{close}` or a comma."),
    "no-space": ("The colon after {key} is not followed by a space.", "Write {fixed}."),
    "other": ("The YAML breaks off here: {problem}.", "Check quotes, brackets and indentation on this line."),
    "quote-over-lines": (
        "The quote that opens here is closed only on line {line}, and text follows it there.",
        "Close it where the value ends.",
    ),
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
    return Diagnostic("duplicate-key", message, at, _glued_dash({key: None}) or "Keep one of the two.")


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

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_TRUTHS = {"yes": "true", "y": "true", "on": "true", "no": "false", "n": "false", "off": "false"}


def newer_version(at: At, found: int, known: int) -> Diagnostic:
    """A document is written in a later version of the language."""
    message = f"Version {found} of the language needs a newer dashgen; this one reads version {known}."
    return Diagnostic("newer-version", message, at, "Upgrade with `pip install -U dashgen-compiler`.")


def older_version(at: At, found: int, known: int) -> Diagnostic:
    """A document is written in an earlier version of the language."""
    message = f"Version {found} of the language is older than version {known}."
    return Diagnostic("older-version", message, at, "Rewrite the file with `dashgen migrate`.")


def unknown_key(at: At, key: str, allowed: Iterable[str]) -> Diagnostic:
    """A key is not part of the language where it stands."""
    names = [*allowed]
    verb = "is" if len(names) == 1 else "are"
    message = f"{tick(key)} is not known here; allowed {verb} {listing(names, limit=30)}."
    return Diagnostic("unknown-key", message, at, did_you_mean(key, names, "Remove it."))


def missing_key(at: At, owner: str, keys: Sequence[str], because: str | None = None) -> Diagnostic:
    """A key that is needed is not given. One of `keys` is enough."""
    reason = f" beside {tick(because)}" if because else ""
    message = f"{owner} needs {listing(keys, last='or')}{reason}."
    return Diagnostic("missing-key", message, at, f"Add `{keys[0]}:`.")


def conflicting_keys(at: At, key: str, other: str) -> Diagnostic:
    """Two keys that exclude each other are both given."""
    message = f"{tick(key)} cannot stand beside {tick(other)}."
    return Diagnostic("conflicting-keys", message, at, "Keep one of the two.")


def wrong_type(at: At, found: Any, written: str | None, allowed: Iterable[str], help: str | None = None) -> Diagnostic:
    """A value is of another type than its key takes: `allowed` has JSON Schema's names of types."""
    known = {*allowed}
    shown = known - {"integer"} if "number" in known else known
    needed = [words for name, words in _TYPES.items() if name in shown]
    options = f"{', '.join(needed[:-1])} or {needed[-1]}" if len(needed) > 1 else "".join(needed)
    message = f"{_found(found, written)} was found; {options} is needed."
    return Diagnostic("wrong-type", message, at, help or _another_type(found, written or "", known))


def _found(value: Any, written: str | None) -> str:
    match value:
        case str() if value:
            return f"The text {tick(value)}"
        case int() | float() if not isinstance(value, bool):
            return f"The number {tick(written or value)}"
    found = what(value)
    return found[0].upper() + found[1:]


def _another_type(found: Any, written: str, allowed: set[str]) -> str | None:
    """What to write instead, where the value tells."""
    match found:
        case str() | dict() if "array" in allowed and (dash := _glued_dash(found)):
            return dash
        case str() if "boolean" in allowed and found.casefold() in _TRUTHS:
            return f"In YAML 1.2 {tick(found)} is text; write `{_TRUTHS[found.casefold()]}`."
        case str() if _unquoted(found) & allowed:
            return f"Remove the quotes: {tick(found)}."
        case str() | int() | float() if allowed == {"array"}:
            return f"Write it as a list: {tick(f'[{written}]')}."
        case int() | float() if allowed <= {"string", "null"} and math.isfinite(found):
            quoted = f'"{written}"'
            return f"Put it in quotes: {tick(quoted)}."
        case [str(only)] if "string" in allowed:
            return f"Remove the brackets: {tick(only)}."
        case None:
            return "Write a value after the colon, or remove the key."
    return None


def _glued_dash(found: str | Mapping[str, Any]) -> str | None:
    """What was meant as a list, as `-model` or `-type: card`."""
    first = found if isinstance(found, str) else next(iter(found), "")
    word = re.match(r"-([A-Za-z_]\w*)", first)
    if word is None:
        return None
    return f"Write a space after each dash: {tick('- ' + word[1] + ('' if isinstance(found, str) else ': …'))}."


def _unquoted(text: str) -> set[str]:
    """The types that the text would have without its quotes."""
    if text in ("true", "false"):
        return {"boolean"}
    if re.fullmatch(r"-?[0-9]+", text):
        return {"number", "integer"}
    return {"number"} if re.fullmatch(r"-?[0-9]*\.[0-9]+", text) else set()


def not_one_of(at: At, found: Any, written: str | None, allowed: Sequence[Any]) -> Diagnostic:
    """A value is none of the few that its key takes."""
    if isinstance(found, str) and any(found == str(value) for value in allowed if type(value) is int):
        message = f"The text {tick(found)} was found; the number {tick(found)} is needed."
        return Diagnostic("not-one-of", message, at, f"Write it without quotes: {tick(found)}.")
    names = [value if isinstance(value, str) else what(value).strip("`") for value in allowed]
    text = tick(written) if written else what(found)
    options = f"only {tick(names[0])} is allowed" if len(names) == 1 else f"allowed are {listing(names)}"
    help = did_you_mean(found, names) if isinstance(found, str) else None
    return Diagnostic("not-one-of", f"{text[0].upper() + text[1:]} is not known here; {options}.", at, help)


def unknown_widget(at: At, found: str, allowed: Iterable[str]) -> Diagnostic:
    """A widget has a type that does not exist."""
    names = [*allowed]
    message = f"There is no widget of type {tick(found)}; there are {listing(names)}."
    return Diagnostic("unknown-widget", message, at, did_you_mean(found, names))


def out_of_range(at: At, written: str, bound: str) -> Diagnostic:
    """A number is too small or too large for its key: `bound` is "at least 1"."""
    return Diagnostic("out-of-range", f"{tick(written)} is out of range; it must be {bound}.", at)


def empty_value(at: At, found: Any) -> Diagnostic:
    """A text, list or mapping is empty where something is needed."""
    text = what(found)
    return Diagnostic("empty-value", f"{text[0].upper() + text[1:]} stands here.", at, "Fill it or remove the key.")


def repeated_item(at: At, written: str) -> Diagnostic:
    """A value stands twice in the same list."""
    return Diagnostic("repeated-item", f"{tick(written)} stands in this list twice.", at, "Remove one of the two.")


def wrong_form(
    at: At, found: str, noun: str, forms: str, meant: str | None = None, candidates: Iterable[str] = ()
) -> Diagnostic:
    """A text does not have the form that its key takes: `forms` is a sentence with examples."""
    article = "an" if noun[0] in "aeiou" else "a"
    message = f"{tick(found) if found else 'Empty text'} is not {article} {noun}."
    help = f"did you mean {tick(meant)}?" if meant else did_you_mean(found, candidates, forms)
    return Diagnostic("wrong-form", message, at, help)


def unknown_unit(at: At, unit: str, allowed: Iterable[str]) -> Diagnostic:
    """A number has a unit that does not exist."""
    names = [*allowed]
    message = f"The unit {tick(unit)} is not known; allowed are {listing(names)}."
    meant = _UNITS.get(unit.casefold())
    help = f"did you mean {tick(meant)}?" if meant else did_you_mean(unit, names)
    return Diagnostic("unknown-unit", message, at, help)


_UNITS = {"sec": "s", "secs": "s", "second": "s", "seconds": "s", "m": "min", "mins": "min", "minute": "min"}
_UNITS |= {"minutes": "min", "hr": "h", "hour": "h", "hours": "h", "msec": "ms", "millis": "ms", "percent": "%"}


def unknown_timezone(at: At, name: str, known: Iterable[str]) -> Diagnostic:
    """A time zone is not in the IANA database."""
    message = f"{tick(name)} is not an IANA time zone."
    help = did_you_mean(name, known, "Write one like `Europe/Rome` or `UTC`.")
    return Diagnostic("unknown-timezone", message, at, help)


def unknown_locale(at: At, tag: str, known: Sequence[str]) -> Diagnostic:
    """A language tag means no locale of CLDR."""
    message = f"{tick(tag)} is not the tag of a language or locale."
    language, _, region = tag.partition("-")
    otherwise = f"did you mean {tick(language)}?" if region and language in known else "Write one like `en` or `pt-BR`."
    return Diagnostic("unknown-locale", message, at, did_you_mean(tag, known, otherwise))


def unknown_currency(at: At, code: str, known: Iterable[str]) -> Diagnostic:
    """A currency is not in ISO 4217."""
    message = f"{tick(code)} is not the ISO 4217 code of a currency."
    return Diagnostic("unknown-currency", message, at, did_you_mean(code, known, "Write one like `USD` or `EUR`."))


def impossible_date(at: At, text: str) -> Diagnostic:
    """A date or time does not exist in the calendar."""
    return Diagnostic("impossible-date", f"{tick(text)} is not in the calendar.", at, "Check month, day and time.")


def distant_date(at: At, text: str, first: int, last: int) -> Diagnostic:
    """A date lies outside the years that dashgen computes with."""
    return Diagnostic("distant-date", f"{tick(text)} is too far away; years {first} to {last} can be used.", at)


def backward_range(at: At, start: str, end: str) -> Diagnostic:
    """A range ends before it begins."""
    message = f"The range ends at {tick(end)}, before it begins at {tick(start)}."
    return Diagnostic("backward-range", message, at, "Swap `from` and `to`.")


def spans_nothing(at: At, text: str) -> Diagnostic:
    """A range ends at the instant at which it begins."""
    message = f"The range ends at {tick(text)}, where it begins: a time in `to` is not included."
    return Diagnostic("spans-nothing", message, at, "Write a later `to`.")


def long_range(at: At, text: str, years: int) -> Diagnostic:
    """A relative range is longer than any data."""
    return Diagnostic("long-range", f"{tick(text)} is longer than {years} years.", at, "Write a shorter range.")


def bad_bucket(at: At, text: str, help: str) -> Diagnostic:
    """A bucket's size does not fit evenly into an hour or a day."""
    return Diagnostic("bad-bucket", f"Buckets of {tick(text)} do not fit evenly into days.", at, help)


def too_many_decimals(at: At, written: str, most: int) -> Diagnostic:
    """A price is finer than a price can be."""
    message = f"{tick(written)} has more than {most} decimals."
    return Diagnostic("too-many-decimals", message, at, "Round it; prices are per million tokens.")


def duplicate_id(at: At, name: str, line: int) -> Diagnostic:
    """Two widgets of a dashboard have the same id."""
    message = f"The id {tick(name)} is already used on line {line}."
    return Diagnostic("duplicate-id", message, at, "Give one of the widgets another id.")


def duplicate_filter(at: At, name: str, line: int) -> Diagnostic:
    """A dimension is named twice in `filters:`."""
    message = f"The filter {tick(name)} is already given on line {line}."
    return Diagnostic("duplicate-filter", message, at, "Keep one of the two.")


def useless_filter_key(at: At, key: str) -> Diagnostic:
    """The filter `time_range` has a key that only filters of dimensions have."""
    help = "Set the dashboard's own `time_range:`." if key == "default" else "Remove it."
    return Diagnostic("useless-filter-key", f"The filter `time_range` takes no {tick(key)}.", at, help)


def unset_variable(at: At, name: str, known: Iterable[str] = ()) -> Diagnostic:
    """An environment variable that is needed is not set."""
    message = f"The environment variable {tick(name)} is not set."
    return Diagnostic("unset-variable", message, at, did_you_mean(name, known, f"Set it: `export {name}=…`."))


def malformed_variable(at: At, text: str) -> Diagnostic:
    """A `${` is not the beginning of a variable."""
    message = f"{tick(text)} is not a variable."
    return Diagnostic("malformed-variable", message, at, "Write `${NAME}`, or `$${` for a literal `${`.")


# ---- names ----------------------------------------------------------------------------------


def _unknown(code: str, kind: str, at: At, name: str, known: Iterable[str]) -> Diagnostic:
    names = list(known)
    otherwise = f"Known are {listing(names)}." if len(names) > 1 else f"Known is {listing(names)}."
    help = did_you_mean(name, names, otherwise if names else "There is none yet.")
    return Diagnostic(code, f"No {kind} is called {tick(name)}.", at, help)


def unknown_metric(at: At, name: str, metrics: Iterable[str]) -> Diagnostic:
    """A metric is named that neither the catalogue nor the project defines."""
    return _unknown("unknown-metric", "metric", at, name, metrics)


def metric_with_source(at: At, source: str, metric: str) -> Diagnostic:
    """A metric is named with its source outside an expression."""
    message = f"{tick(f'{source}.{metric}')} names a source, which only an expression can; here a metric is needed."
    own = f"`metrics: {{{source}_{metric}: {{expr: {source}.{metric}}}}}`"
    help = f"Write {tick(metric)} and `source: {source}` on the widget, or define {own}."
    return Diagnostic("metric-with-source", message, at, help)


def field_as_metric(at: At, name: str, metrics: Sequence[str]) -> Diagnostic:
    """A field stands where a metric is needed."""
    help = f"Metrics of it are {listing(metrics)}." if len(metrics) > 1 else f"A metric of it is {listing(metrics)}."
    otherwise = f"Define a metric: `metrics: {{{name}_average: {{average: {name}}}}}`."
    message = f"{tick(name)} is a field of single events; a metric is needed here."
    return Diagnostic("field-as-metric", message, at, help if metrics else otherwise)


def metric_as_field(at: At, name: str, fields: Iterable[str]) -> Diagnostic:
    """A metric stands where a field of single events is needed."""
    message = f"{tick(name)} is a metric, a number over many events; a field is needed here."
    return Diagnostic("metric-as-field", message, at, f"Fields are {listing(fields)}.")


def unknown_dimension(at: At, name: str, dimensions: Iterable[str]) -> Diagnostic:
    """A dimension is named that is neither built in nor the project's."""
    return _unknown("unknown-dimension", "dimension", at, name, dimensions)


def not_a_dimension(at: At, name: str, kind: str, dimensions: Iterable[str]) -> Diagnostic:
    """A metric or a measured field stands where a dimension is needed."""
    message = f"{tick(name)} is {kind}, not a dimension; nothing can be grouped by it."
    return Diagnostic("not-a-dimension", message, at, f"Dimensions are {listing(dimensions)}.")


def unknown_field(at: At, name: str, fields: Iterable[str]) -> Diagnostic:
    """A field is named that is neither built in nor the project's."""
    return _unknown("unknown-field", "field", at, name, fields)


def unknown_source(at: At, name: str, sources: Iterable[str]) -> Diagnostic:
    """A source is named that the project does not have."""
    return _unknown("unknown-source", "source", at, name, sources)


def unknown_theme(at: At, name: str, themes: Sequence[str]) -> Diagnostic:
    """A theme is named that does not ship with dashgen."""
    otherwise = f"Shipped are {listing(themes)}; a theme of your own is a file, `themes/own.yaml`."
    return Diagnostic("unknown-theme", f"No theme is called {tick(name)}.", at, did_you_mean(name, themes, otherwise))


def unknown_shipped_dashboard(at: At, name: str, shipped: Iterable[str]) -> Diagnostic:
    """A dashboard with `@` is named that does not ship with dashgen."""
    return _unknown("unknown-shipped-dashboard", "shipped dashboard", at, name, shipped)


def unknown_order(at: At, name: str, shown: Iterable[str], metrics: Iterable[str]) -> Diagnostic:
    """A widget is ordered by what is neither a metric nor one of its dimensions."""
    names = list(shown)
    message = f"{tick(name)} is neither a metric nor a dimension of this widget, so nothing can be ordered by it."
    help = did_you_mean(name, [*names, *metrics], f"Order by {listing(names, last='or')}.")
    return Diagnostic("unknown-order", message, at, help)


def unknown_advice(at: At, code: str, codes: Iterable[str]) -> Diagnostic:
    """What `allow:` names is no advice."""
    return _unknown("unknown-advice", "advice", at, code, codes)


def name_taken(at: At, name: str, by: str) -> Diagnostic:
    """A field or dimension is given a name that means something else already."""
    message = f"The name {tick(name)} is taken by {by}."
    return Diagnostic("name-taken", message, at, "Choose another name, and map it in the source's `fields:`.")


def reserved_name(at: At, name: str) -> Diagnostic:
    """A name is given that the language or its rows of data use for something else."""
    return Diagnostic("reserved-name", f"The name {tick(name)} is reserved.", at, "Choose another name.")


def duplicate_dashboard_id(at: At, id: str, other: str) -> Diagnostic:
    """Two dashboards of a project have the same id."""
    message = f"The id {tick(id)} is also that of {tick(other)}; a dashboard's id names its folder and its links."
    return Diagnostic("duplicate-dashboard-id", message, at, "Give one of them another `id:`.")


def reserved_id(at: At, id: str) -> Diagnostic:
    """A dashboard has an id that a built folder uses itself."""
    message = f"The id {tick(id)} is reserved: the built folder uses that name."
    return Diagnostic("reserved-id", message, at, "Choose another `id:`.")


# ---- numbers --------------------------------------------------------------------------------


def not_measured(at: At, name: str, key: str, fields: Iterable[str]) -> Diagnostic:
    """A dimension or a time stands where a measured field is needed."""
    message = f"{tick(name)} is not measured, so it has no {key}; it only tells events apart."
    help = f"Measured are {listing(fields)}; for how many values a dimension has, use `distinct:`."
    return Diagnostic("not-measured", message, at, help)


def no_distribution(at: At, name: str, fields: Iterable[str]) -> Diagnostic:
    """A percentile or a histogram of a count, which single events do not have."""
    message = f"{tick(name)} is counted over events, so single events have no distribution of it."
    return Diagnostic("no-distribution", message, at, f"Distributions have {listing(fields)}.")


def quantile_of_nothing(at: At) -> Diagnostic:
    """The quantile 0 is asked for."""
    message = "The quantile 0 is no rank; `q:` is above 0 and at most 1."
    return Diagnostic("quantile-of-nothing", message, at, "Use `min:` for the smallest value.")


def expression_syntax(at: At, found: str, expected: str) -> Diagnostic:
    """The arithmetic of a metric is malformed."""
    message = f"{found[:1].upper()}{found[1:]} was found where {expected} is expected."
    return Diagnostic("expression-syntax", message, at, "Write it like `(tokens - 10) / requests`.")


def metric_cycle(at: At, cycle: Sequence[str]) -> Diagnostic:
    """Metrics are defined by each other."""
    message = f"The metric is defined by itself: `{' → '.join(cycle)}`."
    return Diagnostic("metric-cycle", message, at, "Define one of them by a `sum:`, `count:` or another measure.")


def expression_too_large(at: At, name: str, limit: int) -> Diagnostic:
    """A metric stands on more numbers than dashgen computes with."""
    message = f"With everything that it stands on, {tick(name)} has more than {limit} terms or levels."
    return Diagnostic("expression-too-large", message, at, "Use a `sum:` of a field instead of adding metrics up.")


def division_by_zero(at: At) -> Diagnostic:
    """An expression divides by the number 0."""
    return Diagnostic("division-by-zero", "Division by 0 gives nothing.", at, "Divide by a metric or another number.")


def number_too_large(at: At) -> Diagnostic:
    """An expression contains a number beyond what is computed exactly."""
    message = "A number in the expression is too large; it must be at most 1e15."
    return Diagnostic("number-too-large", message, at, "Use a smaller number, and another unit.")


def unit_mismatch(at: At, verb: str, units: Sequence[str]) -> Diagnostic:
    """Numbers that count different things are added."""
    message = f"{listing(units)} are different units and cannot be {verb}."
    return Diagnostic("unit-mismatch", message, at, "Divide one by the other, or show each on its own.")


def sum_of_percentiles(at: At, left: str, right: str) -> Diagnostic:
    """Percentiles are added, which gives the percentile of nothing."""
    message = f"{tick(left)} and {tick(right)} are percentiles; their sum is the percentile of nothing."
    return Diagnostic("sum-of-percentiles", message, at, "Map their sum as a field and take its `quantile:`.")


def rate_of_ratio(at: At, unit: str, nature: str) -> Diagnostic:
    """A rate of what does not grow with time."""
    message = f"This metric is {nature}; it does not grow with time, so it has no rate per {unit}."
    return Diagnostic("rate-of-ratio", message, at, "Remove `per:`, or use it on a `sum:` or `count:`.")


def not_additive(at: At, metric: str, nature: str, picture: str, help: str) -> Diagnostic:
    """Parts are shown of a number whose parts do not add up."""
    message = f"{tick(metric)} is {nature}, whose parts do not add up to a whole; {picture} needs a number that does."
    return Diagnostic("not-additive", message, at, help)


def share_of_part(at: At, picture: str) -> Diagnostic:
    """Shares are shown of a whole whose rest is left out."""
    message = f"With `other: false` {picture} would show shares of a part as if it were the whole."
    return _advice("share-of-part", message, at, "Remove `other: false`.")


def counted_rows(at: At, name: str, source: str) -> Diagnostic:
    """A percentile or average of a source whose rows are counts of events."""
    message = f"Rows of {tick(source)} stand for many events, so {tick(name)} of single events is not known."
    return Diagnostic("counted-rows", message, at, "Use a source with a row per event, or remove its field `requests`.")


def threshold_without_direction(at: At, metric: str) -> Diagnostic:
    """Thresholds stand on a metric of which neither more nor less is bad."""
    message = f"{tick(metric)} says `better: neither`, so no value of it is bad and thresholds never trip."
    return Diagnostic("threshold-without-direction", message, at, "Define the metric with `better: lower` or `higher`.")


def threshold_order(at: At, metric: str, better: str) -> Diagnostic:
    """The warning lies beyond the critical threshold."""
    side = "below" if better == "lower" else "above"
    message = f"Of {tick(metric)} {better} is better, so `warning` must lie {side} `critical`; else it never shows."
    return Diagnostic("threshold-order", message, at, "Swap the two values.")


def quantity_unit_mismatch(at: At, written: str, name: str, unit: str) -> Diagnostic:
    """A quantity is written in a unit that the number is not counted in."""
    message = f"{tick(written)} does not fit {tick(name)}, which is {unit}."
    return Diagnostic("quantity-unit-mismatch", message, at, "Write a plain number in the metric's own unit.")


def unknown_condition(at: At, name: str, fields: Iterable[str]) -> Diagnostic:
    """A condition is on what events do not have."""
    return _unknown("unknown-condition", "dimension or field", at, name, fields)


def condition_on_time(at: At, name: str) -> Diagnostic:
    """A condition is on the time of events."""
    return Diagnostic("condition-on-time", f"{tick(name)} cannot stand in a `where:`.", at, "Use `time_range:`.")


def condition_type(at: At, name: str, found: Any, allowed: str) -> Diagnostic:
    """A condition's value has a type that the dimension never has."""
    digits = isinstance(found, str) and re.fullmatch(r"-?[0-9.]+|true|false", found)
    message = f"{tick(name)} can never be {what(found)}; it is {allowed}."
    return Diagnostic("condition-type", message, at, "Remove the quotes." if digits else None)


def text_comparison(at: At, name: str, allowed: str) -> Diagnostic:
    """Text, or a truth value, is compared by size."""
    message = f"{tick(name)} is {allowed} and cannot be greater or less than something."
    return Diagnostic("text-comparison", message, at, "Use a value, a list of values, `not` or `missing`.")


def unknown_value(at: At, name: str, value: str, values: Iterable[str]) -> Diagnostic:
    """A derived dimension is compared with a value that it never has."""
    known = list(values)
    message = f"{tick(name)} is never {tick(value)}; it is one of {listing(known, last='or')}."
    return Diagnostic("unknown-value", message, at, did_you_mean(value, known))


def empty_condition(at: At, name: str) -> Diagnostic:
    """Conditions contradict each other."""
    message = f"No {tick(name)} can meet these conditions together."
    return Diagnostic("empty-condition", message, at, "Check the bounds, or remove one of them.")


# ---- time -----------------------------------------------------------------------------------


def too_many_buckets(at: At, count: int, limit: int) -> Diagnostic:
    """A range has more time buckets than a chart can show."""
    message = f"The range has about {count:,} time buckets; at most {limit:,} can be shown."
    return Diagnostic("too-many-buckets", message, at, "Use a shorter `time_range:`, or for a line a larger `every:`.")


def history_too_short(at: At) -> Diagnostic:
    """The history does not reach back as far as the ranges that the page offers."""
    message = "`history` is shorter than this range, which the page could not show."
    return Diagnostic("history-too-short", message, at, "Make `history:` at least as long, or leave it out.")


def duplicate_range(at: At) -> Diagnostic:
    """A preset of the time filter is offered twice."""
    return Diagnostic("duplicate-range", "This range is offered already.", at, "Remove one of the two.")


def clock_outside_heatmap(at: At, name: str) -> Diagnostic:
    """Something other than a heatmap is grouped by the time of day or the day of the week."""
    message = f"{tick(name)} comes from the clock; only a heatmap has it, as `rows` or `columns`."
    return Diagnostic("clock-outside-heatmap", message, at, "Use a `heatmap`, or a `line` with `every: hour`.")


def time_as_group(at: At) -> Diagnostic:
    """Something is grouped by single instants."""
    message = "Every event has its own `time`, so nothing can be grouped by it."
    return Diagnostic("time-as-group", message, at, "Use a `line`; `every:` says how large its time buckets are.")


# ---- data -----------------------------------------------------------------------------------


def missing_file(at: At, text: str, nearby: Sequence[str]) -> Diagnostic:
    """A source's path names no file."""
    here = f"Beside it are {listing(nearby)}." if len(nearby) > 1 else f"Beside it is {listing(nearby)}."
    other = here if nearby else "No file that can be read lies beside it; paths start from the project's folder."
    return Diagnostic("missing-file", f"No file matches {tick(text)}.", at, did_you_mean(text, nearby, other))


def path_is_folder(at: At, text: str, inside: str) -> Diagnostic:
    """A source's path names a folder."""
    help = f"Say which files inside it: {tick(text.rstrip('/') + '/' + inside)}."
    return Diagnostic("path-is-folder", f"{tick(text)} is a folder; files are needed.", at, help)


def no_permission(at: At, name: str, *, is_folder: bool) -> Diagnostic:
    """A source's file or folder may not be read."""
    what, verb = ("folder", "looked into") if is_folder else ("file", "read")
    message = f"The {what} {tick(name)} may not be {verb} by the user who runs dashgen."
    return Diagnostic("no-permission", message, at, "Change its permissions, or name other files.")


def empty_data_file(at: At, name: str) -> Diagnostic:
    """A CSV file has no content."""
    message = f"The file {tick(name)} is empty: not even its columns have names."
    return Diagnostic("empty-data-file", message, at, "Fill it, or name other files.")


def headerless_file(at: At, name: str, line: str, columns: Sequence[str]) -> Diagnostic:
    """A CSV file does not begin with the names of its columns."""
    message = f"The first line of {tick(name)} reads as data: {tick(line)}."
    help = f"A CSV file begins with the names of its columns, {listing(columns)} among them: add that line."
    return Diagnostic("headerless-file", message, at, help)


def ragged_file(at: At, name: str, first: int, line: int, cells: int) -> Diagnostic:
    """A CSV file has lines with different numbers of cells."""
    message = f"Line {line} of {tick(name)} has {cells:,} {_cells(cells)}, its first line has {first:,}."
    return Diagnostic("ragged-file", message, at, "Give every line as many cells; quote those that hold a delimiter.")


def _cells(count: int) -> str:
    return "cell" if count == 1 else "cells"


def file_without_time(at: At, name: str, needed: Sequence[str], columns: Sequence[str]) -> Diagnostic:
    """One of a source's files lacks the column that says when its events happened."""
    message = f"The file {tick(name)} has no column {listing(needed)}, so no times; it has {listing(columns)}."
    return Diagnostic("file-without-time", message, at, "Rename its column, or make the pattern narrower.")


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


def missing_table(at: At, table: str, tables: Sequence[str]) -> Diagnostic:
    """A database file does not have the table that a source names."""
    have = f"it has {listing(tables)}" if tables else "it has none"
    return Diagnostic("missing-table", f"There is no table {tick(table)}; {have}.", at, did_you_mean(table, tables))


def unreadable_source(at: At, names: Sequence[str], sentence: str) -> Diagnostic:
    """The engine cannot read a source's files."""
    message = f"{listing(names, limit=3)} cannot be read: {sentence}."
    return Diagnostic("unreadable-source", message, at, "Check that the content is what the file's ending says.")


def bad_sql(at: At, text: str, sentence: str) -> Diagnostic:
    """A field is mapped to an expression that the engine refuses."""
    message = f"{tick(text)} is no column and no expression over columns: {sentence.rstrip('.')}."
    help = 'Name a column, or write SQL; put an unusual column name in "quotes".'
    if "VARCHAR" in sentence:
        help = "Say what a column of texts is to be read as: `CAST(column AS DOUBLE)`."
    return Diagnostic("bad-sql", message, at, help)


def not_a_row_expression(at: At, part: str) -> Diagnostic:
    """A field is mapped to an expression that looks at more than one row."""
    message = f"{tick(part)} is not allowed here: a field is computed from the columns of its own row."
    return Diagnostic("not-a-row-expression", message, at, "Use columns, operators and functions of single values.")


def missing_column(at: At, name: str, source: str, columns: Sequence[str]) -> Diagnostic:
    """A field is mapped to a column that the source does not have."""
    message = f"The source {tick(source)} has no column {tick(name)}; it has {listing(columns)}."
    return Diagnostic("missing-column", message, at, did_you_mean(name, columns))


def ambiguous_column(at: At, name: str, renamed: str) -> Diagnostic:
    """An expression names a column whose name differs from another's only in case."""
    message = f"Another column is called {tick(name)} but for upper and lower case; in an expression both are one."
    return Diagnostic("ambiguous-column", message, at, f"Write {tick(chr(34) + renamed + chr(34))} for this one.")


def source_without_time(at: At, source: str, columns: Sequence[str]) -> Diagnostic:
    """A source does not say when its events happened."""
    message = f"The source {tick(source)} has no column `time`; it has {listing(columns)}."
    found = near("time", columns) or next((c for c in columns if _plain(c) in _TIMES), None)
    return Diagnostic("source-without-time", message, at, f"Map it: `fields: {{time: {found or 'COLUMN'}}}`.")


_TIMES = frozenset({"ts", "timestamp", "datetime", "date", "created", "created_at", "start_time", "starttime", "at"})


def impossible_time(at: At, source: str, unit: str | None) -> Diagnostic:
    """Times of a source lie outside the calendar, or the newest too near to its ends to reckon from."""
    message = f"Times of {tick(source)} lie outside the calendar; the newest has to be of the years 201 to 9997."
    help = "Numbers are seconds since 1970 unless the source says otherwise: `units: {time: ms}`."
    return Diagnostic("impossible-time", message, at, _time_unit(unit) or help)


def _time_unit(unit: str | None) -> str | None:
    return f"If they are numbers of {_UNIT_WORDS[unit]} since 1970, say `units: {{time: {unit}}}`." if unit else None


_UNIT_WORDS = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}


def wrong_field_type(at: At, field: str, found_type: str, expected: str) -> Diagnostic:
    """A field is mapped to a column of a type that it cannot be read from."""
    message = f"The field {tick(field)} comes from a column of type {tick(found_type)}; {expected} is needed."
    return Diagnostic("wrong-field-type", message, at, "Map another column, or convert it with an expression.")


def unreadable_field(
    at: At, field: str, sentence: str, kind: str, column: str, place: tuple[str, int] | None = None
) -> Diagnostic:
    """Some rows hold what a field cannot be read from; `place` is the first of them, by file and number.

    `kind` is what is needed, a type of SQL; `column` is what the field is computed from.
    """
    first = f" The first such row is row {place[1]:,} of {tick(place[0])}." if place else ""
    message = f"The field {tick(field)} cannot be read in every row: {sentence}.{first}"
    if kind == "timestamptz":
        form = f"`strptime({column}, '%d.%m.%Y %H:%M')`"
        help = f"Times are written as `2025-06-12T10:30:00Z`; other forms need an expression like {form}."
    elif number := re.search(r"'[-+]?(\d[\d.]*,[\d.,]*\d)'", sentence):
        help = _with_commas(number[1], column)
    else:
        help = f"Map another column, or `try_cast({column} as {kind})`, which takes such values as missing."
    return Diagnostic("unreadable-field", message, at, help)


def _with_commas(number: str, column: str) -> str:
    """How to read such numbers: a comma may be the decimal point or part thousands, and 1,234 does not say which."""
    decimal = (
        f"If the comma is the decimal point, write `cast(replace({column}, ',', '.') as double)` for {tick(column)}"
    )
    apart = f"`cast(replace({column}, ',', '') as double)`"
    if re.fullmatch(r"[\d.]*\.[\d.]*,\d+", number):
        return f"Write `cast(replace(replace({column}, '.', ''), ',', '.') as double)` for {tick(column)}."
    if "." in number or number.count(",") > 1:
        return f"Write {apart} for {tick(column)}."
    return f"{decimal}; if it parts thousands, {apart}." if re.fullmatch(r"\d{1,3},\d{3}", number) else f"{decimal}."


def source_failed(at: At, source: str, sentence: str) -> Diagnostic:
    """A source fails while it is read."""
    message = f"The source {tick(source)} failed: {sentence}."
    return Diagnostic("source-failed", message, at, "With `on_error: show` its widgets state the failure instead.")


def missing_field(
    at: At,
    lacks: Sequence[str],
    source: str,
    have: Sequence[str],
    reader: str | None = None,
    columns: Sequence[str] = (),
) -> Diagnostic:
    """A widget needs fields that a source of it does not have. `reader` is the metric that brought the source."""
    fields = [name for name in have if name not in ("prices", "priced", "billed", "events")]
    named = f"The source {tick(source)}, which {tick(reader)} reads," if reader else f"The source {tick(source)}"
    message = f"{named} has no {listing(lacks, last='or')}; it has {listing(fields)}."
    prices = " or give `prices:`" if {"cost", "prices"} & {*lacks} else ""
    meant = next(((name, found) for name in lacks if (found := near(name, {*columns} - {*have}))), None)
    perhaps = f", perhaps `{meant[0]}: {meant[1]}`" if meant else ""
    help = f"Map it under the source's `fields:`{perhaps}{prices}, or say `if_missing: hide`."
    return Diagnostic("missing-field", message, at, help)


def undrawable_chart(at: At, widget: str, reason: str) -> Diagnostic:
    """The renderer cannot draw a widget's chart."""
    message = f"The chart of {tick(widget)} cannot be drawn: {reason}."
    help = "Change or remove the widget to build the others. No data should bring this about: please report it."
    return Diagnostic("undrawable-chart", message, at, help)


# ---- project --------------------------------------------------------------------------------


def unknown_source_type(at: At, name: str, types: Iterable[str]) -> Diagnostic:
    """A source's type is neither built in nor of an installed package."""
    return _unknown("unknown-source-type", "type of source", at, name, types)


def unknown_target_type(at: At, name: str, types: Iterable[str]) -> Diagnostic:
    """A target's type is neither built in nor of an installed package."""
    return _unknown("unknown-target-type", "type of target", at, name, types)


def page_address(at: At) -> Diagnostic:
    """A folder's address does not fit into a page's tags."""
    message = "A directory's `url:` stands in its pages: it begins with `https://` or `http://` and has no `${…}`."
    return Diagnostic("page-address", message, at)


def unknown_preset(at: At, name: str, presets: Iterable[str]) -> Diagnostic:
    """A source's preset is not known."""
    return _unknown("unknown-preset", "preset", at, name, presets)


def later_release(at: At, thing: str, instead: str) -> Diagnostic:
    """Something of the language is used that this release does not do yet."""
    return Diagnostic("later-release", f"{thing} come in a later release of dashgen.", at, instead)


def over_budget(
    at: At, budget: float, size: int, values: Mapping[str, int], counted: Collection[str] = ()
) -> Diagnostic:
    """What a page needs for its filters does not fit the dashboard's budget, whatever is folded.

    `counted`: what is counted value by value, since a least group allows no estimates.
    """
    message = (
        f"The numbers behind the filters of this dashboard take {size / 1e6:.2g} MB; `budget:` allows {budget:g} MB."
    )
    many = sorted(values, key=lambda name: (-values[name], name))[:4]
    told = ", ".join(f"{name} ({values[name]})" for name in many)
    help = (
        f"Values that are told apart: {told}. Take a dimension out of `filters:`, fold one with "
        "`{dimension: NAME, top: 20}`, offer fewer or shorter `time_ranges:`, or raise `budget:`."
    )
    if counted:
        help += (
            f" With `minimum_group` distinct values are never estimated: every {listing(sorted(counted))} is counted."
        )
    return Diagnostic("over-budget", message, at, help)


def no_source(at: At) -> Diagnostic:
    """A dashboard asks for numbers in a project without a source."""
    help = "Add `sources: {gateway: {type: files, path: data/*.parquet}}` to `dashgen.yaml`."
    return Diagnostic("no-source", "The project has no source that could answer this dashboard.", at, help)


def source_not_chosen(at: At, sources: Sequence[str]) -> Diagnostic:
    """A project has several sources, and nothing says which one answers."""
    message = f"The project has the sources {listing(sources)}; nothing says which one answers here."
    return Diagnostic("source-not-chosen", message, at, "Add `source:` to the project, the dashboard or the widget.")


def derived_field(at: At, name: str, fields: Sequence[str]) -> Diagnostic:
    """A source maps a field that is computed from others."""
    message = f"{tick(name)} is computed from other fields and cannot be mapped."
    return Diagnostic("derived-field", message, at, f"Map {listing(fields)}." if fields else "Remove it.")


def unit_of_no_duration(at: At, name: str, durations: Iterable[str]) -> Diagnostic:
    """A source gives a unit of time to a field that is no duration."""
    known = list(durations)
    message = f"{tick(name)} is no duration; units of time have {listing(known)}."
    otherwise = "Give it `unit: ms` in the project's `fields:` if it is one."
    return Diagnostic("unit-of-no-duration", message, at, did_you_mean(name, known, otherwise))


def unreadable_theme(at: At, name: str, sentence: str) -> Diagnostic:
    """A theme file, or its logo, cannot be used."""
    is_logo = name.endswith(".svg")
    message = f"The {'logo' if is_logo else 'theme'} {tick(name)} cannot be used: {sentence}."
    own = "A theme of your own says `extends: light` and names what differs."
    return Diagnostic("unreadable-theme", message, at, "A logo is an SVG file beside its theme." if is_logo else own)


def low_contrast(at: At, role: str, grounds: Sequence[tuple[str, float]], needed: float) -> Diagnostic:
    """A colour of a theme is too close to what it stands on."""
    pairs = ", ".join(f"{ratio:.2f} to 1 on {tick(ground)}" for ground, ratio in grounds)
    what = "text" if needed > 3 else "a mark"
    help = f"WCAG 2.2 AA asks {needed:g} to 1 of {what}: make one darker or the other lighter."
    return Diagnostic("low-contrast", f"The colour {tick(role)} has a contrast of only {pairs}.", at, help)


def overlapping_prices(at: At, model: str, line: int, document: str | None) -> Diagnostic:
    """Two prices of a model hold at the same time."""
    place = f"line {line} of {tick(document)}" if document else f"line {line}"
    message = f"The price of {tick(model)} on {place} holds for a part of this period, too."
    return Diagnostic("overlapping-prices", message, at, "End one with `to:` before the other begins with `from:`.")


def no_such_dashboard_file(at: At, pattern: str) -> Diagnostic:
    """A path of a project's dashboards names no file."""
    message = f"No dashboard matches {tick(pattern)}."
    return Diagnostic("no-such-dashboard-file", message, at, "Paths start from the folder of `dashgen.yaml`.")


def filter_without_default(at: At, key: str) -> Diagnostic:
    """A filter is locked or hidden without anything being selected."""
    message = f"`{key}: true` without a `default:` does nothing: every value stays selected."
    return Diagnostic("filter-without-default", message, at, "Add `default:`, or remove the filter.")


def mask_without_text(at: At, name: str) -> Diagnostic:
    """A dimension is masked whose values name nobody."""
    message = f"{tick(name)} has no texts that could be replaced by pseudonyms."
    return Diagnostic("mask-without-text", message, at, "Mask dimensions such as `user` and `api_key`.")


def small_groups(
    at: At, source: str, least: int, counts: Sequence[int], apart: Sequence[str], times: int
) -> Diagnostic:
    """However it is merged, a page tells apart fewer events than `minimum_group:` allows: groups of `counts`.

    `apart` are dimensions that have to stay apart.
    """
    many = f"{len(counts):,} groups" if len(counts) > 1 else "a group"
    few = f"fewer than {least} events of {tick(source)}"
    message = f"However it is merged, this dashboard tells apart {many} of {few}; the smallest has {counts[0]}."
    stretches = f"{times:,} stretches of time" if times > 1 else "one stretch of time"
    by = f"{stretches} and what conditions, defaults and counts say of {listing(apart)}" if apart else stretches
    help = (
        f"What is written stays as it is: {by}. Use a longer `every:`, fewer `time_ranges:` or such as are over "
        "(`last_week`), fewer conditions, or leave rare values out with the dashboard's `where:`."
    )
    return Diagnostic("small-groups", message, at, help)


def privacy_key(at: At, name: str, length: int, shortest: int) -> Diagnostic:
    """Masks need a secret from the environment, long enough that nobody finds it by trying."""
    found = f"has {length} bytes" if length else "is not set"
    message = f"Masks are keyed by the variable {tick(name)}, which {found}. It takes {shortest} bytes or more."
    help = f"Make one and keep it: `export {name}=$(openssl rand -hex 32)`. Another key gives other pseudonyms."
    return Diagnostic("privacy-key", message, at, help)


def records_refused(at: At) -> Diagnostic:
    """Single events are shown where privacy wants groups."""
    message = "`privacy: {minimum_group: …}` allows no single events, and records are single events."
    return Diagnostic("records-refused", message, at, "Show groups (`by:` and `metrics:`), or remove `minimum_group`.")


def series_equals_by(at: At, name: str) -> Diagnostic:
    """A widget is split by the dimension that it is grouped by."""
    message = f"The widget is already grouped by {tick(name)}."
    return Diagnostic("series-equals-by", message, at, "Remove `series:`, or use another dimension.")


def metrics_with_series(at: At) -> Diagnostic:
    """Several metrics are split by a dimension, so a colour would mean two things."""
    message = "Colours tell either several metrics or the values of `series:` apart, not both."
    return Diagnostic("metrics-with-series", message, at, "Use one metric, or remove `series:`.")


def rows_equal_columns(at: At, name: str) -> Diagnostic:
    """A heatmap has the same dimension twice."""
    message = f"Rows and columns are both {tick(name)}."
    return Diagnostic("rows-equal-columns", message, at, "Use two different dimensions, or a `bar`.")


def key_without_groups(at: At, key: str, needs: str) -> Diagnostic:
    """A widget ranks or folds groups that it does not have."""
    message = f"`{key}:` needs groups, and this widget has none without `{needs}:`."
    return Diagnostic("key-without-groups", message, at, f"Add `{needs}:`, or remove `{key}:`.")


def other_without_top(at: At) -> Diagnostic:
    """The rest is spoken of where nothing is left over."""
    message = "`other:` is about the rest that `top:` leaves over, and there is no `top:`."
    return Diagnostic("other-without-top", message, at, "Add `top:`, or remove `other:`.")


def stacked_without_parts(at: At) -> Diagnostic:
    """A widget is stacked that has nothing to stack."""
    message = "`stacked:` needs parts, and one metric without `series:` has none."
    return Diagnostic("stacked-without-parts", message, at, "Add `series:`, or remove `stacked:`.")


def compare_of_stack(at: At) -> Diagnostic:
    """The previous period is asked for beside a stack."""
    message = "A stack does not show the previous period; only `data.json` has it."
    return _advice("compare-of-stack", message, at, "Remove `compare:` or `stacked:`.")


def missing_include(at: At, name: str) -> Diagnostic:
    """A file of metrics or prices that the project names does not exist."""
    message = f"The file {tick(name)} does not exist."
    return Diagnostic("missing-include", message, at, "Paths start from the folder of `dashgen.yaml`.")


# ---- advice ---------------------------------------------------------------------------------


def _advice(code: str, message: str, at: At | None, help: str) -> Diagnostic:
    return Diagnostic(code, message, at, help, "warning")


def rows_without_time(at: At, source: str, rows: int) -> Diagnostic:
    """Rows of a source have no time: no range holds them."""
    which, have = (f"{rows:,} rows", "have") if rows > 1 else ("1 row", "has")
    message = f"{which} of {tick(source)} {have} no time; no range holds what has none."
    return _advice("rows-without-time", message, at, "Map `time` to a column that every row has.")


def empty_data_files(at: At, names: Sequence[str]) -> Diagnostic:
    """Some of a source's CSV files have no content."""
    are = "is" if len(names) == 1 else "are"
    message = f"{listing(names)} {are} empty: not even the columns have names."
    return _advice("empty-data-files", message, at, "Fill or remove such files; they were passed over.")


ABSENT_VALUE = "absent-value"


def absent_value(at: At | None, value: str, dimension: str, sources: Sequence[str], known: Iterable[str]) -> Diagnostic:
    """A condition, or a filter's default, names a value that no event has."""
    message = f"No event of {listing(sources, last='or')} has the {dimension} {tick(value)}."
    otherwise = "Check how it is written in the data; texts are compared letter by letter."
    return _advice("absent-value", message, at, did_you_mean(value, known) or otherwise)


def unused_price(at: At, model: str, source: str, others: Sequence[str], unpriced: Collection[str]) -> Diagnostic:
    """A price is for a model that no event has, while models that occur have no price."""
    also = f", nor {listing(others, last='or', limit=3)}" if others else ""
    message = f"No event of {tick(source)} has the model {tick(model)}{also}, for which there is a price."
    otherwise = f"Models without a price are {listing(sorted(unpriced), limit=5)}."
    return _advice("unused-price", message, at, did_you_mean(model, unpriced) or otherwise)


def unlikely_times(at: At, source: str, first: str, newest: str, unit: str | None) -> Diagnostic:
    """Times of a source are so long ago, or so far ahead, that their unit is probably another."""
    message = f"Times of {tick(source)} go from {first} to {newest}."
    help = "Check the column that `time` is mapped to, `units: {time: …}` and `origin:`."
    return _advice("unlikely-times", message, at, _time_unit(unit) or help)


def pie_slices(at: At, slices: int, most: int) -> Diagnostic:
    """A pie has more slices than can be told apart."""
    message = f"The pie has {slices:,} slices; more than {most} cannot be told apart."
    return _advice("pie-slices", message, at, f"Add `top: {most - 2}`, or use a `bar` with `horizontal: true`.")


def line_series(at: At, series: int, most: int) -> Diagnostic:
    """A line chart has more lines than can be told apart."""
    message = f"The chart has {series:,} lines; more than {most} cannot be told apart."
    return _advice("line-series", message, at, "Add `top: 8`, or use a `table` with `spark: true`.")


def long_title(at: At, length: int, most: int) -> Diagnostic:
    """A title is longer than its widget has room for."""
    message = f"The title has {length} characters; there is room for about {most}."
    return _advice("long-title", message, at, "Shorten it, and say the rest in `note:`; or make the widget wider.")


def idle_filter(at: At, name: str, why: str) -> Diagnostic:
    """A filter changes nothing on the page."""
    return _advice("idle-filter", f"The filter {tick(name)} changes nothing: {why}.", at, "Remove the filter.")


def idle_every(at: At, kind: str) -> Diagnostic:
    """A bucket size stands on a widget without a time axis."""
    message = f"A {tick(kind)} has no time axis, so `every:` changes nothing."
    return _advice("idle-every", message, at, "Remove it; for a course over time use a `line`.")


def changed_builtin(at: At, name: str, others: Sequence[str]) -> Diagnostic:
    """A metric of the project replaces a built-in one on which other built-in metrics stand."""
    message = f"{tick(name)} replaces the built-in metric, and {listing(others)} with it: they are computed from it."
    help = "Choose another name, or say `allow: [changed-builtin]` on the widgets that show the others."
    return _advice("changed-builtin", message, at, help)


def idle_source(at: At, read: Sequence[str]) -> Diagnostic:
    """A widget names a source that its metrics do not read."""
    message = f"The metrics of this widget have sources of their own, {listing(read)}; `source:` changes nothing."
    return _advice("idle-source", message, at, "Remove it, or define the metrics without `source:`.")


def unused_metric(at: At, name: str) -> Diagnostic:
    """A metric of the project is used nowhere."""
    message = f"The metric {tick(name)} is used by no dashboard and no other metric."
    return _advice("unused-metric", message, at, "Show it somewhere, or remove it.")


def same_question(at: At, kind: str, other: str, other_kind: str, line: int) -> Diagnostic:
    """Two widgets show the same numbers."""
    if kind == other_kind:
        message = f"This {kind} shows the same numbers as {tick(other)} on line {line}."
        return _advice("same-question", message, at, "Remove one of the two.")
    message = (
        f"This {kind} shows the numbers that the {other_kind} {tick(other)} on line {line} shows in another picture."
    )
    help = "Remove one of the two, or say `allow: [same-question]` if each picture tells something of its own."
    return _advice("same-question", message, at, help)


def short_data(at: At, start: str, first: str, newest: str | None = None) -> Diagnostic:
    """A range begins before the data does, or holds none of it: then `newest` says where the data ends."""
    if newest is None:
        message = f"The range begins on {start}, the data only on {first}."
        return _advice("short-data", message, at, "Use a shorter range; rates divide by the time that has data.")
    message = f"The range, which begins on {start}, holds no data: that goes from {first} to {newest}."
    return _advice("short-data", message, at, "Use a range, or an `as_of:`, that meets the data.")


def large_share(at: At, number: str, metric: str, meant: str) -> Diagnostic:
    """A threshold of a percentage is written as a large fraction."""
    message = f"{tick(metric)} is a fraction, so {tick(number)} means {meant}."
    return _advice("large-share", message, at, f"Write `{number}%`.")
