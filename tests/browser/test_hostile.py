"""Values and words that want to be markup, code or a layout: in every place of every widget they are only text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from dashgen.bundle import assemble
from dashgen.draw import draw
from dashgen.model import Annotation, Section, Widget
from dashgen.render import Renderer
from dashgen.targets.directory import deliver
from dashgen.widgets.base import Row
from tests.browser.opened import Watched, opened
from tests.browser.test_examples import LOOK
from tests.browser.test_live import NASTY
from tests.drawn import AT, LABELS, START, answer, context, dashboard, days, widget
from tests.test_pages import FACTS

pytestmark = pytest.mark.browser

MARKUP, BIDI, LONG = NASTY[0], NASTY[1], NASTY[2]
LINKS = """[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,<script>alert(1)</script>)
[d](vbscript:alert(1)) <javascript:alert(1)> ![e](https://example.org/e.png) [f](java&#x0A;script:alert(1))
[g]: javascript:alert(1)
[g] <a href="javascript:alert(1)" onclick="alert(1)">h</a> <svg onload=alert(1)> `</code><img src=x>`"""


def boards(words: str) -> dict[str, list[tuple[Widget, Sequence[Row]]]]:
    """Every kind of widget; `words` wherever somebody writes words, hostile values wherever there are values."""
    said = {"title": words, "note": words}
    deployed = Annotation(words, date(2025, 6, 2), None, AT)
    groups = [{"model": value, "tokens": 1, "cost": 1, "requests": 1} for value in NASTY]
    events = [{"time": START, "model": value, "latency": 1, "status_code": 500} for value in NASTY]
    return {
        "said": [
            (widget("card", compare="previous", **said), [{"requests": 1, "previous": 2, "change": -0.5}]),
            (widget("line", annotations=(deployed,), **said), [{"time": t, "cost": 1} for t in days(3)]),
            (widget("histogram", **said), [{"from": 1.0, "to": 2.0, "count": 1}]),
            (widget("heatmap", **said), [{"weekday": d, "hour": 1, "requests": d} for d in range(1, 8)]),
            (widget("text", text=f"# {words}\n\n{LINKS}\n\n{words}"), []),
        ],
        "found": [
            (
                widget("line", series="model", **said),
                [{"time": t, "model": m, "cost": 1} for t in days(3) for m in NASTY],
            ),
            (widget("bar", **said), groups),
            (widget("bar", "across", horizontal=True, by="model", **said), groups),
            (widget("pie", **said), groups),
            (
                widget("heatmap", rows="model", columns="project", **said),
                [{"model": m, "project": p, "requests": 1} for m in NASTY for p in NASTY],
            ),
            (
                widget("histogram", by="model", **said),
                [{"from": 1.0, "to": 2.0, "count": 1, "model": m} for m in NASTY],
            ),
            (widget("table", by=("model",), metrics=("cost",), **said), groups),
            (widget("table", "newest", records=("time", "model", "status_code", "latency"), **said), events),
        ],
    }


@pytest.fixture(scope="module", params=[MARKUP + BIDI, LONG], ids=["markup and control characters", "10 kB"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    words, drawn = request.param, []
    labels = {
        name: replace(label, title=words, description=words, unit=label.unit and words)
        for name, label in LABELS.items()
    }
    root = tmp_path_factory.mktemp("hostile")
    with Renderer() as renderer:
        for name, widgets in boards(words).items():
            section = Section(title=words, note=words, layout=tuple(one for one, _ in widgets), at=AT)
            board = dashboard(section, id=name, title=words, description=words)
            answers = {one.id: answer(rows) for one, rows in widgets if one.type != "text"}
            drawn.append(draw(board, answers, context(board, labels), FACTS, renderer))
        deliver(assemble(drawn, exposure={}), root)
        deliver(assemble(drawn, exposure={}, single_file=True), root / "alone")
    return root


PAGES = ("index.html", "said/index.html", "found/index.html")
FILES = ("alone/said.html", "alone/found.html")
FOREIGN = """() => [
  ...[...document.querySelectorAll("img, iframe, object, embed, base, audio, video, foreignObject, form")]
    .filter((one) => !one.matches(".find, .vega-bindings")).map((one) => one.outerHTML.slice(0, 80)),
  ...[...document.querySelectorAll("*")].flatMap((one) => [...one.attributes])
    .filter(({name, value}) => /^on/i.test(name) || /^(href|src|action|xlink:href)$/.test(name)
      && /^\\s*(javascript|vbscript|data:(?!,))/i.test(value))
    .map(({name, value}) => `${name}=${value.slice(0, 80)}`),
  ...(/[\\u0000\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText) ? ["a control character"] : []),
]"""


@pytest.mark.parametrize(("path", "scripts"), [*product(PAGES, [True, False]), *product(FILES, [True])])
def test_they_are_text(chromium: Any, site: Path, path: str, scripts: bool) -> None:
    with opened(chromium, (site / path).as_uri(), inside=site.as_uri(), java_script_enabled=scripts) as watched:
        if scripts:
            watched.wait_until_live(watched.tab.locator(".pictures").count())
            walk(watched)
        watched.tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert watched.tab.evaluate(FOREIGN) == []
        wrongs = []
        for width in (320, 1440):
            watched.tab.set_viewport_size({"width": width, "height": 900})
            watched.tab.wait_for_timeout(300)
            wrongs += [f"{width}: {wrong}" for wrong in watched.tab.evaluate(LOOK)]
        assert "\n".join(wrongs) == ""
        assert (watched.said, watched.asked) == ([], [])


def walk(watched: Watched) -> None:
    """Through the tooltips of every chart."""
    for panel in watched.tab.locator(".panel").all():
        panel.focus()
        for _ in range(4):
            watched.tab.keyboard.press("ArrowRight")
        assert watched.tab.evaluate(FOREIGN) == []


@pytest.mark.parametrize(
    "body",
    [
        "<img>",
        "<form></form>",
        "<p onclick=x>",
        "<a href=' JavaScript:x'>a</a>",
        "<a href='data:text/html,x'>a</a>",
        "<p>a\u202eb</p>",
    ],
)
def test_what_is_foreign_is_found(chromium: Any, body: str) -> None:
    tab = chromium.new_page()
    tab.set_content(body)
    assert len(tab.evaluate(FOREIGN)) == 1
    tab.close()
