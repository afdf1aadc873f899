"""Where a preview looks, and which changes there concern it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashgen import compiler
from dashgen.preview.places import Places, is_data, places
from tests.previewed import cards, project

THEME = "version: 1\ntitle: Ours\nextends: light\nlogo: looks/logo.svg\n"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project(tmp_path / "shop", cards=cards()))
    return tmp_path / "shop"


def looked_at(*paths: str) -> Places:
    return places(paths, compiler.validate(paths))


def test_a_project_is_looked_at_where_its_files_lie(shop: Path) -> None:
    found = looked_at()
    assert {Path(folder).relative_to(shop).as_posix() for folder in found.folders} == {".", "dashboards", "data"}
    assert {Path(file).relative_to(shop).as_posix() for file in found.files} == {
        "dashgen.yaml",
        "prices.yaml",
        "dashboards/cards.yaml",
        "data/requests.csv",
    }


def test_folders_inside_those_of_dashboards_are_looked_at_too(shop: Path) -> None:
    for name in ("team/a", ".hidden", "node_modules/x"):
        (shop / "dashboards" / name).mkdir(parents=True)
    names = {Path(folder).name for folder in looked_at().folders}
    assert {"team", "a"} < names
    assert not names & {".hidden", "node_modules", "x"}


def test_data_outside_of_the_project_are_looked_at_by_folder_and_pattern(shop: Path, tmp_path: Path) -> None:
    days = tmp_path / "lake/day=1"
    days.mkdir(parents=True)
    (shop / "data/requests.csv").rename(days / "rows.csv")
    written = (shop / "dashgen.yaml").read_text().replace("data/requests.csv", "../lake/**/*.csv")
    (shop / "dashgen.yaml").write_text(written)
    found = looked_at()
    assert {str(tmp_path / "lake"), str(days)} < found.folders
    assert found.concerns(str(days / "more.csv"))
    assert found.concerns(str(days))


def test_themes_and_their_logos_are_looked_at(shop: Path) -> None:
    (shop / "looks").mkdir()
    (shop / "looks/logo.svg").write_text(LOGO)
    (shop / "ours.yaml").write_text(THEME)
    (shop / "dashgen.yaml").write_text((shop / "dashgen.yaml").read_text() + "theme: ours.yaml\n")
    found = looked_at()
    assert {str(shop / "ours.yaml"), str(shop / "looks/logo.svg")} < found.files
    assert found.concerns(str(shop / "looks/logo.svg"))
    assert not found.concerns(str(shop / "looks/other.svg"))


def test_a_theme_that_is_broken_is_looked_at_where_it_lies(shop: Path) -> None:
    (shop / "looks").mkdir()
    (shop / "looks/ours.yaml").write_text("version: 1\ntitle: Ours\nextends: nothing\n")
    (shop / "dashgen.yaml").write_text((shop / "dashgen.yaml").read_text() + "theme: looks/ours.yaml\n")
    assert str(shop / "looks") in looked_at().folders


def test_of_paths_only_what_they_need_is_looked_at(shop: Path) -> None:
    (shop / "elsewhere").mkdir()
    (shop / "elsewhere/one.yaml").write_text(cards("One"))
    assert {Path(folder).name for folder in looked_at("elsewhere/one.yaml").folders} == {"shop", "elsewhere", "data"}


def test_a_folder_that_is_missing_is_awaited_where_it_will_appear(shop: Path) -> None:
    (shop / "dashboards/cards.yaml").rename(shop / "cards.yaml")
    (shop / "dashboards").rmdir()
    found = looked_at()
    assert str(shop) in found.folders
    (shop / "dashboards").mkdir()
    assert found.concerns(str(shop / "dashboards"))


def test_what_was_known_of_a_project_stays_while_it_is_broken(shop: Path) -> None:
    before = looked_at()
    (shop / "dashgen.yaml").write_text("version: [")
    after = places((), compiler.validate(), before)
    assert before.folders <= after.folders
    assert before.files <= after.files


@pytest.mark.parametrize(
    "name",
    [".cards.yaml.swp", "cards.yaml~", ".#cards.yaml", "4913", ".goutputstream-ABC", "cards.yaml.bak", ".git", "x.md"],
)
def test_what_editors_leave_beside_a_file_is_no_change(shop: Path, name: str) -> None:
    (shop / "dashboards" / name).touch()
    assert not looked_at().concerns(str(shop / "dashboards" / name))


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("a.parquet", True),
        ("a.CSV", True),
        ("a.jsonl.gz", True),
        ("a.duckdb.wal", True),
        ("a.yaml", False),
        ("a", False),
    ],
)
def test_data_are_told_by_their_names(name: str, holds: bool) -> None:
    assert is_data(f"/x/{name}") is holds
