"""Charts as the page's script makes them of rows, beside those that the build drew: what they must have alike."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from itertools import chain
from pathlib import Path
from typing import Any

from dashgen import bundle, charts, formats, live, runtime
from dashgen.draw import DrawnDashboard
from dashgen.widgets.base import Drawing, Picture
from dashgen.words import texts
from tests.drawn import layers

FOLDER = Path(runtime.__file__).parent
PARTS = [part for part in (*runtime.FIRST, *runtime.LATER) if part not in ("api", "schemes", "find", "alone")]
NAMES = (
    *("formats", "measure", "figures", "categories", "ticks", "clock", "axes", "rules", "tallOf"),
    *("twins", "summaries"),
)


def scripted(chromium: Any) -> Iterator[Any]:
    """A page that has the parts of the script by their names, and the writer of an English page."""
    source = "".join((FOLDER / f"{part}.js").read_text("utf-8") for part in PARTS)
    offered = ", ".join(NAMES)
    write = formats.writer("en", "USD")
    opened = chromium.new_page()
    opened.evaluate(
        """([source, data, words]) => {
          const opened = "Object.assign(page, content); writer = formats.writer(page.locale, page.words);";
          const offered = `{ open(content) { ${opened} }, OFFERED }`;
          Object.assign(globalThis, new Function(`"use strict"; ${source}; return ${offered};`)());
          globalThis.open({ locale: data, words });
        }""".replace("OFFERED", offered),
        [source, write.script_data, dict(texts("en"))],
    )
    yield opened
    opened.close()


def plain(value: Any) -> Any:
    """Tuples as lists, as JSON has them."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def twinned(page: Any, board: DrawnDashboard, kinds: Sequence[str]) -> dict[str, Any]:
    """What the script makes of the rows that the page has, for every chart of these kinds."""
    content = live.content(board, bundle.data(board), live.Scripts("more.js", "vega.js"))
    wanted = [
        name for name, shown in board.widgets.items() if shown.widget.type in kinds and name in content["widgets"]
    ]
    found: dict[str, Any] = page.evaluate(
        """([content, wanted]) => {
          open(content);
          const strip = ({ i, ...row }) => row;
          return Object.fromEntries(wanted.map((id) => {
            const widget = content.widgets[id];
            const made = twins[widget.type](widget, widget);
            for (const panel of made.variants.flat()) panel.data.rows = panel.data.rows.map(strip);
            const kind = ["heatmap", "histogram"].includes(widget.type) ? widget.type : `${widget.type}-chart`;
            const said = summaries.summary(kind, widget, made.said());
            return [id, { ...made, said, table: made.table(), live: widget.live, legend: made.legend || null }];
          }));
        }""",
        [json.loads(json.dumps(content)), wanted],
    )
    return found


def panels_of(one: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What the page has of each panel, and what the script makes of it."""
    assert len(one["variants"]) == len(one["live"])
    yield from zip(chain(*one["live"]), chain(*one["variants"]), strict=True)


def drawings_of(picture: Picture) -> list[Drawing]:
    picture = picture.waiting or picture
    assert picture.chart is not None
    wide = Drawing(picture.chart, picture.frame)
    return [picture.narrow, wide] if picture.narrow else [wide]


def sets_of(panel: dict[str, Any]) -> dict[str, Any]:
    """The sets of rows of a chart, by their names."""
    found = [one["data"] for one in (panel, *layers(panel)) if "name" in one.get("data", {})]
    return {one["name"]: plain(one["values"]) for one in found}


def panels_drawn(board: DrawnDashboard, name: str) -> list[dict[str, Any]]:
    drawings = drawings_of(board.widgets[name].picture)
    return [panel for drawing in drawings for panel in charts.for_page(drawing.spec, drawing.frame, 800)]


def same_sets_of_rows(made: dict[str, Any], board: DrawnDashboard) -> None:
    for name, one in made.items():
        for panel, (spec, found) in zip(panels_drawn(board, name), panels_of(one), strict=True):
            sets = sets_of(panel)
            assert found["data"].keys() == sets.keys(), name
            assert {data["name"] for data in spec["data"]} >= sets.keys(), name
            for key, rows in sets.items():
                wrong = [(got, want) for got, want in zip(found["data"][key], rows, strict=True) if got != want]
                assert wrong == [], f"{key} of {name}"


def same_signals_and_sizes(made: dict[str, Any], board: DrawnDashboard) -> None:
    """To the last digit of what was handed to the renderer, which may lose that one."""
    for name, one in made.items():
        for drawn, (spec, panel) in zip(panels_drawn(board, name), panels_of(one), strict=True):
            signals = {signal["name"]: signal["value"] for signal in spec["signals"]}
            signals |= {param["name"]: plain(param["value"]) for param in drawn["params"]}
            assert panel["signals"] == {key: signals.get(key) for key in panel["signals"]}, name
            assert signals.keys() - panel["signals"].keys() <= {"width", "height"}, name
            assert panel["padding"] == spec["padding"], name
            whole = spec["height"] + spec["padding"]["top"] + spec["padding"]["bottom"]
            assert panel.get("height", whole) == whole, name


def said_alike(made: dict[str, Any], board: DrawnDashboard) -> None:
    for name, one in made.items():
        picture = board.widgets[name].picture
        assert one["said"] == (picture.waiting or picture).summary, name
        assert one["empty"] == (picture.empty or picture.waiting is not None), name
        assert one["remarks"] == list(picture.remarks), name


def same_numbers(made: dict[str, Any], board: DrawnDashboard) -> None:
    for name, one in made.items():
        picture = board.widgets[name].picture
        table = one["table"]
        cells = [*(column["title"] for column in table["columns"]), *chain(*table["rows"])]
        assert cells == read(picture.table or picture.html, "th", "td"), name


def same_legend(made: dict[str, Any], board: DrawnDashboard) -> None:
    for name, one in made.items():
        picture, legend = board.widgets[name].picture, one["legend"] or {"entries": []}
        texts = [text for entry in legend["entries"] for text in (entry["name"], entry.get("text"), entry.get("share"))]
        assert [text for text in texts if text is not None] == read(picture.legend, "bdi", "span"), name
        assert re.findall(r'class="f-(\w+)"', picture.legend) == [entry["role"] for entry in legend["entries"]], name
        assert ("labelled" in picture.legend) == bool(legend.get("labelled")), name


def read(html: str, *tags: str) -> list[str]:
    """The texts of these elements, in order."""
    found = re.findall(rf"<(?:{'|'.join(tags)})[ >].*?</(?:{'|'.join(tags)})>", html, re.DOTALL)
    return [unescape(re.sub(r"<[^>]*>", "", one)) for one in found]


Check = Callable[[dict[str, Any], DrawnDashboard], None]
CHECKS: tuple[Check, ...] = (same_sets_of_rows, same_signals_and_sizes, said_alike, same_numbers)
"""Of charts of every kind; legends are held alike kind by kind."""
