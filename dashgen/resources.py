"""Where the files that ship beside the code lie: `schemas/`, `themes/`, and `dashboards/` inside the package."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The shipped folder `name`: inside the package when installed, beside it in a checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


@cache
def schema(name: str) -> dict[str, Any]:
    """A JSON Schema of the language, as its file has it: `dashboard`, `widgets/card`."""
    text = (folder("schemas") / f"{name}.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def dashboard(name: str) -> Path:
    """A dashboard that ships with the program: `overview` is what `@overview` names."""
    return _PACKAGE / "dashboards" / f"{name}.yaml"


def dashboards() -> tuple[str, ...]:
    """Names of the shipped dashboards, sorted."""
    return tuple(sorted(path.stem for path in (_PACKAGE / "dashboards").glob("*.yaml")))


def is_shipped(file: Path | None) -> bool:
    """Whether a dashboard's file came with the program: its author is not its user."""
    return file is not None and file.resolve().parent == _PACKAGE / "dashboards"


def themes() -> tuple[str, ...]:
    """Names of the shipped themes, sorted."""
    return tuple(sorted(path.stem for path in folder("themes").glob("*.yaml")))
