from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashgen import bundle, live, runtime
from dashgen.charts import MEASURED_FONT
from dashgen.draw import DrawnDashboard
from dashgen.model import Filter
from dashgen.render import Renderer
from dashgen.theme import ROLES, ink
from tests.drawn import AT, days, widget
from tests.test_pages import EVERY_KIND, drawn

INKS = {ink(role) for role in ROLES}
PAINTED: list[Any] = [ink("c1"), ink("surface")]
"""Values of the data that look like inks."""


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as started:
        yield started


def content(shown: DrawnDashboard) -> dict[str, Any]:
    made: dict[str, Any] = live.content(shown, bundle.data(shown), live.Scripts("more.js", "vega.js"))
    return made


def panels(made: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, shown in made["widgets"].items():
        for variant in shown.get("live", ()):
            yield from ((name, panel) for panel in variant)


def test_it_is_data_json_and_more(renderer: Renderer) -> None:
    shown = drawn(renderer, EVERY_KIND)
    made, data = content(shown), bundle.data(shown)
    for key in ("format", "as_of", "time_range"):
        assert made[key] == data[key]
    for name, one in data["widgets"].items():
        assert {key: made["widgets"][name][key] for key in one} == one


def test_charts_are_in_variables_and_in_the_pages_font(renderer: Renderer) -> None:
    for name, panel in panels(content(drawn(renderer, EVERY_KIND))):
        text = json.dumps(panel)
        assert not [colour for colour in INKS if colour in text], name
        assert "var(--" in text, name
        assert f': "{MEASURED_FONT}"' not in text, name


def test_values_that_look_like_inks_stay(renderer: Renderer) -> None:
    rows = [{"time": t, "model": m, "cost": 1} for t in days(2) for m in PAINTED]
    ((_, panel), *_) = panels(content(drawn(renderer, [(widget("line", series="model"), rows)])))
    assert {row["s"] for row in panel["data"][0]["values"]} == set(PAINTED)
    (colours,) = [signal["value"] for signal in panel["signals"] if signal["name"] == "colours"]
    assert colours == {"domain": PAINTED, "range": ["var(--c1)", "var(--c2)"]}
    (scale,) = [scale for scale in panel["scales"] if scale["name"] == "color"]
    assert (scale["domain"], scale["range"]) == ({"signal": "colours.domain"}, {"signal": "colours.range"})


def test_the_page_has_tooltips_of_its_own(renderer: Renderer) -> None:
    for _, panel in panels(content(drawn(renderer, EVERY_KIND))):
        assert '"tooltip"' not in json.dumps(panel)


def test_every_drawing_has_a_chart_behind_it(renderer: Renderer) -> None:
    for shown in content(drawn(renderer, EVERY_KIND))["widgets"].values():
        if "live" in shown:
            assert set(shown["live_of"]) == set(range(len(shown["live"])))
            assert all(len(variant) == len(shown["measures"]) for variant in shown["live"])


def test_every_panel_says_how_its_values_are_written(renderer: Renderer) -> None:
    rows = [{"time": t, "cost": 1, "requests": 2, "errors": 1, "latency_p95": 3.5} for t in days(3)]
    lines = widget("line", metrics=("cost", "requests", "errors", "latency_p95"))
    made = content(drawn(renderer, [(lines, rows)]))
    assert made["widgets"]["line"]["measures"] == ["cost", "requests", "latency_p95"]
    assert made["labels"]["latency_p95"]["format"] == "duration"
    by_model = widget("line", metrics=("requests", "errors"), series="model")
    rows = [{"time": t, "model": "a", "requests": 2, "errors": 1} for t in days(3)]
    assert content(drawn(renderer, [(by_model, rows)]))["widgets"]["line"]["measures"] == ["requests", "errors"]


def test_a_page_with_filters_has_every_message_that_its_script_says(renderer: Renderer) -> None:
    said = {
        name
        for part in runtime.PARTS
        for name in re.findall(
            r'writer\.words\(\s*"([\w-]+)"', Path(runtime.__file__).with_name(f"{part}.js").read_text()
        )
    }
    one = Filter("model", (), locked=False, hidden=False, top=None, at=AT)
    missing = said - content(drawn(renderer, EVERY_KIND, filters=(one,)))["words"].keys()
    assert len(said) > 50
    assert missing == set()
