"""Cards, tables and what is said under widgets: brought to other rows, a page shows what Python writes of them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from dashgen.bundle import assemble
from dashgen.draw import DrawnDashboard, draw
from dashgen.model import Filter, Thresholds, Widget
from dashgen.render import Renderer
from dashgen.targets.directory import deliver
from dashgen.widgets.base import Answer, Row
from tests.browser.opened import Watched, opened
from tests.browser.test_live import NASTY
from tests.drawn import AT, END, LABELS, START, context, dashboard, days, warning, widget
from tests.test_pages import FACTS

pytestmark = pytest.mark.browser

RANDOM = random.Random(3)
FILTER = Filter("model", (), locked=False, hidden=False, top=None, at=AT)
BOTH = Thresholds(warning=0.5, critical=50, units=frozenset(), at=AT)
COMPARED = {"compare": "previous"}
METRICS = ("requests", "errors", "error_rate", "latency_p95", "cost", "tokens")
NAMES: list[Any] = ["a", "b", "Other", "", "שלום", 429, True, None, *NASTY, {"other": 12}]

WIDGETS: list[Widget] = [
    *(widget("card", f"card-{name}", metric=name, spark=True, thresholds=BOTH, **COMPARED) for name in METRICS),
    widget("card", "plain"),
    widget("card", "titled", title="A <b>title</b>", note="Said."),
    widget("table", "groups", by=("model",), metrics=("requests",)),
    widget("table", "all", by=("model", "project"), metrics=METRICS, spark=True, thresholds=BOTH, **COMPARED),
    widget("table", "one", by=("status_code",), metrics=("latency_p95",), thresholds=warning(1), **COMPARED),
    widget("table", "records", records=("time", "model", "status_code", "latency", "cost"), newest=500),
]


def number(metric: str) -> float | int | None:
    if RANDOM.random() < 0.1:
        return None
    if metric in ("requests", "errors", "tokens"):
        return RANDOM.choice((0, 1, 12, RANDOM.randrange(10 ** RANDOM.randrange(1, 12))))
    return RANDOM.choice((0.0, 0.1, RANDOM.random(), RANDOM.random() * 10 ** RANDOM.randrange(8), -1.5))


def compared(metrics: tuple[str, ...]) -> dict[str, Any]:
    before = {name: number(name) for name in metrics}
    now = {name: number(name) for name in metrics}
    change = {name: parts(now[name], before[name]) for name in metrics}
    if len(metrics) == 1:
        return {**now, "previous": before[metrics[0]], "change": change[metrics[0]]}
    return {**now, "previous": before, "change": change}


def parts(now: float | None, before: float | None) -> float | None:
    return None if now is None or not before else (now - before) / before


def points(metric: str) -> list[Row]:
    count = RANDOM.choice((0, 1, 2, 3, 17, 33, 65))
    return [{"time": t, metric: number(metric)} for t in days(count)]


def answer(one: Any, count: int, end: str = END) -> Answer:
    """Random rows of a widget, and what is said under it."""
    notes: dict[str, Any] = {"start": START, "end": end}
    if one.type == "card":
        row = compared((one.metric,)) if one.compare else {one.metric: number(one.metric)}
        spark = points(one.metric) if one.spark else []
        return Answer([row], spark, reaches_back=RANDOM.random() < 0.5, **notes)
    if one.records:
        return Answer([record(one.records) for _ in range(count)], newest=60, **notes)
    return Answer([group(one) for _ in range(count)], **notes)


def group(one: Any) -> Row:
    row = {name: RANDOM.choice(NAMES) for name in one.by}
    row |= compared(one.metrics) if one.compare else {name: number(name) for name in one.metrics}
    return row | ({"spark": points(one.metrics[0])} if one.spark else {})


def record(fields: tuple[str, ...]) -> Row:
    made: dict[str, Any] = {
        "time": RANDOM.choice(("2025-06-29T23:59:59.123456+02:00", "2024-12-31T05:00:00+01:00", START)),
        "model": RANDOM.choice([name for name in NAMES if not isinstance(name, dict)]),
        "status_code": RANDOM.choice((200, 301, 404, 429, 500, 503, None)),
        "latency": RANDOM.choice((None, 0, 12.5, 61_234.567)),
        "cost": RANDOM.choice((None, 0.001, 12, 1234.5)),
    }
    return {name: made[name] for name in fields}


# Every count next to one where something appears: nothing, one, search, scrolling, pages.
COUNTS = (0, 1, 8, 9, 12, 13, 25, 26, 60)
SETS = [{one.id: answer(one, count) for one in WIDGETS} for count in COUNTS]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page for each set of rows; their scripts offer what brings a widget to others."""
    root = tmp_path_factory.mktemp("shown")
    with Renderer() as renderer:
        deliver(assemble([made(renderer, n) for n in range(len(SETS))], exposure={}), root)
    (script,) = (root / "assets").glob("more.*.js")
    text = script.read_text("utf-8")
    assert text.count(JOINING) == 1
    script.write_text(text.replace(JOINING, f"window.show = show;\n{JOINING}"), "utf-8")
    return root


JOINING = "return joining;\n"


def made(renderer: Renderer, n: int) -> DrawnDashboard:
    board = dashboard(*WIDGETS, id=f"board-{n}", filters=(FILTER,))
    labels = LABELS | {"latency_p95": replace(LABELS["latency_p95"], approximate=True)}
    return draw(board, SETS[n], context(board, labels), FACTS, renderer)


@pytest.fixture(scope="module")
def written(chromium: Any, site: Path) -> list[dict[str, list[Any]]]:
    """What the page of each set holds."""
    found = []
    for n in range(len(SETS)):
        with opened(chromium, (site / f"board-{n}/index.html").as_uri()) as watched:
            watched.tab.evaluate("dashgen.ready")
            found.append(held(watched))
    return found


def held(watched: Watched) -> dict[str, list[Any]]:
    """Every widget as a list of its tags and texts."""
    html = watched.tab.evaluate("""Object.fromEntries(
      [...document.querySelectorAll('[data-widget]')].map((e) => [e.dataset.widget, e.outerHTML]))""")
    return {name: Parts(text).found for name, text in html.items()}


class Parts(HTMLParser):
    """Tags with their attributes in one order, texts without the line breaks of templates."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        plain = {name: value for name, value in attrs if (name, value) != ("class", "")}
        if tag == "article":
            plain.pop("style", None)  # the room that it keeps
        if value := plain.get("data-value"):
            plain["data-value"] = str(float(value))
        if names := plain.get("class"):
            plain["class"] = " ".join(sorted(names.split()))
        self.found.append((tag, sorted(plain.items())))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if text := re.sub(r"^\n+|\n+$", "", data):
            self.found.append(text)


def told(answers: dict[str, Answer]) -> dict[str, Any]:
    return {
        name: {
            "rows": one.rows,
            "spark": one.spark,
            "start": one.start,
            "end": one.end,
            "reaches_back": one.reaches_back,
        }
        for name, one in answers.items()
    }


SHOW = "(answers) => Promise.all(Object.entries(answers).map(([id, one]) => show(id, one)))"


@pytest.fixture
def page(chromium: Any, site: Path) -> Iterator[Watched]:
    with opened(chromium, (site / "board-0/index.html").as_uri()) as watched:
        watched.tab.evaluate("dashgen.ready")
        yield watched


@pytest.mark.parametrize("first", [0, len(SETS) - 1], ids=["from nothing", "from many rows"])
def test_other_rows_look_as_written(chromium: Any, site: Path, written: list[dict[str, list[Any]]], first: int) -> None:
    """Each set after the other, and back again."""
    order = [*range(len(SETS)), *RANDOM.sample(range(len(SETS)), len(SETS))]
    with opened(chromium, (site / f"board-{first}/index.html").as_uri()) as watched:
        watched.tab.evaluate("dashgen.ready")
        for n in order:
            watched.tab.evaluate(SHOW, told(SETS[n]))
            now = held(watched)
            for one in WIDGETS:
                assert now[one.id] == written[n][one.id], (n, one.id)
        assert watched.said == []
