"""How a dashboard is computed, as text: its views, the cubes that serve them, and the queries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from dashgen import newest
from dashgen.answers import Answered
from dashgen.cube import CubeSpec
from dashgen.exposure import exposure
from dashgen.graph import MADE_OF, Node
from dashgen.messages import what
from dashgen.metrics.formula import Measure
from dashgen.model import Condition, Scalar, Where
from dashgen.plan import offers
from dashgen.plan.ask import Asked
from dashgen.plan.interactive import Grain
from dashgen.plan.questions import Question, demands
from dashgen.plan.views import Newest
from dashgen.shipments import MEGABYTE, Cargo
from dashgen.shipped import key
from dashgen.sources.base import RecordQuery
from dashgen.timeline import Zone

_SHORT = 12
"""Digits of a name that are shown."""


def explanation(
    found: Answered, cargo: Mapping[str, Cargo], nodes: Mapping[str, Node | None] = MappingProxyType({})
) -> str:
    """`cargo` is what pages with filters ship, `nodes` what each page depends on."""
    return "\n".join(_lines(found, cargo, nodes))


def _lines(found: Answered, cargo: Mapping[str, Cargo], nodes: Mapping[str, Node | None]) -> Iterator[str]:
    numbers = {spec: number for number, spec in enumerate(found.served.plan.cubes, 1)}
    for asked in found.dashboards:
        yield f"dashboard {asked.dashboard.id}"
        yield from _merged(asked)
        yield from _views(asked, found, numbers)
    for spec, number in numbers.items():
        yield ""
        yield from _cube(spec, number, found)
    for asked in found.dashboards:
        for name, question in asked.questions.items():
            if isinstance(question.view, Newest):
                yield ""
                yield from _records(f"{asked.dashboard.id} {name}", question, question.view, found)
    for name, one in cargo.items():
        yield ""
        yield from _page(name, one, found)
    for name, page in nodes.items():
        yield ""
        yield from _depends(name, page, numbers)
    yield ""
    yield "exposure"
    yield json.dumps(exposure(found, cargo), indent=2, ensure_ascii=False)


def _depends(name: str, page: Node | None, numbers: Mapping[CubeSpec, int]) -> Iterator[str]:
    """What its page is made of, each with the name under which it is kept: what keeps its name is not made again."""
    yield f"depends {name}"
    if page is None:
        yield "  a source's data cannot be told from other data: everything is made each time"
        return
    for depth, node in page.walk():
        yield f"  {'  ' * depth}{node.kind} {node.label}  {node.name[:_SHORT]}  {MADE_OF[node.kind]}"
        if node.kind == "source":
            cubes = [number for spec, number in numbers.items() if spec.source == node.label]
            yield f"  {'  ' * depth}  serves {', '.join(f'cube {number}' for number in cubes) or 'no cube'}"


def _merged(asked: Asked) -> Iterator[str]:
    """What was united so that no group is small."""
    merged = asked.merged
    if merged.grain == Grain.OFFERED:
        yield "  merged: time, no ranges but those that are offered"
    elif merged.grain:
        yield "  merged: time, ranges of a viewer's own begin and end at midnights"
    if merged.least:
        least = f"{merged.least.count}{merged.least.unit}"
        yield f"  merged: time, buckets of {least} or longer where no `every:` is written"
    for name, told in merged.told.items():
        dropped = ", no filter" if name in merged.dropped else ""
        yield f"  merged: {name}, {told.folded:,} of {len(told.values) + told.folded:,} values told as one{dropped}"


def _page(name: str, cargo: Cargo, found: Answered) -> Iterator[str]:
    """What the page of a dashboard ships for its filters."""
    live, dashboard = cargo.shipment.live, cargo.shipment.live.asked.dashboard
    yield f"filters of {name}: {', '.join(chosen.dimension for chosen in offers.open_filters(dashboard))}"
    yield f"  size:     {cargo.size:,} bytes compressed of {dashboard.budget * MEGABYTE:,.0f} (`budget:`)"
    yield f"  ranges:   {', '.join(key(one) for one in live.ranges)}"
    for dimension, told in cargo.folded.items():
        yield f"  folded:   {dimension}, {told.folded:,} of {len(told.values) + told.folded:,} values told as one"
    for dimension in sorted({name for own in cargo.shipment.sketches.values() for _, name in own}):
        error = cargo.shipment.standard_error
        yield f"  counted:  {dimension}, distinct values estimated by HyperLogLog, standard error {error:.2%}"
    for spec in live.cubes:
        yield ""
        yield from _shipped(spec, cargo, found)


def _shipped(spec: CubeSpec, cargo: Cargo, found: Answered) -> Iterator[str]:
    yield f"page cube of {spec.source}: {_grouped(spec)}"
    yield f"  measures: {', '.join(_measure(measure) for measure in spec.measures)}"
    if spec.where:
        yield f"  where:    {_conditions(spec.where)}"
    yield f"  edges:    {_edges(spec)}"
    cells, estimate = len(cargo.shipment.cells[spec].begins), cargo.shipment.live.estimates[spec]
    entries = f", {len(cargo.shipment.cells[spec]):,} entries" if spec.histogram else ""
    yield f"  cells:    {cells:,} (estimated {estimate:,}){entries}"
    yield from _query(spec.source, spec, found)


def _views(asked: Asked, found: Answered, numbers: dict[CubeSpec, int]) -> Iterator[str]:
    for name, question in asked.questions.items():
        served = sorted({numbers[found.served.plan.serving[d.cube]] for d in demands(question, found.catalogue)})
        cubes = f"cube {', '.join(map(str, served))}" if served else "its own query"
        yield f"  {name}: {_view(question)} from {cubes}"
    for gap in asked.gaps:
        what = f"{gap.column} left out" if gap.column else "left out"
        yield f"  {gap.widget.id}: {what}, {gap.reason}"
    for name, sentence in asked.failures.items():
        yield f"  {name}: failed, {sentence}"


def _view(question: Question) -> str:
    zone, window = question.window.zone, question.window
    grouped = f" by {', '.join(question.dimensions)}" if question.dimensions else ""
    kind = type(question.view).__name__.lower()
    return f"{kind}{grouped}, {zone.iso(window.start)} to {zone.iso(window.end)}"


def _cube(spec: CubeSpec, number: int, found: Answered) -> Iterator[str]:
    cube = found.served.cubes[spec]
    yield f"cube {number} of {spec.source}: {_grouped(spec)}"
    yield f"  measures: {', '.join(_measure(measure) for measure in spec.measures)}"
    if spec.where:
        yield f"  where:    {_conditions(spec.where)}"
    yield f"  edges:    {_edges(spec)}"
    yield f"  cells:    {len(cube):,} (estimated {found.served.plan.estimates[spec]:,}), {cube.bytes:,} bytes"
    yield from _query(spec.source, spec, found)


def _grouped(spec: CubeSpec) -> str:
    return ", ".join(["time", *spec.dimensions, *([f"{spec.histogram} bucket"] if spec.histogram else [])])


def _edges(spec: CubeSpec) -> str:
    zone = Zone("UTC")
    return f"{len(spec.edges)} from {zone.iso(spec.edges[0])} to {zone.iso(spec.edges[-1])}"


def _records(name: str, question: Question, view: Newest, found: Answered) -> Iterator[str]:
    """Over the whole range, though the end of it is asked first."""
    query = newest.query(question)
    yield f"records of {question.source}: {name}"
    yield f"  newest:   {view.count} with {', '.join(query.fields)}"
    yield from _query(question.source, query, found)


def _query(source: str, asked: CubeSpec | RecordQuery, found: Answered) -> Iterator[str]:
    yield "  query:"
    yield from (f"    {line}" for line in found.sources[source].bound.text(asked).splitlines())


def _measure(measure: Measure) -> str:
    return f"{measure.kind} {measure.field}{f' where {_conditions(measure.where)}' if measure.where else ''}"


def _conditions(where: Where) -> str:
    return " and ".join(part for condition in where for part in _parts(condition))


def _parts(condition: Condition) -> Iterator[str]:
    """`priced`, `not failed`, `model is a`, `model is one of a, b`, `user is missing`, `latency > 5000`."""
    name = condition.dimension
    match condition.any_of:
        case (True,):
            yield name
        case (False,):
            yield f"not {name}"
        case (_, *_):
            yield f"{name} is {_values(condition.any_of)}"
    if condition.none_of:
        yield f"{name} is not {_values(condition.none_of)}"
    if condition.missing is not None:
        yield f"{name} is {'' if condition.missing else 'not '}missing"
    bounds = {">": condition.gt, ">=": condition.gte, "<": condition.lt, "<=": condition.lte}
    yield from (f"{name} {sign} {bound:.15g}" for sign, bound in bounds.items() if bound is not None)


def _values(values: Sequence[Scalar | None]) -> str:
    texts = [what(value).strip("`") if value is not None else "missing" for value in values]
    return texts[0] if len(texts) == 1 else f"one of {', '.join(texts)}"
