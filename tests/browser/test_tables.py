"""Live tables: sorted, searched, filtered by column, seen by pages, saved; and what numbers mean, beside them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from dashgen.bundle import assemble
from dashgen.draw import draw
from dashgen.model import Widget
from dashgen.render import Renderer
from dashgen.targets.directory import deliver
from dashgen.widgets.base import Row
from tests.browser.opened import Watched, opened, served
from tests.browser.test_examples import LOOK
from tests.browser.test_live import NASTY
from tests.drawn import LABELS, answer, context, dashboard, days, widget
from tests.test_pages import FACTS

pytestmark = pytest.mark.browser

NAMES: list[Any] = ["b", "A", None, "a", "Ω", "10", "9", "ab"]
GROUPS: list[Row] = [
    *({"model": name, "requests": n * 7 % 5 or None, "error_rate": n / 100} for n, name in enumerate(NAMES)),
    {"model": {"other": 3}, "requests": 1_000, "error_rate": 0.5},
]
RECORDS: list[Row] = [
    {
        "time": f"2025-06-{30 - n // 3:02}T10:{n % 60:02}:00+02:00",
        "model": f"model-{n % 4}",
        "status_code": (200, 429, 503)[n % 3],
        "latency": None if n == 5 else n * 10.5,
        "cost": n / 4,
    }
    for n in range(60)
]
FORMULAS = [
    "=1+1",
    "+cmd",
    "-2+3",
    "@x",
    "\t=1",
    "\r=1",
    "＝1",
    '=HYPERLINK("x","y")',
    "-12.5",
    "+7",
    "a,b",
    'q"q',
    "l\nf",
]
HOSTILE: list[Row] = [{"model": name, "cost": -1.5} for name in [*FORMULAS, *NASTY]]
BOARD: list[tuple[Widget, list[Row]]] = [
    (widget("table", "groups", by=("model",), metrics=("requests", "error_rate")), GROUPS),
    (widget("table", "records", records=("time", "model", "status_code", "latency", "cost")), RECORDS),
    (widget("table", "hostile", by=("model",), metrics=("cost",)), HOSTILE),
    (widget("table", "few", by=("model",), metrics=("latency_p95",)), [{"model": "a", "latency_p95": 1234.5}]),
    (widget("table", "none", by=("model",), metrics=("cost",)), []),
    (
        widget("table", "compared", by=("model",), metrics=("cost", "errors"), compare="previous"),
        [
            {
                "model": "a",
                "cost": 2,
                "errors": 1,
                "previous": {"cost": 1, "errors": None},
                "change": {"cost": 1.0, "errors": None},
            }
        ],
    ),
    (widget("line", "line", metrics=("latency_p95",)), [{"time": t, "latency_p95": n} for n, t in enumerate(days(9))]),
    (widget("card", "card", metric="latency_p95"), [{"latency_p95": 850.0}]),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tables")
    facts = replace(FACTS, newest="2025-06-30T21:00:00+02:00", due=DUE)
    labels = LABELS | {
        name: replace(LABELS[name], approximate=True, formula="quantile(latency, 0.95)") for name in ("latency_p95",)
    }
    with Renderer() as renderer:
        boards = []
        for lang in ("en", "ar"):
            board = dashboard(*(one for one, _ in BOARD), id=lang, lang=lang)
            answers = {one.id: answer(rows) for one, rows in BOARD}
            boards.append(draw(board, answers, context(board, labels), facts, renderer))
        deliver(assemble(boards, exposure={}, single_file=True), root)
    return root


DUE = 1_751_320_000_000
"""Milliseconds since the epoch."""


@pytest.fixture
def page(chromium: Any, site: Path) -> Iterator[Watched]:
    with opened(chromium, (site / "en/index.html").as_uri()) as watched:
        watched.tab.evaluate("dashgen.ready")
        yield watched
        assert (watched.said, watched.asked) == ([], [])


def column(tab: Any, table: str, n: int) -> list[str]:
    texts: list[str] = tab.evaluate(
        """([id, n]) => [...document.querySelectorAll(`[data-widget=${id}] tbody tr:not(.off)`)]
          .map((row) => row.cells[n].textContent)""",
        [table, n],
    )
    return texts


def head(tab: Any, table: str, title: str) -> Any:
    return tab.locator(f"[data-widget={table}] thead").get_by_role("button", name=title, exact=True)


# ---- order ------------------------------------------------------------------------------------


def test_numbers_are_sorted_by_value_missing_and_folded_last(page: Watched) -> None:
    as_they_came = column(page.tab, "groups", 1)
    button = head(page.tab, "groups", "Requests")
    button.click()
    assert column(page.tab, "groups", 1) == ["4", "4", "3", "2", "2", "1", "–", "–", "1,000"]
    button.click()
    assert column(page.tab, "groups", 1) == ["1", "2", "2", "3", "4", "4", "–", "–", "1,000"]
    button.click()
    assert column(page.tab, "groups", 1) == as_they_came


def test_texts_are_sorted_alike_in_every_language(page: Watched) -> None:
    button = head(page.tab, "groups", "Model")
    button.press("Enter")
    sorted_names = ["10", "9", "A", "a", "ab", "b", "Ω", "(missing)", "Other (3)"]
    assert column(page.tab, "groups", 0) == sorted_names
    button.press("Enter")
    assert column(page.tab, "groups", 0) == ["Ω", "b", "ab", "A", "a", "9", "10", "(missing)", "Other (3)"]


def test_the_order_is_told(page: Watched) -> None:
    said = "[...document.querySelectorAll('[data-widget=groups] th')].map((e) => e.ariaSort).filter(Boolean)"
    found = []
    for _ in range(3):
        head(page.tab, "groups", "Error rate").click()
        found.append(page.tab.evaluate(said))
    assert found == [["descending"], ["ascending"], []]
    head(page.tab, "groups", "Error rate").click()
    head(page.tab, "groups", "Model").click()
    assert page.tab.evaluate(said) == ["ascending"]


# ---- what is found ----------------------------------------------------------------------------


def test_a_search_looks_in_every_column(page: Watched) -> None:
    table = page.tab.locator("[data-widget=records]")
    table.get_by_role("searchbox").fill("MODEL-1 429")
    assert {tuple(one) for one in zip(column(page.tab, "records", 1), column(page.tab, "records", 2), strict=True)} == {
        ("model-1", "429")
    }
    assert table.get_by_role("status").inner_text() == "5 of 60 rows found"
    table.get_by_role("searchbox").fill("nobody")
    assert column(page.tab, "records", 0) == ["No row has this."]
    table.get_by_role("searchbox").fill("")
    assert len(column(page.tab, "records", 0)) == 25


def test_columns_are_filtered_by_texts_and_limits(page: Watched) -> None:
    table = page.tab.locator("[data-widget=records]")
    table.get_by_role("button", name="Filter by columns").click()
    table.get_by_label("Latency (ms): at least").fill("100")
    table.get_by_label("Latency (ms): at most").fill("200")
    table.get_by_label("Search: Model").fill("L-2")
    assert column(page.tab, "records", 3) == [f"{ms}\N{NO-BREAK SPACE}ms" for ms in (105, 147, 189)]
    table.get_by_role("button", name="Filter by columns").click()
    assert len(column(page.tab, "records", 3)) == 25
    assert table.get_by_label("Search: Model").count() == 0


def test_a_limit_of_percentages_is_as_they_are_read(page: Watched) -> None:
    table = page.tab.locator("[data-widget=groups]")
    table.get_by_role("button", name="Filter by columns").click()
    table.get_by_label("Error rate (%): at least").fill("6")
    assert column(page.tab, "groups", 2) == ["6%", "7%", "50%"]


# ---- pages ------------------------------------------------------------------------------------


def test_pages(page: Watched) -> None:
    table = page.tab.locator("[data-widget=records]")
    pager = table.locator(".pager")
    assert "1–25 of 60" in pager.inner_text()
    table.get_by_role("button", name="Next page").click()
    table.get_by_role("button", name="Next page").click()
    assert "51–60 of 60" in pager.inner_text()
    assert len(column(page.tab, "records", 0)) == 10
    table.get_by_role("button", name="Next page").press("Enter")
    assert "51–60 of 60" in pager.inner_text()
    head(page.tab, "records", "Cost").click()
    assert "1–25 of 60" in pager.inner_text(), "another order begins at its first page"
    table.get_by_label("Rows per page").select_option("50")
    assert len(column(page.tab, "records", 0)) == 50
    table.get_by_role("searchbox").fill("model-1")
    assert pager.count() == 0
    table.get_by_role("searchbox").fill("")
    assert "1–50 of 60" in pager.inner_text()


def test_controls_stand_where_they_are_of_use(page: Watched) -> None:
    for name, searched, paged in (("groups", 1, 0), ("records", 1, 1), ("few", 0, 0), ("none", 0, 0)):
        table = page.tab.locator(f"[data-widget={name}]")
        assert table.locator("[type=search]:visible").count() == searched, name
        assert table.locator(".pager:visible").count() == paged, name
        assert table.locator(".csv:visible").count() == (name != "none"), name


def test_paper_has_every_row_that_was_found(page: Watched) -> None:
    page.tab.locator("[data-widget=records]").get_by_role("searchbox").fill("model")
    page.tab.emulate_media(media="print")
    assert page.tab.locator("[data-widget=records] tbody tr:visible").count() == 60
    assert page.tab.locator(":is(.tools, .pager, .about):visible").count() == 0


def test_without_scripts_nothing_is_dead(chromium: Any, site: Path) -> None:
    with opened(chromium, (site / "en/index.html").as_uri(), java_script_enabled=False) as watched:
        assert watched.tab.locator("button:visible, input:visible").count() == 0
        assert watched.tab.locator("[data-widget=records] tbody tr:visible").count() == 60
        assert "quantile(latency, 0.95)" in watched.tab.locator("footer").inner_html()


# ---- files ------------------------------------------------------------------------------------


def saved(tab: Any, button: Any) -> tuple[str, bytes]:
    with tab.expect_download() as download:
        button.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def lines(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize("path", ["en/index.html", "en.html"])
def test_what_is_found_is_saved_in_its_order_with_full_numbers(chromium: Any, site: Path, path: str) -> None:
    with opened(chromium, (site / path).as_uri()) as watched:
        table = watched.tab.locator("[data-widget=records]")
        table.get_by_role("searchbox").fill("model-3")
        head(watched.tab, "records", "Cost").click()
        name, content = saved(watched.tab, table.get_by_role("button", name="Save as CSV"))
        assert name == "en-records.csv"
        first, *rest = lines(content)
        assert first == ["Time", "Model", "Status", "Latency (ms)", "Cost (USD)"]
        assert rest == [
            [row["time"], row["model"], str(row["status_code"]), f"{row['latency']:g}", f"{row['cost']:g}"]
            for row in reversed(RECORDS)
            if row["model"] == "model-3"
        ]
        assert content.count(b"\r\n") == len(rest) + 1
        assert watched.said == []


def test_nothing_saved_is_a_formula(page: Watched) -> None:
    _, content = saved(page.tab, page.tab.locator("[data-widget=hostile] .csv"))
    names = [line[0] for line in lines(content)[1:]]
    assert names[: len(FORMULAS)] == [
        *("'=1+1", "'+cmd", "'-2+3", "'@x", "'\t=1", "'\r=1", "'＝1", '\'=HYPERLINK("x","y")'),
        *("-12.5", "+7", "a,b", 'q"q', "l\nf"),
    ]
    assert {line[1] for line in lines(content)[1:]} == {"-1.5"}
    assert not [name for name in names if name[:1] in "=@\t\r" and name]


def test_comparisons_have_columns(page: Watched) -> None:
    _, content = saved(page.tab, page.tab.locator("[data-widget=compared] .csv"))
    assert lines(content) == [
        [
            "Model",
            "Cost (USD)",
            "Errors",
            "Cost (USD) · Before",
            "Errors · Before",
            "Cost (USD) · Change",
            "Errors · Change",
        ],
        ["a", "2", "1", "1", "", "1", ""],
    ]


def test_the_numbers_of_a_chart_are_saved(page: Watched) -> None:
    page.tab.locator("[data-widget=line] summary").click()
    name, content = saved(page.tab, page.tab.locator("[data-widget=line] .csv"))
    assert name == "en-line.csv"
    assert lines(content)[:2] == [["Time", "P95 latency (ms)"], ["2025-06-01T00:00:00+02:00", "0"]]


@pytest.mark.parametrize(("sandbox", "count"), [('sandbox="allow-scripts"', 0), ("", 1)])
def test_a_frame_that_may_not_save_does_not_offer_it(chromium: Any, site: Path, sandbox: str, count: int) -> None:
    outer = site / "outer.html"
    frame = f'<iframe {sandbox} width=900 height=900 src="en.html?widget=few"></iframe>'
    outer.write_text(f"<!doctype html><link rel=icon href=data:,>{frame}")
    with served(site) as address, opened(chromium, f"{address}/outer.html", inside=address) as watched:
        (inner,) = watched.tab.frames[1:]
        inner.evaluate("dashgen.ready")
        assert inner.locator(".csv:visible").count() == count
        assert watched.said == []


# ---- what numbers mean ------------------------------------------------------------------------


def test_a_metric_is_explained_beside_its_widget(page: Watched) -> None:
    button = page.tab.get_by_role("button", name="What it means: P95 latency").first
    button.press("Enter")
    dialog = page.tab.get_by_role("dialog")
    for part in ("95th percentile.", "quantile(latency, 0.95)", "±1%"):
        assert part in dialog.inner_text()
    assert dialog.evaluate("(e) => e === document.activeElement")
    page.tab.keyboard.press("Escape")
    assert dialog.count() == 0
    assert button.evaluate("(e) => e === document.activeElement")
    ids = page.tab.evaluate("[...document.querySelectorAll('[data-metric]')].map((e) => e.dataset.metric)")
    assert len(ids) == len(set(ids)) > 3


def test_without_popovers_no_button_is_dead(chromium: Any, site: Path) -> None:
    with opened(chromium, (site / "en/index.html").as_uri()) as watched:
        watched.tab.add_init_script("delete HTMLElement.prototype.popover")
        watched.tab.reload()
        watched.tab.evaluate("dashgen.ready")
        assert watched.tab.locator(".about").count() > 0
        assert watched.tab.locator(".about:visible").count() == 0
        assert watched.tab.locator(".definitions").is_visible()
        assert watched.said == []


def test_percentiles_carry_their_bound(page: Watched) -> None:
    for place in ("[data-widget=card] .number", "[data-widget=few] thead", "[data-widget=line] .title"):
        assert "±1%" in page.tab.locator(place).inner_text(), place
    assert "±" not in page.tab.locator("[data-widget=groups]").inner_text()


@pytest.mark.parametrize(("late", "path"), [(-1, "en/index.html"), (1, "en/index.html"), (1, "en.html")])
def test_the_viewers_clock_says_what_was_promised(chromium: Any, site: Path, late: int, path: str) -> None:
    context_ = chromium.new_context()
    tab = context_.new_page()
    tab.clock.set_fixed_time(DUE / 1000 + late * 60)
    tab.goto((site / path).as_uri())
    banner = tab.locator(".banner")
    assert banner.is_visible() == (late > 0)
    assert (
        banner.text_content() == "Nothing newer than Jun 30, 2025, 21:00:00 has arrived: these numbers may be behind."
    )
    assert "Newest event Jun 30, 2025, 21:00:00." in tab.locator("footer").inner_text()
    context_.close()


def test_a_page_that_stays_open_becomes_late(chromium: Any, site: Path) -> None:
    context_ = chromium.new_context()
    tab = context_.new_page()
    tab.clock.install(time=DUE / 1000 - 90)
    tab.goto((site / "en/index.html").as_uri())
    assert not tab.locator(".banner").is_visible()
    tab.clock.run_for(200_000)
    assert tab.locator(".banner").is_visible()
    context_.close()


# ---- how it looks -----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_nothing_moves_and_all_of_it_fits(
    chromium: Any, site: Path, lang: str, violations: Callable[[Any], list[str]], photograph: Callable[[Any, str], None]
) -> None:
    with opened(chromium, (site / f"{lang}/index.html").as_uri(), viewport={"width": 320, "height": 900}) as watched:
        watched.tab.evaluate("dashgen.ready")
        watched.tab.wait_for_timeout(300)
        assert watched.shift() == 0
        for number in range(2):
            watched.tab.locator("[data-widget=records] [aria-expanded], [data-widget=groups] [aria-expanded]").nth(
                number
            ).click()
        watched.tab.locator("[data-widget=groups] .sort").first.click()
        for width in (320, 768, 1440):
            watched.tab.set_viewport_size({"width": width, "height": 900})
            watched.tab.wait_for_timeout(300)
            assert watched.tab.evaluate(LOOK) == [], width
            photograph(watched.tab, f"tables-{lang}-{width}")
        watched.tab.locator("[data-about]").last.click()
        assert violations(watched.tab) == []
        assert watched.said == []


# ---- groups that are chosen -------------------------------------------------------------------


def test_a_group_is_chosen_and_released(chromium: Any, built_examples: Path) -> None:
    """By its button, which keeps the focus, and by its line."""
    with opened(chromium, (built_examples / "projects/index.html").as_uri()) as watched:
        tab = watched.tab
        tab.evaluate("dashgen.ready")
        table = tab.locator("[data-type=table]").first
        count = table.locator("tbody tr").count()
        group = table.locator("tbody th .pick").nth(1)
        name = group.inner_text()
        group.press("Enter")
        pressed = table.locator("tbody th .pick[aria-pressed=true]")
        pressed.wait_for()
        assert tab.evaluate("dashgen.filters.user") == [name]
        assert (pressed.inner_text(), table.locator("tbody tr").count()) == (name, 1)
        assert pressed.evaluate("(e) => e === document.activeElement")
        table.locator("tbody td").last.click()
        tab.wait_for_function("!dashgen.filters.user.length")
        assert table.locator("tbody tr").count() == count
        assert (watched.said, watched.asked) == ([], [])


def test_records_under_a_filter_say_how_far_they_reach(chromium: Any, built_examples: Path) -> None:
    with opened(chromium, (built_examples / "production/index.html").as_uri()) as watched:
        tab = watched.tab
        tab.evaluate("dashgen.ready")
        table = tab.locator("[data-widget=table-records]")
        assert table.locator(".reach").inner_text() == "The newest 50; older ones are not in this page."
        tab.evaluate("dashgen.setFilters({status_code: [503]})")
        count = len(tab.evaluate("dashgen.rows('table-records')"))
        assert table.locator(".reach").inner_text() == f"{count} of the newest 50; older ones are not in this page."
        assert column(tab, "table-records", 3) == ["503"] * count


# ---- long names -----------------------------------------------------------------------------------

BEGINS = """() => [...document.querySelectorAll("tbody bdi")].filter((it) => it.textContent.length > 60).map((name) => {
  const range = document.createRange();
  const text = document.createTreeWalker(name, NodeFilter.SHOW_TEXT).nextNode();
  range.setStart(text, 0);
  range.setEnd(text, 1);
  const [letter, cell] = [range.getBoundingClientRect(), name.closest("th, td").getBoundingClientRect()];
  return letter.left >= cell.left - 1 && letter.right <= cell.right + 1;
})"""


@pytest.mark.parametrize("board", ["states", "right-to-left"])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_long_name_is_cut_at_its_end(chromium: Any, built_states: Path, board: str, scripts: bool) -> None:
    """Whichever way it is written, on a page that is read the other way too."""
    url = (built_states / board / "index.html").as_uri()
    with opened(chromium, url, viewport={"width": 768, "height": 900}, java_script_enabled=scripts) as watched:
        if scripts:
            watched.tab.evaluate("dashgen.ready")
        begins = watched.tab.evaluate(BEGINS)
        assert begins
        assert all(begins)
