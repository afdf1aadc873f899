"""Our charts in Vega-Lite and Vega as their authors publish them: valid, without a warning, without `eval`."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from dashgen import standalone
from dashgen.theme import load_theme
from dashgen.widgets import kind
from tests.chart_states import states
from tests.conftest import unavailable
from tests.drawn import answer, context

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def charts(built_examples: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Those of all examples, and one per state that data can put a chart in."""
    folder, theme = tmp_path_factory.mktemp("states"), load_theme("light")
    for name, state in states().items():
        shown = kind(state.widget.type).draw(state.widget, answer(state.rows, end=state.end), context())
        drawings = {name: (shown.chart, shown.frame)}
        if shown.narrow:
            drawings[f"{name}-narrow"] = (shown.narrow.spec, shown.narrow.frame)
        for file, (spec, frame) in drawings.items():
            assert spec is not None
            (folder / f"{file}.vl.json").write_text(json.dumps(standalone.specification(spec, frame, name, theme)))
    return sorted([*built_examples.glob("*/charts/*.vl.json"), *folder.glob("*.vl.json")])


def test_they_are_valid(charts: Sequence[Path]) -> None:
    schema = json.loads((files("altair.vegalite.v6.schema") / "vega-lite-schema.json").read_text("utf-8"))
    validator = Draft7Validator(schema)
    assert [file.name for file in charts if not validator.is_valid(json.loads(file.read_text("utf-8")))] == []


@pytest.mark.npm
def test_they_are_drawn_without_a_warning(charts: Sequence[Path]) -> None:
    told = _drawn(charts)
    assert [one["file"] for one in told] == [str(file) for file in charts]
    assert {one["file"]: one["said"] for one in told if one["said"]} == {}
    assert [one["file"] for one in told if one["broken"] or one["marks"] < 3] == []


@pytest.mark.npm
def test_a_warning_would_be_heard(tmp_path: Path) -> None:
    chart = {"data": {"values": [{"a": 1}]}, "mark": "bar", "encoding": {"x": {"field": "a", "type": "quantitative"}}}
    wrong = {**chart, "encoding": {"x": {**chart["encoding"]["x"], "scale": {"type": "log", "zero": True}}}}
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))
    (one,) = _drawn([tmp_path / "wrong.json"])
    assert one["said"]


def _drawn(charts: Sequence[Path]) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules/vega-lite").is_dir():
        unavailable("vega-lite is not installed (`make test` does)", could_be_here=node is not None)
    names = "\n".join(map(str, charts))
    done = subprocess.run([str(node), str(HERE / "draw.js")], input=names, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]
