"""Charts that were drawn before: never a byte of difference, and none with `--no-cache`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dashgen import drawn
from dashgen.cache import Store
from dashgen.drawn import Drawn
from dashgen.render import Renderer, RenderError
from dashgen.starter import start
from tests.program import run, tree

CHART: dict[str, Any] = {
    "data": {"values": [{"a": 1}, {"a": 2}]},
    "mark": "line",
    "width": 300,
    "encoding": {"x": {"field": "a", "type": "quantitative"}, "y": {"field": "a", "type": "quantitative"}},
}
WIDER = {**CHART, "width": 500}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".dashgen" / "cache"


@contextmanager
def renderer_of(folder: Path) -> Iterator[Renderer]:
    with Store(folder) as store, Renderer(Drawn(store)) as renderer:
        yield renderer


def both(renderer: Renderer, chart: dict[str, Any] = CHART) -> tuple[str, dict[str, Any]]:
    return renderer.submit("w", chart).result(), renderer.compile("w", chart).result()


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("[!.]*"))


def test_a_known_chart_is_not_drawn_again(folder: Path) -> None:
    with renderer_of(folder) as renderer:
        first = both(renderer)
    assert len(entries(folder)) == 2
    with renderer_of(folder) as renderer:
        killed = renderer._process
        assert killed is not None
        killed.kill()
        assert both(renderer) == first
        assert renderer._process is killed, "nobody had to ask it"
        both(renderer, WIDER)
        assert renderer._process is not killed


def test_ids_are_those_of_the_widget_that_asks_now(folder: Path) -> None:
    fade = {"gradient": "linear", "stops": [{"offset": 0, "color": "white"}, {"offset": 1, "color": "black"}]}
    faded = {**CHART, "mark": {"type": "area", "color": fade}}
    with renderer_of(folder) as renderer:
        assert ' id="one-0"' in renderer.draw("one", faded)
    with renderer_of(folder) as renderer:
        assert ' id="two-0"' in renderer.draw("two", faded)
    assert len(entries(folder)) == 1


def test_damaged_entries_are_drawn_again(folder: Path) -> None:
    with renderer_of(folder) as renderer:
        first = both(renderer)
    for entry in entries(folder):
        entry.write_bytes(entry.read_bytes()[:-10])
    with renderer_of(folder) as renderer:
        assert both(renderer) == first
    with renderer_of(folder) as renderer:
        assert both(renderer) == first


def test_what_cannot_be_drawn_is_not_kept(folder: Path) -> None:
    with renderer_of(folder) as renderer, pytest.raises(RenderError):
        renderer.draw("broken", {"mark": "no-such-mark"})
    assert entries(folder) == []


def test_another_program_that_draws_knows_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(folder) as store:
        Drawn(store).put("request", "answer")
    assert Drawn(Store(folder)).get("request") == "answer"
    monkeypatch.setattr(drawn, "_maker", lambda: "vl-convert 0")
    assert Drawn(Store(folder)).get("request") is None


def test_a_build_is_the_same_with_and_without(tmp_path: Path) -> None:
    start(tmp_path / "shop")
    folder = tmp_path / "shop" / ".dashgen" / "cache"

    def built(*options: str) -> dict[str, bytes]:
        done = run("build", *options, cwd=tmp_path / "shop")
        assert done.returncode == 0, done.stderr
        return tree(tmp_path / "shop" / "dist")

    fresh = built("--no-cache")
    assert entries(folder) == []
    assert built() == fresh
    known = entries(folder)
    assert known
    assert built() == fresh
    for entry in known:
        entry.write_bytes(b"damaged")
    assert built("--no-cache") == fresh
    assert all(entry.read_bytes() == b"damaged" for entry in entries(folder)), "neither read nor written"
    assert built() == fresh
