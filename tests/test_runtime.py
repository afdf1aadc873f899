from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dashgen import runtime

NASTY: dict[str, Any] = {
    "__proto__": {"polluted": True},
    "values": [
        "</script><!--",
        "\u2028\u2029",
        "a\x00b",
        "'\\'\"`${1}\\u003c",
        "\u202e",
        "שלום",
        "x" * 10_000,
        None,
        0.1,
    ],
}


def test_every_part_is_joined_and_no_other_file_is_left() -> None:
    files = {path.stem for path in Path(runtime.__file__).parent.glob("*.js")}
    assert files == {*runtime.PARTS, "scheme"}


def test_the_scripts_ship_without_comments_and_margins() -> None:
    for script in (runtime.script(), runtime.head_script()):
        assert b'"use strict"' in script
        assert not re.search(rb"^\s*//|^[ \t]|\n\n", script, re.MULTILINE)


def test_the_content_of_a_page_can_stand_inside_a_page() -> None:
    script = runtime.page_script(NASTY).decode()
    assert "<" not in script
    assert not set("\u2028\u2029\x00") & set(script)
    assert script.count("\n") == 1


def test_half_a_character_is_what_data_json_makes_of_it() -> None:
    assert b"a?b" in runtime.page_script({"x": "a\ud800b"})


@pytest.mark.npm
def test_the_content_arrives_as_it_was() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node")
    code = "globalThis.dashgen = {open: (content) => process.stdout.write(JSON.stringify(content))};"
    script = code + runtime.page_script(NASTY).decode()
    said = subprocess.run([node, "-"], input=script, capture_output=True, text=True, encoding="utf-8", check=True)
    assert json.loads(said.stdout) == NASTY


def test_the_notice_has_the_licence_of_everything_in_a_bundle() -> None:
    notice = runtime.notice().decode()
    for name in (
        "vega-view",
        "vega-interpreter",
        "d3-array",
        "d3-geo",
        "internmap",
        "topojson-client",
        "ColorBrewer",
        "CLDR",
    ):
        assert name in notice
    for text in (
        "Redistribution and use",
        "Permission to use, copy",
        "Charles Karney",
        "TERMS AND CONDITIONS",
        "UNICODE LICENSE",
    ):
        assert text in notice
