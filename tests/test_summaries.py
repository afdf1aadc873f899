"""What charts say of themselves, to those who do not see them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.drawn import LABELS, days, picture, widget

MONTH = "Jun 1 – 30, 2025"


def said(one: Any, rows: list[dict[str, Any]], **keys: Any) -> str:
    """With plain spaces and dashes."""
    return picture(one, rows, **keys).summary.replace("\N{NO-BREAK SPACE}", " ").replace("\N{THIN SPACE}", " ")


def trend(*costs: float | None) -> list[dict[str, Any]]:
    return [{"time": time, "cost": cost} for time, cost in zip(days(len(costs)), costs, strict=True)]


@pytest.mark.parametrize(
    ("costs", "sentence"),
    [
        (
            (160, 120, 310, 302),
            "Cost rose from $160.00 on Jun 1 to $302.00 on Jun 4; highest $310.00 on Jun 3, lowest $120.00 on Jun 2.",
        ),
        (
            (302, 160),
            "Cost fell from $302.00 on Jun 1 to $160.00 on Jun 2; highest $302.00 on Jun 1, lowest $160.00 on Jun 2.",
        ),
        (
            (100, 300, 101),
            "Cost: $100.00 on Jun 1 and $101.00 on Jun 3; highest $300.00 on Jun 2, lowest $100.00 on Jun 1.",
        ),
        ((0, 0, 0), "Cost: $0.00 on Jun 1, on Jun 3 and all the time between."),
        ((None, 5, None), "Cost: $5.00 on Jun 2."),
        ((None, None), "Cost: no values."),
    ],
)
def test_a_line_says_where_it_goes(costs: tuple[float | None, ...], sentence: str) -> None:
    assert said(widget("line"), trend(*costs)).endswith(sentence)


def test_a_bucket_that_is_not_over_is_no_trend() -> None:
    whole = said(widget("line"), trend(10, 20, 3), end="2025-06-04T00:00:00+02:00")
    cut = said(widget("line"), trend(10, 20, 3), end="2025-06-03T11:00:00+02:00")
    assert "fell from $10.00 on Jun 1 to $3.00 on Jun 3" in whole
    assert "rose from $10.00 on Jun 1 to $20.00 on Jun 2" in cut
    assert "$3" not in cut


@pytest.mark.parametrize(
    ("times", "when"),
    [
        (("2025-06-01T14:00:00+02:00", "2025-06-01T15:00:00+02:00"), "at Jun 1, 14:00 to"),
        (("2025-06-02T00:00:00+02:00", "2025-06-09T00:00:00+02:00"), "in the week of Jun 2 to"),
        (("2025-05-01T00:00:00+02:00", "2025-06-01T00:00:00+02:00"), "in May 2025 to"),
    ],
)
def test_times_are_said_by_the_size_of_buckets(times: tuple[str, str], when: str) -> None:
    rows = [{"time": time, "cost": cost} for time, cost in zip(times, (1, 2), strict=True)]
    assert when in said(widget("line"), rows, end="")


def test_of_many_lines_the_first_are_told() -> None:
    rows = [{"time": t, "model": m, "cost": n + d} for d, t in enumerate(days(2)) for n, m in enumerate("abcde")]
    found = said(widget("line", series="model"), rows)
    assert "c rose from $2.00" in found
    assert "d rose" not in found
    assert found.endswith("2 more are in the table.")


GROUPS = [{"model": m, "tokens": v} for m, v in (("a", 10), ("b", 40), ("c", 30), ("d", 20), ({"other": 9}, 900))]


def test_bars_are_ranked_without_the_rest() -> None:
    found = said(widget("bar"), GROUPS)
    assert found == f"Bar chart, {MONTH}. Tokens, highest first: b (40), c (30), d (20). Lowest of 4: a (10)."


@pytest.mark.parametrize(("additive", "first"), [(True, "a (5), b (4)"), (False, "b · y (3), a · x (3), a · y (2)")])
def test_only_what_adds_up_is_added_up(additive: bool, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LABELS, "tokens", replace(LABELS["tokens"], additive=additive))
    values = {("b", "y"): 3, ("a", "x"): 3, ("a", "y"): 2, ("b", "x"): 1}
    rows = [{"model": m, "project": p, "tokens": v} for (m, p), v in values.items()]
    assert f"highest first: {first}" in said(widget("bar", series="project"), rows)


def test_a_pie_names_its_largest_share_of_the_whole() -> None:
    found = said(widget("pie"), GROUPS)
    assert found.endswith("b has the largest share, 4% of 1,000 tokens. Then c (3%), d (2%). 2 more are in the table.")


@pytest.mark.parametrize(("additive", "last"), [(False, "(0)."), (True, "Added up, most in Wed (367), 09:00 (109).")])
def test_a_heatmap_names_its_extremes(additive: bool, last: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LABELS, "requests", replace(LABELS["requests"], additive=additive))
    rows = [{"weekday": d, "hour": h, "requests": 100 if (d, h) == (3, 9) else h} for d in (1, 3) for h in range(24)]
    rows[2]["requests"] = None
    found = said(widget("heatmap"), rows)
    assert "Requests: highest in Wed, 09:00 (100). Lowest in Mon, 00:00 (0)." in found
    assert found.endswith(last)


def test_a_histogram_says_how_large_half_of_the_values_are_at_most() -> None:
    rows = [{"from": n * 100.0 or 1.0, "to": n * 100 + 100.0, "count": 10} for n in range(10)]
    assert said(widget("histogram"), rows).endswith("Latency: half of 100 values are at most 500 ms, 95% at most 1 s.")
    zeros = [{"from": 0.0, "to": 0.0, "count": 100}, *rows]
    assert "half of 200 values are at most 0 ms" in said(widget("histogram"), zeros)


@pytest.mark.parametrize("kind", ["line", "bar", "pie", "heatmap", "histogram"])
def test_nothing_has_few_words(kind: str) -> None:
    assert len(said(widget(kind), [])) < 80
