"""Projects that hide something, and what is read out of all that is made of them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dashgen import compiler, project
from dashgen.diagnostics import Diagnostic
from dashgen.explain import explanation
from dashgen.shipments import shipments
from tests.program import tree

KEY = "a secret of 24 bytes ..."
PROJECT = "version: 1\nsources: {gateway: {type: files, path: events.csv}}\n"

Row = dict[str, str]


def write(rows: Sequence[Mapping[str, str]], name: str = "events.csv") -> None:
    with open(name, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def build(**options: Any) -> dict[str, bytes]:
    built = compiler.build((), "dist", **options)
    assert built.is_fine, built.diagnostics
    return tree(Path("dist"))


def data(files: Mapping[str, bytes], name: str = "board") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files[f"{name}/data.json"])["widgets"]
    return found


def explain(*paths: str) -> str:
    with compiler.answered(project.read([*paths])) as (found, diagnostics):
        assert found is not None, diagnostics
        return explanation(found, shipments(found))


def said() -> list[Diagnostic]:
    with compiler.answered(project.read([])) as (_, diagnostics):
        return list(diagnostics)


def texts(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """What stands in each file, also as what scripts read out of it."""
    for path, content in files.items():
        text = content.decode("utf-8", "replace")
        yield path, text
        for handed in re.findall(r"JSON\.parse\('((?:[^'\\]|\\.)*)'\)", text):
            yield path, "\n".join(strings(json.loads(re.sub(r"\\(u[0-9a-f]{4}|.)", _unescaped, handed))))


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1][1:], 16)) if len(found[1]) > 1 else found[1]


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from value
            for one in value.values():
                yield from strings(one)
        case list():
            for one in value:
                yield from strings(one)


def cube(files: Mapping[str, bytes]) -> dict[str, Any]:
    (text,) = re.findall(r"JSON\.parse\('(.*)'\)", files["board/cube.js"].decode())
    found: dict[str, Any] = json.loads(re.sub(r"\\(u[0-9a-f]{4}|.)", _unescaped, text))
    return found
