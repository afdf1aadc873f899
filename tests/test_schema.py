"""The schemas are valid and teach; the gate says each mistake once, where it stands."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from dashgen import documents, model, parse, resources, schema
from dashgen.diagnostics import Diagnostic
from dashgen.editor import project_schema
from dashgen.schema import DocumentKind
from dashgen.structure import VALUE_CHECKS
from dashgen.widgets import KINDS, kind

ROOT = resources.folder("schemas")
NAMES = sorted(path.relative_to(ROOT).with_suffix("").as_posix() for path in ROOT.rglob("*.json"))
TYPES = ("project", "dashboard", "metrics", "prices")

Place = tuple[str, dict[str, Any]]


def _schemas(node: Any, at: str) -> Iterator[Place]:
    """Every schema inside `node`, with where it stands."""
    if not isinstance(node, dict):
        return
    yield at, node
    for key in ("properties", "$defs"):
        for name, inner in node.get(key, {}).items():
            yield from _schemas(inner, f"{at}/{key}/{name}")
    for key in ("items", "additionalProperties", "propertyNames", "if", "then", "else", "not"):
        yield from _schemas(node.get(key), f"{at}/{key}")
    for key in ("anyOf", "allOf", "oneOf"):
        for index, inner in enumerate(node.get(key, [])):
            yield from _schemas(inner, f"{at}/{key}/{index}")


ALL = [place for name in NAMES for place in _schemas(resources.schema(name), name)]
PROPERTIES = [(at, node) for at, node in ALL if "properties" in at.split("/")[-2:-1] and "/if/" not in at]


def _properties(name: str) -> set[str]:
    return set(resources.schema(name)["properties"])


# ---- the files --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid(name: str) -> None:
    found = resources.schema(name)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(found)


@pytest.mark.parametrize(("at", "node"), PROPERTIES, ids=[at for at, _ in PROPERTIES])
def test_a_property_is_described_with_examples(at: str, node: dict[str, Any]) -> None:
    target = _named(node, at)
    text = node.get("description") or target.get("description", "")
    assert len(text) > 10, "no description"
    assert text.endswith((".", "`.")), "a description is a sentence"
    assert "title" in target
    assert target.get("examples"), "no example"


def _named(node: dict[str, Any], at: str) -> dict[str, Any]:
    """What a reference stands for, seen from the file that holds it."""
    while "$ref" in node:
        file = at.partition("/$defs")[0].partition("/properties")[0]
        node, at = schema._named(node["$ref"], file)
    return node


def test_every_file_is_reached() -> None:
    """A widget kind has its schema, and the dashboard's schema leads to it."""
    text = (ROOT / "dashboard.json").read_text("utf-8")
    assert {name for name in NAMES if name.startswith("widgets/")} == {f"widgets/{name}" for name in KINDS}
    assert all(f'"widgets/{name}.json"' in text for name in KINDS)
    assert resources.schema("dashboard")["$defs"]["type"]["enum"] == list(KINDS)


def test_no_keyword_is_lost_beside_a_reference() -> None:
    """The gate follows a reference and reads nothing else there."""
    assert not [at for at, node in ALL if "$ref" in node and set(node) - {"$ref", "description"}]


def test_every_keyword_that_can_fail_is_explained() -> None:
    from dashgen.schema_errors import _EXPLAINED

    silent = {"$schema", "$ref", "$defs", "title", "description", "examples", "defaultSnippets", "patternErrorMessage"}
    walked = {"properties", "propertyNames", "items", "allOf", "if", "then", "else"}
    used = {keyword for _, node in ALL for keyword in node}
    assert used - silent - walked <= set(_EXPLAINED)


def test_formats_and_patterns_can_be_explained() -> None:
    assert {node["format"] for _, node in ALL if "format" in node} == set(VALUE_CHECKS)
    for at, node in ALL:
        if "pattern" in node:
            assert {"title", "patternErrorMessage"} <= set(node), at
            assert (node["pattern"][0], node["pattern"][-1]) == ("^", "$"), at
            assert "`" in node["patternErrorMessage"], at


def test_branches_differ_in_type() -> None:
    """The gate picks the branch by the value's type, so no two may share one."""
    for at, node in ALL:
        types = [name for branch in node.get("anyOf", []) for name in _types(_named(branch, at))]
        assert len(types) == len(set(types)), at


def _types(node: dict[str, Any]) -> list[str]:
    return [node["type"]] if isinstance(node["type"], str) else node["type"]


# ---- examples ---------------------------------------------------------------------------------

REGISTRY: Registry[Any] = Registry().with_resources(
    [
        (f"file:///{name}.json", Resource.from_contents(resources.schema(name) | {"$id": f"file:///{name}.json"}))
        for name in NAMES
    ]
)
EXAMPLES = [(at, index) for at, node in ALL for index, _ in enumerate(node.get("examples", []))]


@pytest.mark.parametrize(("at", "index"), EXAMPLES, ids=[f"{at}/{index}" for at, index in EXAMPLES])
def test_an_example_is_what_it_shows(at: str, index: int) -> None:
    """Measured by the published files themselves, with their references, as any other tool would."""
    file = next(name for name in sorted(NAMES, key=len, reverse=True) if at == name or at.startswith(f"{name}/"))
    reference = f"file:///{file}.json#{at.removeprefix(file)}"
    example = dict(ALL)[at]["examples"][index]
    assert not list(Draft202012Validator({"$ref": reference}, registry=REGISTRY).iter_errors(example))


WIDGETS = [(name, index) for name in KINDS for index in range(len(resources.schema(f"widgets/{name}")["examples"]))]


@pytest.mark.parametrize(("name", "index"), WIDGETS)
def test_an_example_of_a_widget_passes_the_gate_and_is_parsed(name: str, index: int) -> None:
    example = resources.schema(f"widgets/{name}")["examples"][index]
    document = documents.read(json.dumps({"version": 1, "layout": [example]}), "example.yaml")
    assert not list(schema.check(document, "dashboard"))
    project = parse.parse_project(documents.read("version: 1", "dashgen.yaml"))
    assert isinstance(parse.parse_dashboard(document, project).widgets[0], kind(name).spec)


@pytest.mark.parametrize(("name", "read_as"), [("dashgen", "project"), ("dashboard", "dashboard"), ("theme", "theme")])
def test_snippets_are_well_formed(name: str, read_as: DocumentKind) -> None:
    body = json.dumps(resources.schema(name)["defaultSnippets"][0]["body"])
    filled = documents.read(_filled(body), "snippet.yaml")
    assert not list(schema.check(filled, read_as))


def _filled(body: str) -> str:
    """A snippet with its placeholders' own text."""
    import re

    return re.sub(r"\$\{\d+:([^}]*)\}", r"\1", body)


# ---- schema and model -------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_a_widgets_keys_are_its_fields(name: str) -> None:
    keys, own = _properties(f"widgets/{name}"), {field.name for field in fields(kind(name).spec)}
    if "metrics" in own and "metric" in keys:
        keys = keys - {"metric"} | {"metrics"}
    assert keys == own - {"at"}


@pytest.mark.parametrize(
    ("name", "made", "extra"),
    [
        ("dashboard", model.Dashboard, {"week_start"}),
        ("dashgen", model.Project, {"root"}),
    ],
)
def test_a_documents_keys_are_its_fields(name: str, made: type, extra: set[str]) -> None:
    assert _properties(name) - {"version"} == {field.name for field in fields(made)} - {"at"} - extra


@pytest.mark.parametrize(
    ("node", "made", "renamed"),
    [
        (resources.schema("dashgen")["$defs"]["source"], model.Source, {}),
        (resources.schema("dashgen")["$defs"]["field"], model.FieldDefinition, {}),
        (resources.schema("dashgen")["$defs"]["dimension"], model.DimensionDefinition, {}),
        (resources.schema("prices")["$defs"]["price"], model.Price, {"from": "start", "to": "end"}),
        (resources.schema("dashboard")["$defs"]["filter"]["anyOf"][1], model.Filter, {}),
        (resources.schema("dashboard")["properties"]["privacy"], model.Privacy, {}),
        (resources.schema("dashboard")["$defs"]["section"], model.Section, {"section": "title"}),
    ],
)
def test_a_parts_keys_are_its_fields(node: dict[str, Any], made: type, renamed: dict[str, str]) -> None:
    keys = {renamed.get(key, key) for key in node["properties"]}
    assert keys == {field.name for field in fields(made)} - {"at", "name", "options"}


def test_a_metrics_keys_are_its_fields() -> None:
    keys = set(resources.schema("metrics")["$defs"]["metric"]["properties"])
    own = {field.name for field in fields(model.MetricDefinition)} - {"at", "name", "builtin", "kind", "argument"}
    assert keys - set(parse.METRIC_KINDS) == own
    assert set(parse.METRIC_KINDS) <= keys


# ---- mistakes ---------------------------------------------------------------------------------

W = "version: 1\nlayout:\n  - "
MISTAKES = [
    # the file
    ("dashboard", "[a]", "1:1 wrong-type"),
    ("dashboard", "layout: [{type: text, text: a}]", "1:1 missing-key"),
    ("dashboard", "version: 2\nfoo: 1", "1:10 newer-version"),
    ("dashboard", "version: '1'\nlayout: [{type: text, text: a}]", "1:10 not-one-of"),
    ("dashboard", "version: 0\nlayout: [{type: text, text: a}]", "1:10 not-one-of"),
    ("dashboard", "version: 1", "1:1 missing-key"),
    ("dashboard", "version: 1\nlayout: []", "2:9 empty-value"),
    ("dashboard", "version: 1\nlayout: {type: card}", "2:9 wrong-type"),
    ("dashboard", "version: 1\nlayuot: []", "2:1 unknown-key"),
    # widgets
    ("widget", "5", "3:5 wrong-type"),
    ("widget", "{metric: cost}", "3:5 missing-key"),
    ("widget", "{type: crad, metric: cost}", "3:12 unknown-widget"),
    ("widget", "{type: [card]}", "3:12 not-one-of"),
    ("widget", "{type: card}", "3:12 missing-key"),
    ("widget", "{type: card, metric: 5}", "3:26 wrong-type"),
    ("widget", "{type: card, metric: ''}", "3:26 empty-value"),
    ("widget", "{type: card, metric: cost, staked: true}", "3:32 unknown-key"),
    ("widget", "{type: line, metric: a, metrics: [b]}", "3:29 conflicting-keys"),
    ("widget", "{type: line}", "3:12 missing-key"),
    ("widget", "{type: line, metrics: [a, b, a]}", "3:34 repeated-item"),
    ("widget", "{type: bar, metric: a, by: b, stacked: shares}", "3:44 not-one-of"),
    ("widget", "{type: bar, metric: a, by: b, top: 0}", "3:40 out-of-range"),
    ("widget", "{type: bar, metric: a, by: b, top: 2.5}", "3:40 wrong-type"),
    ("widget", "{type: bar, metric: a, by: b, order: cost desc}", "3:42 wrong-form"),
    ("widget", "{type: bar, metric: a, by: b, horizontal: yes}", "3:47 wrong-type"),
    ("widget", "{type: table, by: a}", "3:12 missing-key"),
    ("widget", "{type: table, metric: a}", "3:19 missing-key"),
    ("widget", "{type: table, records: [a], by: b}", "3:33 conflicting-keys"),
    ("widget", "{type: table, by: b, metric: a, newest: 5}", "3:37 conflicting-keys"),
    ("widget", "{type: text, text: a, id: a b}", "3:31 wrong-form"),
    ("widget", "{type: text, text: a, width: 13}", "3:34 out-of-range"),
    ("widget", "{type: text, text: a, id: x}\n  - {type: text, text: a, id: x}", "4:31 duplicate-id"),
    ("widget", "{section: A, layout: [{type: card}], foo: 1}", "3:34 missing-key, 3:42 unknown-key"),
    ("widget", "{section: A}", "3:5 missing-key"),
    # values
    ("widget", "{type: card, metric: a, thresholds: {}}", "3:41 empty-value"),
    ("widget", "{type: card, metric: a, thresholds: {warning: 5 sec}}", "3:51 unknown-unit"),
    ("widget", "{type: card, metric: a, thresholds: {warning: high}}", "3:51 wrong-form"),
    ("widget", "{type: card, metric: a, thresholds: {warning: .nan}}", "3:51 wrong-type"),
    ("widget", "{type: card, metric: a, time_range: 7 days}", "3:41 wrong-form"),
    ("widget", '{type: card, metric: a, time_range: "7d\\n"}', "3:41 wrong-form"),
    ("widget", "{type: card, metric: a, time_range: 7}", "3:41 wrong-type"),
    ("widget", "{type: card, metric: a, time_range: 500y}", "3:41 long-range"),
    ("widget", "{type: card, metric: a, time_range: {to: 2025-01-01}}", "3:29 missing-key"),
    ("widget", "{type: card, metric: a, time_range: {from: 2025-02-29}}", "3:48 impossible-date"),
    ("widget", "{type: card, metric: a, time_range: {from: 0001-02-28}}", "3:48 distant-date"),
    ("widget", "{type: card, metric: a, time_range: {from: 2025-02-02, to: 2025-02-01}}", "3:64 backward-range"),
    ("widget", "{type: card, metric: a, every: 7min}", "3:36 bad-bucket"),
    ("widget", "{type: card, metric: a, every: 24h}", "3:36 bad-bucket"),
    ("widget", "{type: card, metric: a, every: daily}", "3:36 wrong-form"),
    ("widget", "{type: card, metric: a, where: {status_code: ok}}", "3:50 wrong-type"),
    ("widget", "{type: card, metric: a, where: {user: null}}", "3:43 wrong-type"),
    ("widget", "{type: card, metric: a, where: {user: {nt: b}}}", "3:44 unknown-key"),
    ("widget", "{type: card, metric: a, where: {user: []}}", "3:43 empty-value"),
    ("widget", "{type: card, metric: a, where: {a.b: 1}}", "3:37 wrong-form"),
    ("widget", "{type: card, metric: a, allow: many-slices}", "3:36 wrong-type"),
    # the dashboard
    ("head", "timezone: Europe/Romme", "2:11 unknown-timezone"),
    ("head", "as_of: 2025-06-01", "2:8 wrong-form"),
    ("head", "accuracy: 50%", "2:11 out-of-range"),
    ("head", "budget: 0", "2:9 out-of-range"),
    ("head", "filters: [a, {dimension: a}]", "2:26 duplicate-filter"),
    ("head", "filters: [{dimension: time_range, default: 7d}]", "2:35 useless-filter-key"),
    # the project
    ("project", "sources: {a: {type: files}}", "2:21 missing-key"),
    ("project", "sources: {a: {path: x}}", "2:11 missing-key"),
    ("project", "sources: {a-b: {type: x}}", "2:11 wrong-form"),
    ("project", "sources: {a: {type: files, path: x, url: y}}", "2:37 unknown-key"),
    ("project", "sources: {a: {type: x, table: t, query: q}}", "2:34 conflicting-keys"),
    ("project", "sources: {a: {type: files, path: x, units: {latency: sec}}}", "2:54 not-one-of"),
    ("project", "currency: USX", "2:11 unknown-currency"),
    ("project", "currency: dollar", "2:11 wrong-form"),
    ("project", "metrics: 5", "2:10 wrong-type"),
    ("project", "metrics: {a: {title: A}}", "2:11 missing-key"),
    # metrics and prices
    ("metrics", "{a: 5}", "2:14 wrong-type"),
    ("metrics", "{a: {sum: b, expr: c}}", "2:23 conflicting-keys"),
    ("metrics", "{a: {quantile: b}}", "2:15 missing-key"),
    ("metrics", "{a: {quantile: b, q: 95}}", "2:31 out-of-range"),
    ("metrics", "{a: {count: status_code}}", "2:22 not-one-of"),
    ("prices", "[{model: a, input: -1, output: 1}]", "2:28 out-of-range"),
    ("prices", "[{model: a, input: 1, output: 1.0000000001}]", "2:39 too-many-decimals"),
    ("prices", "[{model: a, input: 1, output: 1, from: 2025-02, to: 2025-03}]", "2:48 wrong-form, 2:61 wrong-form"),
]  # fmt: skip


FORMS: dict[str, tuple[DocumentKind, str]] = {
    "dashboard": ("dashboard", "{}"),
    "head": ("dashboard", "version: 1\n{}\nlayout: [{{type: text, text: a}}]"),
    "widget": ("dashboard", W + "{}"),
    "project": ("project", "version: 1\n{}"),
    "metrics": ("metrics", "version: 1\nmetrics: {}"),
    "prices": ("prices", "version: 1\nprices: {}"),
}


def _check(form: str, text: str) -> list[Diagnostic]:
    kind, frame = FORMS[form]
    return list(schema.check(documents.read(frame.format(text), "x.yaml"), kind))


@pytest.mark.parametrize(("form", "text", "expected"), MISTAKES)
def test_each_mistake_is_said_once_where_it_stands(form: str, text: str, expected: str) -> None:
    found = [f"{d.at.span.line}:{d.at.span.column} {d.code}" for d in _check(form, text) if d.at]
    assert ", ".join(found) == expected


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("{type: crad}", "did you mean `card`?"),
        ("{type: card, metrc: a}", "did you mean `metric`?"),
        ("{type: card, metric: a, time_range: 7 days}", "did you mean `7d`?"),
        ("{type: card, metric: a, time_range: this month}", "did you mean `this_month`?"),
        ("{type: card, metric: a, every: 15 minutes}", "did you mean `15min`?"),
        ("{type: card, metric: a, spark: yes}", "In YAML 1.2 `yes` is text; write `true`."),
        ("{type: card, metric: a, spark: 'true'}", "Remove the quotes: `true`."),
        ("{type: card, metric: a, title: 20.10}", 'Put it in quotes: `"20.10"`.'),
        ("{type: card, metric: a, allow: b}", "Write it as a list: `[b]`."),
        ("{type: card, metric: [a]}", "Remove the brackets: `a`."),
        ("{type: card, metric: a, where: {latency: {gt: 5 sec}}}", "did you mean `s`?"),
    ],
)
def test_the_help_says_what_to_write(text: str, help: str) -> None:
    assert help in [d.help for d in _check("widget", text)]


RIGHT = [
    ("dashboard", "version: 1.0\nlayout: [{type: text, text: a}]"),
    ("head", "time_range: {from: 2025-06-01T10:00, to: 2025-06-01}"),
    ("head", "as_of: 2025-06-01T10:00:00.5+05:30"),
    ("head", "accuracy: 0.5%"),
    ("widget", "{type: card, metric: a, compare: false}"),
    ("widget", "{type: card, metric: a, every: 90min}"),
    ("widget", "{type: card, metric: a, where: {x: [1.10, null], y: {gte: 5s, missing: false}}}"),
    ("widget", "{section: A, layout: [{section: B, layout: [{type: text, text: a}]}]}"),
    ("project", ""),
    ("project", "metrics: [a.yaml, b.yaml]\nprices: [p.yaml, {model: a, input: 1, output: 0}]"),
    ("project", "dimensions: {region: null}\nfields: {ttft: }\ncomponents: {a: [1, {b: 2}]}"),
    ("project", "sources: {a: {type: other, region: eu, fields: {cost: null}}}"),
    ("project", "sources: {a: {type: files, path: x, description: Sample data.}}"),
    ("project", "targets: {b: {type: x, y: 1}}"),
    ("prices", "[{model: a, input: 1e-9, output: 0.123456789}]"),
]


@pytest.mark.parametrize(("form", "text"), RIGHT)
def test_nothing_is_said_of_what_is_right(form: str, text: str) -> None:
    assert not _check(form, text)


def test_everything_wrong_is_said_at_once_in_the_order_of_the_text() -> None:
    text = f"{W}{{type: crad}}\n  - {{type: card}}\n  - {{type: pie, metric: 1, by: 2}}\ntheme: 5"
    found = [d.at.span for d in schema.check(documents.read(text, "x.yaml"), "dashboard") if d.at]
    assert [(span.line, span.column) for span in found] == [(3, 12), (4, 12), (5, 25), (5, 32), (6, 8)]


# ---- kinds of installed packages --------------------------------------------------------------


class Gauge:
    schema: ClassVar = {
        "type": "object",
        "additionalProperties": False,
        "required": ["type", "metric"],
        "properties": {
            "type": True,
            "metric": {"$ref": "../common.json#/$defs/metric"},
            "most": {"type": "number"},
        },
    }


class Point:
    name = "gauge"

    def load(self) -> type[Gauge]:
        return Gauge


def test_a_widget_of_an_installed_package_has_its_own_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    points = {"gauge": [Point()]}
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group, name: points.get(name, []))
    text = W + "{type: gauge, metric: cost, most: 5}\n  - {type: gauge, most: a, least: 1}"
    found = list(schema.check(documents.read(text, "x.yaml"), "dashboard"))
    assert [(d.code, d.at.span.line, d.at.span.column) for d in found if d.at] == [
        ("missing-key", 4, 12),
        ("wrong-type", 4, 25),
        ("unknown-key", 4, 28),
    ]


# ---- for editors ------------------------------------------------------------------------------


def test_the_projects_schema_stands_alone() -> None:
    read = parse.parse_project(documents.read("version: 1\ndimensions: {region: {title: Region}}", "dashgen.yaml"))
    whole = project_schema(read)
    Draft202012Validator.check_schema(whole)
    references = [node["$ref"] for _, node in _everything(whole) if isinstance(node.get("$ref"), str)]
    assert references
    assert all(reference.startswith("#/$defs/") for reference in references)
    validator = Draft202012Validator(whole)
    assert validator.is_valid({"version": 1, "layout": [{"type": "pie", "metric": "a", "by": "region"}]})
    assert not validator.is_valid({"version": 1, "layout": [{"type": "pie", "metric": "a", "by": "rigion"}]})
    assert validator.is_valid({"version": 1, "sources": {"a": {"type": "files", "path": "x"}}})
    assert not validator.is_valid({"version": 1, "sources": {"a": {"type": "files"}}})
    assert validator.is_valid({"version": 1, "title": "Acme", "colours": {"accent": "#7a1fa2"}})
    assert not validator.is_valid({"version": 1, "title": "Acme", "colours": {"acent": "#7a1fa2"}})


@pytest.mark.parametrize("name", resources.themes())
def test_the_projects_schema_fits_the_shipped_themes(name: str) -> None:
    whole = project_schema(parse.parse_project(documents.read("version: 1", "dashgen.yaml")))
    theme = documents.read_file(resources.folder("themes") / f"{name}.yaml").data
    assert not list(Draft202012Validator(whole).iter_errors(theme))
    assert list(Draft202012Validator(whole).iter_errors({**theme, "radius": -1}))


@pytest.mark.parametrize(("sources", "offered"), [(("a",), set()), (("a", "b"), {"a.cost", "b.cost"})])
def test_the_projects_schema_offers_metrics_of_each_source(sources: tuple[str, ...], offered: set[str]) -> None:
    named = ", ".join(f"{name}: {{type: files, path: x.csv}}" for name in sources)
    metrics = "{cost: {sum: cost}, own: {sum: cost, source: a}}"
    read = parse.parse_project(documents.read(f"version: 1\nsources: {{{named}}}\nmetrics: {metrics}", "dashgen.yaml"))
    metric = project_schema(read)["$defs"]["metrics"]["$defs"]["metric"]["properties"]
    assert {example for example in metric["expr"]["examples"] if "." in example} == offered
    assert project_schema(read)["$defs"]["common"]["$defs"]["source"]["enum"] == list(sources)


def _everything(node: Any) -> Iterator[tuple[None, dict[str, Any]]]:
    if isinstance(node, dict):
        yield None, node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _everything(inner)


def test_the_gate_needs_no_engine_and_no_network(tmp_path: Path) -> None:
    code = (
        "import sys; from dashgen import documents, schema;"
        f"d = documents.read({W + '{type: card}'!r}, 'x'); assert len(list(schema.check(d, 'dashboard'))) == 1;"
        "print({'altair', 'duckdb', 'vl_convert', 'sqlglot', 'requests', 'urllib3', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
