"""Files that hold what is expected."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class Golden:
    update: bool = False

    def check(self, path: Path, made: str) -> None:
        """Fail with a diff where `path` holds something else, and leave what was made beside it as `.actual`."""
        actual = path.with_name(path.name + ".actual")
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made, encoding="utf-8")
        kept = path.read_text(encoding="utf-8") if path.is_file() else ""
        if kept == made:
            actual.unlink(missing_ok=True)
            return
        actual.write_text(made, encoding="utf-8")
        changed = difflib.unified_diff(kept.splitlines(), made.splitlines(), path.name, actual.name, lineterm="", n=2)
        pytest.fail("\n".join([*list(changed)[:60], "--update-golden accepts the change"]), pytrace=False)
