"""Live charts brought to other rows in place: they show what a page shows that was built with those rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashgen.bundle import assemble
from dashgen.draw import DrawnDashboard, draw
from dashgen.hues import Hues
from dashgen.model import Filter, Widget
from dashgen.render import Renderer
from dashgen.targets.directory import deliver
from dashgen.widgets.base import Row
from tests.browser.opened import Watched, opened
from tests.chart_states import DEPLOYED, FORTY, INCIDENT, LATER, MODELS, ODD, limits
from tests.drawn import AT, END, answer, context, dashboard, days, widget
from tests.test_pages import FACTS

pytestmark = pytest.mark.browser

FILTERED = Filter("model", (), False, False, None, AT)
Change = tuple[Widget, list[Row], list[Row]]


def trend(count: int, size: float, gaps: bool = False) -> list[Row]:
    return [{"time": t, "cost": None if gaps and n % 3 else size * (n + 1)} for n, t in enumerate(days(count))]


def split(names: Sequence[Any], count: int, size: float = 10) -> list[Row]:
    return [
        {"time": t, "model": m, "cost": size * (k + 1) + n}
        for n, t in enumerate(days(count))
        for k, m in enumerate(names)
    ]


def groups(names: Sequence[Any], metric: str = "tokens", size: float = 1000) -> list[Row]:
    return [{"model": name, metric: size / (n + 1)} for n, name in enumerate(names)]


def pairs(names: Sequence[Any], projects: Sequence[Any], metric: str = "tokens") -> list[Row]:
    return [
        {"model": m, "project": p, metric: 1000 / (n + 1) + k}
        for n, m in enumerate(names)
        for k, p in enumerate(projects)
    ]


def hours(size: float) -> list[Row]:
    return [{"weekday": d, "hour": h, "requests": d * h * size} for d in range(1, 8) for h in range(24)]


def sizes(first: int, last: int) -> list[Row]:
    return [{"from": 1.1**n, "to": 1.1 ** (n + 1), "count": n} for n in range(first, last)]


def lanes(names: Sequence[Any]) -> list[Row]:
    return [{**row, "model": name} for n, name in enumerate(names) for row in sizes(40 + n, 60 + n)]


NOTES = (DEPLOYED, INCIDENT, LATER)
TWO = ("cost", "requests")
LIMITS = limits(20, 3000)
ZEROS = [{"from": 0, "to": 0, "count": 7}]
BELOW = [{**row, "tokens": -row["tokens"]} for row in pairs(MODELS, "ab")]
PREVIOUS = [{**row, "previous": 3} for row in trend(9, 2)]
PAIRS = [{**row, "requests": 7 + n} for n, row in enumerate(trend(9, 2))]
CHANGES: list[Change] = [
    (widget("line", "line", thresholds=LIMITS), trend(30, 1), trend(9, 1000)),
    (widget("line", "gaps"), trend(30, 1), trend(12, 4, gaps=True)),
    (widget("line", "single", annotations=NOTES), trend(30, 1), trend(1, 2.5)),
    (widget("line", "notes", annotations=NOTES), trend(7, 1), trend(30, 2)),
    (widget("line", "compared", compare="previous"), PREVIOUS, [{**row, "previous": None} for row in PREVIOUS[:2]]),
    (widget("line", "panels", metrics=TWO), PAIRS, [{**row, "cost": 0} for row in PAIRS]),
    (widget("line", "series", series="model"), split(MODELS, 9), split(ODD, 9, 0.1)),
    (widget("line", "one", series="model", compare="previous"), split(MODELS, 9), split(MODELS[:1], 9)),
    (widget("line", "many", series="model"), split(MODELS[:1], 1), split(MODELS, 9)),
    (widget("line", "stack", series="model", stacked="stack"), split(MODELS, 9), split(ODD, 1)),
    (widget("line", "share", series="model", stacked="share"), split(ODD, 1), split(MODELS, 4)),
    (widget("line", "nothing"), trend(9, 1), [{"time": t, "cost": None} for t in days(9)]),
    (widget("line", "something"), [{"time": t, "cost": None} for t in days(9)], trend(9, 1)),
    (widget("pie", "pie"), groups(MODELS), groups(ODD)),
    (widget("pie", "slices"), groups([*ODD, *"abcdefgh"]), groups(MODELS[:1])),
    (widget("pie", "no-slices"), groups(MODELS), []),
    (widget("pie", "first-slices"), [], groups(MODELS)),
    (widget("bar", "bars"), groups(MODELS), groups(ODD)),
    (widget("bar", "standing"), groups("abc"), groups("abcdef")),
    (widget("bar", "many-bars", thresholds=LIMITS), groups(MODELS), groups(FORTY)),
    (widget("bar", "below-zero"), groups(MODELS), [{"model": m, "tokens": n - 2} for n, m in enumerate(MODELS)]),
    (widget("bar", "lying", horizontal=True, thresholds=LIMITS), groups(FORTY), groups(MODELS[:1])),
    (widget("bar", "grouped", series="project"), pairs(MODELS, "ab"), pairs(ODD, "abc")),
    (widget("bar", "stacked", series="project", stacked="stack"), pairs(ODD, "abc"), pairs(MODELS, "a")),
    (widget("bar", "shares", series="project", stacked="share"), pairs(MODELS, "abc"), pairs(FORTY, "ab")),
    (widget("bar", "no-bars"), groups(MODELS), []),
    (widget("bar", "first-bars"), [], groups("abc")),
    (widget("heatmap", "hours"), hours(1), hours(1000)),
    (
        widget("heatmap", "cells", rows="model", columns="project"),
        pairs(MODELS, "abc", "requests"),
        pairs(FORTY, ODD, "requests"),
    ),
    (widget("histogram", "sizes", thresholds=LIMITS), sizes(50, 90), sizes(80, 82)),
    (widget("histogram", "lanes", by="model"), lanes(MODELS), lanes(ODD)),
    (widget("histogram", "first-sizes", scale="linear"), [], sizes(50, 90)),
    (widget("histogram", "undrawn"), sizes(50, 90), ZEROS),
    (widget("histogram", "drawn"), ZEROS, [*ZEROS, *sizes(50, 90)]),
    (widget("bar", "no-parts", series="project", stacked="share"), pairs(MODELS, "ab"), BELOW),
    (widget("bar", "parts", series="project", stacked="share"), BELOW, pairs(MODELS, "ab")),
    (widget("line", "area", series="model", stacked="stack"), split(MODELS, 9, -1), split(MODELS, 9)),
]
DRAWN = """() => {
  const sorted = (svg) => {
    const copy = svg.cloneNode(true);  // Ticks that stay come before those that are new: the order says nothing.
    for (const group of copy.querySelectorAll(".role-axis-grid, .role-axis-tick, .role-axis-label")) {
      group.replaceChildren(...[...group.children].sort((a, b) => (a.outerHTML < b.outerHTML ? -1 : 1)));
    }
    return copy.outerHTML;
  };
  const plain = (svg) => sorted(svg).replace(/url[(][^#]*#/g, "#").replace(/(gradient|clip)[_\\d]+/g, "$1");
  const of = (home, selector) => [...home.querySelectorAll(selector)].filter((one) => !one.closest("[hidden]"));
  return Object.fromEntries([...document.querySelectorAll("[data-widget]")].map((home) => [home.dataset.widget, {
    svg: of(home, ".panel > svg").map((one) => plain(one)),
    boxes: of(home, ".panel").map((one) => [one.clientWidth, one.clientHeight, one.getAttribute("aria-label")]),
    legend: of(home, ".legend, .scale").map((one) => one.textContent.replace(/\\s+/g, "") + one.className),
    swatches: of(home, ".legend rect, .scale rect").map((one) => one.getAttribute("class")),
    table: of(home, ":is(details.numbers[open], .content) :is(th, td)").map((one) => {
      return [one.tagName, one.scope, one.className, one.textContent];
    }),
    state: of(home, ".state").map((one) => one.textContent.trim()),
    remarks: of(home, ".remark").map((one) => one.textContent.trim()),
  }]));
}"""
COUNT = """() => {
  const { View } = vega;
  self.views = 0;
  vega.View = class extends View {
    constructor(...parts) { super(...parts); self.views += 1; }
  };
}"""
SHOW = """async (answers) => {
  const began = performance.now();
  await Promise.all(Object.entries(answers).map(([id, answer]) => self.showChart(id, answer)));
  return performance.now() - began;
}"""


def board(renderer: Renderer, id: str, changes: list[Change], which: int, hues: Hues) -> DrawnDashboard:
    alone = [replace(change[0], width=12) for change in changes]  # charts beside others are as high as those
    shown = dashboard(*alone, id=id, filters=(FILTERED,))
    answers = {one.id: answer(rows[which]) for one, *rows in changes}
    return draw(shown, answers, replace(context(shown), hues=hues), FACTS, renderer)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two dashboards of the same widgets: `before` with the first rows, `after` with the second, in the colours that
    values have had before. Their script lets a test show other rows."""
    root = tmp_path_factory.mktemp("redraw")
    with Renderer() as renderer:
        before = board(renderer, "before", CHANGES, 0, Hues())
        after = board(renderer, "after", CHANGES, 1, deepcopy(before.context.hues))
        deliver(assemble([before, after], exposure={}), root)
    (script,) = (root / "assets").glob("more.*.js")
    text = script.read_text("utf-8")
    assert "return joining;" in text
    script.write_text(text.replace("return joining;", "self.showChart = showChart;\nreturn joining;"), "utf-8")
    return root


def answers() -> dict[str, Any]:
    return {one.id: {"rows": after, "start": FACTS.start, "end": END} for one, _, after in CHANGES}


def live(watched: Watched) -> None:
    count = watched.tab.locator(".pictures:visible").count()
    watched.wait_until_live(count)


def shown(watched: Watched) -> Any:
    watched.tab.evaluate("for (const one of document.querySelectorAll('details.numbers')) one.open = true")
    watched.tab.wait_for_timeout(50)
    return watched.tab.evaluate(DRAWN)


@pytest.mark.parametrize("width", [390, 1440])
def test_a_page_brought_to_other_rows_is_the_page_of_those_rows(chromium: Any, site: Path, width: int) -> None:
    view = {"width": width, "height": 900}
    with opened(chromium, (site / "after/index.html").as_uri(), viewport=view) as watched:
        live(watched)
        expected = shown(watched)
    with opened(chromium, (site / "before/index.html").as_uri(), viewport=view) as watched:
        live(watched)
        watched.tab.evaluate(COUNT)
        undrawn = watched.tab.locator(".pictures:not(:has(.drawing > *))").count()
        took = watched.tab.evaluate(SHOW, json.loads(json.dumps(answers())))
        made = watched.tab.evaluate("self.views")
        found = shown(watched)
        assert watched.said == []
    print(f"{len(CHANGES)} charts redrawn in {took:.0f} ms at {width} pixels")
    for name, one in expected.items():
        assert found[name] == one, name
    assert made == undrawn > 0, "views are made only where there were none"


def test_a_chart_that_is_not_live_yet_comes_alive_with_the_other_rows(chromium: Any, site: Path) -> None:
    with opened(chromium, (site / "before/index.html").as_uri()) as watched:
        held: list[Any] = []
        watched.tab.route("**/vega.*.js", lambda route: held.append(route))
        watched.tab.reload()
        watched.tab.evaluate("dashgen.ready")
        watched.tab.evaluate(
            "(answers) => { self.shown = Promise.all(Object.keys(answers).map((id) => showChart(id, answers[id]))); }",
            answers(),
        )
        pictures = watched.tab.locator("[data-widget=line] .pictures")
        assert pictures.get_attribute("aria-busy") == "true"
        assert "$9,000" in watched.tab.locator("[data-widget=line] .drawing").first.get_attribute("aria-label")
        watched.tab.wait_for_timeout(300)
        (route,) = held
        route.continue_()
        watched.tab.evaluate("self.shown")
        assert pictures.get_attribute("aria-busy") is None
        assert "$10K" in watched.tab.locator("[data-widget=line] .panel svg").text_content()
        assert watched.tab.locator(".pictures:visible:not(.is-live)").count() == 0
        assert watched.said == []


def test_without_the_chart_script_the_numbers_stand_instead_of_an_old_picture(chromium: Any, site: Path) -> None:
    with opened(chromium, (site / "before/index.html").as_uri()) as watched:
        watched.tab.route("**/vega.*.js", lambda route: route.abort())
        watched.tab.reload()
        watched.tab.evaluate("dashgen.ready")
        watched.tab.evaluate(SHOW, answers())
        for name in ("line", "series", "pie"):
            box = watched.tab.locator(f"[data-widget={name}]")
            assert box.locator(".pictures").is_hidden(), name
            assert box.locator("tbody tr").first.is_visible(), name


def test_other_rows_move_nothing_and_are_what_is_printed(chromium: Any, site: Path) -> None:
    with opened(chromium, (site / "before/index.html").as_uri(), viewport={"width": 1440, "height": 9000}) as watched:
        live(watched)
        watched.tab.evaluate("self.shifts = []")
        one = {"line": answers()["line"], "compared": answers()["compared"]}
        watched.tab.evaluate(SHOW, one)
        watched.tab.wait_for_timeout(100)
        assert watched.shift() == 0
        watched.tab.emulate_media(media="print")
        assert watched.tab.locator("[data-widget=line] .panel svg").is_visible()
        assert watched.tab.locator("[data-widget=line] .drawing:visible").count() == 0
        assert watched.tab.locator("[data-widget=gaps] .drawing:visible").count() == 1


@pytest.mark.parametrize("width", [390, 1440])
def test_bars_lie_down_where_other_names_need_it_and_stand_again(chromium: Any, site: Path, width: int) -> None:
    view = {"width": width, "height": 900}
    heights = "() => [...document.querySelectorAll('[data-widget=standing] .panel')].map((one) => one.clientHeight)"
    with opened(chromium, (site / "before/index.html").as_uri(), viewport=view) as watched:
        live(watched)
        found = []
        for rows in (groups("abc"), groups(ODD), groups("abc")):
            answer = {"rows": rows, "start": FACTS.start, "end": END}
            watched.tab.evaluate(SHOW, {"standing": answer})
            found.append(watched.tab.evaluate(heights))
            assert watched.tab.locator("[data-widget=standing] .live").count() == 1
        assert watched.said == []
    ((first,), (between,), (last,)) = found
    assert first == last
    assert (first == 260) == (width > 480)
    assert between not in (first, 260)
