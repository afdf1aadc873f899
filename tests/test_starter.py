from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

from dashgen import compiler
from dashgen.starter import start


def test_the_project_builds_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = start(tmp_path / "shop")
    assert {".gitignore", "dashgen.yaml", "prices.yaml", "dashboards/example.yaml"} < set(written)
    monkeypatch.chdir(tmp_path / "shop")
    built = compiler.build([], Path("dist"), strict=True)
    assert [d.message for d in built.diagnostics] == []
    widgets = json.loads(Path("dist/example/data.json").read_text())["widgets"]
    assert widgets
    assert all(shown["rows"] for shown in widgets.values())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "prices.yaml").write_text("mine")
    with pytest.raises(click.UsageError, match=r"has prices\.yaml already; nothing was written"):
        start(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["prices.yaml"]
    assert (tmp_path / "prices.yaml").read_text() == "mine"


def test_editors_find_the_schema_that_the_files_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = [tmp_path / name for name in start(tmp_path)]
    named = {file: re.findall(r"\$schema=(\S+)", file.read_text("utf-8")) for file in written if file.suffix == ".yaml"}
    schemas = {(file.parent / name).resolve() for file, names in named.items() for name in names}
    assert schemas == {tmp_path / ".dashgen/schema.json"}
    assert schemas <= set(written)
    monkeypatch.chdir(tmp_path)
    assert schemas.pop().read_text("utf-8") == compiler.schema() + "\n"


def test_what_is_built_is_kept_out_of_git(tmp_path: Path) -> None:
    start(tmp_path)
    ignored = (tmp_path / ".gitignore").read_text().split()
    assert ignored == ["/dist/", "/.dashgen/"]
