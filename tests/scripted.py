"""The page's evaluator, run by node without a page."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dashgen import runtime
from tests.conftest import unavailable

PARTS = ("zone", "cube", "formula", "held", "ranking", "bins", "evaluate")
_SCRIPT = Path(__file__).with_name("vectors") / "evaluate.mjs"


@cache
def source() -> str:
    return "".join(Path(runtime.__file__).with_name(f"{part}.js").read_text("utf-8") for part in PARTS)


def asked(content: Mapping[str, Any], asks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the evaluator answers over this content: for each of `asks` the range, the answers, the volumes."""
    node = shutil.which("node")
    if node is None:
        unavailable("there is no node", could_be_here=True)
    request = json.dumps({"source": source(), "content": content, "asks": asks})
    said = subprocess.run([str(node), str(_SCRIPT)], input=request, capture_output=True, text=True, encoding="utf-8")
    assert said.returncode == 0, said.stderr
    found: list[dict[str, Any]] = json.loads(said.stdout, parse_int=_number)
    return found


def _number(text: str) -> int | float:
    """The script writes the shortest digits that mean a number, also of an integer that is none of the safe ones."""
    return int(text) if abs(int(text)) <= 2**53 else float(text)


def same(a: Any, b: Any) -> bool:
    """The same JSON: keys in the same order, numbers equal to the last digit, truth values no numbers."""
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return isinstance(a, bool) == isinstance(b, bool) and a == b
