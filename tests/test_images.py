"""Pictures of widgets, and of whole pages where a browser is installed."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from dashgen import browser, compiler, images, measure
from dashgen.bundle import assemble
from dashgen.cli import main
from dashgen.draw import draw
from dashgen.render import Renderer
from dashgen.theme import load_theme
from dashgen.widgets.base import Answer
from tests.conftest import ROOT
from tests.drawn import LABELS, START, answer, context, dashboard, days, warning, widget
from tests.test_pages import EVERY_KIND, FACTS, HOSTILE, drawn

SVG = "{http://www.w3.org/2000/svg}"
PRODUCTION = str(ROOT / "examples/dashboards/production.yaml")


def test_every_widget_but_texts_is_a_picture() -> None:
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


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "points"), [("en", (612, 792)), ("de", (595, 842)), ("en-GB", (595, 842))])
def test_a_page_is_printed_on_the_paper_of_its_readers(locale: str, points: tuple[int, int], chromium: object) -> None:
    files = {"board/index.html": b"<p>page"}
    [(name, content)] = images.pages(files, {"board": locale}, "pdf")
    assert name == "board.pdf"
    found = re.search(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", content)
    assert found is not None
    assert [round(float(one)) for one in found.groups()] == pytest.approx(points, abs=1)


@pytest.mark.parametrize(
    ("locale", "paper"),
    [("en-US", browser.LETTER), ("es-MX", browser.LETTER), ("fr-CA", browser.LETTER), ("es", browser.A4),
     ("zh-Hant", browser.A4), ("sr-Latn-RS", browser.A4), ("pt", browser.A4), ("eo", browser.A4)],
)  # fmt: skip
def test_where_paper_is_letter(locale: str, paper: browser.Sheet) -> None:
    assert images.sheet(locale) == paper


TAGS = re.compile(r'<meta property="og:(image|url)" content="([^"]*)">')


@pytest.mark.parametrize(
    ("address", "pictured", "tags"),
    [
        ("", False, {}),
        ("", True, {"image": "../board.png"}),
        ("https://status.example.com/llm", False, {"url": "https://status.example.com/llm/board/"}),
        (
            "https://status.example.com/llm",
            True,
            {"url": "https://status.example.com/llm/board/", "image": "https://status.example.com/llm/board.png"},
        ),
    ],
)
def test_a_page_that_knows_its_address_says_it(address: str, pictured: bool, tags: dict[str, str]) -> None:
    with Renderer() as renderer:
        board = drawn(renderer, [(widget("card"), [{"requests": 12}])])
    files = assemble([board], exposure={}, chart_script=lambda: b"", address=address, pictured=pictured)
    assert dict(TAGS.findall(files["board/index.html"].decode())) == tags


def test_a_projects_address_is_that_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("time,model\n2025-06-01T00:00:00Z,a\n", "utf-8")
    (tmp_path / "dashgen.yaml").write_text(
        "version: 1\nsources: {a: {type: files, path: events.csv}}\ntargets:\n  other: {type: directory, path: y}\n"
        '  site: {type: directory, path: x, url: "https://a.example/b/"}\n',
        "utf-8",
    )
    (tmp_path / "board.yaml").write_text("version: 1\nlayout: [{type: card, metric: requests}]\n", "utf-8")
    assert compiler.build(tmp_path / "board.yaml", tmp_path / "dist").is_fine
    page = (tmp_path / "dist/board/index.html").read_text("utf-8")
    assert dict(TAGS.findall(page)) == {"url": "https://a.example/b/board/"}


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


# ---- states, looks and lines --------------------------------------------------------------------


def portraits(widgets: list[Any], **keys: Any) -> dict[str, str]:
    """Id → SVG, for widgets with their rows or their whole answers."""
    board = dashboard(*(one for one, _ in widgets), **keys)
    answers = {one.id: found if isinstance(found, Answer) else answer(found) for one, found in widgets}
    with Renderer() as renderer:
        found = dict(images.widgets([draw(board, answers, context(board), FACTS, renderer)], "svg", renderer))
    return {Path(path).stem: content.decode() for path, content in found.items()}


def texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


KINDS = ("card", "line", "bar", "pie", "heatmap", "histogram", "table")


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_that_fails_is_a_picture_too(kind: str) -> None:
    failed = answer((), failure="The source is gone.")
    (svg,) = portraits([(widget(kind, title="Its title"), failed)]).values()
    assert {"Its title", "No numbers.", "The source is gone."} == set(texts(svg))


@pytest.mark.parametrize("kind", ["line", "bar", "pie", "histogram", "table"])
def test_nothing_to_see_is_a_picture_too(kind: str) -> None:
    own: dict[str, Any] = {"by": ("model",), "metrics": ("cost",)} if kind == "table" else {}
    (svg,) = portraits([(widget(kind, title="Its title", **own), [])]).values()
    assert {"Its title", "Nothing in this range."} == set(texts(svg))


def test_a_card_has_its_state_and_its_bound() -> None:
    rows = [{"requests": 12, "previous": 10, "change": 0.2}]
    (svg,) = portraits([(widget("card", compare="previous", thresholds=warning(10)), rows)]).values()
    colours = load_theme("light").colours
    assert "Warning" in texts(svg)
    assert svg.count(f'fill="{colours["warning"]}"') == 3, "the side, the sign and the word"
    assert f'fill="{colours["warning_soft"]}"' in svg
    (svg,) = portraits([(widget("card", metric="latency_p95"), [{"latency_p95": 1200}])]).values()
    assert any(text.endswith("±1%") for text in texts(svg)) == LABELS["latency_p95"].approximate


def test_a_table_has_its_bars_and_pills() -> None:
    rows = [{"model": name, "requests": count} for name, count in (("a", 40), ("b", 10))]
    (svg,) = portraits([(widget("table", by=("model",), metrics=("requests",)), rows)]).values()
    bars = [float(one.get("width", 0)) for one in filled(svg, "bar")]
    assert bars == [pytest.approx(4 * bars[1]), bars[1]]
    records = [{"time": START, "status_code": code} for code in (200, 429, 500, None)]
    (svg,) = portraits([(widget("table", records=("time", "status_code")), records)]).values()
    assert [len(filled(svg, role)) for role in ("good_soft", "warning_soft", "critical_soft", "raised")] == [1] * 4


def filled(svg: str, role: str) -> list[ElementTree.Element]:
    colour = load_theme("light").colours[role]
    return [one for one in ElementTree.fromstring(svg).iter(f"{SVG}rect") if one.get("fill") == colour]


def test_notes_stand_under_a_picture_in_lines_that_fit() -> None:
    note = "2,799,138 tokens without a price, 8% of all, are in no cost. " * 3 + "x" * 200
    noted = answer([{"requests": 12}], notes=(note,))
    (svg,) = portraits([(widget("card"), noted)]).values()
    whole = ElementTree.fromstring(svg)
    lines = [one for one in whole.iter(f"{SVG}text") if float(one.get("y", 0)) > 100]
    assert "".join("".join(one.itertext()) for one in lines).replace(" ", "") == note.replace(" ", "")
    assert max(measure.width("".join(one.itertext()), 13) for one in lines) <= float(whole.get("width", 0)) - 40
    assert max(float(one.get("y", 0)) for one in lines) < float(whole.get("height", 0)) - 8


def test_from_the_right_everything_begins_there() -> None:
    rows = [{"requests": 12, "previous": 10, "change": 0.2}]
    one = (widget("card", title="الطلبات", compare="previous"), answer(rows, notes=("note of a few words",)))
    (svg,) = portraits([one], lang="ar", locale="ar").values()
    assert "\ufffd" not in svg
    placed = list(ElementTree.fromstring(svg).iter(f"{SVG}text"))
    assert placed
    assert {text.get("text-anchor") for text in placed} == {"end"}
    assert max(int(text.get("x", 0)) for text in placed) == 300


def test_names_beside_their_lines_need_no_legend() -> None:
    days_of = [{"time": t, "model": m, "cost": n * k} for n, t in enumerate(days(9)) for k, m in enumerate("abc", 1)]
    (svg,) = portraits([(widget("line", series="model"), days_of)]).values()
    assert sorted(text for text in texts(svg) if text in ("a", "b", "c")) == ["a", "b", "c"]
