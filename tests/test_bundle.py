from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from dashgen.bundle import Bundle, assemble
from dashgen.draw import draw
from dashgen.render import Renderer
from dashgen.theme import open_theme
from dashgen.widgets.base import Row
from tests.drawn import answer, context, dashboard, days, widget
from tests.test_pages import EVERY_KIND, FACTS, drawn


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    with Renderer() as renderer:
        return assemble([drawn(renderer, EVERY_KIND), drawn(renderer, [], id="empty")], exposure={"board": {}})


def read(bundle: Bundle, path: str) -> Any:
    return json.loads(bundle[path])


def test_the_files_of_a_build(bundle: Bundle) -> None:
    shared = [path for path in bundle if path.startswith("assets/") and not path.endswith(".txt")]
    assert [path.split(".")[0] for path in shared] == [
        f"assets/{name}" for name in ("dashgen", "light", "more", "scheme", "vega")
    ]
    for path in shared:
        assert sha256(bundle[path]).hexdigest().startswith(path.split(".")[1])
    charts = ["bar", "heatmap", "histogram", "line", "pie"]
    assert set(bundle) == {
        *shared,
        "assets/NOTICE.txt",
        "index.html",
        "manifest.json",
        "board/index.html",
        "board/data.json",
        "board/page.js",
        "empty/index.html",
        "empty/data.json",
        "empty/page.js",
        *(f"board/charts/{name}.vl.json" for name in charts),
    }


def test_pages_link_to_what_is_there(bundle: Bundle) -> None:
    (css,) = [path for path in bundle if path.endswith(".css")]
    assert f'href="../{css}"'.encode() in bundle["board/index.html"]
    assert f'href="{css}"'.encode() in bundle["index.html"]
    assert b'href="board/index.html"' in bundle["index.html"]


def test_the_manifest_lists_every_other_file(bundle: Bundle) -> None:
    manifest = read(bundle, "manifest.json")
    listed = {entry["path"]: entry for entry in manifest["files"]}
    assert set(listed) == set(bundle) - {"manifest.json"}
    for path, entry in listed.items():
        assert entry["size"] == len(bundle[path])
        assert entry["sha256"] == sha256(bundle[path]).hexdigest()
    assert manifest["format"] == 1
    assert manifest["exposure"] == {"board": {}}
    assert [entry["id"] for entry in manifest["dashboards"]] == ["board", "empty"]
    assert manifest["dashboards"][0]["error_bounds"] == {"latency_p95": 0.01, "latency_p99": 0.02}
    assert set(manifest["versions"]) == {"dashgen", "catalogue", "cldr", "vl-convert", "vega-lite"}


def test_data_holds_the_rows_as_they_are(bundle: Bundle) -> None:
    data = read(bundle, "board/data.json")
    assert (data["format"], data["as_of"]) == (1, FACTS.as_of)
    assert data["time_range"] == {"from": FACTS.start, "to": FACTS.end}
    for one, rows in EVERY_KIND:
        assert data["widgets"][one.id]["rows"] == rows
        assert data["widgets"][one.id]["type"] == one.type
    assert "spark" in data["widgets"]["card"]
    assert "spark" not in data["widgets"]["line"]


def test_numbers_keep_their_kind_and_precision() -> None:
    rows: list[Row] = [{"requests": 2**60 + 1, "previous": 0.1 + 0.2, "change": None}]
    with Renderer() as renderer:
        bundle = assemble([drawn(renderer, [(widget("card"), rows)])], exposure={})
    text = bundle["board/data.json"].decode()
    assert str(2**60 + 1) in text
    assert "0.30000000000000004" in text


def test_not_a_number_is_refused() -> None:
    with Renderer() as renderer:
        shown = drawn(renderer, [(widget("card"), [{"requests": float("nan")}])])
    with pytest.raises(ValueError):
        assemble([shown], exposure={})


def test_the_same_twice(bundle: Bundle) -> None:
    with Renderer() as renderer:
        for n in range(3):
            renderer.draw(f"before-{n}", {"data": {"values": [{}]}, "mark": "point"})
        again = assemble([drawn(renderer, EVERY_KIND), drawn(renderer, [], id="empty")], exposure={"board": {}})
    assert dict(again) == dict(bundle)
    assert list(again) == list(bundle)


def test_a_theme_each() -> None:
    with Renderer() as renderer:
        shown = [drawn(renderer, [], id=theme, theme=theme) for theme in ("light", "dark")]
    styles = [path for path in assemble(shown, exposure={}) if path.endswith(".css")]
    assert [path.split(".")[0] for path in styles] == ["assets/dark", "assets/light"]


def test_a_logo_is_an_asset_of_its_theme(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'
    (tmp_path / "acme.svg").write_text(svg)
    (tmp_path / "acme.yaml").write_text("version: 1\nlogo: acme.svg\n")
    with Renderer() as renderer:
        plain = drawn(renderer, [])
        theme = open_theme("acme.yaml", tmp_path)
        made = assemble([replace(plain, context=replace(plain.context, theme=theme))], exposure={})
    (path,) = [path for path in made if path.endswith(".svg")]
    assert made[path] == svg.encode()
    assert f'src="../{path}"'.encode() in made["board/index.html"]
    assert f'src="{path}"'.encode() in made["index.html"]


def test_standalone_charts_draw_in_a_bare_viewer_without_a_warning(capfd: pytest.CaptureFixture[str]) -> None:
    from vl_convert import vegalite_to_svg

    panels = widget("line", "panels", metrics=("requests", "cost"))
    rows = [{"time": t, "requests": n, "cost": n} for n, t in enumerate(days(3))]
    with Renderer() as renderer:
        bundle = assemble([drawn(renderer, [*EVERY_KIND, (panels, rows)])], exposure={})
    paths = [path for path in bundle if path.endswith(".vl.json")]
    assert len(paths) == 6
    for path in paths:
        svg = vegalite_to_svg(bundle[path].decode(), vl_version="6.4", show_warnings=True, allowed_base_urls=[])
        assert svg.count("<path") > 5, path
        assert "NaN" not in svg
        assert "undefined" not in svg
        assert capfd.readouterr() == ("", ""), path


def test_a_standalone_chart_keeps_the_order_of_its_rows() -> None:
    board = dashboard(widget("line", series="model"))
    rows = [{"time": t, "model": m, "cost": 1} for t in days(2) for m in ("zeta", "alpha", {"other": 2})]
    with Renderer() as renderer:
        shown = draw(board, {"line": answer(rows)}, context(board), FACTS, renderer)
    bundle = assemble([shown], exposure={})
    assert '"zeta","alpha","Other (2)"' in bundle["board/charts/line.vl.json"].decode()
