"""Names of values: equal for what is equal, different for what differs, and never made of what they do not know."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import Enum
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from dashgen import project
from dashgen.digest import digest


@dataclass(frozen=True)
class Point:
    x: int
    y: Any = None
    at: object = field(default=None, compare=False)


@dataclass(frozen=True)
class Other:
    x: int
    y: Any = None


class Side(Enum):
    LEFT = 1
    RIGHT = 2


DIFFERENT = [
    *(None, True, 1, 1.0, "1", b"1", 0, False, "", b"", (), {}, frozenset()),
    *(("a", "b"), ("ab",), ("a,b",), (("a",), "b"), ("a", ("b",)), ["a", "b", ""]),
    *({"a": 1}, {"a": 2}, {"b": 1}, {"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": {"b": 2}}),
    *(frozenset({"a"}), frozenset({"a", "b"}), frozenset({("a", "b")})),
    *(date(2026, 1, 2), datetime(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02"),
    *(Point(1), Point(2), Point(1, 2), Other(1), Point(1, Other(1)), Side.LEFT, Side.RIGHT, float("nan"), -0.0, 0.0),
]


def test_what_differs_has_different_names() -> None:
    names = [digest(value) for value in DIFFERENT]
    same = [(DIFFERENT[a], DIFFERENT[b]) for a, b in combinations(range(len(names)), 2) if names[a] == names[b]]
    assert same == []


def test_what_is_equal_has_one_name() -> None:
    assert digest(["a", 1]) == digest(("a", 1))
    assert digest(Point(1, at=object())) == digest(Point(1))
    assert digest({"a", "b", "c"}) == digest({"c", "b", "a"})


def test_several_values_are_not_one() -> None:
    assert digest("a", "b") != digest("ab")
    assert digest(("a", "b")) != digest("a", "b")


def test_what_has_no_name_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no name"):
        digest([1, object()])


def test_names_are_the_same_in_every_process() -> None:
    code = "from dashgen.digest import digest; print(digest({'a', 'b', 'c'}, {'x': (1, None)}))"
    seeds = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent,
        ).stdout
        for seed in ("1", "2")
    ]
    assert seeds[0] == seeds[1] == digest({"a", "b", "c"}, {"x": (1, None)}) + "\n"


def test_where_something_is_written_is_in_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole project and its dashboards have names; comments and empty lines do not change them."""
    monkeypatch.chdir(Path(__file__).parent.parent / "examples")
    first = project.read([])
    assert first.project is not None
    text = Path("dashboards/production.yaml").read_text("utf-8")
    (tmp_path / "production.yaml").write_text("# moved\n\n" + text, "utf-8")
    for part in ("dashgen.yaml", *(path.name for path in Path().glob("*.yaml"))):
        (tmp_path / part).write_text(Path(part).read_text("utf-8"), "utf-8")
    for part in (path for path in Path().iterdir() if path.is_dir() and path.name not in ("dashboards", "servers")):
        (tmp_path / part.name).symlink_to(part.resolve())
    monkeypatch.chdir(tmp_path)
    moved = project.read(["production.yaml"]).dashboards[0]
    [same] = [one for one in first.dashboards if one.id == moved.id]
    assert digest(moved) == digest(same)
    assert digest(replace(moved, title="Another")) != digest(same)
    assert len({digest(one) for one in first.dashboards}) == len(first.dashboards)
    digest(first.project)
