"""Pictures of widgets, and of whole pages where a browser is installed."""

from __future__ import annotations

import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from dashgen import browser, images
from dashgen.cli import main
from dashgen.render import Renderer
from tests.conftest import ROOT
from tests.test_pages import EVERY_KIND, HOSTILE, drawn

PRODUCTION = str(ROOT / "examples/dashboards/production.yaml")


def test_every_widget_with_numbers_is_a_picture() -> None:
    with Renderer() as renderer:
        board = drawn(renderer, EVERY_KIND)
        found = dict(images.widgets([board], "svg", renderer))
    shown = {name for name, one in board.widgets.items() if one.widget.type != "text"}
    assert {path.split("/")[-1].removesuffix(".svg") for path in found} == shown
    for content in found.values():
        root = ElementTree.fromstring(content)
        assert float(root.get("width", 0)) >= 300


def test_a_card_shows_its_value_and_a_table_its_rows() -> None:
    with Renderer() as renderer:
        board = drawn(renderer, EVERY_KIND)
        found = dict(images.widgets([board], "svg", renderer))
    texts = {path: "".join(ElementTree.fromstring(content).itertext()) for path, content in found.items()}
    card = next(one for one in board.widgets.values() if one.widget.type == "card")
    assert card.picture.figure
    assert card.picture.figure.values["shown"].text in texts[f"board/images/{card.widget.id}.svg"]
    table = next(one for one in board.widgets.values() if one.widget.type == "table")
    assert table.picture.figure
    for row in table.picture.figure.values["rows"]:
        assert row[0].text in texts[f"board/images/{table.widget.id}.svg"]


def test_hostile_names_stay_text() -> None:
    from tests.drawn import widget

    rows = [{"model": name, "cost": 1} for name in HOSTILE]
    with Renderer() as renderer:
        board = drawn(renderer, [(widget("table", by=("model",), metrics=("cost",)), rows)])
        (content,) = dict(images.widgets([board], "svg", renderer)).values()
    assert {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(content).iter()} <= {
        "svg", "rect", "text", "tspan", "path"
    }  # fmt: skip
    assert float(ElementTree.fromstring(content).get("width", 0)) < 1000


def test_png_and_pdf_are_what_they_say() -> None:
    with Renderer() as renderer:
        svg = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>'
        png, pdf = (renderer.convert("a", svg, style) for style in ("png", "pdf"))
    assert struct.unpack(">II", png[16:24]) == (60, 40)
    assert pdf.startswith(b"%PDF")


@pytest.mark.browser
@pytest.mark.parametrize(("style", "begins"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_a_whole_page_is_a_picture(style: str, begins: bytes, tmp_path: Path, chromium: object) -> None:
    done = CliRunner().invoke(main, ["build", PRODUCTION, "--image", style, "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    whole = (tmp_path / "out" / f"production.{style}").read_bytes()
    assert whole.startswith(begins)
    assert f'"path": "production.{style}"' in (tmp_path / "out/manifest.json").read_text()
    named = 'og:image" content="../production.png"' in (tmp_path / "out/production/index.html").read_text()
    assert named == (style == "png")
    if style == "png":
        width, height = struct.unpack(">II", whole[16:24])
        assert width == 1440
        assert height > 1000


def test_without_a_browser_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "find", lambda: None)
    done = CliRunner().invoke(main, ["build", PRODUCTION, "--image", "png", "-o", str(tmp_path / "out")])
    assert done.exit_code == 0
    assert "No Chromium is installed" in done.output
    assert not (tmp_path / "out/production.png").exists()
    assert (tmp_path / "out/production/images/line-cost.png").exists()
    assert "og:image" not in (tmp_path / "out/production/index.html").read_text()


def test_a_browser_that_dies_is_told(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(browser.BrowserError, match="ended"), browser.opened(str(program)):
        pass
