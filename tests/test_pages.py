from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from dashgen import layout, pages
from dashgen.bundle import assemble
from dashgen.draw import DrawnDashboard, Facts, draw
from dashgen.markdown import markdown
from dashgen.model import Filter, Relative, Section, Widget
from dashgen.render import Renderer
from dashgen.targets.directory import deliver
from dashgen.widgets import kind
from dashgen.widgets.base import Answer, Row
from tests.drawn import AT, END, LABELS, START, answer, context, dashboard, days, warning, widget

FACTS = Facts(
    as_of="2025-06-30T23:59:29+02:00",
    start=START,
    end=END,
    catalogue="1.0",
    error_bounds={"latency_p95": 0.01, "latency_p99": 0.02},
    left_out=[("Active users", "the source has no field `user`")],
    notes=["Sample data, generated."],
)
LINKS = pages.Links("../assets/x.css", "../assets/head.js", ("../assets/x.js", "page.js"))
HOSTILE = ["</script><img src=x onerror=alert(1)>", "a\x00b\u202eevil", "x" * 10_000, "שלום", "javascript:alert(1)"]

MODELS: list[Any] = ["gpt-4o", "claude-sonnet-4", None, {"other": 3}]
EVERY_KIND: list[tuple[Widget, list[Row]]] = [
    (
        widget("card", compare="previous", spark=True, thresholds=warning(10)),
        [{"requests": 12, "previous": 10, "change": 0.2}],
    ),
    (widget("line"), [{"time": t, "cost": n} for n, t in enumerate(days(30))]),
    (widget("bar"), [{"model": m, "tokens": 10**6 - n} for n, m in enumerate(MODELS)]),
    (widget("pie"), [{"model": m, "tokens": 10**6 - n} for n, m in enumerate(MODELS)]),
    (widget("heatmap"), [{"weekday": d, "hour": h, "requests": d * h} for d in range(1, 8) for h in range(24)]),
    (widget("histogram"), [{"from": 1.1**n, "to": 1.1 ** (n + 1), "count": n} for n in range(50, 90)]),
    (
        widget("table", records=("time", "model", "status_code", "latency")),
        [{"time": START, "model": m, "status_code": 500, "latency": 12.5} for m in ("a", "b")],
    ),
    (widget("text", text="# Hello\n\n[there](https://example.org)"), []),
]


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as started:
        yield started


def drawn(
    renderer: Renderer, widgets: list[tuple[Widget, list[Row]]], facts: Facts = FACTS, **keys: Any
) -> DrawnDashboard:
    board = dashboard(*(one for one, _ in widgets), **keys)
    answers = {one.id: answer(rows) for one, rows in widgets if one.type != "text"}
    return draw(board, answers, context(board), facts, renderer)


def page(renderer: Renderer, widgets: list[tuple[Widget, list[Row]]], **keys: Any) -> str:
    return pages.dashboard_page(drawn(renderer, widgets, **keys), LINKS, "../index.html")


class Elements(HTMLParser):
    """Every start tag and its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def of(self, widget: str) -> dict[str, str]:
        return next(attributes for _, attributes in self.found if attributes.get("data-widget") == widget)


# ---- what a page holds


def test_every_widget_is_an_element_with_its_id_and_kind(renderer: Renderer) -> None:
    elements = Elements(page(renderer, EVERY_KIND))
    for one, _ in EVERY_KIND:
        assert elements.of(one.id)["data-type"] == one.type


def test_a_page_needs_no_style_attribute_no_inline_script_and_nobody_else(renderer: Renderer) -> None:
    html = page(renderer, EVERY_KIND)
    elements = Elements(html).found
    tags = {tag for tag, _ in elements}
    assert "svg" in tags
    assert not tags & {"style", "img", "iframe", "object"}
    scripts = [attributes for tag, attributes in elements if tag == "script"]
    assert scripts == [
        {"src": LINKS.head},
        *({"defer": "", "fetchpriority": "low", "src": path} for path in LINKS.scripts),
    ]
    for _, attributes in elements:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
    links = [attributes["href"] for _, attributes in elements if "href" in attributes]
    assert set(links) == {"../assets/x.css", "data:,", "../index.html", "#main", "https://example.org"}
    policy = next(a["content"] for _, a in elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:")
    assert "unsafe" not in policy


def test_a_page_reads_in_the_direction_of_its_language(renderer: Renderer) -> None:
    for lang, direction in (("ar", "rtl"), ("he-IL", "rtl"), ("en", None), ("de", None)):
        root = next(attributes for tag, attributes in Elements(page(renderer, [], lang=lang)).found if tag == "html")
        assert (root["lang"], root.get("dir")) == (lang, direction)


@pytest.mark.parametrize(("lang", "own"), [("de", "en"), ("ar", "en"), ("en", None), ("en-GB", None)])
def test_the_programs_own_words_say_that_they_are_english(renderer: Renderer, lang: str, own: str | None) -> None:
    found = Elements(page(renderer, EVERY_KIND, lang=lang)).found
    spoken = [
        attributes.get("lang") for tag, attributes in found if tag in ("summary", "nav") or "skip" in str(attributes)
    ]
    assert set(spoken) == {own}
    assert len(spoken) > 5
    said = {attributes["lang"] for _, attributes in found if "lang" in attributes}
    assert said == ({lang, own} if own else {lang})
    assert not [tag for tag, attributes in found if tag in ("h1", "h2", "h3", "td", "text") and "lang" in attributes]


@pytest.mark.parametrize(
    ("theme", "choices", "schemes"),
    [
        ("light", ["system", "light", "dark", "contrast"], "light dark"),
        ("dark", ["system", "contrast"], "dark"),
        ("high-contrast-dark", [], "dark"),
    ],
)
def test_a_viewer_may_choose_what_the_theme_has(
    renderer: Renderer, theme: str, choices: list[str], schemes: str
) -> None:
    elements = Elements(page(renderer, [], theme=theme)).found
    buttons = [attributes for tag, attributes in elements if tag == "button"]
    assert [button["data-scheme-choice"] for button in buttons] == choices
    assert all(button["aria-label"] for button in buttons)
    assert {"name": "color-scheme", "content": schemes} in [attributes for tag, attributes in elements if tag == "meta"]


def test_the_logo_of_a_theme_stands_in_the_header(renderer: Renderer) -> None:
    shown = drawn(renderer, [])
    with_logo = pages.dashboard_page(shown, replace(LINKS, logo="../assets/logo.1.svg"), "../index.html")
    assert '<img class="logo" src="../assets/logo.1.svg" alt="">' in with_logo
    assert "<img" not in page(renderer, [])


def test_stale_numbers_are_told_first(renderer: Renderer) -> None:
    cards = [(widget("card"), [{"requests": 1}])]
    stale = "Nothing newer than yesterday."
    late = pages.dashboard_page(drawn(renderer, cards, replace(FACTS, stale=stale)), LINKS, "../index.html")
    assert late.index(stale) < late.index("data-widget")
    assert 'class="banner"' not in page(renderer, cards)


def test_ids_are_unique(renderer: Renderer) -> None:
    ids = [attributes["id"] for _, attributes in Elements(page(renderer, EVERY_KIND)).found if "id" in attributes]
    assert len(ids) > len(EVERY_KIND)
    assert len(ids) == len(set(ids))


def test_every_chart_has_words_and_a_table(renderer: Renderer) -> None:
    for one, rows in EVERY_KIND[1:6]:
        html = page(renderer, [(one, rows)])
        pictures = [a for _, a in Elements(html).found if a.get("role") == "img"]
        assert pictures
        assert all(len(attributes["aria-label"]) > 20 for attributes in pictures)
        assert html.count('<details class="numbers">') == 1
        assert "<table>" in html


@pytest.mark.parametrize(
    ("metric", "value", "written", "unit"),
    [
        ("requests", 1234567890123456789, "1234567890123456789", "requests"),
        ("error_rate", 1 / 3, "0.3333333333333333", "fraction"),
        ("cost", 12.0, "12.0", "USD"),
        ("latency_p95", None, "", "ms"),
    ],
)
def test_a_card_carries_its_full_value(
    renderer: Renderer, metric: str, value: float | None, written: str, unit: str
) -> None:
    html = page(renderer, [(widget("card", metric=metric), [{metric: value}])])
    attributes = Elements(html).of("card")
    assert (attributes["data-value"], attributes["data-unit"]) == (written, unit)


@pytest.mark.parametrize(("value", "bounds"), [(1.5, 1), (0, 1), (None, 0)])
def test_only_a_value_has_a_bound(value: float | None, bounds: int) -> None:
    labels = LABELS | {"latency_p95": replace(LABELS["latency_p95"], approximate=True)}
    one = widget("card", metric="latency_p95")
    picture = kind("card").draw(one, answer([{"latency_p95": value}]), context(labels=labels))
    assert picture.html.count("±1%") == bounds


@pytest.mark.parametrize(
    ("dimension", "default", "words"),
    [
        ("model", (), "Nothing in this range."),
        ("model", ("gpt-4o",), "Nothing in this range matches the filters."),
        ("time_range", ("7d",), "Nothing in this range."),
    ],
)
def test_where_nothing_is_left_its_filters_are_named(
    renderer: Renderer, dimension: str, default: tuple[str, ...], words: str
) -> None:
    chosen = Filter(dimension, default, locked=False, hidden=False, top=None, at=AT)
    assert f">{words}<" in page(renderer, [(widget("bar"), [])], filters=(chosen,))


@pytest.mark.parametrize(
    ("metric", "value", "previous", "tone"),
    [("errors", 5, 10, "good"), ("errors", 10, 5, "critical"), ("requests", 10, 5, "muted")],
)
def test_a_comparison_is_coloured_by_the_metrics_own_direction(
    renderer: Renderer, metric: str, value: int, previous: int, tone: str
) -> None:
    row = {metric: value, "previous": previous, "change": (value - previous) / previous}
    html = page(renderer, [(widget("card", metric=metric, compare="previous"), [row])])
    assert f'<span class="tone {tone}">' in html


def test_a_threshold_is_told_in_words(renderer: Renderer) -> None:
    for value, pills in ((9, 0), (10, 1)):
        html = page(renderer, [(widget("card", metric="errors", thresholds=warning(10)), [{"errors": value}])])
        assert html.count("Warning") == pills


def test_a_pinned_range_stands_in_the_heading(renderer: Renderer) -> None:
    rows: list[Row] = [{"requests": 1}]
    pinned = page(renderer, [(widget("card", time_range=Relative(30, "d")), rows)])
    assert '<span class="pinned">Jun 1\u2009–\u200930, 2025</span>' in pinned
    assert "pinned" not in page(renderer, [(widget("card"), rows)])


def test_sections_keep_their_order_headings_and_notes(renderer: Renderer) -> None:
    inner = Section("Inside", None, (widget("card", "c"),), AT)
    board = dashboard(widget("card", "a"), Section("Outside", "Why.", (widget("card", "b"), inner), AT))
    answers = {name: answer([{"requests": 1}]) for name in "abc"}
    shown = draw(board, answers, context(board), FACTS, renderer)
    html = pages.dashboard_page(shown, LINKS, "index.html")
    marks = ['data-widget="a"', "<h2>Outside</h2>", "Why.", 'data-widget="b"', "<h3>Inside</h3>", 'data-widget="c"']
    places = [html.index(mark) for mark in marks]
    assert places == sorted(places)


def test_what_is_left_out_or_failed_is_said(renderer: Renderer) -> None:
    board = dashboard(widget("card", "fails"), widget("card", "hidden"))
    answers = {"fails": Answer((), failure="The source `gateway` did not answer.")}
    html = pages.dashboard_page(draw(board, answers, context(board), FACTS, renderer), LINKS, "index.html")
    assert "The source `gateway` did not answer." in html
    assert 'data-widget="hidden"' not in html
    assert "Active users: the source has no field `user`" in html


def test_the_footer_defines_what_the_page_shows(renderer: Renderer) -> None:
    html = page(renderer, [(widget("card", metric="latency_p95"), [{"latency_p95": 1.5}])])
    assert "95th percentile." in html
    assert "within 1% of the exact ones" in html
    assert "Metric catalogue 1.0" in html
    assert "Sample data, generated." in html
    assert "Estimated cost." not in html
    assert "of the exact ones" not in page(renderer, [(widget("card"), [{"requests": 1}])])


def test_hostile_values_are_text_in_every_kind(renderer: Renderer) -> None:
    hostile = [
        (widget("line", series="model"), [{"time": t, "model": m, "cost": 1} for t in days(2) for m in HOSTILE]),
        (widget("bar"), [{"model": m, "tokens": 1} for m in HOSTILE]),
        (widget("pie"), [{"model": m, "tokens": 1} for m in HOSTILE]),
        (
            widget("heatmap", rows="model", columns="project"),
            [{"model": m, "project": p, "requests": 1} for m in HOSTILE for p in HOSTILE],
        ),
        (
            widget("histogram", by="model"),
            [{"from": 1.0, "to": 2.0, "count": 1, "model": m} for m in HOSTILE],
        ),
        (
            widget("table", by=("model",), metrics=("cost",), title=HOSTILE[0]),
            [{"model": m, "cost": 1} for m in HOSTILE],
        ),
        (widget("text", text="\n\n".join(HOSTILE)), []),
    ]
    html = page(renderer, hostile, title=HOSTILE[0], description=HOSTILE[1])
    scripts = [attributes for tag, attributes in Elements(html).found if tag == "script"]
    assert len(scripts) == 3, "its own"
    assert "img" not in {tag for tag, _ in Elements(html).found}
    assert "&lt;/script&gt;&lt;img" in html
    assert "\x00" not in html
    assert "\u202e" not in html


# ---- Markdown


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#x0A;script:alert(1))",
        "[x](data:text/html,hi)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        "<b onclick=x>y</b>",
        "![x](https://example.org/x.png)",
    ],
)
def test_markdown_refuses(text: str) -> None:
    tags = {tag for tag, _ in Elements(markdown(text)).found}
    hrefs = [a.get("href", "") for _, a in Elements(markdown(text)).found]
    assert not tags & {"b", "img"}
    assert not [href for href in hrefs if not href.startswith(("", "https:"))]
    assert not [href for href in hrefs if re.match(r"\s*(java|vb)?(script|data):", href, re.IGNORECASE)]


@pytest.mark.parametrize("href", ["https://example.org/a?b=c", "mailto:a@example.org", "../other/", "#part"])
def test_markdown_links(href: str) -> None:
    assert f'href="{href}"' in markdown(f"[x]({href})")


def test_markdown_tables_align_by_class() -> None:
    html = markdown("| a | b |\n|---|--:|\n| 1 | 2 |\n")
    assert '<td class="num">2</td>' in html
    assert "style=" not in html


# ---- columns


def spans(*kinds: str | tuple[str, int]) -> list[int]:
    named = [(one, None) if isinstance(one, str) else one for one in kinds]
    return layout.spans([widget(kind, str(n), width=width) for n, (kind, width) in enumerate(named)])


def test_rows_are_filled() -> None:
    assert spans("card", "card", "card", "card") == [3, 3, 3, 3]
    assert spans("line", "pie") == [7, 5]
    assert spans("bar") == [12]
    assert spans(*["card"] * 6) == [4] * 6
    assert spans(*["card"] * 5) == [4, 4, 4, 6, 6]
    assert spans("table", "card") == [12, 12]
    assert spans() == []


def test_written_widths_stay() -> None:
    assert spans(("card", 2), "line") == [2, 10]
    assert spans(("line", 8), ("bar", 8)) == [8, 8]


def test_charts_are_drawn_for_a_phone_and_for_their_column() -> None:
    for span in range(1, 13):
        widths = layout.drawn_widths(span)
        assert layout.NARROW in widths
        assert list(widths) == sorted(widths)


# ---- in a browser


TEXT_SIZES = """() => [...document.querySelectorAll('.drawing text')].filter(t => t.getBoundingClientRect().width)
  .map(t => parseFloat(t.getAttribute('font-size')) * Math.hypot(t.getScreenCTM().a, t.getScreenCTM().b))"""
OUTSIDE = """() => [...document.querySelectorAll('.drawing text')].filter(t => {
    const text = t.getBoundingClientRect(), card = t.closest('.widget').getBoundingClientRect();
    return text.width && (text.left < card.left || text.right > card.right)
  }).map(t => t.textContent)"""
FILL = "() => getComputedStyle(document.querySelector('.drawing .s-c1')).stroke"


@pytest.mark.browser
def test_a_page_in_a_browser(renderer: Renderer, chromium: Any, tmp_path: Path) -> None:
    deliver(assemble([drawn(renderer, EVERY_KIND)], exposure={}), tmp_path / "dist")
    strokes = set()
    for width in (320, 360, 412, 768, 1024, 1280, 1440, 2560):
        for scheme in ("light", "dark"):
            tab = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            said: list[str] = []
            tab.on("console", lambda message, said=said: said.append(message.text))
            tab.goto((tmp_path / "dist/board/index.html").as_uri())
            assert said == []
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
            sizes = tab.evaluate(TEXT_SIZES)
            assert sizes, width
            assert min(sizes) >= 10, width
            assert sorted(sizes)[len(sizes) // 2] <= 13.1, width
            assert tab.evaluate(OUTSIDE) == [], width
            strokes.add(tab.evaluate(FILL))
            tab.close()
    assert len(strokes) == 2, "one drawing, coloured by the scheme"
