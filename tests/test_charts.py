from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from dashgen import charts, standalone
from dashgen.categories import Categories
from dashgen.theme import ROLES, ink, load_theme
from dashgen.widgets import kind
from tests.drawn import LABELS, answer, axis, channels, context, days, layers, picture, values, warning, widget

# ---- categories


def test_categories_stay_apart_whatever_they_are_called() -> None:
    found = Categories.of(["Other (2)", {"other": 2}, None, "(missing)", "null", 429, "429"], context().write)
    assert len(set(found.names)) == 7
    assert [name.replace("\u200b", "") for name in found.names][:4] == [
        "Other (2)",
        "Other (2)",
        "(missing)",
        "(missing)",
    ]
    assert found.roles[0] == "c1"
    assert found.roles[1] == "other"


# ---- kinds


def test_a_line_has_a_utc_scale_and_the_true_instants() -> None:
    spec = picture(widget("line"), [{"time": text, "cost": 1.5} for text in days(3)]).chart
    assert spec is not None
    assert {one["scale"]["type"] for one in channels(spec, "x")} == {"utc"}
    assert [row["time"] for row in values(spec)] == days(3)
    assert values(spec)[1]["x"] - values(spec)[0]["x"] == 86_400_000


def test_gaps_stay_null_and_a_point_between_two_is_marked() -> None:
    costs = [1.0, None, 2.0, None, 3.0, 4.0]
    spec = picture(widget("line"), [{"time": t, "cost": c} for t, c in zip(days(6), costs, strict=True)]).chart
    assert spec is not None
    assert [row["v"] for row in values(spec)] == costs
    assert [row.get("a", False) for row in values(spec)] == [True, False, True, False, False, False]


def test_series_keep_the_order_of_their_rows_and_other_is_neutral() -> None:
    series: list[Any] = ["zeta", "alpha", {"other": 3}]
    rows = [{"time": t, "model": s, "cost": 1} for t in days(2) for s in series]
    shown = picture(widget("line", series="model"), rows)
    assert shown.chart is not None
    scale = channels(shown.chart, "color")[0]["scale"]
    assert scale["domain"] == ["zeta", "alpha", "Other (3)"]
    assert scale["range"] == [ink("c1"), ink("c2"), ink("other")]
    assert shown.legend.index("zeta") < shown.legend.index("alpha") < shown.legend.index("Other (3)")


def test_metrics_of_one_unit_share_an_axis_and_others_do_not() -> None:
    rows = [{"time": t, "latency_p50": 1, "latency_p95": 2, "cost": 3} for t in days(2)]
    together = picture(widget("line", metrics=("latency_p50", "latency_p95")), rows).chart
    apart = picture(widget("line", metrics=("latency_p50", "cost")), rows).chart
    assert together is not None
    assert apart is not None
    assert "vconcat" not in together
    assert [panel["title"] for panel in apart["vconcat"]] == ["P50 latency", "Cost"]


def test_a_stack_is_ordered_by_rank_and_a_share_normalised() -> None:
    rows = [{"time": t, "model": s, "cost": 1} for t in days(2) for s in ("b", "a")]
    for stacked, stack in (("stack", "zero"), ("share", "normalize")):
        spec = picture(widget("line", series="model", stacked=stacked), rows).chart
        assert spec is not None
        assert channels(spec, "y")[0]["stack"] == stack
        assert channels(spec, "order")[0]["field"] == "o"
        assert [row["o"] for row in values(spec)[:2]] == [0, 1]


def test_metrics_of_one_title_or_a_long_one_stay_apart() -> None:
    labels = {name: replace(LABELS[name], title="x" * 1000) for name in ("cost", "tokens")}
    labels = {name: replace(label, unit="tokens", format="number") for name, label in labels.items()}
    rows = [{"time": t, "cost": 1, "tokens": 2, "model": "a"} for t in days(3)]
    for one in (widget("line", metrics=("cost", "tokens")), widget("bar", metrics=("cost", "tokens"))):
        spec = (
            kind(one.type)
            .draw(one, answer(rows[:1] if one.type == "bar" else rows), context(labels=LABELS | labels))
            .chart
        )
        names = {row["s"] for row in values(spec)}
        assert len(names) == 2


def test_the_previous_period_is_a_dashed_layer() -> None:
    rows = [{"time": t, "cost": 2, "previous": 1, "change": 1.0} for t in days(2)]
    spec = picture(widget("line", compare="previous"), rows).chart
    assert spec is not None
    assert [row["p"] for row in values(spec)] == [1, 1]
    assert any(layer["mark"].get("strokeDash") for layer in layers(spec))


def test_thresholds_are_rules_drawn_once_and_far_ones_are_left_out() -> None:
    rows = [{"time": t, "cost": 2} for t in days(30)]
    near = picture(widget("line", thresholds=warning(3)), rows).chart
    far = picture(widget("line", thresholds=warning(300)), rows).chart
    assert near is not None
    assert far is not None
    near_rows, far_rows = (
        next(layer["data"]["values"] for layer in layers(spec) if layer["mark"]["type"] == "rule")
        for spec in (near, far)
    )
    assert near_rows == [{"r": "warning", "v": 3, "t": "warning $3"}]
    assert far_rows == []


def test_bars_keep_their_order_in_both_directions() -> None:
    rows = [{"model": m, "tokens": v} for m, v in (("b", 1), ("a", 3), (None, 2))]
    for horizontal, across in ((False, "x"), (True, "y")):
        spec = picture(widget("bar", horizontal=horizontal), rows).chart
        assert spec is not None
        assert channels(spec, across)[0]["sort"] is None
        assert [row["b"] for row in values(spec)] == ["b", "a", "(missing)"]


def test_upright_bars_lie_down_where_there_is_little_room() -> None:
    shown = picture(widget("bar"), [{"model": "a", "tokens": 1}])
    assert shown.narrow is not None
    assert channels(shown.narrow.spec, "y")[0]["field"] == "b"


def test_bars_by_series_are_grouped_or_stacked() -> None:
    rows = [{"model": m, "project": p, "tokens": 1} for m in "ab" for p in "xy"]
    grouped = picture(widget("bar", series="project"), rows).chart
    stacked = picture(widget("bar", series="project", stacked="stack"), rows).chart
    assert grouped is not None
    assert stacked is not None
    assert channels(grouped, "xOffset")
    assert not channels(stacked, "xOffset")
    assert channels(stacked, "y")[0]["stack"] == "zero"


def test_a_pie_tells_its_whole_and_leaves_out_what_has_no_size() -> None:
    rows = [{"model": "a", "tokens": 75}, {"model": "b", "tokens": 25}, {"model": "c", "tokens": 0}]
    shown = picture(widget("pie"), rows)
    assert shown.chart is not None
    assert [row["s"] for row in values(shown.chart)] == ["a", "b"]
    assert "75%" in shown.legend
    assert '"100"' in json.dumps(shown.chart)


def test_a_heatmap_steps_through_the_palette_and_keeps_empty_cells() -> None:
    rows = [{"weekday": d, "hour": h, "requests": d * h if h else None} for d in range(1, 8) for h in range(24)]
    spec = picture(widget("heatmap"), rows).chart
    assert spec is not None
    assert len(values(spec)) == 168
    assert values(spec)[0] == {"r": "Mon", "c": "00:00", "v": None}
    colour = channels(spec, "color")[0]
    assert len(colour["scale"]["range"]) == 9
    assert colour["condition"]["test"] == "datum.v === null"


def test_a_histogram_merges_bins_without_losing_counts() -> None:
    rows = [{"from": 1.02**n, "to": 1.02 ** (n + 1), "count": n} for n in range(300)]
    spec = picture(widget("histogram"), [{"from": 0, "to": 0, "count": 5}, *rows]).chart
    assert spec is not None
    bins = values(spec)
    assert len(bins) <= 60
    assert sum(row["v"] for row in bins) == sum(row["count"] for row in rows)
    assert all(one["e"] == two["x"] for one, two in pairwise(bins))
    assert channels(spec, "x")[0]["scale"]["type"] == "log"


def test_a_histogram_by_a_dimension_uses_one_grid() -> None:
    rows = [
        {"from": 1.1**n, "to": 1.1 ** (n + 1), "count": 1, "model": model}
        for model, span in (("a", range(0, 90)), ("b", range(40, 150)))
        for n in span
    ]
    spec = picture(widget("histogram", by="model"), rows).chart
    assert spec is not None
    edges = {name: [row["x"] for row in values(spec) if row["s"] == name] for name in "ab"}
    assert edges["a"] == edges["b"]


@pytest.mark.parametrize("kind", ["line", "bar", "pie", "heatmap", "histogram"])
def test_no_rows_is_an_empty_picture(kind: str) -> None:
    assert picture(widget(kind), []).empty


def test_all_zero_still_has_an_axis() -> None:
    shown = picture(widget("line"), [{"time": t, "cost": 0} for t in days(3)])
    assert not shown.empty
    assert shown.chart is not None
    assert axis(shown.chart, "y_axis") == {"ticks": ([0],), "texts": (["$0"],), "ends": [0, 1]}


def test_ids_with_dots_and_quotes_never_reach_a_field_name() -> None:
    odd = "a.b[0]\"'"
    labels = {**LABELS, odd: LABELS["cost"]}
    from dashgen.widgets import kind
    from tests.drawn import answer

    rows = [{"time": t, odd: 1} for t in days(2)]
    spec = kind("line").draw(widget("line", metrics=(odd,)), answer(rows), context(labels=LABELS | labels)).chart
    assert spec is not None
    fields = set(re.findall(r'"field": "([^"]*)"', json.dumps(spec)))
    assert fields <= {"x", "v", "s", "o", "p", "a", "l", "t", "time"}


# ---- sizes


def test_a_page_chart_has_fixed_sizes_and_no_legend() -> None:
    rows = [{"time": t, "model": m, "cost": 1} for t in days(2) for m in "ab"]
    shown = picture(widget("line", series="model"), rows)
    assert shown.chart is not None
    (sized,) = charts.for_page(shown.chart, shown.frame, 400)
    padding = sized["padding"]
    assert sized["width"] + padding["left"] + padding["right"] == 400
    assert sized["autosize"] == {"type": "none"}
    assert all(one["legend"] is None for one in channels(sized, "color"))
    assert channels(shown.chart, "color")[0]["legend"] is not None


def test_a_standalone_chart_has_no_ink_left_and_leaves_data_alone() -> None:
    shown = picture(widget("bar"), [{"model": ink("c1"), "tokens": 3}])
    assert shown.chart is not None
    spec = standalone.specification(shown.chart, shown.frame, "Title", load_theme("light"))
    assert spec["$schema"] == "https://vega.github.io/schema/vega-lite/v6.json"
    assert (spec["title"], spec["width"], spec["height"]) == ("Title", 640, shown.frame.height)
    assert values(spec)[0]["b"] == ink("c1")
    assert channels(spec, "color")[0]["scale"]["domain"] == [ink("c1")]
    del channels(spec, "color")[0]["scale"]["domain"]
    bare = json.dumps({key: value for key, value in spec.items() if key not in ("data", "params")})
    assert [role for role in ROLES if ink(role) in bare] == []
