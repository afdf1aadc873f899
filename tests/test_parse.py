"""Checked documents become the model: what is written, what is inherited, what the language gives."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from dashgen import documents, metrics, parse, schema
from dashgen.documents import Document
from dashgen.model import (
    Absolute,
    AsOf,
    Calendar,
    Condition,
    Dashboard,
    Every,
    Filter,
    MetricDefinition,
    Privacy,
    Project,
    Relative,
    Section,
    Where,
    Widget,
)
from dashgen.schema import DocumentKind
from dashgen.widgets import KINDS

PROJECT = """
version: 1
timezone: Europe/Rome
week_start: sunday
theme: dark
sources:
  gateway: {type: files, path: a.csv, fields: {region: region, ttft: ttft}}
fields: {ttft: {unit: ms}}
dimensions: {region: {title: Region}}
"""


def _read(text: str, kind: DocumentKind, name: str = "x.yaml") -> Document:
    document = documents.read(text, name, Path("/somewhere") / name)
    assert not list(schema.check(document, kind))
    return document


def _project(text: str = PROJECT, *included: Document) -> Project:
    return parse.parse_project(_read(text, "project", "dashgen.yaml"), included)


def _dashboard(text: str, name: str = "x.yaml", project: str = PROJECT) -> Dashboard:
    return parse.parse_dashboard(_read(f"version: 1\n{text}", "dashboard", name), _project(project))


def _widgets(*widgets: str, head: str = "") -> tuple[Widget, ...]:
    lines = "".join(f"\n  - {widget}" for widget in widgets)
    return _dashboard(f"{head}\nlayout:{lines}").widgets


def _widget(text: str, head: str = "") -> Any:
    return _widgets(text, head=head)[0]


def _where(text: str) -> Where:
    where: Where = _widget(f"{{type: card, metric: cost, where: {text}}}").where
    return where


# ---- dashboards -------------------------------------------------------------------------------


def test_what_a_dashboard_leaves_open() -> None:
    found = _dashboard("layout: [{type: text, text: a}]", "cost-by_team.yaml")
    assert (found.id, found.title) == ("cost-by_team", "Cost by team")
    assert (found.time_range, found.time_ranges, found.history) == (Relative(7, "d"), (), None)
    assert (found.timezone, found.week_start, found.theme) == ("Europe/Rome", "sunday", "dark")
    assert (found.as_of, found.accuracy, found.budget) == (AsOf("latest"), 0.01, 2)
    assert (found.lang, found.locale, found.audience, found.if_missing) == ("en", "en", "private", "error")
    assert (found.filters, found.where, found.compare, found.privacy, found.refresh) == ((), (), None, None, None)
    assert (found.source, found.description) == (None, None)


def test_what_a_dashboard_says() -> None:
    found = _dashboard(
        """
id: prod
title: Production
description: Words.
source: gateway
time_range: this_month
time_ranges: [24h, {from: 2025-06-01, to: 2025-06-30}]
history: 1y
timezone: UTC
as_of: 2025-06-30T12:00:00Z
where: {region: eu}
compare: previous
theme: light
lang: it
budget: 0.5
accuracy: 0.5%
privacy: {mask: [user], minimum_group: 10}
audience: public
refresh: 5min
if_missing: hide
layout: [{type: text, text: a}]
"""
    )
    assert (found.id, found.title, found.description, found.source) == ("prod", "Production", "Words.", "gateway")
    assert found.time_range == Calendar("this_month")
    assert found.time_ranges == (Relative(24, "h"), Absolute(date(2025, 6, 1), date(2025, 6, 30)))
    assert found.history == Relative(1, "y")
    assert found.as_of == AsOf("instant", datetime(2025, 6, 30, 12, tzinfo=UTC))
    assert found.where == (Condition("region", any_of=("eu",)),)
    assert (found.timezone, found.theme, found.lang, found.locale) == ("UTC", "light", "it", "it")
    assert (found.budget, found.accuracy) == (0.5, 0.005)
    assert found.privacy == Privacy(("user",), 10)
    assert (found.audience, found.refresh, found.compare) == ("public", "5min", "previous")
    assert found.widgets[0].if_missing == "hide"


@pytest.mark.parametrize(
    ("name", "expected"), [("a.b c.yaml", "a-b-c"), ("日本.yaml", "dashboard"), ("x" * 80 + ".yaml", "x" * 64)]
)
def test_an_id_of_a_files_name(name: str, expected: str) -> None:
    assert _dashboard("layout: [{type: text, text: a}]", name).id == expected


def test_filters() -> None:
    text = "filters: [time_range, {dimension: region, default: 1.10, locked: true}, {dimension: status_code, "
    found = _dashboard(
        f"{text}default: [429, null], hidden: true, top: 5}}]\nlayout: [{{type: text, text: a}}]"
    ).filters
    assert found == (
        Filter("time_range", (), False, False, None, found[0].at),
        Filter("region", ("1.10",), True, False, None, found[1].at),
        Filter("status_code", (429, None), False, True, 5, found[2].at),
    )


def test_sections_hold_widgets_and_sections() -> None:
    found = _dashboard(
        "layout: [{section: A, note: n, layout: [{section: B, layout: [{type: text, text: b}]}]}, "
        "{type: text, text: c}]"
    )
    outer = found.layout[0]
    assert isinstance(outer, Section)
    assert (outer.title, outer.note) == ("A", "n")
    assert [widget.id for widget in found.widgets] == ["text-b", "text-c"]


# ---- widgets ----------------------------------------------------------------------------------


WIDGETS: list[tuple[str, dict[str, Any]]] = [
    ("{type: card, metric: cost}", {"metric": "cost", "compare": None, "spark": False, "thresholds": None}),
    (
        "{type: line, metrics: [cost, tokens]}",
        {"metrics": ("cost", "tokens"), "series": None, "stacked": None, "top": None, "other": True, "order": None},
    ),
    ("{type: line, metric: cost, stacked: share}", {"metrics": ("cost",), "stacked": "share"}),
    (
        "{type: bar, metric: cost, by: user, series: model, stacked: true, horizontal: true, top: 3, other: false}",
        {"by": "user", "series": "model", "stacked": "stack", "horizontal": True, "top": 3, "other": False},
    ),
    ("{type: bar, metric: cost, by: user, stacked: false}", {"stacked": None, "horizontal": False}),
    ("{type: pie, metric: cost, by: user}", {"metric": "cost", "by": "user", "top": None, "other": True}),
    ("{type: heatmap, metric: cost}", {"rows": "weekday", "columns": "hour"}),
    ("{type: histogram, of: latency}", {"of": "latency", "by": None, "scale": "log", "top": None}),
    ("{type: table, by: user, metric: cost}", {"by": ("user",), "metrics": ("cost",), "records": (), "newest": 50}),
    ("{type: table, records: [time, cost], newest: 5}", {"by": (), "records": ("time", "cost"), "newest": 5}),
    ("{type: text, text: '**a**'}", {"text": "**a**", "title": None, "width": None, "allow": frozenset()}),
    (
        "{type: card, metric: cost, title: T, note: N, width: 3, height: 2, source: gateway, allow: [a-b]}",
        {"title": "T", "note": "N", "width": 3, "height": 2, "source": "gateway", "allow": frozenset(["a-b"])},
    ),
    ("{type: card, metric: cost, every: 5min, time_range: 24h}", {"every": Every(5, "min")}),
]


@pytest.mark.parametrize(("text", "expected"), WIDGETS)
def test_a_widget(text: str, expected: dict[str, Any]) -> None:
    found = _widget(text)
    assert {name: getattr(found, name) for name in expected} == expected


def test_every_kind_is_tried_above() -> None:
    assert {_widget(text).type for text, _ in WIDGETS} == set(KINDS)


@pytest.mark.parametrize(
    ("text", "compare"),
    [
        ("{type: card, metric: cost}", "previous"),
        ("{type: card, metric: cost, compare: false}", None),
        ("{type: line, metric: cost}", None),
        ("{type: line, metric: cost, compare: previous}", "previous"),
        ("{type: table, by: user, metric: cost}", None),
    ],
)
def test_only_cards_take_over_the_dashboards_comparison(text: str, compare: str | None) -> None:
    assert _widget(text, head="compare: previous").compare == compare


def test_thresholds_are_in_the_metrics_unit() -> None:
    rate = _widget("{type: card, metric: error_rate, thresholds: {warning: 2.3%, critical: 0.05}}").thresholds
    assert (rate.warning, rate.critical, rate.units) == (0.023, 0.05, {"percent"})
    slow = _widget("{type: card, metric: latency_p95, thresholds: {critical: 1.5min}}").thresholds
    assert (slow.warning, slow.critical, slow.units) == (None, 90_000.0, {"duration"})


def test_order() -> None:
    order = _widget("{type: table, by: user, metric: cost, order: -cost}").order
    assert (order.name, order.descending) == ("cost", True)
    assert not _widget("{type: table, by: user, metric: cost, order: user}").order.descending


def test_ids() -> None:
    found = _widgets(
        "{type: card, metric: cost}",
        "{type: card, metric: cost, time_range: 24h}",
        "{type: card, metric: tokens, id: card-cost-2}",
        "{type: line, metrics: [cost, tokens], series: model}",
        "{type: bar, metric: cost, by: user, series: model}",
        "{type: heatmap, metric: cost, rows: model, columns: user}",
        "{type: histogram, of: latency, by: model}",
        "{type: table, by: [model, user], metrics: [cost, tokens]}",
        "{type: table, records: [time]}",
        "{type: text, text: '# Read me, please: all of it!'}",
        "{type: text, text: '…'}",
    )
    assert [widget.id for widget in found] == [
        "card-cost",
        "card-cost-3",
        "card-cost-2",
        "line-cost-by-model",
        "bar-cost-by-user",
        "heatmap-cost-by-model-user",
        "histogram-latency-by-model",
        "table-cost-by-model-user",
        "table-records",
        "text-read-me-please-all-of",
        "text",
    ]


def test_a_default_id_is_an_id() -> None:
    found = _widgets(*["{type: card, metric: " + "m" * 64 + "}"] * 2)
    assert found[1].id == found[0].id + "-2"
    assert len(found[1].id) <= 64


def test_moving_a_widget_changes_nothing_of_it() -> None:
    assert _widget("{type: card, metric: cost}") == _widget("{type: card,   metric: cost}", head="title: T\n\n")


# ---- conditions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{model: 1.10}", Condition("model", any_of=("1.10",))),
        ("{model: [007, 0x1F, true, null, 'a']}", Condition("model", any_of=("007", "0x1F", "true", None, "a"))),
        ("{region: 2025-06-01}", Condition("region", any_of=("2025-06-01",))),
        ("{nobody_knows: 1e3}", Condition("nobody_knows", any_of=("1e3",))),
        ("{status_code: [429, null]}", Condition("status_code", any_of=(429, None))),
        ("{failed: true}", Condition("failed", any_of=(True,))),
        ("{status_class: 5xx}", Condition("status_class", any_of=("5xx",))),
        ("{model: {not: 1.0}}", Condition("model", none_of=("1.0",))),
        ("{model: {not: [a, null]}}", Condition("model", none_of=("a", None))),
        ("{model: {not: null}}", Condition("model", none_of=(None,))),
        ("{user: {missing: true}}", Condition("user", missing=True)),
        ("{latency: {gt: 5s, lte: 1.5min}}", Condition("latency", gt=5000.0, lte=90_000.0)),
        ("{ttft: 250ms}", Condition("ttft", any_of=(250.0,))),
        ("{status_code: {gte: 400, lt: 500}}", Condition("status_code", gte=400, lt=500)),
    ],
)
def test_a_condition(text: str, expected: Condition) -> None:
    (found,) = _where(text)
    assert found == expected
    assert [type(value) for value in found.any_of or ()] == [type(value) for value in expected.any_of or ()]


def test_a_condition_knows_where_it_stands() -> None:
    (found,) = _where("{model: a}")
    assert found.at is not None
    assert found.at.document.written(found.at.path) == "a"


# ---- the project ------------------------------------------------------------------------------


def test_what_a_project_leaves_open() -> None:
    found = _project("version: 1")
    assert (found.currency, found.timezone, found.week_start, found.theme) == ("USD", "UTC", "monday", "light")
    assert found.dashboards == parse.DASHBOARDS
    assert found.root == "/somewhere"
    assert (found.source, found.sources, found.metrics, found.prices, found.targets) == (None, {}, {}, (), {})


def test_a_source() -> None:
    found = _project(
        """
version: 1
sources:
  a: {type: files, path: [a.csv, b.csv], fields: {time: ts, cost: null}, units: {latency: s}, origin: 2025-01-01T00:00Z}
  b: {type: postgres, url: "${URL}", table: t, region: eu, on_error: show, timezone: Asia/Kolkata, preset: p}
"""
    ).sources
    a, b = found["a"], found["b"]
    assert (a.name, a.type, a.path, a.preset, a.timezone, a.on_error) == (
        "a",
        "files",
        ("a.csv", "b.csv"),
        "requests",
        "UTC",
        "fail",
    )
    assert {name: mapping.text for name, mapping in a.fields.items()} == {"time": "ts", "cost": None}
    assert (a.units, a.origin, a.options) == ({"latency": "s"}, datetime(2025, 1, 1, tzinfo=UTC), {})
    assert (b.url, b.table, b.query, b.on_error, b.timezone, b.preset) == (
        "${URL}",
        "t",
        None,
        "show",
        "Asia/Kolkata",
        "p",
    )
    assert b.options == {"region": "eu"}


def test_fields_dimensions_and_targets() -> None:
    found = _project(
        """
version: 1
fields: {ttft: {title: First token, unit: ms, resolution: 0.001}, size: }
dimensions: {end_point: , region: {title: Where}}
targets: {site: {type: directory, path: dist}}
dashboards: a.yaml
"""
    )
    assert (found.fields["ttft"].title, found.fields["ttft"].resolution) == ("First token", 0.001)
    assert (found.fields["size"].title, found.fields["size"].unit) == (None, None)
    assert (found.dimensions["end_point"].title, found.dimensions["region"].title) == ("End point", "Where")
    assert (found.targets["site"].type, found.targets["site"].options) == ("directory", {"path": "dist"})
    assert found.dashboards == ("a.yaml",)


def test_included_files() -> None:
    text = "version: 1\nmetrics: [m.yaml, n.yaml]\nprices: [p.yaml, {model: b, input: 1, output: 2}]"
    document = documents.read(text, "dashgen.yaml")
    assert [(part.text, part.kind, part.at.span.line) for part in parse.includes(document)] == [
        ("m.yaml", "metrics", 2),
        ("n.yaml", "metrics", 2),
        ("p.yaml", "prices", 3),
    ]
    m = _read("version: 1\nmetrics: {a: {sum: cost}, b: {sum: cost}}", "metrics", "m.yaml")
    n = _read("version: 1\nmetrics: {b: {max: cost}}", "metrics", "n.yaml")
    p = _read("version: 1\nprices: [{model: a, input: 2.50, output: 1e-3}]", "prices", "p.yaml")
    found = parse.parse_project(document, [m, n, p])
    assert {name: metric.kind for name, metric in found.metrics.items()} == {"a": "sum", "b": "max"}
    assert [(price.model, price.input, price.output) for price in found.prices] == [
        ("a", "2.50", "1e-3"),
        ("b", "1", "2"),
    ]


@pytest.mark.parametrize("text", ["5", "metrics: 5", "metrics: {a: 5}", "prices: [5, {model: a}]", "metrics: [[a]]"])
def test_a_broken_project_includes_nothing(text: str) -> None:
    assert not list(parse.includes(documents.read(text, "dashgen.yaml")))


# ---- metrics and prices -----------------------------------------------------------------------


def _metric(text: str) -> MetricDefinition:
    return parse.parse_metrics(_read(f"version: 1\nmetrics: {{a_b: {text}}}", "metrics"))["a_b"]


@pytest.mark.parametrize(
    ("text", "kind", "argument"),
    [
        ("{sum: cost}", "sum", "cost"),
        ("{count: true}", "count", None),
        ("{min: latency}", "min", "latency"),
        ("{max: latency}", "max", "latency"),
        ("{average: latency}", "average", "latency"),
        ("{quantile: latency, q: 0.9}", "quantile", "latency"),
        ("{distinct: user}", "distinct", "user"),
        ("{expr: cost / requests}", "expr", "cost / requests"),
    ],
)
def test_a_metric(text: str, kind: str, argument: str | None) -> None:
    found = _metric(text)
    assert (found.kind, found.argument) == (kind, argument)
    assert (found.title, found.better, found.builtin, found.per, found.source) == (
        "A b",
        "neither",
        False,
        None,
        None,
    )
    assert found.q == (0.9 if kind == "quantile" else None)


def test_a_metric_with_everything() -> None:
    found = _metric(
        "{count: true, where: {latency: {gt: 5s}, model: 1.0}, per: hour, title: T, description: D, format: compact, "
        "unit: u, better: lower, source: s}"
    )
    assert found.where == (Condition("latency", gt=5000.0), Condition("model", any_of=("1.0",)))
    assert (found.per, found.title, found.description, found.format) == ("hour", "T", "D", "compact")
    assert (found.unit, found.better, found.source) == ("u", "lower", "s")


def test_the_catalogue_speaks_the_language() -> None:
    file = Path(metrics.__file__).with_name("catalogue.yaml")
    document = documents.read_file(file)
    assert not list(schema.check(document, "metrics"))
    found = parse.parse_metrics(document, builtin=True)
    assert {"requests", "error_rate", "latency_p99"} <= set(found)
    assert all(metric.builtin and metric.description for metric in found.values())


def test_a_price_keeps_its_digits() -> None:
    text = "[{model: 'm', input: 0.10, output: 1, from: 2025-01-01, to: 2025-06-01T12:00+02:00}]"
    (found,) = _project(f"version: 1\nprices: {text}").prices
    assert (found.input, found.output, found.start) == ("0.10", "1", date(2025, 1, 1))
    assert isinstance(found.end, datetime)
    assert found.end.utcoffset() is not None
