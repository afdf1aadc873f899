"""The files of a build brought together: every part, an index of them, and a manifest that lists it all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashgen.parts import File, Part, fingerprint
from dashgen.program import installed

Bundle = Mapping[str, bytes]
"""Relative paths with forward slashes, in order."""

FORMAT = 1
GENERATOR = "dashgen"
MANIFEST = "manifest.json"

Index = Callable[[Sequence[Mapping[str, Any]], Mapping[str, Any]], bytes]
"""The index of these entries, with these links."""


def joined(parts: Sequence[Part], index: Index, images: Callable[[Bundle], Bundle] = lambda _: {}) -> Bundle:
    """Every file of a build, the same bytes for the same input. `images` makes more files of the others."""
    files = dict(file for part in parts for file in part)
    told = {path: one for part in parts for path, one in part.told.items()}
    if parts:
        files["index.html"] = index([part.entry for part in parts], parts[0].links)
    files = dict(sorted(({**files, **images(files)}).items()))
    return {**files, MANIFEST: json_bytes(_manifest(parts, files, told), indent=1)}


def _manifest(parts: Sequence[Part], files: Mapping[str, bytes], told: Mapping[str, File]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "generator": GENERATOR,
        "versions": _versions(parts),
        "dashboards": [part.manifest for part in parts],
        "exposure": {name: one for part in parts for name, one in part.exposure.items()},
        "files": [_file(path, told.get(path) or fingerprint(content)) for path, content in files.items()],
    }


def _file(path: str, told: File) -> dict[str, Any]:
    return {"path": path, "sha256": told[0], "size": told[1]}


def _versions(parts: Sequence[Part]) -> dict[str, str]:
    """Of everything that shapes the bytes."""
    return {
        "dashgen": installed("dashgen-compiler"),
        "catalogue": parts[0].versions["catalogue"] if parts else "",
        "cldr": ", ".join(sorted({part.versions["cldr"] for part in parts})),
        "vl-convert": installed("vl-convert-python"),
        "vega-lite": parts[0].versions["vega-lite"] if parts else "",
    }


def json_bytes(value: Any, indent: int | None = None) -> bytes:
    """Numbers in full precision; NaN is refused. Keys stay as they were made, in a fixed order."""
    separators = (",", ": ") if indent else (",", ":")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    return (text + "\n").encode("utf-8", "replace")
