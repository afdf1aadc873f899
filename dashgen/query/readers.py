"""Files of each format as the FROM of a query in the embedded engine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from sqlglot import exp

from dashgen.sources.formats import File, keys

Option = bool | int | str | Mapping[str, str]

_OPTIONS: dict[str, dict[str, Option]] = {
    "parquet": {},
    # Only the delimiter is guessed. The engine would look at the first rows alone, take quotes that come later for
    # part of the text, and leave out rows that begin with what looks like the sign of a comment.
    "csv": {"all_varchar": True, "header": True, "skip": 0, "quote": '"', "escape": '"', "comment": ""},
    # All rows are looked at: a key that comes late would be left out, a late fraction rounded to an integer.
    "json": {"sample_size": -1},
}


def foreign_keys(files: Sequence[File]) -> set[str]:
    """Keys that the engine finds in folders above those that were written."""
    return {key for file in files for key in keys(PurePath(file.path))} - set(partitions(files))


def partitions(files: Sequence[File]) -> tuple[str, ...]:
    """Keys that every file's folders have."""
    found = {file.partitions for file in files}
    return found.pop() if len(found) == 1 else ()


def reader(files: Sequence[File], **more: Option) -> exp.Expr:
    """The engine's reader of these files, which have one format."""
    kind = files[0].format or ""
    options = {**_OPTIONS[kind], **more, "hive_partitioning": bool(partitions(files))}
    if partitions(files):
        # The texts of folders are taken as they are: `version=1.10` is no number.
        options["hive_types_autocast"] = False
    if len(files) > 1:
        # Files of one log may differ in their columns. For a single file it would only cost time.
        options["union_by_name"] = True
    names = exp.array(*(exp.Literal.string(pattern(file.path)) for file in files))
    settings = [exp.PropertyEQ(this=exp.to_identifier(name), expression=_value(v)) for name, v in options.items()]
    return exp.Anonymous(this=f"read_{kind}", expressions=[names, *settings])


def pattern(path: str) -> str:
    """A path as the engine, which takes every path for a pattern, must be told it."""
    return re.sub(r"[*?\[]", r"[\g<0>]", path)


def _value(value: Option) -> exp.Expr:
    if not isinstance(value, Mapping):
        return exp.convert(value)
    pairs = [exp.PropertyEQ(this=exp.Literal.string(k), expression=exp.Literal.string(v)) for k, v in value.items()]
    return exp.Struct(expressions=pairs)


_AS_WRITTEN = re.compile(r"(DATE|TIME|TIMESTAMP|UUID).*|JSON")


def kept_as_written(kinds: Mapping[str, str]) -> dict[str, str]:
    """Types that the JSON reader guessed, as it must be told them: what it guessed from texts stays text.

    `JSON` is its word for a column of several types, or of none.
    """
    return {name: "VARCHAR" if _AS_WRITTEN.fullmatch(kind) else kind for name, kind in kinds.items()}
