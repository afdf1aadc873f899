"""What a bundle exposes of the data: dimensions and how many of their values, records, and the cubes of each page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from dashgen.answers import Answered
from dashgen.cells import TWIN, Cells
from dashgen.cube import CubeSpec
from dashgen.plan.ask import Asked
from dashgen.plan.interactive import EVENTS_OF_CELLS, Grain
from dashgen.plan.merged import Merged
from dashgen.plan.questions import Question, Shelf
from dashgen.plan.views import Newest
from dashgen.shipments import Cargo

NOTHING: Mapping[str, Cargo] = MappingProxyType({})


def exposure(found: Answered, cargo: Mapping[str, Cargo] = NOTHING) -> dict[str, Any]:
    """Of each dashboard; `cargo` is what their pages ship for their filters."""
    return {asked.dashboard.id: _exposed(asked, found, cargo.get(asked.dashboard.id)) for asked in found.dashboards}


def _exposed(asked: Asked, found: Answered, cargo: Cargo | None) -> dict[str, Any]:
    rows = {name: answer.rows for name, answer in found.answers[asked.dashboard.id].items()}
    values = _shown(asked, rows)
    records = {
        name: _records(question.view, question.shelf, len(rows[name]))
        for name, question in asked.questions.items()
        if isinstance(question.view, Newest)
    }
    privacy = _privacy(asked)
    if cargo is None:
        return {"dimensions": values, **privacy, "records": records}
    for name, shelved in cargo.shipment.records.items():
        records[name]["rows"] = len(shelved)
    return {**_shipped(cargo, values), **privacy, "records": records}


def _privacy(asked: Asked) -> dict[str, Any]:
    dashboard = asked.dashboard
    masked = {"masked": list(dashboard.masked)} if dashboard.masked else {}
    if dashboard.minimum_group <= 1:
        return masked
    return {**masked, "minimum_group": dashboard.minimum_group, "merged": _merged(asked.merged)}


def _merged(merged: Merged) -> dict[str, Any]:
    """What was united for it: time, and how many values of dimensions."""
    least = merged.least
    return {
        "grain": Grain(merged.grain).name.lower(),
        "least_bucket": f"{least.count}{least.unit}" if least else None,
        "values": {name: one.folded for name, one in sorted(merged.told.items())},
        "dropped_filters": list(merged.dropped),
    }


def _shown(asked: Asked, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, int]:
    """How many values of each dimension stand in the rows of the default view."""
    values: dict[str, set[Any]] = {}
    for widget, question in asked.questions.items():
        if not isinstance(question.view, Newest):
            _gather(question, rows[widget], values)
    return {name: len(values[name]) for name in sorted(values)}


def _gather(question: Question, rows: Sequence[Mapping[str, Any]], values: dict[str, set[Any]]) -> None:
    for name in question.dimensions:
        found = values.setdefault(name, set())
        found.update(row[name] for row in rows if not isinstance(row[name], dict))


def _records(view: Newest, shelf: Shelf | None, count: int) -> dict[str, Any]:
    """The fields of records that can be read, and those that they can only be chosen by."""
    chosen_by = [name for name in shelf.dimensions if name not in view.fields] if shelf else []
    return {"fields": list(view.fields), **({"chosen_by": chosen_by} if chosen_by else {}), "rows": count}


# ---- cubes ------------------------------------------------------------------------------------


def _shipped(cargo: Cargo, values: Mapping[str, int]) -> dict[str, Any]:
    known = {name: one for name, one in cargo.shipment.dictionaries.items() if not name.startswith(TWIN)}
    told = {name: len(one.values) for name, one in known.items()}
    cells = cargo.shipment.cells
    return {
        "dimensions": {name: max(values.get(name, 0), told.get(name, 0)) for name in sorted({*values, *told})},
        "folded": {name: one.folded for name, one in sorted(known.items()) if one.folded},
        **_estimated(cargo),
        "cubes": [_cube(spec, cells[spec]) for spec in cells],
        "smallest_group": min((least for spec in cells if (least := _least(spec, cells[spec]))), default=None),
        "bytes": cargo.size,
    }


def _estimated(cargo: Cargo) -> dict[str, Any]:
    """The dimensions whose numbers of distinct values are sketches, with the relative standard error."""
    names = sorted({name for own in cargo.shipment.sketches.values() for _, name in own})
    return {"estimated": dict.fromkeys(names, cargo.shipment.standard_error)} if names else {}


def _cube(spec: CubeSpec, cells: Cells) -> dict[str, Any]:
    histogram = {"histogram": spec.histogram} if spec.histogram else {}
    return {
        "source": spec.source,
        "dimensions": list(spec.dimensions),
        "times": len(spec.edges) - 1,
        "measures": len(spec.measures),
        **histogram,
        "entries": len(cells),
    }


def _least(spec: CubeSpec, cells: Cells) -> int | None:
    """The fewest events of a cell; of a histogram's cell all of its values together."""
    counting = [m for m in spec.measures if m in EVENTS_OF_CELLS or (m.kind == "histogram" and not m.where)]
    counts = next((cells.columns[measure] for measure in counting), None)
    if counts is None or not len(counts):
        return None
    return int(np.add.reduceat(counts, cells.begins).min())
